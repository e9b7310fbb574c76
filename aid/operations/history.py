"""Undo: put back what an operation changed, as an operation that can be undone in its turn."""

from collections.abc import Iterable, Sequence
from typing import Any

import peewee as pw

from aid import dialect
from aid.effects import Effect, Effects, effects_of, layers
from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.rounds import recount
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, visible, within
from aid.trace import CHUNK, last_operations
from models import MODELS, Change, ChangeKind, Operation, Row

OWN = (Permission.VIEW_KEEP, Permission.VIEW_SHARE, Permission.SUMMARY_KEEP)  # what is one's own is undone by oneself
NAMED = 3  # rows and operations a refusal names before it only counts


def may_undo(actor: Actor, operation: Operation) -> bool:
    """Whether an undo button belongs beside `operation`, which the actor was able to read. Asks no query."""
    stands = operation.undoable and not operation.undone
    return stands and actor.may(Permission(operation.action)) and not _of_another(actor, operation)


def undo(actor: Actor, operation: Operation) -> Outcome:
    """Put the before values back where a row still has the after values; rows that moved on are named and left alone.

    Needs the permission the operation needed. Raises OutOfScope when the actor cannot see the operation or change its
    rows, or it was done to what is another's own; RuleBroken when it cannot be undone, was undone already, or added
    rows that somebody has changed or referred to since: then nothing is written and the sentence names what to undo
    first.
    """
    operation = _readable(actor, operation)
    with writing(actor, Permission(operation.action), undoes=operation) as ledger:
        operation = _readable(actor, operation)
        if operation.undone or not operation.undoable:
            raise RuleBroken(f"操作 #{operation.id} {'已经撤销过' if operation.undone else '不能撤销'}")
        effects = effects_of(operation)
        moved = [sentence for model in effects for sentence in _put_back(ledger, effects[model])]
        moved += [sentence for model in effects for sentence in _change_back(ledger, effects[model])]
        for model in reversed(effects):
            _remove_added(ledger, effects[model], operation)
        recount(ledger)
        rows = _written(ledger)
        if not rows:
            raise RuleBroken(f"操作 #{operation.id} 没有可以撤销的记录：{'；'.join(moved[:NAMED]) or '没有改动'}")
        ledger.say(f"撤销 #{operation.id}：{operation.sentence}")
    return Outcome(ledger.operation.id, rows, tuple(moved))


def last_of(actor: Actor) -> Operation | None:
    """The newest operation of the actor's that can still be undone: what a message right after it offers to undo."""
    mine = visible(Operation, actor.scope).where(Operation.account == actor.account_id, Operation.actor == actor.name)
    if actor.account_id is None:
        mine = visible(Operation, actor.scope).where(Operation.account.is_null(), Operation.actor == actor.name)
    newest = mine.order_by(Operation.id.desc()).first()
    return newest if newest is not None and may_undo(actor, newest) else None


def _readable(actor: Actor, operation: Operation) -> Operation:
    found = visible(Operation, actor.scope).where(Operation.id == operation.id).get_or_none()
    if found is None or _of_another(actor, found):
        raise OutOfScope("没有这个操作，或它不在您的管理范围内")
    return found


def _of_another(actor: Actor, operation: Operation) -> bool:
    return operation.action in OWN and operation.account_id != actor.account_id


def _written(ledger: Ledger) -> int:
    return Change.select().where(Change.operation == ledger.operation.id).count()


# -- rows that were removed ----------------------------------------------------


def _put_back(ledger: Ledger, effects: Effects) -> list[str]:
    """Insert removed rows again, those that others point at first. Returns a sentence per row that is back already."""
    present: list[int] = []
    for some in _portions(effects, ChangeKind.REMOVE):
        removed = {effect.row_id: effect for effect in some}
        found = _current(effects.model, list(removed), ["id"])
        missing = {row_id: effect.before for row_id, effect in removed.items() if row_id not in found}
        for layer in layers(effects.model, missing):
            _insert(ledger, effects.model, [removed[row_id] for row_id in layer])
        present += found
    return _told(ledger, effects.model, present)


def _portions(effects: Effects, kind: ChangeKind) -> Iterable[Sequence[Effect]]:
    """A few thousand at a time; all at once where rows of the table point at each other and need an order."""
    if any(field.rel_model is effects.model for field in effects.model._meta.refs):
        return [list(effects.of(kind))]
    return pw.chunked(effects.of(kind), CHUNK)


def _insert(ledger: Ledger, model: type[Row], removed: Sequence[Effect]) -> None:
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for effect in removed:
        # The history has no secrets: what comes back opens nothing until it is given a new one.
        values = {"id": effect.row_id} | effect.before | dict.fromkeys(model.secret, "")
        if "version" in values:
            values["version"] += 1  # a form that showed the row before it went must not pass for a fresh one
        stored = tuple(model._meta.fields[name].db_value(value) for name, value in values.items())
        by_columns.setdefault(tuple(values), []).append(stored)
    for columns, rows in by_columns.items():
        ledger.put_back(model, columns, rows)


# -- rows that were changed ----------------------------------------------------


