"""Ctrl+Z and Ctrl+Y: what they take next, over any sequence of gestures, undos and redos."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.editing import save
from aid.editing.steps import Steps, steps, take_step
from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import checking, history
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, Beneficiary, Operation, Organisation, db
from tests.aid.editing.gestures import edit, gesture

NONE = Steps(None, None)


def grade(world) -> str:
    return Beneficiary.get_by_id(world.children["a1"].id).grade


def typed(world, text: str, who: str = "a") -> int:
    row = Beneficiary.get_by_id(world.children["a1"].id)
    return save(world.actors[who], Beneficiary, gesture(edit(row, grade=text))).operation_id


def press(world, key: str, who: str = "a") -> None:
    following = getattr(steps(world.actors[who], Beneficiary), key)
    if following is not None:
        take_step(world.actors[who], Beneficiary, following)


@settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(st.sampled_from(["type", "undo", "undo", "redo"]), max_size=14))
def test_any_sequence_does_what_two_stacks_do(world, keys):
    # Somebody new in each example, who has no steps yet.
    actor = replace(world.actors["a"], name=f"a{Operation.select().count()}")
    mine = replace(world, actors=world.actors | {"a": actor})
    done, undone = [grade(world)], []
    for n, key in enumerate(keys):
        if key == "type":
            typed(mine, f"{n}班{Operation.select().count()}")
            done, undone = [*done, grade(world)], []
        else:
            press(mine, key)
        if key == "undo" and len(done) > 1:
            undone.append(done.pop())
        elif key == "redo" and undone:
            done.append(undone.pop())
        assert grade(world) == done[-1]
        following = steps(actor, Beneficiary)
        assert (following.undo is not None, following.redo is not None) == (len(done) > 1, bool(undone))


def test_nothing_was_done_yet(world):
    assert steps(world.actors["a"], Beneficiary) == NONE


def test_a_step_asked_for_again_is_not_taken_again(world):
    operation = typed(world, "四年级")
    first = take_step(world.actors["a"], Beneficiary, operation)
    again = take_step(world.actors["a"], Beneficiary, operation)
    assert (first.rows, again.operation_id, again.rows, grade(world)) == (1, None, 0, "三年级")


def test_a_step_taken_twice_at_once_is_taken_once(world):
    operation = typed(world, "四年级")

    def attempt(_: int) -> int:
        with db.connection_context():
            return take_step(world.actors["a"], Beneficiary, operation).rows

    db.close()
    with ThreadPoolExecutor(4) as clerks:
        rows = list(clerks.map(attempt, range(4)))
    db.connect()
    assert (sorted(rows), grade(world)) == ([0, 0, 0, 1], "三年级")


def test_only_gestures_of_this_table_and_of_oneself_are_steps(world):
    checking.confirm(world.actors["a"], world.children["a2"])
    foreign = typed(world, "四年级", who="county")
    assert steps(world.actors["a"], Beneficiary) == NONE
    assert steps(world.actors["county"], Organisation) == NONE
    for actor, model in (("a", Beneficiary), ("county", Organisation)):
        with pytest.raises(OutOfScope):
            take_step(world.actors[actor], model, foreign)


def test_another_account_of_the_same_name_has_steps_of_its_own(world):
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(Account, login="aa1", name="a", role="school", password_hash="")
    typed(world, "四年级")
    assert steps(replace(world.actors["a"], account_id=account.id), Beneficiary) == NONE


def test_what_an_office_took_back_is_not_redone_by_the_school(world):
    operation = typed(world, "四年级")
    history.undo(world.actors["county"], Operation.get_by_id(operation))
    assert steps(world.actors["a"], Beneficiary) == NONE


def test_the_permission_is_needed(world):
    operation = typed(world, "四年级")
    with pytest.raises(NotAllowed):
        take_step(replace(world.actors["a"], role="township"), Beneficiary, operation)


def test_a_step_that_others_wrote_over_says_so(world):
    operation = typed(world, "四年级")
    typed(world, "五年级", who="county")
    with pytest.raises(RuleBroken, match="之后已被 county"):
        take_step(world.actors["a"], Beneficiary, operation)


def test_one_query_however_long_the_history(world, queries):
    typed(world, "四年级")
    with queries() as seen:
        steps(world.actors["a"], Beneficiary)
    assert len(seen) == 1
