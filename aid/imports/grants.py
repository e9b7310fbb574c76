"""受助信息: what a county has given, as the bank or a school's accounts have it.

A sheet tells of money that has been paid, so what `give` would refuse (not checked, years of aid over, another amount
than the standard) is warned of and kept; only what cannot be told apart or has no child to stand with is held back.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import peewee as pw

from aid import dialect
from aid.imports import synonyms as also
from aid.imports.base import Column, Intake, SheetFormat, Taken, store
from aid.imports.people import ID_NUMBER
from aid.ledger import Ledger
from aid.operations.checking import CHECKED
from aid.operations.entitlement import amounts_of
from aid.operations.grants import COLUMNS
from aid.permissions import Permission
from aid.rules import eligibility, money, terms
from aid.rules.cells import Fault, date, text, words
from aid.rules.standards import Amounts, amount_due
from aid.scope import changeable, visible
from models import AidGrant, AidItem, Beneficiary, CheckState, Organisation, SheetKind

NAMED = 5  # rows a warning names before it only counts
Key = tuple[str, int, str]  # ID number, item, term


@dataclass(frozen=True)
class Child:
    """The row of the list that a grant stands with: of several the live, checked, oldest."""

    id: int
    school: int
    name: str
    state: str
    aid_until: int | None
    stage: str | None
    boards: bool | None


class GrantIntake(Intake):
    model = AidGrant

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        active = changeable(AidItem, self.actor.scope).where(AidItem.active)
        items = {item.name: item for item in active.order_by(AidItem.id)}
        children = self._children({row.values[0] for row in rows})
        stored = self._stored({row.values[2] for row in rows}, {child.id: key for key, child in children.items()})
        sound: dict[Key, tuple[int, Child, Any]] = {}
        for row in rows:
            number, item, term, *paid = row.values
            key = (number, items[item].id if item in items else 0, term)
            if fault := _fault(children.get(number), items, item, key=key, rows=sound):
                self.report.hold(row.row, [fault], row.cells)
            else:
                sound[key] = (row.row, children[number], paid)
        self._doubt(sound, {item.id: amounts_of(self.actor.scope, item) for item in items.values()})
        wanted = (
            (at, _again(stored[key][1], paid) if key in stored else _new(key, child, paid), stored.get(key))
            for key, (at, child, paid) in self.report.passing("比较", sound.items())
        )
        store(ledger, AidGrant, COLUMNS, rows=wanted, report=self.report)

    def _children(self, numbers: set[str]) -> dict[str, Child]:
        """By ID number the row of each that the county may write; of live ones, where there are any."""
        best = pw.Case(None, [(Beneficiary.state == CheckState.INVALID, 2), (Beneficiary.state.in_(CHECKED), 0)], 1)
        rows = (
            changeable(Beneficiary, self.actor.scope)
            .join(Organisation)
            .where(dialect.listed(Beneficiary.id_number, numbers))
            .order_by(best.desc(), Beneficiary.id.desc())
            .select(
                *(Beneficiary.id_number, Beneficiary.id, Beneficiary.school, Beneficiary.name, Beneficiary.state),
                *(Beneficiary.aid_until, Organisation.stage, Beneficiary.boards),
            )
        )
        return {number: Child(*values) for number, *values in rows.tuples()}

    def _stored(self, terms_told: set[str], numbers: Mapping[int, str]) -> dict[Key, tuple[int, tuple]]:
        """What was given in these terms; to a child that had no number then, under that which its row has now."""
        fields = [AidGrant._meta.fields[name] for name in COLUMNS]
        rows = visible(AidGrant, self.actor.scope).where(dialect.listed(AidGrant.term, terms_told))
        found = {}
        for row_id, *values in rows.select(AidGrant.id, *fields).tuples():
            beneficiary, number, item, term = values[0], *values[3:6]
            found[number or numbers.get(beneficiary, ""), item, term] = (row_id, tuple(values))
        return found

    def _doubt(self, sound: Mapping[Key, tuple[int, Child, Any]], amounts: Mapping[int, Amounts]) -> None:
        """Warn of what `give` would not have given, by reason."""
        doubtful: dict[str, list[int]] = defaultdict(list)
        for (_, item, term), (at, child, (fen, *_)) in sound.items():
            for reason in _doubts(child, term, fen=fen, amounts=amounts[item]):
                doubtful[reason].append(at)
        for reason, found in doubtful.items():
            named = "、".join(map(str, found[:NAMED])) + ("等" if len(found) > NAMED else "")
            self.report.warnings.append(f"{reason}：{len(found)} 行（第 {named} 行），已照收")


def _fault(
    child: Child | None, items: Mapping[str, AidItem], item: str, *, key: Key, rows: Mapping[Key, tuple]
) -> tuple[str, Fault] | None:
    if child is None:
        return "身份证号", Fault("unknown", "不在本县任何学校的名单上；请先补录，或核对号码")
    if child.state == CheckState.INVALID:
        return "身份证号", Fault("unknown", f"{child.name}在名单上已是无效；请先恢复，或核对号码")
    if item not in items:
        named = "、".join(items) or "（还没有）"
        return "资助项目", Fault("unknown", f"没有“{item[:20]}”，在用的是：{named}；请改正，或先在资助项目里新增")
    if key in rows:
        return "身份证号", Fault("repeated", f"与第 {rows[key][0]} 行是同一人、同一项目、同一学期")
    return None


def _doubts(child: Child, term: str, *, fen: int, amounts: Amounts) -> Iterator[str]:
    if child.state not in CHECKED:
        yield "学校还没有核对"
    if not eligibility.eligible(child.aid_until, terms.school_year(term)):
        yield "资助期已过"
    if fen != amount_due(amounts, child.stage, child.boards):
        yield "金额与资助标准不同"


def _new(key: Key, child: Child, paid: Sequence[Any]) -> tuple:
    """The columns of COLUMNS for what is not on record yet."""
    return child.id, child.school, child.name, *key, *paid


def _again(stored: Sequence[Any], paid: Sequence[Any]) -> tuple:
    """The same for what is: it keeps the row it stands with, and its day and note where the sheet has none."""
    fen, day, note = paid
    return *stored[:6], fen, day or stored[7], note or stored[8]


class Grants(SheetFormat):
    slug = SheetKind.GRANTS
    title = SheetKind.GRANTS.label
    permission = Permission.AID_WRITE
    intake = GrantIntake
    columns = (
        ID_NUMBER,
        Column(
            *("资助项目", "item", partial(words, longest=40)),
            required=True,
            synonyms=also.AID_ITEM,
            note="照资助项目里的名称",
            example="义务教育生活补助",
        ),
        Column("学期", "term", terms.read, required=True, synonyms=also.TERM, example="2026秋"),
        Column("金额", "amount_fen", money.read_given, required=True, synonyms=also.AMOUNT, example="625.00"),
        Column("发放日期", "paid_on", date, empty=None, dated=True, synonyms=also.PAID_ON, example="2026-11-20"),
        Column("备注", "note", partial(text, longest=200), synonyms=also.GRANT_NOTE, example="补发上学期"),
    )
