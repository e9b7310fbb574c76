"""Checking (核对): a school says of each child on its list that it is right, corrected, or not to be there."""

from collections.abc import Mapping, Sequence
from typing import Any

from aid import dialect
from aid.errors import RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.corrections import cleaned
from aid.operations.facts import facts_of, looked_at, outcome_of
from aid.outcome import Outcome
from aid.own_columns import as_kept, refuse_broken
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, changeable, visible, within
from aid.selection import Selection
from codes import ReportState
from models import Beneficiary, CheckState, InvalidReason, now

CHECKED = (CheckState.UNCHANGED, CheckState.UPDATED)
UNCHECKED = {"state": CheckState.UNCHECKED, "invalid_reason": None, "checked_by": "", "checked_at": None}
FIELDS = Beneficiary._meta.fields


# -- one row -------------------------------------------------------------------


def confirm(actor: Actor, row: Beneficiary, **corrections: Any) -> Beneficiary:
    """Check `row`, with corrections to the school's side (models.CORRECTABLE, remark and the columns that the county
    has added); return it as it is now.

    It becomes 已核对（已更新） when its school side then differs from the roll as delivered, or, for a row without
    roll entry, from the row as it was first added; else 已核对（未更新） (question 14). Raises RuleBroken for an
    invalid row, for a value that cannot be and for a required column of the county's that is empty, Conflict when the
    row moved on since it was shown.
    """
    values = cleaned(corrections)
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.fresh(row)
        if row.state == CheckState.INVALID:
            raise RuleBroken(f"“{row}”已是无效，请先恢复再核对")
        [facts] = facts_of(ledger, [row.id])
        refuse_broken(Beneficiary, facts.own, values)
        outcome = outcome_of(facts, {**facts.own, **values})
        ledger.change(
            row,
            **as_kept(Beneficiary, values),
            **outcome,
            **looked_at(row.report),
            checked_by=actor.name,
            checked_at=now(),
        )
        ledger.say(f"核对 {row}：{CheckState(row.state).label}")
    return row


def mark_invalid(actor: Actor, row: Beneficiary, *, reason: InvalidReason, remark: str = "") -> Beneficiary:
    """Make `row` 无效; return it as it is now. Nothing is deleted (question 24).

    Raises RuleBroken when it is invalid already, unless the county returned it, when 其他 comes without a remark, or
    when 重复 is said of a child that has no other live row anywhere.
    """
    values = _invalid(actor, reason, remark)
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.fresh(row)
        if row.state == CheckState.INVALID and row.report != ReportState.RETURNED:
            raise RuleBroken(f"“{row}”已是无效（{InvalidReason(row.invalid_reason).label}）")
        ledger.change(row, **values, **looked_at(row.report))
        _refuse_lonely_duplicates(ledger, reason)
        ledger.say(f"{row}：改为无效（{reason.label}）")
    return row


def restore(actor: Actor, row: Beneficiary) -> Beneficiary:
    """An invalid row goes back to 未核对. Raises RuleBroken for a row that is not invalid."""
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.fresh(row)
        if row.state != CheckState.INVALID:
            raise RuleBroken(f"“{row}”不是无效，不需要恢复")
        ledger.change(row, **UNCHECKED, **looked_at(row.report))
        ledger.say(f"{row}：由无效恢复为未核对")
    return row


def reopen(actor: Actor, row: Beneficiary) -> Beneficiary:
    """A checked row goes back to 未核对. Raises RuleBroken for a row that is not checked."""
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.fresh(row)
        if row.state not in CHECKED:
            raise RuleBroken(f"“{row}”不是已核对，不能退回未核对")
        ledger.change(row, **UNCHECKED, **looked_at(row.report))
        ledger.say(f"{row}：退回未核对")
    return row


# -- many rows, one operation --------------------------------------------------


def confirm_many(actor: Actor, rows: Selection) -> Outcome:
    """Check every chosen row as it stands; rows checked already keep who checked them and when, unless the county
    returned them.

    All or nothing: raises RuleBroken when a chosen row is invalid, and what Selection.resolve raises.
    """
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        ids = rows.resolve(ledger)
        _refuse_states(ledger, ids, (CheckState.INVALID,), why="已是无效，请先恢复再核对")
        signed = {"checked_by": actor.name, "checked_at": now()}
        changes = {
            facts.row_id: _stored(
                outcome_of(facts, facts.own) | signed | looked_at(facts.report), was_different=facts.name_differs
            )
            for facts in facts_of(ledger, ids)
            if facts.state == CheckState.UNCHECKED or facts.report == ReportState.RETURNED
        }
        changed = ledger.change_many(Beneficiary, changes)
        ledger.say(f"批量核对 {changed} 条")
    return _done(ledger, changed)


