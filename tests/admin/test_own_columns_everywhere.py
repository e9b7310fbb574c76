"""Columns of all five kinds in each of the tables that can have them: at once in every place, and through all that
becomes of them."""

from dataclasses import dataclass

import pytest

from aid.imports import run_import
from aid.imports.reader import read_sheets
from aid.operations import own_columns as operations
from aid.own_columns import TABLES
from aid.story import story
from models import OwnColumn, db
from tests.admin.grid.conftest import GESTURE
from tests.admin.test_own_columns import KINDS, SHOWN, cells, define_all, export, lines_of, script, sent_in, told

HELP = "照户口簿填"


@dataclass(frozen=True)
class Place:
    """Where a table's rows are edited: by whom, in whose grid, on which page; its sheets, and how one names a row."""

    who: str
    grid: str
    form: str
    sheets: tuple[str, ...]
    keys: dict[str, str]


PLACES = {
    "beneficiary": Place(
        "a", "check", "/check/row/", ("table_beneficiary", "supplement"), {"身份证号": "id_number", "学校": "school"}
    ),
    "organisation": Place(
        "county", "organisation", "/organisation/edit/", ("table_organisation", "organisations"), {"机构编码": "code"}
    ),
    "dropout_case": Place(
        "town", "dropout_case", "/dropout_case/details/", ("table_dropout_case",), {"身份证号": "id_number"}
    ),
}


@pytest.fixture(params=PLACES)
def table(request, app, world) -> str:
    define_all(world.actors["county"], request.param)
    return request.param


def row_of(world, table: str):
    chosen = {"organisation": world.organisations["a"].id, "beneficiary": world.children["a1"].id}
    with db.connection_context():
        return TABLES[table].get_by_id(chosen[table]) if table in chosen else TABLES[table].get(name="王芳")


def filled(visit, world, table: str) -> None:
    grid = script(visit(PLACES[table].who), PLACES[table].grid)
    answer = grid.save([row_of(world, table).id, 1, cells()])
    assert answer.status_code == 200, answer.text


def definitions() -> dict[str, OwnColumn]:
    with db.connection_context():
        return {row.label: row for row in OwnColumn.select().order_by(OwnColumn.position)}


def explained(visit, tmp_path, slug: str) -> dict[str, list]:
    path = tmp_path / f"{slug}.xlsx"
    path.write_bytes(visit("county").get(f"/import_run/template/{slug}.xlsx").data)
    with_titles = {name: list(rows) for name, rows in read_sheets(path)}
    return {row[0]: row for row in with_titles["填写说明"] if row and row[0]}


def change(world, name: str, **said) -> None:
    said = {"label": name, "help": "", "required": False} | said
    with db.connection_context():
        operations.redefine(world.actors["county"], OwnColumn.get(OwnColumn.label == name), **said)


def in_list(visit, table: str) -> str:
    """The list itself, without the page's boxes for filters."""
    return visit("county").get(f"/{table}/").text.partition("<thead")[2]


def test_what_was_filled_in_is_in_list_form_grid_filter_export_and_history(visit, world, table, tmp_path):
    filled(visit, world, table)
    row, county = row_of(world, table), visit("county")
    form = visit(PLACES[table].who).get(f"{PLACES[table].form}?id={row.id}").text
    listed = in_list(visit, table)
    assert [(label, value) for label, value in SHOWN.items() if label not in form or value not in form] == []
    assert [(label, value) for label, value in SHOWN.items() if label not in listed or value not in listed] == []
    grid = script(county, table)
    for slot, (_, _, _, shown, part) in KINDS.items():
        found = grid.ask("open", words={slot: part})
        assert (found["total"], shown in found["rows"][0]) == (1, True), slot
    [line] = [line for line in lines_of(export(county, tmp_path, table)) if line["接送人"]]
    assert told(line) == SHOWN | {"家庭收入": 1234.5}
    with db.connection_context():
        assert sorted(story(world.actors["county"], row)[0].diffs) == sorted((n, "", v) for n, v in SHOWN.items())


