"""资助对象名册: one line per child, and back through the import without a change."""

from collections import Counter

import pytest

from aid.imports import run_import
from aid.ledger import writing
from aid.permissions import Permission
from aid.workbooks import make_workbook
from models import Beneficiary, CheckState, Organisation
from tests.aid.giving import check
from tests.aid.workbooks.conftest import opened, read
from tests.conftest import World

OWN = "360426"


@pytest.fixture
def made(county, tmp_path):
    def make(actor="county", name="资助对象名册"):
        make_workbook(county.actors[actor], "roster", tmp_path / "roster.xlsx")
        return read(tmp_path / "roster.xlsx", name)

    return make


def live(*where) -> list[Beneficiary]:
    rows = Beneficiary.select(Beneficiary, Organisation).join(Organisation)
    return list(rows.where(Beneficiary.state != CheckState.INVALID, *where).order_by(Beneficiary.id))


def readable(county: World) -> list[Beneficiary]:
    """What the county reads: of its schools or of its households."""
    rows = live()
    return [row for row in rows if row.school.region.code.startswith(OWN) or row.home_region.code.startswith(OWN)]


def test_every_child_with_a_live_row_has_one_line(made, county):
    numbers = Counter(row.id_number for row in readable(county))
    lines = made().lines
    assert Counter(line["身份证号"] for line in lines) == Counter(numbers.keys())
    assert {line["身份证号"]: line["另有名单"] for line in lines if line["另有名单"]} == {
        number: rows - 1 for number, rows in numbers.items() if rows > 1
    }
    assert max(numbers.values()) > 1


def test_a_line_shows_its_first_row_at_a_school_of_one_s_own(made, county):
    shown = {line["身份证号"]: (line["学校"], line["就读地"]) for line in made().lines}
    for number, (school, where) in shown.items():
        rows = [row for row in readable(county) if row.id_number == number]
        own = [row for row in rows if row.school.region.code.startswith(OWN)]
        assert school == str((own or rows)[0].school)
        assert where == ("本地" if own else "外县就读")
    assert {where for _, where in shown.values()} == {"本地", "外县就读"}


def test_the_summary_counts_the_lines_by_stage_and_hardship(made):
    lines, summary = made().lines, made(name="分学段").lines
    assert summary[-1]["人数"] == len(lines)
    kinds = Counter(line["困难类型"] for line in lines)
    assert {kind: count for kind, count in summary[-1].items() if kind in kinds} == kinds
    stages = Counter(line["学校"].rpartition("（")[2].rstrip("）") for line in lines)
    assert {line["学段"]: line["人数"] for line in summary[:-1]} == stages


def test_a_school_has_its_own_list_alone(made, county):
    assert Counter(line["身份证号"] for line in made("a").lines) == Counter(
        {row.id_number for row in live(Organisation.code == county.organisations["a"].code)}
    )


def test_imported_as_it_is_it_changes_nothing(world, tmp_path):
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        told = {"sex": "female", "birth_date": "2009-08-30", "nation": "汉族", "boards": True, "class_name": "10班"}
        ledger.change(world.children["a1"], remark="已核实", roll_status="suspended", **told)
        away = {"name": "外地", "id_number": "", "hardship": "lifted", "home_region": world.regions["village"]}
        ledger.add(Beneficiary, school=world.organisations["b"], source="supplement", **away)
        ledger.add(Beneficiary, school=world.organisations["a"], **away | {"id_number": world.children["a1"].id_number})
    assert make_and_import(world, tmp_path) == (0, 0, 5, [])


def test_who_has_no_number_is_listed_apart(world, tmp_path):
    for key in ("a1", "b1"):
        check(world, key, id_number="")
    make_workbook(world.actors["county"], "roster", tmp_path / "roster.xlsx")
    sheets = [read(tmp_path / "roster.xlsx", name).lines for name in ("资助对象名册", "无身份证号", "分学段")]
    assert {line["姓名"] for line in sheets[1]} == {"王芳", "张敏"}
    assert (len(sheets[0]), sheets[2][-1]["人数"]) == (3, 5)


def test_a_corrected_cell_comes_in_and_what_a_school_may_not_change_is_passed_over(world, tmp_path):
    def correct(sheet):
        titles = {cell.value: cell.column for cell in sheet[3]}
        row = next(cells[0].row for cells in sheet.iter_rows(min_row=4) if cells[0].value == "王芳")
        sheet.cell(row, titles["班级"]).value = "9班"
        sheet.cell(row, titles["困难类型"]).value = "孤儿"

    assert make_and_import(world, tmp_path, correct) == (0, 1, 4, [])
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert (row.class_name, row.hardship) == ("9班", "lifted")


def make_and_import(world: World, tmp_path, correct=lambda sheet: None):
    """How many rows are added, changed and unchanged, and what is told of those held back."""
    path = tmp_path / "roster.xlsx"
    make_workbook(world.actors["county"], "roster", path)
    with opened(path, values=False) as book:
        correct(book.worksheets[0])
        book.save(path)
    report = run_import(world.actors["county"], "table_beneficiary", path, file_name="roster.xlsx")
    return report.added, report.changed, report.unchanged, [held.faults for held in report.held_back]


def test_it_asks_the_database_as_often_for_many_children_as_for_few(county, queries, tmp_path):
    with queries() as seen:
        make_workbook(county.actors["county"], "roster", tmp_path / "roster.xlsx")
    assert len([sent for sent in seen if "SELECT" in sent]) <= 6
