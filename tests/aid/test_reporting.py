"""How far schools have handed in: each figure counted another way."""

import pytest

from aid.operations import checking
from aid.operations.submissions import accept, give_back
from aid.reporting import COUNTED, counted, last_handed_in, last_round, last_rounds, late, open_schools
from aid.scope import visible
from models import InvalidReason, Organisation, Submission
from tests.aid.operations.test_submissions import check, fresh, handed_in, ticked


def figures(world, who: str = "county") -> dict[str, dict]:
    columns = {"late": late(), "round": last_round(), "at": last_handed_in(), **{key: counted(key) for key in COUNTED}}
    query = visible(Organisation, world.actors[who].scope).where(open_schools())
    rows = query.select(Organisation.name, *columns.values()).tuples()
    return {name: dict(zip(columns, values, strict=True)) for name, *values in rows}


@pytest.fixture
def school(world):
    return world.organisations["a"].name


def test_a_school_that_never_handed_in_is_late(world, school):
    found = figures(world)[school]
    assert (found["late"], found["round"], found["at"]) == (1, 0, None)
    assert (found["rows"], found["unchecked"], found["ready"]) == (2, 2, 0)


def test_a_school_is_late_again_with_what_it_checked_since(world, school):
    check(world, "a1")
    made = handed_in(world)
    found = figures(world)[school]
    assert (found["late"], found["round"], found["at"]) == (0, 1, Submission.get_by_id(made.id).handed_in_at)
    check(world, "a2")
    assert (figures(world)[school]["late"], figures(world)[school]["ready"]) == (1, 1)


def test_a_school_is_late_with_what_was_returned(world, school):
    check(world, "a1", "a2")
    handed_in(world)
    give_back(world.actors["county"], ticked(world, "a1"), remark="不对")
    accept(world.actors["county"], ticked(world, "a2"))
    found = figures(world)[school]
    assert [found[key] for key in ("late", "returned", "accepted", "waiting", "ready")] == [1, 1, 1, 0, 0]


def test_an_invalid_row_is_checked_and_ready(world, school):
    checking.mark_invalid(world.actors["a"], fresh(world.children["a1"]), reason=InvalidReason.ELSEWHERE)
    assert figures(world)[school]["ready"] == 1


@pytest.mark.parametrize(("who", "schools"), [("county", "abc"), ("town", "ab"), ("city", ["a", "b", "c", "far"])])
def test_each_office_is_told_of_its_own_schools(world, who, schools):
    assert set(figures(world, who)) == {world.organisations[key].name for key in schools}


def test_the_last_round_of_each_school_by_whom_it_may_be_read(world):
    check(world, "a1")
    handed_in(world)
    check(world, "a2")
    second = handed_in(world)
    a = world.organisations["a"].id
    assert last_rounds(world.actors["county"].scope) == {a: (2, Submission.get_by_id(second.id).handed_in_at)}
    assert last_rounds(world.actors["b"].scope) == {}
