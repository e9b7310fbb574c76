"""Signing in and out, one's own password and one's own sessions (questions 13, 26)."""

import datetime as dt
import hashlib
import logging
import secrets

import peewee as pw

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import Ledger, note, writing
from aid.operations.accounts import actor_of, county_words, end_sessions
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import devices, networks, passwords
from aid.scope import SYSTEM, Actor, Scope, changeable, visible
from aid.selection import Selection
from codes import Event
from models import SLOTS, Account, AccountStatus, Organisation, Region, Result, Role, Session, now

logger = logging.getLogger(__name__)
REFUSED = "登录名或密码不对，或账号已锁定、停用"
LONGEST_DEVICE = Session.device.max_length
FIXED = [field for field in Organisation._meta.sorted_fields if field.name not in SLOTS]


def sign_in(
    login: str, password: str, *, address: str, device: str = "", demands: passwords.Demands = passwords.DEMANDS
) -> tuple[Session, str]:
    """Open a session for the account that `login` and `password` fit; return it with its token, which is kept nowhere.

    `address` is the network address it came from, `device` what the browser calls itself. Every sign-in and every
    refusal is on record.

    Raises RuleBroken with one and the same sentence, after the same time, for an unknown name, a wrong password and a
    locked or disabled account; RuleBroken where a one-time password is older than `demands` says; NotAllowed where the
    organisation's networks do not hold `address`.
    """
    account = _account(login)
    kept = account.password_hash if account else passwords.NOBODY
    if not passwords.fits(password[: passwords.LONGEST], kept) or account.status != AccountStatus.OPEN:
        _refuse(login, account, address=address, why="登录名或密码不对" if account is None else _why(account))
        raise RuleBroken(REFUSED)
    if not networks.allows(_networks(account), address):
        _refuse(login, account, address=address, why="不在允许的网段")
        raise NotAllowed(
            f"{account.organisation}只允许从 {_networks(account)} 登录，您现在的地址是 {address}；"
            "请在本单位的网络中登录，或请上级机构修改登录网段"
        )
    if account.must_change and now() - account.password_at > dt.timedelta(days=demands.one_time_days):
        _refuse(login, account, address=address, why="一次性密码已过期")
        raise RuleBroken(f"一次性密码超过 {demands.one_time_days} 天没有使用，已经失效；请向上级机构要一个新的")
    actor = actor_of(account, address=address)
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        # Read again under the lock: two devices may sign in at once, and the account may just have been disabled.
        account = changeable(Account, actor.scope).where(Account.id == account.id).get()
        if account.status != AccountStatus.OPEN or account.password_hash != kept:
            raise RuleBroken(REFUSED)
        ledger.change(account, last_sign_in=now())
        session, token = _open(ledger, account, device=device)
        ledger.say("登录")
    return session, token


def resume(token: str, *, longest: dt.timedelta) -> Session | None:
    """The open session of `token`, started no longer than `longest` ago, whose account may still sign in from anywhere;
    with its account, organisation and region, in one query.

    Every page asks this, so of the organisation nothing is read that lies in a spare column.
    """
    return (
        Session.select(Session, Account, *FIXED, Region)
        .join(Account)
        .join(Organisation, pw.JOIN.LEFT_OUTER)
        .join(Region, pw.JOIN.LEFT_OUTER, on=Organisation.region)
        .where(Session.digest == _digest(token), Session.ended.is_null(), Session.started > now() - longest)
        .where(Account.status == AccountStatus.OPEN)
        .first()
    )


def sign_out(actor: Actor, session: Session) -> None:
    """End one of one's own sessions, this one or another. Raises OutOfScope for somebody else's."""
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        found = own_sessions(actor).where(Session.id == session.id).get_or_none()
        if found is None:
            raise OutOfScope("没有这个登录，或它已经结束")
        ledger.change(found, ended=now())
        ledger.say("退出登录")