def test_every_sheet_of_the_table_explains_them_and_the_tables_own_brings_them(visit, world, table, tmp_path):
    change(world, "走读方式", help=HELP, required=True, choices=[("c1", "走读", True), ("c2", "住校", False)])
    for slug in PLACES[table].sheets:
        titles = explained(visit, tmp_path, slug)
        assert [label for label in SHOWN if label not in titles] == [], slug
        assert titles["走读方式"][2:4] == [f"从下拉列表中选择。{HELP}。县里要求必填", "住校"], slug
    row, keys = row_of(world, table), PLACES[table].keys
    with db.connection_context():
        named = [str(getattr(row, name)) for name in keys.values()]
    typed = [text for _, _, text, _, _ in KINDS.values()]
    report = sent_in(world, tmp_path, [[*keys, *SHOWN], [*named, *typed]], slug=f"table_{table}")
    assert (report.changed, report.held_back) == (1, [])
    now = row_of(world, table)
    assert (now.own_text_1, now.own_number_1, now.own_text_2, now.own_text_3) == ("张三", 12345000, "c2", "1")
    report = sent_in(world, tmp_path, [[*keys, "走读方式"], [*named, "走读"]], slug=f"table_{table}")
    assert [title for title, _ in report.held_back[0].faults] == ["走读方式"]


def test_renamed_moved_retired_and_brought_back_without_a_loss(visit, world, table, tmp_path):
    filled(visit, world, table)
    county = world.actors["county"]
    change(world, "家庭收入", label="家庭年收入", help=HELP)
    with db.connection_context():
        operations.move(county, definitions()["家庭年收入"], up=True)
    listed = in_list(visit, table)
    assert 0 < listed.index("家庭年收入") < listed.index("接送人")
    assert "家庭收入" not in listed
    with db.connection_context():
        for row in definitions().values():
            operations.retire(county, row)
    assert not any(value in in_list(visit, table) for value in ("张三", "1234.5", "2026-09-01", "住校"))
    assert not {"家庭年收入", "接送人"} & {*explained(visit, tmp_path, PLACES[table].sheets[-1])}
    typed = [row_of(world, table).id, 2, {"own_text_1": ["张三", "李四"]}]
    refused = script(visit(PLACES[table].who), PLACES[table].grid).save(typed, gesture=f"{GESTURE}1").get_json()
    assert refused["faults"][0][2] == "这一列不能在表格中修改"
    with db.connection_context():
        for row in definitions().values():
            operations.bring_back(county, row)
    [line] = [line for line in lines_of(export(visit("county"), tmp_path, table)) if line["接送人"]]
    assert (line["家庭年收入"], line["入户日期"], line["走读方式"], line["留守"]) == (
        1234.5,
        "2026-09-01",
        "住校",
        "是",
    )


def test_a_required_one_is_asked_of_a_row_that_changes(visit, world, table):
    change(world, "接送人", required=True)
    grid, row = script(visit(PLACES[table].who), PLACES[table].grid), row_of(world, table)
    refused = grid.save([row.id, 1, {"own_number_1": ["", "5"]}]).get_json()["faults"]
    assert refused[0][2] == "请填写“接送人”，县里要求必填"
    both = {"own_number_1": ["", "5"], "own_text_1": ["", "张三"]}
    assert grid.save([row.id, 1, both], gesture=f"{GESTURE}1").status_code == 200


# -- the sheets that the office receives -----------------------------------------------


CHILD = {
    "姓名": "钱多",
    "身份证号": "360426201001010074",
    "学校编码": "360426000003",
    "年级": "三年级",
    "困难类型": "低保",
}
CHILD |= {"户籍区划代码": "360426100200", "补录原因": "在校无学籍"}
SCHOOL = {"机构编码": "360426000003", "机构名称": "德安县蒲亭镇小学", "机构类型": "学校", "学段": "小学"}
SCHOOL |= {"行政区划代码": "360426100000"}
OWN = {label: text for _, label, text, _, _ in KINDS.values()}
WRONG = dict(zip(OWN, ("字" * 201, "一百", "9月", "骑车", "也许"), strict=True))


def taken(world, tmp_path, slug: str, *rows: dict, who="county"):
    titles = list(rows[0])
    return sent_in(world, tmp_path, [titles, *([row[title] for title in titles] for row in rows)], who=who, slug=slug)


def own_values(row) -> tuple:
    return row.own_text_1, row.own_number_1, str(row.own_date_1), row.own_text_2, row.own_text_3


