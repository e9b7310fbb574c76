"""A row that is handed in or accepted is locked for its school, whichever way it is written; never for the county."""

import pytest

from aid.editing import Faulty, Gesture, RowEdit, fill, save
from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations import checking, duplicates, history, mergers
from aid.operations.rounds import leave_report
from aid.operations.submissions import accept, give_back
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from models import Beneficiary, Change, CheckState, InvalidReason, Operation, Role, Submission
from tests.aid.operations.test_submissions import check, fresh, handed_in, ticked

WAITS, ACCEPTED = "等县里审核", "已审核，需要修改请让县里退回"


def cells(world, new: str = "五年级") -> Gesture:
    row = fresh(world.children["a1"])
    return Gesture("t1", [RowEdit(row.id, row.version, [("grade", row.grade, new)])])


def first_check(world) -> Operation:
    change = Change.select().where(Change.table == "beneficiary", Change.row_id == world.children["a1"].id)
    return change.where(Change.kind == "change").order_by(Change.id).first().operation


WAYS = {
    "check": lambda world, actor: checking.confirm(actor, fresh(world.children["a1"]), grade="五年级"),
    "invalid": lambda world, actor: checking.mark_invalid(
        actor, fresh(world.children["a1"]), reason=InvalidReason.WRONG
    ),
    "reopen": lambda world, actor: checking.reopen(actor, fresh(world.children["a1"])),
    "many invalid": lambda world, actor: checking.mark_many_invalid(
        actor, ticked(world, "a1", "a2"), reason=InvalidReason.WRONG
    ),
    "many reopened": lambda world, actor: checking.reopen_many(actor, ticked(world, "a1", "a2")),
    "cell": lambda world, actor: save(actor, Beneficiary, cells(world)),
    "filled column": lambda world, actor: fill(actor, ticked(world, "a1"), column="grade", text="五年级", token="t2"),
    "undo of the check": lambda world, actor: history.undo(actor, first_check(world)),
}


@pytest.fixture
def waiting(world):
    """Both children of a are checked and handed in."""
    check(world, "a1", "a2")
    handed_in(world)
    return world


@pytest.fixture
def accepted(waiting):
    accept(waiting.actors["county"], ticked(waiting, "a1", "a2"))
    return waiting


def township(world) -> Actor:
    """The township's office, where its county lets it check."""
    town = world.actors["town"]
    further = frozenset({Permission.BENEFICIARY_CHECK})
    return Actor("town", Role.TOWNSHIP, town.scope, None, town.organisation_id, further=further)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_a_school_past_what_waits_or_is_accepted(waiting, way):
    before = list(Beneficiary.select().dicts())
    with pytest.raises((RuleBroken, Faulty)) as refused:
        WAYS[way](waiting, waiting.actors["a"])
    assert WAITS in told(refused.value)
    assert list(Beneficiary.select().dicts()) == before
    accept(waiting.actors["county"], ticked(waiting, "a1", "a2"))
    with pytest.raises((RuleBroken, Faulty)) as refused:
        WAYS[way](waiting, waiting.actors["a"])
    assert ACCEPTED in told(refused.value)


def told(refusal) -> str:
    faults = getattr(refusal, "faults", ())
    return "".join([str(refusal), *(fault.sentence for fault in faults)])


@pytest.mark.parametrize("way", [way for way in WAYS if way != "undo of the check"])
def test_a_township_that_checks_is_locked_out_alike(accepted, way):
    with pytest.raises((RuleBroken, Faulty)):
        WAYS[way](accepted, township(accepted))


def test_an_invalid_row_that_was_accepted_is_not_restored_by_its_school(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.ELSEWHERE)
    handed_in(world)
    accept(world.actors["county"], ticked(world, "a1"))
    for way in (
        lambda: checking.restore(world.actors["a"], fresh(world.children["a1"])),
        lambda: checking.restore_many(world.actors["a"], ticked(world, "a1")),
    ):
        with pytest.raises(RuleBroken, match="已审核"):
            way()


