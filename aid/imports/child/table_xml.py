"""Reads an XML Spreadsheet 2003, as Excel 2003 and some systems write it under the name .xls."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from text import decoded
from told import COLUMNS, MANY_COLUMNS, MANY_ROWS, MERGED, RESAVE, ROWS, Refused, Told, say_rows, say_sheet

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
SHEET, ROW, CELL, VALUE = (f"{{{NAMESPACE}}}{name}" for name in ("Worksheet", "Row", "Cell", "Data"))
VISIBLE = ".//{urn:schemas-microsoft-com:office:excel}Visible"
FORBIDDEN = re.compile("<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
DATE = re.compile(r"(\d{4}-\d{2}-\d{2})T[\d:.]+Z?")
PIECE = 2**20
ODD = f"文件结构不正常；{RESAVE}"
Rows = list[list[Told]]


def send(path: str) -> None:
    """Tell every visible sheet of the XML at `path`. Raises Refused, ParseError, ValueError."""
    words = decoded(Path(path).read_bytes())
    if FORBIDDEN.search(words):
        raise Refused(f"文件含有不允许的定义；{RESAVE}")
    shown = False
    for name, rows in _visible_sheets(words):
        shown = True
        say_sheet(name)
        say_rows(rows)
    if not shown:
        raise Refused("文件里没有可见的工作表")


def _visible_sheets(words: str) -> Iterator[tuple[str, Rows]]:
    rows: Rows = []
    for element in _elements(words):
        if element.tag == ROW:
            number = _number(element, "Index") or len(rows) + 1
            rows += [[]] * _gap(rows, number, most=ROWS)
            rows += [_cells(element), *[[]] * min(_number(element, "Span"), ROWS)]
            element.clear()
        elif element.tag == SHEET:
            if element.findtext(VISIBLE, "SheetVisible") == "SheetVisible":
                yield element.get(f"{{{NAMESPACE}}}Name", ""), rows
            rows = []
            element.clear()


def _elements(words: str) -> Iterator[ET.Element]:
    """Each element when it is complete, while the text is being read."""
    parser = ET.XMLPullParser(["end"])
    for start in range(0, len(words), PIECE):
        parser.feed(words[start : start + PIECE])
        for _, element in parser.read_events():
            yield element
    parser.close()
    for _, element in parser.read_events():
        yield element


def _cells(row: ET.Element) -> list[Told]:
    cells: list[Told] = []
    for element in row.iterfind(CELL):
        if _number(element, "MergeDown"):
            raise Refused(MERGED)
        number = _number(element, "Index") or len(cells) + 1
        cells += [""] * _gap(cells, number, most=COLUMNS)
        cells += [_told(element), *[""] * min(_number(element, "MergeAcross"), COLUMNS)]
    return cells


def _number(element: ET.Element, name: str) -> int:
    return max(0, int(element.get(f"{{{NAMESPACE}}}{name}", "0")))


def _gap(places: list, number: int, *, most: int) -> int:
    """How many places are left out before the one of this number, from 1. Raises Refused."""
    if number > most:
        raise Refused(MANY_ROWS if most == ROWS else MANY_COLUMNS)
    if number <= len(places):
        raise Refused(ODD)
    return number - 1 - len(places)


def _told(cell: ET.Element) -> Told:
    value = cell.find(VALUE)
    if value is None:
        return ["e", ""] if cell.get(f"{{{NAMESPACE}}}Formula") else ""
    words, kind = "".join(value.itertext()), value.get(f"{{{NAMESPACE}}}Type")
    if kind == "Number":
        return ["n", repr(float(words))]
    if kind == "Boolean":
        return ["b", "是" if words == "1" else "否"]
    if kind == "Error":
        return ["e", words]
    dated = DATE.fullmatch(words) if kind == "DateTime" else None
    return ["d", dated[1]] if dated else words
