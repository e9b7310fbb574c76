"""Which of the county's own columns a kept summary means: a spare column may have been given another meaning since."""

from collections.abc import Iterator
from dataclasses import replace

from aid.meant import estranged, meanings
from aid.own_columns import slot_of
from aid.summaries.layout import Layout


def noted(layout: Layout) -> Layout:
    """The same, with which of the county's own columns it names as they are now."""
    found = ((at, meanings(model, _spare(layout, at))) for at, model in layout.subject.tables.items())
    return replace(layout, own={at + name: meant for at, named in found for name, meant in named.items()})


def lost(layout: Layout) -> list[str]:
    """What the columns were called that it names and that are no more."""
    tables = layout.subject.tables.items()
    noted = ((model, {name: layout.own.get(at + name) for name in _spare(layout, at)}) for at, model in tables)
    return sorted(label for model, meant in noted for label in estranged(model, meant).values())


def _spare(layout: Layout, at: str) -> set[str]:
    """The spare columns of a table that it names: `at` stands before them, something may stand behind."""
    return {slot for word in _words(layout) if word.startswith(at) and (slot := slot_of(word.removeprefix(at)))}


def _words(layout: Layout) -> Iterator[str]:
    yield from (*layout.rows, layout.column, *layout.measures, *layout.filters, *layout.bands)
