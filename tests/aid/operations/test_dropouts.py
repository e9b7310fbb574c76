"""Dropout cases: who gets one, what closes it, and its visits."""

import datetime as dt
from threading import Thread

import pytest

from aid.errors import AidError, Conflict, NotAllowed
from aid.ledger import writing
from aid.operations import dropouts, history, matching, school_year
from aid.operations.dropout_cases import due
from aid.permissions import Permission
from models import Beneficiary, DropoutCase, Enrolment, Operation, RegisterBatch, RegisterPerson, db
from tests.aid.operations.test_matching import enrol

NUMBER, SECOND, OLDER = "360426201501010015", "360426201501010023", "360426200501010017"
VISIT = {"date": dt.date(2026, 10, 1), "visitor": "李老师", "outcome": "promised", "finding": "家长同意送回"}


@pytest.fixture(autouse=True)
def autumn(world):
    school_year.change_settings(world.actors["county"], version=0, year=2026, townships_check=False)


@pytest.fixture
def county(world):
    return world.actors["county"]


def register(world, number: str = NUMBER, *, home: str = "village", **values) -> RegisterPerson:
    told = {"name": "赵新", "household_no": "H1", "head_name": "赵", "hardship": "lifted"}
    told["batch"] = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        return ledger.add(RegisterPerson, id_number=number, home_region=world.regions[home], **told | values)


def next_batch(world) -> RegisterBatch:
    """An empty delivery of the register, current from now on."""
    office = world.organisations["county"]
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.change_where(RegisterBatch, RegisterBatch.office == office, current=False)
        return ledger.add(RegisterBatch, name="下一批", office=office)


def opened(world, **values) -> DropoutCase:
    register(world, NUMBER, **values)
    refresh(world.actors["county"])
    return DropoutCase.get(DropoutCase.id_number == NUMBER)


def refresh(actor):
    return dropouts.refresh_cases(actor, sign=dropouts.plan(actor.scope).sign)


def supplement(world, who="a", number=NUMBER) -> Beneficiary:
    told = {"name": "赵新", "id_number": number, "hardship": "lifted", "home_region": world.regions["village"]}
    with writing(world.actors[who], Permission.BENEFICIARY_CHECK) as ledger:
        return ledger.add(Beneficiary, school=world.organisations[who], source="supplement", **told)


def last_operation() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def state(case: DropoutCase) -> tuple[str, str | None]:
    found = DropoutCase.get_by_id(case.id)
    return found.state, found.closed_reason


# -- who gets a case ---------------------------------------------------------------


def test_a_child_of_age_on_the_register_and_on_no_roll_gets_a_case(world, county):
    person = register(world, NUMBER)
    outcome = refresh(county)
    [case] = DropoutCase
    assert (case.register_person, case.name, case.id_number, case.state) == (person, "赵新", NUMBER, "sought")
    assert (case.home_region, case.township) == (world.regions["village"], world.regions["town"])
    assert (case.opened_by, outcome.rows, Operation.get_by_id(outcome.operation_id).rows) == ("county", 1, 1)


@pytest.mark.parametrize("status", ["present", "suspended", "transferred"])
def test_a_child_on_a_roll_gets_none_wherever_the_school_is(world, county, status):
    register(world, NUMBER), register(world, SECOND, household_no="H2")
    enrol(world, "a", NUMBER, status=status), enrol(world, "far", SECOND, status=status)
    assert refresh(county).rows == 0


def test_a_child_that_left_primary_school_and_is_at_no_other_gets_one(world, county):
    register(world, NUMBER), enrol(world, "a", NUMBER, status="graduated")
    assert refresh(county).rows == 1


def test_a_supplemented_child_studies(world, county):
    register(world, NUMBER), supplement(world)
    assert refresh(county).rows == 0


def test_neither_the_young_nor_the_old_nor_a_household_elsewhere_get_one(world, county):
    register(world, OLDER), register(world, "360426202009010014", household_no="H2")
    register(world, SECOND, household_no="H3", home="far_town")
    assert dropouts.plan(county.scope).rows == 0


def test_a_child_registered_twice_has_one_case_and_a_second_refresh_makes_none(world, county):
    register(world, NUMBER), register(world, NUMBER, household_no="H2")
    assert (refresh(county).rows, refresh(county).rows) == (1, 0)
    assert refresh(county).operation_id is None


def test_an_older_register_counts_no_more(world, county):
    register(world, NUMBER), next_batch(world)
    assert dropouts.plan(county.scope).rows == 0


