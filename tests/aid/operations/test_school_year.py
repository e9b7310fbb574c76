"""The county's school year: who is still aided, and whether its townships check."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.accounts import actor_of, open_account
from aid.operations.history import undo
from aid.operations.matching import match
from aid.operations.school_year import Turn, change_settings, school_year, setting_of, turn
from aid.permissions import Permission
from aid.rules.eligibility import YEARS, eligible, last_year
from aid.scope import SYSTEM
from models import Beneficiary, CountySetting, Operation, RegisterBatch, RegisterPerson, Role


@pytest.fixture
def leaving(world):
    """The children of schools a and b left poverty in 2022, 2023 and never; they are matched anew."""
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.change_where(RegisterBatch, RegisterBatch.current, received=dt.datetime(2026, 9, 20))
        years = {"a1": 2022, "a2": 2023, "b1": None}
        people = {key: world.children[key].register_person_id for key in years}
        ledger.change_many(RegisterPerson, {people[key]: {"left_poverty": year} for key, year in years.items()})
        ledger.remove_many(Beneficiary, [world.children[key].id for key in years])
    match(world.actors["county"])
    return world


def told(world) -> dict[str, tuple[int | None, bool]]:
    names = [world.children[key].name for key in ("a1", "a2", "b1")]
    rows = Beneficiary.select().where(Beneficiary.name.in_(names)).order_by(Beneficiary.name)
    return {row.name: (row.aid_until, row.eligible) for row in rows}


def test_matching_says_until_when_a_child_is_aided_and_whether_it_still_is(leaving):
    assert told(leaving) == {"王芳": (2025, False), "李强": (2026, True), "张敏": (None, True)}


def test_a_new_school_year_ends_the_aid_of_some_and_is_taken_back_with_them(leaving):
    county = leaving.actors["county"]
    assert school_year(county.scope) == 2026
    assert turn(county.scope, 2027) == Turn(ending=1, beginning=0)
    outcome = change_settings(county, version=0, year=2027, townships_check=False)
    assert outcome.rows == 1
    assert told(leaving)["李强"] == (2026, False)
    undo(county, Operation.get_by_id(outcome.operation_id))
    assert (told(leaving)["李强"], school_year(county.scope)) == ((2026, True), 2026)


def test_an_earlier_school_year_begins_the_aid_again(leaving):
    county = leaving.actors["county"]
    assert turn(county.scope, 2025) == Turn(ending=0, beginning=1)
    change_settings(county, version=0, year=2025, townships_check=False)
    assert told(leaving)["王芳"] == (2025, True)


def test_whoever_saw_older_settings_does_not_write_over_them(world):
    county = world.actors["county"]
    change_settings(county, version=0, year=2026, townships_check=False)
    change_settings(county, version=1, year=2027, townships_check=False)
    with pytest.raises(Conflict):
        change_settings(county, version=1, year=2025, townships_check=False)
    assert setting_of(county.scope).school_year == 2027


@pytest.mark.parametrize("year", [1999, 2100, -1])
def test_a_year_that_cannot_be_is_refused(world, year):
    with pytest.raises(RuleBroken, match="学年应在"):
        change_settings(world.actors["county"], version=0, year=year, townships_check=False)


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_sets_it(world, who):
    with pytest.raises(NotAllowed):
        change_settings(world.actors[who], version=0, year=2026, townships_check=True)


def test_a_county_sets_its_own_year_and_no_other_countys_children(leaving):
    other = leaving.actors["other_county"]
    change_settings(other, version=0, year=2030, townships_check=False)
    assert told(leaving)["李强"] == (2026, True)
    assert school_year(leaving.actors["county"].scope) == school_year(leaving.actors["a"].scope) == 2026
    assert school_year(leaving.actors["far"].scope) == 2030


def test_a_county_account_without_an_office_of_its_own_is_told(world):
    actor = world.actors["county"]
    stray = type(actor)("x", Role.COUNTY, actor.scope, None, world.organisations["town"].id)
    with pytest.raises(OutOfScope, match="请用县级账号"):
        change_settings(stray, version=0, year=2026, townships_check=False)
    assert not CountySetting.select().exists()


def test_a_township_checks_where_its_county_has_switched_it_on(world):
    account, _ = open_account(
        SYSTEM, organisation=world.organisations["town"], role=Role.TOWNSHIP, login="t.one", name="中心校"
    )
    assert not actor_of(account).may(Permission.BENEFICIARY_CHECK)
    change_settings(world.actors["county"], version=0, year=2026, townships_check=True)
    assert actor_of(account).may(Permission.BENEFICIARY_CHECK)
    assert not actor_of(account).may(Permission.BENEFICIARY_SETTLE)


@given(left=st.none() | st.integers(1990, 2060), year=st.integers(2015, 2099))
def test_aid_goes_on_for_three_years(left, year):
    assert eligible(last_year(left), year) == (left is None or year - left <= YEARS)


def test_the_rule_in_the_database_is_the_same(leaving):
    rows = {leaving.children[key].name: leaving.children[key].register_person_id for key in ("a1", "a2", "b1")}
    for name, (until, still) in told(leaving).items():
        assert until == last_year(RegisterPerson.get_by_id(rows[name]).left_poverty)
        assert still == eligible(until, 2026)
