"""退回表: held rows come back as they came, marked, and go in once they are corrected."""

import openpyxl
import pytest

from aid.imports import run_import
from aid.scope import visible
from aid.workbooks.errors_sheet import REASON, error_workbook
from models import ImportRun, RegisterPerson
from tests.aid.workbooks.conftest import opened, read

HEADER = ("户编号", "户主姓名", "姓名", "身份证号", "户籍区划代码", "困难类型", "备注")
VILLAGE = "360426100200"
ROWS = [
    ("H1", "户主", "王芳", "360426200908300016", VILLAGE, "脱贫户", "好的"),
    ("H2", "户主", "李强", "360426200908300025", VILLAGE, "脱贫户", "=1+1"),
    ("H3", "户主", "", 360426200908300032, VILLAGE, "脱贫户", None),
]


@pytest.fixture
def clerk(world):
    return world.actors["county"]


def taken_in(clerk, path):
    report = run_import(clerk, "register", path, file_name=path.name, batch="2027 春")
    return report, visible(ImportRun, clerk.scope).where(ImportRun.id == report.run_id).get()


@pytest.fixture
def returned(clerk, tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.active.append(row)
    for cell in book.active["G"]:
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book.save(tmp_path / "register.xlsx")
    _, run = taken_in(clerk, tmp_path / "register.xlsx")
    error_workbook(clerk, run, tmp_path / "errors.xlsx")
    return tmp_path / "errors.xlsx"


def test_the_held_rows_come_back_under_the_same_header_with_the_reason(returned):
    sheet = read(returned, "退回行")
    assert sheet.titles == [*HEADER, REASON]
    assert [line["户编号"] for line in sheet.lines] == ["H2", "H3"]
    assert "身份证号" in sheet.lines[0][REASON]
    assert sheet.lines[0]["备注"] == "=1+1"


def test_faulty_cells_are_coloured_and_commented_and_all_are_text(returned):
    with opened(returned, values=False) as book:
        rows = list(book["退回行"].iter_rows(min_row=4, max_row=5))
    marked = [[cell.column for cell in row if cell.comment] for row in rows]
    assert marked == [[4], [3, 4]]
    assert [rows[0][3].fill.fgColor.rgb, rows[0][1].fill.fill_type] == ["FFFBE3DF", None]
    assert {cell.number_format for row in rows for cell in row} == {"@"}
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]


def test_corrected_rows_go_in(returned, clerk):
    with opened(returned, values=False) as book:
        sheet = book["退回行"]
        sheet["D4"], sheet["C5"], sheet["D5"] = "360426200908300024", "张敏", "360426200908300032"
        sheet["G4"].data_type = "s"
        book.save(returned)
    report, _ = taken_in(clerk, returned)
    assert (report.added, report.held_back) == (2, [])
    people = visible(RegisterPerson, clerk.scope).where(RegisterPerson.household_no.in_(["H1", "H2", "H3"]))
    assert {person.name for person in people} == {"王芳", "李强", "张敏"}


def test_another_county_gets_none_of_the_rows(returned, clerk, world, tmp_path):
    run = visible(ImportRun, clerk.scope).get()
    error_workbook(world.actors["other_county"], run, tmp_path / "foreign.xlsx")
    assert read(tmp_path / "foreign.xlsx", "退回行").lines == []
