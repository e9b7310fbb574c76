"""Rows of a table's own sheet: found by natural key, read and judged by the table's editor."""

import datetime as dt

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations import checking
from aid.operations.checking import mark_invalid
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, Beneficiary, InvalidReason, Operation, Organisation
from tests.aid.imports.sheets import id_number, stored
from tests.aid.imports.tables import A1, A2, ACCOUNTS, CHILDREN, NEW, OFFICES, child, counts, office, told
from tests.aid.operations.test_submissions import handed_in
from tests.conftest import World

pytestmark = pytest.mark.usefixtures("below")


# -- children ------------------------------------------------------------------


def test_a_row_that_is_handed_in_is_held_back_from_its_school_with_the_reason(world, send_table):
    checking.confirm(world.actors["a"], world.children["a1"])
    handed_in(world)
    report = send_table(CHILDREN, child(班级="2班"), child(身份证号=A2, 班级="2班"), who="a")
    assert counts(report) == (0, 1, 0, 1)
    assert "等县里审核" in told(report)[0][1]
    assert counts(send_table(CHILDREN, child(班级="2班"), who="county")) == (0, 1, 0, 0)


def test_cells_that_say_something_else_are_changed_as_if_typed(world, send_table):
    report = send_table(CHILDREN, child(班级="2班", 出生日期=dt.date(2009, 8, 30), 是否寄宿="是", 性别=" 女 "))
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert counts(report) == (0, 1, 0, 0)
    assert (row.class_name, row.birth_date, row.boards, row.sex) == ("2班", dt.date(2009, 8, 30), True, "female")
    assert (row.grade, row.state) == ("三年级", "unchecked")
    assert Operation.get_by_id(report.operation_id).action == Permission.BENEFICIARY_CHECK


def test_what_the_editor_changes_beside_a_row_is_changed_too(world, send_table):
    send_table(CHILDREN, child(姓名="王芬"))
    assert Beneficiary.get_by_id(world.children["a1"].id).name_differs


def test_the_school_may_be_its_code_and_the_same_sheet_again_changes_nothing(world, send_table):
    row = {"身份证号": A1, "学校": world.organisations["a"].code, "班级": 2.0}
    assert counts(send_table(CHILDREN, row)) == (0, 1, 0, 0)
    before = stored()["Beneficiary"]
    assert counts(send_table(CHILDREN, row)) == (0, 0, 1, 0)
    assert stored()["Beneficiary"] == before
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "2"


def test_a_column_that_is_not_there_is_left_and_an_empty_cell_clears_what_may_be_empty(world, send_table):
    send_table(CHILDREN, child(班级="", 民族=""))
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert (row.class_name, row.grade, row.name) == ("", "三年级", "王芳")
    report = send_table(CHILDREN, child(年级="", 姓名=""))
    assert {title for title, _ in report.held_back[0].faults} == {"年级", "姓名"}


def test_all_faults_of_a_row_are_told_each_at_its_cell_and_the_others_go_in(world, send_table):
    report = send_table(CHILDREN, child(性别="妖", 年级=""), child(身份证号=A2, 性别="男", 年级="四年级"))
    assert counts(report) == (0, 1, 0, 1)
    assert [title for title, _ in report.held_back[0].faults] == ["性别", "年级"]
    assert (report.held_back[0].row, report.held_back[0].column) == (2, "性别")


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"身份证号": id_number(3)}, "身份证号", "找不到这一行，或不归您管理"),
        ({"身份证号": A1[:-1] + "5"}, "身份证号", "校验位不对"),
        ({"身份证号": ""}, "身份证号", "没有填写"),
        ({"学校": "德安县聂桥镇小学（小学）"}, "身份证号", "找不到这一行"),
        ({"学校": "火星小学"}, "学校", "没有“火星小学”"),
    ],
)
def test_a_row_that_cannot_be_found_is_held_back(cells, column, sentence, send_table):
    [(found, said)] = told(send_table(CHILDREN, child(班级="2班") | cells))
    assert (found, sentence in said) == (column, True)


