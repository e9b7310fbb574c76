"""Many rows at once: one operation, all of them or none."""

import datetime as dt

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import checking, history
from aid.permissions import Permission
from aid.selection import Selection
from models import Beneficiary, Change, CheckState, InvalidReason, Operation, Source


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def supplement(world, **values) -> Beneficiary:
    columns = {"name": "周补", "id_number": "", "hardship": "other", "source": Source.SUPPLEMENT} | values
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        return ledger.add(Beneficiary, school=world.organisations["a"], home_region=world.regions["village"], **columns)


def ticked(*rows: Beneficiary) -> Selection:
    return Selection.ticked(Beneficiary, {row.id: row.version for row in rows})


def newest() -> int:
    return Operation.select().order_by(Operation.id.desc()).get().id


def test_ticked_rows_are_checked_in_one_operation(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a2"], name="李墙")
    outcome = checking.confirm_many(world.actors["a"], ticked(world.children["a1"], world.children["a2"]))
    rows = [fresh(world.children[key]) for key in ("a1", "a2")]
    assert [row.state for row in rows] == [CheckState.UNCHANGED, CheckState.UPDATED]
    assert [row.name_differs for row in rows] == [False, True]
    assert (outcome.rows, Operation.get_by_id(outcome.operation_id).rows) == (2, 2)


def test_many_checked_at_once_say_what_one_by_one_says(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a2"], sex="male", birth_date=dt.date(2009, 8, 30))
    one = checking.confirm(world.actors["a"], fresh(world.children["a2"]))
    checking.reopen(world.actors["a"], one)
    checking.confirm_many(world.actors["a"], ticked(fresh(one)))
    assert (fresh(one).state, fresh(one).name_differs) == (CheckState.UPDATED, False)


def test_the_whole_filter_is_checked(world):
    where = Beneficiary.grade == "三年级"
    chosen = Selection.filtered(Beneficiary, where=where, shown_at=newest(), expected=2)
    assert checking.confirm_many(world.actors["a"], chosen).rows == 2


def test_rows_checked_already_stay_as_they_are(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    outcome = checking.confirm_many(world.actors["county"], ticked(fresh(world.children["a1"]), world.children["a2"]))
    assert (outcome.rows, fresh(world.children["a1"]).checked_by) == (1, "a")
    again = checking.confirm_many(world.actors["a"], ticked(fresh(world.children["a1"])))
    assert (again.operation_id, again.rows) == (None, 0)


def test_one_invalid_row_refuses_all(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.WRONG)
    chosen = ticked(fresh(world.children["a1"]), world.children["a2"])
    with pytest.raises(RuleBroken, match="所选有 1 条（王芳）已是无效"):
        checking.confirm_many(world.actors["a"], chosen)
    with pytest.raises(RuleBroken, match="已是无效"):
        checking.mark_many_invalid(world.actors["a"], chosen, reason=InvalidReason.WRONG)
    assert fresh(world.children["a2"]).state == CheckState.UNCHECKED


def test_many_are_made_invalid_and_restored(world):
    rows = [world.children["a1"], world.children["a2"]]
    done = checking.mark_many_invalid(world.actors["a"], ticked(*rows), reason=InvalidReason.OTHER, remark="转走")
    assert done.rows == 2
    assert {(row.state, row.remark) for row in map(fresh, rows)} == {("invalid", "转走")}
    assert checking.restore_many(world.actors["a"], ticked(*map(fresh, rows))).rows == 2
    assert {(row.state, row.invalid_reason) for row in map(fresh, rows)} == {("unchecked", None)}


def test_many_are_reopened(world):
    rows = [world.children["a1"], world.children["a2"]]
    checking.confirm_many(world.actors["a"], ticked(*rows))
    assert checking.reopen_many(world.actors["a"], ticked(*map(fresh, rows))).rows == 2
    with pytest.raises(RuleBroken, match="所选有 2 条（王芳、李强）不是已核对"):
        checking.reopen_many(world.actors["a"], ticked(*map(fresh, rows)))


def test_a_whole_group_is_not_made_duplicate(world):
    rows = [world.children["a1"], supplement(world, name="王芳", id_number=world.children["a1"].id_number)]
    with pytest.raises(RuleBroken, match="没有另外的有效记录"):
        checking.mark_many_invalid(world.actors["a"], ticked(*rows), reason=InvalidReason.DUPLICATE)
    one = checking.mark_many_invalid(world.actors["a"], ticked(rows[0]), reason=InvalidReason.DUPLICATE)
    assert one.rows == 1


MANY = {
    "confirm": checking.confirm_many,
    "invalid": lambda actor, rows: checking.mark_many_invalid(actor, rows, reason=InvalidReason.WRONG),
    "restore": checking.restore_many,
    "reopen": checking.reopen_many,
}


@pytest.mark.parametrize("verb", MANY)
def test_many_need_the_permission(world, verb):
    with pytest.raises(NotAllowed):
        MANY[verb](world.actors["town"], ticked(world.children["a1"]))


@pytest.mark.parametrize("verb", MANY)
def test_a_foreign_row_among_the_ticked_refuses_all(world, verb):
    with pytest.raises(OutOfScope):
        MANY[verb](world.actors["a"], ticked(world.children["a1"], world.children["b1"]))
    assert fresh(world.children["a1"]).version == 1


@pytest.mark.parametrize("verb", MANY)
def test_a_foreign_row_in_the_filter_refuses_all(world, verb):
    chosen = Selection.filtered(Beneficiary, shown_at=newest(), expected=5)
    with pytest.raises(OutOfScope, match="有 1 行不在您可以改动的范围内"):
        MANY[verb](world.actors["county"], chosen)


def test_a_ticked_row_that_moved_on_refuses_all(world):
    chosen = ticked(world.children["a1"], fresh(world.children["a2"]))
    checking.confirm(world.actors["county"], world.children["a2"])
    with pytest.raises(Conflict, match="其中 1 行已被 county 改动"):
        checking.confirm_many(world.actors["a"], chosen)


def test_a_row_of_the_filter_written_since_refuses_all(world):
    chosen = Selection.filtered(Beneficiary, shown_at=newest(), expected=2)
    checking.confirm(world.actors["county"], world.children["a2"])
    with pytest.raises(Conflict, match="county 改动 1 行"):
        checking.confirm_many(world.actors["a"], chosen)


def test_a_filter_that_found_more_rows_refuses_all(world):
    chosen = Selection.filtered(Beneficiary, shown_at=newest(), expected=1)
    with pytest.raises(Conflict, match="是 1 行，现在是 2 行"):
        checking.confirm_many(world.actors["a"], chosen)


def test_many_cost_no_query_each(world):
    rows = [supplement(world, name=f"周{n}") for n in range(30)]
    checking.confirm_many(world.actors["a"], ticked(*rows))
    operation = Operation.get_by_id(newest())
    assert (operation.rows, operation.sentence) == (30, "批量核对 30 条")
    assert Change.select().where(Change.operation == operation).count() == 30


def test_a_mass_check_is_undone_and_done_again(world):
    actor, rows = world.actors["a"], [world.children["a1"], world.children["a2"]]
    outcome = checking.confirm_many(actor, ticked(*rows))
    undone = history.undo(actor, Operation.get_by_id(outcome.operation_id))
    assert {fresh(row).state for row in rows} == {CheckState.UNCHECKED}
    history.undo(actor, Operation.get_by_id(undone.operation_id))
    assert {(fresh(row).state, fresh(row).checked_by) for row in rows} == {(CheckState.UNCHANGED, "a")}
