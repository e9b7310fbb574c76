"""Schools that end: what follows them, what comes back with the undo, and that the old sheets bring nothing twice."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.imports import run_import
from aid.ledger import writing
from aid.operations import accounts, checking, duplicates, history, matching, mergers, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import (
    MODELS,
    Account,
    AccountStatus,
    Beneficiary,
    Change,
    CheckState,
    Enrolment,
    ImportRun,
    Operation,
    Organisation,
    Role,
)

ROLL = ("姓名", "身份证号", "学校编码", "学段", "年级", "班级", "学籍状态")
TRACES = (Operation, Change, ImportRun)


def fresh(row: Organisation) -> Organisation:
    return Organisation.get_by_id(row.id)


def merged(world, source: str = "a", into: str = "c", who: str = "county", **options: bool):
    at = world.organisations
    return mergers.merge(world.actors[who], fresh(at[source]), fresh(at[into]), **options)


def closed(world, who: str = "county"):
    return mergers.close(world.actors[who], fresh(world.organisations["a"]))


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def everything() -> dict[str, list]:
    """Every row but its version and the record."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in ("version", "ended", "last_serial")}
            for row in model.select().order_by(model.id).dicts()
        ]
        for model in MODELS
        if model not in TRACES
    }


@pytest.fixture
def clerk(world) -> tuple[Account, str]:
    """Somebody who works at school a."""
    at = world.organisations["a"]
    return accounts.open_account(world.actors["county"], organisation=at, role=Role.SCHOOL, login="pt01", name="王")


# -- merging -------------------------------------------------------------------------


def test_children_places_and_accounts_follow(world, clerk):
    account, password = clerk
    _, token = sessions.sign_in("pt01", password, address="")
    outcome = merged(world)
    c = world.organisations["c"]
    assert outcome.rows == 2
    assert Beneficiary.select().where(Beneficiary.school == c).count() == 3
    assert Enrolment.select().where(Enrolment.school == c).count() == 3
    assert Account.get_by_id(account.id).organisation == c
    assert sessions.resume(token, longest=dt.timedelta(days=1)).account.organisation == c
    a = fresh(world.organisations["a"])
    assert (a.status, a.merged_into) == ("merged", c)


def test_a_merger_is_undone_whole(world, clerk):
    before = everything()
    merged(world)
    assert everything() != before
    history.undo(world.actors["county"], newest())
    assert everything() == before


def test_a_child_at_both_schools_keeps_both_places(world):
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        child = {"name": "王芳", "id_number": world.children["a1"].id_number, "stage": "primary", "grade": "三年级"}
        ledger.add(Enrolment, school=world.organisations["c"], status="present", **child)
    before = everything()
    merged(world)
    both = Enrolment.select().where(Enrolment.id_number == world.children["a1"].id_number)
    assert sorted((row.school_id, row.nth) for row in both) == [(world.organisations["c"].id, n) for n in (1, 2)]
    history.undo(world.actors["county"], newest())
    assert everything() == before


def test_many_rows_take_no_more_statements_than_few(world, queries):
    def told() -> tuple[int, int]:
        with queries() as merging:
            merged(world)
        with queries() as undoing:
            history.undo(world.actors["county"], newest())
        return len(merging), len(undoing)

    few, columns = told(), ["name", "id_number", "school", "stage", "grade", "status"]
    place = (world.organisations["a"].id, "primary", "一", "present")
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.add_many(Enrolment, columns, (("王", f"K{n}", *place) for n in range(4000)))
    assert told() == few


def test_the_numbers_are_told_first(world, clerk):
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        child = world.children["a1"]
        columns = {"name": child.name, "id_number": child.id_number, "hardship": "lifted"}
        ledger.add(Beneficiary, school=world.organisations["c"], home_region=child.home_region, **columns)
    checking.mark_invalid(world.actors["a"], world.children["a2"], reason=checking.InvalidReason.GRADUATED)
    told = mergers.preview(world.actors["county"], world.organisations["a"], world.organisations["c"])
    assert told == mergers.Preview(rows=2, live=1, enrolments=2, accounts=1, doubled=1)
    assert merged(world).rows == told.rows
    assert len(duplicates.open_groups(world.actors["county"].scope)) == 1


def test_two_stages_are_merged_only_where_it_is_meant(world):
    with pytest.raises(RuleBroken, match="学段不同"):
        merged(world, "a", "b")
    assert merged(world, "a", "b", across_stages=True).rows == 2


@pytest.mark.parametrize(("source", "into"), [("a", "a"), ("a", "county"), ("town", "a")])
def test_what_is_no_school_or_the_same_is_not_merged_nor_asked_about(world, source, into):
    with pytest.raises(RuleBroken):
        merged(world, source, into)
    with pytest.raises(RuleBroken):
        mergers.preview(world.actors["county"], world.organisations[source], world.organisations[into])


@pytest.mark.parametrize(("into", "reach"), [("b", "b"), ("c", "a")])
def test_who_follows_a_townships_schools_goes_on_following_that_township(world, into, reach):
    at, county = world.organisations, world.actors["county"]
    account, _ = accounts.open_account(county, organisation=at["a"], role=Role.TOWNSHIP, login="zx01", name="李")
    before = accounts.actor_of(account).scope
    told = mergers.preview(county, at["a"], at[into])
    assert (told.accounts, told.staying) == ((1, 0) if reach == into else (0, 1))
    merged(world, "a", into, across_stages=True)
    account = Account.get_by_id(account.id)
    assert account.organisation == at[reach]
    assert accounts.actor_of(account).scope == before


