"""What the columns mean that the county has added to a table: the one place that knows a spare column's definition.

Whoever shows, reads, compares or writes a column by its name asks `field_of`; for a fixed column that is the model's
own field, for an added one a field of its kind, label and choices over the spare column it lies in. Definitions are
read once per request, and anew inside every operation that writes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from aid.errors import RuleBroken
from aid.labels import label_of
from aid.scope import SYSTEM, visible
from models import (
    SLOTS,
    Answer,
    Beneficiary,
    Decimals,
    DropoutCase,
    Extensible,
    Organisation,
    OwnColumn,
    OwnKind,
    Row,
    db,
)

TABLES: dict[str, type[Extensible]] = {
    model._meta.table_name: model for model in (Beneficiary, Organisation, DropoutCase)
}
_SLOTS = frozenset(SLOTS)
LONGEST = Extensible.own_text_1.max_length


@dataclass(frozen=True)
class Choice:
    """One of the values a column of choices may hold; a closed one stays where it is, and is not chosen any more."""

    code: str
    label: str
    closed: bool = False


@dataclass(frozen=True)
class Defined:
    """A definition as it is used. `field` is its meaning; its name is the slot's."""

    id: int
    table: str
    slot: str
    label: str
    help: str
    required: bool
    retired: bool
    choices: tuple[Choice, ...]
    since: int
    until: int | None
    field: pw.Field = field(compare=False)

    def meant_at(self, operation_id: int) -> bool:
        """Whether the slot had this meaning when the operation was done."""
        return self.since <= operation_id and (self.until is None or operation_id <= self.until)


