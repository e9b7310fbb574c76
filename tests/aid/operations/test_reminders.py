"""Reminding: a sentence on a school's first page, from its county or its township, until somebody there has read it."""

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import history, mergers
from aid.operations.reminders import dismiss, remind, unseen
from aid.permissions import Permission
from aid.record import newest_operation
from aid.scope import SYSTEM, Actor
from aid.selection import Selection
from models import Notice, Operation, Organisation, OrganisationKind, Role

WORDS = "请尽快上报"


def schools(world, *keys: str) -> Selection:
    rows = [Organisation.get_by_id(world.organisations[key].id) for key in keys]
    return Selection.ticked(Organisation, {row.id: row.version for row in rows})


def reminded(world, who: str = "county", *keys: str) -> Notice:
    remind(world.actors[who], schools(world, *(keys or ("a",))), sentence=WORDS)
    return Notice.select().order_by(Notice.id.desc()).get()


def test_every_chosen_school_is_told_in_one_operation(world):
    outcome = remind(world.actors["county"], schools(world, "a", "b", "c"), sentence=f" {WORDS} ")
    told = {(row.organisation.code, row.office, row.sentence, row.seen_at) for row in Notice.select()}
    assert told == {
        (world.organisations[key].code, world.organisations["county"], WORDS, None) for key in ("a", "b", "c")
    }
    assert Operation.get_by_id(outcome.operation_id).rows == outcome.rows == 3


def test_all_schools_of_a_filter_are_told(world):
    where = Organisation.kind == OrganisationKind.SCHOOL
    all_of_them = Selection.filtered(Organisation, where=where, shown_at=newest_operation(), expected=3)
    assert remind(world.actors["county"], all_of_them, sentence=WORDS).rows == 3


def test_a_second_click_tells_nobody_twice_and_a_notice_that_was_read_may_be_told_again(world):
    notice = reminded(world, "county", "a")
    with pytest.raises(RuleBroken, match="没有重复发"):
        reminded(world, "county", "a")
    assert remind(world.actors["county"], schools(world, "a", "b"), sentence=WORDS).rows == 1
    assert remind(world.actors["town"], schools(world, "a"), sentence=WORDS).rows == 1
    dismiss(world.actors["a"], notice)
    assert remind(world.actors["county"], schools(world, "a"), sentence=WORDS).rows == 1


def test_a_township_reminds_its_own_schools_and_no_other(world):
    assert remind(world.actors["town"], schools(world, "a", "b"), sentence=WORDS).rows == 2
    with pytest.raises(OutOfScope):
        remind(world.actors["town"], schools(world, "c"), sentence=WORDS)


@pytest.mark.parametrize("who", ["a", "city", "province", "auditor"])
def test_only_county_and_township_remind(world, who):
    with pytest.raises(NotAllowed):
        reminded(world, who)


def test_another_county_s_school_is_not_reminded(world):
    with pytest.raises(OutOfScope):
        reminded(world, "county", "a", "far")


@pytest.mark.parametrize("sentence", ["", "  ", "长" * 201])
def test_a_reminder_says_something_and_is_no_letter(world, sentence):
    with pytest.raises(RuleBroken):
        remind(world.actors["county"], schools(world, "a"), sentence=sentence)


def test_offices_and_schools_that_ended_are_not_reminded(world):
    with pytest.raises(RuleBroken, match="不是正常的学校"):
        reminded(world, "county", "a", "town")
    mergers.close(world.actors["county"], world.organisations["b"])
    with pytest.raises(RuleBroken, match="初级中学"):
        reminded(world, "county", "b")


def test_a_page_of_before_reminds_nobody(world):
    seen = schools(world, "a")
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(world.organisations["a"], name="蒲亭一小")
    with pytest.raises(Conflict):
        remind(world.actors["county"], seen, sentence=WORDS)


def test_nobody_reminds_without_an_office(world):
    county = world.actors["county"]
    with pytest.raises(OutOfScope):
        remind(Actor("x", Role.COUNTY, county.scope), schools(world, "a"), sentence=WORDS)


def test_a_notice_stands_until_the_school_has_read_it(world):
    notice = reminded(world)
    [shown] = unseen(world.actors["a"])
    assert (shown, shown.office.name) == (notice, "德安县学生资助管理中心")
    dismiss(world.actors["a"], shown)
    read = Notice.get_by_id(notice.id)
    assert (list(unseen(world.actors["a"])), read.seen_by, read.seen_at is None) == ([], "a", False)


def test_a_notice_is_read_once(world):
    notice = reminded(world)
    dismiss(world.actors["a"], notice)
    with pytest.raises(Conflict):
        dismiss(world.actors["a"], notice)
    with pytest.raises(RuleBroken, match="已经看过"):
        dismiss(world.actors["a"], Notice.get_by_id(notice.id))


@pytest.mark.parametrize(("who", "refusal"), [("b", OutOfScope), ("county", OutOfScope), ("town", NotAllowed)])
def test_nobody_reads_a_notice_for_somebody_else(world, who, refusal):
    with pytest.raises(refusal):
        dismiss(world.actors[who], reminded(world))


def test_reminding_is_undone(world):
    outcome = remind(world.actors["county"], schools(world, "a", "b"), sentence=WORDS)
    history.undo(world.actors["county"], Operation.get_by_id(outcome.operation_id))
    assert not Notice.select().exists()


def test_having_read_is_undone(world):
    outcome = dismiss(world.actors["a"], reminded(world))
    history.undo(world.actors["a"], Operation.get_by_id(outcome.operation_id))
    assert len(list(unseen(world.actors["a"]))) == 1


def test_a_reminder_that_was_read_is_not_taken_back_silently(world):
    outcome = remind(world.actors["county"], schools(world, "a", "b"), sentence=WORDS)
    dismiss(world.actors["a"], Notice.get())
    with pytest.raises(RuleBroken, match="不能撤销"):
        history.undo(world.actors["county"], Operation.get_by_id(outcome.operation_id))
