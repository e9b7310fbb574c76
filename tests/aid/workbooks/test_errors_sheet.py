"""退回表: held rows come back as they came, marked, and go in once they are corrected."""

import json

import openpyxl
import pytest

from aid.imports import FORMATS, run_import
from aid.imports.base import REASON
from aid.imports.choices import remember
from aid.imports.headers import IGNORED, match
from aid.imports.rows import headings
from aid.scope import visible
from aid.workbooks.errors_sheet import error_workbook
from models import HardshipKind, ImportRun, RegisterPerson
from tests.aid.imports.sheets import write
from tests.aid.workbooks.conftest import opened, read
from tests.aid.workbooks.test_libreoffice import convert

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


def test_a_corrected_row_of_somebody_known_is_a_change(returned, clerk, tmp_path):
    lines = [("户编号", "姓名", "身份证号", "户籍区划代码", "困难类型"), ("H1", "王芳", ROWS[0][3], VILLAGE, "贫困")]
    _, run = taken_in(clerk, write(tmp_path / "later.xlsx", lines))
    error_workbook(clerk, run, tmp_path / "errors.xlsx")
    with opened(tmp_path / "errors.xlsx", values=False) as book:
        book["退回行"]["E4"] = "低保"
        book.save(tmp_path / "errors.xlsx")
    (tmp_path / "out").mkdir()
    [saved] = convert([tmp_path / "errors.xlsx"], "xlsx", tmp_path / "out")
    report, _ = taken_in(clerk, saved)
    assert (report.added, report.changed, report.held_back, report.warnings) == (0, 1, [], [])
    assert (
        visible(RegisterPerson, clerk.scope).where(RegisterPerson.household_no == "H1").get().hardship == "low_income"
    )


def test_each_marked_cell_says_what_is_wrong_with_itself(returned):
    with opened(returned, values=False) as book:
        comments = [cell.comment.text for row in book["退回行"].iter_rows(min_row=4) for cell in row if cell.comment]
    wrong = "是数字格式，首尾的数字可能已丢失；请把单元格设为文本后重新输入"
    assert comments == ["校验位不对，请对照证件核实", "没有填写", wrong]


def test_a_closed_list_drops_down_where_rows_are_corrected(returned):
    with opened(returned, values=False) as book:
        [rule] = book["退回行"].data_validations.dataValidation
        listed = book["可选值"][rule.formula1.partition("!")[2].replace("$", "")]
        assert (str(rule.sqref), [cell.value for (cell,) in listed]) == ("F4:F5", [kind.label for kind in HardshipKind])


def test_rows_held_back_again_have_the_reason_once_and_the_import_passes_over_it(returned, clerk, tmp_path):
    report, run = taken_in(clerk, returned)
    assert report.warnings == ["没有收进来的列：备注"]
    error_workbook(clerk, run, tmp_path / "again.xlsx")
    sheet = read(tmp_path / "again.xlsx", "退回行")
    assert sheet.titles == [*HEADER, REASON]
    assert [line["户编号"] for line in sheet.lines] == ["H2", "H3"]
    assert all(line[REASON].endswith("请改正后重新导入") for line in sheet.lines)


def test_a_long_reason_is_wrapped_in_a_row_as_high_as_it_needs(returned):
    with opened(returned, values=False) as book:
        page = book["退回行"]
        assert page["H5"].alignment.wrap_text
        assert page.row_dimensions[5].height > page.row_dimensions[4].height


def test_another_county_gets_none_of_the_rows(returned, clerk, world, tmp_path):
    run = visible(ImportRun, clerk.scope).get()
    error_workbook(world.actors["other_county"], run, tmp_path / "foreign.xlsx")
    assert read(tmp_path / "foreign.xlsx", "退回行").lines == []


# -- in its sender's words -------------------------------------------------------

THEIRS = ("序号", "农户编码（必填）", "成员姓名", "备注", "证件号码", "户籍地代码", "困难类别", "家长意见")
SENT = [
    ("1", "H1", "王芳", "好的", "360426200908300016", VILLAGE, "脱贫户", "同意"),
    ("2", "H2", "李强", "待查", "360426200908300025", VILLAGE, "贫困", "无"),
]


@pytest.fixture
def theirs(clerk, tmp_path):
    """A sheet in other words, one column of it chosen by hand before."""
    remember(clerk, FORMATS["register"], {"农户编码（必填）": "household_no", "家长意见": IGNORED})
    _, run = taken_in(clerk, write(tmp_path / "theirs.xlsx", [THEIRS, *SENT]))
    error_workbook(clerk, run, tmp_path / "errors.xlsx")
    return tmp_path / "errors.xlsx"


def test_the_senders_own_titles_and_columns_come_back_in_their_order(theirs):
    sheet = read(theirs, "退回行")
    assert sheet.titles == [*THEIRS, REASON]
    [line] = sheet.lines
    assert [line[title] for title in THEIRS] == list(SENT[1])
    assert line[REASON].startswith("原表第 3 行：证件号码：校验位不对，请对照证件核实；困难类别：")
    with opened(theirs, values=False) as book:
        assert [cell.column for cell in book["退回行"][4] if cell.comment] == [5, 7]
        assert [str(rule.sqref) for rule in book["退回行"].data_validations.dataValidation] == ["G4"]


def test_they_go_in_once_they_are_corrected(theirs, clerk):
    with opened(theirs, values=False) as book:
        book["退回行"]["E4"], book["退回行"]["G4"] = "360426200908300024", "低保"
        book.save(theirs)
    report, _ = taken_in(clerk, theirs)
    assert (report.added, report.held_back, report.warnings) == (1, [], ["没有收进来的列：序号、备注、家长意见"])


def test_a_column_that_only_a_hand_can_tell_comes_back_by_our_title():
    sheet, given = FORMATS["register"], ["编号", "编号", "姓名", "身份证号", "", "困难类型", "电话", "电话"]
    chosen = match(given, sheet, hand={0: "household_no", 1: IGNORED, 4: "home_region", 6: "phone", 7: IGNORED})
    sent = [heading.sent for heading in headings(chosen, sheet)]
    assert sent == ["户编号", "编号", "姓名", "身份证号", "户籍区划代码", "困难类型", "联系电话", ""]


def test_what_was_kept_by_an_earlier_version_comes_back_by_our_titles(theirs, clerk, tmp_path):
    run = visible(ImportRun, clerk.scope).get()
    run.header = json.dumps(["序号", "户编号", "姓名", "备注", "身份证号", "户籍区划代码", "困难类型", "家长意见"])
    error_workbook(clerk, run, tmp_path / "again.xlsx")
    assert read(tmp_path / "again.xlsx", "退回行").titles[1] == "户编号"
