"""What a sheet that goes out is made of. A workbook yields these; aid.workbooks.page lays them out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aid.workbooks.style import TEXT, Kind

Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Column:
    """A column of a sheet, `width` in characters. `total` sums its numbers; `share` makes it the sum of the columns
    named first over the sum of those named second; neighbours with one `group` stand under one heading."""

    title: str
    width: float = 12
    number_format: str = TEXT
    centred: bool = False
    total: bool = False
    group: str = ""
    share: tuple[tuple[str, ...], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Line:
    """Cells from the left. A SUBTOTAL or TOTAL line gives its words only; a SUBTOTAL sums since the one before."""

    cells: Sequence[Cell]
    kind: Kind = Kind.PLAIN


@dataclass(frozen=True)
class Fault:
    """The cell of the `line`th line (from 0) to be coloured, with what is wrong as its comment."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Chart:
    """A bar for each plain line: `names` is the number of the column that names it, `values` the one that measures it,
    a share between 0 and 1."""

    title: str
    names: int
    values: int


@dataclass(frozen=True)
class Sheet:
    """`heading` stands on top, `subtitle` under it, `notes` below; the first `frozen` columns stay in view."""

    name: str
    heading: str
    subtitle: str
    columns: Sequence[Column]
    lines: Iterable[Line]
    frozen: int = 0
    notes: Sequence[str] = ()
    chart: Chart | None = None
    faults: Sequence[Fault] = ()


class Sums:
    """The sums of the `total` columns since the last subtotal and since the first line, and in which row each began."""

    def __init__(self, columns: Sequence[Column], first_row: int) -> None:
        self._at = [at for at, column in enumerate(columns) if column.total]
        self.first_row = self.block_row = first_row
        self.block, self.whole = dict.fromkeys(self._at, 0), dict.fromkeys(self._at, 0)

    def add(self, cells: Sequence[Cell]) -> None:
        for at in self._at:
            if at < len(cells) and isinstance(cells[at], int | float):
                self.block[at] += cells[at]
                self.whole[at] += cells[at]

    def take(self, kind: Kind, row: int) -> tuple[int, dict[int, float]]:
        """For the SUBTOTAL or TOTAL line in `row`: the first row it sums, and its sums. The next block begins below."""
        if kind is Kind.TOTAL:
            return self.first_row, self.whole
        taken = self.block_row, self.block
        self.block_row, self.block = row + 1, dict.fromkeys(self._at, 0)
        return taken
