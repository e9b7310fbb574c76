"""How the ledger leaves its trace: one Operation, and a Change per row touched. Used by aid.ledger alone to write."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any

import peewee as pw

from aid import dialect
from aid.own_columns import kept_names
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import Actor
from codes import Event
from models import Change, ChangeKind, Operation, Row, now

CHUNK = 5000
HIDDEN = "***"


def recorded(actor: Actor, action: Permission | Event, **values: Any) -> Operation:
    """A new operation of the actor's, of now, on record."""
    return Operation.create(
        actor=actor.name,
        account=actor.account_id,
        organisation=actor.organisation_id,
        action=action,
        address=actor.address,
        at=now(),
        **values,
    )


class Trace:
    """The record of one operation while it is being made."""

    def __init__(
        self,
        actor: Actor,
        action: Permission,
        *,
        undoable: bool = True,
        undoes: Operation | None = None,
        gesture: str | None = None,
    ) -> None:
        self.undoes = undoes
        self.gesture = gesture
        self._begun: dict[str, int] = {}  # by table, a change that is not after the first one noted of it
        self.operation = recorded(actor, action, undoable=undoable, undoes=undoes)

    # -- one row --------------------------------------------------------------

    def added(self, row: Row) -> None:
        self._note(row, ChangeKind.ADD, after=shown(row, kept_names(type(row))))

    def changed(self, before: Row, after: Row, columns: Sequence[str]) -> None:
        self._note(
            after, ChangeKind.CHANGE, columns=columns, before=shown(before, columns), after=shown(after, columns)
        )

    def _note(self, row: Row, kind: ChangeKind, *, columns: Sequence[str] = (), **values: str) -> None:
        names = ",".join(sorted(columns))
        table = row._meta.table_name
        self._begin(table)
        Change.create(operation=self.operation, table=table, row_id=row.id, kind=kind, columns=names, **values)

    # -- many rows ------------------------------------------------------------

    def last_id(self, model: type[Row]) -> int:
        return model.select(pw.fn.MAX(model.id)).scalar() or 0

    def added_since(self, model: type[Row], last_id: int) -> int:
        """Note every row after `last_id` as added; writers queue, so they are this operation's. Return how many."""
        self._note_from(model, ChangeKind.ADD, model.id > last_id, after=_columns(model))
        return model.select().where(model.id > last_id).count()

    def put_back(self, model: type[Row], ids: Sequence[int]) -> None:
        """Note rows that were inserted again under the ids they had."""
        self._note_from(model, ChangeKind.ADD, dialect.listed(model.id, ids), after=_columns(model))

    def before_change(self, model: type[Row], columns: Sequence[str], ids: Sequence[int]) -> None:
        fields = _columns(model, columns)
        self._note_from(model, ChangeKind.CHANGE, dialect.listed(model.id, ids), columns=columns, before=fields)

    def after_change(self, model: type[Row], columns: Sequence[str]) -> None:
        after = model.select(dialect.json_of(_columns(model, columns))).where(model.id == Change.row_id)
        Change.update(after=after).where(
            self._noted(model), Change.kind == ChangeKind.CHANGE, Change.after.is_null()
        ).execute()

    def noted_as(
        self, model: type[Row], kind: ChangeKind, found: pw.Select, *, keeps: Sequence[str], columns: Sequence[str] = ()
    ) -> None:
        """Note the rows that `found` selects, by their id and what the history `keeps` of them, "before" or "after":
        `as_added` or `as_changed`, now or where it was set aside."""
        self._begin(model._meta.table_name)
        fixed = self._fixed(model, kind, columns)
        into = [Change.row_id, *(Change._meta.fields[name] for name in keeps), *fixed]
        Change.insert_from(found.select_extend(*map(pw.Value, fixed.values())), into).execute()

    def before_removal(self, model: type[Row], ids: Sequence[int]) -> None:
        whole = _columns(model, model._meta.fields)  # also what lies in a spare column whose definition was undone
        self._note_from(model, ChangeKind.REMOVE, dialect.listed(model.id, ids), before=whole)

    def _note_from(
        self,
        model: type[Row],
        kind: ChangeKind,
        where: pw.Expression,
        *,
        columns: Sequence[str] = (),
        **values: list[Any],
    ) -> None:
        self._note_query(model.select().where(where), kind, columns=columns, **values)

    def _note_query(
        self, rows: pw.ModelSelect, kind: ChangeKind, *, columns: Sequence[str] = (), **values: list[Any]
    ) -> None:
        keeps = [dialect.json_of(some) for some in values.values()]
        found = rows.select(rows.model.id, *keeps)
        self.noted_as(rows.model, kind, found, keeps=list(values), columns=columns)

    def _fixed(self, model: type[Row], kind: ChangeKind, columns: Sequence[str]) -> dict[pw.Field, Any]:
        """What is the same of all rows that are noted at once."""
        names = ",".join(sorted(columns))
        given = (self.operation.id, model._meta.table_name, kind.value, names)
        return dict(zip((Change.operation, Change.table, Change.kind, Change.columns), given, strict=True))

    def forget(self, before: dt.datetime) -> int:
        """Remove the operations before this moment with their changes; what undid one of them stays, by itself."""
        over = Operation.select(Operation.id).where(Operation.at < before)
        Operation.update(undoes=None).where(Operation.undoes.in_(over)).execute()
        Change.delete().where(Change.operation.in_(over)).execute()
        return Operation.delete().where(Operation.at < before).execute()

    # -- the end --------------------------------------------------------------

    def written(self, model: type[Row], *, column: str = "") -> pw.ModelSelect:
        """The ids of the rows of `model` that this operation added or changed; with `column`, changed in it."""
        query = Change.select(Change.row_id).where(self._noted(model), Change.kind != ChangeKind.REMOVE)
        if not column:
            return query
        among = pw.Value(",").concat(Change.columns).concat(",").contains(f",{column},")
        return query.where((Change.kind == ChangeKind.ADD) | among)

    def added_in(self, model: type[Row]) -> pw.ModelSelect:
        """The ids of the rows of `model` that this operation added."""
        return Change.select(Change.row_id).where(self._noted(model), Change.kind == ChangeKind.ADD)

    def close(self) -> None:
        rows = Change.select().where(Change.operation == self.operation).count()
        if not rows:
            self.operation.delete_instance()
            return
        self.operation.rows = rows
        self.operation.gesture = self.gesture  # not before: the block may find that it was written earlier
        self.operation.save()
        self._flag_undone()

    def _flag_undone(self) -> None:
        """What this operation undoes is undone now; what that one had undone stands again, and so on down."""
        undone, target = True, self.undoes
        while target is not None:
            Operation.update(undone=undone).where(Operation.id == target.id).execute()
            undone, target = not undone, target.undoes

    def _begin(self, table: str) -> None:
        if table not in self._begun:
            self._begun[table] = newest_change()

    def _noted(self, model: type[Row]) -> pw.Expression:
        """The changes of one table: those since its first, looked through one by one. By the index of operations each
        table's would be looked for among all that the operation changed."""
        table = model._meta.table_name
        ours = (Change.operation == self.operation.id) & (Change.table == table)
        return (Change.id > self._begun.get(table, 0)) & dialect.asked_of_each(ours)