def test_what_the_preview_did_not_show_is_not_done(world, county):
    register(world, NUMBER)
    sign = dropouts.plan(county.scope).sign
    register(world, NUMBER[:-2] + "38", batch=next_batch(world))
    assert dropouts.plan(county.scope).rows == 1  # as many as before, and not the same
    with pytest.raises(Conflict, match="预览之后要立案或了结的有变化，现在是 1 件"):
        dropouts.refresh_cases(county, sign=sign)
    assert not DropoutCase.select().exists()


@pytest.mark.parametrize("who", ["town", "a", "city", "auditor"])
def test_only_a_county_opens_cases(world, who):
    with pytest.raises(NotAllowed):
        dropouts.refresh_cases(world.actors[who], sign="")


def test_a_county_opens_none_in_another(world):
    register(world, NUMBER)
    assert dropouts.plan(world.actors["other_county"].scope).rows == 0


def test_opening_is_undone(world, county):
    opened(world)
    history.undo(county, last_operation())
    assert not DropoutCase.select().exists()


def test_two_who_refresh_at_once_make_one_case(world, county):
    register(world, NUMBER)
    told, sign = [], dropouts.plan(county.scope).sign

    def go():
        with db.connection_context():
            try:
                told.append(dropouts.refresh_cases(county, sign=sign).rows)
            except AidError as refusal:
                told.append(type(refusal))

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(told, key=str) == [1, Conflict]
    assert DropoutCase.select().count() == 1


# -- what closes it ---------------------------------------------------------------


def test_matching_closes_the_case_of_a_child_on_the_roll_and_its_undo_opens_it(world, county):
    case = opened(world)
    enrol(world, "b", NUMBER)
    report = matching.match(county)
    assert state(case) == ("settled", "on_roll")
    assert "了结控辍案件 1 件" in Operation.get_by_id(report.operation_id).sentence
    history.undo(county, Operation.get_by_id(report.operation_id))
    assert state(case) == ("sought", None)


def test_a_supplement_by_a_school_closes_it_in_the_systems_name_on_the_countys_record(world, county):
    case = opened(world)
    supplement(world)
    dropouts.settle_in_the_systems_name([NUMBER])
    assert state(case) == ("settled", "supplemented")
    operation = last_operation()
    assert (operation.actor, operation.organisation) == ("系统", world.organisations["county"])
    history.undo(county, operation)
    assert state(case) == ("sought", None)


def test_a_supplement_of_a_child_without_a_case_leaves_no_operation(world):
    supplement(world)
    before = last_operation()
    dropouts.settle_in_the_systems_name([NUMBER])
    assert last_operation() == before


def test_a_child_that_is_off_the_register_is_no_case_any_more(world, county):
    case = opened(world)
    next_batch(world)
    matching.match(county)
    assert state(case) == ("settled", "not_registered")


def test_a_child_grows_too_old_when_the_school_year_turns(world, county):
    case = opened(world)
    setting = school_year.setting_of(county.scope)
    school_year.change_settings(county, version=setting.version, year=2030, townships_check=False)
    assert state(case) == ("settled", "of_age")
    history.undo(county, last_operation())
    assert state(case) == ("sought", None)


def test_a_child_that_is_lost_again_has_its_case_opened_again(world, county):
    case, place = opened(world), enrol(world, "b", NUMBER)
    dropouts.add_visit(county, case, **VISIT)
    matching.match(county)
    with writing(county, Permission.ROLL_IMPORT) as ledger:
        ledger.change(Enrolment.get_by_id(place.id), status="graduated", stage="primary")
    assert dropouts.plan(county.scope).again.keys() == {case.id}
    assert refresh(county).rows == 1
    assert (state(case), DropoutCase.select().count()) == (("sought", None), 1)


def test_a_case_follows_the_register_to_another_township(world, county):
    case = opened(world)
    person = register(world, NUMBER, batch=next_batch(world), name="赵新新", home="other_town")
    matching.match(county)
    found = DropoutCase.get_by_id(case.id)
    assert (found.register_person, found.name, found.township) == (person, "赵新新", world.regions["other_town"])
    assert found.state == "sought"


def test_what_is_found_costs_the_same_however_many_cases(world, county, queries):
    numbers = [f"36042620150101{number:03}X" for number in range(1, 60)]
    counted = []
    for some in (numbers[:2], numbers[2:]):
        for number in some:
            register(world, number, household_no=number)
        with queries() as seen:
            dropouts.plan(county.scope)
        counted.append(len(seen))
        refresh(county)
    assert counted[0] == counted[1] <= 5


def test_the_rule_in_sql_finds_what_the_pure_rule_finds(world, county):
    for number, day in enumerate(("20110831", "20110901", "20200831", "20200901", "20150101")):
        register(world, f"360426{day}000{number}", household_no=str(number))
    found = {row.id_number[6:14] for row in due(county.scope, 2026)}
    assert found == {"20110901", "20200831", "20150101"}
