"""Handing in (上报) and deciding (审核): what a school has checked goes to its county, which accepts it or returns it.

A row is handed in once it is checked, goes into the next round when it was not in one or was returned and looked at
again, and is locked for its school while the county has it and once it is accepted (aid.locks).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.history import may_undo
from aid.operations.proofs import lacks_proof
from aid.operations.rounds import code_of, next_round, recount
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.scope import Actor, Scope, changeable, visible, within
from aid.selection import Selection
from aid.trace import last_operations
from codes import ReportState
from models import Beneficiary, CheckState, Operation, Organisation, Submission, now

LONGEST = Beneficiary.report_remark.max_length
READY = (Beneficiary.state != CheckState.UNCHECKED) & (Beneficiary.report == ReportState.OPEN)
UNPROVEN = READY & (Beneficiary.state != CheckState.INVALID) & (lacks_proof() == pw.Value(True))
NAMED = 3


@dataclass(frozen=True)
class Readiness:
    """What a school would hand in now, by state of check, and what it would not: rows still `unchecked`, and rows that
    were `returned` and not looked at since. `waiting` and `accepted` are with the county already. `unproven` of those
    that would go in still lack a proof that the rules want, and go in all the same."""

    unchanged: int = 0
    updated: int = 0
    invalid: int = 0
    unchecked: int = 0
    returned: int = 0
    waiting: int = 0
    accepted: int = 0
    unproven: int = 0

    @property
    def rows(self) -> int:
        return self.unchanged + self.updated + self.invalid


def readiness(scope: Scope, school: Organisation) -> Readiness:
    """What `school`, one of the scope's own, would hand in now; one GROUP BY."""
    rows = changeable(Beneficiary, scope).where(Beneficiary.school == school)
    groups = (Beneficiary.state, Beneficiary.report)
    counts = {"waiting": 0, "accepted": 0, "returned": 0, "unproven": 0} | {state.value: 0 for state in CheckState}
    elsewhere = {ReportState.HANDED_IN: "waiting", ReportState.ACCEPTED: "accepted", ReportState.RETURNED: "returned"}
    unproven = pw.fn.SUM(pw.Case(None, [(UNPROVEN, 1)], 0))
    columns = (*groups, pw.fn.COUNT(Beneficiary.id), unproven)
    for state, report, number, without in rows.select(*columns).group_by(*groups).tuples():
        counts[elsewhere.get(report, state)] += number
        counts["unproven"] += without
    return Readiness(**counts)


def ready(school: Organisation) -> pw.Expression:
    """The rows that `school` would hand in."""
    return (Beneficiary.school == school) & READY


def hand_in(actor: Actor, school: Organisation, *, shown_at: int, expected: int, remark: str = "") -> Submission:
    """Hand in what `school` has checked as its next round; return the round.

    `shown_at` is the newest Operation id when the page was made, `expected` how many rows it said would go in. Raises
    Conflict where these are not the rows that were shown, RuleBroken where there is nothing to hand in, OutOfScope.
    """
    remark = _sentence(remark)
    with writing(actor, Permission.SUBMISSION_HAND_IN) as ledger:
        school = own_school(actor.scope, school.id)
        ids = Selection.filtered(Beneficiary, where=ready(school), shown_at=shown_at, expected=expected).resolve(ledger)
        found = readiness(actor.scope, school)
        if not ids:
            raise RuleBroken(_why_nothing(found))
        number = next_round(school)
        counts = {name: getattr(found, name) for name in ("unchanged", "updated", "invalid", "unchecked")}
        round_of = {"code": code_of(school, number), "school": school, "round": number, "rows": len(ids)}
        submission = ledger.add(Submission, **round_of, **counts, remark=remark, handed_in_by=actor.name)
        handed = {"report": ReportState.HANDED_IN, "submission": submission}
        ledger.change_where(Beneficiary, dialect.listed(Beneficiary.id, ids), **handed)
        ledger.say(f"{school}上报第 {number} 轮：{len(ids)} 条，未核对的 {found.unchecked} 条不在内")
    return submission


def accept(actor: Actor, rows: Selection, *, remark: str = "") -> Outcome:
    """Accept every chosen row, all of them handed in and waiting: from now on it counts as reported, and its school
    does not change it. All or nothing: raises RuleBroken, and what Selection.resolve raises."""
    waiting = (ReportState.HANDED_IN,)
    return _decide(actor, rows, ReportState.ACCEPTED, among=waiting, why="没有在等审核", remark=_sentence(remark))


def give_back(actor: Actor, rows: Selection, *, remark: str) -> Outcome:
    """Return every chosen row, handed in or accepted, to its school with a remark; its check stays as it is.

    Raises RuleBroken without a remark, or where a row is not with the county; and what Selection.resolve raises.
    """
    remark = _sentence(remark)
    if not remark:
        raise RuleBroken("请写明退回的原因，学校要照着改")
    here = (ReportState.HANDED_IN, ReportState.ACCEPTED)
    return _decide(actor, rows, ReportState.RETURNED, among=here, why="没有上报，不需要退回", remark=remark)


def takes_back(actor: Actor, submission: Submission) -> Operation | None:
    """The operation that the actor undoes to have this round back; None where they may not, or something of it was
    decided."""
    last = last_operations(Submission, [submission.id]).get(submission.id)
    if last is None or last.action != Permission.SUBMISSION_HAND_IN or not may_undo(actor, last):
        return None
    return visible(Operation, actor.scope).where(Operation.id == last.id).get_or_none()


def own_school(scope: Scope, school_id: int) -> Organisation:
    """The organisation whose rows are handed in. Raises OutOfScope where it is not the scope's own."""
    found = changeable(Organisation, scope).where(Organisation.id == school_id).get_or_none()
    if found is None:
        raise OutOfScope("没有这所学校，或不在您的管理范围内")
    return found


def _decide(
    actor: Actor, rows: Selection, verdict: ReportState, *, among: Sequence[ReportState], why: str, remark: str
) -> Outcome:
    with writing(actor, Permission.SUBMISSION_DECIDE) as ledger:
        ids = rows.resolve(ledger)
        _refuse_others(ledger, ids, among, why=why)
        chosen = dialect.listed(Beneficiary.id, ids)
        changed = ledger.change_where(Beneficiary, chosen, report=verdict, report_remark=remark)
        reply = {"reply": remark} if remark else {}
        recount(ledger, decided_by=actor.name, decided_at=now(), **reply)
        told = f"：{remark}" if remark else ""
        ledger.say(f"{'审核通过' if verdict == ReportState.ACCEPTED else '退回学校'} {changed} 条{told}")
    return Outcome(ledger.operation.id, changed)


def _refuse_others(ledger: Ledger, ids: Sequence[int], states: Sequence[ReportState], *, why: str) -> None:
    others = within(visible(Beneficiary, ledger.actor.scope), ids).where(Beneficiary.report.not_in(list(states)))
    if found := list(others.order_by(Beneficiary.id)):
        names = "、".join(str(row) for row in found[:NAMED])
        raise RuleBroken(f"所选有 {len(found)} 条（{names}{'等' if len(found) > NAMED else ''}）{why}，未作任何改动")


def _why_nothing(found: Readiness) -> str:
    waits = [
        words.format(number)
        for words, number in (("{} 个待核对", found.unchecked), ("{} 个被退回，要先重新核对", found.returned))
        if number
    ]
    return f"没有可以上报的{'：' + '，'.join(waits) if waits else '，已核对的都上报了'}"


def _sentence(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise RuleBroken(f"说明最多 {LONGEST} 个字")
    return text
