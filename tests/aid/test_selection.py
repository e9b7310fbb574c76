"""What was chosen on a page is what is acted on, or nothing is."""

import pytest

from aid.errors import Conflict, OutOfScope
from aid.ledger import writing
from aid.operations.checking import confirm
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.selection import Selection
from models import Beneficiary, Operation, Organisation, Region


def newest() -> int:
    return Operation.select().order_by(Operation.id.desc()).get().id


def resolved(actor, selection: Selection) -> list[int]:
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        return selection.resolve(ledger)


def ticked(world, *children: str) -> Selection:
    return Selection.ticked(Beneficiary, {world.children[key].id: 1 for key in children})


def test_ticked_rows_are_found_in_order(world):
    wanted = sorted(world.children[key].id for key in ("a1", "a2"))
    assert resolved(world.actors["a"], ticked(world, "a2", "a1")) == wanted


@pytest.mark.parametrize(("who", "child"), [("a", "b1"), ("a", "far1"), ("county", "away"), ("county", "far1")])
def test_a_ticked_row_that_is_not_ones_own_to_change_refuses_all(world, who, child):
    with pytest.raises(OutOfScope):
        resolved(world.actors[who], ticked(world, "a1", child))


def test_a_ticked_row_at_another_version_refuses_all(world):
    confirm(world.actors["county"], world.children["a2"])
    with pytest.raises(Conflict, match="其中 1 行已被 county 改动"):
        resolved(world.actors["a"], ticked(world, "a1", "a2"))


def test_a_filter_is_every_row_one_reads_and_each_must_be_ones_own_to_change(world):
    everything = Selection.filtered(Beneficiary, shown_at=newest(), expected=2)
    assert resolved(world.actors["a"], everything) == sorted(world.children[key].id for key in ("a1", "a2"))
    with pytest.raises(OutOfScope, match="1 行不在您可以改动的范围内"):
        resolved(world.actors["county"], Selection.filtered(Beneficiary, shown_at=newest(), expected=5))


def test_a_filter_with_another_count_refuses_all(world):
    for expected in (1, 3):
        with pytest.raises(Conflict, match="现在是 2 行"):
            resolved(world.actors["a"], Selection.filtered(Beneficiary, shown_at=newest(), expected=expected))


def test_a_row_of_the_filter_written_after_the_page_refuses_all(world):
    shown_at = newest()
    confirm(world.actors["county"], world.children["a2"])
    with pytest.raises(Conflict, match="county 改动 1 行"):
        resolved(world.actors["a"], Selection.filtered(Beneficiary, shown_at=shown_at, expected=2))


def test_what_was_written_elsewhere_after_the_page_is_no_matter(world):
    shown_at = newest()
    confirm(world.actors["b"], world.children["b1"])
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:  # rows of other tables with the same ids
        for model in (Region, Organisation):
            ledger.change(model.get_by_id(world.children["a1"].id), name="改名")
    assert len(resolved(world.actors["a"], Selection.filtered(Beneficiary, shown_at=shown_at, expected=2))) == 2
