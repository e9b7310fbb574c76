"""What a sheet that goes out is made of. A workbook yields these; aid.workbooks.page lays them out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from aid.workbooks.style import TEXT, Kind

Number = int | float | Decimal
Cell = str | Number | dt.date | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet, `width` in characters. `total` sums its numbers; `counts` is the unit in which a total line
    counts its filled cells instead; `share` makes it the sum of the columns named first over the sum of those named
    second, `across` the sum of those named, line by line; they are named by their `key`, where it has one, else by
    title. Neighbours with one `group` stand under one heading. `wraps` makes a line as high as its text needs; a
    `hidden` one is there for the formulas of others.

    For whoever types into the sheet: `choices` is a drop-down, `prompt` stands beside the cell that is chosen, and
    `required` makes the header dark with that sentence as its comment."""

    title: str
    width: float = 12
    number_format: str = TEXT
    centred: bool = False
    total: bool = False
    counts: str = ""
    group: str = ""
    share: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    across: tuple[str, ...] = ()
    key: str = ""
    hidden: bool = False
    wraps: bool = False
    choices: Sequence[str] = ()
    prompt: str = ""
    required: str = ""


@dataclass(frozen=True)
class Line:
    """Cells from the left. A SUBTOTAL or TOTAL line gives its words only; a SUBTOTAL sums since the one before. `fixed`
    are numbers that stand as they are in the place of a sum, `colours` those of cells (keys of style.COLOURS), both
    by their columns' numbers."""

    cells: Sequence[Cell]
    kind: Kind = Kind.PLAIN
    fixed: Mapping[int, Number] = field(default_factory=dict)
    colours: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """The cell of the `line`th line (from 0) to be coloured, with what is wrong as its comment."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Chart:
    """A bar for each plain line: `names` is the number of the column that names it, `values` those that measure it, one
    upon the other where they are several. A `number_format` of per cent makes them shares between 0 and 1. `most` is
    how many of the first lines are drawn."""

    title: str
    names: int
    values: Sequence[int]
    number_format: str = "0%"
    most: int | None = None


@dataclass(frozen=True)
class Sheet:
    """`heading` stands on top, `subtitle` under it, `notes` below; the first `frozen` columns stay in view.

    Where the column numbered `pages_by` begins to say something else a new printed page begins, with the title on top.
    Lines that say the same in the column numbered `keeps` stay on one printed page, as long as it holds them.

    With an `example` it is a form to be filled in: the example stands above the header, where no import looks for rows,
    and every cell below is a text cell.
    """

    name: str
    heading: str
    subtitle: str
    columns: Sequence[Column]
    lines: Iterable[Line]
    frozen: int = 0
    notes: Sequence[str] = ()
    chart: Chart | None = None
    faults: Sequence[Fault] = ()
    example: Sequence[str] = ()
    pages_by: int | None = None
    keeps: int | None = None


class Sums:
    """The sums of the `total` and `counts` columns since the last subtotal and since the first line, and in which row
    each began."""

    def __init__(self, columns: Sequence[Column], first_row: int) -> None:
        self._counted = [at for at, column in enumerate(columns) if column.counts]
        self._summed = [at for at, column in enumerate(columns) if column.total and not column.counts]
        self.first_row = self.block_row = first_row
        self.block, self.whole = self._nothing(), self._nothing()

    def add(self, cells: Sequence[Cell]) -> None:
        block, width = self.block, len(cells)
        for at in self._summed:
            if at < width and isinstance(cells[at], int | float | Decimal):
                block[at] += cells[at]
        for at in self._counted:
            if at < width and cells[at] not in (None, ""):
                block[at] += 1

    def take(self, kind: Kind, row: int) -> tuple[int, dict[int, float]]:
        """For the SUBTOTAL or TOTAL line in `row`: the first row it sums, and its sums. The next block begins below."""
        taken = self.block_row, self.block
        self.whole = {at: self.whole[at] + summed for at, summed in self.block.items()}
        self.block_row, self.block = row + 1, self._nothing()
        return (self.first_row, self.whole) if kind is Kind.TOTAL else taken

    def _nothing(self) -> dict[int, float]:
        return dict.fromkeys((*self._summed, *self._counted), 0)


@cache
def column_letters(at: int) -> str:
    """The letters of the column numbered `at` from 0.

    >>> [column_letters(at) for at in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    while at >= 0:
        letters, at = chr(65 + at % 26) + letters, at // 26 - 1
    return letters
