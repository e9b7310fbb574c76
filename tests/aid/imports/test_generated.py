"""更新表: a sheet for every table that is edited, made from its model; found by natural key, judged by its editor."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aid.editing import EDITORS
from aid.errors import BadSheet, NotAllowed
from aid.imports import run_import
from aid.imports.base import Fate, Report
from aid.imports.formats import FORMATS, GENERATED
from aid.imports.preview import of_upload
from aid.imports.worker import upload
from aid.ledger import writing
from aid.operations.checking import mark_invalid
from aid.operations.history import undo
from aid.permissions import Permission
from aid.rules.cells import Cell
from aid.scope import SYSTEM
from aid.workbooks.template import template_workbook
from models import Account, Beneficiary, InvalidReason, Operation, Organisation, SheetKind
from tests.aid.imports.sheets import id_number, stored, without_versions, write
from tests.aid.imports.waiting import again, carried_out, fates
from tests.aid.workbooks.conftest import opened
from tests.conftest import World

SCHOOL = "德安县蒲亭镇小学（小学）"
A1, A2 = "360426200908300016", "360426200908300024"
CHILDREN, ACCOUNTS, OFFICES = "table_beneficiary", "table_account", "table_organisation"


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """`sheet({title: cell}, …)` writes these rows under the titles of the first."""

    def written(*rows: Mapping[str, Cell]) -> Path:
        lines = [list(rows[0]), *([row.get(title, "") for title in rows[0]] for row in rows)]
        return write(tmp_path / "table.xlsx", lines)

    return written


@pytest.fixture
def send(world: World, sheet) -> Callable[..., Report]:
    def send_rows(slug: str, *rows: Mapping[str, Cell], who: str = "county") -> Report:
        actor = SYSTEM if who == "system" else world.actors[who]
        return run_import(actor, slug, sheet(*rows), file_name="table.xlsx")

    return send_rows


@pytest.fixture
def accounts(world: World) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for login, role in (("xx", "school"), ("zz", "county"), ("far", "school")):
            at = world.organisations[{"xx": "a", "zz": "county", "far": "far"}[login]]
            ledger.add(Account, login=login, name=login, role=role, organisation=at, password_hash="")


@pytest.fixture(autouse=True)
def below(world: World) -> None:
    """Everything but the offices at the top stands under the county's office."""
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key in ("town", "a", "b", "c"):
            ledger.change(world.organisations[key], parent=world.organisations["county"])


def child(**cells: Cell) -> dict[str, Cell]:
    return {"身份证号": A1, "学校": SCHOOL, **cells}


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.held_back)


def told(report: Report) -> list[tuple[str, str]]:
    """The held rows' first faults, as (column, sentence without what every sentence ends in)."""
    return [held.faults[0] for held in report.held_back]


# -- which sheets there are ----------------------------------------------------


def test_every_table_that_is_edited_has_a_sheet_with_all_that_may_be_edited():
    for model, editor in EDITORS.items():
        names = [{column.name for column in sheet.columns} for sheet in FORMATS.values() if sheet.intake.model is model]
        assert any(found.issuperset((*editor.columns, *editor.addable)) for found in names), model
    assert set(GENERATED) == {CHILDREN, ACCOUNTS, OFFICES}


def test_every_sheet_has_a_kind_and_a_title_of_its_own():
    assert {kind.value for kind in SheetKind} == set(FORMATS)
    assert [sheet.title for sheet in FORMATS.values()] == [SheetKind(slug).label for slug in FORMATS]


def test_the_columns_are_the_models_own():
    for sheet in GENERATED.values():
        fields = sheet.intake.model._meta.fields
        assert [column.title for column in sheet.columns] == [fields[c.name].verbose_name for c in sheet.columns]
        assert sheet.permission == sheet.editor.permission
        assert {column.name for column in sheet.columns if column.required} == set(sheet.key)


def test_a_sheet_without_its_key_is_refused_and_what_it_is_like_is_told(send):
    with pytest.raises(BadSheet, match="缺少：学校"):
        send(CHILDREN, {"身份证号": A1, "班级": "2班"})
    with pytest.raises(BadSheet, match="这像是《资助对象更新表》，不是《账号更新表》"):
        send(ACCOUNTS, child(班级="2班"))


