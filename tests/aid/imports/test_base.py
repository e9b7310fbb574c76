"""What holds for every sheet that comes in (DOMAIN.md part 4): headers, rows, faults, one operation, undo."""

from itertools import permutations

import pytest

from aid.errors import BadSheet, NotAllowed
from aid.imports import error_table, run_import
from aid.imports.formats import DELIVERED
from aid.operations import history
from aid.permissions import Permission
from aid.rules.cells import ErrorCell
from aid.scope import SYSTEM, Actor, Scope
from models import Change, Enrolment, ImportRun, Operation, Region, Role
from tests.aid.giving import ready
from tests.aid.imports.sheets import WARNED, id_number, required, row, sound, stored, titles, without_versions

COUNTY = Actor("county", Role.COUNTY, Scope("360426"))
MAY_IMPORT = {  # who may send in which sheet: ROLES once more, by hand
    "regions": {Role.SYSTEM, Role.COUNTY},
    "organisations": {Role.SYSTEM, Role.COUNTY},
    "register": {Role.COUNTY},
    "roll": {Role.COUNTY},
    "supplement": {Role.COUNTY, Role.SCHOOL},
    "grants": {Role.COUNTY},
}
TITLES = {"regions": "行政区划", "organisations": "机构名册", "register": "建档立卡名册", "roll": "学籍名册"}
TITLES |= {"supplement": "补录", "grants": "受助信息"}
each_sheet = pytest.mark.parametrize("slug", DELIVERED)


def count_of(report) -> tuple[int, int, int, int, int]:
    return report.rows, report.added, report.changed, report.unchanged, len(report.held_back)


# -- who may, and what the columns are -----------------------------------------


@each_sheet
def test_the_columns_are_those_the_office_was_promised(slug):
    columns = DELIVERED[slug].columns
    assert [column.title for column in columns] == titles(slug)
    assert [column.title for column in columns if column.required] == required(slug)
    assert DELIVERED[slug].title == TITLES[slug]


@each_sheet
@pytest.mark.parametrize("role", Role)
def test_a_role_without_the_permission_is_refused_before_the_file_is_looked_at(slug, role, tmp_path):
    refusal = FileNotFoundError if role in MAY_IMPORT[slug] else NotAllowed
    with pytest.raises(refusal):
        run_import(Actor("who", role, Scope("")), slug, tmp_path / "none.xlsx", file_name="none.xlsx")


# -- the header ----------------------------------------------------------------


@pytest.mark.usefixtures("database")  # what the office said of titles before is looked up there
@each_sheet
def test_a_sheet_without_required_columns_is_refused_and_they_are_named(slug, send_lines):
    *left_out, kept = required(slug)
    with pytest.raises(BadSheet) as refusal:
        send_lines(COUNTY, slug, [[kept], [sound(slug)[kept]]])
    assert f"缺少：{'、'.join(left_out)}；" in str(refusal.value)
    assert f"《{TITLES[slug]}》" in str(refusal.value)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("meant", "sent"), list(permutations(DELIVERED, 2)))
def test_another_kind_of_sheet_is_called_what_it_is(meant, sent, send_lines):
    with pytest.raises(BadSheet, match=f"这像是《{TITLES[sent]}》，不是《{TITLES[meant]}》"):
        send_lines(COUNTY, meant, [["关于报送名册的说明"], titles(sent), row(sent)])


def test_a_refused_sheet_changes_nothing(world, send_lines):
    before = stored()
    for slug in DELIVERED:
        first = required(slug)[0]
        header = [title if title != first else "别的" for title in titles(slug)]
        with pytest.raises(BadSheet, match=f"缺少：{first}；"):
            send_lines(world.actors["county"], slug, [header, row(slug)])
    assert (stored(), Operation.select().where(Operation.sentence.startswith("导入")).count()) == (before, 0)


def test_the_columns_come_in_any_order_and_only_the_required_ones_are_needed(world, send_lines):
    ready(world)
    found, also = {}, {"organisations": ["学段"], "supplement": ["学校编码", "户籍区划代码"]}
    for slug in DELIVERED:
        few = [*reversed(required(slug)), *also.get(slug, [])]
        lines = [few, [sound(slug)[title] for title in few]]
        found[slug] = count_of(send_lines(world.actors["county"], slug, lines))
    assert found == dict.fromkeys(DELIVERED, (1, 1, 0, 0, 0))


def test_the_header_may_stand_in_the_tenth_row(world, send_lines):
    ready(world)
    above = [["德安县"], *([[]] * 7), ["单位：", "二〇二六年"]]
    found = {}
    for slug in DELIVERED:
        lines = [*above, titles(slug), row(slug), [], row(slug, {required(slug)[0]: ""})]
        report = send_lines(world.actors["county"], slug, lines)
        found[slug] = report.added, [(held.row, held.reason) for held in report.held_back]
    assert found == dict.fromkeys(DELIVERED, (1, [(13, "missing")]))


