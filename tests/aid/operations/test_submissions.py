"""Handing in and deciding: what goes in, what is locked, what comes back, and that all of it can be undone."""

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.operations import checking, history
from aid.operations.submissions import accept, give_back, hand_in, readiness, ready, takes_back
from aid.record import newest_operation
from aid.selection import Selection
from models import Beneficiary, CheckState, InvalidReason, Operation, Submission

KEYS = ("a1", "a2")


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def check(world, *keys: str) -> None:
    for key in keys:
        checking.confirm(world.actors[key[0]], fresh(world.children[key]))


def handed_in(world, who: str = "a", school: str = "a", **words) -> Submission:
    place = world.organisations[school]
    shown = {"shown_at": newest_operation(), "expected": Beneficiary.select().where(ready(place)).count()}
    return hand_in(world.actors[who], place, **(shown | words))


def ticked(world, *keys: str) -> Selection:
    return Selection.ticked(Beneficiary, {row.id: row.version for row in (fresh(world.children[key]) for key in keys)})


def reports(world, *keys: str) -> list[str]:
    return [fresh(world.children[key]).report for key in keys or KEYS]


def undo_last(actor) -> None:
    history.undo(actor, Operation.select().order_by(Operation.id.desc()).get())


def tables() -> list[list[dict]]:
    lists = [list(model.select().order_by(model.id).dicts()) for model in (Beneficiary, Submission)]
    return [[{name: value for name, value in row.items() if name != "version"} for row in rows] for rows in lists]


@pytest.fixture
def both(world):
    """Both children of a are checked and handed in."""
    check(world, *KEYS)
    return handed_in(world)


# -- handing in ----------------------------------------------------------------


def test_what_is_checked_goes_in_and_what_is_open_is_told(world):
    check(world, "a1")
    found = readiness(world.actors["a"].scope, world.organisations["a"])
    assert (found.rows, found.unchanged, found.unchecked) == (1, 1, 1)
    made = Submission.get_by_id(handed_in(world, remark=" 先报一部分 ").id)
    assert (made.code, made.round, made.rows, made.unchanged, made.unchecked) == ("360426000003-001", 1, 1, 1, 1)
    assert (made.handed_in_by, made.remark, made.state) == ("a", "先报一部分", "handed_in")
    assert reports(world) == ["handed_in", "unreported"]


def test_an_invalid_row_is_handed_in_as_such(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.ELSEWHERE)
    made = handed_in(world)
    assert (made.rows, made.invalid, made.unchanged) == (1, 1, 0)


def test_later_rows_go_into_the_next_round(world):
    check(world, "a1")
    first = handed_in(world)
    check(world, "a2")
    second = handed_in(world)
    assert (second.round, second.rows, second.unchecked) == (2, 1, 0)
    assert [fresh(world.children[key]).submission for key in KEYS] == [first, second]


def test_nothing_to_hand_in_is_refused_and_says_what_waits(world):
    with pytest.raises(RuleBroken, match="2 个待核对"):
        handed_in(world)


def test_rows_other_than_the_page_showed_are_refused(world):
    check(world, "a1")
    at = newest_operation()
    with pytest.raises(Conflict):
        handed_in(world, expected=2)
    checking.confirm(world.actors["county"], fresh(world.children["a1"]), grade="五年级")
    with pytest.raises(Conflict, match="county"):
        handed_in(world, shown_at=at)
    assert not Submission.select().exists()


@pytest.mark.parametrize("who", ["town", "city", "province", "auditor"])
def test_only_school_and_county_hand_in(world, who):
    check(world, "a1")
    with pytest.raises(NotAllowed):
        handed_in(world, who)


@pytest.mark.parametrize("who", ["b", "other_county"])
def test_another_school_is_not_handed_in(world, who):
    check(world, "a1")
    with pytest.raises(OutOfScope):
        handed_in(world, who)


def test_the_county_may_hand_in_for_a_school_of_its_own(world):
    check(world, "a1")
    assert handed_in(world, "county").handed_in_by == "county"


# -- deciding ------------------------------------------------------------------


def test_what_is_accepted_counts_as_reported(world, both):
    outcome = accept(world.actors["county"], ticked(world, *KEYS), remark="齐了")
    round_ = Submission.get_by_id(both.id)
    assert (outcome.rows, reports(world)) == (2, ["accepted", "accepted"])
    assert (round_.state, round_.accepted, round_.returned, round_.decided_by) == ("accepted", 2, 0, "county")
    assert round_.decided_at is not None
    assert round_.reply == "齐了"


def test_rows_are_decided_one_by_one(world, both):
    give_back(world.actors["county"], ticked(world, "a1"), remark="班级不对")
    assert Submission.get_by_id(both.id).state == "handed_in"
    accept(world.actors["county"], ticked(world, "a2"))
    round_ = Submission.get_by_id(both.id)
    assert (round_.state, round_.accepted, round_.returned, round_.reply) == ("partly", 1, 1, "班级不对")
    row = fresh(world.children["a1"])
    assert (row.report, row.report_remark, row.state) == ("returned", "班级不对", CheckState.UNCHANGED)


def test_a_whole_round_is_returned_by_its_filter(world, both):
    where = Beneficiary.submission == both
    whole = Selection.filtered(Beneficiary, where=where, shown_at=newest_operation(), expected=2)
    assert give_back(world.actors["county"], whole, remark="请盖章后再报").rows == 2
    assert Submission.get_by_id(both.id).state == "returned"


def test_returning_wants_a_reason(world, both):
    with pytest.raises(RuleBroken, match="原因"):
        give_back(world.actors["county"], ticked(world, "a1"), remark=" ")


