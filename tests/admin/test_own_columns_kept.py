"""A column of the county's own in forms, where one is required or closed, over tables, scope and what it costs."""

import logging
import re
from html import unescape
from urllib.parse import quote

from aid.imports import run_import
from aid.operations import own_columns as operations
from models import Beneficiary, DropoutCase, Organisation, OwnColumn, OwnKind, db
from tests.admin.grid.conftest import GESTURE
from tests.admin.test_own_columns import KINDS, cells, child_now, children, define_all, export, filled, script, sent_in

__all__ = ["children"]


# -- forms -----------------------------------------------------------------------


def check_form(visitor, child, **own) -> dict:
    page = visitor.get(f"/check/row/?id={child.id}").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)[1]
    return {"do": "confirm", "version": version, "name": child.name, "grade": child.grade} | own


def test_the_check_has_it_keeps_it_and_shows_it_again(visit, world, children):
    school, child = visit("a"), world.children["a1"]
    own = {
        slot: {"own_text_2": "c2", "own_text_3": "1"}.get(slot, typed) for slot, (_, _, typed, _, _) in KINDS.items()
    }
    answer = school.post(f"/check/row/?id={child.id}", check_form(school, child, **own))
    assert answer.status_code == 302
    row = child_now(world)
    assert (row.own_text_1, row.own_number_1, row.own_text_2, row.own_text_3) == ("张三", 12345000, "c2", "1")
    page = school.get(f"/check/row/?id={child.id}").text
    assert 'value="1234.5"' in page
    assert re.search(r'<option selected value="c2"', page)
    emptied = school.post(f"/check/row/?id={child.id}", check_form(school, child, own_text_3="0"))
    assert (emptied.status_code, child_now(world).own_text_3, child_now(world).own_text_1) == (302, "0", None)


def required(world, table="beneficiary", slot="own_text_1") -> None:
    with db.connection_context():
        column = OwnColumn.get(OwnColumn.table == table, OwnColumn.slot == slot)
        operations.redefine(world.actors["county"], column, label=column.label, help="", required=True)


def test_a_required_one_is_demanded_of_a_row_that_changes_and_of_no_other(visit, world, children):
    required(world)
    school, child = visit("a"), world.children["a1"]
    answer = school.post(f"/check/row/?id={child.id}", check_form(school, child))
    assert (answer.status_code, "请填写接送人" in answer.text) == (422, True)
    grid = script(school, "check")
    refused = grid.save([child.id, 1, {"grade": ["三年级", "四年级"]}], gesture=f"{GESTURE}3").get_json()
    assert refused["faults"] == [[child.id, "grade", "请填写“接送人”，县里要求必填", None]]
    both = {"grade": ["三年级", "四年级"], "own_text_1": ["", "张三"]}
    assert grid.save([child.id, 1, both], gesture=f"{GESTURE}4").status_code == 200
    cleared = grid.save([child.id, 2, {"own_text_1": ["张三", ""]}], gesture=f"{GESTURE}5").get_json()
    assert cleared["faults"][0][:2] == [child.id, "own_text_1"]


def test_a_closed_choice_stays_where_it_is_and_is_not_made_again(visit, world, children):
    school = visit("a")
    filled(school, world.children["a1"])
    with db.connection_context():
        column = OwnColumn.get(OwnColumn.slot == "own_text_2")
        given = [("c1", "走读", False), ("c2", "寄宿", True)]
        operations.redefine(world.actors["county"], column, label="走读方式", help="", required=False, choices=given)
    grid = script(school, "check")
    assert (
        grid.save([world.children["a1"].id, 2, {"grade": ["三年级", "四年级"]}], gesture=f"{GESTURE}6").status_code
        == 200
    )
    answer = grid.save([world.children["a2"].id, 1, {"own_text_2": ["", "寄宿"]}], gesture=f"{GESTURE}7").get_json()
    assert answer["faults"][0][2] == "“寄宿”已停用，请另选一项"
    assert "寄宿" in school.get("/check/").text


def test_a_supplement_has_it(visit, world, children):
    required(world)
    form = {
        "do": "save",
        "name": "钱多",
        "id_number": "360426201001010074",
        "hardship": "low_income",
        "grade": "三年级",
    }
    form |= {"home": "360426100200", "reason": "not_on_roll", "anyway": "y", "class_name": "1班"}
    assert "请填写接送人" in visit("a").post("/supplement/new/", form).text
    answer = visit("a").post("/supplement/new/", {**form, "own_text_1": "张三", "own_text_3": "0"})
    assert answer.status_code == 302, answer.text
    with db.connection_context():
        row = Beneficiary.get(Beneficiary.name == "钱多")
    assert (row.own_text_1, row.own_text_3) == ("张三", "0")


def test_a_summary_groups_by_it_and_each_figure_leads_to_its_rows(visit, world, children):
    filled(visit("a"), world.children["a1"])
    county = visit("county")
    for slot, (_, label, _, shown, word) in KINDS.items():
        page = county.get(f"/own_summary/?row={slot}&measure=rows").text
        offered = re.search(rf'<option[^>]*value="{slot}"', page)
        assert bool(offered) == slot.startswith("own_text"), label
        if offered:
            assert shown in page
            word = word if word in ("c2", "1") else f"={shown}"
            assert f"{slot}={quote(word)}" in unescape(page), label


# -- scope and cost ----------------------------------------------------------------


def test_nobody_fills_in_what_is_not_theirs(visit, world, children):
    for who, status in (("c", 404), ("town", 403), ("city", 403), ("far", 404)):
        answer = script(visit(who), "check").save([world.children["a1"].id, 1, cells()])
        assert answer.status_code == status, who
    assert child_now(world).own_text_1 is None
    filled(visit("a"), world.children["a1"])
    for who in ("c", "far"):
        assert script(visit(who), "beneficiary").ask("open", words={"own_text_1": "张"})["total"] == 0