def end_own(actor: Actor, selection: Selection) -> Outcome:
    """End the chosen ones of one's own sessions. Raises OutOfScope where one of them is somebody else's."""
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        ids = selection.resolve(ledger)
        if own_sessions(actor).where(Session.id.in_(ids)).count() < len(ids):
            raise OutOfScope("只能结束自己的、还没有结束的登录")
        rows = ledger.change_where(Session, Session.id.in_(ids), ended=now())
        ledger.say(f"结束本人的 {rows} 个登录")
    return Outcome(ledger.operation.id, rows)


def own_sessions(actor: Actor) -> pw.ModelSelect:
    """One's own sessions that nobody ended, the newest first."""
    mine = changeable(Session, actor.scope).where(Session.account == actor.account_id, Session.ended.is_null())
    return mine.order_by(Session.id.desc())


def session_before(actor: Actor, session: Session) -> Session | None:
    """One's last sign-in before this one, to be shown: who did not do it knows that somebody else did."""
    mine = visible(Session, actor.scope).where(Session.account == actor.account_id, Session.id < session.id)
    return mine.order_by(Session.id.desc()).first()


def came_from(login: str, address: str) -> bool:
    """Whether the account `login` has signed in from `address` before."""
    accounts = visible(Account, SYSTEM.scope).where(Account.login == login.strip().lower()).select(Account.id)
    return visible(Session, SYSTEM.scope).where(Session.account.in_(accounts), Session.address == address).exists()


def change_password(
    actor: Actor,
    account: Account,
    *,
    old: str,
    new: str,
    device: str = "",
    demands: passwords.Demands = passwords.DEMANDS,
) -> tuple[Session, str]:
    """Give one's own account a new password, end all its sessions, and return a new one with its token (question 13).

    Raises OutOfScope for somebody else's account, RuleBroken where `old` is wrong or `new` is too short, too common,
    like a word of the county, below the `demands`, or no change.
    """
    if account.id != actor.account_id:
        raise OutOfScope("只能修改本人的密码")
    if fault := passwords.fault(new, words=county_words(account), demands=demands):
        raise RuleBroken(fault)
    if new == old:
        raise RuleBroken("新密码与原密码相同")
    account = changeable(Account, actor.scope).where(Account.id == account.id).get()
    if not passwords.fits(old[: passwords.LONGEST], account.password_hash):
        raise RuleBroken("原密码不对")
    kept = passwords.hashed(new)
    with writing(actor, Permission.ACCOUNT_SELF, undoable=False) as ledger:
        before, account = account, changeable(Account, actor.scope).where(Account.id == account.id).get()
        if account.password_hash != before.password_hash:
            raise Conflict("密码刚刚在别处改过，请重新登录")
        ledger.change(account, must_change=False, password_hash=kept, password_at=now())
        end_sessions(ledger, account)
        session, token = _open(ledger, account, device=device)
        ledger.say("修改本人密码")
    return session, token


def _account(login: str) -> Account | None:
    query = visible(Account, SYSTEM.scope).where(Account.login == login.strip().lower())
    return query.get_or_none()


def _networks(account: Account) -> str:
    return account.organisation.networks if account.organisation else ""


def _open(ledger: Ledger, account: Account, *, device: str) -> tuple[Session, str]:
    token = secrets.token_urlsafe(32)
    told = devices.called(" ".join(device.split()))[:LONGEST_DEVICE]
    row = ledger.add(Session, account=account, digest=_digest(token), address=ledger.actor.address, device=told)
    return row, token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _why(account: Account) -> str:
    status = AccountStatus(account.status)
    return "密码不对" if status == AccountStatus.OPEN else f"密码不对或账号已{status.label}"


def _refuse(login: str, account: Account | None, *, address: str, why: str) -> None:
    """Put a refused sign-in on record, where the office above can read it.

    A school that nobody has entered yet may still be deleted, so what is tried there is kept under its office.
    """
    logger.warning("sign-in refused: %r from %r", login[:40], address)
    told = "".join(letter for letter in login.strip()[:40] if letter.isprintable())
    place = account.organisation if account else None
    if place is not None and account.last_sign_in is None:
        place = place.parent or place
    actor = Actor(told or "（空）", Role.SCHOOL, Scope("!"), None, place.id if place else None, address)
    note(actor, Event.SIGN_IN, f"登录被拒：{why}", result=Result.REFUSED)
