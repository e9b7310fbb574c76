"""What a grid's rows come to, taken out as they are shown, and acted on from the grid."""

import csv
import io
from dataclasses import replace
from urllib.parse import unquote

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from bench.measure import statements
from codes import Event
from models import Beneficiary, CheckState, Operation, db
from tests.admin.grid.conftest import GESTURE


def totals(grid, opened, *columns: str, first: int = 0, count: int = 100, **more) -> dict:
    asked = {"columns": list(columns), "distinct": list(columns), "from": first, "count": count} | more
    return grid.ask("totals", snapshot=opened["snapshot"], **asked)


def move_to(world, key: str, school: str) -> None:
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        ledger.change(Beneficiary.get_by_id(world.children[key].id), school=world.organisations[school])


def take_out(grid, **words):
    """Ask for the file as the script does, beside the grid's own routes."""
    return replace(grid, base=grid.base.removesuffix("grid/")).post("export/csv", **words)


def taken_out(answer) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


# -- totals --------------------------------------------------------------------------------


def test_totals_tell_filled_different_and_sum(script, world):
    grid = script("a")
    told = totals(grid, grid.ask("open", words={}), "name", "grade", "remark")
    assert told == {"rows": 2, "columns": {"name": [2, 2, None], "grade": [2, 1, None], "remark": [0, 0, None]}}


def test_quantities_are_summed(script, world):
    grid = script("county", "import_run")
    told = totals(grid, grid.ask("open", words={}), "rows", "held_back")
    assert told["columns"] == {"rows": [1, 1, 1], "held_back": [1, 1, 1]}


def test_totals_are_of_the_asked_rows(script, world):
    grid = script("county", "beneficiary")
    opened = grid.ask("open", words={"sort": "name"})
    assert totals(grid, opened, "name", first=1, count=2)["rows"] == 2
    assert totals(grid, opened, "name", first=opened["total"])["rows"] == 0


def test_different_values_are_counted_where_they_are_asked_for(script, world):
    grid = script("a")
    told = totals(grid, grid.ask("open", words={}), "name", "grade", distinct=["grade"])
    assert told["columns"] == {"name": [2, None, None], "grade": [2, 1, None]}


def test_a_row_that_left_ones_scope_is_counted_no_more(script, world):
    grid = script("a")
    opened = grid.ask("open", words={})
    move_to(world, "a2", "b")
    assert totals(grid, opened, "name")["rows"] == 1


def test_nobody_counts_by_somebody_elses_snapshot(script, world):
    opened = script("county").ask("open", words={})
    body = {"columns": ["name"], "distinct": [], "from": 0, "count": 9}
    answer = script("a").post("totals", snapshot=opened["snapshot"], **body)
    assert (answer.status_code, answer.get_json()["kind"]) == (422, "Gone")


def test_who_does_not_read_the_list_counts_nothing(script, world):
    assert script("auditor", "beneficiary").post("totals").status_code == 403


@pytest.mark.parametrize("columns", [None, "name", [1], ["name"] * 500])
def test_odd_questions_for_totals_are_refused(script, world, columns):
    grid = script("a")
    body = {"snapshot": grid.ask("open", words={})["snapshot"], "from": 0, "count": 9, "columns": columns}
    assert grid.post("totals", distinct=[], **body).status_code == 400


def test_a_column_nobody_knows_is_left_out(script, world):
    grid = script("a")
    assert totals(grid, grid.ask("open", words={}), "password_hash") == {"rows": 0, "columns": {}}


def test_totals_of_all_columns_are_one_statement_more_than_an_empty_question(script, world):
    grid = script("county", "beneficiary")
    opened = grid.ask("open", words={})
    body = {"snapshot": opened["snapshot"], "from": 0, "count": 100, "distinct": []}
    with statements() as asked_little:
        grid.ask("since", at=opened["at"], snapshot=opened["snapshot"], ranges=[])
    with statements() as asked_much:
        grid.ask("totals", columns=["name", "school", "grade", "hardship", "home_region", "state"], **body)
    assert len(asked_much) <= len(asked_little) + 1


# -- a whole column ------------------------------------------------------------------------


def test_a_fill_of_another_number_than_was_asked_about_writes_nothing(script, world):
    grid = script("a")
    opened = grid.ask("open", words={})
    body = {"snapshot": opened["snapshot"], "at": opened["at"], "expected": 3, "column": "grade", "text": "四年级"}
    assert grid.post("fill", gesture=f"{GESTURE}0", **body).status_code == 409
    with db.connection_context():
        assert not Beneficiary.select().where(Beneficiary.grade == "四年级").exists()


