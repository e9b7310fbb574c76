"""From a file's cells to sound rows: the sheet with a header, and each row read by its format's columns."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from aid.errors import BadSheet, ManySheets
from aid.imports import asides
from aid.imports.asides import BELOW, explains, is_aside
from aid.imports.base import UNTOUCHED, Column, Intake, Report, SheetFormat, Taken
from aid.imports.headers import HEADER_ROWS, NOTHING, How, Matching, find_header, means, plain
from aid.rules.cells import Cell, Fault, MergedCell, is_empty, shown

ABSENT = -1  # the place of a column that the sheet does not have: an empty cell behind the last
KNOWN = 5000  # texts of one column that are remembered: where there are more, they do not repeat themselves
EXPLAINS = re.compile("说明|示例|样例|样表|代码|字典|可选值")  # the name of a sheet that has nobody's rows
EMPTY = "文件里没有内容，请检查是否选错了文件"
Sheets = Iterable[tuple[str, Iterator[list[Cell]]]]


@dataclass(frozen=True)
class Found:
    """A sheet with a header row: its place in the file from 0, its name, its columns, and the rows below the header."""

    place: int
    name: str
    matching: Matching
    rows: Iterator[list[Cell]]


def find_sheet(
    sheets: Sheets,
    intake: Intake,
    others: Sequence[type[SheetFormat]],
    *,
    remembered: Mapping[str, str] = NOTHING,
) -> Found:
    """The first sheet that has a header row of the intake's format, or the one that is meant. `remembered` gives
    columns by title.

    Raises BadSheet with what is wrong with the first sheet, where none has one.
    """
    refusals, meant, others_called = [], intake.delivery.sheet, []
    for place, (name, rows) in enumerate(sheets):
        if meant not in ("", name):
            others_called.append(f"“{name}”")
            continue
        top = list(islice(rows, HEADER_ROWS))
        if not top or (len(top) < HEADER_ROWS and all(map(blank, top))):
            continue
        try:
            matching = _header(top, intake.sheet, others, remembered=remembered)
        except BadSheet as refusal:
            refusals.append(refusal)
            continue
        if refusals:
            intake.report.warnings.append(f"前面的工作表没有表头，读的是工作表“{name}”")
        return Found(place, name, matching, chain(top[matching.header_row :], rows))
    if not refusals and others_called:
        raise BadSheet(f"文件里没有叫“{meant}”的工作表，或它是空的；别的有：{'、'.join(others_called)}")
    raise refusals[0] if refusals else BadSheet(EMPTY)


def refuse_more(first: Found, left: Sheets, intake: Intake, *, remembered: Mapping[str, str]) -> None:
    """Raise ManySheets where one of the sheets behind the first has rows under a header of the format as well, and
    nobody said which is meant: nothing of a file is left out in silence. That one of them cannot be read is told, and
    no more."""
    if intake.delivery.sheet:
        return
    sheet, names, unread = intake.sheet, [first.name], []
    try:
        for name, rows in left:
            top = [] if EXPLAINS.search(name) else list(islice(rows, HEADER_ROWS + 1))
            matching = find_header(top[:HEADER_ROWS], sheet, remembered=remembered)
            complete = matching is not None and matching.complete
            if all(map(blank, top[matching.header_row if complete else 0 :])):
                continue
            # A list of the columns, as an explanation has it, is no header: it has few of them in a row.
            if complete and 2 * matching.found > first.matching.found:
                names.append(name)
            else:
                unread.append(f"“{name}”")
    except BadSheet as refusal:
        intake.report.warnings.append(f"后面的工作表没有读：{refusal}")
    if unread:
        intake.report.warnings.append(
            f"没有读的工作表：{'、'.join(unread)}；里面有要收的，请放到“{first.name}”里再导入"
        )
    if len(names) > 1:
        told = "、".join(f"“{name}”" for name in names)
        raise ManySheets(
            f"不止一张工作表是《{sheet.title}》（{told}），一次收一张；请选定收哪一张，或在文件里只留一张再导入"
        )


class Heading(NamedTuple):
    """A title of a header: as the format calls it, where it is a column of the format, and as its sender does. One
    that is called like a column but is not taken for it is `own` by a title that no column has."""

    own: str
    sent: str


def headings(matching: Matching, sheet: type[SheetFormat]) -> list[Heading]:
    """The titles of a header. What a clerk chose by hand is `sent` by the format's own title where the next sheet would
    not be known by the sender's: an office remembers a title that stands there once."""
    known = {column.title for column in sheet.columns}
    by_place = {at: name for name, at in matching.columns.items()}
    own = {column.name: column.title for column in sheet.columns}
    keys = [plain(title) for title in matching.titles]
    found = []
    for at, title in enumerate(matching.titles):
        name = by_place.get(at, "")
        meant = own[name] if name else f"（{title}）" if title in known else title
        asked = matching.how[name] is How.HAND if name else means(sheet, title)
        known_again = not asked or (title and keys.count(keys[at]) == 1)
        found.append(Heading(meant, title if known_again else own.get(name, "")))
    return found


