"""Offices and schools: added by the office above, edited, deleted while nothing hangs on them (questions 5, 16, 21)."""

import re
from collections.abc import Mapping
from typing import Any

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import writing
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import networks
from aid.scope import SYSTEM, Actor, changeable, significant, visible
from models import (
    Account,
    Beneficiary,
    Change,
    Enrolment,
    ImportRun,
    Operation,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Region,
    RegionLevel,
    RegisterBatch,
    Role,
    Session,
    Stage,
)

OWN_DIGITS, LAST_SERIAL = 8, 9999
EDITABLE = ("name", "stage", "region", "networks")
RANKS = tuple(OrganisationKind)  # from the province down to the school
LEVEL_OF = {kind: RegionLevel(kind.value) for kind in OrganisationKind if kind != OrganisationKind.SCHOOL}
CODE = re.compile(r'"code": ?"([0-9]{12})"')


def add(actor: Actor, office: Organisation, **values: Any) -> Organisation:
    """Add an organisation under `office`: name, kind, stage, region, networks. Its code is made by rule (question 5).

    The code is the first 8 digits of the office's and the next serial of four, never one that was ever given out.
    Raises NotAllowed; OutOfScope where office or region are not the actor's; RuleBroken where the kind does not belong
    under the office or into the region, a school has no stage, or a school of that name and stage is there already.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        office = _own(actor, office)
        kind = OrganisationKind(values["kind"])
        if RANKS.index(kind) <= RANKS.index(OrganisationKind(office.kind)) or office.status != OrganisationStatus.OPEN:
            raise RuleBroken(f"{office}下面不能新增{kind.label}机构")
        cleaned = _cleaned(actor, office, kind=kind, values=values)
        code, serial = _next_code(office)
        row = ledger.add(Organisation, code=code, kind=kind, parent=office, **cleaned)
        ledger.change(office, last_serial=serial)
        ledger.say(f"新增机构 {row}，编码 {code}")
    return row


def edit(actor: Actor, row: Organisation, **values: Any) -> Organisation:
    """Change name, stage, region or networks of `row`, at the version that was shown; return it as it is now.

    An office edits what lies below it, not itself: nobody changes their own networks and is shut out. Raises as `add`
    does, and Conflict.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        fresh = ledger.fresh(row)
        _refuse_oneself(actor, fresh)
        kind = OrganisationKind(fresh.kind)
        present = {name: getattr(fresh, name) for name in EDITABLE}
        office = fresh.parent if fresh.parent_id else fresh
        cleaned = _cleaned(actor, office, kind=kind, values=present | values, itself=fresh)
        ledger.change(fresh, **cleaned)
        ledger.say(f"修改机构 {fresh}")
    return fresh


