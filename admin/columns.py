"""A column of a list: made from the model's own field, so that its label and its kind exist once."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

import peewee as pw

from aid.board import checked_on
from aid.labels import label_of
from aid.operations.proofs import has_proof, lacks_proof, number_of_proofs
from aid.own_columns import closed_in, field_of
from aid.summaries.dimension import Dimension
from aid.summaries.subjects import SUBJECTS
from models import (
    Account,
    AidItem,
    Beneficiary,
    Decimals,
    Fen,
    ImportRun,
    Organisation,
    Quantity,
    Region,
    RegisterBatch,
    Row,
    Stage,
)

Labels = Mapping[str, str]
NONE: Mapping[str, Any] = MappingProxyType({})
LOOKED_UP = (Account, AidItem, ImportRun, Organisation, Region, RegisterBatch)  # few enough rows to search as one types

BADGES = frozenset({"state", "status", "kind", "result", "report"})
DRAWN = {"register_person.name": "compared", "newest": "operation", "proofs": "pieces"}
PEOPLE = frozenset({"actor", "operation.actor", "checked_by"})
PROSE = {"sentence": "sentence", "message": "long"}


class Kind(Enum):
    TEXT = auto()
    CHOICE = auto()
    FLAG = auto()
    DATE = auto()
    MOMENT = auto()
    NUMBER = auto()
    MONEY = auto()
    DECIMAL = auto()
    LINK = auto()
    PLACE = auto()  # a region by its code, wherever the row lies in it
    DAY = auto()  # on which something was done to the row, however often; filtered by and never shown


@dataclass(frozen=True)
class Column:
    """What a list shows in one column: `name` is its word in addresses, `expressions` what is selected for it."""

    name: str
    label: str
    kind: Kind
    field: pw.Field
    expressions: tuple[pw.Node, ...]
    joins: tuple[tuple[type[Row], pw.Expression], ...] = ()
    labels: Labels | None = None
    teller: Callable[[Sequence[Any]], str] | None = None
    closed: frozenset[str] = frozenset()  # codes of `labels` that are shown where they stand and not offered any more
    days: Callable[[Sequence[dt.date]], pw.Select] | None = None  # of Kind.DAY: the ids of the rows of these days

    @property
    def looks_up(self) -> type[Row] | None:
        """The table whose rows a filter on this column offers while one types."""
        target = self.field.rel_model if self.kind in (Kind.LINK, Kind.PLACE) else None
        return target if target in LOOKED_UP else None

    @property
    def adds_up(self) -> bool:
        """Whether the sum of its values says anything."""
        return isinstance(self.field, Quantity)

    @property
    def sort_key(self) -> pw.Node:
        return self.expressions[0]

    @cached_property
    def drawn(self) -> str:
        """How a list draws its cells, beside what they say; "" is as plain text."""
        if self.kind is Kind.CHOICE and self.name in BADGES:
            return "badge"
        return "flag" if self.kind is Kind.FLAG else DRAWN.get(self.name, "")

    @cached_property
    def css(self) -> str:
        """The classes of its cells in a list."""
        more = "who" if self.name in PEOPLE else PROSE.get(self.name)
        return " ".join(filter(None, (f"k-{self.kind.name.lower()}", more)))

    @cached_property
    def fits(self) -> int:
        """How many characters of it a list shows; a longer text is told whole beside the pointer."""
        return 7 if self.name in PEOPLE else 18

    @cached_property
    def text(self) -> Callable[[Sequence[Any]], str]:
        """What tells the values of `expressions` as a clerk reads them."""
        return self.teller or partial(_TEXT[self.kind], self)

    def code(self, values: Sequence[Any]) -> str:
        """The code of the row pointed at, by which two of one name are told apart; "" where there is none."""
        return (values[-2] or "") if self._has_code else ""

    @cached_property
    def _has_code(self) -> bool:
        return self.kind is Kind.LINK and not self.teller and bool(_coded(self.field.rel_model))


def columns_of(
    model: type[Row], names: Sequence[str], *, labels: Labels = NONE, codes: Mapping[str, Labels] = NONE
) -> list[Column]:
    """The columns `names` of a model; "school.stage" follows a foreign key one step.

    `labels` rename columns; `codes` give the labels of a column whose closed list the model cannot know.
    """
    joined: dict[str, type[Row]] = {}
    columns = [_column(model, name, joined=joined, label=labels.get(name)) for name in names]
    return [replace(c, kind=Kind.CHOICE, labels=codes[c.name]) if c.name in codes else c for c in columns]


def _column(model: type[Row], name: str, *, joined: dict[str, type[Row]], label: str | None) -> Column:
    own, _, far = name.partition(".")
    if (model, name) in COUNTED:
        return _counted(model, name)
    if (model, name) in BY_DAY:
        return _by_day(model, name)
    if own not in model._meta.fields and (subject := SUBJECTS.get(model._meta.table_name)):
        return _grouped(model, subject.dimensions[name])
    field = field_of(model, own)
    if not isinstance(field, pw.ForeignKeyField):
        return replace(_plain(name, label or field.verbose_name, field, expression=field), closed=closed_in(field))
    alias = joined.setdefault(own, field.rel_model.alias())
    joins = ((alias, field == alias.id),)
    if far:
        target = field_of(field.rel_model, far)
        column = _plain(name, label or target.verbose_name, target, expression=getattr(alias, far), joins=joins)
        return replace(column, closed=closed_in(target))
    parts = tuple(getattr(alias, part) for part in (*field.rel_model.named_by, *_coded(field.rel_model)))
    return Column(name, label or field.verbose_name, Kind.LINK, field, (*parts, field), joins)


def _coded(target: type[Row]) -> tuple[str, ...]:
    """The column that tells two rows of one name apart, where there is one beside what they are named by."""
    return tuple({"code"} & target._meta.fields.keys() - {*target.named_by})


COUNTED: dict[tuple[type[Row], str], tuple[type[pw.Field], str, Callable[[], pw.Node]]] = {
    (Beneficiary, "proofs"): (Quantity, "证明材料", number_of_proofs),
    (Beneficiary, "has_proof"): (pw.BooleanField, "有证明材料", has_proof),
    (Beneficiary, "lacks_proof"): (pw.BooleanField, "缺证明材料", lacks_proof),
}


def _counted(model: type[Row], name: str) -> Column:
    kind, label, count = COUNTED[model, name]
    return beside_table(name, kind(verbose_name=label), expressions=(count(),))


BY_DAY: dict[tuple[type[Row], str], tuple[str, pw.Field, Callable[[Sequence[dt.date]], pw.Select]]] = {
    (Beneficiary, "checked_on"): ("核对日期", Beneficiary.checked_at, checked_on),  # sorted by the last of them
}


def _by_day(model: type[Row], name: str) -> Column:
    label, last, days = BY_DAY[model, name]
    return beside_table(name, pw.DateField(verbose_name=label), expressions=(last,), kind=Kind.DAY, days=days)


def beside_table(
    name: str, field: pw.Field, *, expressions: Sequence[pw.Node], kind: Kind | None = None, **more: Any
) -> Column:
    """A column that no table keeps: worked out with each row, shown, filtered and sorted as if it were `field`, by the
    first of `expressions`. Its name is none of its model's."""
    field.name = name
    return Column(name, field.verbose_name, kind or _kind(field), field, tuple(expressions), **more)


