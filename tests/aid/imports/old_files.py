"""Files of the kinds before .xlsx, made byte by byte: .xls ([MS-CFB], [MS-XLS]) and XML Spreadsheet 2003."""

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aid.rules.cells import Cell, ErrorCell

FREE, END, FAT, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR, SMALLEST = 512, 4096
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
DATED = 1  # the number of the format that shows a date
NAMESPACES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)


def compound(streams: Mapping[str, bytes], *, chain: Mapping[int, int] | None = None) -> bytes:
    """A compound file of these streams; `chain` bends its table of sectors: a sector -> what follows it."""
    table, body, entries = [FAT, END], b"", [_entry("Root Entry", 5, child=1, start=END, size=0)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(SMALLEST, b"\0")
        padded += bytes(-len(padded) % SECTOR)
        start, sectors = len(table), len(padded) // SECTOR
        table += [*range(start + 1, start + sectors), END]
        right = number + 1 if number < len(streams) else NONE
        entries.append(_entry(name, 2, right=right, start=start, size=len(padded)))
        body += padded
    for sector, following in (chain or {}).items():
        table[sector] = following
    fat = struct.pack("<128I", *table, *[FREE] * (128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, SMALLEST, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + b"".join(entries).ljust(SECTOR, b"\0") + body


def _entry(name: str, kind: int, *, right: int = NONE, child: int = NONE, start: int, size: int) -> bytes:
    words = (name + "\0").encode("utf-16-le")
    head = words.ljust(64, b"\0") + struct.pack("<HBB3I", len(words), kind, 1, NONE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def record(kind: int, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack("<HH", kind, len(body)) + body


def opening(kind: int, version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<4H2I", version, kind, 0x0DBB, 0x07CC, 0, 6))


def text(words: str, *, length: str = "<H") -> bytes:
    return struct.pack(length, len(words)) + b"\1" + words.encode("utf-16-le")


@dataclass(frozen=True)
class Formula:
    """A formula cell, with the eight bytes of its result, and the record that follows where that is a text."""

    result: bytes
    words: str = ""


def failed(error: str) -> Formula:
    return Formula(struct.pack("<BBBBHH", 2, 0, ERRORS[error], 0, 0, 0xFFFF))


def said(words: str) -> Formula:
    return Formula(struct.pack("<BBHHH", 0, 0, 0, 0, 0xFFFF), words)


def cell(row: int, column: int, value: Cell | Formula) -> bytes:
    at = struct.pack("<3H", row, column, 0)
    if isinstance(value, str):
        return record(0x0204, at, text(value)) if value else b""
    if isinstance(value, Formula):
        following = record(0x0207, text(value.words)) if value.words else b""
        return record(0x0006, at, value.result, bytes(6), b"\3\0\x1e\1\0") + following
    if isinstance(value, bool | ErrorCell):
        known = (value, 0) if isinstance(value, bool) else (ERRORS[value.text], 1)
        return record(0x0205, at, bytes(known))
    if isinstance(value, dt.date):
        days = (value - dt.date(1899, 12, 30)).days
        return record(0x0203, struct.pack("<3Hd", row, column, DATED, days))
    return record(0x0203, at, struct.pack("<d", value))


Line = Sequence[Cell | Formula]


def sheet(lines: Sequence[Line], *, top: int = 0, left: int = 0) -> bytes:
    """A worksheet's records; `top` and `left` empty rows and columns come first."""
    cells = (cell(r, c, value) for r, line in enumerate(lines, top) for c, value in enumerate(line, left))
    return opening(0x0010) + b"".join(cells) + record(0x000A)


def workbook(*sheets: bytes, more: bytes = b"", states: Sequence[int] = (), version: int = 0x0600) -> bytes:
    """The stream of a workbook; `more` are records of its own, `states` are 0 (visible), 1 or 2 by sheet."""
    formats = b"".join(record(0x00E0, struct.pack("<HH", 0, form), bytes(16)) for form in (0, 14))
    shown = [*states, *[0] * len(sheets)]
    names = [text(f"表{number}", length="<B") for number in range(1, len(sheets) + 1)]
    head, tail = opening(0x0005, version) + more + formats, record(0x000A)
    place = len(head) + sum(10 + len(name) for name in names) + len(tail)
    for number, content in enumerate(sheets):
        head += record(0x0085, struct.pack("<IBB", place, shown[number], 0), names[number])
        place += len(content)
    return head + tail + b"".join(sheets)


def xls(*lines: Line, more: bytes = b"") -> bytes:
    """An .xls of one sheet with these lines."""
    return compound({"Workbook": workbook(sheet(lines), more=more)})


def table_xml(*rows: str, more: str = "") -> bytes:
    """An XML Spreadsheet 2003 of one sheet with these rows; `more` stands behind the table."""
    body = f'<Worksheet ss:Name="名册"><Table>{"".join(rows)}</Table>{more}</Worksheet>'
    head = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    return f"{head}<Workbook {NAMESPACES}>{body}</Workbook>".encode()


def xml_cell(words: str, kind: str = "String", marks: str = "") -> str:
    return f'<Cell {marks}><Data ss:Type="{kind}">{words}</Data></Cell>'
