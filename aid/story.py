"""A row's story: everything that was ever done to it, by whom, told in the clerk's words."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from aid.errors import OutOfScope
from aid.labels import label_of
from aid.own_columns import held, shown_fields
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, visible
from aid.trace import kept
from models import Change, ChangeKind, Operation, Row

Names = Mapping[tuple[type[Row], int], str]


@dataclass(frozen=True)
class Chapter:
    """One change of the row. `at` is the county's time; `diffs` are (column, before, after) as shown."""

    at: dt.datetime
    actor: str
    sentence: str
    kind: ChangeKind
    diffs: list[tuple[str, str, str]]
    operation_id: int
    undone: bool


def story(actor: Actor, row: Row) -> list[Chapter]:
    """What was done to `row`, newest first, whoever did it. Secrets are left out.

    Raises OutOfScope when the actor cannot read the row. The number of queries does not grow with the story.
    """
    model = type(row)
    if not visible(model, actor.scope).where(model.id == row.id).exists():
        raise OutOfScope(f"没有这条{row.title}，或它不在您的管理范围内")
    changes = list(
        Change.select(Change, Operation)
        .join(Operation)
        .where(Change.table == model._meta.table_name, Change.row_id == row.id)
        .order_by(Change.id.desc())
    )
    with held():
        pairs = [_pair(model, change) for change in changes]
        names = _names(model, [values for pair in pairs for values in pair])
        return [_chapter(model, change, pair, names=names) for change, pair in zip(changes, pairs, strict=True)]


def _chapter(model: type[Row], change: Change, pair: tuple[dict, dict], *, names: Names) -> Chapter:
    operation = change.operation
    return Chapter(
        at=local(operation.at),
        actor=operation.actor,
        sentence=operation.sentence,
        kind=ChangeKind(change.kind),
        diffs=_diffs(_fields(model, change), pair, names),
        operation_id=operation.id,
        undone=operation.undone,
    )


def diffs_of(model: type[Row], change: Change) -> list[tuple[str, str, str]]:
    """What one change did to its row as (column, before, after) in the clerk's words; secrets are left out."""
    pair = _pair(model, change)
    return _diffs(_fields(model, change), pair, _names(model, pair))


def _pair(model: type[Row], change: Change) -> tuple[dict, dict]:
    fields = _fields(model, change)
    return _values(fields, change.before), _values(fields, change.after)


def _fields(model: type[Row], change: Change) -> dict[str, pw.Field]:
    """The columns that are told, as they were meant when the change was made."""
    return shown_fields(model, at=change.operation_id)


def _diffs(fields: Mapping[str, pw.Field], pair: tuple[dict, dict], names: Names) -> list[tuple[str, str, str]]:
    before, after = pair
    told = [
        (field.verbose_name, _told(field, before.get(name), names), _told(field, after.get(name), names))
        for name, field in fields.items()
        if name in before or name in after
    ]
    return [diff for diff in told if diff[1] != diff[2]]


def _values(fields: Mapping[str, pw.Field], text: str | None) -> dict[str, Any]:
    return {name: kept(fields[name], value) for name, value in json.loads(text or "{}").items() if name in fields}


def _names(model: type[Row], sides: Sequence[Mapping[str, Any]]) -> Names:
    """The names of the rows pointed at, one query per table. The whole server: a row one may read tells what it
    pointed at, also where that has since gone to somebody else."""
    wanted: dict[type[Row], set[int]] = defaultdict(set)
    for field in model._meta.refs:
        wanted[field.rel_model] |= {side[field.name] for side in sides if side.get(field.name) is not None}
    names: dict[tuple[type[Row], int], str] = {}
    for target, ids in wanted.items():
        rows = visible(target, SYSTEM.scope).where(target.id.in_(ids)) if ids else ()
        names |= {(target, found.id): str(found) for found in rows}
    return names


def _told(field: pw.Field, value: Any, names: Names) -> str:
    if value is None or not isinstance(field, pw.ForeignKeyField):
        return label_of(field, value)
    return names.get((field.rel_model, value), f"{field.rel_model.title} #{value}")
