"""资助项目, 资助标准 and 受助信息 in the grid: a county keeps its items and amounts, and corrects what it has given."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from aid import dialect
from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.operations.aid_items import office_of
from aid.permissions import Permission
from aid.scope import changeable, visible, within
from models import AidGrant, AidItem, AidStandard, Boarding, Row

NOT_OURS = "不是本县的资助项目"
NOTHING = "金额应大于 0；没有发的请在列表里撤回"


class _AidEditor(Editor):
    permission = Permission.AID_WRITE

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        rows = within(changeable(self.model, ledger.actor.scope), ids)
        return {row.id: Draft(row.id, row.version, str(row), self._present(row), row) for row in rows}

    def _present(self, row: Row) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.columns}


class Items(_AidEditor):
    """One name once in a county. An item that is given no more is 不在用; what was given under it stays."""

    model = AidItem
    columns = ("name", "active", "note")
    addable = ("name", "note")
    required = ("name",)

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        named = [draft for draft in drafts if "name" in draft.values]
        others = changeable(AidItem, ledger.actor.scope).where(
            dialect.listed(AidItem.name, {draft.values["name"] for draft in named}),
            ~dialect.listed(AidItem.id, [draft.key for draft in named if draft.key > 0]),
        )
        taken = Counter(name for (name,) in others.select(AidItem.name).tuples())
        for draft in named:
            if taken[draft.values["name"]]:
                yield draft, "name", f"已经有“{draft.values['name']}”了"
            taken[draft.values["name"]] += 1

    def add(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[int]:
        office = office_of(ledger.actor)
        return [ledger.add(AidItem, office=office, **draft.values).id for draft in drafts]


class Standards(_AidEditor):
    """One amount per item, stage and boarding; 0 gives nothing."""

    model = AidStandard
    columns = ("amount_fen",)
    addable = ("item", "stage", "boarding", "amount_fen")
    required = ("item", "stage", "amount_fen")

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        new = [draft for draft in drafts if draft.source is None]
        own = {key for (key,) in changeable(AidItem, ledger.actor.scope).select(AidItem.id).tuples()} if new else set()
        items = {draft.values["item"].id for draft in new}
        present = visible(AidStandard, ledger.actor.scope).where(dialect.listed(AidStandard.item, items))
        taken = set(present.select(AidStandard.item, AidStandard.stage, AidStandard.boarding).tuples())
        for draft in new:
            key = (draft.values["item"].id, draft.values["stage"], self._boarding(draft))
            if key[0] not in own:
                yield draft, "item", NOT_OURS
            elif key in taken:
                yield draft, "stage", "这个项目的这个学段已经有标准了，请直接改金额"
            taken.add(key)

    def add(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[int]:
        rows = [draft.values | {"boarding": self._boarding(draft)} for draft in drafts]
        return [ledger.add(AidStandard, **values).id for values in rows]

    def _boarding(self, draft: Draft) -> str:
        return draft.values.get("boarding") or Boarding.ANY.value


class Grants(_AidEditor):
    """What was given, corrected. Grants come by giving or by a sheet, not here."""

    model = AidGrant
    columns = ("amount_fen", "paid_on", "note")

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        return ((draft, "amount_fen", NOTHING) for draft in drafts if draft.values.get("amount_fen") == 0)
