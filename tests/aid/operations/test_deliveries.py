"""What a comparison of two deliveries says, whose it is, and what it costs."""

import json

import pytest

from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations import deliveries, deliveries_told
from aid.permissions import Permission
from codes import RegisterFate
from models import HeldRow, ImportRun
from tests.aid.operations.deliveries import apply, deliver, first_batch, register


def compared(world, who: str = "county"):
    return deliveries.compare(world.actors[who].scope)


def fates(world) -> dict[str, int]:
    return {fate.value: rows for fate, rows in compared(world).counts.items() if rows}


def hold_back(world, batch, *cells: str) -> None:
    """A sheet row of a delivery that was not taken in."""
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        told = {"kind": "register", "file_name": "r.xlsx", "digest": "0", "batch": batch}
        run = ledger.add(ImportRun, office=world.organisations["county"], **told)
        row = {"sheet_row": 2, "column": "身份证号", "reason": "check_digit", "message": "校验位不对"}
        ledger.add(HeldRow, run=run, cells=json.dumps(cells), **row)


def test_with_one_delivery_there_is_nothing_to_compare(world):
    assert compared(world) is None
    assert deliveries.waiting(world.actors["county"].scope) is None


def test_new_gone_changed_and_unchanged_are_told_apart(world):
    batch = deliver(world, without=("a1",), a2={"hardship": "orphan"}, b1={"phone": "1"})
    register(world, batch)
    assert fates(world) == {"gone": 1, "changed": 1, "minor": 1, "same": 1, "new": 1}
    assert deliveries.waiting(world.actors["county"].scope) == batch


def test_each_line_says_what_it_was_and_what_it_is(world):
    deliver(world, a2={"hardship": "orphan", "home_region": world.regions["town"]})
    comparison = compared(world)
    [line] = deliveries_told.lines_of(world.actors["county"].scope, comparison.of(RegisterFate.CHANGED))
    assert line.changes == [("困难类型", "脱贫户", "孤儿"), ("户籍区划", "石门村", "蒲亭镇")]
    assert line.told == "困难类型：脱贫户→孤儿；户籍区划：石门村→蒲亭镇"
    assert line.cells[:2] == ["李强", world.children["a2"].id_number]


def test_who_was_held_back_last_time_is_not_called_new(world):
    hold_back(world, first_batch(world), "H1", "赵新", "3604262010010100")
    register(world, deliver(world))
    assert fates(world) == {"corrected": 1, "same": 4}


def test_who_is_held_back_this_time_is_not_called_gone(world):
    person = world.children["a1"].register_person
    hold_back(world, deliver(world, without=("a1",)), person.household_no, person.name, "")
    assert fates(world) == {"held": 1, "same": 3}


def test_who_is_back_after_a_delivery_without_them_is_told_as_back(world):
    deliver(world, without=("a1",))
    apply(world)
    back = deliver(world, "2027 秋")
    person = world.children["a1"].register_person
    register(world, back, **{name: getattr(person, name) for name in ("name", "id_number", "household_no")})
    assert fates(world)["back"] == 1


def test_what_is_applied_is_still_shown_beside_the_last_one(world):
    deliver(world, a2={"hardship": "orphan"})
    apply(world)
    assert (fates(world), compared(world).waits) == ({"changed": 1, "same": 3}, False)


def test_only_the_newest_delivery_can_be_applied(world):
    first, _ = deliver(world), deliver(world, "2027 秋")
    with pytest.raises(RuleBroken, match="不是最新的一批"):
        deliveries.of_batch(world.actors["county"].scope, first.id)


@pytest.mark.parametrize("who", ["other_county", "town", "a"])
def test_nobody_else_reads_a_countys_comparison(world, who):
    deliver(world)
    assert compared(world, who) is None


def test_a_comparison_costs_the_same_however_many_differ(world, queries):
    deliver(world)
    with queries() as few:
        compared(world)
    deliver(world, "2027 秋", without=("a1",), a2={"hardship": "orphan"}, b1={"phone": "1"})
    with queries() as more:
        compared(world)
    assert len(few) == len(more) < 12
