"""Which of the county's own columns a kept summary means: a spare column may have been given another meaning since."""

import re
from collections.abc import Iterator
from dataclasses import replace

from aid.meant import estranged, meanings
from aid.summaries.dimensions import OF_SCHOOL
from aid.summaries.layout import Layout
from models import Beneficiary, Organisation

_SPARE = re.compile(r"(own_[a-z]+_[0-9]+)(?![0-9])")
TABLES = (("", Beneficiary), (OF_SCHOOL, Organisation))


def noted(layout: Layout) -> Layout:
    """The same, with which of the county's own columns it names as they are now."""
    own = {
        at + name: meant for at, model in TABLES for name, meant in meanings(model, sorted(_spare(layout, at))).items()
    }
    return replace(layout, own=own)


def lost(layout: Layout) -> list[str]:
    """What the columns were called that it names and that are no more."""
    return [
        label
        for at, model in TABLES
        for label in estranged(model, {name: layout.own.get(at + name) for name in sorted(_spare(layout, at))}).values()
    ]


def _spare(layout: Layout, at: str) -> set[str]:
    """The spare columns of a table that it names: `at` stands before them, something may stand behind."""
    found = (_SPARE.match(word.removeprefix(at)) for word in _words(layout) if word.startswith(at))
    return {match[1] for match in found if match}


def _words(layout: Layout) -> Iterator[str]:
    yield from (*layout.rows, layout.column, *layout.measures, *layout.filters, *layout.bands)
