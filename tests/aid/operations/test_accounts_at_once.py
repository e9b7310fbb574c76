"""Signing in while somebody closes the account or changes its password; what stands above one's own office."""

from collections.abc import Callable
from threading import Thread
from time import perf_counter, sleep

import pytest

from aid import dialect
from aid.errors import AidError, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import accounts, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, AccountStatus, Operation, Role, db


@pytest.fixture
def opened(world) -> tuple[Account, str]:
    return accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name="王"
    )


def disable(account: Account) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.change(Account.get_by_id(account.id), status=AccountStatus.DISABLED)


def told_to_who_signs_in_meanwhile(password: str, happens: Callable[[], object]) -> list[str]:
    """Sign in as pt01 while `happens` is under way: what the sign-in is refused with, if it is."""
    told: list[str] = []

    def arrive() -> None:
        with db.connection_context():
            try:
                sessions.sign_in("pt01", password, address="")
            except AidError as refusal:
                told.append(str(refusal))

    with dialect.writers_turn():
        thread = Thread(target=arrive)
        thread.start()
        sleep(1)  # it has compared the password by now, and waits for the lock
        happens()
    thread.join(10)
    return told


def test_an_account_closed_while_it_signs_in_stays_out(opened):
    account, password = opened
    assert told_to_who_signs_in_meanwhile(password, lambda: disable(account)) == [sessions.REFUSED]
    assert not Operation.select().where(Operation.sentence == "登录").exists()


def test_a_password_changed_while_it_signs_in_no_longer_opens(world, opened):
    account, password = opened
    told = told_to_who_signs_in_meanwhile(password, lambda: accounts.renew_password(world.actors["county"], account))
    assert told == [sessions.REFUSED]


@pytest.mark.parametrize("closed", [False, True])
def test_a_refused_sign_in_is_in_the_log(opened, caplog, closed):
    account, password = opened
    if closed:
        disable(account)
    with pytest.raises(RuleBroken):
        sessions.sign_in("pt01", password if closed else "wrong password", address="10.0.0.9")
    [record] = [record for record in caplog.records if record.name == sessions.logger.name]
    assert "'pt01' from '10.0.0.9'" in record.getMessage()
    assert password not in record.getMessage()


def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(dear, opened):
    def fastest(login: str) -> float:
        took = []
        for _ in range(3):
            began = perf_counter()
            with pytest.raises(RuleBroken):
                sessions.sign_in(login, "wrong password", address="")
            took.append(perf_counter() - began)
        return min(took)

    assert fastest("nobody") > fastest("pt01") / 4  # without the scrypt key it would be a fiftieth


def test_a_session_is_known_by_what_nobody_can_guess(opened):
    _, password = opened
    tokens = {sessions.sign_in("pt01", password, address="")[1] for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits in base64


def test_an_account_that_reaches_further_is_not_ones_own_to_renew(world):
    """open_account gives no such account; one that came in another way is still not the county's."""
    secret = {"password_hash": ""}
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        at = world.organisations["county"]
        account = ledger.add(Account, login="x", name="x", role=Role.CITY, organisation=at, **secret)
    with pytest.raises(OutOfScope, match="不归您管理"):
        accounts.renew_password(world.actors["county"], account)
