"""Schools that end: merged into another, or closed (question 38)."""

from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.errors import RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.accounts import end_sessions
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import mergers
from aid.scope import Actor, Scope, changeable, visible
from models import (
    Account,
    AccountStatus,
    Beneficiary,
    CheckState,
    Enrolment,
    InvalidReason,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Role,
    now,
)

CLOSED_REMARK = "学校撤销"


@dataclass(frozen=True)
class Preview:
    """What follows a school: rows on its list, the live ones of them, places on the roll, accounts that are not
    disabled; and, for a merger, the live rows whose child is on the other school's list already, and the accounts that
    stay behind with their township."""

    rows: int
    live: int
    enrolments: int
    accounts: int
    doubled: int = 0
    staying: int = 0


def preview(actor: Actor, school: Organisation, into: Organisation | None = None) -> Preview:
    """The numbers that a question about merging or closing `school` names.

    Raises RuleBroken where the two can never be merged: they are the same, or one is no open school.
    """
    if into is not None:
        _refuse_pair(school, into)
    accounts = _accounts(actor, school)
    following = accounts.where(_follows(school, into)) if into else accounts
    rows = visible(Beneficiary, actor.scope).where(Beneficiary.school == school)
    live = rows.where(Beneficiary.state != CheckState.INVALID)
    there = visible(Beneficiary, actor.scope).where(Beneficiary.school == into, Beneficiary.id_number != "")
    numbers = there.where(Beneficiary.state != CheckState.INVALID).select(Beneficiary.id_number)
    return Preview(
        rows=rows.count(),
        live=live.count(),
        enrolments=visible(Enrolment, actor.scope).where(Enrolment.school == school).count(),
        accounts=following.count(),
        doubled=live.where(Beneficiary.id_number.in_(numbers)).count() if into else 0,
        staying=accounts.count() - following.count(),
    )


def merge(actor: Actor, school: Organisation, into: Organisation, *, across_stages: bool = False) -> Outcome:
    """Merge `school` into `into`: children, places on the roll and accounts follow; one operation, to be undone whole.

    Both are open schools of the actor's, at the versions that were shown. Two stages are two organisations, often of
    one name (16, 27): they are merged only where `across_stages` says that it is meant. Raises RuleBroken otherwise,
    Conflict, OutOfScope, NotAllowed.
    """
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        school, into = ledger.fresh(school), ledger.fresh(into)
        _refuse_pair(school, into)
        if school.stage != into.stage and not across_stages:
            raise RuleBroken(f"{school}和{into}学段不同，是两个机构；确实要合并，请勾选“学段不同，仍要合并”")
        moved = _move_enrolments(ledger, school, into)
        rows = ledger.change_where(Beneficiary, Beneficiary.school == school, school=into)
        following = (Account.organisation == school, _follows(school, into))
        accounts = ledger.change_where(Account, *following, organisation=into)
        ledger.change(school, status=OrganisationStatus.MERGED, merged_into=into)
        ledger.say(f"{school}并入{into}：名单 {rows} 条、学籍 {moved} 条、账号 {accounts} 个随迁")
    return Outcome(ledger.operation.id, rows)


def close(actor: Actor, school: Organisation) -> Outcome:
    """Close `school`: its live rows become 无效（不在本校）, so that its children are unplaced again; its accounts are
    disabled. One operation, to be undone whole, sessions apart. Raises as `merge` does."""
    with writing(actor, Permission.ORGANISATION_WRITE) as ledger:
        school = ledger.fresh(school)
        _refuse_ended(school)
        rows = ledger.change_where(
            Beneficiary,
            Beneficiary.school == school,
            Beneficiary.state != CheckState.INVALID,
            state=CheckState.INVALID,
            invalid_reason=InvalidReason.ELSEWHERE,
            remark=CLOSED_REMARK,
            checked_by=actor.name,
            checked_at=now(),
        )
        accounts = list(_accounts(actor, school))
        ids = [account.id for account in accounts]
        ledger.change_where(Account, dialect.listed(Account.id, ids), status=AccountStatus.DISABLED)
        end_sessions(ledger, *accounts)
        ledger.change(school, status=OrganisationStatus.CLOSED)
        ledger.say(f"撤销学校 {school}：名单 {rows} 条转为未匹配，停用账号 {len(accounts)} 个")
    return Outcome(ledger.operation.id, rows)


def followed(scope: Scope) -> dict[int, int]:
    """For each merged school in `scope` the open school there that it has become."""
    columns = (Organisation.id, Organisation.status, Organisation.merged_into)
    rows = list(visible(Organisation, scope).select(*columns).tuples())
    merged = {school: into for school, status, into in rows if status == OrganisationStatus.MERGED}
    closed = [school for school, status, _ in rows if status == OrganisationStatus.CLOSED]
    own = {school for school, *_ in rows}
    return {school: end for school, end in mergers.followed(merged, closed).items() if end in own}


def _accounts(actor: Actor, school: Organisation) -> pw.ModelSelect:
    mine = changeable(Account, actor.scope).where(Account.organisation == school)
    return mine.where(Account.status != AccountStatus.DISABLED)


def _follows(school: Organisation, into: Organisation) -> pw.Expression:
    """Which accounts of `school` go to `into`: all, but for one that follows the schools of its township, which would
    see another township's children there."""
    return (Account.role != Role.TOWNSHIP) | (school.region_id == into.region_id)


def _refuse_pair(school: Organisation, into: Organisation) -> None:
    _refuse_ended(school, into)
    if school == into:
        raise RuleBroken("不能并入自己，请另选一所学校")


def _refuse_ended(*schools: Organisation) -> None:
    for school in schools:
        if school.kind != OrganisationKind.SCHOOL or school.status != OrganisationStatus.OPEN:
            raise RuleBroken(f"{school}不是正常的学校，不能合并或撤销")


def _move_enrolments(ledger: Ledger, school: Organisation, into: Organisation) -> int:
    """Places on the roll follow; a child with one at both schools keeps both, told apart by `nth`."""
    fields = (Enrolment.id, Enrolment.id_number, Enrolment.nth)
    mine = changeable(Enrolment, ledger.actor.scope)
    taken: dict[str, int] = {}
    for _, number, nth in mine.where(Enrolment.school == into).select(*fields).tuples():
        taken[number] = max(nth, taken.get(number, 0))
    moves = {}
    for row_id, number, nth in mine.where(Enrolment.school == school).select(*fields).order_by(Enrolment.id).tuples():
        moves[row_id] = {"school": into.id} | ({"nth": taken[number] + nth} if number in taken else {})
    return ledger.change_many(Enrolment, moves)
