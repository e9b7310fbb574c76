"""The newest delivery applied without a page: what is told before and after, who may, and whose it is."""

import pytest

from aid.errors import NotAllowed, RuleBroken
from aid.operations.delivery_report import apply_newest, foresee
from codes import RegisterFate
from models import Operation, RegisterBatch
from tests.aid.operations.deliveries import deliver, enrol, listed, register


@pytest.fixture
def delivered(world):
    register(world, deliver(world, without=("a1",), a2={"hardship": "orphan"}))
    enrol(world, "a")
    return world


def test_what_is_foreseen_is_what_is_done(delivered):
    county, before = delivered.actors["county"], Operation.select().count()
    seen = foresee(county)
    assert (seen.people[RegisterFate.GONE], seen.people[RegisterFate.CHANGED], seen.effect.marked) == (1, 1, 1)
    assert (Operation.select().count(), seen.rows, seen.operation_id) == (before, None, None)
    done = apply_newest(county)
    assert (done.people, done.effect, done.waits) == (seen.people, seen.effect, True)
    assert listed(delivered, "a1").gone_from_register
    assert "新下发 1 条" in Operation.get_by_id(done.operation_id).sentence
    assert done.told[:2] == seen.told
    assert done.told[2] == f"已应用，名单有 {done.rows} 条随之更新"


def test_applied_again_it_changes_nothing(delivered):
    apply_newest(delivered.actors["county"])
    again = apply_newest(delivered.actors["county"])
    assert (again.waits, again.rows, again.operation_id) == (False, 0, None)


def test_one_delivery_alone_cannot_be_applied(world):
    for step in (foresee, apply_newest):
        with pytest.raises(RuleBroken, match="只有一批名册"):
            step(world.actors["county"])


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_nobody_else_may_look_or_apply(delivered, who):
    for step in (foresee, apply_newest):
        with pytest.raises(NotAllowed):
            step(delivered.actors[who])


def test_another_countys_office_has_nothing_to_apply(delivered):
    with pytest.raises(RuleBroken, match="只有一批名册"):
        apply_newest(delivered.actors["other_county"])
    assert not RegisterBatch.get(name="2027 春").current
