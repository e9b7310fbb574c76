"""Who is due an item in a term, and who is not and why: one rule, asked by the list, the preview and the giving.

A child on the list of one of the actor's schools is due what its stage and boarding are given by the item's standards,
where it has been checked (money goes to no one whose school has not said that they are there), is in the years of its
aid in that term's school year, is still at the school, and stands on one live row alone: of two that nobody has settled
the stage, and so the amount, may differ. The kind of hardship asks nothing: who is on the list is poor (DOMAIN.md, 8).
A child is given an item once in a term, whoever's row it was given on.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import peewee as pw

from aid.operations.checking import CHECKED
from aid.rules import terms
from aid.rules.standards import ANY, Amounts, amount_due
from aid.scope import SYSTEM, Scope, changeable, visible
from models import AidGrant, AidItem, AidStandard, Beneficiary, Boarding, CheckState, Coded, Organisation, RollStatus

GONE = (RollStatus.TRANSFERRED, RollStatus.GRADUATED)


class Standing(Coded):
    """How a live row stands to an item in a term, where the item has an amount for its stage at all."""

    DUE = "due", "应发未发"
    PAID = "paid", "已发"
    UNCHECKED = "unchecked", "未核对"
    ENDED = "ended", "资助期已过"
    GONE = "gone", "已转出或毕业"
    DOUBLED = "doubled", "重复未处理"
    BOARDING = "boarding", "未填是否寄宿"


@dataclass(frozen=True)
class Aim:
    """An item in a term, with its amounts as they stand."""

    item: AidItem
    term: str
    amounts: Amounts

    @cached_property
    def amount(self) -> pw.Node:
        """The fen due to a row by its stage and boarding, NULL where none: aid.rules.standards.amount_due in SQL."""
        if not self.stages:  # a CASE without a WHEN is no SQL
            return pw.Value(None)
        return pw.Case(_stage(), [(stage, self._by_boarding(stage)) for stage in self.stages], None)

    @cached_property
    def stages(self) -> list[str]:
        """The stages that are given anything."""
        return sorted({stage for (stage, _), fen in self.amounts.items() if fen})

    def boarding(self, stage: str, fen: int) -> str:
        """Whom of a stage an amount is for, where the item tells boarders apart."""
        meant = {boarding for (at, boarding), amount in self.amounts.items() if (at, amount) == (stage, fen)}
        return Boarding(meant.pop()).label if len(meant) == 1 and ANY not in meant else ""

    @cached_property
    def standing(self) -> pw.Node:
        """The Standing of a row; NULL for one that is 无效 or of a stage that the item gives nothing."""
        return pw.Case(
            None,
            [
                ((Beneficiary.state == CheckState.INVALID) | _stage().not_in(self.stages), None),
                (self._paid(), Standing.PAID.value),
                (Beneficiary.state.not_in(CHECKED), Standing.UNCHECKED.value),
                (Beneficiary.aid_until < terms.school_year(self.term), Standing.ENDED.value),
                (Beneficiary.roll_status.in_(GONE), Standing.GONE.value),
                (_doubled(), Standing.DOUBLED.value),
                (self.amount.is_null(), Standing.BOARDING.value),
            ],
            Standing.DUE.value,
        )

    def _by_boarding(self, stage: str) -> pw.Node:
        known = [(boards, amount_due(self.amounts, stage, boards)) for boards in (True, False)]
        return pw.Case(Beneficiary.boards, known, amount_due(self.amounts, stage, None))

    def _paid(self) -> pw.Expression:
        given = visible(AidGrant, SYSTEM.scope).where(AidGrant.item == self.item.id, AidGrant.term == self.term)
        by_number = Beneficiary.id_number.in_(given.where(AidGrant.id_number != "").select(AidGrant.id_number))
        return by_number | Beneficiary.id.in_(given.select(AidGrant.beneficiary))


def aim_at(scope: Scope, item_id: int, term: str) -> Aim | None:
    """The item of this id in this term; None where the county of `scope` has none such in use."""
    item = visible(AidItem, scope).where(AidItem.id == item_id, AidItem.active).get_or_none()
    return Aim(item, term, amounts_of(scope, item)) if item else None


def amounts_of(scope: Scope, item: AidItem) -> Amounts:
    """The amounts of an item as they stand now."""
    standards = visible(AidStandard, scope).where(AidStandard.item == item.id)
    rows = standards.select(AidStandard.stage, AidStandard.boarding, AidStandard.amount_fen).tuples()
    return {(stage, boarding): fen for stage, boarding, fen in rows}


@dataclass(frozen=True)
class Tally:
    """`standings`: how many rows of one's own schools stand how, every Standing is there. `heads` and `fen`: of those
    who stand as was asked, the heads and the amount of whom was asked about."""

    standings: dict[Standing, int]
    heads: int
    fen: int


def tally(scope: Scope, aim: Aim, *, among: pw.Expression | None = None, standing: Standing = Standing.DUE) -> Tally:
    """How the rows of one's own schools stand, and what those of one `standing` come to for which `among` holds, None
    for all: in one pass over them."""
    asked = pw.Value(1) if among is None else pw.Case(None, [(among, 1)], 0)
    counts = (pw.fn.COUNT(Beneficiary.id), pw.fn.SUM(asked), pw.fn.SUM(pw.Expression(aim.amount, "*", asked)))
    query = changeable(Beneficiary, scope).select(aim.standing, *counts).group_by(pw.SQL("1"))
    found = {stands: numbers for stands, *numbers in query.tuples()}
    _, heads, fen = found.get(standing.value, (0, 0, 0))
    return Tally({one: found.get(one.value, (0,))[0] for one in Standing}, heads, fen or 0)


def offered_items(scope: Scope) -> list[tuple[AidItem, Amounts]]:
    """The items in use in the county of `scope`, in the order they were made, each with its amounts as they stand."""
    parts = (AidStandard.stage, AidStandard.boarding, AidStandard.amount_fen)
    query = visible(AidItem, scope).select(AidItem, *parts).join(AidStandard, pw.JOIN.LEFT_OUTER).where(AidItem.active)
    items: dict[int, AidItem] = {}
    amounts: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for item in query.order_by(AidItem.id).objects():
        items.setdefault(item.id, item)
        if item.stage is not None:
            amounts[item.id][item.stage, item.boarding] = item.amount_fen
    return [(item, amounts[key]) for key, item in items.items()]


def _stage() -> pw.Function:
    """The stage of the row's school."""
    return pw.fn.COALESCE(Organisation.select(Organisation.stage).where(Organisation.id == Beneficiary.school), "")


def _doubled() -> pw.Expression:
    """Whether the child has another live row, in whatever school (aid.operations.duplicates settles them)."""
    other = Beneficiary.alias("other")
    rows = other.select(other.id).where(
        other.id_number == Beneficiary.id_number, other.id != Beneficiary.id, other.state != CheckState.INVALID
    )
    return (Beneficiary.id_number != "") & pw.fn.EXISTS(rows)
