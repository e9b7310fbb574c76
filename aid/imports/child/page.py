"""Reads the tables of a web page, which many systems hand out under the name .xls; each table is a sheet."""

import re
from html.parser import HTMLParser
from pathlib import Path

from text import decoded
from told import COLUMNS, MANY_COLUMNS, MANY_ROWS, RESAVE, ROWS, Refused, Told, bare, merged, say_rows, say_sheet

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
CHARSETS = {b"utf-8", b"utf8", b"gb2312", b"gbk", b"gb18030", b"unicode", b"utf-16", b"x-gbk", b"us-ascii"}
BREAKS = {"br", "p", "div", "li"}
UNREAD = {"script", "style"}
HEAD = 4096
CUT_OFF = "网页不完整，没有结尾，可能没有下载完；请重新下载再导入"


def send(path: str) -> None:
    """Tell the rows of every table in the page at `path`, cells as text. Raises Refused."""
    content = Path(path).read_bytes()
    declared = CHARSET.search(content[:HEAD])
    if declared and declared[1].lower() not in CHARSETS:
        raise Refused(f"网页的编码是 {declared[1].decode()[:20]}，不是 UTF-8 或 GB18030；{RESAVE}")
    tables = Tables()
    tables.feed(decoded(content))
    if len(tables.rawdata) > HEAD:  # waits for an end that never comes; `close` would look for it from every place
        raise Refused(CUT_OFF)
    tables.close()
    if tables.rows is not None:
        raise Refused(CUT_OFF)
    if not tables.found:
        raise Refused(f"这是网页，里面没有表格；{RESAVE}")
    for number, rows in enumerate(tables.found, start=1):
        say_sheet(f"表{number}")
        say_rows(rows)


class Tables(HTMLParser):
    """Takes the tables with rows out of a page: `found`; while one is open, `rows` holds what there is of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[list[Told]]] = []
        self.rows: list[list[Told]] | None = None
        self.words: list[str] | None = None
        self.span = self.height = 1
        self.tall: dict[tuple[int, int], int] = {}  # how many rows a cell reaches over, by its row and place in it
        self.unread = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.unread = True
        elif tag == "table":
            if self.rows is not None:
                raise Refused(f"网页里的表格套着表格，不知道该读哪一个；{RESAVE}")
            self.rows, self.tall = [], {}
        elif self.rows is not None and tag in ("tr", "td", "th"):
            self._end_cell()
            if tag == "tr" or not self.rows:
                self._begin_row()
            if tag != "tr":
                self._begin_cell(dict(attrs))
        elif tag in BREAKS:
            self.handle_data("\0")

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            self.unread = False
        elif tag in ("td", "th", "tr", "table"):
            self._end_cell()
        elif tag in BREAKS:
            self.handle_data("\0")
        if tag == "table" and self.rows is not None:
            self.found += [_laid_out(self.rows, self.tall) if self.tall else self.rows] if self.rows else []
            self.rows = None

    def handle_data(self, words: str) -> None:
        if self.words is not None and not self.unread:
            self.words.append(words)

    def _begin_row(self) -> None:
        if len(self.rows) >= ROWS:
            raise Refused(MANY_ROWS)
        self.rows.append([])

    def _begin_cell(self, marks: dict[str, str | None]) -> None:
        self.words, self.span = [], _number(marks.get("colspan"), most=COLUMNS)
        self.height = _number(marks.get("rowspan"), most=ROWS)

    def _end_cell(self) -> None:
        """A cell over several columns is what it is in the first of them, as in Excel."""
        if self.words is None:
            return
        lines = (" ".join(line.split()) for line in "".join(self.words).split("\0"))
        row = self.rows[-1]
        if self.height > 1:
            self.tall |= {(len(self.rows) - 1, len(row) + at): self.height for at in range(self.span)}
        row += [bare("\n".join(line for line in lines if line)), *[""] * (self.span - 1)]
        if len(row) > COLUMNS:
            raise Refused(MANY_COLUMNS)
        self.words = None


def _laid_out(rows: list[list[Told]], tall: dict[tuple[int, int], int]) -> list[list[Told]]:
    """The rows with every cell in its own column: one that reaches over rows below takes a place in each of them, told
    as merged where it holds something."""
    found: list[list[Told]] = []
    under: dict[int, tuple[int, Told]] = {}  # by column the last row that a cell above reaches to, and what is told
    for number, cells in enumerate(rows):
        laid: list[Told] = []
        under = {column: one for column, one in under.items() if one[0] >= number}
        begun = {}
        last = max(under, default=-1)
        for place, cell in enumerate(cells):
            while len(laid) in under:
                laid.append(under[len(laid)][1])
            if (number, place) in tall:
                begun[len(laid)] = (number + tall[number, place] - 1, merged(number) if cell else "")
            laid.append(cell)
        laid += [under[at][1] if at in under else "" for at in range(len(laid), last + 1)]
        if len(laid) > COLUMNS:
            raise Refused(MANY_COLUMNS)
        under |= begun
        found.append(laid)
    return found


def _number(mark: str | None, *, most: int) -> int:
    """A span: 1 for what is none, and never more than one past what a table has."""
    digits = (mark or "").strip()
    return max(1, min(int(digits[:9]), most + 1)) if digits.isascii() and digits.isdigit() else 1
