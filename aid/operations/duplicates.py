"""Duplicates (重复学生核查): one child on more than one live row; the county keeps one and the others become 无效."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import peewee as pw

from aid import dialect
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, Scope, changeable, visible
from aid.selection import refuse_if_written_since
from aid.trace import last_operations
from models import (
    Beneficiary,
    CheckState,
    Coded,
    Enrolment,
    InvalidReason,
    Organisation,
    Region,
    RegisterPerson,
    RollStatus,
    now,
)

SIDE_BY_SIDE = tuple(
    Beneficiary._meta.fields[name]
    for name in (
        *("id", "school", "name", "id_number", "grade", "class_name", "roll_status", "source", "hardship"),
        *("state", "invalid_reason", "remark", "checked_by", "checked_at"),
    )
)
CHECKED = (CheckState.UNCHANGED, CheckState.UPDATED)


class Rule(Coded):
    KEEP_CHECKED = "keep_checked", "保留已核对的"
    KEEP_PRESENT = "keep_present", "保留在籍的（休学的改为无效）"


@dataclass(frozen=True)
class Preview:
    """What a rule would do: groups it settles as (the row kept, the others), and the numbers of those it leaves."""

    settled: list[tuple[Beneficiary, list[Beneficiary]]]
    undecided: list[str]


# -- reading -------------------------------------------------------------------


def open_groups(scope: Scope) -> pw.ModelSelect:
    """ID numbers on two or more live rows that `scope` may read, ascending, each with `rows`, how many."""
    rows = pw.fn.COUNT(Beneficiary.id)
    live = _live(scope).where(Beneficiary.id_number != "").select(Beneficiary.id_number, rows.alias("rows"))
    return live.group_by(Beneficiary.id_number).having(rows > 1).order_by(Beneficiary.id_number)


def group_rows(scope: Scope, id_numbers: Iterable[str] | pw.ModelSelect) -> pw.ModelSelect:
    """The live rows of these groups, group by group, with school, home, register row and roll row read along."""
    return (
        _live(scope)
        .select(Beneficiary, Organisation, Region, RegisterPerson, Enrolment)
        .join(Organisation)
        .join_from(Beneficiary, Region, on=Beneficiary.home_region)
        .switch(Beneficiary)
        .join(RegisterPerson, pw.JOIN.LEFT_OUTER)
        .switch(Beneficiary)
        .join(Enrolment, pw.JOIN.LEFT_OUTER)
        .where(Beneficiary.id_number.in_(id_numbers))
        .order_by(Beneficiary.id_number, Beneficiary.id)
    )


def rows_of_every_group(scope: Scope) -> pw.ModelSelect:
    """Every row that `scope` may read of a number that is or was a duplicate: on two or more live rows, or with a row
    that is 无效（重复）. Group by group; a child without a number by itself.

    Each is a tuple of what is told of it by name: columns of its own (SIDE_BY_SIDE), school_name, stage, status and
    place (a code) of the school, `home`, the place of the household, and head_name on the register. One statement.
    """
    rows, home = visible(Beneficiary, scope), Region.alias("home")
    settled = (Beneficiary.state == CheckState.INVALID) & (Beneficiary.invalid_reason == InvalidReason.DUPLICATE)
    numbers = rows.where(settled).select(Beneficiary.id_number)
    of_group = Beneficiary.id_number.in_(open_groups(scope).select(Beneficiary.id_number).order_by())
    of_group |= Beneficiary.id_number.in_(numbers)
    school = (Organisation.name.alias("school_name"), Organisation.stage, Organisation.status)
    places = (Region.code.alias("place"), home.name.alias("home"))
    return (
        rows.where(of_group & (Beneficiary.id_number != "") | settled)
        .select(*SIDE_BY_SIDE, *school, *places, RegisterPerson.head_name)
        .join(Organisation, on=Beneficiary.school)
        .join(Region)
        .join_from(Beneficiary, home, on=(home.id == Beneficiary.home_region))
        .join_from(Beneficiary, RegisterPerson, pw.JOIN.LEFT_OUTER)
        .order_by(Beneficiary.id_number, Beneficiary.id)
        .namedtuples()
    )


def preview(scope: Scope, rule: Rule) -> Preview:
    """What `rule` makes of every open group: it decides where one row alone wins and the others may be changed."""
    numbers = open_groups(scope).select(Beneficiary.id_number).order_by()
    mine = changeable(Beneficiary, scope).select(Beneficiary.id).where(Beneficiary.id_number.in_(numbers))
    own = {row_id for (row_id,) in mine.tuples()}
    decided = Preview([], [])
    for id_number, rows in groupby(group_rows(scope, numbers), key=lambda row: row.id_number):
        group = list(rows)
        keep = winner(rule, group)
        others = [row for row in group if row is not keep]
        if keep is None or any(row.id not in own for row in others):
            decided.undecided.append(id_number)
        else:
            decided.settled.append((keep, others))
    return decided


def winner(rule: Rule, group: Sequence[Beneficiary]) -> Beneficiary | None:
    """The one row of a group that `rule` keeps; None where it does not decide.

    在籍 wins only over rows that are all 休学: of a child who transferred a clerk must decide.
    """
    if rule == Rule.KEEP_CHECKED:
        best = [row for row in group if row.state in CHECKED]
        return best[0] if len(best) == 1 else None
    best = [row for row in group if row.roll_status == RollStatus.PRESENT]
    suspended = [row for row in group if row.roll_status == RollStatus.SUSPENDED]
    return best[0] if len(best) == 1 and len(suspended) == len(group) - 1 else None


# -- settling ------------------------------------------------------------------


def keep_one(actor: Actor, keep: Beneficiary, *, others: Sequence[Beneficiary]) -> Outcome:
    """Keep one row of a group and make the others 无效（重复） (question 6).

    Every row is taken at the version that was shown. Raises Conflict when a row moved on or the group's live rows are
    not exactly these, OutOfScope for a row the actor cannot read, RuleBroken when one of the others is another
    county's to change, naming the county.
    """
    with writing(actor, Permission.BENEFICIARY_SETTLE) as ledger:
        _refuse_other_than_shown(ledger, keep, others)
        _refuse_foreign(ledger, [row.id for row in others])
        rows = _settle(ledger, [row.id for row in others])
        ledger.say(f"重复处理：保留 {keep}，其余 {rows} 条改为无效（重复）")
    return Outcome(ledger.operation.id, rows)


def settle_by_rule(actor: Actor, rule: Rule, *, shown_at: int, expected: int) -> Outcome:
    """Settle every group that `rule` decides, in one operation.

    `shown_at` is the newest Operation id when the preview was made, `expected` the number of groups it showed as
    settled. Raises Conflict when a row of an open group was written since, or when the count differs.
    """
    with writing(actor, Permission.BENEFICIARY_SETTLE) as ledger:
        numbers = open_groups(actor.scope).select(Beneficiary.id_number).order_by()
        touched = visible(Beneficiary, actor.scope).where(Beneficiary.id_number.in_(numbers))
        refuse_if_written_since(Beneficiary, touched.select(Beneficiary.id), shown_at=shown_at)
        settled = preview(actor.scope, rule).settled
        if len(settled) != expected:
            raise Conflict(f"预览时可处理 {expected} 组，现在是 {len(settled)} 组，未作任何改动；请刷新后再试")
        rows = _settle(ledger, [row.id for _, others in settled for row in others])
        ledger.say(f"重复处理（{rule.label}）：{len(settled)} 组，{rows} 条改为无效（重复）")
    return Outcome(ledger.operation.id if rows else None, rows)


def _live(scope: Scope) -> pw.ModelSelect:
    return visible(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID)


def _settle(ledger: Ledger, ids: Sequence[int]) -> int:
    values = {
        "state": CheckState.INVALID,
        "invalid_reason": InvalidReason.DUPLICATE,
        "checked_by": ledger.actor.name,
        "checked_at": now(),
    }
    return ledger.change_where(Beneficiary, dialect.listed(Beneficiary.id, ids), **values)


def _refuse_other_than_shown(ledger: Ledger, keep: Beneficiary, others: Sequence[Beneficiary]) -> None:
    shown = {row.id: row for row in (keep, *others)}
    if len(shown) < len(others) + 1 or not others:
        raise RuleBroken("请保留一条，并至少有一条其他记录")
    query = visible(Beneficiary, ledger.actor.scope).where(Beneficiary.id.in_(list(shown)))
    found = {row.id: row for row in query}
    if found.keys() != shown.keys():
        raise OutOfScope("所选资助对象有不在您管理范围内的，未作任何改动")
    if moved := [row_id for row_id, row in found.items() if row.version != shown[row_id].version]:
        who = "、".join(sorted({operation.actor for operation in last_operations(Beneficiary, moved).values()}))
        raise Conflict(f"“{found[moved[0]]}”这一组在您打开之后已被 {who} 改动，未作任何改动；请刷新后再处理")
    number = found[keep.id].id_number
    group = _live(ledger.actor.scope).where(Beneficiary.id_number == number)
    live = {row_id for (row_id,) in group.select(Beneficiary.id).tuples()}
    if not number or live != shown.keys():
        raise Conflict(f"“{found[keep.id]}”这一组的有效记录与您看到的不一样，未作任何改动；请刷新后再处理")


def _refuse_foreign(ledger: Ledger, ids: Sequence[int]) -> None:
    mine = changeable(Beneficiary, ledger.actor.scope).select(Beneficiary.id)
    foreign = visible(Beneficiary, ledger.actor.scope).where(Beneficiary.id.in_(ids), Beneficiary.id.not_in(mine))
    query = foreign.select(Region.code).join(Organisation).join(Region).distinct().tuples()
    codes = [code[:6].ljust(12, "0") for (code,) in query]
    if codes:
        counties = visible(Region, SYSTEM.scope).where(Region.code.in_(codes)).order_by(Region.code)
        names = "、".join(str(county) for county in counties)
        raise RuleBroken(f"要改为无效的记录有外县学校的，须由 {names} 处理，未作任何改动")
