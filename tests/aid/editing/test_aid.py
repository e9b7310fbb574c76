"""资助项目, 资助标准 and 受助信息 in the grid."""

import pytest

from aid.editing import Faulty, save
from aid.editing.steps import steps, take_step
from aid.errors import NotAllowed, OutOfScope
from models import AidGrant, AidItem, AidStandard, Stage
from tests.aid.editing.gestures import edit, gesture
from tests.aid.giving import MEALS, give_all, ready


def faults(refused) -> list[tuple[str, str]]:
    return [(fault.column, fault.sentence) for fault in refused.value.faults]


def test_a_county_adds_an_item_with_its_standard_and_changes_the_amount(world):
    county = world.actors["county"]
    save(county, AidItem, gesture(added=[{"name": "雨露计划", "note": "县文件"}]))
    added = {"item": "雨露计划", "stage": "中职", "amount_fen": "1,500"}
    [key] = save(county, AidStandard, gesture(added=[added])).added
    standard = AidStandard.get_by_id(key)
    assert (standard.item.name, standard.stage, standard.boarding, standard.amount_fen) == (
        *("雨露计划", Stage.VOCATIONAL, "any"),
        150_000,
    )
    save(county, AidStandard, gesture(edit(standard, amount_fen="1600.50")))
    assert AidStandard.get_by_id(key).amount_fen == 160_050
    take_step(county, AidStandard, steps(county, AidStandard).undo)
    assert AidStandard.get_by_id(key).amount_fen == 150_000


def test_an_amount_that_cannot_be_is_told_beside_its_cell(world):
    ready(world)
    standard = AidStandard.select().first()
    for text, told in (("-1", "不能是负数"), ("1.005", "两位小数"), ("", "不能为空")):
        with pytest.raises(Faulty) as refused:
            save(world.actors["county"], AidStandard, gesture(edit(standard, amount_fen=text), token=text or "empty"))
        assert told in faults(refused)[0][1]


def test_one_name_and_one_standard_of_a_kind(world):
    ready(world)
    county, twice = world.actors["county"], {"item": MEALS, "stage": "小学", "boarding": "寄宿", "amount_fen": "1"}
    with pytest.raises(Faulty) as refused:
        save(county, AidItem, gesture(added=[{"name": MEALS}, {"name": "新"}, {"name": "新"}]))
    assert faults(refused) == [("name", f"已经有“{MEALS}”了"), ("name", "已经有“新”了")]
    with pytest.raises(Faulty) as refused:
        save(county, AidStandard, gesture(added=[twice], token="t2"))
    assert "已经有标准了" in faults(refused)[0][1]


def test_a_grant_is_corrected_and_never_to_nothing(world):
    give_all(world, ready(world))
    county, grant = world.actors["county"], AidGrant.select().first()
    with pytest.raises(Faulty) as refused:
        save(county, AidGrant, gesture(edit(grant, amount_fen="0")))
    assert "撤回" in faults(refused)[0][1]
    save(county, AidGrant, gesture(edit(grant, amount_fen="500", paid_on="2026-11-24", note="补发"), token="t2"))
    assert AidGrant.get_by_id(grant.id).amount_fen == 50_000


@pytest.mark.parametrize("who", ["a", "town", "city"])
def test_only_a_county_keeps_them(world, who):
    give_all(world, ready(world))
    for model, cells in ((AidItem, {"name": "改"}), (AidStandard, {"amount_fen": "1"}), (AidGrant, {"note": "改"})):
        with pytest.raises(NotAllowed):
            save(world.actors[who], model, gesture(edit(model.select().first(), **cells)))


def test_another_county_s_are_out_of_reach(world):
    give_all(world, ready(world))
    other = world.actors["other_county"]
    for model, cells in ((AidItem, {"name": "改"}), (AidStandard, {"amount_fen": "1"}), (AidGrant, {"note": "改"})):
        with pytest.raises(OutOfScope):
            save(other, model, gesture(edit(model.select().first(), **cells)))
    with pytest.raises(Faulty, match="没有"):
        save(other, AidStandard, gesture(added=[{"item": MEALS, "stage": "普高", "amount_fen": "1"}], token="t2"))
