"""What the tables themselves refuse."""

import peewee as pw
import pytest

from aid.errors import RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Beneficiary, Region, RegionLevel


def place(ledger) -> Region:
    return ledger.add(Region, code="360426102000", name="吴山镇", level=RegionLevel.TOWNSHIP)


def test_the_number_of_a_removed_row_is_not_given_again(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        first = place(ledger)
        ledger.remove(first)
        assert place(ledger).id > first.id


def test_one_place_on_the_roll_is_on_a_list_once_per_register_row(world):
    child = world.children["a1"]
    pair = {"register_person": child.register_person, "enrolment": child.enrolment}
    own = {"school": child.school, "home_region": child.home_region, "hardship": "lifted"}
    with pytest.raises(RuleBroken), writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.add(Beneficiary, name="王芳", id_number=child.id_number, **pair, **own)


class Counted(pw.SQL):
    """A condition that counts how often it is put into words."""

    times = 0

    def __sql__(self, ctx: pw.Context) -> pw.Context:
        Counted.times += 1
        return super().__sql__(ctx)


def test_a_question_within_a_question_is_put_into_words_once():
    within = Region.select(Region.id).where(Counted("1 = 1"))
    for _ in range(3):
        within = Region.select(Region.id).where(Region.parent.in_(within))
    assert within.sql()[0].count(" IN (SELECT ") == 3
    assert Counted.times == 1


def test_nothing_is_among_none():
    assert Region.select(Region.id).where(Region.id.in_([])).sql()[0].endswith("WHERE (0 = 1)")
