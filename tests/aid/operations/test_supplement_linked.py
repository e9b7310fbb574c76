"""A child entered by hand whom register or roll bring later: one row, with its check, or a duplicate that is told."""

import pytest

from aid.operations import checking, duplicates, history
from aid.operations.matching import Placed, match
from aid.story import story
from models import Beneficiary, CheckState, InvalidReason, Operation
from tests.aid.operations.deliveries import apply, deliver, register
from tests.aid.operations.supplementing import CHILD, number, on_register, on_roll, supplement
from tests.aid.operations.test_undo_everything import content

NUMBER = CHILD["id_number"]


def rows_of(id_number: str = NUMBER) -> list[Beneficiary]:
    return list(Beneficiary.select().where(Beneficiary.id_number == id_number).order_by(Beneficiary.id))


@pytest.fixture
def entered(world) -> Beneficiary:
    """By school a, without a place on any roll, and on no register."""
    return supplement(world, "a")


def test_register_and_roll_are_taken_over_by_the_row_that_was_entered(world, entered):
    person, place = on_register(world, NUMBER, name="赵小曼"), on_roll(world, NUMBER, "a", boards=True)
    report = match(world.actors["county"])
    [row] = rows_of()
    assert (report.placed, report.duplicate_groups) == (Placed(0, 1, 0, 0), 0)
    assert (row.id, row.register_person, row.enrolment, row.source) == (entered.id, person, place, "supplement")
    assert (row.hardship, row.aid_until, row.name_differs) == ("lifted", 2028, True)
    assert (row.checked_by, row.checked_at) == ("a", entered.checked_at)
    assert (row.name, row.boards, row.roll_status) == ("赵小满", True, "present")


def test_it_is_told_in_the_rows_story_and_in_the_history(world, entered):
    on_register(world, NUMBER), on_roll(world, NUMBER, "a")
    report = match(world.actors["county"])
    chapter = story(world.actors["a"], rows_of()[0])[0]
    assert chapter.operation_id == report.operation_id
    assert "补录的 1 条接上名册、学籍，没有另加，核对结果不变" in chapter.sentence
    assert {"名册记录", "学籍记录", "困难类型"} <= {column for column, *_ in chapter.diffs}


@pytest.mark.parametrize(("grade", "state"), [("二年级", CheckState.UNCHANGED), ("三年级", CheckState.UPDATED)])
def test_what_the_school_wrote_stays_and_counts_as_updated_where_the_roll_says_something_else(
    world, entered, grade, state
):
    on_roll(world, NUMBER, "a", grade=grade, sex="male", birth_date="2015-04-12")
    match(world.actors["county"])
    [row] = rows_of()
    assert (row.grade, row.state, row.checked_by) == ("二年级", state, "a")


def test_what_an_office_entered_is_still_for_the_school_to_check(world):
    supplement(world, "county", school="360426000003")
    on_register(world, NUMBER), on_roll(world, NUMBER, "a", grade="三年级")
    match(world.actors["county"])
    assert [(row.state, row.grade) for row in rows_of()] == [(CheckState.UNCHECKED, "二年级")]


def test_the_register_alone_or_the_roll_alone_is_linked_too(world, entered):
    person = on_register(world, NUMBER)
    assert match(world.actors["county"]).placed.linked == 1
    place = on_roll(world, NUMBER, "a")
    assert match(world.actors["county"]).placed.linked == 1
    assert match(world.actors["county"]).operation_id is None
    assert [(row.register_person, row.enrolment) for row in rows_of()] == [(person, place)]


def test_at_another_school_it_is_a_duplicate_that_the_matching_tells(world, entered):
    on_register(world, NUMBER), on_roll(world, NUMBER, "b")
    report = match(world.actors["county"])
    assert (report.placed, report.duplicate_groups) == (Placed(1, 1, 1, 0), 1)
    assert [(row.school, row.state) for row in rows_of()] == [
        (world.organisations["a"], CheckState.UNCHANGED),
        (world.organisations["b"], CheckState.UNCHECKED),
    ]
    assert "与补录的同一身份证号，在“重复核查”中处理" in Operation.get_by_id(report.operation_id).sentence
    assert [group.id_number for group in duplicates.open_groups(world.actors["county"].scope)] == [NUMBER]


def test_twice_on_the_register_one_row_is_taken_over_and_the_other_is_a_duplicate(world, entered):
    on_register(world, NUMBER), on_register(world, NUMBER, household_no="H2"), on_roll(world, NUMBER, "a")
    assert match(world.actors["county"]).placed == Placed(1, 1, 1, 0)


def test_a_namesake_without_a_number_is_told_and_not_joined(world):
    supplement(world, "a", id_number="", reason="no_number")
    on_register(world, NUMBER), on_roll(world, NUMBER, "a")
    report = match(world.actors["county"])
    assert report.placed == Placed(1, 0, 0, 1)
    assert "与同校无身份证号的补录同名，请核实是否同一人" in Operation.get_by_id(report.operation_id).sentence


def test_a_row_that_is_invalid_takes_over_nothing(world, entered):
    checking.mark_invalid(world.actors["a"], entered, reason=InvalidReason.WRONG)
    on_register(world, NUMBER), on_roll(world, NUMBER, "a")
    assert match(world.actors["county"]).placed == Placed(1, 0, 0, 0)


def test_a_child_outside_the_province_rests_on_the_register_and_a_place_here_is_a_duplicate(world):
    told = {"school": "", "reason": "outside", "outside_school": "成都七中", "outside_stage": "senior"}
    supplement(world, "county", **told)
    on_register(world, NUMBER)
    report = match(world.actors["county"])
    assert (report.placed, report.unplaced["not_on_roll"]) == (Placed(0, 1, 0, 0), 0)
    on_roll(world, NUMBER, "a")
    assert match(world.actors["county"]).placed == Placed(1, 0, 1, 0)


def test_another_countys_matching_links_nothing_here(world, entered):
    on_register(world, NUMBER), on_roll(world, NUMBER, "a")
    assert match(world.actors["other_county"]).placed.linked == 0
    assert rows_of()[0].register_person_id is None


def test_it_is_undone_whole(world, entered):
    on_register(world, NUMBER), on_roll(world, NUMBER, "a", grade="三年级")
    before = content(Beneficiary)
    report = match(world.actors["county"])
    history.undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert content(Beneficiary) == before


def test_a_delivery_that_brings_the_child_links_it_as_it_is_applied(world, entered):
    on_roll(world, NUMBER, "a", sex="male", birth_date="2015-04-12")
    register(world, deliver(world), id_number=NUMBER, name="赵小满")
    outcome = apply(world)
    [row] = rows_of()
    assert (row.register_person.batch.name, row.state, row.checked_by) == ("2027 春", CheckState.UNCHANGED, "a")
    assert "补录的 1 条接上名册" in Operation.get_by_id(outcome.operation_id).sentence


def test_it_costs_the_same_however_many_are_linked(world, queries):
    numbers = [number(serial) for serial in range(400, 405)]
    for one in numbers:
        supplement(world, "a", id_number=one)

    def statements(some: list[str]) -> int:
        for one in some:
            on_register(world, one), on_roll(world, one, "a")
        with queries() as seen:
            assert match(world.actors["county"]).placed.linked == len(some)
        return len(seen)

    assert statements(numbers[:1]) == statements(numbers[1:])
