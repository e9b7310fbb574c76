"""What an operation did to each row, its several changes to one row taken together."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

import peewee as pw

from aid.trace import as_kept, kept
from models import MODELS, Change, ChangeKind, Operation, Row

Part = tuple[str, str | None, str | None]  # kind, before, after: the JSON as the history keeps it
UNTOUCHED: Part = (ChangeKind.ADD, None, None)


@dataclass(frozen=True)
class Effect:
    """`before` is empty for a row that was added, `after` for one that was removed. Python values, no secrets."""

    row_id: int
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Effects:
    """The effects on one table. The JSON is read a row at a time, so that 100,000 rows fit in memory.

    `untouched` are rows that were added and are to the letter what they were then: nothing of them is in `parts`.
    """

    model: type[Row]
    parts: dict[ChangeKind, dict[int, list[Part]]] = field(default_factory=dict)
    untouched: list[int] = field(default_factory=list)

    def of(self, kind: ChangeKind) -> Iterator[Effect]:
        for row_id, parts in self.parts.get(kind, {}).items():
            before, after = folded([(self._values(part[1]), self._values(part[2])) for part in parts])
            if kind == ChangeKind.CHANGE:
                undone = after.keys() - self.model.lasting
                names = [name for name in after if name in undone & before.keys() and before[name] != after[name]]
                before, after = ({name: values[name] for name in names} for values in (before, after))
            if before or after:
                yield Effect(
                    row_id, {} if kind == ChangeKind.ADD else before, {} if kind == ChangeKind.REMOVE else after
                )

    def _values(self, text: str | None) -> dict[str, Any]:
        values = {name: value for name, value in json.loads(text or "{}").items() if name in self._told}
        for name in self._typed & values.keys():
            values[name] = kept(self.model._meta.fields[name], values[name])
        return values

    @cached_property
    def _told(self) -> frozenset[str]:
        return frozenset(self.model._meta.fields) - self.model.secret

    @cached_property
    def _typed(self) -> frozenset[str]:
        """The columns whose values JSON cannot hold as they are."""
        typed = (pw.BooleanField, pw.DateField, pw.DateTimeField)
        return frozenset(name for name, field in self.model._meta.fields.items() if isinstance(field, typed))


def effects_of(operation: Operation) -> dict[type[Row], Effects]:
    """The effects by table, in the order of MODELS: what is pointed at comes before what points at it."""
    query = Change.select(Change.table).where(Change.operation == operation.id).distinct()
    tables = {table for (table,) in query.tuples()}
    found = [_effects_on(model, operation) for model in MODELS if model._meta.table_name in tables]
    return {effects.model: effects for effects in found if effects.parts or effects.untouched}


def _effects_on(model: type[Row], operation: Operation) -> Effects:
    effects = Effects(model)
    for row_id, rows in groupby(_changes(model, operation), key=itemgetter(0)):
        parts = [row[1:] for row in rows]
        if parts == [UNTOUCHED]:
            effects.untouched.append(row_id)
        elif kind := net(parts[0][0], parts[-1][0]):
            effects.parts.setdefault(kind, {})[row_id] = parts
    return effects


def _changes(model: type[Row], operation: Operation) -> pw.ModelSelect:
    """What the operation did to the rows of a table, in its order. The database compares a row that was added with what
    it is now, and has nothing to tell where they are the same: reading 100,000 rows of JSON takes seconds. Where rows
    of a table point at each other, in what order they go depends on what they say, so it is told."""
    rows = Change.select().where(Change.operation == operation.id, Change.table == model._meta.table_name)
    after = Change.after
    if all(pointer.rel_model is not model for pointer in model._meta.refs):
        same = (Change.kind == ChangeKind.ADD) & (Change.after == as_kept(model))
        rows = rows.join(model, pw.JOIN.LEFT_OUTER, on=model.id == Change.row_id)
        after = pw.Case(None, [(same, None)], Change.after)
    ordered = rows.select(Change.row_id, Change.kind, Change.before, after).order_by(Change.row_id, Change.id)
    return ordered.tuples()


def net(first: str, last: str) -> ChangeKind | None:
    """What changes that begin with `first` and end with `last` did to a row; None where it came and went.

    >>> net("add", "change"), net("change", "remove"), net("add", "remove")
    (<ChangeKind.ADD: 'add'>, <ChangeKind.REMOVE: 'remove'>, None)
    """
    if first == ChangeKind.ADD:
        return None if last == ChangeKind.REMOVE else ChangeKind.ADD
    return ChangeKind.REMOVE if last == ChangeKind.REMOVE else ChangeKind.CHANGE


def folded(steps: list[tuple[dict[str, Any], dict[str, Any]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first value before and the last value after, column by column.

    >>> folded([({"grade": 1}, {"grade": 2}), ({"grade": 2, "name": "a"}, {"grade": 3, "name": "b"})])
    ({'grade': 1, 'name': 'a'}, {'grade': 3, 'name': 'b'})
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for earlier, later in steps:
        before = earlier | before
        after |= later
    return before, after


def layers(model: type[Row], rows: Mapping[int, Mapping[str, Any]]) -> Iterator[list[int]]:
    """The ids of `rows` in groups such that a row comes after the rows of its own table it points at."""
    own = [key.name for key in model._meta.refs if key.rel_model is model]
    waiting = {row_id: {values.get(name) for name in own} - {row_id, None} for row_id, values in rows.items()}
    while waiting:
        ready = [row_id for row_id, targets in waiting.items() if not any(target in waiting for target in targets)]
        ready = ready or list(waiting)  # a ring: let the database say what it thinks of it
        yield ready
        for row_id in ready:
            del waiting[row_id]
