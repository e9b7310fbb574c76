"""What a school may not change any more: a row that it handed in, until the county returns it (question 32).

One rule for every way to write, asked by aid.ledger of each row before it is changed: by a check, a cell, an action on
many, an import, an undo. Whoever decides about rounds is not locked out.
"""

from collections.abc import Iterable

import peewee as pw

from aid.errors import RuleBroken
from aid.permissions import Permission
from aid.scope import Actor, visible, within
from codes import ReportState
from models import Beneficiary, CheckState, Proof, Row

LOCKED = {
    ReportState.HANDED_IN: "已上报，正在等县里审核；需要修改请撤回这次上报，或请县里退回",
    ReportState.ACCEPTED: "已审核，需要修改请让县里退回",
}
# Handing in, and taking that back, is what locks and unlocks; a school that ends takes its rows along as they are.
NOT_CONCERNED = (Permission.SUBMISSION_HAND_IN, Permission.ORGANISATION_WRITE)
# By table, whose row of the list it is that locks: its own, and a proof's child, which is decided by that paper.
LOCKING = {Beneficiary: Beneficiary.id, Proof: Proof.beneficiary}
TAKES_BACK = "已上报，不能回到未核对；请先在上报明细里退回"
NAMED = 3


def locked_for(actor: Actor, report: str) -> str:
    """Why `actor` may not change a row of this report state; "" where it may be changed."""
    return "" if actor.may(Permission.SUBMISSION_DECIDE) else LOCKED.get(ReportState(report), "")


def locking(row: Row) -> list[Beneficiary]:
    """The row of the list with which another is locked: itself, or the child of a proof; none of what is never
    locked."""
    return [row] if isinstance(row, Beneficiary) else [row.beneficiary] if type(row) in LOCKING else []


def refuse_locked(actor: Actor, action: str, rows: Iterable[Beneficiary]) -> None:
    """Raise RuleBroken where an operation called `action` of the actor's would change a locked row, naming the
    first."""
    told = [(row, locked_for(actor, row.report)) for row in rows if action not in NOT_CONCERNED]
    if locked := [(row, why) for row, why in told if why]:
        names = "、".join(f"“{row}”" for row, _ in locked[:NAMED])
        raise RuleBroken(f"{names}{f'等 {len(locked)} 条' if len(locked) > 1 else ''}{locked[0][1]}，未作任何改动")


def refuse_locked_among(actor: Actor, action: str, model: type[Row], *, ids: Iterable[int] | pw.Select) -> None:
    """The same for rows of `model` by their ids, in one query; in none for whoever is not locked out, and for a table
    of which nothing is locked."""
    if model not in LOCKING or actor.may(Permission.SUBMISSION_DECIDE) or action in NOT_CONCERNED:
        return
    if model is not Beneficiary:
        ids = within(visible(model, actor.scope), ids).select(LOCKING[model])
    locked = within(visible(Beneficiary, actor.scope), ids).where(Beneficiary.report.in_(list(LOCKED)))
    refuse_locked(actor, action, locked.order_by(Beneficiary.id))


def refuse_taken_back(model: type[Row], written: pw.ModelSelect) -> None:
    """Raise RuleBroken where a written row of the list is unchecked and yet handed in, whoever wrote it: what the
    county has, or has accepted, is checked. A row comes back by being returned."""
    if model is not Beneficiary:
        return
    wrong = written.where(Beneficiary.state == CheckState.UNCHECKED, Beneficiary.report.in_(list(LOCKED)))
    if names := [f"“{name}”" for (name,) in wrong.select(Beneficiary.name).limit(NAMED).tuples()]:
        raise RuleBroken(f"{'、'.join(names)}{'等' if len(names) == NAMED else ''}{TAKES_BACK}，未作任何改动")