def test_a_fill_sent_again_after_the_server_forgot_the_grid_is_written_once(script, world):
    grid = script("a")
    opened = grid.ask("open", words={"grade": "三年级"})
    body = {"at": opened["at"], "expected": 2, "column": "grade", "text": "四年级", "gesture": f"{GESTURE}0"}
    first = grid.ask("fill", snapshot=opened["snapshot"], **body)
    again = grid.ask("open", words={"grade": "三年级"})
    assert again["total"] == 0
    assert grid.ask("fill", snapshot=again["snapshot"], **body)["operation"] == first["operation"]


# -- taken out -----------------------------------------------------------------------------


def test_an_export_has_the_columns_of_the_grid_in_their_order(visit, world):
    words = {"columns": "remark,name,password_hash,grade,name", "sort": "-name"}
    rows = taken_out(visit("a").get("/check/export/csv", query_string=words))
    assert rows == [["说明", "姓名", "年级"], ["", "王芳", "三年级"], ["", "李强", "三年级"]]


def test_an_export_without_columns_is_as_the_list_shows_it(visit, world):
    assert taken_out(visit("a").get("/check/export/csv"))[0][:3] == ["姓名", "身份证号", "名册姓名"]


def test_an_export_follows_a_filter_on_a_column_that_only_the_grid_has(visit, world):
    words = {"columns": "name", "remark": "没有这样的说明"}
    assert taken_out(visit("a").get("/check/export/csv", query_string=words)) == [["姓名"]]


def test_an_export_follows_the_group(visit, world):
    words = {"columns": "name,school", "sort": "name", "group": "school"}
    rows = taken_out(visit("county").get("/beneficiary/export/csv", query_string=words))[1:]
    schools = [school for _, school in rows]
    assert len(set(schools)) == len([s for s, before in zip(schools, [None, *schools], strict=False) if s != before])


def test_a_whole_id_number_is_sent_and_not_addressed(script, world):
    grid = script("county", "beneficiary")
    answer = take_out(grid, columns="name", search=world.children["b1"].id_number)
    assert taken_out(answer) == [["姓名"], ["张敏"]]
    with db.connection_context():
        assert Operation.select().where(Operation.action == Event.EXPORT.value).count() == 1


def test_exporting_by_post_needs_the_token_of_a_page_and_the_right_to_read(script, world):
    grid = script("a")
    grid.token = ""
    assert take_out(grid, columns="name").status_code == 400
    assert take_out(script("auditor", "beneficiary"), columns="name").status_code == 403


def test_an_export_holds_only_ones_own(script, world):
    rows = taken_out(take_out(script("c", "beneficiary"), columns="name"))
    assert rows == [["姓名"], ["陈静"]]


# -- actions on rows -----------------------------------------------------------------------


def acted(visitor, name: str, **words):
    return visitor.post(f"/check/bulk/{name}", words | {"confirmed": "1", "back": "grid"})


def state_of(world, key: str) -> CheckState:
    with db.connection_context():
        return CheckState(Beneficiary.get_by_id(world.children[key].id).state)


def test_after_an_action_one_is_back_in_the_grid_under_the_same_filter(visit, world):
    child = world.children["a1"]
    answer = acted(visit("a"), "confirm", row=f"{child.id}:1", grade="三年级", group="grade")
    assert (answer.status_code, unquote(answer.location)) == (302, "/check/grid/?grade=三年级&group=grade")
    assert state_of(world, "a1") == CheckState.UNCHANGED


def test_a_question_asked_from_the_grid_leads_back_to_it(visit, world):
    asked = visit("a").post("/check/bulk/confirm", {"row": f"{world.children['a1'].id}:1", "back": "grid"})
    assert 'href="/check/grid/"' in asked.text
    assert state_of(world, "a1") == CheckState.UNCHECKED


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "list"])
def test_nobody_is_led_elsewhere(visit, world, back):
    words = {"row": f"{world.children['a1'].id}:1", "confirmed": "1", "back": back, "group": "//evil.example"}
    assert visit("a").post("/check/bulk/confirm", words).location == "/check/"


def test_all_of_a_filter_on_a_column_of_the_grid_is_no_more_than_was_shown(script, visit, world):
    opened = script("a").ask("open", words={"remark": "没有这样的说明"})
    words = {"everything": "1", "shown_at": opened["at"], "expected": 2, "remark": "没有这样的说明"}
    assert acted(visit("a"), "confirm", **words).status_code == 409
    assert state_of(world, "a1") == CheckState.UNCHECKED


def test_an_id_number_searched_for_comes_into_no_address(visit, world):
    child = world.children["a1"]
    answer = acted(visit("a"), "confirm", row=f"{child.id}:1", search=child.id_number)
    assert answer.location == "/check/grid/"


def test_an_export_asked_for_in_json_keeps_to_the_filter_without_columns(script, world):
    assert [row[0] for row in taken_out(take_out(script("county"), name="=王芳", all="1"))] == ["姓名", "王芳"]
