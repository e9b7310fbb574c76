"""Who is due an item in a term: each reason why not, and the same answer in SQL as in the rule."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations.entitlement import Aim, Standing, tally
from aid.permissions import Permission
from aid.rules.standards import amount_due
from models import AidItem, AidStandard, Beneficiary, Boarding, CheckState, HardshipKind, InvalidReason, Stage
from tests.aid.giving import aim, check, give_all, ready


def standing(at: Aim, row: Beneficiary) -> str | None:
    return Beneficiary.select(at.standing).where(Beneficiary.id == row.id).scalar()


@pytest.mark.parametrize(
    ("columns", "stands"),
    [
        ({}, "due"),
        ({"state": CheckState.UPDATED}, "due"),
        ({"state": CheckState.UNCHECKED}, "unchecked"),
        ({"state": CheckState.INVALID, "invalid_reason": InvalidReason.ELSEWHERE}, None),
        ({"aid_until": 2026}, "due"),
        ({"aid_until": 2025, "eligible": False}, "ended"),
        ({"roll_status": "suspended"}, "due"),
        ({"roll_status": "transferred"}, "gone"),
        ({"roll_status": "graduated"}, "gone"),
        ({"roll_status": None}, "due"),
        ({"boards": None}, "boarding"),
        ({"id_number": ""}, "due"),
    ],
)
def test_a_child_is_due_it_or_stands_somewhere_else(world, columns, stands):
    at = ready(world)
    check(world, "a1", **columns)
    assert standing(at, world.children["a1"]) == stands


def test_the_years_of_aid_are_those_of_the_terms_school_year(world):
    ready(world)
    check(world, "a1", aid_until=2026)
    found = {term: standing(aim(world, term=term), world.children["a1"]) for term in ("2026秋", "2027春", "2027秋")}
    assert found == {"2026秋": "due", "2027春": "due", "2027秋": "ended"}


def test_the_kind_of_hardship_asks_nothing(world):
    at = ready(world)
    for kind in HardshipKind:
        check(world, "a1", hardship=kind)
        assert standing(at, world.children["a1"]) == "due"


def test_two_live_rows_of_one_child_wait_to_be_settled(world):
    at = ready(world)
    check(world, "b1", id_number=world.children["a1"].id_number)
    assert tally(world.actors["county"].scope, at).standings == dict.fromkeys(Standing, 0) | {
        Standing.DOUBLED: 2,
        Standing.UNCHECKED: 2,
    }
    check(world, "b1", state=CheckState.INVALID)
    assert standing(at, world.children["a1"]) == "due"


def test_who_was_given_it_on_another_row_has_it(world):
    at = ready(world)
    give_all(world, at)
    check(world, "c1", id_number=world.children["a1"].id_number, boards=True)
    check(world, "a1", state=CheckState.INVALID)
    assert standing(at, world.children["c1"]) == "paid"
    assert standing(aim(world, term="2027春"), world.children["c1"]) == "due"


def test_a_stage_without_an_amount_is_due_nothing(world):
    ready(world)
    assert standing(aim(world, item="普高国家助学金"), world.children["a1"]) is None
    assert standing(aim(world, item="学前资助"), world.children["a1"]) is None


def test_a_school_counts_its_own_and_a_county_those_of_its_schools(world):
    at = ready(world)
    check(world, "away", boards=True)
    due = {who: tally(world.actors[who].scope, at).heads for who in ("county", "a", "b", "c", "town", "city")}
    assert due == {"county": 2, "a": 1, "b": 1, "c": 0, "town": 2, "city": 3}


amounts = st.dictionaries(
    st.tuples(st.sampled_from([stage.value for stage in Stage]), st.sampled_from([one.value for one in Boarding])),
    st.sampled_from([0, 1, 31_250, 62_500]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(amounts=amounts)
def test_the_amount_in_sql_is_that_of_the_rule(world, amounts):
    item = AidItem(id=0, name="补助")
    row = Beneficiary.get_by_id(world.children["a1"].id)
    for school, boards in product(("a", "b"), (True, False, None)):
        Beneficiary.update(school=world.organisations[school], boards=boards).where(Beneficiary.id == row.id).execute()
        found = Beneficiary.select(Aim(item, "2026秋", amounts).amount).where(Beneficiary.id == row.id).scalar()
        assert found == amount_due(amounts, world.organisations[school].stage, boards)


def test_standards_are_once_per_item_stage_and_boarding(world):
    ready(world)
    first = AidStandard.select().first()
    columns = {"item": first.item, "stage": first.stage, "boarding": first.boarding, "amount_fen": 5}
    with (
        pytest.raises(RuleBroken, match="与已有记录冲突"),
        writing(world.actors["county"], Permission.AID_WRITE) as ledger,
    ):
        ledger.add(AidStandard, **columns)
