"""Undo: what comes back, what is refused, and that undoing everything gives the first table again."""

import datetime as dt

import pytest

from aid.effects import effects_of
from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, checking, history, matching, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import (
    Beneficiary,
    ChangeKind,
    CheckState,
    Enrolment,
    Operation,
    Organisation,
    Region,
    RegionLevel,
    RegisterBatch,
    RegisterPerson,
    Role,
)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def content(model) -> list[dict]:
    """The table without versions, which only ever rise."""
    rows = model.select().order_by(model.id).dicts()
    return [{name: value for name, value in row.items() if name != "version"} for row in rows]


def fresh(row):
    return type(row).get_by_id(row.id)


# -- changes -------------------------------------------------------------------


def test_a_change_comes_back_and_goes_again(world):
    actor, row = world.actors["a"], world.children["a1"]
    before = content(Beneficiary)
    checking.confirm(actor, row, grade="四年级", boards=True, birth_date=dt.date(2010, 1, 2))
    done, after = newest(), content(Beneficiary)
    undone = history.undo(actor, done)
    assert (content(Beneficiary), fresh(done).undone, undone.rows) == (before, True, 1)
    redone = history.undo(actor, Operation.get_by_id(undone.operation_id))
    assert (content(Beneficiary), fresh(done).undone) == (after, False)
    history.undo(actor, Operation.get_by_id(redone.operation_id))
    assert (content(Beneficiary), fresh(done).undone) == (before, True)


def test_an_undo_says_what_it_undoes(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    done = newest()
    history.undo(world.actors["a"], done)
    assert (newest().undoes, newest().sentence) == (done, f"撤销 #{done.id}：核对 王芳：已核对（未更新）")
    assert newest().action == done.action


def test_an_old_page_is_out_of_date_after_an_undo(world):
    actor, row = world.actors["a"], checking.confirm(world.actors["a"], world.children["a1"])
    history.undo(actor, newest())
    assert fresh(row).version > row.version


def test_several_changes_of_one_row_in_one_operation_come_back_together(world):
    before = content(Beneficiary)
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
        ledger.change(world.children["a1"], grade="五年级", remark="跳级")
        ledger.change_where(Beneficiary, Beneficiary.school == world.organisations["a"], grade="六年级")
    history.undo(world.actors["a"], newest())
    assert content(Beneficiary) == before


def test_rows_that_moved_on_are_named_and_left(world):
    actor, rows = world.actors["a"], [world.children["a1"], world.children["a2"]]
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change_where(Beneficiary, Beneficiary.school == world.organisations["a"], grade="四年级")
    done = newest()
    checking.confirm(world.actors["county"], fresh(rows[0]), grade="五年级")
    outcome = history.undo(actor, done)
    assert [fresh(row).grade for row in rows] == ["五年级", "三年级"]
    assert (outcome.rows, len(outcome.moved_on)) == (1, 1)
    assert outcome.moved_on[0].startswith("资助对象“王芳”之后已被 county（")


def test_a_later_change_of_another_column_is_no_hindrance(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
    done = newest()
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], remark="家访过")
    history.undo(world.actors["a"], done)
    assert (fresh(world.children["a1"]).grade, fresh(world.children["a1"]).remark) == ("三年级", "家访过")


def test_where_every_row_moved_on_nothing_is_undone(world):
    checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    done = newest()
    checking.reopen(world.actors["a"], fresh(world.children["a1"]))
    with pytest.raises(RuleBroken, match="没有可以撤销的记录：资助对象“王芳”之后已被 a"):
        history.undo(world.actors["a"], done)
    assert not fresh(done).undone


# -- additions -----------------------------------------------------------------


def matched(world) -> Operation:
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        for key in ("a1", "c1"):
            child = world.children[key]
            ledger.add(
                Enrolment,
                school=world.organisations["b"],
                id_number=child.id_number,
                name=child.name,
                stage="junior",
                grade="初一",
                status="suspended",
                birth_date=dt.date(2009, 8, 30),
                boards=False,
            )
    return Operation.get_by_id(matching.match(world.actors["county"]).operation_id)


def test_added_rows_go_and_come_back_under_their_own_number(world):
    before, done, after = content(Beneficiary), matched(world), content(Beneficiary)
    undone = history.undo(world.actors["county"], done)
    assert content(Beneficiary) == before
    history.undo(world.actors["county"], Operation.get_by_id(undone.operation_id))
    assert content(Beneficiary) == after
    assert not fresh(done).undone


def test_an_added_row_checked_since_refuses_the_undo(world):
    done, after = matched(world), content(Beneficiary)
    row = Beneficiary.select().order_by(Beneficiary.id.desc()).get()
    checking.confirm(world.actors["b"], row)
    later = newest()
    with pytest.raises(RuleBroken, match=rf"有 1 条（资助对象“陈静”）；请先撤销后来的操作 #{later.id} "):
        history.undo(world.actors["county"], done)
    assert len(content(Beneficiary)) == len(after)
    history.undo(world.actors["county"], later)
    assert history.undo(world.actors["county"], done).rows == 2


