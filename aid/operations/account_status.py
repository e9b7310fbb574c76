"""Locking, disabling and handing out passwords for many accounts at once (question 30).

Whoever may, may it for the accounts of the offices and schools below, and for colleagues; not for oneself.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from aid import dialect
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.accounts import account_values, end_sessions, manages
from aid.outcome import Handed, Outcome
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import SYSTEM, Actor, changeable, visible, within
from aid.selection import Selection
from models import Account, AccountStatus, Organisation, OrganisationKind, OrganisationStatus, Role

FIELDS = Account._meta.fields
OPEN, LOCKED, DISABLED = AccountStatus.OPEN, AccountStatus.LOCKED, AccountStatus.DISABLED
ENDS = ("", *"bcdefghjkmnpqrstuvwxyz")  # behind a code that is somebody's login already
NAMED = 3  # accounts a refusal names before it only counts


def lock(actor: Actor, rows: Selection) -> Outcome:
    """Lock the chosen accounts, which are 正常, for a while: nobody signs in by them, and their sessions end.

    All or nothing: raises NotAllowed, OutOfScope for an account that is not the actor's to manage, RuleBroken for
    one's own and for one in another state, and what Selection.resolve raises. An undo gives the state back, not the
    sessions.
    """
    return _become(actor, rows, status=LOCKED, only=(OPEN,))


def unlock(actor: Actor, rows: Selection) -> Outcome:
    """Locked accounts may sign in again. Raises as `lock` does."""
    return _become(actor, rows, status=OPEN, only=(LOCKED,))


def disable(actor: Actor, rows: Selection) -> Outcome:
    """Close the chosen accounts for good; their history stays. Raises as `lock` does."""
    return _become(actor, rows, status=DISABLED, only=(OPEN, LOCKED))


def enable(actor: Actor, rows: Selection) -> Outcome:
    """Disabled accounts are 正常 again. Raises as `lock` does."""
    return _become(actor, rows, status=OPEN, only=(DISABLED,))


def renew_many(actor: Actor, rows: Selection) -> Handed:
    """Give each chosen account a new one-time password and end its sessions; they are kept nowhere else.

    Raises as `lock` does; disabled accounts are refused. Not to be undone.
    """
    made = _made(rows.expected)
    with writing(actor, Permission.ACCOUNT_MANAGE, undoable=False) as ledger:
        accounts = _chosen(ledger, rows, only=(OPEN, LOCKED))
        fresh = {account.id: {"must_change": True, **kept} for account, (_, kept) in zip(accounts, made, strict=True)}
        ledger.change_many(Account, {row_id: _stored(values) for row_id, values in fresh.items()})
        end_sessions(ledger, *accounts)
        ledger.say(f"换一次性密码：{len(accounts)} 个账号")
    told = tuple((account, password) for account, (password, _) in zip(accounts, made, strict=True))
    return Handed(ledger.operation.id, len(told), passwords=told)


def schools_without(actor: Actor) -> list[Organisation]:
    """The open schools in the actor's place that no account of the kind 学校 belongs to, by code."""
    accounts = visible(Account, actor.scope).where(Account.role == Role.SCHOOL).select(Account.organisation)
    schools = changeable(Organisation, actor.scope).where(
        Organisation.kind == OrganisationKind.SCHOOL,
        Organisation.status == OrganisationStatus.OPEN,
        Organisation.id.not_in(accounts),
    )
    return list(schools.order_by(Organisation.code))


def open_missing(actor: Actor, *, expected: int) -> Handed:
    """Open an account for every open school that has none: one operation, its login the school's code.

    `expected` is the number of schools that the question named. Raises NotAllowed, RuleBroken where there is none,
    Conflict where it is another number by now. Not to be undone; an account can be disabled.
    """
    actor.demand(Permission.ACCOUNT_OPEN)
    schools = schools_without(actor)
    if not schools:
        raise RuleBroken("每所正常的学校都已有账号，没有要开设的")
    made = _made(len(schools))
    with writing(actor, Permission.ACCOUNT_OPEN, undoable=False) as ledger:
        if len(schools) != expected or schools_without(actor) != schools:
            raise Conflict("打开页面之后没有账号的学校有了变化，未开设任何账号；请刷新后再试")
        logins = _free_logins([school.code for school in schools])
        _add(ledger, schools, logins=logins, made=made)
        ledger.say(f"批量开设学校账号：{len(schools)} 个")
    found = {account.login: account for account in visible(Account, actor.scope).where(Account.login.in_(logins))}
    told = tuple((found[login], password) for login, (password, _) in zip(logins, made, strict=True))
    return Handed(ledger.operation.id, len(told), passwords=told)


Made = tuple[str, dict[str, object]]  # a one-time password, and what an account keeps of it


def _made(number: int) -> list[Made]:
    """One-time passwords with what is kept of them: hashing lets other threads run, and nobody waits to write yet."""
    fresh = [passwords.one_time() for _ in range(number)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(zip(fresh, pool.map(account_values, fresh), strict=True))


def _free_logins(codes: Sequence[str]) -> list[str]:
    """Each code, with a letter behind it where somebody has that login."""
    taken = {login for (login,) in visible(Account, SYSTEM.scope).select(Account.login).tuples()}
    return [next(code + end for end in ENDS if code + end not in taken) for code in codes]


def _stored(values: Mapping[str, object]) -> dict[str, object]:
    return {name: FIELDS[name].db_value(value) for name, value in values.items()}


def _add(ledger: Ledger, schools: Sequence[Organisation], *, logins: Sequence[str], made: Sequence[Made]) -> None:
    kept = list(made[0][1])
    names = [str(school)[: FIELDS["name"].max_length] for school in schools]
    rows = [
        (login, name, Role.SCHOOL.value, school.id, *_stored(values).values())
        for school, login, name, (_, values) in zip(schools, logins, names, made, strict=True)
    ]
    ledger.add_many(Account, ["login", "name", "role", "organisation", *kept], rows)


def _become(actor: Actor, rows: Selection, *, status: AccountStatus, only: Collection[AccountStatus]) -> Outcome:
    with writing(actor, Permission.ACCOUNT_MANAGE) as ledger:
        accounts = _chosen(ledger, rows, only=only)
        ids = [account.id for account in accounts]
        changed = ledger.change_where(Account, dialect.listed(Account.id, ids), status=status)
        if status != OPEN:
            end_sessions(ledger, *accounts)
        ledger.say(f"{changed} 个账号改为{status.label}：{'、'.join(account.login for account in accounts)}")
    return Outcome(ledger.operation.id, changed)


def _chosen(ledger: Ledger, rows: Selection, *, only: Collection[AccountStatus]) -> list[Account]:
    actor, ids = ledger.actor, rows.resolve(ledger)
    accounts = list(within(changeable(Account, actor.scope), ids).order_by(Account.login))
    if not all(manages(actor, account.role) for account in accounts):
        raise OutOfScope("所选账号里有不归您管理的，未作任何改动")
    if actor.account_id in ids:
        raise RuleBroken("不能对自己的账号这样做，请由上级机构或同事办理；未作任何改动")
    if others := [account for account in accounts if account.status not in only]:
        told = "、".join(f"{account.login}（{AccountStatus(account.status).label}）" for account in others[:NAMED])
        raise RuleBroken(f"所选有 {len(others)} 个账号状态不符：{told}；未作任何改动")
    return accounts
