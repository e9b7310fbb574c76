"""A column of the county's own through every door of the panel: list, filter, form, grid, export, import, history."""

import re

import pytest

from aid.imports import run_import
from aid.imports.reader import read_sheets
from aid.operations import own_columns as operations
from models import Beneficiary, OwnColumn, OwnKind, db
from tests.admin.conftest import TOKEN
from tests.admin.grid.conftest import GESTURE, Script
from tests.aid.imports.sheets import write

KINDS = {  # slot -> kind, label, what is typed, what is shown, a part of it for a filter
    "own_text_1": (OwnKind.TEXT, "接送人", " 张三 ", "张三", "张"),
    "own_number_1": (OwnKind.NUMBER, "家庭收入", "1,234.5", "1234.5", "=1234.5"),
    "own_date_1": (OwnKind.DATE, "入户日期", "2026/9/1", "2026-09-01", "=2026-09-01"),
    "own_text_2": (OwnKind.CHOICE, "走读方式", "住校", "住校", "c2"),
    "own_text_3": (OwnKind.ANSWER, "留守", "是", "是", "1"),
}
SHOWN = {label: shown for _, label, _, shown, _ in KINDS.values()}


def define_all(actor, table: str) -> None:
    with db.connection_context():
        for kind, label, *_ in KINDS.values():
            choices = "走读\n住校" if kind == OwnKind.CHOICE else ""
            operations.define(actor, table, kind=kind, label=label, choices=choices)


@pytest.fixture
def children(app, world) -> None:
    define_all(world.actors["county"], "beneficiary")


def script(visitor, table: str) -> Script:
    return Script(visitor, f"/{table}/grid/", TOKEN.search(visitor.get("/password").text)[1])


def cells() -> dict[str, list[str]]:
    return {slot: ["", typed] for slot, (_, _, typed, _, _) in KINDS.items()}


def filled(visitor, child) -> None:
    answer = script(visitor, "check").save([child.id, 1, cells()])
    assert answer.status_code == 200, answer.text


def child_now(world, key: str = "a1") -> Beneficiary:
    with db.connection_context():
        return Beneficiary.get_by_id(world.children[key].id)


def told(line: dict) -> dict:
    return {label: line.get(label) for label in SHOWN}


def test_what_is_typed_in_the_grid_is_kept_as_its_kind_and_shown_everywhere(visit, world, children):
    school = visit("a")
    filled(school, world.children["a1"])
    row = child_now(world)
    assert (row.own_text_1, row.own_number_1, str(row.own_date_1)) == ("张三", 12345000, "2026-09-01")
    assert (row.own_text_2, row.own_text_3, row.state) == ("c2", "1", "unchecked")
    for page in ("/beneficiary/", f"/beneficiary/details/?id={row.id}", "/check/", "/change/"):
        text = visit("county").get(page).text
        assert [label for label in SHOWN if label not in text] == []
        assert "1234.5" in text
        assert "own_text" not in re.sub(r'(?:name|href|value)="[^"]*"', "", text)


@pytest.mark.parametrize("slot", KINDS)
def test_every_kind_is_filtered_and_sorted_in_list_and_grid(visit, world, children, slot):
    filled(visit("a"), world.children["a1"])
    county, part = visit("county"), KINDS[slot][4]
    page = county.get(f"/beneficiary/?{slot}={part}&sort=-{slot}").text
    assert ("王芳" in page, "李强" in page) == (True, False)
    grid = script(county, "beneficiary")
    assert [row[3] for row in grid.ask("open", words={slot: part})["rows"]] == ["王芳"]
    assert grid.ask("open", words={slot: "-"})["total"] == 4
    assert {text for text, *_ in grid.ask("values", words={}, column=slot)["values"]} == {"（空）", KINDS[slot][3]}
    if slot in ("own_number_1", "own_date_1"):
        low = {"own_number_1": "1000.25", "own_date_1": "2026-01-01"}[slot]
        assert grid.ask("open", words={f"{slot}_from": low})["total"] == 1
        assert grid.ask("open", words={f"{slot}_to": low})["total"] == 0
    grouped = grid.ask("open", words={"group": slot})
    assert sorted(grouped["groups"]) == sorted([["（空）", 4], [KINDS[slot][3], 1]])


