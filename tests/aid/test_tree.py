"""The organisations as a tree: offices over offices, schools under their townships, with numbers that add up."""

import pytest

from aid.ledger import writing
from aid.operations import checking
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from aid.tree import Branch, tree
from models import InvalidReason, Organisation


def drawn(branches: list[Branch]) -> list:
    return [[branch.label, *drawn(branch.beneath)] for branch in branches]


def test_the_county_sees_itself_its_townships_and_their_schools(world):
    assert drawn(tree(world.actors["county"].scope)) == [
        [
            "德安县学生资助管理中心",
            ["蒲亭镇中心校", ["德安县蒲亭镇小学（小学）"], ["德安县蒲亭镇初级中学（初中）"]],
            ["聂桥镇", ["德安县聂桥镇小学（小学）"]],
        ]
    ]


@pytest.mark.parametrize("who", ["province", "city", "county", "town", "a", "auditor", "other_county"])
def test_everybody_sees_exactly_their_own(world, who):
    scope = world.actors[who].scope

    def ids(branches: list[Branch]) -> list[int]:
        return [key for one in branches for key in (*([one.row.id] if one.row else []), *ids(one.beneath))]

    assert sorted(ids(tree(scope))) == sorted(row.id for row in visible(Organisation, scope))


def test_the_province_stands_over_all(world):
    [province] = tree(SYSTEM.scope)
    assert (province.label, province.schools, province.total) == ("江西省学生资助管理中心", 4, 6)
    [city] = province.beneath
    assert {county.label: county.total for county in city.beneath} == {
        "德安县学生资助管理中心": 4,
        "永修县学生资助管理中心": 2,
    }


def test_only_live_rows_are_children_and_ended_schools_say_so(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.GRADUATED)
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["c"].id), status="closed")
    [county] = tree(world.actors["county"].scope)
    assert county.total == 3
    assert drawn(county.beneath)[1] == ["聂桥镇", ["德安县聂桥镇小学（小学）（撤销）"]]


def test_a_school_right_under_the_county_stands_there(world):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["c"].id), region=world.regions["county"])
    [county] = tree(world.actors["county"].scope)
    assert ["德安县聂桥镇小学（小学）"] in drawn(county.beneath)


def test_asks_three_questions_however_many_there_are(world, queries):
    with queries() as seen:
        tree(world.actors["county"].scope)
    assert len(seen) == 3