@pytest.mark.parametrize("slug", GENERATED)
def test_its_template_offers_what_the_editor_takes_and_comes_in_again_empty(slug, world, tmp_path):
    template_workbook(world.actors["county"], slug, tmp_path / "template.xlsx")
    with opened(tmp_path / "template.xlsx", values=False) as book:
        page = book[FORMATS[slug].title]
        assert [cell.value for cell in page[4]] == [column.title for column in FORMATS[slug].columns]
        assert len([rule for rule in page.data_validations.dataValidation if rule.type == "list"]) == len(
            [column for column in FORMATS[slug].columns if column.choices]
        )
    report = run_import(world.actors["county"], slug, tmp_path / "template.xlsx", file_name="模板.xlsx")
    assert (report.rows, counts(report)) == (0, (0, 0, 0, 0))
    assert all(column.told for column in FORMATS[slug].columns)


# -- children ------------------------------------------------------------------


def test_cells_that_say_something_else_are_changed_as_if_typed(world, send):
    report = send(CHILDREN, child(班级="2班", 出生日期=dt.date(2009, 8, 30), 是否寄宿="是", 性别=" 女 "))
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert counts(report) == (0, 1, 0, 0)
    assert (row.class_name, row.birth_date, row.boards, row.sex) == ("2班", dt.date(2009, 8, 30), True, "female")
    assert (row.grade, row.state) == ("三年级", "unchecked")
    assert Operation.get_by_id(report.operation_id).action == Permission.BENEFICIARY_CHECK


def test_what_the_editor_changes_beside_a_row_is_changed_too(world, send):
    send(CHILDREN, child(姓名="王芬"))
    assert Beneficiary.get_by_id(world.children["a1"].id).name_differs


def test_the_school_may_be_its_code_and_the_same_sheet_again_changes_nothing(world, send):
    row = {"身份证号": A1, "学校": world.organisations["a"].code, "班级": 2.0}
    assert counts(send(CHILDREN, row)) == (0, 1, 0, 0)
    before = stored()["Beneficiary"]
    assert counts(send(CHILDREN, row)) == (0, 0, 1, 0)
    assert stored()["Beneficiary"] == before
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "2"


def test_a_column_that_is_not_there_is_left_and_an_empty_cell_clears_what_may_be_empty(world, send):
    send(CHILDREN, child(班级="", 民族=""))
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert (row.class_name, row.grade, row.name) == ("", "三年级", "王芳")
    report = send(CHILDREN, child(年级="", 姓名=""))
    assert {title for title, _ in report.held_back[0].faults} == {"年级", "姓名"}


def test_all_faults_of_a_row_are_told_each_at_its_cell_and_the_others_go_in(world, send):
    report = send(CHILDREN, child(性别="妖", 年级=""), {"身份证号": A2, "学校": SCHOOL, "性别": "男", "年级": "四年级"})
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
def test_a_row_that_cannot_be_found_is_held_back(cells, column, sentence, send):
    [(found, said)] = told(send(CHILDREN, child(班级="2班") | cells))
    assert (found, sentence in said) == (column, True)


def test_an_invalid_row_is_held_back_where_it_would_change_and_is_no_trouble_where_not(world, send):
    mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.GRADUATED)
    assert counts(send(CHILDREN, child(班级="1班"))) == (0, 0, 1, 0)
    assert told(send(CHILDREN, child(班级="2班"))) == [("身份证号", "这一行已是无效，请先恢复再修改")]


def test_who_cannot_check_imports_no_children(send):
    for who in ("town", "city", "auditor"):
        with pytest.raises(NotAllowed):
            send(CHILDREN, child(班级="2班"), who=who)


def test_a_child_whose_school_is_elsewhere_is_compared_but_not_changed(world, send):
    away = {"身份证号": world.children["away"].id_number, "学校": "永修县涂埠镇小学（小学）", "班级": "1班"}
    assert counts(send(CHILDREN, away)) == (0, 0, 1, 0)
    assert told(send(CHILDREN, away | {"班级": "2班"})) == [("身份证号", "不归您修改")]
    assert told(send(CHILDREN, child(班级="2班"), who="other_county"))[0][0] in ("学校", "身份证号")
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "1班"


# -- several rows of one child -------------------------------------------------


