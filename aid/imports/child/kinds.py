"""What a file is, by its content and never by its name; and who reads each kind."""

import codecs
from collections.abc import Callable

import page
import table_xml
import text
import xls
import xlsx
from archive import OPEN_DOCUMENT
from told import RESAVE, Refused

HEAD = 4096
PICTURE = "这是图片，不是表格；请导入表格文件本身（.xlsx、.xls 或 .csv）"
ARCHIVE = "这是压缩包，请解压后导入里面的表格"
SIGNS = {  # first bytes -> what a clerk should be told
    b"%PDF": "这是 PDF 文件，不是表格；请导入原来的表格文件（.xlsx、.xls 或 .csv）",
    b"\x89PNG": PICTURE,
    b"\xff\xd8\xff": PICTURE,
    b"GIF8": PICTURE,
    b"II*\0": PICTURE,
    b"MM\0*": PICTURE,
    b"RIFF": PICTURE,
    b"Rar!": ARCHIVE,
    b"7z\xbc\xaf": ARCHIVE,
    b"\x1f\x8b": ARCHIVE,
    b"BZh": ARCHIVE,
    b"\xfd7zXZ": ARCHIVE,
    b"PK\x05\x06": ARCHIVE,
    b"MIME-Version": f"这是单个文件的网页（.mht），只是名字像表格；{RESAVE}",
    b"{\\rtf": "这是 RTF 文档，不是表格；请把表格复制到 Excel 或 WPS 里，存为 .xlsx 再导入",
}
READERS: dict[bytes, Callable[[str], None]] = {b"PK\x03\x04": xlsx.send, b"\xd0\xcf\x11\xe0": xls.send}
PAGE_SIGNS = ("<html", "<!doctype html", "<table", "<head", "<meta", "<body", "<style", "<div")


def reader_of(path: str) -> Callable[[str], None]:
    """What tells the rows of the file at `path`. Raises Refused for a file that is no table."""
    with open(path, "rb") as file:
        head = file.read(HEAD)
    for sign, reader in READERS.items():
        if head.startswith(sign):
            return reader
    for sign, sentence in SIGNS.items():
        if head.startswith(sign):
            raise Refused(sentence)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or text.wide_without_mark(head)
    if b"\0" in head and not wide:
        raise Refused(f"这不是表格文件（可以导入 .xlsx、.xls 和 .csv），或者已损坏；{RESAVE}")
    opening = head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip().lower()
    if not opening.startswith("<"):
        return text.send
    if table_xml.NAMESPACE in opening:
        return table_xml.send
    if "urn:oasis:names:tc:opendocument" in opening:
        raise Refused(OPEN_DOCUMENT)
    if any(sign in opening for sign in PAGE_SIGNS):
        return page.send
    raise Refused(f"这是 XML 文件，不是表格；{RESAVE}")
