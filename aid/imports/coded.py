"""Rows known by their code that point at rows of the same table by code, in any order in the sheet."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import peewee as pw

from aid.imports.base import UNTOUCHED, Intake, Taken, store
from aid.ledger import Ledger
from aid.rules.cells import Fault
from aid.scope import SYSTEM, visible
from models import Row


class CodedIntake(Intake):
    """Rows known by their code that point at other rows of the same table by code."""

    model: ClassVar[type[Row]]
    names: ClassVar[Sequence[str]]
    links: ClassVar[Mapping[str, int]]  # the sheet's title of a column that points at a row of this table -> its place

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        """What is pointed at goes in before what points at it; a row may stand above or below it in the sheet."""
        waiting = {row.values[0]: row for row in self._once(rows)}
        ids = self._ids()
        while ready := self._ready({key: row for key, row in waiting.items() if not self._missing(row, ids)}):
            going_in = self._store(ledger, ready, ids)
            waiting = {key: row for key, row in waiting.items() if key not in ready}
            # A rehearsal has added none; its rows get numbers that no row has.
            ids = {key: -row.row for key, row in ready.items() if key in going_in} | ids | self._ids()
        for row in waiting.values():
            faults = [(title, Fault("unknown", "没有这个编码")) for title in self._missing(row, ids)]
            self.report.hold(row.row, faults, row.cells)

    def _ready(self, sound: Mapping[str, Taken]) -> Mapping[str, Taken]:
        """Of rows whose links are there those that go in now: what a row stands below without saying so goes first."""
        return {key: row for key, row in sound.items() if self.above(row) not in sound}

    def above(self, row: Taken) -> str:
        """The code that a row is put below where it does not say it, "" for none; never its own, nor one below it."""
        return ""

    def _missing(self, row: Taken, ids: Mapping[str, int]) -> list[str]:
        named = {title: row.values[at] for title, at in self.links.items()}
        return [title for title, code in named.items() if code not in ("", UNTOUCHED) and code not in ids]

    def _once(self, rows: Sequence[Taken]) -> Iterator[Taken]:
        """The rows to write: a code's second row, and what fails the table's own checks, are held back."""
        seen: set[str] = set()
        for row in rows:
            repeated = (self.sheet.columns[0].title, Fault("duplicate", "这个编码在表中出现了不止一次"))
            fault = repeated if row.values[0] in seen else self.fault(row)
            seen.add(row.values[0])
            if fault:
                self.report.hold(row.row, [fault], row.cells)
            else:
                yield row

    def _store(self, ledger: Ledger, ready: Mapping[str, Taken], ids: Mapping[str, int]) -> set[str]:
        """Write what is ready; return the codes that are not held back."""
        fields = [self.model._meta.fields[name] for name in self.names]
        query = self.known().select(self.model.id, *fields).tuples()
        stored = {values[0]: (row_id, values) for row_id, *values in query}
        mine = {row_id for (row_id,) in visible(self.model, self.actor.scope).select(self.model.id).tuples()}
        wanted, kept = [], set()
        for key, row in ready.items():
            old = stored.get(key)
            values = [*self.made(row, ids), *self.own_kept(row, old)]
            if faults := self._faults(row, values, old=old, mine=mine):
                self.report.hold(row.row, faults, row.cells)
            else:
                wanted.append((row.row, values, old))
                kept.add(key)
        store(ledger, self.model, self.names, rows=wanted, report=self.report)
        return kept

    def _faults(
        self, row: Taken, values: list[Any], *, old: tuple[int, list[Any]] | None, mine: set[int]
    ) -> list[tuple[str, Fault]]:
        """What forbids that the row becomes these values: nothing where it has them."""
        if not self._allowed(row, values, old=old, mine=mine):
            return [(self.sheet.columns[0].title, Fault("scope", "不在您的管理范围内，或指向范围外的机构"))]
        return [] if old and old[1] == values else self.own_faults(row, old)

    def own_kept(self, row: Taken, old: tuple[int, list[Any]] | None) -> list[Any]:
        """The row's values in the columns that the county has added to the table, behind those of `made`."""
        return []

    def own_faults(self, row: Taken, old: tuple[int, list[Any]] | None) -> list[tuple[str, Fault]]:
        """What is wrong with them."""
        return []

    def _allowed(self, row: Taken, values: list[Any], *, old: tuple[int, list[Any]] | None, mine: set[int]) -> bool:
        """A row in the actor's place that points at nothing new outside it, or any row that is left as it is."""
        row_id, before = old or (None, [None] * len(values))
        if values == before:
            return True
        own = [field.name for field in self.model._meta.refs if field.rel_model is self.model]
        places = [self.names.index(name) for name in own]
        pointed = {values[at] for at in places if values[at] and values[at] > 0 and values[at] != before[at]}
        return self.may_write(row) and pointed <= mine and (row_id is None or row_id in mine)

    def _ids(self) -> dict[str, int]:
        return dict(self.known().select(self.model.code, self.model.id).tuples())

    def known(self) -> pw.ModelSelect:
        """The rows a sheet may name, though not change. Whole server: a county's sheet names the office above it."""
        return visible(self.model, SYSTEM.scope)

    def fault(self, row: Taken) -> tuple[str, Fault] | None:
        """What forbids a row whose cells are sound one by one."""
        return None

    def may_write(self, row: Taken) -> bool:
        """Whether the row lies in the actor's place."""
        raise NotImplementedError

    def made(self, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        """The row's values in the order of `names`."""
        raise NotImplementedError