def _grouped(model: type[Row], dimension: Dimension) -> Column:
    """What a summary groups by and no table keeps, to be filtered by."""
    field, asked = dimension.field, dimension.asked
    kind = Kind.PLACE if isinstance(field, pw.ForeignKeyField) else _kind(field)
    joins = () if getattr(asked, "model", None) is model else dimension.joins
    labels = dict(field.choices) if field.choices else None
    return Column(dimension.name, dimension.label, kind, field, (asked,), joins, labels)


def _plain(name: str, label: str, field: pw.Field, *, expression: pw.Node, joins: Any = ()) -> Column:
    choices = dict(field.choices) if field.choices else None
    return Column(name, label, _kind(field), field, (expression,), joins, choices)


def _kind(field: pw.Field) -> Kind:
    if field.choices:
        return Kind.CHOICE
    for kind, types in _KINDS.items():
        if isinstance(field, types):
            return kind
    return Kind.TEXT


_KINDS: dict[Kind, Any] = {
    Kind.FLAG: pw.BooleanField,
    Kind.MOMENT: pw.DateTimeField,
    Kind.DATE: pw.DateField,
    Kind.MONEY: Fen,
    Kind.DECIMAL: Decimals,
    Kind.NUMBER: (pw.IntegerField, pw.AutoField),
}


def _own_text(column: Column, values: Sequence[Any]) -> str:
    return "" if values[0] is None else label_of(column.field, values[0])


def _plain_text(_: Column, values: Sequence[Any]) -> str:
    return "" if values[0] is None else str(values[0])


def _choice_text(column: Column, values: Sequence[Any]) -> str:
    return (column.labels or {}).get(values[0], values[0] or "")


def _link_text(column: Column, values: Sequence[Any]) -> str:
    name, key = values[0], values[-1]
    if key is None:
        return ""
    if column.field.rel_model is Organisation and values[1]:
        return f"{name}（{STAGE_LABELS[values[1]]}）"
    return f"#{name}" if name == key else str(name)


STAGE_LABELS = dict(Stage.choices())
_TEXT: dict[Kind, Callable[[Column, Sequence[Any]], str]] = dict.fromkeys(Kind, _own_text) | {
    Kind.TEXT: _plain_text,
    Kind.CHOICE: _choice_text,
    Kind.LINK: _link_text,
}


def size_told(values: Sequence[Any]) -> str:
    """A number of bytes, as a clerk reads it."""
    kilobytes = values[0] / 1024
    return f"{kilobytes / 1024:,.1f} MB" if kilobytes > 999 else f"{kilobytes:,.0f} KB"
