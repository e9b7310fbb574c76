"""Giving aid (发放): to all that are due it among chosen rows, by the standards; and taking back what was not given."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.entitlement import Aim, Standing, aim_at
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import money
from aid.scope import Actor, changeable, visible
from aid.selection import Selection
from models import AidGrant, Beneficiary, Organisation, Stage

COLUMNS = ("beneficiary", "school", "name", "id_number", "item", "term", "amount_fen", "paid_on", "note")


@dataclass(frozen=True)
class Share:
    """What giving would come to for one stage and amount."""

    stage: Stage
    amount_fen: int
    heads: int

    @property
    def fen(self) -> int:
        return self.amount_fen * self.heads


def preview(actor: Actor, rows: Selection, aim: Aim) -> list[Share]:
    """What `give` would give now, by stage and amount. Rows that are not due it are left out."""
    due = rows.shown(actor.scope).where(aim.standing == Standing.DUE.value).join(Organisation)
    by = (Organisation.stage, aim.amount)
    found = due.select(*by, pw.fn.COUNT(Beneficiary.id)).group_by(pw.SQL("1"), pw.SQL("2")).tuples()
    order = list(Stage)
    return sorted(
        (Share(Stage(stage), fen, heads) for stage, fen, heads in found),
        key=lambda share: (order.index(share.stage), -share.amount_fen),
    )


def give(
    actor: Actor,
    rows: Selection,
    *,
    item_id: int,
    term: str,
    shown_fen: int | str,
    paid_on: dt.date | None,
    note: str = "",
) -> Outcome:
    """Put on record that the chosen rows that are due an item in a term were given it, each by its standard.

    Whoever has it already, or is not due it, is left out and counted in the sentence. `shown_fen` is the sum that
    `preview` came to. One operation, to be undone as one. Raises NotAllowed, OutOfScope for an item that is not the
    county's, RuleBroken where nobody is due it, Conflict where it comes to another sum, for a standard or somebody's
    standing moved on, and what Selection.resolve raises.
    """
    with writing(actor, Permission.AID_WRITE) as ledger:
        aim = aim_at(actor.scope, item_id, term)
        if aim is None:
            raise OutOfScope("没有这个资助项目，或它已停用")
        ids = rows.resolve(ledger)
        given = _give(ledger, aim, ids, paid_on=paid_on, note=note)
        if not given:
            raise RuleBroken(f"所选的 {len(ids)} 人都不在{aim.term}“{aim.item}”的应发之列，或已经发过，没有登记")
        fen = _sum(ledger)
        if fen != int(shown_fen):
            raise Conflict(
                f"打开页面之后标准或应发的人有变化：现在 {given} 人 {money.grouped(fen)} 元，未作改动；请刷新再试"
            )
        left_out = len(ids) - given
        more = f"；另有 {left_out} 人已发或不在应发之列，没有计入" if left_out else ""
        ledger.say(f"发放 {aim.term} {aim.item}：{given} 人，{money.grouped(fen)} 元{more}")
    return Outcome(ledger.operation.id, given)


def withdraw_many(actor: Actor, rows: Selection) -> Outcome:
    """Take back grants that were not given after all, or not so; the history keeps them, an undo brings them back.

    Raises NotAllowed and what Selection.resolve raises.
    """
    with writing(actor, Permission.AID_WRITE) as ledger:
        ids = rows.resolve(ledger)
        total = changeable(AidGrant, actor.scope).where(dialect.listed(AidGrant.id, ids))
        fen = total.select(pw.fn.COALESCE(pw.fn.SUM(AidGrant.amount_fen), 0)).scalar()
        ledger.remove_many(AidGrant, ids)
        ledger.say(f"撤回发放 {len(ids)} 笔，{money.grouped(fen)} 元")
    return Outcome(ledger.operation.id, len(ids))


def grants_of(actor: Actor, row: Beneficiary) -> Iterator[AidGrant]:
    """What the child on this row was given, on whatever row of those one may read; the latest term first."""
    same = AidGrant.beneficiary == row.id
    if row.id_number:
        same |= AidGrant.id_number == row.id_number
    return iter(visible(AidGrant, actor.scope).where(same).order_by(AidGrant.term.desc(), AidGrant.id))


def _give(ledger: Ledger, aim: Aim, ids: list[int], *, paid_on: dt.date | None, note: str) -> int:
    due = changeable(Beneficiary, ledger.actor.scope).where(
        dialect.listed(Beneficiary.id, ids), aim.standing == Standing.DUE.value
    )
    day = paid_on.isoformat() if paid_on else None
    own = (Beneficiary.id, Beneficiary.school, Beneficiary.name, Beneficiary.id_number)
    values = (pw.Value(aim.item.id), pw.Value(aim.term), aim.amount, pw.Value(day), pw.Value(note))
    return ledger.add_from(AidGrant, COLUMNS, due.select(*own, *values).order_by(Beneficiary.id))


def _sum(ledger: Ledger) -> int:
    written = visible(AidGrant, ledger.actor.scope).where(AidGrant.id.in_(ledger.trace.written(AidGrant)))
    return written.select(pw.fn.SUM(AidGrant.amount_fen)).scalar()
