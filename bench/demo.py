"""The demonstration county of `make demo`: made by the generator, taken in through the real imports."""

from collections.abc import Callable
from pathlib import Path

import peewee as pw

from aid.errors import RuleBroken
from aid.imports import run_import
from aid.operations.accounts import actor_of, open_account, renew_password
from aid.operations.matching import match
from aid.scope import SYSTEM, Actor, visible
from bench.county import make_county
from models import Account, Beneficiary, Organisation, OrganisationKind, OrganisationStatus, Role

CLERK, TOWNSHIP, SCHOOLS = "demo-county", "demo-township", ("demo-school-1", "demo-school-2")
BATCH = "2026秋"


def prepare(folder: Path, say: Callable[[str], None]) -> list[tuple[Account, str]]:
    """Make the county in the open database where it is not there yet; its four accounts with fresh passwords.

    Every step can be taken again, so that one that was interrupted goes on where it stopped.
    Raises RuleBroken where the database already holds a county of somebody else's.
    """
    if not folder.exists() and visible(Organisation, SYSTEM.scope).exists():
        raise RuleBroken("这个 DATA_DIR 里已有别的县的数据，演示县请放在另一个文件夹：DATA_DIR=… make demo")
    if visible(Account, SYSTEM.scope).where(Account.login == SCHOOLS[-1]).exists():
        say(f"演示县已经在库中（要从头再来，先删除 {folder.parent}）。各账号换了新密码：")
        return [_account(login) for login in (CLERK, TOWNSHIP, *SCHOOLS)]
    say("正在生成演示县……")
    make_county(folder)
    for slug in ("regions", "organisations"):
        run_import(SYSTEM, slug, folder / f"{slug}.xlsx", file_name=f"{slug}.xlsx", batch="")
    [office] = visible(Organisation, SYSTEM.scope).where(Organisation.kind == OrganisationKind.COUNTY)
    clerk = _account(CLERK, role=Role.COUNTY, organisation=office, name="县级经办人")
    actor = actor_of(clerk[0], address="make demo")
    say("正在导入名册和学籍，匹配下发……")
    for slug, batch in (("register", BATCH), ("roll", "")):
        run_import(actor, slug, folder / f"{slug}.xlsx", file_name=f"{slug}.xlsx", batch=batch)
    match(actor)
    return [clerk, *_township_accounts(actor)]


def _township_accounts(actor: Actor) -> list[tuple[Account, str]]:
    """Two schools of one township with long lists, and the township above them."""
    longest = (
        visible(Organisation, actor.scope)
        .join(Beneficiary, on=(Beneficiary.school == Organisation.id))
        .where(Organisation.status == OrganisationStatus.OPEN)
        .group_by(Organisation)
        .order_by(pw.fn.COUNT(Beneficiary.id).desc(), Organisation.code)
    )
    first, second = longest.where(Organisation.region == longest.get().region).limit(2)
    at_place = visible(Organisation, actor.scope).where(Organisation.region == first.region)
    centre = at_place.where(Organisation.kind == OrganisationKind.TOWNSHIP).get_or_none() or first
    schools = zip(SCHOOLS, (first, second), strict=True)
    return [
        _account(TOWNSHIP, role=Role.TOWNSHIP, organisation=centre, name="中心校经办人"),
        *(_account(login, role=Role.SCHOOL, organisation=school, name=f"{school}经办人") for login, school in schools),
    ]


def _account(login: str, **opening: object) -> tuple[Account, str]:
    """The account `login`, opened where there is none, with a fresh one-time password."""
    account = visible(Account, SYSTEM.scope).where(Account.login == login).get_or_none()
    return renew_password(SYSTEM, account) if account else open_account(SYSTEM, login=login, **opening)
