"""The lists follow the roll: a child's row goes to its new school with its check, a graduate's becomes 无效（已毕业）,
a class is brought up to date. Nothing silently: a clerk sees it first, chooses, and can take it back whole."""

from collections.abc import Collection
from typing import Any

from aid.errors import Conflict, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.roll_changes import COPIED, FIELDS, Found, roll_changes
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.scope import Actor
from codes import CheckState, InvalidReason, RollChange
from models import CORRECTABLE, Beneficiary, now

FOLLOWED = (RollChange.MOVED, RollChange.STAYING, RollChange.GRADUATED, RollChange.NEW_CLASS)
LEFT_BEHIND = "学籍已转到本县另一所学校，核对结果随学生转去"  # where to is told to whoever may read that school


def follow(actor: Actor, kinds: Collection[RollChange], *, sign: str) -> Outcome:
    """Have the lists follow the roll in these kinds of change (of FOLLOWED); `sign` is that of the changes as shown.

    A row that moves keeps its state and who checked it; the school that it leaves keeps a row that is 无效（已转出）.
    Raises NotAllowed, RuleBroken where no kind is chosen, Conflict where something else would change than was shown.
    """
    with writing(actor, Permission.BENEFICIARY_FOLLOW) as ledger:
        changes = roll_changes(actor.scope)
        if changes.sign != sign:
            raise Conflict("预览之后学籍或名单又有变化，未作任何改动；请看过新的数字再做")
        chosen = changes.of(*(kind for kind in FOLLOWED if kind in kinds))
        if not chosen:
            raise RuleBroken("没有选中要跟随的学籍变动，未作任何改动")
        ledger.change_many(Beneficiary, {one.row.row_id: _values(actor, one) for one in chosen})
        _leave_word(ledger, [one for one in chosen if "school" in one.values])
        counts = {kind: sum(one.kind == kind for one in chosen) for kind in FOLLOWED}
        ledger.say("学籍变动：" + "，".join(f"{kind.label} {rows} 条" for kind, rows in counts.items() if rows))
    return Outcome(ledger.operation.id, len(chosen))


def _values(actor: Actor, one: Found) -> dict[str, Any]:
    if one.kind != RollChange.GRADUATED:
        return dict(one.values)
    return _ended(actor, InvalidReason.GRADUATED) | {"roll_status": one.row.roll[-1]}


def _leave_word(ledger: Ledger, moved: Collection[Found]) -> None:
    """A row at the school that was left: 无效（已转出）, resting on the register as the one that went does."""
    if not moved:
        return
    ended = _ended(ledger.actor, InvalidReason.TRANSFERRED) | {"remark": LEFT_BEHIND}
    names = ("school", "register_person", "id_number", "name_differs", *CORRECTABLE, *COPIED, *ended)
    rows = [
        (
            *(one.row.school, one.row.person, one.row.id_number, one.row.name_differs),
            *(*one.row.own, *one.row.copied, *ended.values()),
        )
        for one in moved
    ]
    ledger.add_many(Beneficiary, names, rows)


def _ended(actor: Actor, reason: InvalidReason) -> dict[str, Any]:
    values = {"state": CheckState.INVALID, "invalid_reason": reason, "checked_by": actor.name, "checked_at": now()}
    return {name: FIELDS[name].db_value(value) for name, value in values.items()}