def shown(row: Row, columns: Iterable[str]) -> str:
    """These columns as the history keeps them: database values as JSON, secrets hidden."""
    fields = row._meta.fields
    values = {name: HIDDEN if name in row.secret else fields[name].db_value(row.__data__.get(name)) for name in columns}
    return json.dumps(values, ensure_ascii=False, default=str)


def as_kept(model: type[Row]) -> pw.Node:
    """An SQL expression for what the history would keep of a row that is added as this one is now."""
    return dialect.json_of(_columns(model))


def as_added(model: type[Row], aside: pw.Table) -> pw.Select:
    """The ids of rows that are set aside whole, under the ids they will have, and what the history will keep of them:
    found without the writer's turn, for Trace.noted_as."""
    after = [getattr(aside.c, field.name) for field in _columns(model)]
    return aside.select(aside.c.id, dialect.json_of(after).alias("after"))


def as_changed(model: type[Row], columns: Sequence[str], aside: pw.Table) -> pw.ModelSelect:
    """The same of rows that change into what is set aside under their ids, as long as they have not."""
    before = _columns(model, columns)
    after = [getattr(aside.c, field.name) for field in before]
    kept = (dialect.json_of(before).alias("before"), dialect.json_of(after).alias("after"))
    return model.select(model.id, *kept).join(aside, on=model.id == aside.c.id)


def newest_change() -> int:
    """The number of the newest change on record, 0 where there is none: a place in time for `touched_since`."""
    return Change.select(pw.fn.MAX(Change.id)).scalar() or 0


def touched_since(change_id: int, models: Iterable[type[Row]]) -> bool:
    """Whether any row of these tables may have been written after the change of this number: one is on record, or the
    record has been cleaned so far that nobody can tell."""
    if not Change.select().where(Change.id == change_id).exists():
        return True
    tables = [model._meta.table_name for model in models]
    # Asked of the few changes since: by the index of tables it would look at every change that a table ever had.
    of_these = dialect.asked_of_each(Change.table.in_(tables))
    return Change.select().where(Change.id > change_id, of_these).exists()


def last_writer(row: Row) -> str:
    """Who changed the row last, and when, for a sentence."""
    last = (
        Operation.select(Operation.actor, Operation.at)
        .join(Change)
        .where(Change.table == row._meta.table_name, Change.row_id == row.id)
        .order_by(Change.id.desc())
        .first()
    )
    return f"{last.actor}，{local(last.at):%m-%d %H:%M}" if last else "修改人不详"


def last_operations(model: type[Row], ids: Sequence[int]) -> dict[int, Operation]:
    """By row id, the operation that wrote the row last."""
    written = Change.select(pw.fn.MAX(Change.id)).where(
        Change.table == model._meta.table_name, dialect.listed(Change.row_id, ids)
    )
    newest = (
        Change.select(Change.id, Change.row_id, Operation)
        .join(Operation)
        .where(Change.id.in_(written.group_by(Change.row_id)))
    )
    return {change.row_id: change.operation for change in newest}


def kept(field: pw.Field, value: Any) -> Any:
    """A value of the history's JSON as the column's Python value, whichever database or library wrote it.

    >>> kept(pw.BooleanField(), 1), kept(pw.DateTimeField(), "2026-09-01T08:00:00")
    (True, datetime.datetime(2026, 9, 1, 8, 0))
    """
    if value is None:
        return None
    if isinstance(field, pw.DateTimeField):
        return dt.datetime.fromisoformat(value)
    if isinstance(field, pw.DateField):
        return dt.date.fromisoformat(value)
    return field.python_value(value)


def _columns(model: type[Row], columns: Iterable[str] | None = None) -> list[Any]:
    names = kept_names(model) if columns is None else columns
    return [model._meta.fields[name] for name in names if name not in model.secret]