def delete(actor: Actor, row: Organisation) -> Outcome:
    """Remove an organisation on which nothing hangs, with accounts that nobody ever used (question 21).

    Raises RuleBroken that names what stands in the way, Conflict, OutOfScope, NotAllowed. An undo brings accounts back
    without a password.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        fresh = ledger.fresh(row)
        _refuse_oneself(actor, fresh)
        if told := in_the_way(fresh):
            raise RuleBroken(f"{fresh}不能删除：{'、'.join(told)}；请改用合并或撤销")
        accounts = [account.id for account in visible(Account, actor.scope).where(Account.organisation == fresh)]
        ledger.remove_many(Account, accounts)
        ledger.remove(fresh)
        also = f"，连同没有用过的账号 {len(accounts)} 个" if accounts else ""
        ledger.say(f"删除机构 {fresh}（{fresh.code}）{also}")
    return Outcome(ledger.operation.id, 1 + len(accounts))


def in_the_way(row: Organisation) -> list[str]:
    """What keeps an organisation from being deleted, each with its number: children, accounts in use, and so on.

    Whoever may delete it is told of all that hangs on it, readable or not.
    """
    everything = SYSTEM.scope
    used = visible(Account, everything).where(Account.organisation == row, _was_used())
    counts = {
        "名单上的学生 {} 条": visible(Beneficiary, everything).where(Beneficiary.school == row),
        "学籍 {} 条": visible(Enrolment, everything).where(Enrolment.school == row),
        "登录过的账号 {} 个": used,
        "下级机构 {} 个": visible(Organisation, everything).where(Organisation.parent == row),
        "并入它的机构 {} 个": visible(Organisation, everything).where(Organisation.merged_into == row),
        "名册批次 {} 个": visible(RegisterBatch, everything).where(RegisterBatch.office == row),
        "导入 {} 次": visible(ImportRun, everything).where(ImportRun.office == row),
        "操作记录 {} 条": visible(Operation, everything).where(Operation.organisation == row),
    }
    return [words.format(number) for words, query in counts.items() if (number := query.count())]


def _was_used() -> pw.Expression:
    sessions = visible(Session, SYSTEM.scope).select(Session.account)
    done = visible(Operation, SYSTEM.scope).where(Operation.account.is_null(False)).select(Operation.account)
    return Account.last_sign_in.is_null(False) | Account.id.in_(sessions) | Account.id.in_(done)


def _own(actor: Actor, office: Organisation) -> Organisation:
    found = changeable(Organisation, actor.scope).where(Organisation.id == office.id).get_or_none()
    if found is None:
        raise OutOfScope(f"{office}不归您管理")
    return found


def _refuse_oneself(actor: Actor, row: Organisation) -> None:
    if actor.role != Role.SYSTEM and row.id == actor.organisation_id:
        raise RuleBroken("本机构的资料由上级机构或系统管理员修改")


# -- what the columns may be -----------------------------------------------------------


def _cleaned(
    actor: Actor,
    office: Organisation,
    *,
    kind: OrganisationKind,
    values: Mapping[str, Any],
    itself: Organisation | None = None,
) -> dict[str, Any]:
    name, region = " ".join(str(values["name"]).split()), values["region"]
    if not 0 < len(name) <= Organisation.name.max_length:
        raise RuleBroken(f"请填写机构名称，最多 {Organisation.name.max_length} 个字")
    stage = Stage(values["stage"]) if values.get("stage") and kind == OrganisationKind.SCHOOL else None
    if kind == OrganisationKind.SCHOOL and stage is None:
        raise RuleBroken("学校必须填写学段；一校两个学段的，分两个机构开设")
    if not region.code.startswith(max(significant(office.region.code), actor.scope.prefix, key=len)):
        raise OutOfScope(f"{region}不在{office}的管理范围内")
    if kind in LEVEL_OF and region.level != LEVEL_OF[kind]:
        raise RuleBroken(f"{kind.label}机构的区划应是{LEVEL_OF[kind].label}级，{region}不是")
    _refuse_twin(name, stage, region, itself=itself)
    return {"name": name, "stage": stage, "region": region, "networks": _networks(values.get("networks") or "")}


def _networks(text: str) -> str:
    try:
        written = networks.written(text)
    except ValueError as fault:
        raise RuleBroken(f"登录网段：{fault}") from fault
    if len(written) > Organisation.networks.max_length:
        raise RuleBroken("登录网段太多，请合并成较大的网段")
    return written


def _refuse_twin(name: str, stage: Stage | None, region: Region, *, itself: Organisation | None) -> None:
    """One name and stage once in a county; the same name with another stage is another organisation (16, 27)."""
    county = Region.code.startswith(region.code[:6])
    places = visible(Region, SYSTEM.scope).where(county).select(Region.id)
    twins = visible(Organisation, SYSTEM.scope).where(
        Organisation.name == name,
        Organisation.stage.is_null() if stage is None else Organisation.stage == stage,
        Organisation.status == OrganisationStatus.OPEN,
        Organisation.region.in_(places),
        Organisation.id != (itself.id if itself else 0),
    )
    if twin := twins.first():
        raise RuleBroken(f"{twin}已经有了，编码 {twin.code}；同名不同学段的才另开")


# -- codes ---------------------------------------------------------------------------------


def _next_code(office: Organisation) -> tuple[str, int]:
    """The next code under the office and its serial: above its counter, every code there is, and every code on record
    of an organisation that has gone. Writers queue, so two clerks get two codes."""
    own = office.code[:OWN_DIGITS]
    present = visible(Organisation, SYSTEM.scope).where(Organisation.code.startswith(own))
    codes = {code for (code,) in present.select(Organisation.code).tuples()} | _codes_on_record(own)
    serial = max([office.last_serial, *(int(code[OWN_DIGITS:]) for code in codes)]) + 1
    if serial > LAST_SERIAL:
        raise RuleBroken(f"{office}下的 {LAST_SERIAL} 个机构编码都已用完")
    return f"{own}{serial:04}", serial


def _codes_on_record(own: str) -> set[str]:
    gone = visible(Change, SYSTEM.scope).where(
        Change.table == Organisation._meta.table_name, Change.after.contains(f'"{own}')
    )
    found = (CODE.search(text) for (text,) in gone.select(Change.after).tuples())
    return {match[1] for match in found if match and match[1].startswith(own)}
