"""Exported lists: text stays text, whatever it looks like; sums, types and names of sheets."""

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from xlsxwriter.worksheet import Worksheet

from aid.errors import RuleBroken
from aid.workbooks import base, page
from aid.workbooks.base import Column, list_csv, list_workbook
from aid.workbooks.sheets import Chart, Line, Sheet
from aid.workbooks.style import WHOLE, Kind
from tests.aid.workbooks.conftest import opened, read

ID_NUMBER = "36042620090830001X"
PAYLOADS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"),
    *('=HYPERLINK("http://x","点我")', "=cmd|'/c calc'!A1", "{=1+1}", "http://x", "007", "1E5", ID_NUMBER, "张三"),
]
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def sheet_xml(path):
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/worksheets/sheet1.xml").decode()


def as_csv(columns, rows):
    out = io.BytesIO()
    list_csv(out, columns, rows)
    return out.getvalue()


def test_no_text_of_a_workbook_is_a_formula_a_number_or_a_link(tmp_path):
    path = tmp_path / "list.xlsx"
    written = list_workbook(
        path,
        title="名单",
        subtitle="=1+1",
        columns=[Column("=A1"), Column("身份证号")],
        rows=[(p, p) for p in PAYLOADS],
    )
    assert written == len(PAYLOADS)
    assert "<f>" not in sheet_xml(path)
    assert "hyperlink" not in sheet_xml(path)
    cells = re.findall(r'<c r="[A-Z]+\d+"[^>]*?(?: t="(\w+)")?>', sheet_xml(path))
    assert set(cells) == {"inlineStr"}


def test_a_workbook_gives_back_the_text_it_was_given(tmp_path):
    path = tmp_path / "list.xlsx"
    list_workbook(path, title="名单", subtitle="", columns=[Column("值")], rows=[(p,) for p in PAYLOADS])
    with opened(path, values=True) as book:
        shown = [unescape(row[0]) for row in book["名单"].iter_rows(min_row=4, values_only=True)]
    assert [text.replace("\r", "\n") for text in shown] == [text.replace("\r", "\n") for text in PAYLOADS]


def test_no_text_of_a_csv_begins_like_a_formula():
    cells = [
        row[0] for row in csv.reader(io.StringIO(as_csv([Column("=A1")], [(p,) for p in PAYLOADS])[3:].decode(), ""))
    ]
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    ]
    assert "'=1+1" in cells
    assert "007" in cells


def test_a_csv_opens_in_excel_without_garbling():
    content = as_csv([Column("姓名"), Column("备注")], [("张三", '说"好", 一行\n又一行'), (None, -5)])
    assert content == '\ufeff姓名,备注\r\n张三,"说""好"", 一行\n又一行"\r\n,-5\r\n'.encode()


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_a_csv_gives_back_every_text(rows):
    content = as_csv([Column("甲"), Column("乙")], rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(content, "")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in found] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(TEXT, min_size=1, max_size=5))
def test_any_text_makes_a_workbook_that_opens(cells):
    out = io.BytesIO()
    list_workbook(out, title=cells[0], subtitle=cells[0], columns=[Column("值")], rows=[(cell,) for cell in cells])
    with opened(out, values=True) as book:
        shown = [unescape(row[0] or "") for row in book.worksheets[0].iter_rows(min_row=4, max_col=1, values_only=True)]
    printable = re.compile(r"[^\r\n]")
    assert [len(printable.findall(cell)) for cell in shown] == [len(printable.findall(cell)) for cell in cells]


def test_numbers_dates_and_nothing_keep_their_kind_and_totals_are_added(tmp_path):
    columns = [Column("日期"), Column("人数", number_format=WHOLE, total=True), Column("空"), Column("时刻", 17)]
    moment = dt.datetime(2026, 9, 1, 8, 30)
    rows = [(dt.date(2026, 9, 1), 3, None, moment), (dt.date(2026, 9, 2), 4, "", moment)]
    assert list_workbook(tmp_path / "list.xlsx", title="名单", subtitle="", columns=columns, rows=iter(rows)) == 2
    lines = read(tmp_path / "list.xlsx", "名单").lines
    assert lines[0] == {"日期": dt.datetime(2026, 9, 1), "人数": 3, "空": None, "时刻": moment}
    assert lines[2]["人数"] == 7
    assert "<f>SUBTOTAL(9,B4:B5)</f><v>7</v>" in sheet_xml(tmp_path / "list.xlsx")


def test_an_empty_list_is_a_workbook_with_a_header(tmp_path):
    columns = [Column("姓名"), Column("人数", number_format=WHOLE, total=True)]
    assert list_workbook(tmp_path / "list.xlsx", title="名单", subtitle="", columns=columns, rows=[]) == 0
    assert read(tmp_path / "list.xlsx", "名单").titles == ["姓名", "人数"]


