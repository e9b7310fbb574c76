"""What a clerk chooses from who says by hand how a file is to be read: its sheets, its first rows, its columns with
what stands under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from aid.imports.base import SheetFormat
from aid.imports.choices import remembered
from aid.imports.formats import FORMATS, importable
from aid.imports.guessing import guess, samples
from aid.imports.headers import IGNORED, NOTHING, Matching, find_header, header_at
from aid.imports.looking import Choice, settled_of
from aid.imports.staged import Sheet, Staged
from aid.rules.cells import shown
from aid.scope import Actor
from aid.workbooks.sheets import column_letters
from models import Upload

LOOKED_THROUGH = 300  # rows below the header in which samples are looked for
FIRST_CELLS = 6  # of a row, to tell it by


@dataclass(frozen=True)
class OfferedColumn:
    """A column of the sheet: its place from 0, its letter in Excel, its title, texts under it, what it is taken for."""

    place: int
    letter: str
    title: str
    samples: Sequence[str]
    name: str


@dataclass(frozen=True)
class Offer:
    """How a file would be read by `choice`, and what else there is to choose."""

    choice: Choice
    kinds: Sequence[type[SheetFormat]]
    sheets: Sequence[str]
    rows: Sequence[str]  # the first rows, told by their first cells
    columns: Sequence[OfferedColumn]
    missing: Sequence[str]  # titles of required columns that nothing is taken for yet

    @property
    def format(self) -> type[SheetFormat]:
        return FORMATS[self.choice.kind]

    def by_hand(self, said: Mapping[int, str]) -> dict[int, str]:
        """Of what was said of columns by place that which is not known without."""
        return {column.place: said[column.place] for column in self.columns if self._differs(column, said)}

    def _differs(self, column: OfferedColumn, said: Mapping[int, str]) -> bool:
        return said.get(column.place, column.name) != column.name


def offered(
    actor: Actor, row: Upload, *, kind: str = "", sheet: int | None = None, header_row: int | None = None
) -> Offer:
    """What there is to choose for an upload, by the kind, the sheet's place and the header row that are asked for;
    where they are not, as it is read now or would most likely be. What was chosen of columns before stands where
    nothing else is asked for.

    Raises Conflict where its file is not there any more.
    """
    staged = Staged(row.staged)
    sheets, kinds, known = staged.sheets(), importable(actor), remembered(actor)
    now = settled_of(staged.facts(), row.kind)
    choice = now.choice if now else _likeliest(sheets, kinds, row.kind, remembered=known)
    asked = (kind or choice.kind, choice.sheet if sheet is None else sheet)
    if asked != (choice.kind, choice.sheet):
        choice = _first_row(sheets, *asked, remembered=known)
    if header_row is not None and header_row != choice.header_row:
        choice = replace(choice, header_row=header_row, hand={})
    return _offer(sheets, kinds, choice, remembered=known)


def automatic(offer: Offer, actor: Actor, row: Upload) -> Offer:
    """The same without what was chosen of columns."""
    bare = replace(offer.choice, hand={})
    return _offer(Staged(row.staged).sheets(), offer.kinds, bare, remembered=remembered(actor))


def _offer(
    sheets: Sequence[Sheet],
    kinds: Sequence[type[SheetFormat]],
    choice: Choice,
    *,
    remembered: Mapping[str, Mapping[str, str]],
) -> Offer:
    top = sheets[choice.sheet].top
    choice = replace(choice, header_row=max(1, min(choice.header_row, len(top))))
    matching = _matching(top, choice, remembered=remembered)
    names = {place: name for name, place in matching.columns.items()}
    below = islice((cells for number, cells in sheets[choice.sheet].rows if number > choice.header_row), LOOKED_THROUGH)
    texts = samples(below, width=len(matching.titles))
    columns = [
        OfferedColumn(place, column_letters(place), title, texts[place], names.get(place, IGNORED))
        for place, title in enumerate(matching.titles)
        if title or texts[place]
    ]
    return Offer(
        choice,
        kinds,
        [sheet.name for sheet in sheets],
        [" | ".join(filter(None, map(shown, cells[:FIRST_CELLS]))) for cells in top],
        columns,
        [column.title for column in FORMATS[choice.kind].columns if column.required and column.name in _open(matching)],
    )


def _matching(top: Sequence[list], choice: Choice, *, remembered: Mapping[str, Mapping[str, str]]) -> Matching:
    """The columns by a choice; a header is as wide as the widest of the first rows, for titles may be missing."""
    width = max(map(len, top), default=0)
    filled = [[*cells, *[""] * (width - len(cells))] for cells in top] or [[]]
    sheet, known = FORMATS[choice.kind], remembered.get(choice.kind, NOTHING)
    return header_at(filled, choice.header_row, sheet, remembered=known, hand=choice.hand)


def _open(matching: Matching) -> set[str]:
    return {column.name for column in matching.missing} | set(matching.repeated)


def _likeliest(
    sheets: Sequence[Sheet],
    kinds: Sequence[type[SheetFormat]],
    kind: str,
    *,
    remembered: Mapping[str, Mapping[str, str]],
) -> Choice:
    considered = [FORMATS[kind]] if kind else kinds
    guesses = guess([(sheet.name, sheet.top) for sheet in sheets], considered, remembered=remembered)
    if guesses:
        best = guesses[0]
        place = next(sheet.place for sheet in sheets if sheet.name == best.sheet)
        return Choice(best.slug, place, best.matching.header_row)
    filled = next((sheet.place for sheet in sheets if sheet.top), 0)
    return _first_row(sheets, considered[0].slug, filled, remembered=remembered)


def _first_row(
    sheets: Sequence[Sheet], kind: str, place: int, *, remembered: Mapping[str, Mapping[str, str]]
) -> Choice:
    """A sheet with the header that is found in it; one that does not exist is the first."""
    place = place if 0 <= place < len(sheets) else 0
    header = find_header(sheets[place].top, FORMATS[kind], remembered=remembered.get(kind, NOTHING))
    return Choice(kind, place, header.header_row if header else 1)
