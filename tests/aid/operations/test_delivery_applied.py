"""A delivery applied: who is checked again, who is marked, who is matched; and that all of it can be taken back."""

import pytest

from aid.errors import Conflict, NotAllowed
from aid.ledger import writing
from aid.operations import checking, deliveries, delivery_applied, history, matching
from aid.permissions import Permission
from aid.story import story
from models import Beneficiary, CheckState, InvalidReason, Operation, RegisterBatch
from tests.aid.operations.deliveries import apply, deliver, enrol, first_batch, listed, register
from tests.aid.operations.test_undo_everything import content


@pytest.fixture
def checked(world):
    """Every child of the county is checked; a2 is 无效."""
    for key in ("a1", "b1", "c1"):
        checking.confirm(world.actors[world.children[key].school.region and key[0]], world.children[key])
    checking.mark_invalid(world.actors["a"], world.children["a2"], reason=InvalidReason.WRONG)
    return world


def state(world, key: str) -> tuple[str, str]:
    row = listed(world, key)
    return row.state, row.checked_by


MATERIAL = [
    {"name": "王方"},
    {"id_number": "360426200908300067"},
    {"hardship": "orphan"},
    {"left_poverty": None},
    {"home_region": "town"},
]
MINOR = [{"phone": "1"}, {"head_name": "新户主"}, {"home_address": "新址"}, {"poor_since": 2015}, {"relation": "孙"}]


def values_of(world, change: dict) -> dict:
    return {name: world.regions[value] if name == "home_region" else value for name, value in change.items()}


@pytest.mark.parametrize("change", MATERIAL, ids=lambda change: next(iter(change)))
def test_a_material_change_sends_a_checked_row_back_with_its_check_in_the_history(checked, change):
    deliver(checked, a1=values_of(checked, change))
    outcome = apply(checked)
    row = listed(checked, "a1")
    assert (row.state, row.checked_by, row.checked_at) == (CheckState.UNCHECKED, "", None)
    assert row.register_person.batch.name == "2027 春"
    newest = story(checked.actors["a"], row)[0]
    assert newest.operation_id == outcome.operation_id
    assert ("核对人", "a", "") in newest.diffs
    assert "2027 春" in newest.sentence


@pytest.mark.parametrize("change", MINOR, ids=lambda change: next(iter(change)))
def test_any_other_change_leaves_the_check_and_moves_the_pointer(checked, change):
    deliver(checked, a1=change)
    apply(checked)
    assert state(checked, "a1") == (CheckState.UNCHANGED, "a")
    assert listed(checked, "a1").register_person.batch.name == "2027 春"


def test_the_registers_side_follows(checked):
    deliver(
        checked, b1={"hardship": "orphan", "left_poverty": 2020, "name": "张民", "home_region": checked.regions["town"]}
    )
    apply(checked)
    row = listed(checked, "b1")
    assert (row.hardship, row.home_region, row.name) == ("orphan", checked.regions["town"], "张敏")
    assert (row.aid_until, row.eligible, row.name_differs) == (2023, False, True)


def test_an_invalid_row_stays_invalid(checked):
    deliver(checked, a2={"hardship": "orphan"})
    apply(checked)
    row = listed(checked, "a2")
    assert (row.state, row.invalid_reason, row.hardship) == (CheckState.INVALID, InvalidReason.WRONG, "orphan")


def test_who_is_gone_is_marked_and_keeps_everything_else(checked):
    deliver(checked, without=("a1",))
    apply(checked)
    row = listed(checked, "a1")
    assert (row.gone_from_register, row.state, row.register_person.batch) == (True, "unchanged", first_batch(checked))


def test_who_comes_back_is_unmarked_and_checked_anew_only_where_it_matters(checked):
    kept = {key: listed(checked, key).register_person for key in ("a1", "b1")}
    deliver(checked, without=("a1", "b1"))
    apply(checked)
    back = deliver(checked, "2027 秋")
    for key, more in (("a1", {}), ("b1", {"hardship": "orphan"})):
        columns = ("name", "id_number", "household_no", "head_name", "hardship", "left_poverty")
        register(checked, back, **{name: getattr(kept[key], name) for name in columns} | more)
    apply(checked)
    rows = [listed(checked, key) for key in ("a1", "b1")]
    assert [(row.gone_from_register, row.state) for row in rows] == [(False, "unchanged"), (False, "unchecked")]
    assert all(row.register_person.batch == back for row in rows)