ALL = ("张三", 12345000, "2026-09-01", "c2", "1")


def child():
    with db.connection_context():
        return TABLES["beneficiary"].get(name="钱多")


def test_a_sheet_of_supplements_brings_them_and_names_what_cannot_be(app, world, tmp_path):
    define_all(world.actors["county"], "beneficiary")
    report = taken(world, tmp_path, "supplement", CHILD | WRONG)
    assert [title for title, _ in report.held_back[0].faults] == [*WRONG]
    report = taken(world, tmp_path, "supplement", CHILD | OWN)
    assert (report.added, report.held_back, own_values(child())) == (1, [], ALL)
    again = taken(world, tmp_path, "supplement", CHILD | OWN)
    assert (again.unchanged, again.held_back) == (1, [])
    other = taken(world, tmp_path, "supplement", CHILD | OWN | {"家庭收入": "5"})
    assert other.held_back[0].faults == [("家庭收入", "已补录，名单上填的与这里不同；要改请在核对工作中改，不再补录")]
    assert taken(world, tmp_path, "supplement", CHILD).unchanged == 1


def test_a_supplement_without_a_required_one_is_held_back(app, world, tmp_path):
    define_all(world.actors["county"], "beneficiary")
    change(world, "接送人", required=True)
    for row in (CHILD, CHILD | OWN | {"接送人": ""}):
        [held] = taken(world, tmp_path, "supplement", row, who="a").held_back
        assert held.faults == [("接送人", "请填写“接送人”，县里要求必填")]
    assert taken(world, tmp_path, "supplement", CHILD | OWN, who="a").added == 1


def school(world):
    return row_of(world, "organisation")


def test_the_schools_sheet_brings_them_and_leaves_what_it_does_not_have(app, world, tmp_path):
    define_all(world.actors["county"], "organisation")
    with db.connection_context():
        base = SCHOOL | {"机构名称": school(world).name}
    report = taken(world, tmp_path, "organisations", base | OWN)
    assert (report.changed, report.held_back, own_values(school(world))) == (1, [], ALL)
    assert taken(world, tmp_path, "organisations", base | OWN).unchanged == 1
    assert taken(world, tmp_path, "organisations", base).unchanged == 1
    assert own_values(school(world)) == ALL
    report = taken(world, tmp_path, "organisations", base | OWN | {"家庭收入": "", "留守": "否"})
    assert (report.changed, own_values(school(world))) == (1, (*ALL[:1], None, *ALL[2:4], "0"))
    report = taken(world, tmp_path, "organisations", base | WRONG)
    assert [title for title, _ in report.held_back[0].faults] == [*WRONG]


def test_the_schools_sheet_is_asked_for_what_is_required_where_it_has_the_column(app, world, tmp_path):
    define_all(world.actors["county"], "organisation")
    change(world, "接送人", required=True)
    new = SCHOOL | {"机构编码": "360426000009", "机构名称": "新小学"}
    assert taken(world, tmp_path, "organisations", new).added == 1
    report = taken(world, tmp_path, "organisations", new | {"机构编码": "360426000010", "接送人": ""})
    assert report.held_back[0].faults == [("接送人", "请填写“接送人”，县里要求必填")]


def test_a_closed_choice_stays_in_the_schools_sheet_and_is_not_made_again(app, world, tmp_path):
    define_all(world.actors["county"], "organisation")
    with db.connection_context():
        base = SCHOOL | {"机构名称": school(world).name}
    taken(world, tmp_path, "organisations", base | {"走读方式": "住校"})
    change(world, "走读方式", choices=[("c1", "走读", False), ("c2", "住校", True)])
    assert taken(world, tmp_path, "organisations", base | {"走读方式": "住校"}).unchanged == 1
    report = taken(world, tmp_path, "organisations", base | {"机构编码": "360426000009", "走读方式": "住校"})
    assert report.held_back[0].faults == [("走读方式", "“住校”已停用，请另选一项")]


def test_an_exported_list_is_still_known_for_what_it_is(visit, world, table, tmp_path):
    filled(visit, world, table)
    path = export(visit("county"), tmp_path, table)
    with db.connection_context():
        report = run_import(world.actors["county"], f"table_{table}", path, file_name="x.xlsx")
    assert (report.changed, report.added, report.held_back) == (0, 0, [])
