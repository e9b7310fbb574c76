"""Offices and schools: added by the office above, edited, deleted while nothing hangs on them (questions 5, 16, 21)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.organisation_rules import Wanted, broken, read, refuse_oneself
from aid.outcome import Outcome
from aid.own_columns import own_names, refuse_broken, values_of
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, changeable, visible
from models import (
    Account,
    AidGrant,
    AidItem,
    Beneficiary,
    Change,
    ColumnChoice,
    CountySetting,
    Enrolment,
    ImportRun,
    MadeWorkbook,
    Notice,
    Operation,
    Organisation,
    OrganisationKind,
    OwnColumn,
    PublicNotice,
    RegisterBatch,
    Session,
    Submission,
    Upload,
)

NONE: Mapping[str, Any] = MappingProxyType({})
OWN_DIGITS, LAST_SERIAL = 8, 9999
EDITABLE = ("name", "stage", "region", "networks")
CODE = re.compile(r'"code": ?"([0-9]{12})"')


def add(actor: Actor, office: Organisation, *, own: Mapping[str, Any] = NONE, **values: Any) -> Organisation:
    """Add an organisation under `office`: name, kind, stage, region, networks, and `own` what the county's own columns
    hold. Its code is made by rule (question 5).

    The code is the first 8 digits of the office's and the next serial of four, never one that was ever given out.
    Raises NotAllowed; OutOfScope where office or region are not the actor's; RuleBroken where the kind does not belong
    under the office or into the region, a school has no stage, or a school of that name and stage is there already.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        office = own_office(actor, office.id)
        wanted = replace(_wanted(office, kind=OrganisationKind(values["kind"]), values=values), own=own)
        refuse_broken(Organisation, {}, own)
        _refuse(actor, wanted)
        [row] = add_below(ledger, office, [wanted])
        ledger.say(f"新增机构 {row}，编码 {row.code}")
    return row


def edit(actor: Actor, row: Organisation, *, own: Mapping[str, Any] = NONE, **values: Any) -> Organisation:
    """Change name, stage, region, networks or the county's own columns of `row`, at the version that was shown; return
    it as it is now.

    An office edits what lies below it, not itself: nobody changes their own networks and is shut out. Raises as `add`
    does, and Conflict.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        fresh = ledger.fresh(row)
        refuse_oneself(actor, fresh)
        present = {name: getattr(fresh, name) for name in EDITABLE}
        office = fresh.parent if fresh.parent_id else fresh
        wanted = _wanted(office, kind=OrganisationKind(fresh.kind), values=present | values, itself=fresh)
        wanted = replace(wanted, own=own)
        refuse_broken(Organisation, values_of(fresh), own)
        _refuse(actor, wanted)
        ledger.change(fresh, **wanted.columns)
        ledger.say(f"修改机构 {fresh}")
    return fresh


def add_below(ledger: Ledger, office: Organisation, wanted: Sequence[Wanted]) -> list[Organisation]:
    """Within an operation: add organisations that break no rule under `office`, with codes by rule; return them."""
    codes = _next_codes(office, len(wanted))
    own = own_names(Organisation)
    rows = [
        (
            *(code, one.kind.value, office.id, one.name, one.stage, one.region.id, one.networks),
            *(one.columns.get(name) for name in own),
        )
        for code, one in zip(codes, wanted, strict=True)
    ]
    ledger.add_many(Organisation, ("code", "kind", "parent", "name", "stage", "region", "networks", *own), rows)
    ledger.change(office, last_serial=int(codes[-1][OWN_DIGITS:]))
    new = changeable(Organisation, ledger.actor.scope).where(Organisation.code.in_(codes))
    return list(new.order_by(Organisation.code))


def own_office(actor: Actor, office_id: int) -> Organisation:
    """The office under which the actor adds. Raises OutOfScope where it is not the actor's."""
    found = changeable(Organisation, actor.scope).where(Organisation.id == office_id).get_or_none()
    if found is None:
        raise OutOfScope("上级机构不归您管理")
    return found


