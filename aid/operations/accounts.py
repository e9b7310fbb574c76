"""Accounts: who may open one for whom, signing in, and one's own password."""

import logging
import re
import secrets

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import LEVEL_DIGITS, SYSTEM, Actor, changeable, scope_of, visible
from models import Account, Organisation, OrganisationKind, Region, RegionLevel, Role, now

logger = logging.getLogger(__name__)
LOGIN = re.compile(r"[a-z0-9_.-]{3,40}")
FIRST_LOGIN = "admin"
REFUSED = "登录名或密码不对，或账号已停用"

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
    with writing(actor, Permission.ACCOUNT_OPEN, undoable=False) as ledger:
        found = changeable(Organisation, actor.scope).where(Organisation.id == organisation.id).get_or_none()
        if found is None or LEVEL_DIGITS.get(role, 12) < LEVEL_DIGITS[actor.role]:
            raise OutOfScope(f"{organisation}的{role.label}账号不在您可以开设的范围内")
        if not _fits(role, found):
            raise RuleBroken(f"{found}不能开设{role.label}账号")
        if visible(Account, SYSTEM.scope).where(Account.login == login).exists():
            raise RuleBroken(f"登录名 {login} 已有人使用，请换一个")
        password = passwords.one_time()
        account = ledger.add(Account, **_new(login, name=name, role=role, password=password), organisation=found)
        ledger.say(f"开设账号 {login}（{found}，{role.label}）")
    return account, password


def renew_password(actor: Actor, account: Account) -> tuple[Account, str]:
    """Give an account whose password is lost a new one-time password, shown once, and end its sessions.

    Raises NotAllowed, and OutOfScope for an account the actor could not open.
    """
    with writing(actor, Permission.ACCOUNT_OPEN, undoable=False) as ledger:
        found = changeable(Account, actor.scope).where(Account.id == account.id).get_or_none()
        if found is None or LEVEL_DIGITS.get(Role(found.role), 12) < LEVEL_DIGITS[actor.role]:
            raise OutOfScope(f"账号 {account} 不归您管理")
        password = passwords.one_time()
        ledger.change(found, must_change=True, **_secrets(password))
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


def sign_in(login: str, password: str, *, address: str) -> Account:
    """The account that `login` and `password` open, its sign-in recorded with the network `address` it came from.

    Raises RuleBroken with one and the same sentence, after the same time, for an unknown name, a wrong password and a
    disabled account.
    """
    account = visible(Account, SYSTEM.scope).where(Account.login == login.strip().lower()).get_or_none()
    kept = account.password_hash if account else passwords.NOBODY
    if not passwords.fits(password[: passwords.LONGEST], kept) or not account.active:
        logger.warning("sign-in refused: %r from %r", login[:40], address)
        raise RuleBroken(REFUSED)
    actor = actor_of(account, address=address)
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        # Read again under the lock: two devices may sign in at once, and the account may just have been disabled.
        account = changeable(Account, actor.scope).where(Account.id == account.id).get()
        if not account.active or account.password_hash != kept:
            raise RuleBroken(REFUSED)
        ledger.change(account, last_sign_in=now())
        ledger.say("登录")
    return account


def change_password(actor: Actor, account: Account, *, old: str, new: str) -> Account:
    """Give one's own account a new password and end its other sessions by a new token; return it as it is now.

    Raises OutOfScope for somebody else's account, RuleBroken where `old` is wrong or `new` is too short, too common,
    like the login or no change.
    """
    if account.id != actor.account_id:
        raise OutOfScope("只能修改本人的密码")
    if fault := passwords.fault(new, account.login):
        raise RuleBroken(fault)
    if new == old:
        raise RuleBroken("新密码与原密码相同")
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        account = changeable(Account, actor.scope).where(Account.id == account.id).get()
        if not passwords.fits(old[: passwords.LONGEST], account.password_hash):
            raise RuleBroken("原密码不对")
        ledger.change(account, must_change=False, **_secrets(new))
        ledger.say("修改本人密码")
    return account


def actor_of(account: Account, *, address: str = "") -> Actor:
    """The one who acts by `account`, from the network `address`. At most one query."""
    organisation = None
    if account.organisation_id is not None:
        query = visible(Organisation, SYSTEM.scope).select(Organisation, Region).join(Region)
        organisation = query.where(Organisation.id == account.organisation_id).get()
    role = Role(account.role)
    return Actor(
        name=account.name,
        role=role,
        scope=scope_of(role, organisation),
        account_id=account.id,
        organisation_id=account.organisation_id,
        address=address,
    )


def _fits(role: Role, organisation: Organisation) -> bool:
    if role == Role.AUDITOR:
        return organisation.kind != OrganisationKind.SCHOOL
    centre_school = organisation.kind == OrganisationKind.SCHOOL and organisation.region.level == RegionLevel.TOWNSHIP
    return KIND_OF.get(role) == organisation.kind or (role == Role.TOWNSHIP and centre_school)


def _new(login: str, *, name: str, role: Role, password: str) -> dict[str, object]:
    return {"login": login, "name": name, "role": role, **_secrets(password)}


def _secrets(password: str) -> dict[str, str]:
    return {"password_hash": passwords.hashed(password), "session_token": secrets.token_urlsafe(32)}
