"""Files that are not what they say, or are more than they say (SECURITY.md part E), made with zipfile alone."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from aid.imports.reader import read_sheets

HEADER = ("区划代码", "名称", "级别")
SOUND = ("360426102000", "吴山镇", "乡镇")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
BIG = 16 * 2**20  # past the size from which the ratio counts
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def inline(at: str, words: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{words}</t></is></c>'


def wrong(at: str = "") -> str:
    """A cell with an error value; without `at` one that does not say where it is."""
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="e"><v>#N/A</v></c>'


def line(number: int, *words: str) -> str:
    cells = "".join(inline(f"{letter}{number}", word) for letter, word in zip("ABCDEFGH", words, strict=False))
    return f'<row r="{number}">{cells}</row>'


def worksheet(*rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def parts(*sheets: str, states: tuple[str, ...] = ()) -> dict[str, str]:
    """A lawful workbook of these sheets; `states` are visible, hidden or veryHidden."""
    numbers = range(1, len(sheets) + 1)
    kept = [*states, *["visible"] * len(sheets)]
    listed = "".join(f'<sheet name="表{n}" sheetId="{n}" state="{kept[n - 1]}" r:id="rId{n}"/>' for n in numbers)
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    book = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{book}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, start=1)},
    }


def good() -> dict[str, str]:
    return parts(worksheet(line(1, *HEADER), line(2, *SOUND)))


def moved(member: str, target: str, sheet: str) -> dict[str, str]:
    """A workbook whose only sheet lies at `member`, and is said to lie at `target`."""
    kept = {name: words for name, words in good().items() if name != SHEET}
    links = kept["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", target)
    return kept | {member: sheet, "xl/_rels/workbook.xml.rels": links}


def charted(*sheets: str) -> dict[str, str]:
    """A workbook that begins with a chart sheet."""
    kept = {name: words for name, words in parts("", *sheets).items() if name != SHEET}
    link, target = f'{OFFICE}/worksheet" Target="worksheets/sheet1.xml', "chartsheets/sheet1.xml"
    links = kept["xl/_rels/workbook.xml.rels"].replace(link, f'{OFFICE}/chartsheet" Target="{target}')
    return kept | {f"xl/{target}": f'<chartsheet xmlns="{MAIN}"/>', "xl/_rels/workbook.xml.rels": links}


def namesakes() -> dict[str, str]:
    two = parts(good()[SHEET], good()[SHEET])
    return two | {"xl/workbook.xml": two["xl/workbook.xml"].replace("表2", "表1")}


def packed(
    members: Mapping[str, str | bytes],
    *,
    kind: int = zipfile.ZIP_DEFLATED,
    before_closing: Callable[[zipfile.ZipFile], None] = lambda archive: None,
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, words in members.items():
            archive.writestr(name, words)
        before_closing(archive)
    return made.getvalue()


def with_sheet(*rows: str) -> bytes:
    return packed(parts(worksheet(*rows)))


def with_type(definition: str, encoding: str = "utf-8") -> bytes:
    """A sheet behind a document type, in which `&e;` stands for what it defines."""
    sheet = worksheet(line(1, *HEADER), line(2, SOUND[0], "&e;", SOUND[2]))
    head, _, rest = sheet.partition("?>")
    words = f"{head}?><!DOCTYPE worksheet [{definition}]>{rest}".replace('1.0"', f'1.0" encoding="{encoding}"')
    return packed(parts("") | {SHEET: words.encode(encoding)})


def lying() -> bytes:
    """A bomb whose directory says it is small."""
    made = bytearray(packed(good() | {STRINGS: b"A" * BIG}))
    real = struct.pack("<I", BIG)
    for at in (made.find(real), made.rfind(real)):
        made[at : at + 4] = struct.pack("<I", 1000)
    return bytes(made)


def twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of exactly what is wanted here
        return packed(good(), before_closing=lambda archive: archive.writestr(SHEET, worksheet()))


def overlapping() -> bytes:
    def onto_the_first(archive: zipfile.ZipFile) -> None:
        archive.filelist[-1].header_offset = archive.filelist[0].header_offset

    return packed(good(), before_closing=onto_the_first)


def locked() -> bytes:
    def with_password(archive: zipfile.ZipFile) -> None:
        archive.filelist[-1].flag_bits |= 1

    return packed(good(), before_closing=with_password)


def named(name: str) -> bytes:
    return packed(good() | {name: "<x/>"})


def far(at: str) -> bytes:
    row = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_sheet(line(1, *HEADER), f'<row r="{row}">{inline(at, "远")}</row>')


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghe", strict=True)
)
OUTSIDE = '<!ENTITY e SYSTEM "file:///etc/hostname">'
QUADRATIC = f'<!ENTITY e "{"A" * 50_000}">'
NESTED = f'<worksheet xmlns="{MAIN}"><sheetData>' + "<row>" * 100_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {  # the file, and a word of the sentence that refuses it
    "empty": (lambda: b"", "空的"),
    "compound file without streams": (lambda: OLE, "不是正常的表格"),
    "pdf": (lambda: b"%PDF-1.7 ...", "PDF"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "图片"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + bytes(99), "图片"),
    "rar": (lambda: b"Rar!\x1a\x07" + bytes(99), "压缩包"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "压缩包"),
    "web page without a table": (lambda: "<html><p>区划代码</p></html>".encode(), "没有表格"),
    "web page of another table": (lambda: b"<table><tr><td>x</td></tr></table>", "表头"),
    "xml": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "XML"),
    "text of another table": (lambda: "姓名,班级\r\n".encode("gb18030"), "表头"),
    "bytes": (lambda: bytes(range(256)), "不是表格文件"),
    "zip of something else": (lambda: packed({"a.txt": "x"}), "不是 Excel 工作簿"),
    "word document": (lambda: packed({"word/document.xml": "<x/>"}), "不是 Excel 工作簿"),
    "truncated": (lambda: packed(good())[:-200], "损坏"),
    "half": (lambda: packed(good())[:300], "损坏"),
    "changed byte": (lambda: packed(good(), kind=zipfile.ZIP_STORED).replace(b"360426102000", b"360426102009"), "损坏"),
    "not xml": (lambda: packed(good() | {"xl/workbook.xml": "hello <"}), "不是正常的表格"),
    "no sheet behind the name": (lambda: packed({k: v for k, v in good().items() if k != SHEET}), "不是正常的表格"),
    "far cell": (lambda: far("XFD1048576"), "过于复杂"),
    "far row": (lambda: far("A1048576"), "行"),
    "far column": (lambda: far("XFD2"), "列"),
    "bomb of strings": (lambda: packed(good() | {STRINGS: b"A" * BIG}), "过大"),
    "bomb of a sheet": (lambda: packed(good() | {SHEET: b"<c/>" * (BIG // 4)}), "过大"),
    "bomb of white space": (lambda: packed(good() | {SHEET: b" " * BIG}), "过大"),
    "bomb that lies about its size": (lying, "损坏"),
    "billion laughs": (lambda: with_type(LAUGHS), "不允许"),
    "file from outside": (lambda: with_type(OUTSIDE), "不允许"),
    "quadratic": (lambda: with_type(QUADRATIC), "不允许"),
    "billion laughs in UTF-16": (lambda: with_type(LAUGHS, "utf-16"), "编码"),
    "UTF-16 without a mark": (lambda: packed(good() | {SHEET: good()[SHEET].encode("utf-16-le")}), "不是正常的表格"),
    "endless nesting": (lambda: packed(good() | {SHEET: NESTED}), "不是正常的表格"),
    "cell in row 0": (lambda: far("A0"), "不是正常的表格"),
    "cell beyond any row": (lambda: far("A99999999999"), "过于复杂"),
    "string that is not there": (lambda: with_sheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "不是正常的表格"),
    "error cell without a place": (lambda: with_sheet(f'<row r="1">{wrong()}</row>'), "错误值"),
    "formula without a result or a place": (lambda: with_sheet('<row r="1"><c><f>B1</f></c></row>'), "没有计算结果"),
    "error cell in a sheet not listed": (
        lambda: packed(good() | {"xl/worksheets/sheet9.xml": wrong("A1")}),
        "错误值",
    ),
    "two sheets of one name": (lambda: packed(namesakes()), "同名"),
    "chart sheet only": (lambda: packed(charted()), "可见"),
    "climbing name": (lambda: named("../../evil.xml"), "结构"),
    "rooted name": (lambda: named("/etc/evil.xml"), "结构"),
    "backslash name": (lambda: named("..\\evil.xml"), "结构"),
    "drive name": (lambda: named("C:evil.xml"), "结构"),
    "one name twice": (twice, "结构"),
    "members on top of each other": (overlapping, "结构"),
    "too many members": (lambda: packed(good() | {f"x/{n}": "" for n in range(2000)}), "结构"),
    "member with a password": (locked, "密码"),
    "bzip2": (lambda: packed(good(), kind=zipfile.ZIP_BZIP2), "压缩方式"),
    "no visible sheet": (lambda: packed(parts(worksheet(), states=("hidden",))), "可见"),
    "nothing in it": (lambda: packed(parts(worksheet())), "没有内容"),
    "no header": (lambda: with_sheet(line(1, "德安县行政区划")), "表头"),
}


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def sheets_of(tmp_path: Path, content: bytes) -> dict[str, list[list]]:
    """The rows that the reader gives of a file with this content, by sheet."""
    with closing(read_sheets(write(tmp_path / "file", content))) as sheets:
        return {name: list(rows) for name, rows in sheets}
