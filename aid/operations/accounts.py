"""Accounts: who may open one for whom, and who acts by one (questions 12, 30)."""

import re

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.school_year import setting_of
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import LEVEL_DIGITS, SYSTEM, Actor, changeable, scope_of, visible
from models import Account, AccountStatus, Organisation, OrganisationKind, Region, RegionLevel, Role, Session, now

LOGIN = re.compile(r"[a-z0-9_.-]{3,40}")
FIRST_LOGIN = "admin"
# Where their county has switched it on.
TOWNSHIPS_MAY = frozenset({Permission.BENEFICIARY_CHECK, Permission.BENEFICIARY_SUPPLEMENT, Permission.PROOF_ADD})

KIND_OF = {
    Role.PROVINCE: OrganisationKind.PROVINCE,
    Role.CITY: OrganisationKind.CITY,
    Role.COUNTY: OrganisationKind.COUNTY,
    Role.TOWNSHIP: OrganisationKind.TOWNSHIP,
    Role.SCHOOL: OrganisationKind.SCHOOL,
}


def open_account(actor: Actor, *, organisation: Organisation, role: Role, login: str, name: str) -> tuple[Account, str]:
    """Open an account and return it with its one-time password, which is kept nowhere and cannot be shown again.

    `login` is 3–40 of a–z 0–9 _ . - and taken by nobody. Raises RuleBroken where it is not, or where `role` does not
    fit the kind of `organisation`; OutOfScope where the organisation, or the reach of the role, is not the actor's.
    """
    login, name = login.strip().lower(), name.strip()
    if not LOGIN.fullmatch(login):
        raise RuleBroken("登录名须为 3–40 位小写字母、数字或 _ . -")
    if not 0 < len(name) <= 40:
        raise RuleBroken("请填写姓名，最多 40 个字")
    password = passwords.one_time()
    new = _new(login, name=name, role=role, password=password)  # hashing takes its time: not while others wait to write
    with writing(actor, Permission.ACCOUNT_OPEN, undoable=False) as ledger:
        found = changeable(Organisation, actor.scope).where(Organisation.id == organisation.id).get_or_none()
        if found is None or not manages(actor, role):
            raise OutOfScope(f"{organisation}的{role.label}账号不在您可以开设的范围内")
        if not _fits(role, found):
            raise RuleBroken(f"{found}不能开设{role.label}账号")
        if visible(Account, SYSTEM.scope).where(Account.login == login).exists():
            raise RuleBroken(f"登录名 {login} 已有人使用，请换一个")
        account = ledger.add(Account, **new, organisation=found)
        ledger.say(f"开设账号 {login}（{found}，{role.label}）")
    return account, password


def renew_password(actor: Actor, account: Account) -> tuple[Account, str]:
    """Give an account whose password is lost a new one-time password, shown once, and end its sessions.

    Raises NotAllowed, and OutOfScope for an account the actor could not open.
    """
    password = passwords.one_time()
    new = account_values(password)
    with writing(actor, Permission.ACCOUNT_MANAGE, undoable=False) as ledger:
        found = changeable(Account, actor.scope).where(Account.id == account.id).get_or_none()
        if found is None or not manages(actor, found.role):
            raise OutOfScope(f"账号 {account} 不归您管理")
        ledger.change(found, must_change=True, **new)
        end_sessions(ledger, found)
        ledger.say(f"账号 {found} 换一次性密码")
    return found, password


def first_account(actor: Actor = SYSTEM) -> tuple[Account, str]:
    """The server's first account, of the system administrator, with its one-time password.

    Raises RuleBroken on a database that has any account.
    """
    with writing(actor, Permission.ACCOUNT_OPEN, undoable=False) as ledger:
        if visible(Account, actor.scope).exists():
            raise RuleBroken("已有账号，不能再建首个账号")
        password = passwords.one_time()
        account = ledger.add(Account, **_new(FIRST_LOGIN, name=Role.SYSTEM.label, role=Role.SYSTEM, password=password))
        ledger.say(f"建立首个账号 {FIRST_LOGIN}")
    return account, password


def manages(actor: Actor, role: str) -> bool:
    """Whether accounts of this role are the actor's to manage: their own level or below, wherever the account is."""
    return LEVEL_DIGITS.get(Role(role), 12) >= LEVEL_DIGITS[actor.role]


def account_values(password: str) -> dict[str, object]:
    """What an account keeps of `password`, set now."""
    return {"password_hash": passwords.hashed(password), "password_at": now()}


def end_sessions(ledger: Ledger, *accounts: Account) -> int:
    """Within an operation that takes accounts their way in: end their sessions; return how many."""
    mine = Session.account.in_([account.id for account in accounts])
    return ledger.change_where(Session, mine, Session.ended.is_null(), ended=now())


def actor_of(account: Account, *, address: str = "") -> Actor:
    """The one who acts by `account`, from the network `address`."""
    organisation, role = account.organisation, Role(account.role)
    scope = scope_of(role, organisation)
    setting = setting_of(scope) if role == Role.TOWNSHIP else None
    return Actor(
        name=account.name,
        role=role,
        scope=scope,
        account_id=account.id,
        organisation_id=account.organisation_id,
        address=address,
        further=TOWNSHIPS_MAY if setting is not None and setting.townships_check else frozenset(),
    )


def account_called(login: str) -> Account:
    """The open account with this login, wherever it is. Raises OutOfScope where there is none."""
    found = visible(Account, SYSTEM.scope).where(Account.login == login, Account.status == AccountStatus.OPEN)
    account = found.get_or_none()
    if account is None:
        raise OutOfScope(f"没有登录名为“{login}”的启用账号")
    return account


def county_words(account: Account) -> tuple[str, ...]:
    """The names that a password of this account must not be made of: login, person, organisation and its places."""
    words = [account.login, account.name]
    if account.organisation is not None:
        words.append(account.organisation.name)
        codes = {account.organisation.region.code[:digits].ljust(12, "0") for digits in (2, 4, 6, 9, 12)}
        words += [region.name for region in visible(Region, SYSTEM.scope).where(Region.code.in_(codes))]
    return tuple(words)


def _fits(role: Role, organisation: Organisation) -> bool:
    if role == Role.AUDITOR:
        return organisation.kind != OrganisationKind.SCHOOL
    centre_school = organisation.kind == OrganisationKind.SCHOOL and organisation.region.level == RegionLevel.TOWNSHIP
    return KIND_OF.get(role) == organisation.kind or (role == Role.TOWNSHIP and centre_school)


def _new(login: str, *, name: str, role: Role, password: str) -> dict[str, object]:
    return {"login": login, "name": name, "role": role, **account_values(password)}
