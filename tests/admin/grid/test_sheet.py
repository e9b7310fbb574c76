"""The routes of a grid, asked as its script asks them: rows within one's scope, gestures within one's rights."""

import json
import re
import time
from html import unescape

import pytest

from bench.measure import statements
from models import Beneficiary, CheckState, Operation, Organisation, db
from tests.admin.grid.conftest import GESTURE

WORDS = re.compile(r'data-(sheet|first)="([^"]*)"')


def row_of(child) -> Beneficiary:
    with db.connection_context():
        return Beneficiary.get_by_id(child.id)


def edit(child, column: str, old: str, new: str, *, version: int = 1) -> list:
    return [child.id, version, {column: [old, new]}]


def page_of(visitor, url: str) -> dict:
    return {name: json.loads(unescape(text)) for name, text in WORDS.findall(visitor.get(url).text)}


def test_the_page_brings_the_first_rows_with_it(visit, world):
    told = page_of(visit("a"), "/check/grid/")
    assert [row[3] for row in told["first"]["rows"]] == ["王芳", "李强"]
    editable = {column["name"] for column in told["sheet"]["columns"] if column["editable"]}
    assert {"name", "grade", "birth_date", "remark"} <= editable
    assert not {"id_number", "school", "hardship", "state"} & editable


def test_a_role_that_edits_nothing_is_offered_nothing(visit, world):
    told = page_of(visit("town"), "/beneficiary/grid/")
    assert not [column for column in told["sheet"]["columns"] if column["editable"] or column["addable"]]
    assert told["first"]["steps"] == [None, None]


@pytest.mark.parametrize(("who", "names"), [("a", {"王芳", "李强"}), ("c", {"陈静"}), ("far", {"周远", "户在本县"})])
def test_opening_shows_only_ones_own(script, world, who, names):
    assert {row[3] for row in script(who, "beneficiary").ask("open", words={})["rows"]} == names


def test_rows_that_one_may_only_read_are_told_apart(script, world):
    rows = script("county", "beneficiary").ask("open", words={})["rows"]
    assert {row[3]: row[2] for row in rows}["户在本县"] == 0
    assert {row[3]: row[2] for row in rows}["王芳"] == 1


def test_filters_and_a_search_narrow_what_is_opened(script, world):
    opened = script("county", "beneficiary").ask("open", words={"school": world.organisations["a"].code})
    assert opened["total"] == 2
    found = script("county", "beneficiary").ask("open", words={"search": world.children["b1"].id_number})
    assert [row[3] for row in found["rows"]] == ["张敏"]


def test_a_window_keeps_its_order_while_rows_change(script, world):
    grid = script("a", "beneficiary")
    opened = grid.ask("open", words={"sort": "name"})
    first = opened["rows"][0]
    grid.save([first[0], first[1], {"name": [first[3], "赵最后"]}])
    again = grid.ask("rows", snapshot=opened["snapshot"], **{"from": 0, "count": 10})["rows"]
    assert [row[0] for row in again] == [row[0] for row in opened["rows"]]
    assert again[0][3] == "赵最后"


def test_nobody_reads_by_somebody_elses_snapshot(script, world):
    opened = script("county", "beneficiary").ask("open", words={})
    answer = script("a", "beneficiary").post("rows", snapshot=opened["snapshot"], **{"from": 0, "count": 10})
    assert (answer.status_code, answer.get_json()["kind"]) == (422, "Gone")


def test_a_snapshot_is_of_one_table(script, world):
    opened = script("county", "beneficiary").ask("open", words={})
    answer = script("county", "enrolment").post("rows", snapshot=opened["snapshot"], **{"from": 0, "count": 10})
    assert answer.get_json()["kind"] == "Gone"


def test_a_row_that_left_ones_scope_leaves_an_empty_place(script, world):
    grid, opened = script("a", "beneficiary"), None
    opened = grid.ask("open", words={})
    with db.connection_context():
        Beneficiary.update(school=world.organisations["b"]).where(Beneficiary.id == world.children["a1"].id).execute()
    rows = grid.ask("rows", snapshot=opened["snapshot"], **{"from": 0, "count": 10})["rows"]
    assert [row[1] for row in rows] == [-1, 1]
    assert len(rows[0]) == 3


# -- saving -------------------------------------------------------------------------------


def test_a_cell_is_saved_and_on_record(script, world):
    answer = script("a").save(edit(world.children["a1"], "grade", "三年级", "四年级"))
    assert answer.status_code == 200
    assert row_of(world.children["a1"]).grade == "四年级"
    with db.connection_context():
        operation = Operation.get_by_id(answer.get_json()["operation"])
    assert (operation.rows, operation.sentence) == (1, "王芳：年级 三年级 → 四年级")