@pytest.fixture
def twice(world: World) -> Beneficiary:
    """The first child once more on the same list."""
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        first = Beneficiary.get_by_id(world.children["a1"].id)
        columns = ("school", "name", "id_number", "grade", "class_name", "hardship", "home_region")
        return ledger.add(Beneficiary, **{name: getattr(first, name) for name in columns}, remark="第二行")


def test_of_two_rows_of_a_child_the_one_left_is_the_one_that_differs(twice, send):
    report = send(CHILDREN, child(班级="1班", 说明="第二行"), child(班级="2班", 说明=""))
    assert (counts(report), Beneficiary.get_by_id(twice.id).class_name) == ((0, 1, 1, 0), "1班")
    assert Beneficiary.get(Beneficiary.class_name == "2班").remark == ""


def test_where_it_cannot_be_told_which_row_is_meant_none_is_changed(world, twice, send):
    before = stored()["Beneficiary"]
    [(_, said)] = told(send(CHILDREN, child(班级="2班")))
    assert "有 2 行的身份证号、学校都是这样，分不清改的是哪一行" in said
    assert counts(send(CHILDREN, child(班级="2班"), child(班级="3班"))) == (0, 0, 0, 2)
    assert counts(send(CHILDREN, child(班级="1班"), child(班级="1班"))) == (0, 0, 2, 0)
    assert stored()["Beneficiary"] == before


def test_a_row_that_stands_in_the_sheet_twice_is_held_back(send):
    report = send(CHILDREN, child(班级="1班"), child(班级="2班"))
    assert counts(report) == (0, 0, 1, 1)
    assert "不止一次" in told(report)[0][1]


# -- accounts ------------------------------------------------------------------


def test_names_of_accounts_are_changed_by_login(accounts, send):
    assert counts(send(ACCOUNTS, {"登录名": "xx", "姓名": "新人"}, {"登录名": "zz", "姓名": "zz"})) == (0, 1, 1, 0)
    assert Account.get(Account.login == "xx").name == "新人"


def test_accounts_that_are_missing_foreign_or_above_are_held_back(accounts, send):
    report = send(ACCOUNTS, *({"登录名": login, "姓名": "新"} for login in ("nobody", "far", "")))
    found = {held.row: held.faults[0] for held in report.held_back}
    assert {column for column, _ in found.values()} == {"登录名"}
    assert [found[row][1][:5] for row in (2, 3, 4)] == ["按登录名找", "按登录名找", "没有填写"]
    assert not Account.select().where(Account.name == "新").exists()


def test_who_does_not_manage_accounts_is_refused(accounts, send):
    for who in ("a", "town", "city", "auditor"):
        with pytest.raises(NotAllowed):
            send(ACCOUNTS, {"登录名": "xx", "姓名": "新人"}, who=who)


# -- organisations -------------------------------------------------------------


def office(key: str, world: World, **cells: Cell) -> dict[str, Cell]:
    return {"机构编码": world.organisations[key].code, **cells}


def test_networks_names_and_regions_are_changed_by_code(world, send):
    cells = {"机构名称": "聂桥 小学", "登录网段": "10.0.0.0/8，10.0.0.0/8", "行政区划": "蒲亭镇"}
    assert counts(send(OFFICES, office("c", world, **cells))) == (0, 1, 0, 0)
    row = Organisation.get_by_id(world.organisations["c"].id)
    assert (row.name, row.networks, row.region.name, row.stage) == ("聂桥 小学", "10.0.0.0/8", "蒲亭镇", "primary")


def test_the_rules_of_the_editor_hold_a_row_back_at_its_cell(world, send):
    rows = [
        office("a", world, 学段="", 行政区划="蒲亭镇", 机构类型="学校"),
        office("b", world, 学段="初中", 行政区划="永修县", 机构类型=""),
        office("c", world, 学段="小学", 行政区划="聂桥镇", 机构类型="县"),
        office("county", world, 学段="小学", 行政区划="德安县", 机构类型="县"),
    ]
    report = send(OFFICES, *rows)
    assert (counts(report), [column for column, _ in told(report)]) == (
        (0, 0, 0, 4),
        ["学段", "行政区划", "机构类型", "机构编码"],
    )


def test_two_rows_that_would_become_twins_do_not_both_go_in(world, send):
    report = send(OFFICES, office("a", world, 机构名称="小学"), office("c", world, 机构名称="小学"))
    assert (counts(report), told(report)[0][0]) == ((0, 1, 0, 1), "机构名称")