def test_the_grid_sums_a_number_and_says_what_is_not_one(visit, world, children):
    school = visit("a")
    filled(school, world.children["a1"])
    grid = script(school, "check")
    assert (
        grid.save([world.children["a2"].id, 1, {"own_number_1": ["", "-0.5"]}], gesture=f"{GESTURE}1").status_code
        == 200
    )
    opened = grid.ask("open", words={})
    body = {"snapshot": opened["snapshot"], "from": 0, "count": 2, "columns": ["own_number_1"], "distinct": []}
    assert grid.ask("totals", **body)["columns"]["own_number_1"] == [2, None, "1234"]
    wrong = {
        "own_number_1": ["-0.5", "1.23456"],
        "own_date_1": ["", "9月"],
        "own_text_2": ["", "骑车"],
        "own_text_3": ["", "也许"],
    }
    answer = grid.save([world.children["a2"].id, 2, wrong], gesture=f"{GESTURE}2")
    faults = {column: sentence for _, column, sentence, _ in answer.get_json()["faults"]}
    assert faults["own_number_1"] == "数字最多 9 位整数、4 位小数"
    assert faults["own_text_2"] == "不认识“骑车”，应为：走读、住校"
    assert set(faults) == set(wrong)


def export(visitor, tmp_path, place="beneficiary"):
    path = tmp_path / f"{place}.xlsx"
    path.write_bytes(visitor.get(f"/{place}/export/xlsx").data)
    return path


def lines_of(path) -> list[dict]:
    [(_, found)] = [(name, list(rows)) for name, rows in read_sheets(path)]
    at = next(at for at, row in enumerate(found) if row[1:2] and row[1])
    return [dict(zip(found[at], row, strict=False)) for row in found[at + 1 :]]


def test_it_goes_out_in_an_export_and_comes_back_unchanged(visit, world, children, tmp_path):
    filled(visit("a"), world.children["a1"])
    county = visit("county")
    path = export(county, tmp_path)
    [line] = [line for line in lines_of(path) if line["姓名"] == "王芳"]
    assert told(line) == SHOWN | {"家庭收入": 1234.5}
    with db.connection_context():
        report = run_import(world.actors["county"], "table_beneficiary", path, file_name="x.xlsx")
    assert (report.unchanged, report.changed, report.held_back) == (5, 0, [])
    assert "1234.5" in county.get("/beneficiary/export/csv").text


def sent_in(world, tmp_path, lines: list[list], who="county", slug="table_beneficiary"):
    path = write(tmp_path / "in.xlsx", lines)
    with db.connection_context():
        return run_import(world.actors[who], slug, path, file_name="in.xlsx")


def test_a_sheet_brings_it_in_and_names_what_cannot_be(world, children, tmp_path):
    titles = ["身份证号", "学校", *SHOWN]
    a1, a2 = world.children["a1"], world.children["a2"]
    typed = [text for _, _, text, _, _ in KINDS.values()]
    wrong = ["字" * 201, "一百", "9月", "骑车", "也许"]
    report = sent_in(
        world, tmp_path, [titles, [a1.id_number, str(a1.school), *typed], [a2.id_number, str(a2.school), *wrong]]
    )
    assert (report.changed, [title for title, _ in report.held_back[0].faults]) == (1, list(SHOWN))
    row = child_now(world)
    assert (row.own_text_1, row.own_number_1, row.own_text_2, row.own_text_3) == ("张三", 12345000, "c2", "1")


def test_a_template_has_it_with_its_choices_and_its_help(visit, world, children, tmp_path):
    with db.connection_context():
        column = OwnColumn.get(OwnColumn.slot == "own_text_2")
        given = [("c1", "走读", True), ("c2", "住校", False)]
        operations.redefine(
            world.actors["county"], column, label="走读方式", help="以开学时为准", required=True, choices=given
        )
    path = tmp_path / "template.xlsx"
    path.write_bytes(visit("county").get("/import_run/template/table_beneficiary.xlsx").data)
    explained = {row[0]: row for name, rows in read_sheets(path) if name == "填写说明" for row in rows if row}
    assert set(SHOWN) < set(explained)
    assert explained["走读方式"][2:4] == ["从下拉列表中选择。以开学时为准。县里要求必填", "住校"]
