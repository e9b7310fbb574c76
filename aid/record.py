"""What lists and pages show of the record: the newest operation, who wrote rows last, what one operation touched."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import peewee as pw

from aid import dialect
from aid.labels import label_of
from aid.own_columns import shown_fields
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, Scope, visible
from aid.story import diffs_of
from aid.trace import kept, last_operations
from models import MODELS, Change, ChangeKind, Operation, Row, Versioned

TABLES: dict[str, type[Row]] = {model._meta.table_name: model for model in MODELS}
TITLES: dict[str, str] = {table: model.title for table, model in TABLES.items()}
SHOWN = 200
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Touched:
    """One row an operation touched: its table's title, its name, and what changed as (column, before, after)."""

    title: str
    row: str
    kind: str
    kind_label: str
    diffs: list[tuple[str, str, str]]


def newest_operation() -> int:
    """The number of the newest operation on the server, 0 where there is none: a page's place in time (law 3)."""
    return visible(Operation, SYSTEM.scope).select(pw.fn.MAX(Operation.id)).scalar() or 0


def last_of_the_data(scope: Scope) -> int | None:
    """The number of the last operation that `scope` reads and that changed what lists and workbooks tell; None where
    there is none. Exports, sign-ins and the making of workbooks change nothing."""
    changes = ~Operation.action.startswith("event:") & ~Operation.action.startswith("workbook:")
    by_itself = Operation.action != Permission.ACCOUNT_SELF
    last = visible(Operation, scope).where(changes, by_itself).order_by(Operation.id.desc())
    return last.select(Operation.id).limit(1).scalar()


@dataclass(frozen=True)
class Written:
    """Rows that were written after a moment: of those asked about, and those that came in."""

    changed: frozenset[int]
    added: tuple[int, ...]


def written_since(model: type[Row], operation_id: int, *, among: Sequence[int]) -> Written:
    """The ids of `among` that a later operation than this one changed or removed, and at most 200 that it added.

    Ids alone, whoever wrote them: what the rows say is read through `visible` by whoever asks.
    """
    later = Change.select(Change.row_id).where(Change.operation > operation_id, Change.table == model._meta.table_name)
    changed = later.where(dialect.listed(Change.row_id, among)).distinct().tuples()
    added = later.where(Change.kind == ChangeKind.ADD).limit(SHOWN).tuples()
    return Written(frozenset(row_id for (row_id,) in changed), tuple(row_id for (row_id,) in added))


def last_operation(row: Versioned) -> int:
    """The number of the operation that wrote this row last."""
    return last_operations(type(row), [row.id])[row.id].id


def last_words(rows: Sequence[Versioned]) -> dict[int, str]:
    """By row id, who wrote each of these rows of one table last, when and what."""
    if not rows:
        return {}
    found = last_operations(type(rows[0]), [row.id for row in rows])
    return {
        key: f"{local(operation.at):%m-%d %H:%M} {operation.actor}：{operation.sentence}"
        for key, operation in found.items()
    }


def added_by(actor: Actor, model: type[R], operation_id: int) -> R | None:
    """The one row of `model` that an operation added, where the actor may see both and the row is still there."""
    changes = visible(Change, actor.scope).where(Change.operation == operation_id, Change.kind == ChangeKind.ADD)
    ids = changes.where(Change.table == model._meta.table_name).select(Change.row_id)
    return visible(model, actor.scope).where(model.id.in_(ids)).get_or_none()


def changes_of(actor: Actor, operation: Operation) -> list[Touched]:
    """The first rows that an operation touched, as far as the actor may read the operation; at most 200."""
    changes = list(
        visible(Change, actor.scope).where(Change.operation == operation.id).order_by(Change.id).limit(SHOWN)
    )
    names = _names(changes)
    return [_touched(change, names) for change in changes]


def in_words(table: str, text: str | None, *, at: int) -> str:
    """One side of a change of `table` by the operation `at`, from its JSON: 年级：三年级；班级：1班. What is empty is
    left out."""
    fields = shown_fields(TABLES[table], at=at)
    values = json.loads(text or "{}")
    told = [name for name in values if name in fields and values[name] not in (None, "")]
    return "；".join(f"{fields[name].verbose_name}：{_told(fields[name], values[name])}" for name in told)


def _told(field: pw.Field, value: object) -> str:
    return f"#{value}" if isinstance(field, pw.ForeignKeyField) else label_of(field, kept(field, value))


def _names(changes: Sequence[Change]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change.table].add(change.row_id)
    names = {}
    for table, ids in wanted.items():
        rows = visible(TABLES[table], SYSTEM.scope).where(TABLES[table].id.in_(ids))
        names |= {(table, row.id): str(row) for row in rows}
    return names


def _touched(change: Change, names: dict[tuple[str, int], str]) -> Touched:
    model = TABLES[change.table]
    name = names.get((change.table, change.row_id), f"#{change.row_id}（已不在）")
    diffs = diffs_of(model, change) if change.kind == ChangeKind.CHANGE else []
    return Touched(model.title, name, change.kind, label_of(Change.kind, change.kind), diffs)