class Chosen(pw.CharField):
    """A column of choices, some of which may be closed."""

    def __init__(self, *args: Any, closed: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        self.closed = closed


class Known:
    """All definitions of the server, as they were at one moment."""

    def __init__(self, rows: Iterator[OwnColumn]) -> None:
        self.all = tuple(_defined(row) for row in rows)
        self.standing = {(one.table, one.slot): one for one in self.all if one.until is None}
        self.shown = {
            table: tuple(one for one in self.standing.values() if one.table == table and not one.retired)
            for table in TABLES
        }


_held: ContextVar[list[Known] | None] = ContextVar("own_columns", default=None)


def hold() -> None:
    """From now on read the definitions once, when they are first asked for; until `let_go`."""
    _held.set([])


def let_go() -> None:
    """The end of what `hold` began."""
    _held.set(None)


@contextmanager
def held(*, anew: bool = False) -> Iterator[None]:
    """The same for a block; what is held already stays so, unless they are to be read `anew`."""
    if _held.get() is not None and not anew:
        yield
        return
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def own_of(model: type[Row]) -> tuple[Defined, ...]:
    """The columns that the county has added to a table and not retired, in its order."""
    return _known().shown[model._meta.table_name] if issubclass(model, Extensible) else ()


def own_beside(links: Mapping[str, type[Row]]) -> dict[str, Defined]:
    """Those of the tables that `links` point at, by their names from here: school.own_text_1."""
    return {f"{link}.{one.slot}": one for link, table in links.items() for one in own_of(table)}


def own_among(model: type[Row], names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that can be columns which the county has added, each once, whatever they mean by now."""
    return tuple(name for name in dict.fromkeys(names) if name in _SLOTS) if issubclass(model, Extensible) else ()


def slot_of(name: str) -> str:
    """The spare column that a name speaks of, itself or with an ending such as _sum; "" for any other name."""
    return next((slot for slot in (name, name.rpartition("_")[0]) if slot in _SLOTS), "")


def closed_in(field: pw.Field) -> frozenset[str]:
    """The codes that a column of choices may not be given any more; none of a fixed column's."""
    return field.closed if isinstance(field, Chosen) else frozenset()


def own_names(model: type[Row]) -> tuple[str, ...]:
    """The names of `own_of`: those of the spare columns they lie in."""
    return tuple(one.slot for one in own_of(model))


def ever_in(model: type[Row], name: str) -> tuple[Defined, ...]:
    """Everything that a spare column has meant, the first first; nothing of another column."""
    table = model._meta.table_name
    found = [one for one in _known().all if (one.table, one.slot) == (table, name)]
    return tuple(sorted(found, key=lambda one: one.since))


def field_of(model: type[Row], name: str) -> pw.Field:
    """What a column of a table is: its label, its kind, its choices, how a value is kept. Raises KeyError."""
    if name in _SLOTS and (found := _known().standing.get((model._meta.table_name, name))):
        return found.field
    return model._meta.fields[name]


def demanded(model: type[Row]) -> tuple[str, ...]:
    """Those of `own_names` that must be filled in."""
    return tuple(one.slot for one in own_of(model) if one.required)


def broken(model: type[Row], present: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a row that is to be as `present` with `values` over it, as (column, sentence): a required
    column that is empty, a choice that is newly made and closed."""
    for one in own_of(model):
        value = values.get(one.slot, present.get(one.slot))
        if one.required and value is None:
            yield one.slot, f"请填写“{one.label}”，县里要求必填"
        elif one.slot in values and value in closed_in(one.field) and value != present.get(one.slot):
            yield one.slot, f"“{label_of(one.field, value)}”已停用，请另选一项"


def refuse_broken(model: type[Row], present: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raise RuleBroken with all that `broken` finds."""
    if told := [sentence for _, sentence in broken(model, present, values)]:
        raise RuleBroken("；".join(told))


def as_kept(model: type[Row], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values as a row of the model holds them: of the county's own columns what lies in their spare ones."""
    return {name: field_of(model, name).db_value(value) if name in _SLOTS else value for name, value in values.items()}


def values_of(row: Row) -> dict[str, Any]:
    """What a row holds in the columns that the county has added to its table."""
    return {one.slot: one.field.python_value(getattr(row, one.slot)) for one in own_of(type(row))}


class Fields(Mapping[str, pw.Field]):
    """`field_of` the columns of one table, as `model._meta.fields` is for the fixed ones."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def __getitem__(self, name: str) -> pw.Field:
        return field_of(self._model, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._model._meta.fields)

    def __len__(self) -> int:
        return len(self._model._meta.fields)


def shown_fields(model: type[Row], *, at: int | None = None) -> dict[str, pw.Field]:
    """The columns of a table that a page shows, by name: without the program's own and secrets, and without spare ones
    that mean nothing. With `at`, those that a history shows as the operation of this number left them: retired ones
    too, under what the spare column meant then and is called now."""
    hidden = model.inner | model.secret | _SLOTS
    fields = {name: field for name, field in model._meta.fields.items() if name not in hidden}
    if not issubclass(model, Extensible):
        return fields
    if at is None:
        return fields | {one.slot: one.field for one in own_of(model)}
    table = model._meta.table_name
    return fields | {one.slot: one.field for one in _known().all if one.table == table and one.meant_at(at)}


def kept_names(model: type[Row]) -> list[str]:
    """The columns whose values a history keeps of a row that comes or goes: all but spare ones that mean nothing."""
    if not issubclass(model, Extensible):
        return list(model._meta.fields)
    meant = {slot for table, slot in _known().standing if table == model._meta.table_name}
    return [name for name in model._meta.fields if name not in _SLOTS or name in meant]


def choices_of(row: OwnColumn) -> tuple[Choice, ...]:
    """The choices of a definition."""
    return tuple(Choice(code, label, bool(closed)) for code, label, closed in json.loads(row.choices))


def _known() -> Known:
    held = _held.get()
    if held is None:
        return _read()
    if not held:
        held.append(_read())
    return held[0]


def _read() -> Known:
    if db.obj is None:  # before a database is open nothing is defined
        return Known(iter(()))
    return Known(iter(visible(OwnColumn, SYSTEM.scope).order_by(OwnColumn.position, OwnColumn.id)))


def _defined(row: OwnColumn) -> Defined:
    choices = choices_of(row)
    return Defined(
        id=row.id,
        table=row.table,
        slot=row.slot,
        label=row.label,
        help=row.help,
        required=row.required,
        retired=row.retired_at is not None,
        choices=choices,
        since=row.since,
        until=row.until,
        field=_field(row, choices),
    )


def _field(row: OwnColumn, choices: tuple[Choice, ...]) -> pw.Field:
    """A field of the definition's kind over its spare column; not one of the model's."""
    closed = frozenset(one.code for one in choices if one.closed)
    kinds: dict[str, tuple[type[pw.Field], dict[str, Any]]] = {
        OwnKind.TEXT: (pw.CharField, {"max_length": LONGEST}),
        OwnKind.NUMBER: (Decimals, {}),
        OwnKind.DATE: (pw.DateField, {}),
        OwnKind.CHOICE: (Chosen, {"choices": [(one.code, one.label) for one in choices], "closed": closed}),
        OwnKind.ANSWER: (Answer, {}),
    }
    kind, options = kinds[row.kind]
    field = kind(verbose_name=row.label, help_text=row.help or None, null=True, **options)
    field.bind(TABLES[row.table], row.slot, set_attribute=False)
    return field
