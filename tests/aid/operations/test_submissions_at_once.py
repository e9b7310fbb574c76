"""School and county in the same second: one of them is first, the other is told, and nothing is half done."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from aid.errors import AidError
from aid.operations import checking, history
from aid.operations.submissions import accept, hand_in
from aid.record import newest_operation
from models import Beneficiary, Operation, Submission, db
from tests.aid.operations.test_submissions import check, fresh, handed_in, reports, ticked


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each: "" where it was done, else the refusal."""
    start, told = Barrier(len(acts)), [""] * len(acts)

    def act(place: int) -> None:
        with db.connection_context():
            start.wait()
            try:
                acts[place]()
            except AidError as refusal:
                told[place] = str(refusal)

    threads = [Thread(target=act, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return told


@pytest.mark.parametrize("again", range(3))
def test_two_who_hand_in_the_same_rows_make_one_round(world, again):
    check(world, "a1", "a2")
    at, school = newest_operation(), world.organisations["a"]
    told = at_once(
        *[lambda who=who: hand_in(world.actors[who], school, shown_at=at, expected=2) for who in ("a", "county")]
    )
    assert (told.count(""), Submission.select().count(), reports(world)) == (1, 1, ["handed_in", "handed_in"])


@pytest.mark.parametrize("again", range(3))
def test_a_round_is_taken_back_or_accepted_and_never_both(world, again):
    check(world, "a1", "a2")
    handed_in(world)
    operation, rows = Operation.select().order_by(Operation.id.desc()).get(), ticked(world, "a1", "a2")
    told = at_once(lambda: history.undo(world.actors["a"], operation), lambda: accept(world.actors["county"], rows))
    left = {"accepted": 1, "unreported": 0}
    assert told.count("") == 1
    [state] = set(reports(world))
    assert Submission.select().count() == left[state]


@pytest.mark.parametrize("again", range(3))
def test_a_row_that_is_checked_while_it_is_handed_in_is_handed_in_as_it_was_shown_or_not_at_all(world, again):
    check(world, "a1", "a2")
    at, school, row = newest_operation(), world.organisations["a"], fresh(world.children["a1"])
    told = at_once(
        lambda: hand_in(world.actors["a"], school, shown_at=at, expected=2),
        lambda: checking.confirm(world.actors["a"], row, grade="五年级"),
    )
    assert told.count("") == 1
    assert (Beneficiary.get_by_id(row.id).grade == "三年级") == (reports(world, "a1") == ["handed_in"])
