"""What a clerk chose to act on: ticked rows, or every row of a filter, as the page showed them (DESIGN.md, law 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import peewee as pw

from aid import dialect
from aid.errors import Conflict, OutOfScope
from aid.ledger import Ledger
from aid.scope import Scope, changeable, visible, within
from aid.trace import last_operations
from models import Change, Operation, Versioned


@dataclass(frozen=True)
class Selection:
    """Made by `ticked` or `filtered`; `resolve` turns it into ids inside a writing block."""

    model: type[Versioned]
    versions: Mapping[int, int] = field(default_factory=dict)
    where: pw.Expression | None = None
    shown_at: int | None = None
    expected: int = 0

    @classmethod
    def ticked(cls, model: type[Versioned], versions: Mapping[int, int]) -> Self:
        """Rows chosen one by one, each id with the version that was on the page."""
        return cls(model, versions=dict(versions), expected=len(versions))

    @classmethod
    def filtered(
        cls, model: type[Versioned], *, where: pw.Expression | None = None, shown_at: int, expected: int
    ) -> Self:
        """Every visible row of `where` (on the model's own columns; None is every row). `shown_at` is the newest
        Operation id when the page was made, 0 where there was none; `expected` the count the page showed."""
        return cls(model, where=where, shown_at=shown_at, expected=expected)

    def resolve(self, ledger: Ledger) -> list[int]:
        """The ids to act on, ascending.

        Raises OutOfScope when a chosen row is not the actor's to change, Conflict when the rows are not those that
        were shown: a version moved on, a row of the filter was written since, or the count differs.
        """
        return self._filtered_ids(ledger) if self.shown_at is not None else self._ticked_ids(ledger)

    def shown(self, scope: Scope) -> pw.ModelSelect:
        """The rows as they are now, to tell beforehand what an action will do; nothing is refused."""
        mine = changeable(self.model, scope)
        if self.shown_at is None:
            return within(mine, self.versions)
        return mine if self.where is None else mine.where(self.where)

    def _ticked_ids(self, ledger: Ledger) -> list[int]:
        mine = within(changeable(self.model, ledger.actor.scope), self.versions)
        found = dict(mine.select(self.model.id, self.model.version).tuples())
        if len(found) < len(self.versions):
            raise OutOfScope(f"所选{self.model.title}有不在您可以改动的范围内的，未作任何改动")
        if moved := [row_id for row_id, version in self.versions.items() if found[row_id] != version]:
            who = "、".join(sorted({operation.actor for operation in last_operations(self.model, moved).values()}))
            raise Conflict(f"打开页面之后，其中 {len(moved)} 行已被 {who} 改动，未作任何改动；请刷新后重新选择")
        return sorted(self.versions)

    def _filtered_ids(self, ledger: Ledger) -> list[int]:
        shown = self._within(visible(self.model, ledger.actor.scope))
        mine = self._within(changeable(self.model, ledger.actor.scope))
        refuse_if_written_since(self.model, shown, shown_at=self.shown_at)
        ids = [row_id for (row_id,) in dialect.fetched(shown.order_by(self.model.id))]
        if len(ids) != self.expected:
            raise Conflict(f"打开页面时筛选结果是 {self.expected} 行，现在是 {len(ids)} 行，未作任何改动；请刷新后再试")
        if others := len(ids) - mine.count():
            raise OutOfScope(f"筛选结果中有 {others} 行不在您可以改动的范围内，未作任何改动；请缩小筛选范围")
        return ids

    def _within(self, query: pw.ModelSelect) -> pw.ModelSelect:
        query = query.select(self.model.id)
        return query if self.where is None else query.where(self.where)


def refuse_if_written_since(model: type[Versioned], ids: pw.ModelSelect, *, shown_at: int) -> None:
    """Raise Conflict, saying how many and by whom, when an operation later than `shown_at` wrote a row of `ids`."""
    later = (
        Change.select(pw.fn.COUNT(Change.row_id.distinct()), Operation.actor)
        .join(Operation)
        .where(Change.operation > shown_at, Change.table == model._meta.table_name, Change.row_id.in_(ids))
        .group_by(Operation.actor)
        .order_by(Operation.actor)
        .tuples()
    )
    if told := "、".join(f"{who} 改动 {rows} 行" for rows, who in later):
        raise Conflict(f"打开页面之后又有变化（{told}），未作任何改动；请刷新后再试")
