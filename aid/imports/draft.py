"""An import that is compared before the writer's turn is taken, so that others wait for its writing alone.

Reading the stored rows, comparing and doubting takes seconds for a roll of 100,000 rows; writing what came of it, out
of tables set aside, less than one. In the turn it is only asked whether the tables that were read have been written
since.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from operator import attrgetter
from typing import Any, Self

import peewee as pw

from aid import dialect
from aid.imports.base import Held, Intake, Taken
from aid.ledger import Ledger, beginnings, by_columns
from aid.own_columns import held
from aid.rules.cells import shown
from aid.trace import as_added, as_changed, newest_change, touched_since
from models import HeldRow, OwnColumn, Row

HELD = ("sheet_row", "column", "reason", "message", "cells")


class Draft:
    """Stands in for aid.ledger.Ledger where an Intake writes, and keeps what is to be written until it is its turn.

    An intake that rests on nothing, or is `in_turn`, is not drafted: it compares and writes when `write` is called.
    `held` has the rows that were held back, in the order of the sheet, once it is compared.
    """

    def __init__(self, intake: Intake, rows: Sequence[Taken], *, in_turn: bool = False) -> None:
        self.actor = intake.actor
        self._intake, self._rows = intake, rows
        self._drafted = bool(intake.rests_on) and not in_turn
        self._seen = newest_change() if self._drafted else 0
        self._parts: list[Callable[[Ledger], int]] = []
        self._kept = 0
        self._free: dict[type[Row], tuple[int, int]] = {}  # the ids that were free at first, and are now, from there on
        self._aside = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as given_up:
            given_up.enter_context(self._aside)
            if self._drafted:
                with held(anew=True):
                    self._compare(self)
            given_up.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._aside.close()

    def add_many(self, model: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        first, free = self._free.get(model) or [dialect.next_id(model)] * 2
        begin = beginnings(model, columns)
        others = [name for name in model._meta.sorted_field_names if name not in ("id", *columns)]
        ends = tuple(map(begin.get, others))
        numbered = ((row_id, *row, *ends) for row_id, row in enumerate(rows, free))
        aside = self._set_aside(model, ["id", *columns, *others], numbered)
        ids = range(free, free + aside.select().count(dialect.db))
        noted = self._found(as_added(model, aside))
        self._parts.append(partial(Ledger.add_aside, model=model, ids=ids, aside=aside, noted=noted))
        self._free[model] = first, ids.stop
        self._kept += len(ids)
        return len(ids)

    def change_many(self, model: type[Row], changes: Mapping[int, Mapping[str, Any]]) -> int:
        for columns, ids in by_columns(changes).items():
            rows = ((row_id, *(changes[row_id][name] for name in columns)) for row_id in ids)
            aside = self._set_aside(model, ["id", *columns], rows)
            noted = self._found(as_changed(model, columns, aside))
            self._parts.append(partial(Ledger.change_from, model=model, columns=columns, aside=aside, noted=noted))
        self._kept += len(changes)
        return len(changes)

    def write(self, ledger: Ledger) -> bool:
        """Write what was drafted, if it still holds. False, and nothing is written, where the tables it rests on have
        been written since they were read: it is to be drafted again."""
        if not self._drafted:
            self._compare(ledger)
            return True
        if not self._holds():
            return False
        written = 0
        for part in self._parts:
            self._intake.report.reached("写入", written, self._kept)
            written += part(ledger)
        self._intake.report.reached("写入", written, self._kept)
        return True

    def _holds(self) -> bool:
        """Whether what was read while drafting is so still, and the ids that were given are free."""
        if touched_since(self._seen, (*self._intake.rests_on, OwnColumn)):
            return False
        return all(dialect.next_id(model) == first for model, (first, _) in self._free.items())

    def _compare(self, ledger: "Ledger | Draft") -> None:
        """Let the intake write, and set aside what it held back: there may be as many rows as the sheet has."""
        self._intake.write(ledger, self._rows)
        held = sorted(self._intake.report.held_back, key=attrgetter("row"))
        self.held = self._set_aside(HeldRow, HELD, map(_kept, held))

    def _set_aside(self, model: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pw.Table:
        return self._until_the_end(dialect.set_aside(model, columns, rows))

    def _found(self, query: pw.Select) -> pw.Table:
        return self._until_the_end(dialect.found_aside(query))

    def _until_the_end(self, aside: pw.Table) -> pw.Table:
        self._aside.callback(dialect.drop_aside, aside)
        return aside


def _kept(held: Held) -> tuple[Any, ...]:
    cells = json.dumps([shown(cell) for cell in held.cells], ensure_ascii=False)
    return held.row, held.column, held.reason, held.message[: HeldRow.message.max_length], cells
