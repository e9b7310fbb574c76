"""Many accounts at once: locked, disabled, given new passwords, and opened for every school that has none."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import account_status, accounts, history, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.selection import Selection
from models import Account, AccountStatus, Change, Operation, Organisation, Role, Session, db

OPEN, LOCKED, DISABLED = AccountStatus.OPEN, AccountStatus.LOCKED, AccountStatus.DISABLED
DAY = dt.timedelta(days=1)
VERBS = {  # verb -> from which state, to which
    account_status.lock: (OPEN, LOCKED),
    account_status.unlock: (LOCKED, OPEN),
    account_status.disable: (OPEN, DISABLED),
    account_status.enable: (DISABLED, OPEN),
}
each = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)


def opened(world, login: str, at: str = "a", role: Role = Role.SCHOOL) -> tuple[Account, str]:
    return accounts.open_account(SYSTEM, organisation=world.organisations[at], role=role, login=login, name="王")


def in_state(world, status: AccountStatus, *logins: str) -> list[Account]:
    made = [opened(world, login)[0] for login in logins or ("pt01", "pt02")]
    with writing(SYSTEM, Permission.ACCOUNT_MANAGE) as ledger:
        for account in made:
            ledger.change(account, status=status)
    return made


def chosen(*rows: Account) -> Selection:
    fresh = [Account.get_by_id(row.id) for row in rows]
    return Selection.ticked(Account, {row.id: row.version for row in fresh})


def states() -> set[str]:
    return {account.status for account in Account.select()}


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


# -- the state of accounts -----------------------------------------------------------


@each
def test_accounts_change_their_state_together_and_back(world, verb):
    before, after = VERBS[verb]
    made = in_state(world, before)
    outcome = verb(world.actors["county"], chosen(*made))
    assert (outcome.rows, states()) == (2, {after})
    history.undo(world.actors["county"], newest())
    assert states() == {before}


@each
def test_an_account_in_another_state_refuses_all(world, verb):
    before, _ = VERBS[verb]
    made = in_state(world, before, "pt01") + in_state(world, OPEN if before != OPEN else DISABLED, "pt02")
    with pytest.raises(RuleBroken, match="1 个账号状态不符：pt02"):
        verb(world.actors["county"], chosen(*made))
    assert Account.get(Account.login == "pt01").status == before


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
@each
def test_only_county_and_system_manage_accounts(world, verb, who):
    made = in_state(world, VERBS[verb][0])
    with pytest.raises(NotAllowed):
        verb(world.actors[who], chosen(*made))


@each
def test_a_foreign_account_refuses_all(world, verb):
    before, _ = VERBS[verb]
    made = in_state(world, before)
    with pytest.raises(OutOfScope):
        verb(world.actors["other_county"], chosen(*made))
    assert states() == {before}


def test_an_account_that_reaches_further_is_not_managed(world):
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        at = world.organisations["county"]
        account = ledger.add(Account, login="x", name="x", role=Role.CITY, organisation=at, password_hash="")
    with pytest.raises(OutOfScope, match="不归您管理"):
        account_status.lock(world.actors["county"], chosen(account))


@pytest.mark.parametrize("verb", [account_status.lock, account_status.disable, account_status.renew_many])
def test_nobody_shuts_themselves_out(world, verb):
    account, _ = opened(world, "clerk", "county", Role.COUNTY)
    with pytest.raises(RuleBroken, match="自己的账号"):
        verb(accounts.actor_of(account), chosen(account))


def test_a_colleague_is_managed(world):
    clerk, _ = opened(world, "clerk", "county", Role.COUNTY)
    colleague, _ = opened(world, "colleague", "county", Role.COUNTY)
    account_status.disable(accounts.actor_of(clerk), chosen(colleague))
    assert Account.get_by_id(colleague.id).status == DISABLED


@pytest.mark.parametrize("verb", [account_status.lock, account_status.disable])
def test_sessions_end_and_stay_ended_when_it_is_undone(world, verb):
    account, password = opened(world, "pt01")
    _, token = sessions.sign_in("pt01", password, address="")
    verb(world.actors["county"], chosen(account))
    assert sessions.resume(token, longest=DAY) is None
    history.undo(world.actors["county"], newest())
    assert Account.get_by_id(account.id).status == OPEN
    assert sessions.resume(token, longest=DAY) is None
    assert sessions.sign_in("pt01", password, address="")


def test_an_account_that_moved_on_refuses_all(world):
    account, password = opened(world, "pt01")
    shown = chosen(account)
    sessions.sign_in("pt01", password, address="")
    with pytest.raises(Conflict):
        account_status.lock(world.actors["county"], shown)


# -- new passwords -------------------------------------------------------------------


def test_lost_passwords_are_renewed_together(world):
    made = [opened(world, login) for login in ("pt01", "pt02")]
    _, token = sessions.sign_in("pt01", made[0][1], address="")
    handed = account_status.renew_many(world.actors["county"], chosen(*(account for account, _ in made)))
    assert [account.login for account, _ in handed.passwords] == ["pt01", "pt02"]
    assert sessions.resume(token, longest=DAY) is None
    for account, password in handed.passwords:
        assert sessions.sign_in(account.login, password, address="")
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", made[0][1], address="")


def test_new_passwords_are_kept_nowhere_and_not_undone(world):
    account, _ = opened(world, "pt01")
    handed = account_status.renew_many(world.actors["county"], chosen(account))
    done = newest()
    told = "".join(f"{change.before}{change.after}" for change in Change.select()) + done.sentence
    assert handed.passwords[0][1] not in told
    assert Account.get_by_id(account.id).password_hash not in told
    with pytest.raises(RuleBroken, match="不能撤销"):
        history.undo(world.actors["county"], done)


def test_a_disabled_account_gets_no_password(world):
    [account] = in_state(world, DISABLED, "pt01")
    with pytest.raises(RuleBroken, match="状态不符"):
        account_status.renew_many(world.actors["county"], chosen(account))


@pytest.mark.parametrize(("who", "refusal"), [("a", NotAllowed), ("city", NotAllowed), ("other_county", OutOfScope)])
def test_passwords_are_renewed_by_ones_own_county_alone(world, who, refusal):
    account, _ = opened(world, "pt01")
    with pytest.raises(refusal):
        account_status.renew_many(world.actors[who], chosen(account))


# -- an account for every school --------------------------------------------------------


def codes(handed) -> list[str]:
    return [account.login for account, _ in handed.passwords]


def test_every_open_school_gets_an_account_in_one_operation(world):
    before = Operation.select().count()
    handed = account_status.open_missing(world.actors["county"], expected=3)
    assert codes(handed) == [world.organisations[key].code for key in "abc"]
    assert Operation.select().count() == before + 1
    assert (newest().rows, newest().undoable) == (3, False)
    for account, password in handed.passwords:
        assert account.must_change
        assert sessions.sign_in(account.login, password, address="")[0].account.organisation == account.organisation


def test_schools_that_have_one_or_are_no_more_are_left_out(world):
    opened(world, "pt01", "a")
    opened(world, "centre", "b", Role.TOWNSHIP)
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["c"].id), status="closed")
    handed = account_status.open_missing(world.actors["county"], expected=1)
    assert codes(handed) == [world.organisations["b"].code]
    with pytest.raises(RuleBroken, match="都已有账号"):
        account_status.open_missing(world.actors["county"], expected=0)


def test_a_code_that_is_somebodys_login_gets_a_letter(world):
    opened(world, world.organisations["a"].code, "county", Role.COUNTY)
    handed = account_status.open_missing(world.actors["county"], expected=3)
    assert codes(handed)[0] == f"{world.organisations['a'].code}b"


def test_another_number_than_was_asked_about_is_a_conflict(world):
    with pytest.raises(Conflict):
        account_status.open_missing(world.actors["county"], expected=2)
    assert not Account.select().exists()


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_county_and_system_open_for_all(world, who):
    with pytest.raises(NotAllowed):
        account_status.open_missing(world.actors[who], expected=3)


def test_each_county_opens_for_its_own(world):
    handed = account_status.open_missing(world.actors["other_county"], expected=1)
    assert codes(handed) == [world.organisations["far"].code]


def test_two_clerks_at_once_open_each_account_once(world):
    def attempt(_: int) -> int:
        with db.connection_context():
            try:
                return account_status.open_missing(world.actors["county"], expected=3).rows
            except (Conflict, RuleBroken):
                return 0

    db.close()
    with ThreadPoolExecutor(3) as clerks:
        assert sorted(clerks.map(attempt, range(3))) == [0, 0, 3]
    db.connect()
    assert Account.select().count() == 3


def test_no_password_of_many_is_kept(world):
    handed = account_status.open_missing(world.actors["county"], expected=3)
    told = "".join(f"{change.before}{change.after}" for change in Change.select())
    kept = [account.password_hash for account in Account.select()]
    assert not [secret for secret in (*kept, *(password for _, password in handed.passwords)) if secret in told]
    assert not Session.select().exists()