def test_only_what_waits_is_accepted_and_only_what_is_with_the_county_returned(world):
    check(world, "a1")
    with pytest.raises(RuleBroken, match="没有在等审核"):
        accept(world.actors["county"], ticked(world, "a1"))
    with pytest.raises(RuleBroken, match="没有上报"):
        give_back(world.actors["county"], ticked(world, "a1"), remark="x")


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_only_the_county_decides(world, both, who):
    with pytest.raises(NotAllowed):
        accept(world.actors[who], ticked(world, "a1"))
    with pytest.raises(NotAllowed):
        give_back(world.actors[who], ticked(world, "a1"), remark="x")


def test_another_county_does_not_decide(world, both):
    with pytest.raises(OutOfScope):
        accept(world.actors["other_county"], ticked(world, "a1"))


def test_a_row_that_moved_on_since_the_page_is_not_decided(world, both):
    seen = ticked(world, *KEYS)
    checking.confirm(world.actors["county"], fresh(world.children["a1"]), grade="五年级")
    with pytest.raises(Conflict, match="county"):
        accept(world.actors["county"], seen)
    assert reports(world) == ["handed_in", "handed_in"]


def test_the_county_cannot_accept_what_the_school_took_back_meanwhile(world, both):
    seen = ticked(world, *KEYS)
    undo_last(world.actors["a"])
    with pytest.raises(Conflict):
        accept(world.actors["county"], seen)


def test_the_school_cannot_take_back_what_the_county_decided_meanwhile(world, both):
    operation = Operation.select().order_by(Operation.id.desc()).get()
    accept(world.actors["county"], ticked(world, "a1"))
    with pytest.raises(RuleBroken, match="不能撤销"):
        history.undo(world.actors["a"], operation)
    assert reports(world) == ["accepted", "handed_in"]


# -- what was returned ---------------------------------------------------------


def test_a_returned_row_goes_in_again_only_once_it_was_looked_at(world, both):
    give_back(world.actors["county"], ticked(world, "a1"), remark="年级不对")
    found = readiness(world.actors["a"].scope, world.organisations["a"])
    assert (found.rows, found.returned, found.waiting) == (0, 1, 1)
    with pytest.raises(RuleBroken, match="1 个被退回"):
        handed_in(world)
    checking.confirm(world.actors["a"], fresh(world.children["a1"]), grade="四年级")
    again = handed_in(world)
    assert (again.round, again.rows, again.updated, fresh(world.children["a1"]).report_remark) == (2, 1, 1, "年级不对")
    assert Submission.get_by_id(both.id).returned == 1


def test_many_returned_rows_are_confirmed_as_they_stand(world, both):
    give_back(world.actors["county"], ticked(world, *KEYS), remark="请再核一遍")
    assert checking.confirm_many(world.actors["a"], ticked(world, *KEYS)).rows == 2
    assert handed_in(world).rows == 2


def test_a_returned_invalid_row_is_given_another_reason(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.ELSEWHERE)
    handed_in(world)
    give_back(world.actors["county"], ticked(world, "a1"), remark="是转出吧")
    checking.mark_invalid(world.actors["a"], fresh(world.children["a1"]), reason=InvalidReason.TRANSFERRED)
    assert (handed_in(world).invalid, fresh(world.children["a1"]).invalid_reason) == (1, "transferred")


def test_returned_rows_become_invalid_together(world, both):
    give_back(world.actors["county"], ticked(world, *KEYS), remark="都毕业了")
    checking.mark_many_invalid(world.actors["a"], ticked(world, *KEYS), reason=InvalidReason.GRADUATED)
    assert reports(world) == ["unreported", "unreported"]


def test_an_accepted_row_may_still_be_returned(world, both):
    accept(world.actors["county"], ticked(world, *KEYS))
    give_back(world.actors["county"], ticked(world, "a1"), remark="发现不对")
    round_ = Submission.get_by_id(both.id)
    assert (round_.state, round_.accepted, round_.returned) == ("partly", 1, 1)


# -- undo ----------------------------------------------------------------------


def test_handing_in_is_undone_and_done_again(world):
    check(world, *KEYS)
    before = tables()
    handed_in(world)
    after = tables()
    undo_last(world.actors["a"])
    assert tables() == before
    undo_last(world.actors["a"])
    assert tables() == after


def test_a_round_is_offered_to_be_taken_back_until_something_of_it_is_decided(world, both):
    for who, may in (("a", True), ("county", True), ("town", False), ("b", False)):
        assert bool(takes_back(world.actors[who], both)) is may, who
    accept(world.actors["county"], ticked(world, "a1"))
    assert takes_back(world.actors["a"], both) is None


def test_a_decision_that_was_undone_is_not_what_is_offered_to_take_back(world, both):
    accept(world.actors["county"], ticked(world, "a1"))
    undo_last(world.actors["county"])
    assert takes_back(world.actors["a"], both) is None


@pytest.mark.parametrize("verb", ["accept", "give_back"])
def test_a_decision_is_undone(world, both, verb):
    before = tables()
    words = {"accept": {}, "give_back": {"remark": "再看"}}[verb]
    {"accept": accept, "give_back": give_back}[verb](world.actors["county"], ticked(world, *KEYS), **words)
    undo_last(world.actors["county"])
    assert tables() == before


def test_a_round_says_what_its_rows_say_after_half_an_undo(world, both):
    outcome = accept(world.actors["county"], ticked(world, *KEYS))
    give_back(world.actors["county"], ticked(world, "a1"), remark="不对")
    history.undo(world.actors["county"], Operation.get_by_id(outcome.operation_id))
    round_ = Submission.get_by_id(both.id)
    assert (reports(world), round_.state, round_.accepted) == (["returned", "handed_in"], "handed_in", 0)