def test_the_same_gesture_sent_twice_is_written_once(script, world):
    grid, child = script("a"), world.children["a1"]
    answers = [grid.save(edit(child, "grade", "三年级", "四年级")).get_json() for _ in range(2)]
    assert answers[0]["operation"] == answers[1]["operation"]
    assert row_of(child).version == 2


def test_a_broken_rule_is_told_by_cell_and_nothing_is_written(script, world):
    answer = script("a").save(edit(world.children["a1"], "birth_date", "", "2017-13-1"))
    assert answer.status_code == 422
    [[row, column, sentence, theirs]] = answer.get_json()["faults"]
    assert (row, column, theirs) == (world.children["a1"].id, "birth_date", None)
    assert "2014-01-25" in sentence
    assert row_of(world.children["a1"]).version == 1


def test_what_somebody_changed_meanwhile_is_told_with_its_value(script, world):
    child = world.children["a1"]
    script("county").save(edit(child, "grade", "三年级", "五年级"))
    answer = script("a").save(edit(child, "grade", "三年级", "四年级"), gesture=f"{GESTURE}1")
    [[_, _, sentence, theirs]] = answer.get_json()["faults"]
    assert theirs == "五年级"
    assert "county" in sentence
    assert row_of(child).grade == "五年级"


def test_two_cells_of_one_row_by_two_people_both_stay(script, world):
    child = world.children["a1"]
    script("county").save(edit(child, "grade", "三年级", "五年级"))
    assert script("a").save(edit(child, "class_name", "1班", "2班"), gesture=f"{GESTURE}1").status_code == 200
    assert (row_of(child).grade, row_of(child).class_name) == ("五年级", "2班")


def test_a_foreign_row_is_not_saved(script, world):
    answer = script("a").save(edit(world.children["b1"], "grade", "三年级", "四年级"))
    assert answer.status_code == 404
    assert row_of(world.children["b1"]).version == 1


@pytest.mark.parametrize("path", ["save", "fill", "step"])
def test_who_does_not_check_changes_nothing(script, world, path):
    assert script("town").post(path, gesture=f"{GESTURE}0").status_code == 403


@pytest.mark.parametrize("path", ["save", "fill", "step"])
def test_a_table_that_nobody_edits_has_no_way_to_save(script, world, path):
    assert script("county", "enrolment").post(path, gesture=f"{GESTURE}0").status_code == 404


def test_saving_needs_the_token_of_a_page(script, world):
    grid = script("a")
    grid.token = ""
    answer = grid.save(edit(world.children["a1"], "grade", "三年级", "四年级"))
    assert (answer.status_code, answer.get_json()["kind"]) == (400, "CSRFError")
    grid.token = grid.visitor.get("/check/grid/token").get_json()["token"]
    assert grid.save(edit(world.children["a1"], "grade", "三年级", "四年级")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"gesture": "short"},
        {"gesture": GESTURE + "0", "rows": "x"},
        {"gesture": GESTURE + "0", "rows": [[1, 1]]},
        {"gesture": GESTURE + "0", "rows": [["1", 1, {}]]},
        {"gesture": GESTURE + "0", "rows": [[1, 1, {"grade": ["a"]}]]},
        {"gesture": GESTURE + "0", "rows": [[1, 1, {"grade": ["a", 3]}]]},
        {"gesture": GESTURE + "0", "rows": [[1, 1, ["grade"]]]},
        {"gesture": GESTURE + "0", "rows": [[2**70, 1, {}]]},
        {"gesture": GESTURE + "0", "added": [3]},
    ],
)
def test_what_no_script_of_ours_sends_is_refused(script, world, body):
    assert script("a").post("save", **body).status_code == 400


@pytest.mark.parametrize("body", [{}, {"snapshot": "x", "from": -1, "count": 1}, {"snapshot": "x", "from": "0"}])
def test_odd_questions_for_rows_are_refused(script, world, body):
    assert script("a").post("rows", **body).status_code in (400, 422)


# -- filling, undoing ----------------------------------------------------------------------


def test_a_column_is_filled_in_one_operation_and_undone(script, world):
    grid = script("a")
    opened = grid.ask("open", words={})
    body = {"snapshot": opened["snapshot"], "at": opened["at"], "column": "class_name", "text": "3班", "expected": 2}
    filled = grid.ask("fill", gesture=f"{GESTURE}0", **body)
    assert filled["cells"] == 2
    assert {row_of(world.children[key]).class_name for key in ("a1", "a2")} == {"3班"}
    grid.ask("step", operation=filled["steps"][0])
    assert {row_of(world.children[key]).class_name for key in ("a1", "a2")} == {"1班"}


