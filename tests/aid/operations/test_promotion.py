"""Promotion at the turn of the school year, of children that no roll speaks of."""

import pytest

from aid.errors import NotAllowed, RuleBroken
from aid.ledger import writing
from aid.operations.history import undo
from aid.operations.promotion import promotion
from aid.operations.school_year import change_settings, school_year
from aid.permissions import Permission
from models import Beneficiary, Operation


@pytest.fixture
def without_roll(world):
    """The children of schools a and c have no place on the roll: 三年级 and 六年级; b1 has."""
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        for key, grade in {"a1": "三年级", "a2": "混龄班", "c1": "六年级"}.items():
            row = Beneficiary.get_by_id(world.children[key].id)
            ledger.change(row, enrolment=None, grade=grade)
    return world


def grades() -> list[str]:
    names = ["王芳", "李强", "陈静", "张敏"]
    rows = {row.name: row.grade for row in Beneficiary.select().where(Beneficiary.name.in_(names))}
    return [rows[name] for name in names]


def turn(world, year: int, *, who: str = "county"):
    return change_settings(world.actors[who], version=0, year=year, townships_check=False, promotes=True)


def test_the_turn_raises_who_can_be_raised_and_leaves_the_last_grade_to_a_clerk(without_roll):
    county = without_roll.actors["county"]
    assert [row.name for row in promotion(county.scope).staying] == ["李强", "陈静"]
    outcome = turn(without_roll, school_year(county.scope) + 1)
    assert grades() == ["四年级", "混龄班", "六年级", "三年级"]
    operation = Operation.get_by_id(outcome.operation_id)
    assert operation.sentence.endswith("1 名没有学籍的学生升一级")
    undo(county, operation)
    assert grades()[0] == "三年级"


def test_without_a_new_school_year_nobody_is_raised(without_roll):
    year = school_year(without_roll.actors["county"].scope)
    for other in (year, year - 1, year + 2):
        with pytest.raises(RuleBroken, match="下一学年"):
            turn(without_roll, other)
    assert grades()[0] == "三年级"


@pytest.mark.parametrize("who", ["a", "town", "city"])
def test_only_a_county_raises(without_roll, who):
    with pytest.raises(NotAllowed):
        turn(without_roll, 2027, who=who)


def test_another_countys_children_are_not_raised(without_roll):
    other = without_roll.actors["other_county"]
    assert promotion(other.scope).raised == {}
    turn(without_roll, school_year(other.scope) + 1, who="other_county")
    assert grades()[0] == "三年级"
