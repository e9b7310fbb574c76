"""The one way to write: a transaction that checks, saves and leaves a trace.

    with writing(actor, Permission.BENEFICIARY_CHECK) as ledger:
        row = ledger.fresh(row)
        ledger.change(row, state=CheckState.INVALID)
        ledger.say(f"{row}：改为无效")

Nothing else in the program inserts, updates or deletes; tests/test_architecture.py sees to that.
A row is checked before it is changed, a target before it is pointed at, and every written row once more at the end.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import and_, attrgetter, or_
from typing import Any, TypeVar

import peewee as pw

from aid import dialect, locks
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.own_columns import held
from aid.permissions import Permission
from aid.scope import Actor, changeable, visible, within
from aid.trace import Trace, as_changed, last_writer, recorded
from codes import Event
from models import ChangeKind, Operation, Result, Row, Session, Versioned, db

logger = logging.getLogger(__name__)
R = TypeVar("R", bound=Versioned)
SENTENCE = Operation.sentence.max_length


@contextmanager
def writing(
    actor: Actor,
    permission: Permission,
    *,
    undoable: bool = True,
    undoes: Operation | None = None,
    gesture: str | None = None,
) -> Iterator["Ledger"]:
    """Demand the permission, then commit everything the block did as one Operation, or none of it.

    `undoable=False` is for what the history cannot put back, secrets above all; `undoes` is for aid.operations.history,
    `gesture`, a name that no other operation has, for aid.editing: what was asked twice is written once.

    Raises NotAllowed before anything else, OutOfScope when a written row is not the actor's to write, RuleBroken when
    the database's own constraints refuse. A block that changes nothing leaves no Operation.
    """
    actor.demand(permission)
    try:
        with dialect.writers_turn(), held(anew=True):
            ledger = Ledger(actor, Trace(actor, permission, undoable=undoable, undoes=undoes, gesture=gesture))
            yield ledger
            ledger.close()
    except pw.IntegrityError as conflict:
        logger.warning("%s by %s", permission, actor.name, exc_info=True)
        raise RuleBroken("与已有记录冲突，或仍有其他记录引用它，未作任何改动") from conflict


def note(actor: Actor, event: Event, sentence: str, *, rows: int = 0, result: Result = Result.DONE) -> None:
    """Put on record what changed no row: an export of `rows` rows, a sign-in or a page that was refused."""
    with dialect.writers_turn():
        recorded(actor, event, sentence=sentence[:SENTENCE], rows=rows, result=result, undoable=False)


class Ledger:
    """What a block may do to rows; get one from `writing`."""

    def __init__(self, actor: Actor, trace: Trace) -> None:
        self.actor = actor
        self.trace = trace
        self._touched: dict[type[Row], set[str]] = defaultdict(set)
        self._targets: set[tuple[type[Row], int]] = set()

    @property
    def operation(self) -> Operation:
        return self.trace.operation

    def say(self, sentence: str) -> None:
        """What was done, as the history shows it. The last sentence stands."""
        self.operation.sentence = sentence[:SENTENCE]

    # -- one row --------------------------------------------------------------

    def fresh(self, row: R) -> R:
        """Read the row again, inside the transaction: decide on this one.

        Raises OutOfScope when the actor may not change it, Conflict when it moved on since `row` was read, RuleBroken
        for one that is locked (aid.locks).
        """
        found = changeable(type(row), self.actor.scope).where(type(row).id == row.id).get_or_none()
        if found is None:
            raise OutOfScope(f"{row.title}“{row}”不在您可以改动的范围内")
        if found.version != row.version:
            raise Conflict(f"“{row}”在您打开之后已被改动（{last_writer(row)}），未作任何改动；请刷新后核对再保存")
        locks.refuse_locked(self.actor, self.operation.action, locks.locking(found))
        return found

    def add(self, model: type[R], **values: Any) -> R:
        """Insert a row and return it."""
        row = model(**values)
        self._check_targets(row, row._meta.refs)
        row.save(force_insert=True)
        self.trace.added(row)
        self._touch(model)
        return row

    def change(self, row: Versioned, **values: Any) -> bool:
        """Update the named columns at the version that was read. True when anything differed."""
        model, before = type(row), self.fresh(row)
        for name, value in values.items():
            setattr(row, name, value)
        changed = [name for name in values if before.__data__[name] != row.__data__[name]]
        if not changed:
            return False
        self._check_targets(row, [field for field in row._meta.refs if field.name in changed])
        row.version = before.version + 1
        row.save(only=[row._meta.fields[name] for name in (*changed, "version")])
        self.trace.changed(before, row, changed)
        self._touch(model, changed)
        return True

    def remove(self, row: Versioned) -> None:
        """Delete a row that nothing refers to."""
        row = self.fresh(row)
        self.remove_many(type(row), [row.id])

    # -- many rows, set-based -------------------------------------------------

    def add_many(self, model: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert tuples of database values in the order of `columns`; the others get what they begin with. Return how
        many."""
        after, others = self.trace.last_id(model), beginnings(model, columns)
        ends = tuple(others.values())
        dialect.execute_many(dialect.insert_sql(model, [*columns, *others]), ((*row, *ends) for row in rows))
        self._touch(model)
        return self.trace.added_since(model, after)

    def add_from(self, model: type[Row], columns: Sequence[str], query: pw.ModelSelect) -> int:
        """Insert what `query` selects, in the order of `columns`; the others get what they begin with. Return how
        many."""
        after = self.trace.last_id(model)
        others = beginnings(model, columns)
        fields = [model._meta.fields[name] for name in (*columns, *others)]
        model.insert_from(query.select_extend(*map(pw.Value, others.values())), fields).execute()
        self._touch(model)
        return self.trace.added_since(model, after)

    def add_aside(self, model: type[Row], *, ids: range, aside: pw.Table, noted: pw.Table) -> int:
        """Insert the rows that are set aside whole, under these ids, from dialect.next_id on; `noted` is what
        trace.as_added found of them. Return how many."""
        fields = model._meta.sorted_fields
        model.insert_from(aside.select(*(getattr(aside.c, field.name) for field in fields)), fields).execute()
        dialect.ids_given(model, ids)
        self.trace.noted_as(model, ChangeKind.ADD, noted.select(noted.c.id, noted.c.after), keeps=("after",))
        self._touch(model)
        return len(ids)

    def put_back(self, model: type[Row], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
        """Insert rows again that were removed: tuples of database values, the id first; return how many."""
        dialect.execute_many(dialect.insert_sql(model, columns), rows)
        self.trace.put_back(model, [row[0] for row in rows])
        self._touch(model)
        return len(rows)

    def change_many(self, model: type[Row], changes: Mapping[int, Mapping[str, Any]]) -> int:
        """Update each row by id with its own columns (database values that differ from what is there)."""
        self._check_changeable(model, list(changes), count=len(changes))
        for columns, ids in by_columns(changes).items():
            self.trace.before_change(model, columns, ids)
            rows = ((*(changes[row_id][name] for name in columns), row_id) for row_id in ids)
            dialect.execute_many(dialect.update_sql(model, columns), rows)
            self.trace.after_change(model, columns)
            self._touch(model, columns)
        return len(changes)

    def change_from(
        self, model: type[Row], columns: Sequence[str], aside: pw.Table, *, noted: pw.Table | None = None
    ) -> int:
        """Update each row that `aside` (aid.dialect.set_aside: the id and `columns`) has with what it has there, which
        must differ; return how many. `noted` is what trace.as_changed found of them, where it is known already."""
        ids = aside.select(aside.c.id)
        count = ids.count(db)
        self._check_changeable(model, ids, count=count)
        kept = ("before", "after")
        found = (
            as_changed(model, columns, aside)
            if noted is None
            else noted.select(noted.c.id, *attrgetter(*kept)(noted.c))
        )
        self.trace.noted_as(model, ChangeKind.CHANGE, found, keeps=kept, columns=columns)
        fields = model._meta.fields
        values = {fields[name]: getattr(aside.c, name) for name in columns} | {model.version: model.version + 1}
        model.update(values).from_(aside).where(model.id == aside.c.id).execute()
        self._touch(model, columns)
        return count

    def change_where(self, model: type[Row], *where: pw.Expression, **values: Any) -> int:
        """Give the same values to every row of `where` that differs from them; return how many changed.

        Raises OutOfScope when any such row is not the actor's to change.
        """
        fields = model._meta.fields
        stored = {name: fields[name].db_value(value) for name, value in values.items()}
        differs = reduce(or_, (~dialect.same(fields[name], value) for name, value in stored.items()))
        query = model.select(model.id).where(reduce(and_, [*where, differs]))
        return self.change_many(model, dict.fromkeys((row_id for (row_id,) in dialect.fetched(query)), stored))

    def remove_many(self, model: type[Row], ids: Sequence[int]) -> int:
        """Delete rows by id that nothing refers to; the history keeps every column."""
        self._check_changeable(model, ids, count=len(ids))
        self.trace.before_removal(model, ids)
        model.delete().where(dialect.listed(model.id, ids)).execute()
        return len(ids)

    def forget(self, before: dt.datetime) -> int:
        """Remove the record of what was done, and of sign-ins, before this moment (UTC); return how many operations."""
        Session.delete().where(Session.started < before).execute()
        return self.trace.forget(before)

    # -- the end --------------------------------------------------------------

    def close(self) -> None:
        """Check every written row and every new target once more, and put the operation on record."""
        for model in self._touched:
            self._check_written(model)
        self.trace.close()

    def _touch(self, model: type[Row], columns: Iterable[str] | None = None) -> None:
        self._touched[model] |= set(model._meta.fields if columns is None else columns)

    def _check_written(self, model: type[Row]) -> None:
        rule = changeable(model, self.actor.scope)._where
        foreign = [] if rule is None else [dialect.untrue(rule)]
        astray = {field: self._astray(field) for field in model._meta.refs if field.name in self._touched[model]}
        written = model.select(model.id).where(model.id.in_(self.trace.written(model)))
        if {"state", "report"} & self._touched[model]:
            locks.refuse_taken_back(model, written)
        # Everything in one pass: there may be 100,000 rows. Only where it finds one is asked which it was.
        if not (wrong := [*foreign, *astray.values()]) or not written.where(reduce(or_, wrong)).exists():
            return
        if foreign and written.where(*foreign).exists():
            raise OutOfScope(f"改动涉及不在您管理范围内的{model.title}，未作任何改动")
        for field, condition in astray.items():  # a pointer that stood there before may lead out of the place
            pointed = model.select(model.id).where(model.id.in_(self.trace.written(model, column=field.name)))
            if pointed.where(condition).exists():
                raise OutOfScope(f"{field.verbose_name}不在您的管理范围内，未作任何改动")

    def _astray(self, field: pw.ForeignKeyField) -> pw.Expression:
        targets = visible(field.rel_model, self.actor.scope).select(field.rel_model.id)
        return field.is_null(False) & field.not_in(targets)

    def _check_targets(self, row: Row, fields: Iterable[pw.ForeignKeyField]) -> None:
        for field in fields:
            key = row.__data__.get(field.name)
            if key is None or (field.rel_model, key) in self._targets:
                continue
            if not visible(field.rel_model, self.actor.scope).where(field.rel_model.id == key).exists():
                raise OutOfScope(f"{field.verbose_name}不在您的管理范围内")
            self._targets.add((field.rel_model, key))

    def _check_changeable(self, model: type[Row], ids: Sequence[int] | pw.Select, *, count: int) -> None:
        if within(changeable(model, self.actor.scope), ids).count() < count:
            raise OutOfScope(f"所选{model.title}有不在您可以改动的范围内的，未作任何改动")
        locks.refuse_locked_among(self.actor, self.operation.action, model, ids=ids)


def by_columns(changes: Mapping[int, Mapping[str, Any]]) -> dict[tuple[str, ...], list[int]]:
    """The ids of rows to change, by the columns that change."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row_id, values in changes.items():
        found[tuple(sorted(values))].append(row_id)
    return found


def beginnings(model: type[Row], given: Iterable[str]) -> dict[str, Any]:
    """The database values that columns begin with, those of `given` and those that begin with nothing left out."""
    fields = [field for field in model._meta.sorted_fields if field.name not in (*given, "id")]
    values = {field: field.default() if callable(field.default) else field.default for field in fields}
    return {field.name: field.db_value(value) for field, value in values.items() if value is not None}