def test_every_sheet_is_ready_to_print_and_to_filter(tmp_path):
    list_workbook(tmp_path / "list.xlsx", title="名单&表", subtitle="甲", columns=[Column("姓名")], rows=[("张三",)])
    with opened(tmp_path / "list.xlsx", values=True) as book:
        sheet = book.worksheets[0]
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.freeze_panes == "A4"
        assert sheet.auto_filter.ref == "A3:A4"
        assert "第 &P 页，共 &N 页" in sheet.oddFooter.right.text
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_refuses_more_rows_than_a_sheet_holds_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "ROWS", 100)
    with pytest.raises(RuleBroken, match="上限"):
        list_workbook(
            tmp_path / "list.xlsx", title="名单", subtitle="", columns=[Column("姓名")], rows=[("张三",)] * 200
        )
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_a_sentence(tmp_path):
    with pytest.raises(RuleBroken, match="写不进去"):
        list_workbook(tmp_path, title="名单", subtitle="", columns=[Column("姓名")], rows=[])


@pytest.mark.parametrize("long", [False, True])
def test_cells_are_written_to_the_byte_as_xlsxwriter_would(tmp_path, monkeypatch, long):
    values = [*PAYLOADS, " 前", "后 ", "a_x0041_b", "\ufffe", "<r>b</r>", "", None, 0, -1.5, 1e21, Decimal("625.10")]
    values += [dt.date(2026, 9, 1), dt.datetime(2026, 9, 1, 8, 30), "&<>\"'", "\x00\x1f\x7f", "甲\n乙", "一 二", True]
    sheets, columns = [], [Column("值"), Column("数", total=True, number_format=WHOLE)]
    for name in ("ours", "theirs"):
        lines = [Line((value, 1)) for value in values] + [Line(("合计",), Kind.TOTAL)]
        sheet = Sheet("表", "表", "", columns, lines, notes=["注"])
        base.write_book(tmp_path / name, [sheet], author="", made=dt.datetime(2026, 9, 1), long=long)
        sheets.append(sheet_xml(tmp_path / name))
        monkeypatch.setattr(base, "_Worksheet", Worksheet)
    assert sheets[0] == sheets[1]


@pytest.mark.parametrize(("width", "paper"), [(104, 9), (189, 9), (190, 8), (260, 8)])
def test_a_list_too_wide_to_be_read_on_a4_is_printed_on_a3(tmp_path, width, paper):
    path = tmp_path / "list.xlsx"
    list_workbook(path, title="名单", subtitle="", columns=[Column("值", width)], rows=[])
    printed = re.search(r"<pageSetup [^>]*>", sheet_xml(path))[0]
    assert f'paperSize="{paper}"' in printed
    assert 'orientation="landscape"' in printed


@pytest.mark.parametrize(("width", "lines", "at"), [(60, 3, (2, 2)), (120, 3, (8, 0)), (120, 60, (2, 2))])
def test_a_chart_stands_under_a_wide_table_where_both_are_one_page(tmp_path, width, lines, at):
    columns = [Column("乡镇", width - 10), Column("人数", 10, number_format=WHOLE)]
    rows = [Line((f"乡镇{n}", n)) for n in range(lines)]
    sheet = Sheet("图", "图", "", columns, rows, chart=Chart("人数", 0, (1,), number_format=WHOLE))
    base.write_book(tmp_path / "b.xlsx", [sheet], author="", made=dt.datetime(2026, 9, 1))
    with zipfile.ZipFile(tmp_path / "b.xlsx") as parts:
        drawn = parts.read("xl/drawings/drawing1.xml").decode()
    start = re.search(r"<xdr:from><xdr:col>(\d+)</xdr:col>.*?<xdr:row>(\d+)</xdr:row>", drawn)
    assert (int(start[2]), int(start[1])) == at


@pytest.mark.parametrize("payload", [*PAYLOADS, "甲!A1"])
def test_no_title_choice_name_or_note_of_a_sheet_is_a_formula(tmp_path, payload):
    path = tmp_path / "b.xlsx"
    column = Column(payload, group=payload, choices=[payload, "乙"], prompt=payload, required=payload)
    lines = [Line((payload, 1, 1)), Line((payload,), Kind.SUBTOTAL)]
    chart = Chart(payload, 0, (1, 2), number_format=WHOLE)
    told = {"columns": [column, Column(payload), Column("数")], "lines": lines, "notes": [payload], "chart": chart}
    base.write_book(path, [Sheet(payload, payload, payload, **told)], author=payload, made=dt.datetime(2026, 9, 1))
    form = Sheet(f"{payload}表", payload, payload, [column], (), example=[payload])
    base.write_book(tmp_path / "form.xlsx", [form], author=payload, made=dt.datetime(2026, 9, 1))
    for book in (path, tmp_path / "form.xlsx"):
        with zipfile.ZipFile(book) as parts:
            assert parts.testzip() is None
            written = {name: parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")}
        sheets = "".join(text for name, text in written.items() if name.startswith("xl/worksheets/"))
        drawn = "".join(text for name, text in written.items() if name.startswith("xl/charts/"))
        assert all(re.fullmatch(r".*!\$[ABC]\$\d+:\$[ABC]\$\d+", at) for at in re.findall("<c:f>(.*?)</c:f>", drawn))
        assert "<f>" not in sheets
        assert "hyperlink" not in sheets
        rules = re.findall(r"<formula1>(.*?)</formula1>", sheets)
        assert rules
        assert all(rule.startswith("'可选值'!$") for rule in rules)
    head = as_csv([column], [(payload,)]).decode("utf-8-sig")
    assert not any(cell.startswith(base.FORMULA_STARTS) for line in csv.reader(io.StringIO(head)) for cell in line)