def _header(
    top: Sequence[list[Cell]],
    sheet: type[SheetFormat],
    others: Iterable[type[SheetFormat]],
    *,
    remembered: Mapping[str, str],
) -> Matching:
    """The header among a sheet's first rows. Raises BadSheet naming missing columns, repeated ones, or what other sheet
    this is."""
    matching = find_header(top, sheet, remembered=remembered)
    if matching.missing:
        found = [(other.title, find_header(top, other)) for other in others]
        if likely := [title for title, other in found if other.complete and other.found > matching.found]:
            raise BadSheet(f"这像是《{likely[0]}》，不是《{sheet.title}》；请重新选择表格的种类")
        missing = "、".join(column.title for column in matching.missing)
        raise BadSheet(f"前 {HEADER_ROWS} 行里没有《{sheet.title}》的表头，缺少：{missing}；请补上这些列再导入")
    for name, places in matching.repeated.items():
        raise BadSheet(_repeated(next(c.title for c in sheet.columns if c.name == name), matching, places))
    return matching


def _repeated(column: str, matching: Matching, places: Sequence[int]) -> str:
    titles = list(dict.fromkeys(matching.titles[at] for at in places))
    if len(titles) == 1:
        return f"表头里“{titles[0]}”出现了不止一次，不知道该收哪一列；请删去多余的列再导入"
    told = "".join(f"“{title}”" for title in titles)
    return f"表头里{told}都可以是“{column}”，不知道该收哪一列；请删去多余的列再导入"


def take(intake: Intake, header: Matching | Sequence[str], rows: Iterable[tuple[int, list[Cell]]]) -> list[Taken]:
    """The sound rows among `rows` (sheet number, cells) under a header, given as a matching or as the format's own
    titles; the faulty ones are held back in the intake's report, each with all its faults, and those that are no data
    passed over and told of."""
    report = intake.report
    found, faults = _places(header, intake.sheet), []
    today = intake.delivery.today
    readers = [
        (found.get(column.name, ABSENT), _Reader(column, today, faults=faults, absent=column.name not in found))
        for column in intake.sheet.columns
    ]
    width, complete = max(at for at, _ in readers) + 1, len(found) == len(readers)
    taken, passed, strays = [], [], _Strays(header.titles if isinstance(header, Matching) else header, found)
    for number, cells in rows:
        if blank(cells):
            continue
        report.rows += 1
        whole = cells if len(cells) >= width and complete else [*cells, *[""] * (max(width - len(cells), 0) + 1)]
        values = [reader[whole[at]] for at, reader in readers]
        if (report.rows <= BELOW and explains(cells, intake.sheet)) or (
            faults and is_aside(cells, found, intake.sheet)
        ):
            passed.append((number, cells))
        elif faults:
            report.hold(number, faults, cells)
        else:
            taken.append(Taken(number, cells, values))
        faults.clear()
        strays.see(number, cells)
    _pass_over(report, passed)
    strays.tell(report)
    return taken


class _Strays:
    """Cells that stand under no title, and so in no column that could be told as not taken in."""

    def __init__(self, titles: Sequence[str], found: Mapping[str, int]) -> None:
        known = {*found.values(), *(at for at, title in enumerate(titles) if title)}
        self._width = max(known, default=-1) + 1
        self._between = [at for at in range(self._width) if at not in known]
        self._seen: list[tuple[int, Cell]] = []

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        if self._between or any(cells[self._width :]):
            places = chain(self._between, range(self._width, len(cells)))
            self._seen += [(number, cells[at]) for at in places if at < len(cells) and not _hollow(cells[at])]

    def tell(self, report: Report) -> None:
        seen = [(number, shown(cell)[:20]) for number, cell in self._seen if number not in report.aside]
        if seen:
            told = "、".join(f"第 {number} 行“{text}”" for number, text in seen[: asides.NAMED])
            more = f"等 {len(seen)} 格" if len(seen) > asides.NAMED else ""
            report.warnings.append(f"没有标题的列里有内容，没有收进来：{told}{more}；要收的请在表头写上标题")


def _pass_over(report: Report, passed: Sequence[tuple[int, list[Cell]]]) -> None:
    if passed:
        report.rows -= len(passed)
        report.aside |= {number for number, _ in passed}
        report.warnings.append(asides.told(passed))


def blank(cells: Sequence[Cell]) -> bool:
    """Whether a row holds nothing of its own; most tell by their first cell that they do."""
    return (not cells or _hollow(cells[0])) and all(map(_hollow, cells))


def _hollow(cell: Cell) -> bool:
    return is_empty(cell) or isinstance(cell, MergedCell)


class _Reader(dict):
    """What the cells of one column say, by the cell: a text that was read is remembered, for most columns repeat
    themselves. What cannot be read goes to `faults`, with the column's title, and says None."""

    def __init__(self, column: Column, today: dt.date, *, faults: list[tuple[str, Fault]], absent: bool) -> None:
        super().__init__({"": UNTOUCHED} if absent and column.left_alone else {})
        self._column, self._faults = column, faults
        self._read = partial(column.read, today=today) if column.dated else column.read

    def __missing__(self, cell: Cell) -> Any:
        try:
            value = self._when_empty() if is_empty(cell) else self._read(cell)
        except Fault as fault:
            self._faults.append((self._column.title, fault))
            return None
        if type(cell) is str and len(self) < KNOWN:  # of others 1.0 and True would be the same
            self[cell] = value
        return value

    def _when_empty(self) -> Any:
        if self._column.required and not self._column.new_when_empty:
            raise Fault("missing", "没有填写")
        return self._column.empty


def _places(header: Matching | Sequence[str], sheet: type[SheetFormat]) -> Mapping[str, int]:
    if isinstance(header, Matching):
        return header.columns
    return {column.name: header.index(column.title) for column in sheet.columns if column.title in header}
