"""How far the check has come, by place: whose rows are counted, where, and what it costs."""

import pytest

from aid.operations.checking import confirm
from aid.progress import by_place
from codes import CheckState


def told(world, who: str) -> list[tuple[str, int, int]]:
    """(place, rows, those not checked)"""
    places = by_place(world.actors[who].scope)
    return [(one["place"], one["rows"], one["states"][CheckState.UNCHECKED]) for one in places]


def test_a_county_is_told_its_townships_and_a_city_its_counties_by_where_the_schools_lie(world):
    confirm(world.actors["a"], world.children["a1"])
    assert told(world, "county") == [("蒲亭镇", 3, 2), ("聂桥镇", 1, 1)]
    assert told(world, "city") == told(world, "province") == [("永修县", 2, 2), ("德安县", 4, 3)]
    assert [round(one["done"], 2) for one in by_place(world.actors["county"].scope)] == [0.33, 0]


@pytest.mark.parametrize("who", ["a", "town"])
def test_below_a_county_there_is_nothing_to_compare(world, who):
    assert told(world, who) == []


def test_it_is_one_statement(world, queries):
    with queries() as seen:
        by_place(world.actors["county"].scope)
    assert len(seen) == 1