def test_a_region_whose_name_is_not_the_only_one_is_no_trouble_where_it_is_left(world, send):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.change(world.regions["far_town"], name="蒲亭镇")
    same = office("a", world, 行政区划="蒲亭镇", 机构名称="新名")
    assert counts(send(OFFICES, same)) == (0, 1, 0, 0)
    assert "有 2 个叫“蒲亭镇”的" in told(send(OFFICES, office("c", world, 行政区划="蒲亭镇")))[0][1]


NEW = {"机构编码": "", "机构名称": "蒲亭镇第二小学", "学段": "小学", "行政区划": "蒲亭镇", "登录网段": ""}


def test_a_row_without_a_code_is_added_with_one_by_rule(world, send):
    report = send(OFFICES, NEW, NEW | {"机构名称": ""})
    row = Organisation.get(Organisation.name == "蒲亭镇第二小学")
    assert (counts(report), told(report)) == ((1, 0, 0, 1), [("机构名称", "不能为空")])
    assert (row.code[:8], row.parent, row.kind) == ("36042600", world.organisations["county"], "school")
    assert told(send(OFFICES, NEW))[0][0] == "机构名称"
    assert Organisation.select().where(Organisation.name == NEW["机构名称"]).count() == 1


def test_who_has_no_office_adds_none_and_who_may_not_write_is_refused(send):
    assert told(send(OFFICES, NEW, who="system")) == [("机构编码", "您不能用表格新增机构")]
    for who in ("a", "town", "city"):
        with pytest.raises(NotAllowed):
            send(OFFICES, NEW, who=who)


def test_another_countys_organisation_is_held_back(world, send):
    before = stored()["Organisation"]
    assert told(send(OFFICES, office("far", world, 机构名称="别的")))[0][0] == "机构编码"
    assert stored()["Organisation"] == before


# -- the whole way -------------------------------------------------------------


def test_a_sheet_is_previewed_applied_and_undone(world, clerk, sheet):
    before = without_versions({"Beneficiary": stored()["Beneficiary"]})
    unknown = child(班级="", 学校="无")
    path = sheet(child(班级="2班", 性别="女"), {"身份证号": A2, "学校": SCHOOL, "班级": "1班"}, unknown)
    row = upload(clerk, "", path, file_name="名单.xlsx")
    assert (row.kind, fates(row)) == (CHILDREN, {"changed": 1, "unchanged": 1, "held": 1})
    [line] = of_upload(clerk, row, Fate.CHANGED, page=0).lines
    assert [(cell.before, cell.text) for cell in line.cells if cell.before is not None] == [("1班", "2班"), ("", "女")]
    row = carried_out(world, again(row))
    assert Beneficiary.get_by_id(world.children["a1"].id).class_name == "2班"
    undo(clerk, Operation.get_by_id(row.operation))
    assert without_versions({"Beneficiary": stored()["Beneficiary"]}) == before


def test_new_and_moved_organisations_are_rehearsed_without_being_made(world, clerk, sheet):
    before = stored()
    path = sheet(NEW, office("c", world, 机构名称="德安县聂桥镇小学", 学段="小学", 行政区划="蒲亭镇"))
    row = upload(clerk, OFFICES, path, file_name="机构.xlsx")
    assert fates(row) == {"added": 1, "changed": 1}
    assert [name for name, lines in stored().items() if lines != before[name]] == ["Upload"]
    [line] = of_upload(clerk, row, Fate.CHANGED, page=0).lines
    assert [(cell.before, cell.text) for cell in line.cells if cell.before is not None] == [
        (world.regions["other_town"].code, "蒲亭镇")
    ]


def test_fifty_rows_take_as_many_statements_as_five(world, send, queries):
    numbers = [id_number(serial) for serial in range(1, 52)]
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        columns = ("school", "name", "id_number", "grade", "hardship", "home_region")
        at = world.organisations["a"].id, world.regions["town"].id
        ledger.add_many(Beneficiary, columns, [(at[0], "王", n, "三年级", "lifted", at[1]) for n in numbers])
    sent = []
    for some in (numbers[:5], numbers[1:]):
        with queries() as seen:
            report = send(CHILDREN, *(child(身份证号=number, 班级=f"{len(some)}班") for number in some))
        assert report.changed == len(some)
        sent.append(len(seen))
    assert sent[0] == sent[1]
