"""Which kind of sheet a file is, and what stands under its titles, to choose by. Pure: it reads cells alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aid.imports.base import SheetFormat
from aid.imports.headers import NOTHING, Matching, find_header
from aid.rules.cells import SPACES, Cell, is_empty, shown


@dataclass(frozen=True)
class Guess:
    """That a sheet of the file, by its name, is of the format `slug`."""

    slug: str
    sheet: str
    matching: Matching
    generated: bool = False
    yields: bool = False


def guess(
    found: Iterable[tuple[str, Sequence[Sequence[Cell]]]],
    formats: Iterable[type[SheetFormat]],
    *,
    remembered: Mapping[str, Mapping[str, str]] = NOTHING,
) -> list[Guess]:
    """What a file may be, by the first rows of its sheets, given with their names: every sheet with every format of
    which it has a column, the likeliest first.

    `remembered` is by the format's slug. What the office receives goes before what is made from a table, where it has
    every required column, unless it yields; between equals the order of the sheets and of the formats decides.
    """
    kinds = tuple(formats)
    guesses = []
    for name, top in found:
        for sheet in kinds:
            matching = find_header(top, sheet, remembered=remembered.get(sheet.slug, NOTHING))
            if matching is not None and matching.found:
                guesses.append(Guess(sheet.slug, name, matching, sheet.generated, sheet.yields))
    received = [one for one in guesses if one.matching.complete and not one.generated]
    yielding = max((one.matching.found for one in received), default=0) if all(one.yields for one in received) else 0
    return sorted(guesses, key=partial(_likeliness, yielding=yielding))


def clear(guesses: Sequence[Guess]) -> Guess | None:
    """The guess whose format need not be asked about: it has every required column, no other sheet is likelier to be
    of another format, and no other format of its sort has as many columns of its sheet. That of a table has no fewer
    than any other. Which of several sheets of one format is meant is asked elsewhere."""
    if not guesses or not guesses[0].matching.complete:
        return None
    best, *others = guesses
    of_sheets = {one.sheet: one for one in reversed(guesses)}
    return None if any(_rivals(best, one, of_sheets[one.sheet]) for one in others) else best


def _likeliness(one: Guess, *, yielding: int) -> tuple[bool, int, bool, bool, int]:
    """What the office receives is known by its required columns. A table's sheet has but a column or two of these, and
    some title of any sheet may mean them: it is as likely as it has columns; with more than a sheet whose columns
    an exported list has too, it is that list."""
    complete, more = one.matching.complete, one.matching.found > yielding > 0
    doubtful = not complete or (one.generated and not more)
    return doubtful, -one.matching.found, not complete, not complete and one.generated, len(one.matching.missing)


def _rivals(best: Guess, other: Guess, likeliest: Guess) -> bool:
    """`likeliest` is what the other's sheet would most likely be."""
    if other.sheet != best.sheet:
        return other.matching.complete and likeliest.slug != best.slug
    alike = other.generated == best.generated and other.matching.found == best.matching.found
    return other.matching.complete and alike


def samples(rows: Iterable[Sequence[Cell]], *, width: int, most: int = 3) -> list[list[str]]:
    """For each of `width` columns the first `most` different texts under it, to choose by; reads no further than the
    row that fills the last of them."""
    seen: list[list[str]] = [[] for _ in range(width)]
    for cells in rows:
        for texts, cell in zip(seen, cells, strict=False):
            text = "" if is_empty(cell) else shown(cell).strip(SPACES)
            if text and text not in texts and len(texts) < most:
                texts.append(text)
        if all(len(texts) == most for texts in seen):
            break
    return seen