def test_who_is_new_is_matched_and_until_then_the_old_delivery_is_the_current_one(world):
    register(world, deliver(world)), enrol(world, "a")
    assert matching.match(world.actors["county"]).beneficiaries_added == 0
    apply(world)
    [row] = Beneficiary.filter(id_number="360426201001010011")
    assert (row.state, row.school, row.gone_from_register) == ("unchecked", world.organisations["a"], False)
    assert [batch.name for batch in RegisterBatch.filter(current=True, office=first_batch(world).office)] == ["2027 春"]


def test_applying_again_changes_nothing(checked):
    register(checked, deliver(checked, without=("a1",), b1={"hardship": "orphan"})), enrol(checked, "a")
    apply(checked)
    before, newest = content(Beneficiary), Operation.select().count()
    assert apply(checked).operation_id is None
    assert (content(Beneficiary), Operation.select().count()) == (before, newest)


def test_all_of_it_is_one_operation_that_is_undone_whole(checked):
    register(checked, deliver(checked, without=("a1",), b1={"hardship": "orphan"})), enrol(checked, "a")
    before = content(Beneficiary), content(RegisterBatch)
    outcome = apply(checked)
    operation = Operation.get_by_id(outcome.operation_id)
    assert operation.sentence.startswith("应用名册“2027 春”（与“2026 秋”比：新增 1 人")
    assert history.undo(checked.actors["county"], operation).moved_on == ()
    assert (content(Beneficiary), content(RegisterBatch)) == before


def test_a_list_that_moved_on_since_the_preview_is_shown_again_first(checked):
    deliver(checked, a1={"hardship": "orphan"})
    scope = checked.actors["county"].scope
    comparison = deliveries.compare(scope)
    sign = delivery_applied.effect(scope, comparison).sign
    checking.reopen(checked.actors["a"], listed(checked, "a1"))
    with pytest.raises(Conflict, match="看过新的数字"):
        delivery_applied.apply(checked.actors["county"], comparison.new.id, sign=sign)
    assert not RegisterBatch.get_by_id(comparison.new.id).current


def test_as_many_other_rows_than_were_shown_are_not_sent_back(checked):
    deliver(checked, a1={"hardship": "orphan"}, b1={"hardship": "orphan"})
    checking.reopen(checked.actors["b"], listed(checked, "b1"))
    scope = checked.actors["county"].scope
    comparison = deliveries.compare(scope)
    seen = delivery_applied.effect(scope, comparison)
    checking.reopen(checked.actors["a"], listed(checked, "a1"))
    checking.confirm(checked.actors["b"], listed(checked, "b1"))
    assert delivery_applied.effect(scope, comparison).counts == seen.counts
    with pytest.raises(Conflict):
        delivery_applied.apply(checked.actors["county"], comparison.new.id, sign=seen.sign)


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_applies(world, who):
    deliver(world)
    with pytest.raises(NotAllowed):
        apply(world, who)


def test_another_countys_lists_are_left_alone(world):
    before = [row for row in content(Beneficiary) if row["school"] == world.organisations["far"].id]
    deliver(world, without=("a1", "a2", "b1", "c1"))
    apply(world)
    assert Beneficiary.filter(gone_from_register=True).count() == 4
    assert [row for row in content(Beneficiary) if row["school"] == world.organisations["far"].id] == before


def test_a_child_that_a_matching_put_there_by_its_new_row_is_not_put_there_twice(world):
    deliver(world)
    child = listed(world, "a1")
    twin = RegisterBatch.get(name="2027 春")
    person = next(
        row for row in deliveries._rows(world.actors["county"].scope) if row.batch == twin and row.name == "王芳"
    )
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        columns = {name: getattr(child, name) for name in ("school", "enrolment", "name", "id_number", "home_region")}
        ledger.add(Beneficiary, register_person=person, hardship="lifted", **columns)
    apply(world)
    assert listed(world, "a1").register_person == child.register_person
