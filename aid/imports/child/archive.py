"""The look at a zip archive before any reader opens it: its directory, and every member inflated and counted."""

import re
import zipfile
from collections.abc import Callable, Iterable
from itertools import pairwise

from told import RESAVE, Refused

MEMBERS = 2000
MEMBER_BYTES, TOTAL_BYTES = 200 * 2**20, 320 * 2**20
RATIO, RATIO_FROM = 200, 8 * 2**20
CHUNK_BYTES = 2**20
OVERLAP = 64_000  # bytes that a cell with its formula may be cut across two chunks
LOCAL_HEADER = 30
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
BOOK = "xl/workbook.xml"
LARGE = "文件解开后过大，请拆分成几个文件再导入"
ODD = f"文件结构不正常；{RESAVE}"
OPEN_DOCUMENT = f"这是 .ods 等 OpenDocument 文件；{RESAVE}"
OTHERS = {  # what else a zip archive can be, by a member of it
    "xl/workbook.bin": f"这是 .xlsb 文件；{RESAVE}",
    "content.xml": OPEN_DOCUMENT,
    "word/document.xml": "这个文件不是 Excel 工作簿，是 Word 文档；请把表格复制到 Excel 或 WPS 里，存为 .xlsx 再导入",
}
Faults = dict[tuple[int, int], str]  # cells that hold no value: what they hold instead, by row and column from 0
Scan = Callable[[bytes], Iterable[tuple[tuple[int, int], str]]]


def checked(path: str, scan: Scan) -> dict[str, Faults]:
    """Look at every member of a workbook; return what `scan` finds in its XML by the name of the member.

    `scan` is called with each piece of a member and some of the piece before it. Raises Refused.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _check_directory(members)
        _check_kind({member.filename for member in members})
        total, faults = 0, {}
        for member in members:
            size, found = _inflate(archive, member, scan)
            total += size
            if total > TOTAL_BYTES:
                raise Refused(LARGE)
            if found:
                faults[member.filename] = found
    return faults


def _check_kind(names: set[str]) -> None:
    if BOOK in names:
        return
    for name, sentence in OTHERS.items():
        if name in names:
            raise Refused(sentence)
    raise Refused("这个文件不是 Excel 工作簿，是压缩包；请解压后导入里面的表格")


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(names) > MEMBERS or len(set(names)) < len(names):
        raise Refused(ODD)
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name:
            raise Refused(ODD)
    for member in members:
        if member.flag_bits & 1:
            raise Refused("文件带密码，请去掉密码另存后再导入")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(f"文件压缩方式不正常；{RESAVE}")
        if member.file_size > MEMBER_BYTES:
            raise Refused(LARGE)
    starts = sorted((member.header_offset, member.compress_size) for member in members)
    for (start, size), (following, _) in pairwise(starts):
        if start + LOCAL_HEADER + size > following:
            raise Refused(ODD)


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scan: Scan) -> tuple[int, Faults]:
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
            if plain and b"!" in seen and FORBIDDEN.search(seen):
                raise Refused(f"文件含有不允许的定义；{RESAVE}")
            found |= {at: said for at, said in scan(seen) if said or at not in found}
            tail = seen[-OVERLAP:]
    return size, found
