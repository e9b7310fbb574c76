"""Duplicates: found at once, settled once, and only by who may."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aid.errors import AidError, Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import checking, duplicates, history
from aid.operations.duplicates import Rule
from aid.permissions import Permission
from models import Beneficiary, CheckState, InvalidReason, Operation, db


def double(world, key: str, at: str = "b", **values) -> Beneficiary:
    """A second row of a child of the small world, on another school's list."""
    first = world.children[key]
    columns = {"name": first.name, "id_number": first.id_number, "hardship": "lifted", "roll_status": "suspended"}
    office = world.actors["other_county" if at == "far" else "county"]
    with writing(office, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.add(
            Beneficiary, school=world.organisations[at], home_region=world.regions["village"], **columns | values
        )
    return Beneficiary.get_by_id(row.id)


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def newest() -> int:
    return Operation.select().order_by(Operation.id.desc()).get().id


def test_open_groups_are_found_with_their_rows(world):
    double(world, "a1"), double(world, "a1", "c")
    [group] = duplicates.open_groups(world.actors["county"].scope)
    assert (group.id_number, group.rows) == (world.children["a1"].id_number, 3)
    rows = duplicates.group_rows(world.actors["county"].scope, [group.id_number])
    assert [str(row.school) for row in rows] == [
        "德安县蒲亭镇小学（小学）",
        "德安县蒲亭镇初级中学（初中）",
        "德安县聂桥镇小学（小学）",
    ]


def test_an_invalid_row_makes_no_group(world):
    row = double(world, "a1")
    checking.mark_invalid(world.actors["county"], row, reason=InvalidReason.WRONG)
    assert duplicates.open_groups(world.actors["county"].scope).count() == 0


def test_children_without_a_number_make_no_group(world):
    double(world, "a1", id_number=""), double(world, "a1", id_number="")
    assert duplicates.open_groups(world.actors["county"].scope).count() == 0


@pytest.mark.parametrize(("who", "groups"), [("county", 1), ("town", 1), ("city", 1), ("a", 0), ("other_county", 0)])
def test_groups_keep_to_the_scope(world, who, groups):
    double(world, "a1")
    assert duplicates.open_groups(world.actors[who].scope).count() == groups


def test_one_is_kept_and_the_others_become_invalid(world):
    rows = [world.children["a1"], double(world, "a1"), double(world, "a1", "c")]
    outcome = duplicates.keep_one(world.actors["county"], rows[1], others=[rows[0], rows[2]])
    assert [fresh(row).state for row in rows] == ["invalid", "unchecked", "invalid"]
    assert (fresh(rows[0]).invalid_reason, fresh(rows[0]).checked_by) == (InvalidReason.DUPLICATE, "county")
    assert outcome.rows == 2
    assert duplicates.open_groups(world.actors["county"].scope).count() == 0


def test_settling_is_undone(world):
    other = double(world, "a1")
    outcome = duplicates.keep_one(world.actors["county"], world.children["a1"], others=[other])
    history.undo(world.actors["county"], Operation.get_by_id(outcome.operation_id))
    assert (fresh(other).state, fresh(other).invalid_reason, fresh(other).checked_at) == ("unchecked", None, None)


def test_a_group_that_grew_is_refused(world):
    other = double(world, "a1")
    double(world, "a1", "c")
    with pytest.raises(Conflict, match="与您看到的不一样"):
        duplicates.keep_one(world.actors["county"], world.children["a1"], others=[other])
    assert fresh(other).state == CheckState.UNCHECKED


def test_a_group_with_a_row_that_moved_on_is_refused(world):
    keep, other = world.children["a1"], double(world, "a1")
    checking.confirm(world.actors["a"], fresh(keep))
    with pytest.raises(Conflict, match="已被 a 改动"):
        duplicates.keep_one(world.actors["county"], keep, others=[other])


def test_rows_of_different_children_are_no_group(world):
    with pytest.raises(Conflict):
        duplicates.keep_one(world.actors["county"], world.children["a1"], others=[world.children["a2"]])


def test_children_without_a_number_are_not_settled_as_one(world):
    keep, other = (double(world, "a1", at, id_number="", name=name) for at, name in (("a", "甲"), ("b", "乙")))
    with pytest.raises(Conflict):
        duplicates.keep_one(world.actors["county"], keep, others=[other])
    assert fresh(other).state == CheckState.UNCHECKED


@pytest.mark.parametrize("others", [[], ["a1"]])
def test_a_group_needs_another_row(world, others):
    with pytest.raises(RuleBroken):
        duplicates.keep_one(world.actors["county"], world.children["a1"], others=[world.children[o] for o in others])


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_settles(world, who):
    other = double(world, "a1")
    with pytest.raises(NotAllowed):
        duplicates.keep_one(world.actors[who], world.children["a1"], others=[other])
    with pytest.raises(NotAllowed):
        duplicates.settle_by_rule(world.actors[who], Rule.KEEP_CHECKED, shown_at=newest(), expected=1)


def test_a_group_of_another_county_is_refused(world):
    other = double(world, "a1")
    with pytest.raises(OutOfScope):
        duplicates.keep_one(world.actors["other_county"], world.children["a1"], others=[other])


def test_a_row_of_another_countys_school_is_that_countys_to_change(world):
    own, abroad = double(world, "away", "a"), world.children["away"]
    with pytest.raises(RuleBroken, match="须由 永修县 处理"):
        duplicates.keep_one(world.actors["county"], own, others=[abroad])
    duplicates.keep_one(world.actors["county"], abroad, others=[own])
    assert (fresh(own).state, fresh(abroad).state) == ("invalid", "unchecked")


# -- by rule -------------------------------------------------------------------


def test_the_checked_one_is_kept(world):
    other = double(world, "a1")
    checking.confirm(world.actors["a"], world.children["a1"])
    shown = duplicates.preview(world.actors["county"].scope, Rule.KEEP_CHECKED)
    assert shown.settled == [(world.children["a1"], [other])]
    outcome = duplicates.settle_by_rule(world.actors["county"], Rule.KEEP_CHECKED, shown_at=newest(), expected=1)
    assert (outcome.rows, fresh(other).invalid_reason) == (1, InvalidReason.DUPLICATE)


def test_who_is_at_school_is_kept_over_who_is_on_leave(world):
    other = double(world, "a1", roll_status="suspended")
    shown = duplicates.preview(world.actors["county"].scope, Rule.KEEP_PRESENT)
    assert shown.settled == [(world.children["a1"], [other])]


@pytest.mark.parametrize("status", ["present", "transferred", None])
def test_the_rule_for_leave_decides_nothing_else(world, status):
    double(world, "a1", roll_status=status)
    shown = duplicates.preview(world.actors["county"].scope, Rule.KEEP_PRESENT)
    assert (shown.settled, shown.undecided) == ([], [world.children["a1"].id_number])


def test_none_or_two_checked_are_left_to_a_clerk(world):
    other = double(world, "a1")
    assert duplicates.preview(world.actors["county"].scope, Rule.KEEP_CHECKED).settled == []
    checking.confirm(world.actors["a"], world.children["a1"])
    checking.confirm(world.actors["b"], other)
    assert duplicates.preview(world.actors["county"].scope, Rule.KEEP_CHECKED).settled == []


def test_a_group_with_a_row_of_another_county_to_change_is_left(world):
    own = double(world, "away", "a")
    checking.confirm(world.actors["a"], own)
    shown = duplicates.preview(world.actors["county"].scope, Rule.KEEP_CHECKED)
    assert (shown.settled, shown.undecided) == ([], [own.id_number])


def test_several_groups_are_one_operation(world):
    double(world, "a1"), double(world, "a2"), double(world, "c1")
    outcome = duplicates.settle_by_rule(world.actors["county"], Rule.KEEP_PRESENT, shown_at=newest(), expected=3)
    assert (outcome.rows, Operation.get_by_id(outcome.operation_id).rows) == (3, 3)


def test_a_rule_is_refused_when_the_groups_are_not_those_shown(world):
    double(world, "a1")
    with pytest.raises(Conflict, match="可处理 2 组，现在是 1 组"):
        duplicates.settle_by_rule(world.actors["county"], Rule.KEEP_PRESENT, shown_at=newest(), expected=2)


def test_a_rule_is_refused_when_a_row_was_written_since(world):
    double(world, "a1")
    shown_at = newest()
    checking.confirm(world.actors["a"], world.children["a1"])
    with pytest.raises(Conflict, match="a 改动 1 行"):
        duplicates.settle_by_rule(world.actors["county"], Rule.KEEP_PRESENT, shown_at=shown_at, expected=1)


def test_two_clerks_settle_one_group_and_one_wins(world):
    rows = [fresh(world.children["a1"]), double(world, "a1")]

    def settle(keep: int) -> str:
        with db.connection_context():
            try:
                duplicates.keep_one(world.actors["county"], rows[keep], others=[rows[1 - keep]])
            except AidError as refusal:
                return str(refusal)
            return ""

    with ThreadPoolExecutor(2) as clerks:
        told = list(clerks.map(settle, [0, 1]))
    assert sorted(bool(sentence) for sentence in told) == [False, True]
    assert "county 改动" in max(told)
    assert sorted(fresh(row).state for row in rows) == ["invalid", "unchecked"]