def test_a_column_that_nobody_thought_of_is_locked_as_well(accepted):
    with pytest.raises(RuleBroken), writing(accepted.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change_many(Beneficiary, {accepted.children["a1"].id: {"hardship": "other"}})


def test_sound_cells_of_a_paste_are_kept_beside_a_locked_row(world):
    check(world, "a1")
    handed_in(world)
    rows = [fresh(world.children[key]) for key in ("a1", "a2")]
    edits = [RowEdit(row.id, row.version, [("grade", row.grade, "五年级")]) for row in rows]
    saved = save(world.actors["a"], Beneficiary, Gesture("t3", edits, keep_sound=True))
    assert [(fault.row, WAITS in fault.sentence) for fault in saved.faults] == [(rows[0].id, True)]
    assert fresh(rows[1]).grade == "五年级"


def test_a_returned_row_is_the_school_s_again(accepted):
    give_back(accepted.actors["county"], ticked(accepted, "a1"), remark="年级不对")
    save(accepted.actors["a"], Beneficiary, cells(accepted))
    row = fresh(accepted.children["a1"])
    assert (row.grade, row.report, row.state) == ("五年级", "unreported", CheckState.UPDATED)


# -- the county, and what happens to rows besides ------------------------------


def test_the_county_corrects_an_accepted_row_and_it_stays_accepted(accepted):
    checking.confirm(accepted.actors["county"], fresh(accepted.children["a1"]), grade="五年级")
    assert (fresh(accepted.children["a1"]).grade, fresh(accepted.children["a1"]).report) == ("五年级", "accepted")


@pytest.mark.parametrize("way", ["reopen", "many reopened"])
def test_what_is_with_the_county_goes_back_to_unchecked_by_being_returned_alone(accepted, way):
    with pytest.raises(RuleBroken, match="退回"):
        WAYS[way](accepted, accepted.actors["county"])


def test_an_undo_of_the_county_s_leaves_nothing_accepted_and_unchecked(world):
    checking.confirm(world.actors["county"], world.children["a1"])
    operation = Operation.select().order_by(Operation.id.desc()).get()
    handed_in(world)
    accept(world.actors["county"], ticked(world, "a1"))
    with pytest.raises(RuleBroken, match="退回"):
        history.undo(world.actors["county"], operation)


def test_a_duplicate_among_accepted_rows_is_settled_and_stays_accepted(accepted):
    child = accepted.children["a1"]
    values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted", "home_region": child.home_region}
    with writing(accepted.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        twin = ledger.add(Beneficiary, school=accepted.organisations["b"], **values)
    duplicates.keep_one(accepted.actors["county"], twin, others=[fresh(child)])
    row = fresh(child)
    assert (row.state, row.invalid_reason, row.report) == ("invalid", "duplicate", "accepted")


@pytest.mark.parametrize("who", ["county", "system"])
def test_a_merger_takes_rows_along_as_they_stand(accepted, who):
    actor = SYSTEM if who == "system" else accepted.actors["county"]
    mergers.merge(actor, accepted.organisations["a"], accepted.organisations["c"])
    row = fresh(accepted.children["a1"])
    assert (row.school, row.report) == (accepted.organisations["c"], "accepted")
    with pytest.raises(RuleBroken, match="已审核"):
        checking.confirm(accepted.actors["c"], row, grade="五年级")


def test_rows_of_a_school_that_was_merged_are_decided_and_handed_in_at_the_other(waiting):
    mergers.merge(waiting.actors["county"], waiting.organisations["a"], waiting.organisations["c"])
    give_back(waiting.actors["county"], ticked(waiting, "a1"), remark="年级不对")
    accept(waiting.actors["county"], ticked(waiting, "a2"))
    row = checking.confirm(waiting.actors["c"], fresh(waiting.children["a1"]), grade="四年级")
    again = handed_in(waiting, "c", "c")
    assert (again.code, again.rows, fresh(row).submission) == ("360426000005-001", 1, again)


def test_a_school_that_is_closed_leaves_what_waits_to_the_county(waiting):
    mergers.close(waiting.actors["county"], waiting.organisations["a"])
    assert accept(waiting.actors["county"], ticked(waiting, "a1", "a2")).rows == 2


def test_an_operation_that_takes_checks_back_takes_them_out_of_the_report_and_is_undone_whole(accepted):
    before = list(Submission.select().dicts())
    with writing(accepted.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        ledger.change_many(Beneficiary, {accepted.children["a1"].id: {"state": "unchecked", "checked_by": ""}})
        assert leave_report(ledger, remark="新名册中户籍有变化") == 1
    row, [round_] = fresh(accepted.children["a1"]), Submission.select()
    assert (row.report, row.report_remark) == ("unreported", "新名册中户籍有变化")
    assert (round_.state, round_.accepted, round_.returned) == ("partly", 1, 1)
    history.undo(accepted.actors["county"], Operation.select().order_by(Operation.id.desc()).get())
    after = list(Submission.select().dicts())
    assert [one | {"version": 0} for one in after] == [one | {"version": 0} for one in before]
    assert fresh(accepted.children["a1"]).report == "accepted"


def test_an_operation_that_takes_checks_back_and_leaves_the_report_alone_is_refused(accepted):
    with (
        pytest.raises(RuleBroken, match="退回"),
        writing(accepted.actors["county"], Permission.BENEFICIARY_MATCH) as ledger,
    ):
        ledger.change_many(Beneficiary, {accepted.children["a1"].id: {"state": "unchecked"}})
