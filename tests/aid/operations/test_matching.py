"""Matching: who gets a place, where, and who is told to have none."""

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations import history, matching
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Beneficiary, CheckState, Enrolment, Operation, Organisation, RegisterBatch, RegisterPerson

NUMBER = "360426201001010011"


def enrol(world, at: str, id_number: str = NUMBER, **values) -> Enrolment:
    columns = {"name": "赵新", "stage": "primary", "grade": "一年级", "status": "present"} | values
    office = world.actors["other_county" if at == "far" else "county"]
    with writing(office, Permission.ROLL_IMPORT) as ledger:
        return ledger.add(Enrolment, school=world.organisations[at], id_number=id_number, **columns)


def register(world, id_number: str = NUMBER, **values) -> RegisterPerson:
    columns = {"name": "赵新", "household_no": "H1", "head_name": "赵", "hardship": "lifted"}
    columns["batch"] = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        village = world.regions["village"]
        return ledger.add(RegisterPerson, id_number=id_number, home_region=village, **columns | values)


def reorganise(world, at: str, **values) -> None:
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations[at].id), **values)


def placed() -> list[Beneficiary]:
    return list(Beneficiary.select().where(Beneficiary.id_number == NUMBER))


def test_a_child_on_the_roll_is_put_on_its_schools_list(world):
    person, place = register(world), enrol(world, "a", sex="female", boards=True, birth_date="2010-01-01")
    report = matching.match(world.actors["county"])
    [row] = placed()
    assert (row.school, row.register_person, row.enrolment) == (world.organisations["a"], person, place)
    assert (row.name, row.sex, row.boards, str(row.birth_date)) == ("赵新", "female", True, "2010-01-01")
    assert (row.state, row.source, row.hardship, row.version) == ("unchecked", "distributed", "lifted", 1)
    assert report.as_json()["beneficiaries_added"] == 1
    assert Operation.get_by_id(report.operation_id).rows == 1


def test_matching_again_adds_nothing_and_leaves_no_operation(world):
    register(world), enrol(world, "a")
    matching.match(world.actors["county"])
    report = matching.match(world.actors["county"])
    assert (report.beneficiaries_added, report.operation_id, len(placed())) == (0, None, 1)


def test_what_was_checked_is_not_touched(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], state=CheckState.UPDATED, grade="六年级")
    matching.match(world.actors["county"])
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert (row.state, row.grade, row.version) == (CheckState.UPDATED, "六年级", 2)


@pytest.mark.parametrize(("status", "rows"), [("present", 1), ("suspended", 1), ("transferred", 0), ("graduated", 0)])
def test_only_those_at_school_or_on_leave_are_matched(world, status, rows):
    register(world), enrol(world, "a", status=status)
    assert matching.match(world.actors["county"]).beneficiaries_added == rows


def test_a_merged_schools_children_follow_to_the_last_school(world):
    reorganise(world, "a", status="merged", merged_into=world.organisations["b"])
    reorganise(world, "b", status="merged", merged_into=world.organisations["c"])
    register(world), enrol(world, "a")
    matching.match(world.actors["county"])
    assert [row.school for row in placed()] == [world.organisations["c"]]


@pytest.mark.parametrize("end", [{"status": "closed"}, {"status": "merged"}])
def test_a_merger_that_ends_nowhere_leaves_the_child_unplaced(world, end):
    reorganise(world, "a", status="merged", merged_into=world.organisations["b"])
    reorganise(world, "b", **end)
    register(world), enrol(world, "a")
    assert matching.match(world.actors["county"]).unplaced == {"not_on_roll": 0, "closed_school": 1}


def test_a_ring_of_mergers_ends(world):
    reorganise(world, "a", status="merged", merged_into=world.organisations["b"])
    reorganise(world, "b", status="merged", merged_into=world.organisations["a"])
    register(world), enrol(world, "a")
    assert matching.match(world.actors["county"]).unplaced["closed_school"] == 1


def test_a_merger_into_another_county_is_not_followed(world):
    reorganise(world, "a", status="merged", merged_into=world.organisations["far"])
    register(world), enrol(world, "a")
    assert matching.match(world.actors["county"]).beneficiaries_added == 0