def statements(visitor, url: str, caplog) -> int:
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        assert visitor.get(url).status_code == 200
    return len([record for record in caplog.records if record.name == "peewee"])


PAGES = ("/beneficiary/", "/check/", "/check/grid/", "/organisation/", "/dropout_case/grid/", "/change/", "/operation/")


def test_a_page_costs_at_most_one_statement_more_and_no_more_with_more_columns(visit, world, caplog):
    county = visit("county")
    before = [statements(county, url, caplog) for url in PAGES]
    define_all(world.actors["county"], "beneficiary")
    define_all(world.actors["county"], "organisation")
    assert [statements(county, url, caplog) for url in PAGES] == before


def test_an_open_grid_goes_on_in_its_own_columns_whatever_becomes_of_them(visit, world, children):
    school = visit("a")
    filled(school, world.children["a1"])
    grid = script(school, "check")
    shown = {"X-CSRFToken": grid.token, "X-Own-Columns": ",".join(KINDS)}
    before = school.client.post("/check/grid/open", json={"words": {}}, headers=shown).get_json()["rows"][0]
    with db.connection_context():
        operations.retire(world.actors["county"], OwnColumn.get(OwnColumn.slot == "own_text_1"))
        operations.define(world.actors["county"], "beneficiary", kind=OwnKind.DATE, label="另一天")
    assert school.client.post("/check/grid/open", json={"words": {}}, headers=shown).get_json()["rows"][0] == before
    assert len(grid.ask("open", words={})["rows"][0]) == len(before)
    body = {"gesture": f"{GESTURE}8", "rows": [[world.children["a1"].id, 2, {"own_text_1": ["张三", "李四"]}]]}
    answer = school.client.post("/check/grid/save", json=body, headers=shown).get_json()
    assert answer["faults"][0][2] == "这一列不能在表格中修改"


# -- the other tables ----------------------------------------------------------------


def test_an_organisation_has_it_in_its_form_its_grid_and_its_sheet(visit, app, world, tmp_path):
    define_all(world.actors["county"], "organisation")
    required(world, "organisation")
    county, school = visit("county"), world.organisations["a"]
    page = county.get(f"/organisation/edit/?id={school.id}").text
    form = {"id": school.id, "version": "1", "name": school.name, "stage": "primary", "region": "x 360426100000"}
    assert "接送人" in page
    assert "请填写接送人" in county.post("/organisation/edit/", form).text
    own = {"own_text_1": "校长", "own_text_3": "1", "own_number_1": "3"}
    assert county.post("/organisation/edit/", form | own).status_code == 302
    with db.connection_context():
        row = Organisation.get_by_id(school.id)
    assert (row.own_text_1, row.own_text_3, row.own_number_1, row.version) == ("校长", "1", 30000, 2)
    grid = script(county, "organisation")
    assert grid.save([school.id, 2, {"own_text_2": ["", "走读"]}]).status_code == 200
    fresh = {"name": "新小学", "stage": "小学", "region": "蒲亭镇", "own_text_1": "甲", "own_text_3": "否"}
    missing = {name: text for name, text in fresh.items() if name != "own_text_1"}
    told = grid.save(gesture=f"{GESTURE}1", added=[missing]).get_json()["faults"]
    assert [column for _, column, *_ in told] == ["own_text_1"]
    assert grid.save(gesture=f"{GESTURE}2", added=[fresh]).status_code == 200
    with db.connection_context():
        assert Organisation.get(Organisation.name == "新小学").own_text_3 == "0"
    path = export(county, tmp_path, "organisation")
    with db.connection_context():
        report = run_import(world.actors["county"], "table_organisation", path, file_name="x.xlsx")
    assert (report.changed, report.added) == (0, 0)


def test_a_dropout_case_has_it_on_its_page_in_its_grid_and_in_a_sheet_of_its_own(visit, app, world, tmp_path):
    town = visit("town")
    with db.connection_context():
        case = DropoutCase.get(DropoutCase.name == "王芳")
    assert "保存自定义列" not in town.get(f"/dropout_case/details/?id={case.id}").text
    define_all(world.actors["county"], "dropout_case")
    page = town.get(f"/dropout_case/details/?id={case.id}").text
    assert "保存自定义列" in page
    form = {"id": case.id, "version": "1", "own_text_1": "张三", "own_text_2": "c1"}
    assert town.post("/dropout_case/own/", form).status_code == 302
    assert town.post("/dropout_case/own/", form | {"own_text_1": "别"}).status_code == 409
    assert visit("city").post("/dropout_case/own/", form).status_code == 403
    assert visit("other_county").post("/dropout_case/own/", form).status_code == 404
    assert script(town, "dropout_case").save([case.id, 2, {"own_number_1": ["", "2"]}]).status_code == 200
    report = sent_in(world, tmp_path, [["身份证号", "留守"], [case.id_number, "是"]], slug="table_dropout_case")
    assert report.changed == 1
    with db.connection_context():
        case = DropoutCase.get_by_id(case.id)
    assert (case.own_text_1, case.own_text_2, case.own_number_1, case.own_text_3) == ("张三", "c1", 20000, "1")
    path = export(visit("county"), tmp_path, "dropout_case")
    with db.connection_context():
        report = run_import(world.actors["county"], "table_dropout_case", path, file_name="x.xlsx")
    assert (report.unchanged, report.changed, report.held_back) == (1, 0, [])
