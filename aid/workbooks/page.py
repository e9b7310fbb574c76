"""One sheet laid out from the top down: title, subtitle, header, lines, notes, chart, print set-up.

Sums and shares are formulas; the value each shows before it is first recalculated is summed from the same cells.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Any

from aid.errors import RuleBroken
from aid.workbooks import paper, style
from aid.workbooks.drawing import draw
from aid.workbooks.entry import Entry
from aid.workbooks.looks import Looks
from aid.workbooks.sheets import Column, Fault, Line, Sheet, Sums, column_letters
from aid.workbooks.style import Kind
from aid.workbooks.turning import Turning

ROWS, LONGEST_TEXT = 1_048_576, 32_767
LINE_HEIGHT, ROW_HEIGHT, HEADING = 16, 18, (28, 20)
NOTE_LINES, NOTE_WIDTH = 4, 36  # what a comment of twice XlsxWriter's width holds


class Page:
    """`page` and `book` are XlsxWriter's worksheet and workbook, `looks` the book's formats."""

    def __init__(self, book: Any, page: Any, sheet: Sheet, *, looks: Looks) -> None:
        self.book, self.page, self.sheet, self.columns = book, page, sheet, sheet.columns
        self.looks, self._style = looks, looks.of
        self.formats: dict[tuple[Kind, str], list[Any]] = {}
        self.grouped = any(column.group for column in self.columns)
        self.wraps = [(at, max(1, column.width - 2)) for at, column in enumerate(self.columns) if column.wraps]
        self.header = 3 if self.grouped or sheet.example else 2
        self.row = self.header + 1
        self.sums = Sums(self.columns, self.row)
        self.titles = LINE_HEIGHT * max(map(_header_lines, self.columns)) + 8  # how high they are
        repeated = self.titles + ROW_HEIGHT * (self.header - 2)
        self.turning = Turning(sheet, first=self.row, top=sum(HEADING) + repeated, repeated=repeated)
        places = {column.key or column.title: at for at, column in enumerate(self.columns)}
        self.shares = {
            at: tuple([places[name] for name in names] for names in column.share)
            for at, column in enumerate(self.columns)
            if column.share
        }
        self.across = {
            at: [places[name] for name in column.across] for at, column in enumerate(self.columns) if column.across
        }

    def write(self) -> int:
        """Write the sheet; return how many lines it has."""
        self._top()
        last_filtered, faults = self.header, {}
        for fault in self.sheet.faults:
            faults.setdefault(fault.line, []).append(fault)
        for number, line in enumerate(self.sheet.lines):
            if self.row + len(self.sheet.notes) + 1 >= ROWS:
                raise RuleBroken("行数超过 Excel 一张表的上限（1048576 行），请先筛选再导出")
            self.turning.past(line, self.row, self._line(line))
            for fault in faults.get(number, ()):
                self._fault(line, fault)
            if line.kind.summed or line.kind is Kind.SUBTOTAL:
                last_filtered = self.row
            self.row += 1
        if not self.sheet.example:
            self.page.autofilter(self.header, 0, last_filtered, len(self.columns) - 1)
        self._for_typing(last_filtered)
        self._bars(last_filtered)
        if self.sheet.chart:
            draw(
                self.book,
                self.page,
                self.sheet,
                rows=(self.header, last_filtered),
                below=self.row + len(self.sheet.notes) + 2,
            )
        for at, note in enumerate(self.sheet.notes, self.row + 1):
            self.page.write_string(at, 0, note, self._style(style.NOTE))
        if self.turning.breaks:
            self.page.set_h_pagebreaks(self.turning.breaks)
        return self.row - self.header - 1

    # -- the top ----------------------------------------------------------------

    def _top(self) -> None:
        below = self._style(style.TO_FILL) if self.sheet.example else None
        for at, column in enumerate(self.columns):
            self.page.set_column(at, at, column.width, below, {"hidden": column.hidden})
        self.page.set_default_row(ROW_HEIGHT)
        for row, height in enumerate(HEADING):
            self.page.set_row(row, height)
        self.page.write_string(0, 0, self.sheet.heading, self._style(style.TITLE))
        self.page.write_string(1, 0, self.sheet.subtitle, self._style(style.SUBTITLE))
        self._header()
        self.page.freeze_panes(self.header + 1, self.sheet.frozen)
        self.page.hide_gridlines(1 if self.sheet.example else 2)
        paper.set_up(self.page, self.sheet, header=self.header)

    def _header(self) -> None:
        for at, words in enumerate(self.sheet.example):
            self.page.write_string(self.header - 1, at, words, self._style(style.EXAMPLE))
        if self.grouped:
            self.page.set_row(2, ROW_HEIGHT)
            for name, some in groupby(range(len(self.columns)), key=lambda at: self.columns[at].group):
                self._group(name, list(some))
        self.page.set_row(self.header, self.titles)
        for at, column in enumerate(self.columns):
            self.page.write_string(self.header, at, column.title, self._style(self._title_look(column)))
            if column.required:
                self._comment(self.header, at, column.required)

    def _title_look(self, column: Column) -> dict[str, Any]:
        if column.required:
            return style.REQUIRED
        return style.UNDER_NO_GROUP if self.grouped and not column.group else style.HEADER

    def _group(self, name: str, at: list[int]) -> None:
        if name and len(at) > 1:
            self.page.merge_range(2, at[0], 2, at[-1], name, self._style(style.GROUP))
            return
        for column in at:
            self.page.write_string(2, column, name, self._style(style.GROUP if name else style.OVER_NO_GROUP))

    # -- lines ------------------------------------------------------------------

    def _line(self, line: Line) -> int:
        """Write a line; return how high it is."""
        formats, page, row, write_string = self._formats(line.kind), self.page, self.row, self.page.write_string
        if line.colours:
            formats = [self._formats(line.kind, line.colours.get(at, ""))[at] for at in range(len(formats))]
        values: dict[int, float] = {}
        height = self._height(line) if self.wraps else ROW_HEIGHT
        if height != ROW_HEIGHT:
            page.set_row(row, height)
        for at, value in enumerate(line.cells):
            if isinstance(value, str):
                write_string(row, at, value[:LONGEST_TEXT], formats[at])
            elif isinstance(value, int | float | Decimal):
                page.write_number(row, at, value, formats[at])
            elif value is None:
                page.write_blank(row, at, None, formats[at])
            else:
                page.write_datetime(row, at, value, self.looks.of_date(line.kind, value))
        if line.kind.summed:
            self.sums.add(line.cells)
            self._across(line)
        elif line.kind is not Kind.ASIDE:
            values = self._sums(line)
        for at in self.shares:
            self._share(at, line.kind, values or line.cells)
        return height

    def _across(self, line: Line) -> None:
        """Write what adds up along the line over its numbers, as formulas."""
        for at, places in self.across.items():
            if at not in line.fixed:
                summed = "+".join(f"{column_letters(place)}{self.row + 1}" for place in places)
                self.page.write_formula(self.row, at, f"={summed}", self._formats(line.kind)[at], line.cells[at])

    def _sums(self, line: Line) -> dict[int, float]:
        """Write a SUBTOTAL or TOTAL line's sums. SUBTOTAL leaves out the subtotals between, and hidden rows; 9 adds up,
        3 counts."""
        formats = self._formats(line.kind)
        first, sums = self.sums.take(line.kind, self.row)
        for at in range(len(line.cells), len(self.columns)):
            if at in line.fixed:
                self.page.write_number(self.row, at, line.fixed[at], formats[at])
            elif at in sums and first < self.row:
                letters = column_letters(at)
                how = 3 if self.columns[at].counts else 9
                formula = f"=SUBTOTAL({how},{letters}{first + 1}:{letters}{self.row})"
                self.page.write_formula(self.row, at, formula, formats[at], sums[at])
            elif at in sums:
                self.page.write_number(self.row, at, 0, formats[at])
            elif at not in self.shares:
                self.page.write_blank(self.row, at, None, formats[at])
        return sums

    def _share(self, at: int, kind: Kind, values: Sequence[Any] | dict[int, float]) -> None:
        """A share of sums is a formula like them; that of a plain line a value, as the numbers it is made from."""
        parts, wholes = self.shares[at]
        part, whole = sum(values[column] for column in parts), sum(values[column] for column in wholes)
        shown, look = part / whole if whole else "", self._formats(kind)[at]
        if kind in (Kind.SUBTOTAL, Kind.TOTAL):
            over, under = ("+".join(f"{column_letters(n)}{self.row + 1}" for n in some) for some in (parts, wholes))
            self.page.write_formula(self.row, at, f'=IF(({under})=0,"",({over})/({under}))', look, shown)
        elif whole:
            self.page.write_number(self.row, at, shown, look)
        else:
            self.page.write_blank(self.row, at, None, look)

    def _fault(self, line: Line, fault: Fault) -> None:
        wrapped = {"text_wrap": self.columns[fault.column].wraps}
        form = self._style(
            style.LINES[line.kind] | {"num_format": style.TEXT, "align": "left", "indent": 1} | style.FAULT | wrapped
        )
        value = line.cells[fault.column]
        if isinstance(value, str) and value:
            self.page.write_string(self.row, fault.column, value[:LONGEST_TEXT], form)
        elif isinstance(value, int | float):
            self.page.write_number(self.row, fault.column, value, form)
        else:
            self.page.write_blank(self.row, fault.column, None, form)
        self._comment(self.row, fault.column, fault.message)

    def _comment(self, row: int, at: int, words: str) -> None:
        lines = max(NOTE_LINES, ceil(style.width_of(words) / NOTE_WIDTH))
        look = {"author": "", "x_scale": 2, "y_scale": lines / NOTE_LINES, "font_size": 10}
        self.page.write_comment(row, at, words, look)

    def _height(self, line: Line) -> int:
        lines = 1
        for at, width in self.wraps:
            if at < len(line.cells) and (words := line.cells[at]):
                lines = max(lines, _lines_of(str(words), width))
        return ROW_HEIGHT + LINE_HEIGHT * (lines - 1)

    def _formats(self, kind: Kind, colour: str = "") -> list[Any]:
        if (kind, colour) not in self.formats:
            self.formats[kind, colour] = [self.looks.of_cell(kind, column, colour) for column in self.columns]
        return self.formats[kind, colour]

    # -- for who types into it ----------------------------------------------------

    def _for_typing(self, last: int) -> None:
        """Drop-downs and prompts: to the end of a form, or as far as there are lines. Text cells that hold digits, as
        every ID number does, are no mistake for Excel to mark."""
        last = ROWS - 1 if self.sheet.example else last
        if last > self.header:
            Entry(self.book, self.page).help(self.columns, first=self.header + 1, last=last)
            every = f"A{self.header + 1}:{column_letters(len(self.columns) - 1)}{last + 1}"
            self.page.ignore_errors({"number_stored_as_text": every})

    # -- what is drawn ------------------------------------------------------------

    def _bars(self, last: int) -> None:
        options = {"type": "data_bar", "bar_solid": True, "bar_color": style.BAR, "data_bar_2010": True}
        limits = {"min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
        shares = [at for at in self.shares if self.columns[at].number_format == style.PERCENT]
        for at in shares if last > self.header else ():
            self.page.conditional_format(self.header + 1, at, last, at, options | limits)


def _lines_of(words: str, width: float) -> int:
    """How many lines of `width` the words fill; where they fit on one however wide each sign is, nobody counts."""
    if 2 * len(words) <= width and "\n" not in words:
        return 1
    return sum(ceil(style.width_of(part) / width) or 1 for part in words.split("\n"))


def _header_lines(column: Column) -> int:
    return sum(ceil(style.width_of(words) / max(1, column.width - 1)) for words in column.title.split("\n"))
