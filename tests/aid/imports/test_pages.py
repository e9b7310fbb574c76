"""Web pages and XML tables under the name .xls, and the files that are no tables: each is read or told by name."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from aid.errors import BadSheet
from aid.imports import run_import
from aid.imports.reader import read_sheets
from aid.rules.cells import ErrorCell, MergedCell
from tests.aid.imports.odd_files import HEADER, LAUGHS, SOUND, packed, write
from tests.aid.imports.old_files import NAMESPACES, table_xml, xml_cell
from tests.aid.imports.sheets import id_number, row, titles


def sheets_of(tmp_path: Path, content: str | bytes) -> list[tuple[str, list[list]]]:
    path = write(tmp_path / "file.xls", content.encode() if isinstance(content, str) else content)
    with closing(read_sheets(path)) as sheets:
        return [(name, list(rows)) for name, rows in sheets]


def rows_of(tmp_path: Path, content: str | bytes) -> list[list]:
    [(_, rows)] = sheets_of(tmp_path, content)
    return rows


def tr(*words: str, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{word}</{tag}>' for word in words)}</tr>"


PAGE = f"<table>{tr(*HEADER, tag='th')}{tr(*SOUND)}</table>"
EXCEL = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"><style>td{}</style></head>'
ROW = "<Row>" + "".join(map(xml_cell, SOUND)) + "</Row>"
TITLES = "<Row>" + "".join(map(xml_cell, HEADER)) + "</Row>"


# -- web pages -----------------------------------------------------------------------


PAGES = {
    "plain": PAGE,
    "as Excel writes it": f"{EXCEL}<body>{PAGE}</body></html>".encode("gb18030"),
    "with a mark": b"\xef\xbb\xbf" + PAGE.encode(),
    "in UTF-16": b"\xff\xfe" + PAGE.encode("utf-16-le"),
    "in capitals": PAGE.replace("table", "TABLE").replace("td>", "TD>"),
    "without closing tags": PAGE.replace("</td>", "").replace("</th>", "").replace("</tr>", ""),
    "without rows' tags": PAGE.replace("<tr>", "", 1),
    "with parts": PAGE.replace("<table>", "<table><caption>名册</caption><thead>").replace("</tr>", "</tr><tbody>", 1),
    "with lines and spaces": PAGE.replace("<td>", "<td class='x'>\r\n   ").replace("</td>", "\n</td>\n"),
    "with other things in cells": PAGE.replace("<td>", "<td><!-- x --><script>1<2</script><b>").replace(
        "</td>", "</b>"
    ),
    "as XHTML": f'<?xml version="1.0"?><!DOCTYPE html><html><body>{PAGE}</body></html>',
    "with an apostrophe": PAGE.replace(SOUND[0], f"'{SOUND[0]}"),
    "with numbers of letters": PAGE.replace("吴", "&#21556;").replace("<td>", "<td> "),
}


@pytest.mark.parametrize("way", PAGES)
def test_the_table_of_a_web_page_is_read(way, tmp_path):
    assert rows_of(tmp_path, PAGES[way]) == [list(HEADER), list(SOUND)]


def test_a_web_page_goes_the_same_way_as_a_workbook(world, tmp_path):
    path = write(tmp_path / "file.xls", f"<html><table><tr><td>填表说明</table>{PAGE}</html>".encode("gb18030"))
    report = run_import(world.actors["county"], "regions", path, file_name="file.xls")
    assert (report.added, report.warnings) == (1, ["前面的工作表没有表头，读的是工作表“表2”"])


def test_a_title_over_several_columns_moves_no_cell(tmp_path):
    page = f"<table><tr><td colspan=2>名册<td>2026<tr><td rowspan=1>a<td colspan=x>b<td>c</table>{tr('外')}"
    assert rows_of(tmp_path, page) == [["名册", "", "2026"], ["a", "b", "c"]]


def test_lines_within_a_cell_stay_lines(tmp_path):
    page = "<table><tr><td>一<br>二<br/> 三 <td><p>四</p><p>五</p><td>&nbsp;<td></table>"
    assert rows_of(tmp_path, page) == [["一\n二\n三", "四\n五", "", ""]]


def test_a_cell_of_a_page_that_holds_an_error_or_a_shortened_number_is_held_back(world, tmp_path):
    rows = [tr("360426103000", "#N/A", "乡镇"), tr("3.60426E+11", "甲", "乡镇")]
    path = write(tmp_path / "file.xls", f"<table>{tr(*HEADER)}{''.join(rows)}</table>".encode())
    report = run_import(world.actors["county"], "regions", path, file_name="file.xls")
    assert [(held.row, held.reason) for held in report.held_back] == [(2, "error_cell"), (3, "number_cell")]


# -- XML tables ----------------------------------------------------------------------


def test_an_xml_table_goes_the_same_way_as_a_workbook(world, tmp_path):
    path = write(tmp_path / "file.xls", table_xml(TITLES, ROW))
    assert run_import(world.actors["county"], "regions", path, file_name="file.xls").added == 1


def test_every_kind_of_cell_of_an_xml_table_comes_as_what_it_is(tmp_path):
    cells = [
        xml_cell("360426201001010015"),
        xml_cell("360426201001010015", "Number"),
        xml_cell("1", "Boolean"),
        xml_cell("2014-01-25T00:00:00.000", "DateTime"),
        xml_cell("#N/A", "Error"),
        '<Cell ss:Formula="=A1"/>',
        '<Cell><Comment><ss:Data ss:Type="String">批注</ss:Data></Comment></Cell>',
        xml_cell("<B xmlns='http://www.w3.org/TR/REC-html40'>粗</B>细"),
    ]
    [row] = rows_of(tmp_path, table_xml("<Row>", *cells, "</Row>"))
    assert row[:4] == ["360426201001010015", 3.60426201001010015e17, True, dt.date(2014, 1, 25)]
    assert row[4:] == [ErrorCell("#N/A"), ErrorCell(""), "", "粗细"]


def test_places_left_out_of_an_xml_table_are_empty(tmp_path):
    rows = [
        "<Row ss:Index='2'>" + xml_cell("a", marks='ss:Index="2" ss:MergeAcross="1"') + xml_cell("b") + "</Row>",
        "<Row ss:Span='1'/>",
        f"<Row>{xml_cell('c')}</Row>",
    ]
    assert rows_of(tmp_path, table_xml(*rows)) == [[], ["", "a", "", "b"], [], [], ["c"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_an_xml_table_is_read_in_every_encoding(encoding, tmp_path):
    words = table_xml(ROW).decode().replace('"1.0"', f'"1.0" encoding="{encoding.removesuffix("-sig")}"')
    assert rows_of(tmp_path, words.encode(encoding)) == [list(SOUND)]


def test_hidden_sheets_of_an_xml_table_stay_out(tmp_path):
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    second = f'</Worksheet><Worksheet ss:Name="二"><Table>{ROW}</Table>'
    assert sheets_of(tmp_path, table_xml(ROW, more=hidden + second)) == [("二", [list(SOUND)])]
    with pytest.raises(BadSheet, match="可见"):
        sheets_of(tmp_path, table_xml(ROW, more=hidden))


# -- what is refused -----------------------------------------------------------------


ODF = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
XML_HEAD = f"<Workbook {NAMESPACES}>"
REFUSED = {  # a file, and a word of the sentence that refuses it
    "a table in a table": ("<table><tr><td><table><tr><td>a</table></table>", "套着"),
    "a page that breaks off": (f"<html>{PAGE[:-12]}", "不完整"),
    "a page of comments never closed": ("<html>" + "<!--" * 3_000_000, "不完整"),
    "a page of marks never closed": ("<html>" + "</" * 3_000_000, "不完整"),
    "a page that is all script": (f"<html><script>{PAGE * 50}", "不完整"),
    "a page of frames": ("<html><frameset><frame src='sheet001.htm'></frameset></html>", "没有表格"),
    "a page in Big5": ("<html><meta charset=big5><table><tr><td>a</table>", "big5"),
    "a page with a NUL": ("<table><tr><td>\0</table>" + " " * 5000, "不是表格文件"),
    "a page with too many columns": ("<table><tr>" + "<td>" * 501 + "</table>", "500 列"),
    "a page with one cell too wide": ("<table><tr><td colspan=99999999999999>a</table>", "500 列"),
    "a page with too many rows": ("<table>" + "<tr>" * 200_001 + "</table>", "200,000 行"),
    "a page of odd marks": ("<html><![x[<table>", "不是正常的表格"),
    "an XML table with definitions": (f"<!DOCTYPE x [{LAUGHS}]>{XML_HEAD}&b;</Workbook>", "不允许"),
    "an XML table that breaks off": (table_xml(TITLES, ROW)[:-30], "不是正常的表格"),
    "an XML table with cells merged downwards": (
        table_xml("<Row>", xml_cell("a", marks='ss:MergeDown="1"'), "</Row>"),
        "上下合并",
    ),
    "an XML table whose rows go back": (table_xml(ROW, "<Row ss:Index='1'/>"), "结构"),
    "an XML table whose cells go back": (table_xml("<Row><Cell/>", "<Cell ss:Index='1'/></Row>"), "结构"),
    "an XML table with a far row": (table_xml("<Row ss:Index='999999999'/>"), "200,000 行"),
    "an XML table with a far cell": (table_xml("<Row><Cell ss:Index='16384'/></Row>"), "500 列"),
    "an XML table with a wide cell": (table_xml("<Row><Cell ss:MergeAcross='16384'/></Row>"), "500 列"),
    "an XML table with a long span": (table_xml("<Row ss:Span='999999999'/>"), "200,000 行"),
    "an XML table with a number that is none": (
        table_xml("<Row>", xml_cell("x", "Number"), "</Row>"),
        "不是正常的表格",
    ),
    "XML nested without end": (XML_HEAD + "<a>" * 100_000, "不是正常的表格"),
    "OpenDocument": (packed({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}), "ods"),
    "OpenDocument in one file": (f'<?xml version="1.0"?><o xmlns="{ODF}"><table/></o>', "ods"),
    "xlsb": (packed({"xl/workbook.bin": b"x"}), "xlsb"),
    "a Word document": (packed({"word/document.xml": "<x/>"}), "Word"),
    "a zip archive": (packed({"名册.xlsx": b"x"}), "压缩包"),
    "an empty zip archive": (packed({}), "压缩包"),
    "gzip": (b"\x1f\x8b\x08" + bytes(99), "压缩包"),
    "gif": (b"GIF89a" + bytes(99), "图片"),
    "bmp": (b"BM" + bytes(99), "不是表格文件"),
    "rtf": (rb"{\rtf1\ansi}", "RTF"),
    "a page and its pictures in one": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_for_certain_is_one_sentence_that_says_what_to_do(name, tmp_path):
    content, word = REFUSED[name]
    with pytest.raises(BadSheet, match=word) as refusal:
        sheets_of(tmp_path, content)
    assert "请" in str(refusal.value)
    assert len(str(refusal.value)) < 100


# -- cells merged downwards ------------------------------------------------------------


def test_a_header_of_two_lines_in_a_page_keeps_every_title_in_its_column(tmp_path):
    page = (
        "<table><tr><td rowspan=2>区划代码<td colspan=2>区划<td rowspan=2>备注<tr><td>名称<td>级别"
        f"{tr(*SOUND, '无')}</table>"
    )
    first, second, line = rows_of(tmp_path, page)
    merged = MergedCell()
    assert (first, second) == (["区划代码", "区划", "", "备注"], [merged, "名称", "级别", merged])
    assert line == [*SOUND, "无"]


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_a_cell_that_is_merged_with_one_above_is_held_back_never_empty(ending, world, tmp_path):
    lines = [
        titles("roll"),
        *(row("roll", {"身份证号": id_number(n), "班级": "1班" if n == 3 else ""}) for n in (3, 5)),
    ]
    path = tmp_path / f"file.{ending}"
    if ending == "xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate(lines):
                sheet.write_row(number, 1, cells)
            at = 1 + titles("roll").index("班级")
            sheet.merge_range(1, at, 2, at, "1班")
    else:
        above = tr(*lines[1]).replace("<td>1班", "<td rowspan=2>1班")
        path.write_text(f"<table>{tr(*lines[0])}{above}{tr(*lines[2]).replace('<td></td>', '', 1)}</table>")
    report = run_import(world.actors["county"], "roll", path, file_name=path.name)
    assert [(held.row, held.column) for held in report.held_back] == [(3, "班级")]
    assert "请取消合并" in report.held_back[0].message
