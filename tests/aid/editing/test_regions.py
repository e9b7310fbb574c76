"""Regions in the grid: named and added in one's own place, by the rules of their sheet."""

import pytest

from aid.editing import save
from aid.errors import NotAllowed, OutOfScope
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Region
from tests.aid.editing.gestures import edit, faults, gesture

TOWN = {"code": "360426109000", "name": "新镇", "level": "乡镇"}
VILLAGE = {"code": "360426109200", "name": "新村", "level": "村"}


def refused(world, **texts: str) -> dict[tuple[int, str], str]:
    return faults(world.actors["county"], Region, gesture(added=[TOWN | texts]))


def test_a_name_is_typed(world):
    save(world.actors["county"], Region, gesture(edit(world.regions["town"], name="蒲亭街道")))
    assert Region.get_by_id(world.regions["town"].id).name == "蒲亭街道"


def test_a_region_that_a_sheet_left_nameless_is_named_by_anybody(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        row = ledger.add(Region, code="440100000000", name="440100000000", level="city")
    save(world.actors["county"], Region, gesture(edit(row, name="广州市")))
    assert Region.get_by_id(row.id).name == "广州市"


def test_a_town_and_its_village_are_added_in_any_order(world):
    saved = save(world.actors["county"], Region, gesture(added=[VILLAGE, TOWN]))
    village, town = (Region.get_by_id(key) for key in saved.added)
    assert (village.name, village.parent, town.parent.name, town.level) == ("新村", town, "德安县", "township")


@pytest.mark.parametrize(
    ("texts", "column", "sentence"),
    [
        ({"code": "360425109000"}, "code", "不在您的管理范围内"),
        ({"code": "360426100000"}, "code", "已经有了"),
        ({"code": "36042610"}, "code", "应为 12 位数字"),
        ({"parent": "永修县"}, "parent", "应是 360426109000 所在的上级"),
        ({"level": ""}, "level", "不能为空"),
    ],
)
def test_the_rules_of_the_sheet_hold(world, texts, column, sentence):
    found = refused(world, **texts)
    assert list(found) == [(-1, column)]
    assert sentence in found[-1, column]


def test_a_code_is_added_once(world):
    found = faults(world.actors["county"], Region, gesture(added=[TOWN, TOWN | {"name": "另一个"}]))
    assert list(found) == [(-2, "code")]


def test_a_code_is_never_changed(world):
    assert faults(world.actors["county"], Region, gesture(edit(world.regions["town"], code="360426100999")))


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_the_permission_is_needed(world, who):
    with pytest.raises(NotAllowed):
        save(world.actors[who], Region, gesture(edit(world.regions["town"], name="别的")))


def test_a_region_of_another_county_is_refused(world):
    with pytest.raises(OutOfScope):
        save(world.actors["county"], Region, gesture(edit(world.regions["far_town"], name="别的")))
    assert Region.get_by_id(world.regions["far_town"].id).name == "涂埠镇"
