"""进度看板: its figures against the rows themselves, its days against what was done, and whose they are."""

import datetime as dt

import pytest

from aid.board import Counts, Place, board, checked_by_day, place_in
from aid.errors import OutOfScope
from aid.ledger import writing
from aid.operations.checking import confirm, confirm_many, mark_invalid, reopen
from aid.operations.history import undo
from aid.operations.submissions import hand_in
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import SYSTEM
from aid.selection import Selection
from codes import InvalidReason
from models import Beneficiary, Operation, Organisation, now
from tests.aid.conftest import queries

__all__ = ["queries"]

COUNTY, TOWN, OTHER_TOWN = "360426", "360426100", "360426101"


@pytest.fixture
def checked(world):
    """a1 checked, a2 invalid and handed in by school a; b1 a supplement; a child at the county's own senior high."""
    confirm(world.actors["a"], world.children["a1"])
    mark_invalid(world.actors["a"], world.children["a2"], reason=InvalidReason.GRADUATED)
    hand_in(world.actors["a"], world.organisations["a"], shown_at=newest().id, expected=2)
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        place = world.regions["county"]
        senior = {"code": "360426000099", "name": "德安县第一中学", "kind": "school", "stage": "senior"}
        world.organisations["senior"] = ledger.add(Organisation, region=place, **senior)
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        values = {"name": "高一", "id_number": "", "hardship": "lifted", "home_region": world.regions["village"]}
        ledger.add(Beneficiary, school=world.organisations["senior"], **values)
        ledger.change(world.children["b1"], source="supplement")
    return world


def counted(prefix: str, *, own: bool = False) -> tuple[int, ...]:
    """The same figures, row by row."""
    rows = [row for row in Beneficiary.select() if row.school.region.code.startswith(prefix)]
    if own:
        rows = [row for row in rows if row.school.region.code == prefix.ljust(12, "0")]
    states = [row.state for row in rows]
    supplements = [row for row in rows if row.source == "supplement" and row.state != "invalid"]
    schools = {row.school.id for row in rows if row.school.kind == "school"}
    reported = {row.school.id for row in rows if row.submission_id}
    checked = states.count("unchanged") + states.count("updated")
    told = (len(rows), checked, states.count("unchecked"), states.count("invalid"), len(supplements))
    return (*told, len(schools), len(reported))


@pytest.mark.parametrize(
    ("who", "code", "units"),
    [
        ("province", "", ["九江市"]),
        ("city", "", ["德安县", "永修县"]),
        ("county", "", ["县直", "聂桥镇", "蒲亭镇"]),
        ("city", "360426000000", ["县直", "聂桥镇", "蒲亭镇"]),
        ("county", "360426100000", []),
        ("town", "", []),
    ],
)
def test_every_place_has_the_figures_of_its_rows_and_so_have_those_in_it(checked, who, code, units):
    scope = checked.actors[who].scope
    seen = board(scope, place_in(scope, code))
    assert seen.total == Counts(*counted(seen.place.prefix))
    assert sorted(unit.name for unit in seen.units) == sorted(units)
    for unit in seen.units:
        assert unit.counts == Counts(*counted(unit.place.prefix, own=unit.place.own)), unit.name
    assert not units or sum((unit.counts for unit in seen.units), Counts()) == seen.total


def test_what_lies_in_no_township_is_a_place_of_its_own(checked):
    scope = checked.actors["county"].scope
    seen = board(scope, place_in(scope, "360426000000", own=True))
    assert [school.name for school in seen.schools] == ["德安县第一中学（普高）"]
    assert [name for _, name in seen.path] == ["德安县", "县直"]
    assert (seen.units, seen.total.rows, seen.total.done) == ([], 1, 0)


def test_the_path_leads_down_from_ones_own_place(checked):
    scope = checked.actors["province"].scope
    seen = board(scope, place_in(scope, "360426100000"))
    assert [(place.prefix, name) for place, name in seen.path] == [
        ("36", "江西省"),
        ("3604", "九江市"),
        ("360426", "德安县"),
        ("360426100", "蒲亭镇"),
    ]


def test_a_school_that_ended_is_named_so_and_is_not_to_hand_in(checked):
    with writing(checked.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(checked.organisations["c"].id), status="closed")
    scope = checked.actors["county"].scope
    [school] = board(scope, place_in(scope, "360426101000")).schools
    assert (school.name, school.counts.rows, school.counts.due) == ("德安县聂桥镇小学（小学）（撤销）", 1, 0)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        *(
            ("county", code)
            for code in ("360425000000", "360400000000", "3604261", "36042610000x", "三六零四二六一零零零零零")
        ),
        ("town", "360426101000"),
        ("a", ""),
        ("a", "360426100000"),
    ],
)
def test_a_place_that_is_not_ones_own_is_refused(world, who, code):
    with pytest.raises(OutOfScope, match="没有这个地方"):
        place_in(world.actors[who].scope, code)


# -- by day ----------------------------------------------------------------------


def today() -> dt.date:
    return local(now()).date()


def done(prefix: str = COUNTY, *, own: bool = False) -> int:
    return checked_by_day(Place(prefix, own), today(), today())[today()]


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).first()


def test_a_day_counts_whoever_left_unchecked_once(checked):
    assert (done(), done(TOWN), done(OTHER_TOWN), done("360425"), done("3604")) == (2, 2, 0, 0, 2)
    confirm(checked.actors["b"], checked.children["b1"])
    reopen(checked.actors["b"], Beneficiary.get_by_id(checked.children["b1"].id))
    confirm(checked.actors["b"], Beneficiary.get_by_id(checked.children["b1"].id), grade="四年级")
    assert (done(), done(own=True)) == (3, 0)
    child = Beneficiary.get(Beneficiary.school == checked.organisations["senior"].id)
    chosen = Selection.ticked(Beneficiary, {child.id: child.version})
    confirm_many(checked.actors["county"], chosen)
    assert (done(), done(own=True)) == (4, 1)


def test_what_is_undone_is_not_counted_until_that_is_undone_too(checked):
    confirm(checked.actors["b"], checked.children["b1"])
    undo(checked.actors["b"], newest())
    assert done() == 2
    undo(checked.actors["b"], newest())
    assert done() == 3


def test_a_day_is_one_of_the_countys_calendar_and_every_day_is_there(checked):
    late = dt.datetime(2026, 11, 2, 16, 30)  # half past midnight of the third
    Operation.update(at=late).where(Operation.action == Permission.BENEFICIARY_CHECK).execute()
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 4)
    assert list(checked_by_day(Place(COUNTY), first, last).values()) == [0, 0, 2, 0]
    assert list(checked_by_day(Place(COUNTY), first, dt.date(2026, 11, 2)).values()) == [0, 0]
    assert list(checked_by_day(Place(COUNTY), dt.date(2026, 11, 3), last)) == [dt.date(2026, 11, 3), last]


def test_a_child_of_ours_that_another_county_s_school_checks_is_its_county_s_to_count(checked):
    before = done()
    confirm(checked.actors["far"], checked.children["away"])
    assert (done(), done("360425")) == (before, 1)


def test_a_place_costs_the_same_however_many_schools_it_has(checked, queries):
    scope = checked.actors["city"].scope
    with queries() as seen:
        board(scope, place_in(scope, ""))
    assert len(seen) == 4, seen
    with queries() as seen:
        checked_by_day(Place(COUNTY), today() - dt.timedelta(days=300), today())
    assert len(seen) == 1, seen
