"""What the newest roll makes of the lists: transfers, graduates, new classes, and what is left to a clerk."""

import pytest

from aid.errors import Conflict, NotAllowed, RuleBroken
from aid.ledger import writing
from aid.operations import checking, duplicates, history, matching
from aid.operations.roll_changes import roll_changes
from aid.operations.roll_changes_told import lines_of
from aid.operations.roll_followed import FOLLOWED, follow
from aid.permissions import Permission
from aid.scope import visible
from aid.story import story
from codes import RollChange
from models import Beneficiary, CheckState, Enrolment, InvalidReason, Operation
from tests.aid.operations.deliveries import enrol, listed
from tests.aid.operations.test_undo_everything import content


def on_roll(world, key: str, **values) -> None:
    """The next roll says otherwise of a child's place."""
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.change(Enrolment.get_by_id(world.children[key].enrolment_id), **values)


def placed(world, key: str, at: str, **values) -> Enrolment:
    child = world.children[key]
    return enrol(world, at, child.id_number, name=child.name, **values)


def kinds(world, who: str = "county") -> dict[str, int]:
    counts = roll_changes(world.actors[who].scope).counts
    return {kind.value: rows for kind, rows in counts.items() if rows}


def followed(world, *chosen: RollChange, who: str = "county"):
    sign = roll_changes(world.actors["county"].scope).sign
    return follow(world.actors[who], chosen or FOLLOWED, sign=sign)


@pytest.fixture
def transferred(world):
    """王芳, checked at school a with a corrected name, is 转出 there and 在籍 at c."""
    checking.confirm(world.actors["a"], world.children["a1"], name="王方", nation="畲族")
    on_roll(world, "a1", status="transferred")
    placed(world, "a1", "c", grade="四年级", class_name="2班", sex="female")
    return world


def test_a_roll_that_says_nothing_new_changes_nothing(world):
    assert kinds(world) == {}
    with pytest.raises(RuleBroken, match="没有选中"):
        followed(world)


def test_a_transferred_childs_row_follows_with_its_check_and_its_corrections(transferred):
    assert kinds(transferred) == {"moved": 1}
    followed(transferred)
    row = listed(transferred, "a1")
    assert (row.school, row.enrolment.school) == (transferred.organisations["c"],) * 2
    assert (row.state, row.checked_by) == (CheckState.UPDATED, "a")
    assert (row.name, row.nation, row.sex, row.grade, row.class_name) == ("王方", "畲族", "female", "四年级", "2班")
    assert (row.roll_status, row.name_differs) == ("present", True)