def _change_back(ledger: Ledger, effects: Effects) -> list[str]:
    """Give changed rows their before values. Returns a sentence per row that moved on since."""
    changes: dict[int, dict[str, Any]] = {}
    moved: list[int] = []
    fields = effects.model._meta.fields
    for some in pw.chunked(effects.of(ChangeKind.CHANGE), CHUNK):
        columns = sorted({name for effect in some for name in effect.after})
        current = _current(effects.model, [effect.row_id for effect in some], ["id", *columns])
        for effect in some:
            if not _stands(effect, current.get(effect.row_id)):
                moved.append(effect.row_id)
                continue
            changes[effect.row_id] = {name: fields[name].db_value(value) for name, value in effect.before.items()}
    ledger.change_many(effects.model, changes)
    return _told(ledger, effects.model, moved)


# -- rows that were added ------------------------------------------------------


def _remove_added(ledger: Ledger, effects: Effects, operation: Operation) -> None:
    """Remove added rows that are as they were added and that nothing refers to; refuse the whole undo otherwise."""
    model, pointing, moved = effects.model, {}, []
    own = [field.name for field in model._meta.refs if field.rel_model is model]
    for some in pw.chunked(effects.of(ChangeKind.ADD), CHUNK):
        columns = sorted({name for effect in some for name in effect.after} | {"id"})
        current = _current(model, [effect.row_id for effect in some], columns)
        standing = [effect for effect in some if effect.row_id in current]
        moved += [effect.row_id for effect in standing if not _stands(effect, current[effect.row_id])]
        pointing |= {effect.row_id: {name: current[effect.row_id][name] for name in own} for effect in standing}
    if moved:
        raise RuleBroken(f"不能撤销：新增的{model.title}有 {len(moved)} 条{_since(ledger, model, moved)}")
    if pointing or effects.untouched:
        _refuse_referenced(ledger, model, operation)
    if effects.untouched:
        ledger.remove_many(model, effects.untouched)
    for layer in reversed(list(layers(model, pointing))):
        ledger.remove_many(model, layer)


def _refuse_referenced(ledger: Ledger, model: type[Row], operation: Operation) -> None:
    added = Change.select(Change.row_id).where(
        Change.operation == operation.id, Change.table == model._meta.table_name, Change.kind == ChangeKind.ADD
    )
    for other in MODELS:
        for field in (field for field in other._meta.refs if field.rel_model is model):
            query = other.select(other.id).where(field.in_(added)).order_by(other.id)
            if other is model:
                query = query.where(other.id.not_in(added))
            if ids := [row_id for (row_id,) in query.tuples()]:
                raise RuleBroken(
                    f"不能撤销：新增的{model.title}已有 {len(ids)} 条{other.title}引用{_since(ledger, other, ids)}"
                )


# -- what is told --------------------------------------------------------------


def _current(model: type[Row], ids: Sequence[int], columns: Iterable[str]) -> dict[int, dict[str, Any]]:
    """The rows of `ids` by id. Whole server: whether the actor may write them is the ledger's to refuse, not a gap
    in what is found here."""
    fields = [model._meta.fields[name] for name in columns]
    query = visible(model, SYSTEM.scope).select(*fields).where(dialect.listed(model.id, ids))
    return {row["id"]: row for row in query.dicts()}


def _stands(effect: Effect, row: dict[str, Any] | None) -> bool:
    return row is not None and all(row[name] == value for name, value in effect.after.items() if name != "version")


def _names(ledger: Ledger, model: type[Row], ids: Sequence[int]) -> dict[int, str]:
    names = {row_id: f"{model.title} #{row_id}" for row_id in ids}
    return names | _own_names(ledger, model, ids)


def _own_names(ledger: Ledger, model: type[Row], ids: Sequence[int]) -> dict[int, str]:
    mine = within(visible(model, ledger.actor.scope), ids)
    return {row.id: f"{model.title}“{row}”" for row in mine}


def _told(ledger: Ledger, model: type[Row], ids: Sequence[int]) -> list[str]:
    """A sentence per row that moved on: who wrote it last, and when; not of one that is another's by now, for that
    would tell whose."""
    names, last = _own_names(ledger, model, ids), last_operations(model, ids)
    return [
        f"{names[row_id]}之后已被 {last[row_id].actor}（{local(last[row_id].at):%m-%d %H:%M}）改动，未撤销"
        if row_id in names
        else f"{model.title} #{row_id}已不在您的管理范围内或已不在，未撤销"
        for row_id in ids
    ]


def _since(ledger: Ledger, model: type[Row], ids: Sequence[int]) -> str:
    """The first rows by name, and the operations to be undone first."""
    names = "、".join(_names(ledger, model, ids[:NAMED]).values())
    later = {operation.id: operation for operation in last_operations(model, ids[:CHUNK]).values()}
    readable = visible(Operation, ledger.actor.scope).where(Operation.id.in_(sorted(later)[-NAMED:]))
    told = "、".join(str(operation) for operation in readable.order_by(Operation.id.desc()))
    more = "等" if len(ids) > NAMED else ""
    return f"（{names}{more}）" + (f"；请先撤销后来的操作 {told}" if told else "")
