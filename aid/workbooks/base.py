"""Files that go out. The only file that knows XlsxWriter: every workbook and every exported list passes here."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from aid.errors import RuleBroken
from aid.workbooks.looks import Looks
from aid.workbooks.page import Page
from aid.workbooks.sheets import Cell, Column, Line, Sheet, column_letters
from aid.workbooks.style import Kind, printable

__all__ = ["Column", "Target", "harmless", "list_csv", "list_workbook", "sheet_name", "write_book"]

Target = Path | BinaryIO

LONGEST_NAME = 31  # as Excel counts: a rare character outside the basic plane is two
PLAIN_WORDS = re.compile(r'[^\s\x00-\x1f"&<>_\ufffe\uffff]+')  # that XML and Excel take as they are
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_book(out: Target, sheets: Iterable[Sheet], *, author: str, made: dt.datetime, long: bool = False) -> int:
    """Write a workbook of `sheets` to `out`, return how many lines of a table it has; `made` is local time. A `long`
    one is held a line at a time, and its charts are drawn by whoever opens it.

    Raises RuleBroken where `out` cannot be written; a file that stood there is then left as it was.
    """
    with _opened_long(out) if long else _opened(out, in_memory=True) as book:
        book.set_properties({"author": author, "created": made})
        looks = Looks(book)
        return sum(Page(book, _added(book, sheet.name), sheet, looks=looks).write() for sheet in sheets)


def list_workbook(
    out: Target, *, title: str, subtitle: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell] | Line]
) -> int:
    """Write a list as a workbook of one sheet, a row at a time; return how many rows. A row may be a Line with colours.

    Where a column has `total` a total line follows. Raises RuleBroken where there are more rows than a sheet holds.
    """
    totalled = any(column.total for column in columns)
    with _opened_long(out) as book:
        sheet = Sheet(title, title, subtitle, columns, _lines(rows, totalled=totalled))
        return Page(book, _added(book, title), sheet, looks=Looks(book)).write() - totalled


def list_csv(out: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Cell] | Line]) -> int:
    """Write a list as CSV for Excel: UTF-8 with BOM, CRLF, no text that a spreadsheet would take for a formula.

    Returns how many rows; `out` stays open.
    """
    words = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(words, lineterminator="\r\n")
    writer.writerow([harmless(column.title) for column in columns])
    written = 0
    for row in rows:
        cells = row.cells if isinstance(row, Line) else row
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in cells])
        written += 1
    words.detach()
    return written


def harmless(words: str) -> str:
    """`words` with an apostrophe before a sign that begins a formula (OWASP, CSV injection).

    >>> harmless("=1+1"), harmless("张三"), harmless("＋1")
    ("'=1+1", '张三', "'＋1")
    """
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words


def sheet_name(words: str) -> str:
    """`words` as a name that Excel allows for a sheet.

    >>> sheet_name("名单/2026:秋")
    '名单 2026 秋'
    """
    allowed = re.sub(r"[\[\]:*?/\\']", " ", printable(words)).strip()
    return allowed.encode("utf-16-le")[: 2 * LONGEST_NAME].decode("utf-16-le", "ignore").strip() or "表"


class _Worksheet(Worksheet):
    """Writes the same bytes as XlsxWriter's own for a cell with a format, in a third of the time: that one makes a list
    of each cell's attributes and looks for what is to be escaped in every number."""

    # Rows and columns come as numbers, never as "A1".
    write_string, write_number, write_blank = Worksheet._write_string, Worksheet._write_number, Worksheet._write_blank

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        begun = f'<c r="{column_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"' if cell.format else ""
        if not begun:
            super()._write_cell(row, col, cell)
        elif kind == "String" and not self.constant_memory:
            self.fh.write(f'{begun} t="s"><v>{cell.string}</v></c>')
        elif kind == "String" and PLAIN_WORDS.fullmatch(cell.string):
            self.fh.write(f'{begun} t="inlineStr"><is><t>{cell.string}</t></is></c>')
        elif kind in ("Number", "Datetime"):
            self.fh.write(f"{begun}><v>{cell.number:.16G}</v></c>")
        elif kind == "Blank":
            self.fh.write(f"{begun}/>")
        else:
            super()._write_cell(row, col, cell)


def _added(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    return book.add_worksheet(sheet_name(name), worksheet_class=_Worksheet)


def _lines(rows: Iterable[Sequence[Cell] | Line], *, totalled: bool) -> Iterator[Line]:
    for row in rows:
        yield row if isinstance(row, Line) else Line(row)
    if totalled:
        yield Line(("合计",), Kind.TOTAL)


@contextmanager
def _opened_long(out: Target) -> Iterator[xlsxwriter.Workbook]:
    """As `_opened`, with the lines in a folder of their own; each is written once and in its order."""
    with TemporaryDirectory(prefix="zhuxue-") as folder, _opened(out, constant_memory=True, tmpdir=folder) as book:
        yield book


@contextmanager
def _opened(out: Target, **options: bool | str) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that reaches `out` only when the block ends well."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, options) as book:
        yield book
    if not isinstance(out, Path):
        out.write(made.getbuffer())
        return
    try:
        out.write_bytes(made.getbuffer())
    except OSError as refusal:
        raise RuleBroken(f"{out} 写不进去，请看它是否正在别处打开、文件夹是否可写") from refusal
