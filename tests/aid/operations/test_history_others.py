"""Undo among others: what it tells of rows and operations one cannot read, secrets, and two who undo at once."""

from threading import Thread
from time import sleep

import pytest

from aid import dialect
from aid.errors import AidError, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, checking, history, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from models import Account, Beneficiary, Operation, Region, RegionLevel, Role, db

CLERK_OF_ALL = Actor("clerk of all", Role.COUNTY, SYSTEM.scope)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def test_an_operation_one_cannot_read_is_not_there_whatever_it_needed(world):
    imported = Operation.get(Operation.action == Permission.REGISTER_IMPORT)
    with pytest.raises(OutOfScope):
        history.undo(world.actors["b"], imported)


def test_who_comes_second_is_told_that_it_was_undone(world):
    checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    done, told = newest(), []

    def second() -> None:
        with db.connection_context():
            try:
                history.undo(world.actors["a"], done)
            except AidError as refusal:
                told.append(str(refusal))

    with dialect.writers_turn():
        thread = Thread(target=second)
        thread.start()
        sleep(0.3)  # it has read the operation by now, and waits for the lock
        history.undo(world.actors["a"], done)
    thread.join(10)
    assert told == [f"操作 #{done.id} 已经撤销过"]


def test_a_row_one_cannot_read_any_more_is_not_named(world):
    checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    done = newest()
    with writing(CLERK_OF_ALL, Permission.BENEFICIARY_CHECK) as ledger:
        row = Beneficiary.get_by_id(world.children["a1"].id)
        ledger.change(row, school=world.organisations["far"], grade="五年级")
    with pytest.raises(RuleBroken) as refusal:
        history.undo(world.actors["a"], done)
    assert f"资助对象 #{row.id}已不在您的管理范围内或已不在，未撤销" in str(refusal.value)
    assert not [word for word in ("王芳", "clerk of all") if word in str(refusal.value)]


def test_an_operation_one_cannot_read_is_not_told(world):
    own = {"school": world.organisations["a"], "home_region": world.regions["village"], "hardship": "lifted"}
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.add(Beneficiary, name="赵新", id_number="", **own)
    done = newest()
    checking.confirm(world.actors["county"], row, grade="四年级")
    with pytest.raises(RuleBroken) as refusal:
        history.undo(world.actors["a"], done)
    assert str(refusal.value) == "不能撤销：新增的资助对象有 1 条（资助对象“赵新”）"
    with pytest.raises(RuleBroken, match=f"请先撤销后来的操作 #{newest().id} "):
        history.undo(world.actors["county"], done)


def test_a_removed_row_comes_back_at_a_later_version(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        place = ledger.add(Region, code="360426102000", name="吴山镇", level=RegionLevel.TOWNSHIP)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.remove(place)
    history.undo(SYSTEM, newest())
    assert Region.get_by_id(place.id).version > place.version


def opened(world, login: str) -> Account:
    account, _ = accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login=login, name="王"
    )
    return account


def test_a_removed_account_comes_back_with_a_password_that_opens_nothing(world):
    account = opened(world, "pt01")
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.remove(account)
    history.undo(SYSTEM, newest())
    back = Account.get_by_id(account.id)
    assert (back.login, back.must_change, back.password_hash) == ("pt01", True, "")
    for tried in ("", "password"):
        with pytest.raises(RuleBroken, match="登录名或密码不对"):
            sessions.sign_in("pt01", tried, address="")


def test_an_undo_never_writes_a_secret(world):
    account = opened(world, "pt01")
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.change(account, name="李", password_hash="new")
    history.undo(SYSTEM, newest())
    row = Account.get_by_id(account.id)
    assert (row.name, row.password_hash) == ("王", "new")


@pytest.mark.parametrize("verb", ["open", "renew", "change"])
def test_what_is_done_to_a_password_is_not_undone(world, verb):
    account, password = accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name="王"
    )
    if verb == "renew":
        accounts.renew_password(world.actors["county"], account)
    if verb == "change":
        sessions.change_password(accounts.actor_of(account), account, old=password, new="山高月小，水落石出。")
    done = newest()
    assert not history.may_undo(world.actors["county"], done)
    with pytest.raises(RuleBroken, match="不能撤销"):
        history.undo(world.actors["county"], done)


def test_the_last_operation_offered_is_ones_own_also_among_people_of_one_name(world):
    first, second = (accounts.actor_of(opened(world, login)) for login in ("pt01", "pt02"))
    checking.confirm(first, world.children["a1"])
    assert (history.last_of(first), history.last_of(second)) == (newest(), None)
    checking.confirm(world.actors["county"], world.children["a2"])
    other = Actor("another", Role.COUNTY, world.actors["county"].scope)
    assert (history.last_of(world.actors["county"]), history.last_of(other)) == (newest(), None)


def test_the_first_account_is_not_undone(database):
    accounts.first_account()
    assert not newest().undoable


def test_an_added_account_goes_with_the_undo_of_what_added_it(world):
    """Its secrets are not in the history, so they cannot make it look as if it had moved on."""
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.add(Account, login="x", name="x", role=Role.SYSTEM, password_hash="-")
    history.undo(SYSTEM, newest())
    assert not Account.select().exists()


def test_a_removed_row_that_is_back_already_is_named(world):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        place = ledger.add(Region, code="360426102000", name="吴山镇", level=RegionLevel.TOWNSHIP)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.remove(place)
    removal = newest()
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        columns = ("id", "code", "name", "level", "version")
        ledger.put_back(Region, columns, [(place.id, place.code, place.name, "township", 3)])
    with pytest.raises(RuleBroken, match="没有可以撤销的记录：行政区划“吴山镇”之后已被 系统"):
        history.undo(SYSTEM, removal)