def mark_many_invalid(actor: Actor, rows: Selection, *, reason: InvalidReason, remark: str = "") -> Outcome:
    """Make every chosen row 无效 for one reason, all or nothing. Refuses as `mark_invalid` does."""
    values = _invalid(actor, reason, remark)
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        ids = rows.resolve(ledger)
        _refuse_states(ledger, ids, (CheckState.INVALID,), why="已是无效", unless_returned=True)
        changed = ledger.change_where(Beneficiary, dialect.listed(Beneficiary.id, ids), **values)
        _look_at(ledger, ids)
        _refuse_lonely_duplicates(ledger, reason)
        ledger.say(f"批量改为无效（{reason.label}）{changed} 条")
    return _done(ledger, changed)


def restore_many(actor: Actor, rows: Selection) -> Outcome:
    """Every chosen row, all of them invalid, goes back to 未核对."""
    others = tuple(state for state in CheckState if state != CheckState.INVALID)
    return _back_to_unchecked(actor, rows, refused=others, why="不是无效，不需要恢复", what="批量恢复")


def reopen_many(actor: Actor, rows: Selection) -> Outcome:
    """Every chosen row, all of them checked, goes back to 未核对."""
    others = (CheckState.UNCHECKED, CheckState.INVALID)
    return _back_to_unchecked(actor, rows, refused=others, why="不是已核对，不能退回", what="批量退回未核对")


def _back_to_unchecked(actor: Actor, rows: Selection, *, refused: Sequence[CheckState], why: str, what: str) -> Outcome:
    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        ids = rows.resolve(ledger)
        _refuse_states(ledger, ids, refused, why=why)
        changed = ledger.change_where(Beneficiary, dialect.listed(Beneficiary.id, ids), **UNCHECKED)
        _look_at(ledger, ids)
        ledger.say(f"{what} {changed} 条")
    return _done(ledger, changed)


def _look_at(ledger: Ledger, ids: Sequence[int]) -> None:
    returned = Beneficiary.report == ReportState.RETURNED
    ledger.change_where(Beneficiary, dialect.listed(Beneficiary.id, ids), returned, report=ReportState.OPEN)


def _done(ledger: Ledger, changed: int) -> Outcome:
    return Outcome(ledger.operation.id if changed else None, changed)


# -- deciding ------------------------------------------------------------------


def _stored(values: Mapping[str, Any], *, was_different: bool) -> dict[str, Any]:
    """As database values, without what stays as it was."""
    return {
        name: FIELDS[name].db_value(value)
        for name, value in values.items()
        if name != "name_differs" or value != was_different
    }


def _invalid(actor: Actor, reason: InvalidReason, remark: str) -> dict[str, Any]:
    remark = remark.strip()
    if reason == InvalidReason.OTHER and not remark:
        raise RuleBroken("无效原因是“其他”时，请写明说明")
    values = {"state": CheckState.INVALID, "invalid_reason": reason, "checked_by": actor.name, "checked_at": now()}
    return values | cleaned({"remark": remark} if remark else {})


def _refuse_lonely_duplicates(ledger: Ledger, reason: InvalidReason) -> None:
    """After the rows became 无效（重复）: each number still needs a live row, anywhere; where it is, is not told."""
    if reason != InvalidReason.DUPLICATE:
        return
    live = visible(Beneficiary, SYSTEM.scope).where(Beneficiary.state != CheckState.INVALID)
    numbers = live.where(Beneficiary.id_number != "").select(Beneficiary.id_number)
    written = Beneficiary.id.in_(ledger.trace.written(Beneficiary))
    alone = list(visible(Beneficiary, ledger.actor.scope).where(written, Beneficiary.id_number.not_in(numbers)))
    if alone:
        names = "、".join(str(row) for row in alone[:3])
        raise RuleBroken(f"{names} 等 {len(alone)} 人没有另外的有效记录，不能改为无效（重复），未作任何改动")


def _refuse_states(
    ledger: Ledger, ids: Sequence[int], states: Sequence[CheckState], *, why: str, unless_returned: bool = False
) -> None:
    mine = within(changeable(Beneficiary, ledger.actor.scope), ids)
    if unless_returned:
        mine = mine.where(Beneficiary.report != ReportState.RETURNED)
    found = list(mine.where(Beneficiary.state.in_(states)).order_by(Beneficiary.id))
    if found:
        names = "、".join(str(row) for row in found[:3])
        raise RuleBroken(f"所选有 {len(found)} 条（{names}{'等' if len(found) > 3 else ''}）{why}，未作任何改动")