def test_a_school_ends_once(world):
    merged(world)
    for ended in (lambda: merged(world), lambda: merged(world, "c", "a"), lambda: closed(world)):
        with pytest.raises(RuleBroken, match="不是正常的学校"):
            ended()


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_county_and_system_end_schools(world, who):
    with pytest.raises(NotAllowed):
        merged(world, who=who)
    with pytest.raises(NotAllowed):
        closed(world, who=who)


@pytest.mark.parametrize(("who", "into"), [("other_county", "c"), ("county", "far"), ("other_county", "far")])
def test_a_foreign_school_is_not_merged(world, who, into):
    with pytest.raises(OutOfScope):
        merged(world, "a", into, who=who)


def test_a_page_that_grew_old_merges_and_closes_nothing(world):
    shown, into = fresh(world.organisations["a"]), fresh(world.organisations["c"])
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(fresh(shown), name="改了名")
    for ends in (lambda: mergers.merge(SYSTEM, shown, into), lambda: mergers.close(SYSTEM, shown)):
        with pytest.raises(Conflict):
            ends()


# -- the sheets that still name the merged school --------------------------------------


def sheet(tmp_path: Path, *schools: Organisation) -> Path:
    """The roll of these schools as delivered, under their own codes."""
    book = openpyxl.Workbook()
    book.active.append(ROLL)
    for school in schools:
        for row in Enrolment.select().where(Enrolment.school == school).order_by(Enrolment.id):
            book.active.append([row.name, row.id_number, school.code, "小学", row.grade, row.class_name, "在籍"])
    book.save(tmp_path / "roll.xlsx")
    return tmp_path / "roll.xlsx"


def test_the_old_roll_again_adds_nothing_and_lists_nobody_twice(world, tmp_path):
    at = world.organisations
    path = sheet(tmp_path, at["a"], at["c"])
    merged(world)
    report = run_import(world.actors["county"], "roll", path, file_name="roll.xlsx")
    assert (report.added, report.changed, report.unchanged, len(report.held_back)) == (0, 0, 3, 0)
    assert matching.match(world.actors["county"]).beneficiaries_added == 0
    history.undo(world.actors["county"], Operation.get(Operation.sentence.contains("并入")))
    report = run_import(world.actors["county"], "roll", path, file_name="roll.xlsx")
    assert (report.added, report.unchanged) == (0, 3)


def test_a_new_row_under_the_old_code_is_listed_at_the_school_it_has_become(world, tmp_path):
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        person = world.children["a1"].register_person
        values = {"name": "赵新", "id_number": "360426201009150012", "household_no": "H9", "head_name": "赵"}
        ledger.add(type(person), batch=person.batch, home_region=person.home_region, hardship="lifted", **values)
    merged(world)
    book = openpyxl.Workbook()
    book.active.append(ROLL)
    book.active.append(["赵新", "360426201009150012", world.organisations["a"].code, "小学", "二年级", "", "在籍"])
    book.save(tmp_path / "new.xlsx")
    report = run_import(world.actors["county"], "roll", tmp_path / "new.xlsx", file_name="new.xlsx")
    assert report.added == 1, report.held_back
    matching.match(world.actors["county"])
    assert Beneficiary.get(Beneficiary.name == "赵新").school == world.organisations["c"]


# -- closing -------------------------------------------------------------------------


def test_the_children_of_a_closed_school_are_unplaced(world, clerk):
    outcome = closed(world)
    rows = list(Beneficiary.select().where(Beneficiary.school == world.organisations["a"]))
    assert outcome.rows == 2
    assert {(row.state, row.invalid_reason, row.remark) for row in rows} == {
        (CheckState.INVALID, "elsewhere", mergers.CLOSED_REMARK)
    }
    scope = world.actors["county"].scope
    assert matching.unplaced_counts(scope)["closed_school"] == 2
    assert {row.name for row in matching.unplaced(scope)} >= {"王芳", "李强"}
    assert matching.match(world.actors["county"]).beneficiaries_added == 0
    assert Account.get_by_id(clerk[0].id).status == AccountStatus.DISABLED


def test_a_child_that_is_listed_elsewhere_is_not_unplaced(world):
    child = world.children["a1"]
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        columns = {"name": child.name, "id_number": child.id_number, "hardship": "lifted"}
        place = {"school": world.organisations["b"], "home_region": child.home_region}
        ledger.add(Beneficiary, register_person=child.register_person, **columns, **place)
    closed(world)
    assert {row.name for row in matching.unplaced(world.actors["county"].scope)} == {"李强"}


def test_who_was_invalid_before_stays_as_it_was(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=checking.InvalidReason.NOT_POOR)
    closed(world)
    row = Beneficiary.get_by_id(world.children["a1"].id)
    assert (row.invalid_reason, row.remark) == ("not_poor", "")


def test_a_closing_is_undone_whole_but_for_the_sessions(world, clerk):
    _, token = sessions.sign_in("pt01", clerk[1], address="")
    before = everything()
    closed(world)
    assert sessions.resume(token, longest=dt.timedelta(days=1)) is None
    history.undo(world.actors["county"], newest())
    assert everything() == before
    assert sessions.resume(token, longest=dt.timedelta(days=1)) is None
    assert matching.unplaced_counts(world.actors["county"].scope)["closed_school"] == 0


def test_the_numbers_of_a_closing_are_told_first(world, clerk):
    told = mergers.preview(world.actors["county"], world.organisations["a"])
    assert (told.live, told.enrolments, told.accounts, told.doubled) == (2, 2, 1, 0)
    assert closed(world).rows == told.live


def test_a_foreign_school_is_not_closed(world):
    with pytest.raises(OutOfScope):
        closed(world, who="other_county")
    assert fresh(world.organisations["a"]).status == "open"
