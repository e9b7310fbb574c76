"""Signing in and out, one's own password and one's own sessions."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, sessions
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import SYSTEM
from aid.selection import Selection
from codes import Event
from models import Account, AccountStatus, Operation, Organisation, Result, Role, Session, db, now

NEW = "山高月小，水落石出。"
DAY = dt.timedelta(days=1)


def opened(world, at: str = "a", role: Role = Role.SCHOOL, login: str = "pt01", who: str = "county"):
    return accounts.open_account(
        world.actors[who], organisation=world.organisations[at], role=role, login=login, name="王老师"
    )


def become(account: Account, **values: object) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.change(Account.get_by_id(account.id), **values)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


# -- signing in ----------------------------------------------------------------


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.DISABLED])
def test_unknown_wrong_and_disabled_are_told_alike(world, status):
    account, password = opened(world)
    told = []
    for login, tried in [("nobody", password), ("pt01", "wrong password"), ("pt01", password)]:
        if len(told) == 2:
            become(account, status=status)
        with pytest.raises(RuleBroken) as refusal:
            sessions.sign_in(login, tried, address="10.0.0.1")
        told.append(str(refusal.value))
    assert len(set(told)) == 1


def test_a_sign_in_is_recorded_and_cannot_be_undone(world):
    account, password = opened(world)
    account = sessions.sign_in("pt01", password, address="10.0.0.9")[0].account
    operation = Operation.select().order_by(Operation.id.desc()).get()
    assert (operation.sentence, operation.address, operation.account) == ("登录", "10.0.0.9", account)
    assert not operation.undoable
    assert account.last_sign_in is not None


def test_several_devices_sign_in_at_once(world):
    account, password = opened(world)

    def arrive(address: str) -> int:
        with db.connection_context():
            return sessions.sign_in("pt01", password, address=address)[0].account_id

    with ThreadPoolExecutor(4) as devices:
        assert set(devices.map(arrive, "abcd")) == {account.id}


def test_who_acts_is_read_with_the_session_in_one_query(world, queries):
    _, password = opened(world)
    _, token = sessions.sign_in("pt01", password, address="10.0.0.1")
    with queries() as seen:
        session = sessions.resume(token, longest=DAY)
        actor = accounts.actor_of(session.account, address="10.0.0.1")
    assert len(seen) == 1
    assert (actor.name, actor.scope, actor.address) == ("王老师", world.actors["a"].scope, "10.0.0.1")


# -- one's own password --------------------------------------------------------


def test_a_new_password_ends_other_sessions(world):
    account, password = opened(world)
    _, token = sessions.sign_in("pt01", password, address="")
    session, fresh = sessions.change_password(accounts.actor_of(account), account, old=password, new=NEW)
    assert not session.account.must_change
    assert [sessions.resume(one, longest=DAY) for one in (token, fresh)] == [None, session]
    assert sessions.sign_in("pt01", NEW, address="")[0].account_id == account.id
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", password, address="")


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "至少 10 位"),
        ("x" * 129, "最多 128 位"),
        ("1234567890", "2 种以上"),
        ("a1a1a1a1a1a1", "太容易猜到"),
        ("school-0001", "太容易猜到"),
        ("德安县蒲亭镇小学2026", "太容易猜到|地名"),
    ],
)
def test_a_weak_password_is_refused(world, new, sentence):
    account, password = opened(world, login="school-0001")
    with pytest.raises(RuleBroken, match=sentence):
        sessions.change_password(accounts.actor_of(account), account, old=password, new=new)


def test_the_old_password_is_asked_for(world):
    account, password = opened(world)
    actor = accounts.actor_of(account)
    with pytest.raises(RuleBroken, match="原密码不对"):
        sessions.change_password(actor, account, old="not this one", new=NEW)
    with pytest.raises(RuleBroken, match="相同"):
        sessions.change_password(actor, account, old=password, new=password)


def test_nobody_changes_somebody_elses_password(world):
    account, password = opened(world)
    other, _ = opened(world, login="pt02")
    with pytest.raises(OutOfScope):
        sessions.change_password(accounts.actor_of(other), account, old=password, new=NEW)
    with pytest.raises(OutOfScope):
        sessions.change_password(world.actors["county"], account, old=password, new=NEW)


# -- who is let in, from where, and until when -----------------------------------


def allow(world, networks: str) -> None:
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["a"].id), networks=networks)


@pytest.mark.parametrize("address", ["10.36.4.2", "2001:db8::7", "::ffff:10.36.4.2"])
def test_one_signs_in_from_a_network_of_ones_organisation(world, address):
    _, password = opened(world)
    allow(world, "10.36.0.0/16 2001:db8::/32")
    assert sessions.sign_in("pt01", password, address=address)[0].address == address


def test_a_sign_in_from_elsewhere_is_refused_with_what_to_do(world):
    _, password = opened(world)
    allow(world, "10.36.0.0/16")
    with pytest.raises(NotAllowed, match=r"10\.36\.0\.0/16.*192\.168\.1\.7.*上级机构"):
        sessions.sign_in("pt01", password, address="192.168.1.7")
    assert not Session.select().exists()


def test_where_one_may_sign_in_from_is_told_to_nobody_without_the_password(world):
    opened(world)
    allow(world, "10.36.0.0/16")
    with pytest.raises(RuleBroken) as refusal:
        sessions.sign_in("pt01", "wrong password", address="192.168.1.7")
    assert str(refusal.value) == sessions.REFUSED


@pytest.mark.parametrize(("days", "lets_in"), [(29, True), (31, False)])
def test_a_one_time_password_is_good_for_its_days(world, days, lets_in):
    account, password = opened(world)
    become(account, password_at=now() - dt.timedelta(days=days))
    if lets_in:
        assert sessions.sign_in("pt01", password, address="")
        return
    with pytest.raises(RuleBroken, match=r"30 天.*上级机构"):
        sessions.sign_in("pt01", password, address="")


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.DISABLED])
def test_a_session_is_over_when_the_account_is_closed(world, status):
    account, password = opened(world)
    _, token = sessions.sign_in("pt01", password, address="")
    become(account, status=status)
    assert sessions.resume(token, longest=DAY) is None


def test_a_session_ends_after_its_longest_time(world):
    _, password = opened(world)
    session, token = sessions.sign_in("pt01", password, address="")
    assert sessions.resume(token, longest=DAY) == session
    assert sessions.resume(token, longest=dt.timedelta(0)) is None


@pytest.mark.parametrize("token", ["", "pt01", "1"])
def test_a_session_is_opened_by_its_token_alone(world, token):
    _, password = opened(world)
    session, _ = sessions.sign_in("pt01", password, address="")
    assert [sessions.resume(one, longest=DAY) for one in (token, session.digest, str(session.id))] == [None] * 3


# -- what is on record of it -------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "tried", "why"),
    [("pt01", "wrong password", "密码不对"), ("nobody", "x", "登录名或密码不对"), ("a\r\nb", "x", "登录名或密码不对")],
)
def test_a_refused_sign_in_is_on_record(world, login, tried, why):
    opened(world)
    with pytest.raises(RuleBroken):
        sessions.sign_in(login, tried, address="10.0.0.9")
    done = newest()
    assert (done.action, done.result, done.sentence) == (Event.SIGN_IN, Result.REFUSED, f"登录被拒：{why}")
    assert (done.actor, done.address, done.rows) == (login.replace("\r\n", ""), "10.0.0.9", 0)


@pytest.mark.parametrize(("status", "why"), [(AccountStatus.LOCKED, "锁定"), (AccountStatus.DISABLED, "停用")])
def test_the_record_says_how_the_account_stood(world, status, why):
    account, password = opened(world)
    become(account, status=status)
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", password, address="")
    assert newest().sentence == f"登录被拒：密码不对或账号已{why}"


@pytest.mark.parametrize(("used", "read_by"), [(True, "a"), (False, None)])
def test_a_refused_sign_in_is_read_by_the_school_and_by_its_office_while_nobody_has_entered(world, used, read_by):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        place = Organisation.get_by_id(world.organisations["a"].id)
        ledger.change(place, parent=world.organisations["county"])
    _, password = opened(world)
    if used:
        sessions.sign_in("pt01", password, address="")
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", "wrong password", address="")
    assert newest().organisation == world.organisations[read_by or "county"]


def test_a_device_is_one_line_and_cut(world):
    _, password = opened(world)
    session, _ = sessions.sign_in("pt01", password, address="", device="Mop\r\nper " + "x" * 400)
    assert session.device.startswith("Mop per x")
    assert len(session.device) == Session.device.max_length


# -- one's own sessions --------------------------------------------------------------


def signed_in(world, login: str, times: int = 1) -> tuple[list[Session], list[str]]:
    _, password = opened(world, login=login)
    made = [sessions.sign_in(login, password, address="") for _ in range(times)]
    return [session for session, _ in made], [token for _, token in made]


def test_signing_out_ends_the_session_here_and_nowhere_else(world):
    (first, second), tokens = signed_in(world, "pt01", 2)
    sessions.sign_out(accounts.actor_of(first.account), first)
    assert [sessions.resume(token, longest=DAY) for token in tokens] == [None, second]
    with pytest.raises(OutOfScope):
        sessions.sign_out(accounts.actor_of(first.account), first)


def test_nobody_ends_somebody_elses_session(world):
    [mine], _ = signed_in(world, "pt01")
    [theirs], [token] = signed_in(world, "pt02")
    actor = accounts.actor_of(mine.account)
    both = Selection.ticked(Session, {mine.id: mine.version, theirs.id: theirs.version})
    with pytest.raises(OutOfScope):
        sessions.sign_out(actor, theirs)
    with pytest.raises(OutOfScope):
        sessions.end_own(actor, both)
    assert sessions.resume(token, longest=DAY)


def test_ones_other_sessions_are_ended_together(world):
    (first, *others), tokens = signed_in(world, "pt01", 4)
    chosen = Selection.ticked(Session, {session.id: session.version for session in others})
    assert sessions.end_own(accounts.actor_of(first.account), chosen).rows == 3
    assert [sessions.resume(token, longest=DAY) is None for token in tokens] == [False, True, True, True]
    assert not newest().undoable


def test_the_sign_in_before_is_known(world):
    (first, second), _ = signed_in(world, "pt01", 2)
    actor = accounts.actor_of(first.account)
    assert (sessions.session_before(actor, first), sessions.session_before(actor, second)) == (None, first)


def test_an_address_one_has_come_from_is_known(world):
    _, password = opened(world)
    sessions.sign_in("pt01", password, address="10.0.0.1")
    assert sessions.came_from(" PT01", "10.0.0.1")
    assert not sessions.came_from("pt01", "10.0.0.2")
    assert not sessions.came_from("pt02", "10.0.0.1")


def test_a_password_that_is_old_is_still_a_password(world):
    """That it must be changed first is the panel's to say: aid lets whoever knows it in."""
    account, password = opened(world)
    sessions.change_password(accounts.actor_of(account), account, old=password, new=NEW)
    become(account, password_at=now() - dt.timedelta(days=2 * passwords.DEMANDS.max_age_days))
    assert sessions.sign_in("pt01", NEW, address="")