def test_an_invalid_row_is_held_back_where_it_would_change_and_is_no_trouble_where_not(world, send_table):
    mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.GRADUATED)
    assert counts(send_table(CHILDREN, child(班级="1班"))) == (0, 0, 1, 0)
    assert told(send_table(CHILDREN, child(班级="2班"))) == [("身份证号", "这一行已是无效，请先恢复再修改")]


def test_a_school_changes_its_own_list_and_no_other(world, send_table):
    assert counts(send_table(CHILDREN, child(班级="2班"), who="a")) == (0, 1, 0, 0)
    assert counts(send_table(CHILDREN, child(班级="3班"), who="b")) == (0, 0, 0, 1)
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "2班"


def test_who_cannot_check_imports_no_children(send_table):
    for who in ("town", "city", "auditor"):
        with pytest.raises(NotAllowed):
            send_table(CHILDREN, child(班级="2班"), who=who)


def test_a_child_whose_school_is_elsewhere_is_compared_but_not_changed(world, send_table):
    away = {"身份证号": world.children["away"].id_number, "学校": "永修县涂埠镇小学（小学）", "班级": "1班"}
    assert counts(send_table(CHILDREN, away)) == (0, 0, 1, 0)
    [(column, said)] = told(send_table(CHILDREN, away | {"班级": "2班"}))
    assert (column, said[:8]) == ("身份证号", "这一行不归您修改")
    assert told(send_table(CHILDREN, child(班级="2班"), who="other_county"))[0][0] in ("学校", "身份证号")
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "1班"


# -- several rows of one child -------------------------------------------------


@pytest.fixture
def twice(world: World) -> Beneficiary:
    """The first child once more on the same list."""
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        first = Beneficiary.get_by_id(world.children["a1"].id)
        columns = ("school", "name", "id_number", "grade", "class_name", "hardship", "home_region")
        return ledger.add(Beneficiary, **{name: getattr(first, name) for name in columns}, remark="第二行")


def test_of_two_rows_of_a_child_the_one_left_is_the_one_that_differs(twice, send_table):
    report = send_table(CHILDREN, child(班级="1班", 说明="第二行"), child(班级="2班", 说明=""))
    assert (counts(report), Beneficiary.get_by_id(twice.id).class_name) == ((0, 1, 1, 0), "1班")
    assert Beneficiary.get(Beneficiary.class_name == "2班").remark == ""


def test_where_it_cannot_be_told_which_row_is_meant_none_is_changed(world, twice, send_table):
    before = stored()["Beneficiary"]
    [(_, said)] = told(send_table(CHILDREN, child(班级="2班")))
    assert "有 2 行的身份证号、学校都是这样，分不清改的是哪一行" in said
    assert counts(send_table(CHILDREN, child(班级="2班"), child(班级="3班"))) == (0, 0, 0, 2)
    assert counts(send_table(CHILDREN, child(班级="1班"), child(班级="1班"))) == (0, 0, 2, 0)
    assert stored()["Beneficiary"] == before


def test_a_row_that_stands_in_the_sheet_twice_is_held_back(send_table):
    report = send_table(CHILDREN, child(班级="1班"), child(班级="2班"))
    assert counts(report) == (0, 0, 1, 1)
    assert "不止一次" in told(report)[0][1]


# -- accounts ------------------------------------------------------------------


def test_names_of_accounts_are_changed_by_login(accounts, send_table):
    report = send_table(ACCOUNTS, {"登录名": "xx", "姓名": "新人"}, {"登录名": "zz", "姓名": "zz"})
    assert counts(report) == (0, 1, 1, 0)
    assert Account.get(Account.login == "xx").name == "新人"


def test_accounts_that_are_missing_foreign_or_above_are_held_back(accounts, send_table):
    report = send_table(ACCOUNTS, *({"登录名": login, "姓名": "新"} for login in ("nobody", "far", "")))
    found = {held.row: held.faults[0] for held in report.held_back}
    assert {column for column, _ in found.values()} == {"登录名"}
    assert [found[row][1][:5] for row in (2, 3, 4)] == ["按登录名找", "按登录名找", "没有填写"]
    assert not Account.select().where(Account.name == "新").exists()


def test_who_does_not_manage_accounts_is_refused(accounts, send_table):
    for who in ("a", "town", "city", "auditor"):
        with pytest.raises(NotAllowed):
            send_table(ACCOUNTS, {"登录名": "xx", "姓名": "新人"}, who=who)


