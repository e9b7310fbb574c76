"""Visits to a dropout's home: who notes them, what is refused, corrections and undo."""

import datetime as dt

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.operations import dropouts, history, matching
from models import DropoutVisit
from tests.aid.operations.test_dropouts import NUMBER, VISIT, autumn, county, last_operation, opened
from tests.aid.operations.test_matching import enrol

__all__ = ["autumn", "county"]


@pytest.mark.parametrize("who", ["county", "town"])
def test_county_and_township_note_visits(world, who):
    case = opened(world)
    visit = dropouts.add_visit(world.actors[who], case, **VISIT, next_step=" 一周后回访 ")
    assert (visit.case, visit.outcome, visit.next_step) == (case, "promised", "一周后回访")
    history.undo(world.actors["county"], last_operation())
    assert not DropoutVisit.select().exists()


def test_undoing_one_of_several_visits_leaves_the_others(world, county):
    case = opened(world)
    dropouts.add_visit(county, case, **VISIT)
    first = last_operation()
    dropouts.add_visit(county, case, **VISIT | {"finding": "又去了一次"})
    history.undo(county, first)
    assert [visit.finding for visit in DropoutVisit] == ["又去了一次"]


def test_a_second_click_notes_no_second_visit(world, county):
    case = opened(world)
    dropouts.add_visit(county, case, **VISIT)
    with pytest.raises(RuleBroken, match="已经登记过"):
        dropouts.add_visit(county, case, **VISIT)
    assert dropouts.add_visit(county, case, **VISIT | {"date": VISIT["date"] - dt.timedelta(days=1)})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"finding": "  "}, "请填写走访情况"),
        ({"visitor": ""}, "请填写走访人"),
        ({"date": dt.date(2100, 1, 1)}, "不能在今天以后"),
        ({"finding": "长" * 501}, "最多 500 个字"),
    ],
)
def test_a_visit_that_says_nothing_or_is_yet_to_come_is_refused(world, county, wrong, told):
    with pytest.raises(RuleBroken, match=told):
        dropouts.add_visit(county, opened(world), **VISIT | wrong)


def test_a_closed_case_takes_no_visit_but_its_visits_are_corrected(world, county):
    case = opened(world)
    visit = dropouts.add_visit(county, case, **VISIT)
    enrol(world, "b", NUMBER)
    matching.match(county)
    with pytest.raises(RuleBroken, match="已经了结"):
        dropouts.add_visit(county, case, **VISIT)
    dropouts.correct_visit(county, visit, finding="家长当面同意")
    assert DropoutVisit.get_by_id(visit.id).finding == "家长当面同意"
    history.undo(county, last_operation())
    assert DropoutVisit.get_by_id(visit.id).finding == "家长同意送回"


def test_of_two_who_correct_one_visit_the_second_is_told(world, county):
    visit = dropouts.add_visit(county, opened(world), **VISIT)
    stale = DropoutVisit.get_by_id(visit.id)
    dropouts.correct_visit(county, visit, outcome="back")
    with pytest.raises(Conflict):
        dropouts.correct_visit(world.actors["town"], stale, outcome="lost")


@pytest.mark.parametrize("who", ["a", "city", "province", "auditor"])
def test_others_note_none(world, who):
    with pytest.raises(NotAllowed):
        dropouts.add_visit(world.actors[who], opened(world), **VISIT)


def test_another_township_and_another_county_note_none(world):
    case = opened(world, home="other_town")
    for who in ("town", "other_county"):
        with pytest.raises(OutOfScope):
            dropouts.add_visit(world.actors[who], case, **VISIT)
    visit = dropouts.add_visit(world.actors["county"], case, **VISIT)
    with pytest.raises(OutOfScope):
        dropouts.correct_visit(world.actors["town"], visit, outcome="lost")
