"""Reads a text file of a table: .csv and .txt, in the encodings and with the separators that Excel and WPS write."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from told import RESAVE, Refused, Told, bare, say_rows, say_sheet

SEPARATORS = ("\t", ",", ";", "|")
HEADER_ROWS = 20
HEAD = 4096  # bytes
DOS_END = b"\x1a"  # behind the last line of what some banks' programs write
LONGEST = 100_000  # characters of one cell: a quotation mark that is never closed takes in the rest of the file
TOLD_APART = 4  # characters beyond ASCII after which text that could be UTF-8 is
NAME = "表1"
MARKS = {  # how a file begins -> its encoding
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
LINE_END = re.compile("\r\n|\r|\n")


def send(path: str) -> None:
    """Tell the rows of the text at `path`, every cell as text. Raises Refused."""
    words = decoded(Path(path).read_bytes())
    csv.field_size_limit(LONGEST)
    separator = max(SEPARATORS, key=lambda one: _width(words, one))
    say_sheet(NAME)
    say_rows(_rows(words, separator))


def decoded(content: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else GB18030; nothing is guessed or replaced.

    Raises Refused naming the line, where the text has bytes that are no characters, or has NUL characters.
    """
    mark = next((mark for mark in MARKS if content.startswith(mark)), b"")
    plain = content.removeprefix(mark)
    encoding = MARKS[mark] if mark else wide_without_mark(plain[:HEAD]) or _encoding(plain)
    if encoding in ("utf-8", "gb18030"):
        plain = plain.removesuffix(DOS_END)
    try:
        words = plain.decode(encoding)
    except UnicodeDecodeError as error:
        number = _line(plain[: error.start].decode(encoding, "ignore"))
        raise Refused(f"第 {number} 行有无法识别的字符，文件可能已损坏；{RESAVE}") from None
    if "\0" in words:
        number = _line(words[: words.index("\0")])
        raise Refused(f"第 {number} 行有空字符，文件可能已损坏或编码不正常；{RESAVE}")
    return words


def wide_without_mark(head: bytes) -> str:
    """UTF-16 that does not say so, known by the upper halves of its digits, commas and line ends; "" for all else."""
    zeros = [head[at::2].count(0) for at in (0, 1)]
    if min(zeros) or max(zeros) * 20 < len(head) or not any(sign in head for sign in (b"\0\n", b"\n\0")):
        return ""
    return "utf-16-be" if zeros[0] else "utf-16-le"


def _encoding(content: bytes) -> str:
    """Of a text without a mark. Chinese text in GB18030 is never UTF-8 for more than a few characters by chance, so
    what is UTF-8 up to a fault is damaged, not GB18030."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        sound = content[: error.start].decode("utf-8")
        return "utf-8" if sum(not letter.isascii() for letter in sound) >= TOLD_APART else "gb18030"
    return "utf-8"


def _line(before: str) -> int:
    return len(LINE_END.findall(before)) + 1


def _width(words: str, separator: str) -> int:
    """How many cells the widest of the first rows has: where the header stands, whatever is written above it."""
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    try:
        return max((len(row) for row in islice(rows, HEADER_ROWS)), default=0)
    except csv.Error:
        return 0


def _rows(words: str, separator: str) -> Iterator[list[Told]]:
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    try:
        for cells in rows:
            yield [bare(cell) for cell in cells]
    except csv.Error as error:
        wrong = "文字过长" if "limit" in str(error) else "引号不成对"
        raise Refused(f"第 {rows.line_num} 行{wrong}，无法分清各列；{RESAVE}") from None