@each_sheet
def test_the_header_may_not_stand_in_the_row_after_the_twentieth(slug, send_lines):
    with pytest.raises(BadSheet, match=f"前 20 行里没有《{TITLES[slug]}》的表头"):
        send_lines(COUNTY, slug, [*([["德安县"]] * 20), titles(slug), row(slug)])


def test_titles_are_known_with_spaces_and_full_width(world, send_lines):
    lines = [["区 划 代 码", "　名称 ", "级\n别"], ["360426102000", "吴山镇", "乡镇"]]
    assert count_of(send_lines(world.actors["county"], "regions", lines)) == (1, 1, 0, 0, 0)


def test_a_column_that_stands_there_twice_is_refused(send_lines):
    with pytest.raises(BadSheet, match="“名称”出现了不止一次"):
        send_lines(COUNTY, "regions", [[*titles("regions"), "名称"], [*row("regions"), "别名"]])


def test_unknown_columns_are_listed_and_ignored(world, send_lines):
    lines = [["序号", *titles("roll"), "备注", "", 7.0], [1.0, *row("roll"), ErrorCell("#N/A"), "x", "y"]]
    report = send_lines(world.actors["county"], "roll", lines)
    assert (report.added, report.warnings) == (
        *(1, ["没有收进来的列：序号、备注、7", "没有标题的列里有内容，没有收进来：第 2 行“x”；要收的请在表头写上标题"]),
    )


# -- the rows ------------------------------------------------------------------


def test_rows_are_numbered_as_excel_shows_them_and_blank_ones_skipped(world, send_lines):
    faulty = row("regions", {"级别": "区"})
    lines = [[], [], titles("regions"), [], faulty, ["", " ", "　"], [], faulty, row("regions"), []]
    report = send_lines(world.actors["county"], "regions", lines, left=3)
    assert count_of(report) == (3, 1, 0, 0, 2)
    assert [held.row for held in report.held_back] == [5, 8]


def test_a_sheet_without_rows_adds_nothing(world, send):
    report = send(world.actors["county"], "roll")
    assert count_of(report) == (0, 0, 0, 0, 0)


def test_an_empty_required_cell_holds_its_row_back(world, send):
    for slug in DELIVERED:
        report = send(world.actors["county"], slug, *({title: "　"} for title in required(slug)))
        held = [(one.row, one.column, one.reason) for one in report.held_back]
        assert held == [(number, title, "missing") for number, title in enumerate(required(slug), 2)]
        assert report.added == 0


def test_all_faults_of_a_row_are_told_at_once(world, send):
    report = send(world.actors["county"], "roll", {"姓名": "", "身份证号": "1", "学段": "大学"})
    [held] = report.held_back
    assert (held.row, held.column, held.reason) == (2, "姓名", "missing")
    told = [part.partition("：")[0] for part in held.message.split("；")]
    assert told == ["姓名", "身份证号", "学段"]
    assert held.message.endswith("请改正后重新导入")


def test_as_json_has_what_the_command_line_promises(world, send):
    report = send(world.actors["county"], "roll", {}, {"身份证号": "1"}).as_json()
    [held] = report.pop("held_back")
    assert report == {"rows": 2, "added": 1, "changed": 0, "unchanged": 0, "warnings": []}
    assert (held["row"], held["reason"]) == (3, "malformed")
    assert held["message"].startswith("身份证号：")


def test_after_a_hundred_warnings_the_rest_are_counted(world, send):
    girls = [{"身份证号": id_number(2 * serial), "性别": "男"} for serial in range(1, 104)]
    report = send(world.actors["county"], "roll", *girls)
    assert (report.added, len(report.warnings), report.warnings[-1]) == (103, 101, "另有 3 条提示没有列出")


# -- the whole way -------------------------------------------------------------


@each_sheet
def test_the_same_sheet_again_adds_nothing_and_changes_nothing(slug, world, send):
    ready(world)
    first = send(world.actors["county"], slug, {})
    before = stored()
    report = send(world.actors["county"], slug, {})
    after = stored()
    assert (count_of(first), count_of(report)) == ((1, 1, 0, 0, 0), (1, 0, 0, 1, 0))
    assert (first.warnings, report.warnings) == (WARNED.get(slug, []), [])
    assert after | {"ImportRun": []} == before | {"ImportRun": []}
    assert len(after["ImportRun"]) == len(before["ImportRun"]) + 1


CHANGED = {
    "regions": ("Region", {"名称": "吴山新镇"}, ("name", "吴山镇", "吴山新镇")),
    "organisations": ("Organisation", {"机构名称": "吴山中心小学"}, ("name", "德安县吴山镇小学", "吴山中心小学")),
    "register": ("RegisterPerson", {"困难类型": "低保"}, ("hardship", "lifted", "low_income")),
    "roll": ("Enrolment", {"年级": "四年级"}, ("grade", "三年级", "四年级")),
}