def test_the_database_tells_which_added_rows_are_to_the_letter_what_they_were(world):
    done = matched(world)
    assert (len(effects_of(done)[Beneficiary].untouched), effects_of(done)[Beneficiary].parts) == (2, {})
    row = Beneficiary.select().order_by(Beneficiary.id.desc()).get()
    checking.confirm(world.actors["b"], row)
    effects = effects_of(done)[Beneficiary]
    assert len(effects.untouched) == 1
    assert [(one.row_id, one.after["state"]) for one in effects.of(ChangeKind.ADD)] == [(row.id, CheckState.UNCHECKED)]


def test_an_added_row_that_is_referred_to_refuses_the_undo(world):
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.add(
            Enrolment,
            school=world.organisations["b"],
            id_number=world.children["a1"].id_number,
            name="王芳",
            stage="junior",
            grade="初一",
            status="present",
        )
    roll = newest()
    match = matching.match(world.actors["county"]).operation_id
    with pytest.raises(RuleBroken, match=rf"已有 1 条资助对象引用（资助对象“王芳”）；请先撤销后来的操作 #{match} "):
        history.undo(world.actors["county"], roll)


def test_a_batch_and_its_people_go_together(world):
    before = content(RegisterBatch), content(RegisterPerson)
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        batch = ledger.add(RegisterBatch, name="2027 春", office=world.organisations["county"])
        ledger.add(
            RegisterPerson,
            batch=batch,
            household_no="H",
            head_name="赵",
            name="赵新",
            id_number="1",
            home_region=world.regions["village"],
            hardship="lifted",
        )
    undone = history.undo(world.actors["county"], newest())
    assert (content(RegisterBatch), content(RegisterPerson)) == before
    assert history.undo(world.actors["county"], Operation.get_by_id(undone.operation_id)).rows == 2


def test_regions_that_point_at_each_other_go_and_come_back_in_order(world):
    before = content(Region)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        city = ledger.add(Region, code="360100000000", name="南昌市", level=RegionLevel.CITY)
        county = ledger.add(Region, code="360121000000", name="南昌县", level=RegionLevel.COUNTY, parent=city)
        ledger.add(Region, code="360121100000", name="莲塘镇", level=RegionLevel.TOWNSHIP, parent=county)
        ledger.change(city, parent=world.regions["province"])
    after = content(Region)
    undone = history.undo(SYSTEM, newest())
    assert content(Region) == before
    history.undo(SYSTEM, Operation.get_by_id(undone.operation_id))
    assert content(Region) == after


def test_what_was_changed_to_point_at_an_added_row_points_back_first(world):
    before = content(Organisation)
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        school = ledger.add(
            Organisation, code="360426000099", name="新校", kind="school", stage="primary", region=world.regions["town"]
        )
        ledger.change(fresh(world.organisations["a"]), status="merged", merged_into=school)
    history.undo(SYSTEM, newest())
    assert content(Organisation) == before


def test_what_came_and_went_in_one_operation_is_no_matter(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.remove(ledger.add(Region, code="360100000000", name="南昌市", level=RegionLevel.CITY))
        ledger.change(fresh(world.regions["town"]), name="蒲亭")
    assert history.undo(SYSTEM, newest()).rows == 1


# -- refusals ------------------------------------------------------------------


def test_an_operation_is_undone_once(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    done = newest()
    history.undo(world.actors["a"], done)
    with pytest.raises(RuleBroken, match="已经撤销过"):
        history.undo(world.actors["a"], done)
    assert not history.may_undo(world.actors["a"], fresh(done))


def test_a_sign_in_is_not_undone(world):
    account, password = accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name="王"
    )
    sessions.sign_in("pt01", password, address="")
    with pytest.raises(RuleBroken, match="不能撤销"):
        history.undo(accounts.actor_of(account), newest())


@pytest.mark.parametrize("who", ["b", "other_county", "town"])
def test_an_operation_of_others_is_not_undone(world, who):
    checking.confirm(world.actors["a"], world.children["a1"])
    with pytest.raises((OutOfScope, NotAllowed)):
        history.undo(world.actors[who], newest())


def test_undo_needs_the_permission_of_the_operation(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    for who in ("city", "province", "auditor"):
        assert not history.may_undo(world.actors[who], newest())
        with pytest.raises(NotAllowed):
            history.undo(world.actors[who], newest())


def test_a_county_undoes_what_its_school_did(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    assert history.may_undo(world.actors["county"], newest())
    history.undo(world.actors["county"], newest())
    assert fresh(world.children["a1"]).state == "unchecked"


def test_a_row_that_went_to_another_county_is_not_taken_back(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], remark="x")
    done = newest()
    with writing(SYSTEM_CLERK, Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], school=world.organisations["far"])
    with pytest.raises(OutOfScope):
        history.undo(world.actors["a"], done)


SYSTEM_CLERK = type(SYSTEM)("clerk of all", Role.COUNTY, SYSTEM.scope)


def test_the_last_operation_of_ones_own_is_offered(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    mine = newest()
    checking.confirm(world.actors["b"], world.children["b1"])
    assert history.last_of(world.actors["a"]) == mine
    history.undo(world.actors["a"], mine)
    assert history.last_of(world.actors["a"]).undoes == mine
