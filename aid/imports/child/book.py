"""The one place that knows python-calamine: a workbook's visible sheets and their cells, .xlsx and .xls alike."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count

import python_calamine
from archive import Faults
from told import COLUMNS, MANY_COLUMNS, MANY_ROWS, RESAVE, ROWS, Refused, Told, merged, say_rows, say_sheet


def send(path: str, faults_of: Callable[[int, str], Faults]) -> None:
    """Tell every visible sheet; `faults_of` (its number among all, its name) says which cells hold no value.

    Raises Refused, python_calamine.CalamineError.
    """
    with open(path, "rb") as file:  # given a path, the reader would go by the ending of the name
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
    sheets = workbook.sheets_metadata
    visible = [
        (number, sheet.name)
        for number, sheet in enumerate(sheets)
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    if not visible:
        raise Refused("文件里没有可见的工作表")
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise Refused(f"文件里有两张同名的工作表；{RESAVE}")
    for number, name in visible:
        say_sheet(name)
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height >= ROWS:  # both are the last one's number from 0
            raise Refused(MANY_ROWS)
        if sheet.total_width >= COLUMNS:
            raise Refused(MANY_COLUMNS)
        faults = faults_of(number, name)
        rows = _with_faults(sheet, faults) if faults else _rows(sheet)
        downwards = _merged_downwards(sheet, first=_first(sheet, faults))
        say_rows(_with_merged(rows, downwards) if downwards else rows)


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[Told]]:
    for row in sheet.iter_rows():
        yield [cell if type(cell) is str else _told(cell) for cell in row]


def _first(sheet: python_calamine.CalamineSheet, faults: Faults) -> int:
    """The column that is the first of a row: the reader leaves out empty columns on the left, but no rows."""
    return min([sheet.start[1] if sheet.start else 0, *(column for _, column in faults)])


def _merged_downwards(sheet: python_calamine.CalamineSheet, *, first: int) -> dict[int, list[tuple[int, int]]]:
    """By the row where a merger of several rows begins, all from 0: its column, and its last row."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and column >= first:
            found.setdefault(top, []).append((column - first, bottom))
    return found


def _with_merged(rows: Iterator[list[Told]], downwards: dict[int, list[tuple[int, int]]]) -> Iterator[list[Told]]:
    """The rows, with a mark in every cell that is merged with a filled one above it: the reader gives it out empty."""
    under: dict[int, tuple[int, int]] = {}  # by column the first and the last row of the merger
    for number, cells in enumerate(rows):
        under = {column: ends for column, ends in under.items() if ends[1] >= number}
        for column, (first, _) in under.items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = merged(first)
        for column, last in downwards.get(number, ()):
            if column < len(cells) and cells[column] != "":
                under[column] = number, last
        yield cells


def _with_faults(sheet: python_calamine.CalamineSheet, faults: Faults) -> Iterator[list[Told]]:
    """The rows with the faulty cells in their places, which may lie around those that the reader knows of."""
    left, first = _first(sheet, {}), _first(sheet, faults)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), said in faults.items():
        by_row.setdefault(row, {})[column - first] = said
    rows, last = _rows(sheet), max(by_row)
    for number in count():
        cells = next(rows, None)
        if cells is None and number > last:
            return
        yield _marked([""] * (left - first) + (cells or []), by_row.get(number, {}))


def _marked(cells: list[Told], faults: dict[int, str]) -> list[Told]:
    if faults:
        cells += [""] * (max(faults) + 1 - len(cells))
    for column, said in faults.items():
        cells[column] = ["e", said]
    return cells


def _told(cell: object) -> Told:
    if isinstance(cell, bool):
        return ["b", "是" if cell else "否"]
    if isinstance(cell, int | float):
        return ["n", repr(cell)]
    if isinstance(cell, dt.datetime):
        return ["d", cell.date().isoformat()]
    return ["d", cell.isoformat()] if isinstance(cell, dt.date) else str(cell)