def _wanted(
    office: Organisation, *, kind: OrganisationKind, values: dict[str, Any], itself: Organisation | None = None
) -> Wanted:
    """The columns as a form gives them; what is no school has no stage, whatever the form says."""
    stage = read("stage", values.get("stage")) if kind == OrganisationKind.SCHOOL else None
    name, ranges = read("name", values["name"]), read("networks", values.get("networks"))
    return Wanted(office, kind, name=name, stage=stage, region=values["region"], networks=ranges, itself=itself)


def _refuse(actor: Actor, wanted: Wanted) -> None:
    for _, _, refusal in broken(actor, [wanted]):
        raise refusal


def delete(actor: Actor, row: Organisation) -> Outcome:
    """Remove an organisation on which nothing hangs, with accounts that nobody ever used (question 21).

    Raises RuleBroken that names what stands in the way, Conflict, OutOfScope, NotAllowed. An undo brings accounts back
    without a password.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        fresh = ledger.fresh(row)
        refuse_oneself(actor, fresh)
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
        "上报 {} 轮": visible(Submission, everything).where(Submission.school == row),
        "通知 {} 条": visible(Notice, everything).where((Notice.organisation == row) | (Notice.office == row)),
        "学籍 {} 条": visible(Enrolment, everything).where(Enrolment.school == row),
        "登录过的账号 {} 个": used,
        "下级机构 {} 个": visible(Organisation, everything).where(Organisation.parent == row),
        "并入它的机构 {} 个": visible(Organisation, everything).where(Organisation.merged_into == row),
        "名册批次 {} 个": visible(RegisterBatch, everything).where(RegisterBatch.office == row),
        "县的设置 {} 份": visible(CountySetting, everything).where(CountySetting.office == row),
        "自定义列 {} 个": visible(OwnColumn, everything).where(OwnColumn.office == row),
        "资助项目 {} 个": visible(AidItem, everything).where(AidItem.office == row),
        "发放 {} 笔": visible(AidGrant, everything).where(AidGrant.school == row),
        "公示 {} 次": visible(PublicNotice, everything).where(PublicNotice.school == row),
        "导入 {} 次": visible(ImportRun, everything).where(ImportRun.office == row),
        "待导入的表 {} 张": visible(Upload, everything).where(Upload.office == row),
        "记住的列 {} 个": visible(ColumnChoice, everything).where(ColumnChoice.office == row),
        "汇总表 {} 份": visible(MadeWorkbook, everything).where(
            (MadeWorkbook.office == row) | (MadeWorkbook.school == row)
        ),
        "操作记录 {} 条": visible(Operation, everything).where(Operation.organisation == row),
    }
    return [words.format(number) for words, query in counts.items() if (number := query.count())]


def _was_used() -> pw.Expression:
    sessions = visible(Session, SYSTEM.scope).select(Session.account)
    done = visible(Operation, SYSTEM.scope).where(Operation.account.is_null(False)).select(Operation.account)
    return Account.last_sign_in.is_null(False) | Account.id.in_(sessions) | Account.id.in_(done)


# -- codes ---------------------------------------------------------------------------------


def _next_codes(office: Organisation, number: int) -> list[str]:
    """The next codes under the office: above its counter, every code there is, and every code on record of an
    organisation that has gone. Writers queue, so two clerks get two codes."""
    own = office.code[:OWN_DIGITS]
    present = visible(Organisation, SYSTEM.scope).where(Organisation.code.startswith(own))
    codes = {code for (code,) in present.select(Organisation.code).tuples()} | _codes_on_record(own)
    last = max([office.last_serial, *(int(code[OWN_DIGITS:]) for code in codes)])
    if last + number > LAST_SERIAL:
        raise RuleBroken(f"{office}下的 {LAST_SERIAL} 个机构编码都已用完")
    return [f"{own}{serial:04}" for serial in range(last + 1, last + number + 1)]


def _codes_on_record(own: str) -> set[str]:
    gone = visible(Change, SYSTEM.scope).where(
        Change.table == Organisation._meta.table_name, Change.after.contains(f'"{own}')
    )
    found = (CODE.search(text) for (text,) in gone.select(Change.after).tuples())
    return {match[1] for match in found if match and match[1].startswith(own)}
