"""Reads one .xlsx in a process of its own and writes its rows to standard output, chunk by chunk, as JSON.

Run as a script by reader.py, never imported: whatever a hostile file does, it does here, under limits, and this
process dies of it. What crashed or hung which reader is told in docs/decisions.md; the order of the checks matters.
A sheet begins with {"sheet": name}; then each line is {"rows": [[…], …]}, cells being text or [kind, text] with kind
n(umber), d(ate), b(oolean), e(rror). The last line is {"end": …}; a refusal is one line {"refused": sentence}.
"""

import ctypes
import datetime as dt
import json
import re
import resource
import signal
import sys
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

import python_calamine

MEMORY = 1024 * 2**20
SECONDS = 60
MEMBERS = 2000
MEMBER_BYTES, TOTAL_BYTES = 200 * 2**20, 320 * 2**20
RATIO, RATIO_FROM = 200, 8 * 2**20
ROWS, COLUMNS = 200_000, 500
CHUNK_ROWS, CHUNK_BYTES = 2000, 2**20
OVERLAP = 4000  # bytes that a cell with its formula may be cut across two chunks
LOCAL_HEADER = 30
ERROR_SIGN = re.compile(rb"\st\s*=\s*[\"']e[\"']")
CELL = re.compile(rb"<(?:[^\s<>/]+:)?c\s[^<>]*>")
FORMULA = rb"(?:<(?:[^\s<>/]+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:[^\s<>/]+:)?f>))?"
VALUE = re.compile(FORMULA + rb"<(?:[^\s<>/]+:)?v(?:\s[^<>]*)?>(#[A-Z0-9/!?_]{2,14})")
UNTOLD_ERROR = "（公式出错）"
ERRORS_SOMEWHERE = "表里有错误值（如 #N/A），请改正后再导入"
Errors = dict[tuple[int, int], str]
REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"


class Refused(Exception):
    """The file cannot be taken in; the message is for the clerk."""


def main(path: str) -> None:
    """Answer on standard output with the rows of the file at `path`, or with why it is refused."""
    _limit()
    try:
        errors = _checked(path)
        _send(path, errors)
    except Refused as refusal:
        print(json.dumps({"refused": str(refusal)}), flush=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        print(json.dumps({"refused": f"文件已损坏，无法读取；{RESAVE}"}), flush=True)
    except (python_calamine.CalamineError, ET.ParseError, KeyError, ValueError):
        print(json.dumps({"refused": f"文件内容不是正常的表格；{RESAVE}"}), flush=True)


def _limit() -> None:
    """Bounds on memory, time and files; and no life after the server's own death."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# -- before the reader sees it -------------------------------------------------


def _checked(path: str) -> dict[str, Errors]:
    """Look at every member; return the error cells (row and column, from 0) by the name of their member."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_directory(members)
        if "xl/workbook.xml" not in {member.filename for member in members}:
            raise Refused(f"这个文件不是 Excel 工作簿；{RESAVE}")
        total, errors = 0, {}
        for member in members:
            size, found = _inflate(archive, member)
            total += size
            if total > TOTAL_BYTES:
                raise Refused("文件解开后过大，请拆分成几个文件再导入")
            if found:
                errors[member.filename] = found
    return errors


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MEMBERS or len(set(names)) < len(names):
        raise Refused(f"文件结构不正常；{RESAVE}")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name:
            raise Refused(f"文件结构不正常；{RESAVE}")
    for member in members:
        if member.flag_bits & 1:
            raise Refused("文件带密码，请去掉密码另存后再导入")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"文件压缩方式不正常；{RESAVE}")
        if member.file_size > MEMBER_BYTES:
            raise Refused("文件解开后过大，请拆分成几个文件再导入")
    starts = sorted((member.header_offset, member.compress_size) for member in members)
    for (start, size), (following, _) in pairwise(starts):
        if start + LOCAL_HEADER + size > following:
            raise Refused(f"文件结构不正常；{RESAVE}")


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, Errors]:
    """Read a member to its end, counting: headers lie. zipfile checks its CRC and stops at the declared size."""
    size, tail, found = 0, b"", {}
    plain = member.filename.lower().endswith((".xml", ".rels"))
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            if not size and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Refused(f"文件编码不正常；{RESAVE}")
            size += len(chunk)
            if size > MEMBER_BYTES or (size > RATIO_FROM and size > RATIO * max(member.compress_size, 1)):
                raise Refused("文件解开后过大，疑似压缩炸弹，未读取")
            seen = tail + chunk
            if plain and FORBIDDEN.search(seen):
                raise Refused(f"文件含有不允许的定义；{RESAVE}")
            if b'"e"' in seen or b"'e'" in seen:
                found |= {at: said for at, said in _error_cells(seen) if said or at not in found}
            tail = seen[-OVERLAP:]
    return size, found


