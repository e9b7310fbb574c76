"""Children across borders: what SQL finds, held against the rules row by row, and whose they are to see."""

from random import Random

import pytest

from aid.ledger import writing
from aid.operations import borders
from aid.operations.borders import HOME, JOINS, PLACE
from aid.permissions import Permission
from aid.rules.borders import border, crosses, direction
from aid.scope import SYSTEM, visible
from models import Beneficiary, Organisation, Region
from tests.aid.operations.supplementing import supplement

FOREIGN = {  # code -> name, level: some of them without what lies above
    "430000000000": ("湖南省", "province"),
    "430100000000": ("长沙市", "city"),
    "430102000000": ("芙蓉区", "county"),
    "360102100000": ("某街道", "township"),
    "440000000000": ("广东省", "province"),
}


@pytest.fixture
def scattered(world):
    """A hundred children whose households lie anywhere, at schools of two counties."""
    rng = Random(1)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        foreign = [ledger.add(Region, code=code, name=name, level=level) for code, (name, level) in FOREIGN.items()]
        homes = [*world.regions.values(), *foreign]
        for number in range(100):
            place = {"school": world.organisations[rng.choice("abc") if number % 3 else "far"]}
            told = {"name": f"孩子{number}", "id_number": f"N{number}", "hardship": "lifted"}
            ledger.add(Beneficiary, home_region=rng.choice(homes), state=rng.choice(STATES), **place, **told)
    return world


STATES = ("unchecked", "updated", "invalid")


def told(scope, *expressions):
    rows = visible(Beneficiary, scope).where(Beneficiary.id.in_(borders.crossing(scope)))
    query = rows.select(Beneficiary.id, *expressions)
    for source, on in JOINS:
        query = query.join_from(Beneficiary, source, on=on)
    return {key: values if len(values) > 1 else values[0] for key, *values in query.tuples()}


@pytest.mark.parametrize("who", ["county", "other_county", "city", "province", "town", "a", "far"])
def test_sql_finds_what_the_rules_find_row_by_row(scattered, who):
    scope = scattered.actors[who].scope
    found = told(scope, borders.border(), borders.direction(scope))
    wanted = {}
    for row in visible(Beneficiary, scope).where(Beneficiary.state != "invalid"):
        home, school = row.home_region.code, row.school.region.code
        if crosses(home, school, "county"):
            wanted[row.id] = [border(home, school), direction(home, school, scope.prefix)]
    assert found == wanted
    assert len(wanted) > (0 if who == "town" else 5)


def test_a_place_is_told_down_to_its_county_and_the_province_where_it_is_another(scattered):
    names = set(told(scattered.actors["county"].scope, borders.place_of(HOME)).values())
    assert {"九江市永修县", "湖南省长沙市芙蓉区", "湖南省长沙市", "广东省", "360102"} <= names


def test_the_counties_offices_are_named_and_none_where_none_is_known(scattered):
    scope = scattered.actors["county"].scope
    offices = told(scope, HOME.code, borders.office_of(HOME), borders.office_of(PLACE)).values()
    follow = {home[:6]: office for home, office, _ in offices}
    assert follow["360425"] == "永修县学生资助管理中心"
    assert follow["430102"] is None
    assert {office for *_, office in offices} == {"德安县学生资助管理中心", "永修县学生资助管理中心"}


def test_a_closed_office_is_not_the_one_to_ask(scattered):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(scattered.organisations["other_county"].id), status="closed")
    offices = told(scattered.actors["county"].scope, HOME.code, borders.office_of(HOME)).values()
    assert {office for home, office in offices if home.startswith("360425")} == {None}


def test_another_countys_children_are_nobodys_to_see_here(scattered):
    own = told(scattered.actors["other_county"].scope, HOME.code, PLACE.code).values()
    assert all("360425" in (home[:6], school[:6]) for home, school in own)


# -- outside the province --------------------------------------------------------

OUTSIDE = {"school": "", "reason": "outside", "outside_school": "成都市第七中学", "outside_stage": "senior"}


@pytest.mark.parametrize("who", ["county", "city", "province"])
def test_a_school_outside_the_province_is_a_direction_of_its_own_checked_by_the_county_that_keeps_the_row(world, who):
    row, scope = supplement(world, "county", **OUTSIDE), world.actors[who].scope
    parts = (borders.border(), borders.direction(scope), borders.elsewhere(scope), borders.school_place())
    found = told(scope, *parts, borders.office_of(PLACE))
    assert found[row.id] == ["outside", "outside", "省外", "省外：成都市第七中学", "德安县学生资助管理中心"]
    assert border("360426100200", "360426000000", outside=True) == found[row.id][0]
    assert direction("360426100200", "360426000000", scope.prefix, outside=True) == found[row.id][1]


def test_a_child_outside_the_province_is_not_told_to_schools_or_to_another_county(world):
    row = supplement(world, "county", **OUTSIDE)
    assert row.id in told(world.actors["town"].scope, borders.border())  # its household lies there
    for who in ("a", "far", "other_county"):
        assert row.id not in told(world.actors[who].scope, borders.border())


def test_a_row_that_is_no_longer_valid_is_not_among_them(world):
    row = supplement(world, "county", **OUTSIDE)
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(row, state="invalid", invalid_reason="not_poor")
    assert row.id not in told(world.actors["county"].scope, borders.border())


def test_a_county_without_a_name_is_told_by_its_six_digits(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        nameless = ledger.add(Region, code="360499000000", name="360499000000", level="county")
        ledger.change(world.children["a1"], home_region=nameless)
    place = told(world.actors["county"].scope, borders.place_of(HOME))
    assert place[world.children["a1"].id] == "九江市360499"