def test_an_older_batch_is_not_matched(world):
    person = register(world)
    enrol(world, "a")
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.change(person.batch, current=False)
    assert matching.match(world.actors["county"]).beneficiaries_added == 0
    assert matching.unplaced_counts(world.actors["county"].scope) == {"not_on_roll": 0, "closed_school": 0}


def test_a_child_on_the_next_delivery_too_is_no_duplicate(world):
    register(world), enrol(world, "a")
    matching.match(world.actors["county"])
    first = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.change(first, current=False)
        ledger.add(RegisterBatch, name="2027 春", office=world.organisations["county"])
    batch = RegisterBatch.get(RegisterBatch.name == "2027 春")
    register(world, batch=batch), register(world, "360426201001010038", batch=batch)
    enrol(world, "b", "360426201001010038")
    report = matching.match(world.actors["county"])
    assert (report.beneficiaries_added, report.duplicate_groups, len(placed())) == (1, 0, 1)


def test_another_countys_roll_is_not_matched(world):
    register(world), enrol(world, "far")
    report = matching.match(world.actors["county"])
    assert (report.beneficiaries_added, report.unplaced["not_on_roll"]) == (0, 1)


def test_another_county_matches_its_own_register_only(world):
    register(world), enrol(world, "a")
    assert matching.match(world.actors["other_county"]).beneficiaries_added == 0


def test_the_register_of_another_county_is_not_matched_with_ones_own_roll(world):
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["other_county"])
    with writing(world.actors["other_county"], Permission.REGISTER_IMPORT) as ledger:
        person = {"batch": batch, "household_no": "F", "head_name": "赵", "name": "赵新", "id_number": NUMBER}
        ledger.add(RegisterPerson, home_region=world.regions["village"], hardship="lifted", **person)
    enrol(world, "a")
    assert matching.match(world.actors["county"]).beneficiaries_added == 0
    assert not placed()


def test_who_is_on_another_countys_register_is_not_unplaced_here(world):
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["other_county"])
    with writing(world.actors["other_county"], Permission.REGISTER_IMPORT) as ledger:
        person = {"batch": batch, "household_no": "F", "head_name": "赵", "name": "赵新", "id_number": NUMBER}
        ledger.add(RegisterPerson, home_region=world.regions["village"], hardship="lifted", **person)
    counts = {who: matching.unplaced(world.actors[who].scope).count() for who in ("county", "other_county", "city")}
    assert counts == {"county": 0, "other_county": 1, "city": 1}


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_matches(world, who):
    with pytest.raises(NotAllowed):
        matching.match(world.actors[who])


def test_the_report_counts_the_live_rows_of_the_scope(world):
    register(world, name="赵鑫"), enrol(world, "a"), enrol(world, "b")
    report = matching.match(world.actors["county"])
    assert (report.children, report.duplicate_groups, report.duplicate_rows) == (6, 1, 2)
    assert report.names_differ == 2


def test_who_waits_for_matching_is_not_called_unplaced(world):
    register(world), enrol(world, "a")
    assert matching.unplaced(world.actors["county"].scope).count() == 0


def test_the_unplaced_list_names_the_reason(world):
    person = register(world)
    [row] = matching.unplaced(world.actors["county"].scope)
    assert (row, row.reason) == (person, "not_on_roll")
    reorganise(world, "c", status="closed")
    enrol(world, "c")
    for who in ("county", "town"):
        assert [row.reason for row in matching.unplaced(world.actors[who].scope)] == ["closed_school"]


@pytest.mark.parametrize(("who", "rows"), [("county", 1), ("town", 1), ("city", 1), ("other_county", 0), ("a", 0)])
def test_the_unplaced_list_keeps_to_the_scope(world, who, rows):
    register(world)
    assert matching.unplaced(world.actors[who].scope).count() == rows


def test_a_matching_is_undone(world):
    register(world), enrol(world, "a")
    report = matching.match(world.actors["county"])
    history.undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert placed() == []
