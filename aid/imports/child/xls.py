"""Reads an .xls (BIFF8 in a compound file) behind a look at its records, which finds the cells the reader blanks.

Records and their layout: [MS-XLS] 2.3 and 2.4; a compound file: [MS-CFB].
"""

import struct
from collections.abc import Iterator
from itertools import pairwise

import book
import olefile
from archive import Faults
from told import LOCKED, RESAVE, UNTOLD_ERROR, Refused

BOF, EOF, CONTINUE, BOUND_SHEET, FILE_PASS = 0x0809, 0x000A, 0x003C, 0x0085, 0x002F
FORMULA, BOOL_ERROR, STRING, LABEL, RICH_STRING = 0x0006, 0x0205, 0x0207, 0x0204, 0x00D6
SHARED_TEXTS, SHARED_TEXT = 0x00FC, 0x00FD
CELLS = {FORMULA, BOOL_ERROR, LABEL, RICH_STRING, SHARED_TEXT, 0x0203, 0x027E, 0x00BD}  # with Number, RK, MulRk
BIFF8 = 0x0600
WIDEST = 256
NO_NUMBER, TEXT_FOLLOWS, ERROR_VALUE = b"\xff\xff", 0, 2  # how the result of a formula ends and begins
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
    places, texts = _contents(stream)
    faults = [_faulty_cells(stream, start, texts) for start in places]
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


def _contents(stream: bytes) -> tuple[list[int], int]:
    """Where each sheet begins, in the workbook's order, and how many texts are kept for the cells of all.

    Raises Refused for what is no BIFF8 or is encrypted.
    """
    places, texts = [], 0
    for number, (kind, content) in enumerate(_records(stream, 0)):
        if number == 0 and (kind != BOF or content[:2] != struct.pack("<H", BIFF8)):
            raise Refused(OLD)
        if kind == FILE_PASS:
            raise Refused(LOCKED)
        if kind == BOUND_SHEET:
            places.append(struct.unpack_from("<I", content)[0])
        elif kind == SHARED_TEXTS:
            texts = struct.unpack_from("<I", content, 4)[0]
    return places, texts


def _faulty_cells(stream: bytes, start: int, texts: int) -> Faults:
    """The cells of a sheet that hold an error value. Raises Refused for what the reader would cut short or misplace."""
    faults: Faults = {}
    row = column = -1
    for (kind, content), (following, _) in pairwise([*_records(stream, start), (EOF, b"")]):
        if kind in CELLS:
            row, column = struct.unpack_from("<HH", content)
            if column >= WIDEST:
                raise Refused(BROKEN)
        if kind == RICH_STRING or (kind in (STRING, LABEL) and following == CONTINUE):
            raise Refused(f"表里有读不全的长文字；{RESAVE}")
        if kind == SHARED_TEXT and struct.unpack_from("<I", content, 6)[0] >= texts:
            raise Refused(BROKEN)
        if kind == BOOL_ERROR and content[7]:
            faults[row, column] = ERRORS.get(content[6], UNTOLD_ERROR)
        elif kind == FORMULA and content[12:14] == NO_NUMBER and content[6] in (TEXT_FOLLOWS, ERROR_VALUE):
            faults[row, column] = ERRORS.get(content[8], UNTOLD_ERROR) if content[6] == ERROR_VALUE else ""
        elif kind == STRING:  # the result of the formula before it
            faults.pop((row, column), None)
    return faults
