"""Reads an .xlsx behind the look at its archive; the cells that the reader gives out empty are found in the XML."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

import archive
import book
from archive import BOOK
from told import UNTOLD_ERROR, Refused

PREFIX = rb"(?:[^\s<>/]+:)?"
ERROR_SIGN = re.compile(rb"\st\s*=\s*[\"']e[\"']")
CELL = re.compile(rb"<" + PREFIX + rb"c\s[^<>]*>")
FORMULA = rb"<" + PREFIX + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</" + PREFIX + rb"f>)"
VALUE = re.compile(rb"(?:" + FORMULA + rb")?<" + PREFIX + rb"v(?:\s[^<>]*)?>(#[A-Z0-9/!?_]{2,14})")
NO_VALUE = rb"(<" + PREFIX + rb"v(?:\s[^<>]*)?(?:/>|></" + PREFIX + rb"v>))?\s*</" + PREFIX + rb"c>"
NO_RESULT = re.compile(rb"(<" + PREFIX + rb"c(?:\s[^<>]*)?>)\s*" + FORMULA + rb"\s*" + NO_VALUE)
TEXT_SIGN = re.compile(rb"\st\s*=\s*[\"']str[\"']")
REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")
FAULTS_SOMEWHERE = "表里有错误值（如 #N/A）或没有计算结果的公式，请改正后再导入"


def send(path: str) -> None:
    """Tell every visible sheet of the workbook at `path`. Raises Refused and what zipfile and the reader raise."""
    faults = archive.checked(path, _faulty_cells)
    members = _members(path) if faults else {}
    if faults.keys() - set(members.values()):
        raise Refused(FAULTS_SOMEWHERE)
    book.send(path, lambda _, name: faults.get(members.get(name, ""), {}))


def _faulty_cells(text: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Whichever way it is written; one that has no place of its own refuses the file: the reader gives it out empty."""
    # One byte is looked for at a tenth of the cost of two, and neither is in a sheet of texts.
    if b"f" in text and (b"<f" in text or b":f" in text):
        for found in NO_RESULT.finditer(text):
            # A formula whose result is the empty text is no fault: it says so, and has a value that is empty.
            if not (found[2] and TEXT_SIGN.search(found[1])):
                yield _place(found[1]), ""
    if b'"e"' in text or (b"'" in text and b"'e'" in text):
        for sign in ERROR_SIGN.finditer(text):
            start = text.rfind(b"<", 0, sign.start())
            cell = CELL.match(text, max(start, 0))
            if cell:  # else of something else, or cut off: then the next chunk has it again
                said = VALUE.match(text, cell.end())
                yield _place(cell[0]), said[1].decode() if said else UNTOLD_ERROR


def _place(cell: bytes) -> tuple[int, int]:
    at = REFERENCE.search(cell)
    if at is None:
        raise Refused(FAULTS_SOMEWHERE)
    column = 0
    for letter in at[1]:
        column = column * 26 + letter - 64
    return int(at[2]) - 1, column - 1


def _members(path: str) -> dict[str, str]:
    """By a sheet's name the archive's member that holds it, found as the reader finds it: however it is capitalised."""
    with zipfile.ZipFile(path) as file:
        written = {name.lower(): name for name in file.namelist()}
        workbook = ET.fromstring(file.read(BOOK))
        links = ET.fromstring(file.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target") for link in links}
    sheets = {node.get("name"): targets[_relation(node)] for node in workbook.iter() if node.tag.endswith("}sheet")}
    paths = {name: at.lstrip("/") if at.startswith("/") else f"xl/{at}" for name, at in sheets.items()}
    return {name: written.get(path.lower(), "") for name, path in paths.items()}


def _relation(sheet: ET.Element) -> str:
    """Its r:id; a workbook in the strict form of the standard has another namespace for it."""
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")