@pytest.mark.parametrize(("slug", "table", "cells", "change"), [(slug, *rest) for slug, rest in CHANGED.items()])
def test_a_changed_row_is_changed_and_the_history_keeps_both_values(slug, table, cells, change, world, send):
    send(world.actors["county"], slug, {})
    first = stored()[table][-1]
    report = send(world.actors["county"], slug, cells)
    name, before, after = change
    assert (count_of(report), stored()[table][-1]) == (
        (1, 0, 1, 0, 0),
        first | {name: after, "version": first["version"] + 1},
    )
    noted = Change.get(Change.operation == report.operation_id, Change.kind == "change", Change.columns == name)
    assert (noted.row_id, before in noted.before, after in noted.after) == (first["id"], True, True)


@pytest.mark.parametrize("slug", CHANGED)
def test_an_import_is_one_operation_and_undo_takes_all_of_it_back(slug, world, send):
    actor = world.actors["county"]
    send(actor, slug, {})
    before, operations = stored(), Operation.select().count()
    report = send(actor, slug, CHANGED[slug][1], second_of(slug), {required(slug)[0]: ""})
    assert (count_of(report), Operation.select().count()) == ((3, 1, 1, 0, 1), operations + 1)
    done = Operation.get_by_id(report.operation_id)
    assert (done.action, done.sentence) == (
        DELIVERED[slug].permission,
        f"导入{TITLES[slug]} {slug}.xlsx：新增 1，更新 1，未变 0，退回 1",
    )
    run = ImportRun.get_by_id(report.run_id)
    assert (run.kind, run.file_name, run.office) == (slug, f"{slug}.xlsx", world.organisations["county"])
    assert (run.rows, run.added, run.changed, run.unchanged, run.held_back) == (3, 1, 1, 0, 1)
    assert (run.batch is not None, len(run.digest)) == (slug == "register", 64)
    history.undo(actor, done)
    assert without_versions(stored()) == without_versions(before)


def second_of(slug: str) -> dict[str, str]:
    """Another sound row of the kind."""
    person = {"身份证号": id_number(3), "姓名": "钱二"}
    return {
        "regions": {"区划代码": "360426103000", "名称": "宝塔镇"},
        "organisations": {"机构编码": "360426000007", "机构名称": "德安县宝塔镇小学"},
        "register": person | {"户籍区划代码": "360426103201"},
        "roll": person,
    }[slug]


# -- the rows held back --------------------------------------------------------


def test_held_rows_are_kept_with_their_cells_as_they_came(world, send_lines):
    header = ["序号", *titles("roll")]
    cells = row("roll", {"身份证号": 3.6042620100101e17, "姓名": "𠮷·买买提", "班级": 3.0, "全国学籍号": "007"})
    report = send_lines(world.actors["county"], "roll", [["学籍名册"], header, [1.0, *row("roll")], [2.0, *cells]])
    told_header, [returned] = error_table(world.actors["county"], ImportRun.get_by_id(report.run_id))
    assert (told_header, returned.column) == ([(title, title) for title in header], "身份证号")
    assert returned.cells == [
        "2",
        *("360426201001010000" if cell == 3.6042620100101e17 else cell for cell in cells[:10]),
        "3",
        *cells[11:],
    ]
    assert (returned.row, returned.message) == (4, report.held_back[0].message)


def test_rows_come_back_in_the_order_of_the_sheet_whatever_held_them(world, send):
    rows = ({"学校编码": "360425000002"}, {"姓名": ""}, {}, {"学校编码": "360426999999"}, {"学段": "大学"})
    report = send(world.actors["county"], "roll", *rows)
    assert [held.row for held in report.held_back] == [2, 3, 5, 6]
    _, rows = error_table(world.actors["county"], ImportRun.get_by_id(report.run_id))
    assert [row.column for row in rows] == ["学校编码", "姓名", "学校编码", "学段"]


def test_corrected_rows_sent_in_again_are_added(world, send, send_lines):
    actor = world.actors["county"]
    held = send(actor, "roll", {}, {"身份证号": id_number(3)[:17]}, {"身份证号": id_number(5), "学段": "大学"})
    told, rows = error_table(actor, ImportRun.get_by_id(held.run_id))
    header = [title.sent for title in told]
    corrected = {"身份证号": lambda cell: cell.ljust(18, id_number(3)[17]), "学段": lambda cell: "小学"}
    lines = [
        [corrected[column](cell) if title == column else cell for title, cell in zip(header, cells, strict=True)]
        for _, cells, _, column in rows
    ]
    assert count_of(send_lines(actor, "roll", [header, *lines])) == (2, 2, 0, 0, 0)
    assert Enrolment.select().where(Enrolment.name == "赵新").count() == 3


def test_another_county_does_not_see_what_was_held_back(world, send):
    report = send(world.actors["county"], "roll", {"姓名": ""})
    assert error_table(world.actors["other_county"], ImportRun.get_by_id(report.run_id))[1] == []


def test_the_server_itself_may_bring_the_places(world, send):
    report = send(SYSTEM, "regions", {"区划代码": "360425102000", "名称": "吴城镇", "上级代码": ""})
    assert Region.get(Region.code == "360425102000").parent == world.regions["other_county"]
    assert ImportRun.get_by_id(report.run_id).office is None
    assert Operation.get_by_id(report.operation_id).action == Permission.REGION_WRITE
