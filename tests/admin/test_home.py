"""The first page: figures of one's own rows alone, and none for who may not read them."""

import re

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, db

TILE = re.compile(r"<b>([\d,]+)</b><span>([^<]+)</span>")
SCHOOL = re.compile(r'school=(\d{12})">([^<]+)</a>')
STATES = ("待核对", "已核对（未更新）", "已核对（已更新）", "无效")


def tiles(page) -> dict[str, int]:
    return {label: int(count) for count, label in TILE.findall(page.text)}


@pytest.mark.parametrize(
    ("who", "rows"), [("a", 2), ("b", 1), ("far", 2), ("town", 3), ("county", 4), ("other_county", 2), ("city", 6)]
)
def test_what_waits_is_counted_among_ones_own(visit, who, rows):
    assert [tiles(visit(who).get("/"))[state] for state in STATES] == [rows, 0, 0, 0]


def test_only_a_county_is_told_of_duplicates_and_of_who_is_unplaced(visit, world):
    child = world.children["a1"]
    values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted", "home_region": child.home_region}
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.add(Beneficiary, school=world.organisations["b"], **values)
    office = {"重复待处理（组）": 1, "名册中未匹配": 0}
    assert office.items() <= tiles(visit("county").get("/")).items()
    for who in ("a", "town", "city", "province"):
        assert set(tiles(visit(who).get("/"))) == set(STATES), who


def test_an_auditor_is_told_no_figure(visit):
    assert tiles(visit("auditor").get("/")) == {}


@pytest.mark.parametrize(("who", "schools"), [("county", "abc"), ("other_county", ["far"]), ("a", ""), ("town", "")])
def test_schools_are_shown_to_the_office_above_them(visit, world, who, schools):
    shown = {code for code, _ in SCHOOL.findall(visit(who).get("/").text)}
    assert shown == {world.organisations[key].code for key in schools}
