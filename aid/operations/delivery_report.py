"""The newest delivery of the register applied without a page between: for the command line (questions 28 and 33)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aid.errors import RuleBroken
from aid.operations.deliveries import compare
from aid.operations.delivery_applied import Effect, apply, effect
from aid.permissions import Permission
from aid.scope import Actor
from codes import RegisterFate


@dataclass(frozen=True)
class DeliveryReport:
    """What the newest delivery, `new`, brings beside `old`: how many people of each fate, what becomes of the lists'
    rows, and whether it waits to be applied. `rows` of the lists changed or were added; None where it was only looked
    at."""

    new: str
    old: str
    waits: bool
    people: Mapping[RegisterFate, int]
    effect: Effect
    rows: int | None = None
    operation_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        people = {fate.value: rows for fate, rows in self.people.items()}
        head = {"new": self.new, "old": self.old, "waits": self.waits, "people": people}
        return head | self.effect.counts | {"rows": self.rows}

    @property
    def told(self) -> list[str]:
        """As lines for a clerk."""
        people = "，".join(f"{fate.label} {rows} 人" for fate, rows in self.people.items())
        lists = "名单：退回未核对 {reopened}，随名册更新 {following}，标记不在名册 {marked}，重新在册 {unmarked}（条）"
        lines = [f"名册“{self.new}”与“{self.old}”比：{people}", lists.format_map(self.effect.counts)]
        return lines if self.rows is None else [*lines, f"已应用，名单有 {self.rows} 条随之更新"]


def foresee(actor: Actor) -> DeliveryReport:
    """What applying the newest delivery would do, apart from matching those who are new. Raises NotAllowed, RuleBroken
    where there is nothing to compare it with."""
    return _looked_at(actor)[0]


def apply_newest(actor: Actor) -> DeliveryReport:
    """Apply the newest delivery as it is compared at this moment; applied again it changes nothing. Raises what
    `foresee` does, and Conflict where somebody changed register or lists meanwhile."""
    report, batch_id = _looked_at(actor)
    outcome = apply(actor, batch_id, sign=report.effect.sign)
    return replace(report, rows=outcome.rows, operation_id=outcome.operation_id)


def _looked_at(actor: Actor) -> tuple[DeliveryReport, int]:
    actor.demand(Permission.REGISTER_APPLY)
    comparison = compare(actor.scope)
    if comparison is None:
        raise RuleBroken("只有一批名册，没有可以应用的；请先用新的批次名导入下一批（import register … --batch）")
    names = {"new": comparison.new.name, "old": comparison.old.name, "waits": comparison.waits}
    told = effect(actor.scope, comparison)
    return DeliveryReport(**names, people=comparison.counts, effect=told), comparison.new.id
