"""Reads an .xls (BIFF8 in a compound file) behind a look at its records, which finds the cells the reader blanks.

Records and their layout: [MS-XLS] 2.3 and 2.4; a compound file: [MS-CFB].
"""

import struct
from collections.abc import Iterator
from itertools import pairwise

import book
import olefile
from archive import Faults
from told import LOCKED, RESAVE, Refused

BOF, EOF, CONTINUE, BOUND_SHEET, FILE_PASS = 0x0809, 0x000A, 0x003C, 0x0085, 0x002F
FORMULA, BOOL_ERROR, STRING, LABEL, RICH_STRING = 0x0006, 0x0205, 0x0207, 0x0204, 0x00D6
CELLS = {FORMULA, BOOL_ERROR, LABEL, RICH_STRING, 0x0203, 0x027E, 0x00FD, 0x00BD}  # with Number, RK, LabelSst, MulRk
BIFF8 = 0x0600
WIDEST = 256
ERROR_VALUE = b"\x02"  # what the result of a formula begins with, if its last two bytes are ff ff
ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}
OLD = f"这是很旧的 .xls 文件；{RESAVE}"
BROKEN = f"文件已损坏，无法读取；{RESAVE}"
OTHERS = {  # what else a compound file can be, by a stream of it
    "EncryptedPackage": LOCKED,
    "Book": OLD,
    "WordDocument": "这是 Word 文档，不是表格；请把表格复制到 Excel 或 WPS 里，存为 .xlsx 再导入",
}
Record = tuple[int, bytes]


def send(path: str) -> None:
    """Tell every visible sheet of the workbook at `path`. Raises Refused and what the readers raise."""
    stream = _workbook(path)
    faults = [_faulty_cells(stream, start) for start in _sheets(stream)]
    book.send(path, lambda number, _: faults[number])


def _workbook(path: str) -> bytes:
    with olefile.OleFileIO(path) as file:
        if file.exists("Workbook"):
            return file.openstream("Workbook").read()
        found = [sentence for name, sentence in OTHERS.items() if file.exists(name)]
    raise Refused(found[0] if found else f"这个文件里没有表格；{RESAVE}")


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The records from `start` on to the end of that part of the stream. Raises Refused where it breaks off."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        start += 4 + size
        if start > len(stream):
            break
        yield kind, stream[start - size : start]
        if kind == EOF:
            return
    raise Refused(BROKEN)


def _sheets(stream: bytes) -> Iterator[int]:
    """Where each sheet begins, in the workbook's order. Raises Refused for what is no BIFF8 or is encrypted."""
    for number, (kind, content) in enumerate(_records(stream, 0)):
        if number == 0 and (kind != BOF or content[:2] != struct.pack("<H", BIFF8)):
            raise Refused(OLD)
        if kind == FILE_PASS:
            raise Refused(LOCKED)
        if kind == BOUND_SHEET:
            yield struct.unpack_from("<I", content)[0]


def _faulty_cells(stream: bytes, start: int) -> Faults:
    """The cells of a sheet that hold an error value. Raises Refused for what the reader would cut short or misplace."""
    faults: Faults = {}
    for (kind, content), (following, _) in pairwise([*_records(stream, start), (EOF, b"")]):
        if kind in CELLS:
            row, column = struct.unpack_from("<HH", content)
            if column >= WIDEST:
                raise Refused(BROKEN)
        if kind == RICH_STRING or (kind in (STRING, LABEL) and following == CONTINUE):
            raise Refused(f"表里有读不全的长文字；{RESAVE}")
        if kind == BOOL_ERROR and content[7]:
            faults[row, column] = ERRORS.get(content[6], "#N/A")
        if kind == FORMULA and content[6:7] == ERROR_VALUE and content[12:14] == b"\xff\xff":
            faults[row, column] = ERRORS.get(content[8], "#N/A")
    return faults