# -- organisations -------------------------------------------------------------


def test_networks_names_and_regions_are_changed_by_code(world, send_table):
    cells = {"机构名称": "聂桥 小学", "登录网段": "10.0.0.0/8，10.0.0.0/8", "行政区划": "蒲亭镇"}
    assert counts(send_table(OFFICES, office("c", world, **cells))) == (0, 1, 0, 0)
    row = Organisation.get_by_id(world.organisations["c"].id)
    assert (row.name, row.networks, row.region.name, row.stage) == ("聂桥 小学", "10.0.0.0/8", "蒲亭镇", "primary")


def test_the_rules_of_the_editor_hold_a_row_back_at_its_cell(world, send_table):
    rows = [
        office("a", world, 学段="", 行政区划="蒲亭镇", 机构类型="学校"),
        office("b", world, 学段="初中", 行政区划="永修县", 机构类型=""),
        office("c", world, 学段="小学", 行政区划="聂桥镇", 机构类型="县"),
        office("county", world, 学段="小学", 行政区划="德安县", 机构类型="县"),
    ]
    report = send_table(OFFICES, *rows)
    assert (counts(report), [column for column, _ in told(report)]) == (
        (0, 0, 0, 4),
        ["学段", "行政区划", "机构类型", "机构编码"],
    )


def test_two_rows_that_would_become_twins_do_not_both_go_in(world, send_table):
    report = send_table(OFFICES, office("a", world, 机构名称="小学"), office("c", world, 机构名称="小学"))
    assert (counts(report), told(report)[0][0]) == ((0, 1, 0, 1), "机构名称")


def test_a_region_whose_name_is_not_the_only_one_is_no_trouble_where_it_is_left(world, send_table):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.change(world.regions["far_town"], name="蒲亭镇")
    same = office("a", world, 行政区划="蒲亭镇", 机构名称="新名")
    assert counts(send_table(OFFICES, same)) == (0, 1, 0, 0)
    assert "有 2 个叫“蒲亭镇”的" in told(send_table(OFFICES, office("c", world, 行政区划="蒲亭镇")))[0][1]


def test_a_row_without_a_code_is_added_with_one_by_rule(world, send_table):
    report = send_table(OFFICES, NEW, NEW | {"机构名称": ""})
    row = Organisation.get(Organisation.name == "蒲亭镇第二小学")
    assert (counts(report), told(report)) == ((1, 0, 0, 1), [("机构名称", "不能为空")])
    assert (row.code[:8], row.parent, row.kind) == ("36042600", world.organisations["county"], "school")
    assert told(send_table(OFFICES, NEW))[0][0] == "机构名称"
    assert Organisation.select().where(Organisation.name == NEW["机构名称"]).count() == 1


def test_who_has_no_office_adds_none_and_who_may_not_write_is_refused(send_table):
    assert told(send_table(OFFICES, NEW, who="system")) == [("机构编码", "您不能用表格新增机构")]
    for who in ("a", "town", "city"):
        with pytest.raises(NotAllowed):
            send_table(OFFICES, NEW, who=who)


def test_another_countys_organisation_is_held_back(world, send_table):
    before = stored()["Organisation"]
    assert told(send_table(OFFICES, office("far", world, 机构名称="别的")))[0][0] == "机构编码"
    assert stored()["Organisation"] == before


# -- how many statements -------------------------------------------------------


def test_fifty_rows_take_as_many_statements_as_five(world, send_table, queries):
    numbers = [id_number(serial) for serial in range(1, 52)]
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        columns = ("school", "name", "id_number", "grade", "hardship", "home_region")
        at = world.organisations["a"].id, world.regions["town"].id
        ledger.add_many(Beneficiary, columns, [(at[0], "王", n, "三年级", "lifted", at[1]) for n in numbers])
    sent = []
    for some in (numbers[:5], numbers[1:]):
        with queries() as seen:
            report = send_table(CHILDREN, *(child(身份证号=number, 班级=f"{len(some)}班") for number in some))
        assert report.changed == len(some)
        sent.append(len(seen))
    assert sent[0] == sent[1]
