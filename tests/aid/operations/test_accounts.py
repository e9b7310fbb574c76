"""Accounts: opened for one's own offices and schools, signed in to, and given a new password."""

from contextlib import nullcontext

import pytest

from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, sessions
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import SYSTEM, Scope
from models import Account, AccountStatus, Change, Organisation, Role, Session


def opened(world, at: str = "a", role: Role = Role.SCHOOL, login: str = "pt01", who: str = "county"):
    return accounts.open_account(
        world.actors[who], organisation=world.organisations[at], role=role, login=login, name="王老师"
    )


# -- opening -------------------------------------------------------------------


def test_an_account_opens_with_the_password_shown_once(world):
    account, password = opened(world)
    assert (account.login, account.role, account.must_change, account.status) == (
        "pt01",
        Role.SCHOOL,
        True,
        AccountStatus.OPEN,
    )
    assert len(password) >= 12
    assert sessions.sign_in("PT01 ", password, address="10.0.0.1")[0].account == account


def test_passwords_differ_and_have_no_look_alikes():
    made = {passwords.one_time() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("0o1liIO")


def test_no_password_is_kept_in_the_history(world):
    account, password = opened(world)
    _, token = sessions.change_password(accounts.actor_of(account), account, old=password, new="新的口令有十个字以上8")
    row = Account.get_by_id(account.id)
    told = "".join(f"{change.before}{change.after}" for change in Change.select())
    digests = [session.digest for session in Session.select()]
    assert not [secret for secret in (password, row.password_hash, token, *digests) if secret in told]


@pytest.mark.parametrize("login", ["ab", "a" * 41, "王老师", "a b c", "a/b"])
def test_a_login_that_cannot_be_typed_is_refused(world, login):
    with pytest.raises(RuleBroken, match="登录名须为"):
        opened(world, login=login)


@pytest.mark.parametrize("name", ["", "　 ", "王" * 41])
def test_an_account_is_somebodys(world, name):
    with pytest.raises(RuleBroken, match="请填写姓名"):
        accounts.open_account(
            world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name=name
        )


def test_a_login_is_given_once(world):
    opened(world)
    with pytest.raises(RuleBroken, match="已有人使用"):
        opened(world, "b", login="Pt01")


@pytest.mark.parametrize(
    ("at", "role", "fits"),
    [
        ("a", Role.SCHOOL, True),
        ("a", Role.TOWNSHIP, True),
        ("a", Role.COUNTY, False),
        ("a", Role.AUDITOR, False),
        ("town", Role.TOWNSHIP, True),
        ("town", Role.SCHOOL, False),
        ("county", Role.COUNTY, True),
        ("county", Role.AUDITOR, True),
        ("county", Role.TOWNSHIP, False),
    ],
)
def test_a_role_fits_the_kind_of_office(world, at, role, fits):
    with nullcontext() if fits else pytest.raises(RuleBroken, match="不能开设"):
        opened(world, at, role)


def test_a_school_outside_a_township_is_no_centre_school(world):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["a"].id), region=world.regions["village"])
    with pytest.raises(RuleBroken, match="不能开设乡镇账号"):
        opened(world, "a", Role.TOWNSHIP)


@pytest.mark.parametrize(
    ("at", "role"),
    [("far", Role.SCHOOL), ("other_county", Role.COUNTY), ("city", Role.CITY), ("county", Role.CITY)],
)
def test_no_account_reaches_further_than_who_opens_it(world, at, role):
    with pytest.raises(OutOfScope):
        opened(world, at, role)


def test_a_foreign_school_is_refused_before_anything_else_is_told(world):
    opened(world)
    with pytest.raises(OutOfScope):
        opened(world, "far", login="pt01")


def test_the_system_opens_offices_of_every_level_but_no_second_system(world):
    for at, role in [("province", Role.PROVINCE), ("city", Role.CITY), ("county", Role.COUNTY)]:
        account, _ = accounts.open_account(
            SYSTEM, organisation=world.organisations[at], role=role, login=f"{at}-1", name="甲"
        )
        assert accounts.actor_of(account).scope == world.actors[at].scope
    with pytest.raises(RuleBroken):
        accounts.open_account(
            SYSTEM, organisation=world.organisations["county"], role=Role.SYSTEM, login="root", name="乙"
        )


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_county_and_system_open_accounts(world, who):
    with pytest.raises(NotAllowed):
        opened(world, who=who)


def test_the_first_account_is_made_on_an_empty_database_only(database):
    account, password = accounts.first_account()
    assert (account.login, account.role, account.organisation) == ("admin", Role.SYSTEM, None)
    assert accounts.actor_of(sessions.sign_in("admin", password, address="")[0].account).scope == Scope("")
    with pytest.raises(RuleBroken, match="已有账号"):
        accounts.first_account()


# -- a lost password -----------------------------------------------------------


def test_a_lost_password_is_replaced_and_sessions_end(world):
    account, password = opened(world)
    sessions.sign_in("pt01", password, address="")
    renewed, fresh = accounts.renew_password(world.actors["county"], account)
    assert (renewed.must_change, [session.ended is None for session in Session.select()]) == (True, [False])
    assert sessions.sign_in("pt01", fresh, address="")[0].account_id == account.id
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", password, address="")


@pytest.mark.parametrize("who", ["other_county", "a"])
def test_a_lost_password_is_ones_own_county_offices_to_replace(world, who):
    account, _ = opened(world)
    with pytest.raises((OutOfScope, NotAllowed)):
        accounts.renew_password(world.actors[who], account)


def test_a_lost_password_of_a_foreign_account_is_not_ones_own_to_replace(world):
    account, password = opened(world)
    with pytest.raises(OutOfScope, match="不归您管理"):
        accounts.renew_password(world.actors["other_county"], account)
    assert sessions.sign_in("pt01", password, address="")[0].account == account


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_county_and_system_replace_passwords(world, who):
    account, _ = opened(world)
    with pytest.raises(NotAllowed):
        accounts.renew_password(world.actors[who], account)