def test_what_the_new_roll_leaves_empty_of_the_child_stays(transferred):
    with writing(transferred.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.change_where(Enrolment, Enrolment.status == "present", nation="")
        ledger.change(listed(transferred, "a1").enrolment, nation="畲族", sex="male")
    with writing(transferred.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(listed(transferred, "a1"), sex="male")
    followed(transferred)
    row = listed(transferred, "a1")
    assert (row.nation, row.sex) == ("畲族", "female")


def test_the_new_school_reads_where_the_row_came_from_and_the_old_one_that_it_went(transferred):
    followed(transferred)
    newest = story(transferred.actors["c"], listed(transferred, "a1"))[0]
    assert newest.sentence == "学籍变动：转学 1 条"
    assert ("学校", "德安县蒲亭镇小学（小学）", "德安县聂桥镇小学（小学）") in newest.diffs
    number = transferred.children["a1"].id_number
    [left] = visible(Beneficiary, transferred.actors["a"].scope).where(Beneficiary.id_number == number)
    assert (left.state, left.invalid_reason, left.enrolment) == ("invalid", InvalidReason.TRANSFERRED, None)
    assert "核对结果随学生转去" in left.remark
    assert "聂桥" not in left.remark


def test_a_matching_before_it_does_not_list_a_transferred_child_anew(transferred):
    assert matching.match(transferred.actors["county"]).beneficiaries_added == 0
    followed(transferred)
    report = matching.match(transferred.actors["county"])
    assert (report.beneficiaries_added, report.duplicate_groups) == (0, 0)


def test_a_child_that_comes_back_comes_back_with_its_check(transferred):
    followed(transferred)
    on_roll(transferred, "a1", status="present")
    with writing(transferred.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.change(listed(transferred, "a1").enrolment, status="transferred")
    assert kinds(transferred) == {"moved": 1}
    followed(transferred)
    row = listed(transferred, "a1")
    assert (row.school, row.state, row.grade) == (transferred.organisations["a"], CheckState.UPDATED, "三年级")


def test_a_new_place_beside_the_old_one_is_told_apart_and_moves_when_it_is_chosen(world):
    placed(world, "a1", "c")
    assert kinds(world) == {"staying": 1}
    followed(world, RollChange.STAYING)
    assert listed(world, "a1").school == world.organisations["c"]


def test_a_child_that_is_listed_twice_by_one_roll_is_a_duplicate_and_no_transfer(world):
    placed(world, "a1", "c")
    matching.match(world.actors["county"])
    assert kinds(world) == {}
    assert duplicates.open_groups(world.actors["county"].scope).count() == 1


def test_where_the_new_school_lists_the_child_already_the_row_is_not_moved(transferred):
    child = transferred.children["a1"]
    with writing(transferred.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted"}
        ledger.add(Beneficiary, school=transferred.organisations["c"], home_region=child.home_region, **values)
    assert kinds(transferred) == {"doubled": 1}
    with pytest.raises(RuleBroken, match="没有选中"):
        followed(transferred)
    assert duplicates.open_groups(transferred.actors["county"].scope).count() == 1


def test_of_two_new_places_none_is_guessed(transferred):
    placed(transferred, "a1", "b")
    assert kinds(transferred) == {"uncertain": 1}


@pytest.mark.parametrize("at", [None, "far"])
def test_who_has_left_the_countys_schools_is_told_and_not_touched(world, at):
    on_roll(world, "a1", status="transferred")
    if at:
        child = world.children["a1"]
        with writing(world.actors["other_county"], Permission.ROLL_IMPORT) as ledger:
            place = {"name": child.name, "stage": "primary", "grade": "一年级", "status": "present"}
            ledger.add(Enrolment, school=world.organisations[at], id_number=child.id_number, **place)
    assert kinds(world) == {"left": 1}


def test_a_graduate_becomes_invalid_and_is_matched_at_the_next_school(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    on_roll(world, "a1", status="graduated")
    placed(world, "a1", "b", grade="七年级", stage="junior")
    assert kinds(world) == {"graduated": 1}
    followed(world)
    row = listed(world, "a1")
    assert (row.state, row.invalid_reason, row.checked_by) == ("invalid", InvalidReason.GRADUATED, "county")
    report = matching.match(world.actors["county"])
    assert (report.beneficiaries_added, report.duplicate_groups) == (1, 0)


def test_a_new_class_follows_the_roll_and_the_check_stays(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    on_roll(world, "a1", grade="四年级", class_name="2班")
    assert kinds(world) == {"new_class": 1}
    followed(world)
    row = listed(world, "a1")
    assert (row.grade, row.class_name, row.state, row.checked_by) == ("四年级", "2班", "unchanged", "a")


def test_what_a_school_corrected_stays_and_what_it_left_follows(world):
    checking.confirm(world.actors["a"], world.children["a1"], class_name="9班")
    on_roll(world, "a1", grade="四年级", class_name="2班")
    followed(world)
    row = listed(world, "a1")
    assert (row.grade, row.class_name, row.state) == ("四年级", "9班", "updated")
    assert kinds(world) == {}


def test_only_what_is_chosen_is_followed(transferred):
    on_roll(transferred, "b1", status="graduated")
    followed(transferred, RollChange.GRADUATED)
    assert listed(transferred, "a1").school == transferred.organisations["a"]
    assert listed(transferred, "b1").state == CheckState.INVALID


def test_all_of_it_is_undone_whole(transferred):
    on_roll(transferred, "b1", status="graduated")
    on_roll(transferred, "a2", grade="四年级")
    before = content(Beneficiary)
    outcome = followed(transferred)
    assert history.undo(transferred.actors["county"], Operation.get_by_id(outcome.operation_id)).moved_on == ()
    assert content(Beneficiary) == before


def test_what_was_not_shown_is_not_done(transferred):
    sign = roll_changes(transferred.actors["county"].scope).sign
    checking.reopen(transferred.actors["a"], listed(transferred, "a1"))
    with pytest.raises(Conflict, match="看过新的数字"):
        follow(transferred.actors["county"], FOLLOWED, sign=sign)


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_has_the_lists_follow(transferred, who):
    with pytest.raises(NotAllowed):
        followed(transferred, who=who)


def test_another_county_sees_and_moves_nothing_of_it(transferred):
    assert kinds(transferred, "other_county") == {}
    sign = roll_changes(transferred.actors["other_county"].scope).sign
    with pytest.raises(RuleBroken):
        follow(transferred.actors["other_county"], FOLLOWED, sign=sign)


def test_each_line_says_what_was_and_what_will_be(transferred):
    scope = transferred.actors["county"].scope
    [line] = lines_of(scope, roll_changes(scope).found)
    assert (line.name, line.school, line.where) == ("王方", "德安县蒲亭镇小学（小学）", "三年级 1班")
    assert line.changes[0] == ("学校", "德安县蒲亭镇小学（小学）", "德安县聂桥镇小学（小学）")
    assert ("年级", "三年级", "四年级") in line.changes


def test_looking_costs_the_same_however_many_have_moved(transferred, queries):
    with queries() as few:
        roll_changes(transferred.actors["county"].scope)
    for key in ("a2", "b1"):
        on_roll(transferred, key, status="transferred")
        placed(transferred, key, "c")
    with queries() as more:
        roll_changes(transferred.actors["county"].scope)
    assert len(few) == len(more) < 8
