"""Where a printed page of a sheet begins by itself."""

from typing import Any

from aid.workbooks import paper
from aid.workbooks.sheets import Line, Sheet


class Turning:
    """`breaks` are the rows before which a page turns. `first` is the row of the sheet's first line, `top` how high
    stands what is above it, `repeated` what of that every page has; heights are points."""

    def __init__(self, sheet: Sheet, *, first: int, top: float, repeated: float) -> None:
        self.breaks: list[int] = []
        self._by, self._keeps, self._first = sheet.pages_by, sheet.keeps, first
        self._holds = paper.holds(sheet) if sheet.keeps is not None else 0
        self._repeated, self._used = repeated, top
        self._began = self._block = first  # the rows in which the page and the block began
        self._block_height = 0.0
        self._says: Any = None  # what the line above says in the column that is asked

    def past(self, line: Line, row: int, height: float) -> None:
        """A line was written in `row`."""
        if self._by is not None:
            self._turn_by(line.cells[self._by], row)
        elif self._keeps is not None:
            self._keep(line.cells[self._keeps], row, height)

    def _turn_by(self, says: Any, row: int) -> None:
        if row > self._first and says != self._says:
            self.breaks.append(row)
        self._says = says

    def _keep(self, says: Any, row: int, height: float) -> None:
        """Begin a page with the block that runs over the end of this one. One that is longer than a page runs on."""
        if says != self._says:
            self._says, self._block, self._block_height = says, row, 0.0
        self._used += height
        self._block_height += height
        if self._used <= self._holds:
            return
        if self._block > self._began:
            self.breaks.append(self._block)
        else:
            self._block, self._block_height = row, height
        self._began, self._used = self._block, self._repeated + self._block_height