def _error_cells(text: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Whichever way it is written; one that has no place of its own refuses the file: the reader gives it out empty."""
    for sign in ERROR_SIGN.finditer(text):
        start = text.rfind(b"<", 0, sign.start())
        cell = CELL.match(text, max(start, 0))
        if cell is None:  # of something else, or cut off: then the next chunk has it again
            continue
        at = REFERENCE.search(cell[0])
        if at is None:
            raise Refused(ERRORS_SOMEWHERE)
        said = VALUE.match(text, cell.end())
        yield (int(at[2]) - 1, _column(at[1])), said[1].decode() if said else ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# -- reading -------------------------------------------------------------------


def _send(path: str, errors: dict[str, Errors]) -> None:
    book = python_calamine.CalamineWorkbook.from_path(path)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    if not names:
        raise Refused("文件里没有可见的工作表")
    if len({sheet.name for sheet in book.sheets_metadata}) < len(book.sheets_metadata):
        raise Refused(f"文件里有两张同名的工作表；{RESAVE}")
    members = _members(path) if errors else {}
    if errors.keys() - set(members.values()):
        raise Refused(ERRORS_SOMEWHERE)
    for name in names:
        print(json.dumps({"sheet": name}), flush=True)
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height >= ROWS:  # both are the last one's number from 0
            raise Refused(f"表超过 {ROWS:,} 行，请删去表尾多余的空行或拆分后再导入")
        if sheet.total_width >= COLUMNS:
            raise Refused(f"表超过 {COLUMNS} 列，请删去多余的列再导入")
        _send_rows(sheet, errors.get(members.get(name, ""), {}))
    print(json.dumps({"end": True}), flush=True)


def _send_rows(sheet: python_calamine.CalamineSheet, faulty: Errors) -> None:
    chunk: list[list] = []
    left = sheet.start[1] if sheet.start else 0  # the reader leaves out empty columns on the left, but no rows
    columns: dict[int, list[tuple[int, str]]] = {}
    for (row, column), said in faulty.items():
        columns.setdefault(row, []).append((column - left, said))
    for at, row in enumerate(sheet.iter_rows()):
        cells = [cell if type(cell) is str else _told(cell) for cell in row]
        for column, said in columns.get(at, ()):
            cells[column] = ["e", said or UNTOLD_ERROR]
        chunk.append(cells)
        if len(chunk) == CHUNK_ROWS:
            print(json.dumps({"rows": chunk}, ensure_ascii=False))
            chunk = []
    print(json.dumps({"rows": chunk}, ensure_ascii=False), flush=True)


def _told(cell: object) -> str | list[str]:
    if isinstance(cell, bool):
        return ["b", "是" if cell else "否"]
    if isinstance(cell, int | float):
        return ["n", repr(cell)]
    if isinstance(cell, dt.datetime):
        return ["d", cell.date().isoformat()]
    return ["d", cell.isoformat()] if isinstance(cell, dt.date) else str(cell)


def _members(path: str) -> dict[str, str]:
    """By a sheet's name the archive's member that holds it, found as the reader finds it: however it is capitalised."""
    with zipfile.ZipFile(path) as archive:
        written = {name.lower(): name for name in archive.namelist()}
        book = ET.fromstring(archive.read("xl/workbook.xml"))
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target") for link in links}
    sheets = {node.get("name"): targets[_relation(node)] for node in book.iter() if node.tag.endswith("}sheet")}
    paths = {name: at.lstrip("/") if at.startswith("/") else f"xl/{at}" for name, at in sheets.items()}
    return {name: written.get(path.lower(), "") for name, path in paths.items()}


def _relation(sheet: ET.Element) -> str:
    """Its r:id; a workbook in the strict form of the standard has another namespace for it."""
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")


if __name__ == "__main__":
    main(sys.argv[1])