def test_rows_written_since_are_not_filled(script, world):
    grid = script("a")
    opened = grid.ask("open", words={})
    script("county").save(edit(world.children["a1"], "grade", "三年级", "五年级"))
    body = {"snapshot": opened["snapshot"], "at": opened["at"], "column": "class_name", "text": "3班", "expected": 2}
    assert grid.post("fill", gesture=f"{GESTURE}1", **body).status_code == 409
    assert row_of(world.children["a2"]).class_name == "1班"


def test_undo_and_redo_walk_the_ledger(script, world):
    grid, child = script("a"), world.children["a1"]
    undo, redo = grid.save(edit(child, "grade", "三年级", "四年级")).get_json()["steps"]
    assert (undo is None, redo) == (False, None)
    undo, redo = grid.ask("step", operation=undo)["steps"]
    assert (undo, row_of(child).grade) == (None, "三年级")
    grid.ask("step", operation=redo)
    assert row_of(child).grade == "四年级"


def test_a_step_that_others_have_written_over_is_passed_over(script, world):
    grid, (first, second) = script("a"), (world.children[key] for key in ("a1", "a2"))
    earlier = grid.save(edit(first, "grade", "三年级", "四年级")).get_json()["operation"]
    latest = grid.save(edit(second, "grade", "三年级", "四年级"), gesture=f"{GESTURE}1").get_json()["operation"]
    script("county").save(edit(second, "grade", "四年级", "五年级", version=2), gesture=f"{GESTURE}2")
    refused = grid.post("step", operation=latest)
    assert (refused.status_code, refused.get_json()["steps"]) == (422, [earlier, None])
    assert grid.ask("step", operation=earlier, past=[latest])["rows"] == 1
    assert (row_of(first).grade, row_of(second).grade) == ("三年级", "五年级")


def test_nobody_undoes_what_somebody_else_did_here(script, world):
    saved = script("county").save(edit(world.children["a1"], "grade", "三年级", "五年级")).get_json()
    assert script("a").post("step", operation=saved["operation"]).status_code == 404


# -- what others do ------------------------------------------------------------------------


def test_what_others_saved_is_told_once(script, world):
    grid = script("a")
    opened = grid.ask("open", words={})
    script("county").save(edit(world.children["a1"], "grade", "三年级", "五年级"))
    body = {"snapshot": opened["snapshot"], "ranges": [[0, 2]]}
    told = grid.ask("since", at=opened["at"], **body)
    assert [row[0] for row in told["rows"]] == [world.children["a1"].id]
    assert grid.ask("since", at=told["at"], **body)["rows"] == []


def test_who_only_looks_is_signed_out_all_the_same(script, world, app):
    grid = script("a")
    opened = grid.ask("open", words={})
    long_ago = int(time.time()) - 600
    with grid.visitor.client.session_transaction() as session:
        session["seen"] = long_ago
    grid.ask("since", at=opened["at"], snapshot=opened["snapshot"], ranges=[[0, 2]])
    with grid.visitor.client.session_transaction() as session:
        assert session["seen"] == long_ago


def test_a_session_that_ended_is_told_in_a_sentence(script, world):
    grid = script("a")
    with grid.visitor.client.session_transaction() as session:
        session["seen"] = int(time.time()) - 7200
    answer = grid.save(edit(world.children["a1"], "grade", "三年级", "四年级"))
    assert (answer.status_code, answer.get_json()["kind"]) == (401, "SignIn")


def test_rows_are_added_where_the_role_may(script, world):
    grid = script("county", "organisation")
    added = [{"name": "蒲亭镇第三小学", "stage": "小学", "region": "蒲亭镇"}]
    answer = grid.save(added=added)
    assert answer.status_code == 200, answer.text
    with db.connection_context():
        assert Organisation.get(Organisation.name == "蒲亭镇第三小学").code.startswith("36042600")


def test_a_page_costs_as_many_statements_for_many_rows_as_for_few(visit, world):
    visitor = visit("county")
    visitor.get("/beneficiary/grid/")
    with statements() as sent:
        visitor.get("/beneficiary/grid/")
    assert len(sent) <= 10


def test_an_invalid_row_is_not_edited_in_passing(script, world):
    with db.connection_context():
        Beneficiary.update(state=CheckState.INVALID).where(Beneficiary.id == world.children["a1"].id).execute()
    answer = script("a").save(edit(world.children["a1"], "grade", "三年级", "四年级"))
    assert answer.status_code == 422
    assert "恢复" in answer.get_json()["faults"][0][2]
