"""From a file's cells to sound rows: the sheet with a header, and each row read by its format's columns."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

from aid.errors import BadSheet
from aid.imports.base import Column, Intake, SheetFormat, Taken
from aid.rules.cells import Cell, Fault, is_empty, tidy

HEADER_ROWS = 10


def find_sheet(
    sheets: Iterable[tuple[str, Iterator[list[Cell]]]], intake: Intake, others: Sequence[type[SheetFormat]]
) -> tuple[int, list[str], Iterator[list[Cell]]]:
    """The first sheet with a header row: that row's number in the sheet, its titles, and the rows below it.

    Raises what find_header says of the first sheet, where none has one.
    """
    refusals = []
    for name, rows in sheets:
        top = list(islice(rows, HEADER_ROWS))
        if not top:
            continue
        try:
            number, titles = find_header(top, intake.sheet, others)
        except BadSheet as refusal:
            refusals.append(refusal)
            continue
        if refusals:
            intake.report.warnings.append(f"前面的工作表没有表头，读的是工作表“{name}”")
        return number, titles, chain(top[number:], rows)
    raise refusals[0] if refusals else BadSheet("文件里没有内容，请检查是否选错了文件")


def find_header(
    top: Sequence[list[Cell]], sheet: type[SheetFormat], others: Iterable[type[SheetFormat]]
) -> tuple[int, list[str]]:
    """The number of the header row among a sheet's first and its titles. Raises BadSheet naming missing columns."""
    best: set[str] = set()
    for number, cells in enumerate(top, start=1):
        titles = [tidy(cell) if isinstance(cell, str) else "" for cell in cells]
        if sheet.needed() <= set(titles):
            _refuse_repeated(titles, sheet)
            return number, titles
        best = max(best, set(titles), key=lambda found: len(found & sheet.needed()))
        if likely := [other.title for other in others if other.needed() <= set(titles)]:
            raise BadSheet(f"这像是《{likely[0]}》，不是《{sheet.title}》；请重新选择表格的种类")
    missing = "、".join(column.title for column in sheet.columns if column.required and column.title not in best)
    raise BadSheet(f"前 {HEADER_ROWS} 行里没有《{sheet.title}》的表头，缺少：{missing}；请补上这些列再导入")


def _refuse_repeated(titles: list[str], sheet: type[SheetFormat]) -> None:
    repeated = [column.title for column in sheet.columns if titles.count(column.title) > 1]
    if repeated:
        raise BadSheet(f"表头里“{repeated[0]}”出现了不止一次，不知道该收哪一列；请删去多余的列再导入")


def take(intake: Intake, titles: list[str], rows: Iterable[tuple[int, list[Cell]]]) -> list[Taken]:
    """The sound rows among `rows` (sheet number, cells) under the header `titles`; the faulty ones are held back in
    the intake's report, each with all its faults."""
    report, today = intake.report, intake.delivery.today
    places = [
        (titles.index(c.title) if c.title in titles else None, c, _reader(c, today)) for c in intake.sheet.columns
    ]
    taken = []
    for number, cells in rows:
        if all(is_empty(cell) for cell in cells):
            continue
        report.rows += 1
        values, faults = [], []
        for at, column, read in places:
            cell = cells[at] if at is not None and at < len(cells) else ""
            try:
                values.append(_value(column, cell, read))
            except Fault as fault:
                faults.append((column.title, fault))
        if faults:
            report.hold(number, faults, cells)
        else:
            taken.append(Taken(number, cells, values))
    return taken


def _value(column: Column, cell: Cell, read: Callable[[Cell], Any]) -> Any:
    if cell == "" or is_empty(cell):
        if column.required:
            raise Fault("missing", "没有填写")
        return column.empty
    return read(cell)


def _reader(column: Column, today: dt.date) -> Callable[[Cell], Any]:
    """The column's reader, remembering texts it has read: most columns repeat themselves."""
    read = partial(column.read, today=today) if column.dated else column.read
    known: dict[str, Any] = {}

    def look_up(cell: Cell) -> Any:
        if type(cell) is not str:
            return read(cell)
        if cell not in known:
            known[cell] = read(cell)
        return known[cell]

    return look_up
