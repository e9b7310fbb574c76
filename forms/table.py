"""A form made from a table's own columns: labels, lengths and choices are the model's, so each exists once."""

from collections.abc import Sequence
from typing import Any, TypeVar

import peewee as pw
from wtforms import Field, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from aid import typed
from aid.labels import label_of
from aid.own_columns import closed_in, field_of, own_names, own_of, values_of
from aid.rules.cells import Fault
from aid.rules.times import local
from forms.base import PanelForm, choices_of
from models import Row, now

F = TypeVar("F", bound=PanelForm)
YES_NO = [("", "（未填）"), ("1", "是"), ("0", "否")]


def table_form(model: type[Row], names: Sequence[str], *, required: Sequence[str] = ()) -> type[PanelForm]:
    """A form class over the columns `names`; those in `required` must be filled in."""
    fields = {name: _field(field_of(model, name), must=name in required) for name in names}
    return type(f"{model.__name__}Form", (PanelForm,), fields)


def with_own(form: type[F], model: type[Row]) -> type[F]:
    """The form class with the columns that the county has added to a table; `own_fields` of one are these."""
    own = {one.slot: _field(one.field, must=one.required) for one in own_of(model)}
    return type(form.__name__, (form,), own) if own else form


class Present:
    """A row as a form is filled from it: with what the county's own columns mean."""

    def __init__(self, row: Row) -> None:
        self._row, self._own = row, values_of(row)

    def __getattr__(self, name: str) -> Any:
        return self._own[name] if name in self._own else getattr(self._row, name)


def own_fields(form: PanelForm, model: type[Row]) -> list[Field]:
    """Those of a form's fields that are the county's own columns of a table."""
    return [form[name] for name in own_names(model) if name in form]


def own_answers(form: PanelForm, model: type[Row]) -> dict[str, Any]:
    """What a form says of the county's own columns of a table."""
    return {field.short_name: answer(field) for field in own_fields(form, model)}


def _field(column: pw.Field, *, must: bool) -> Field:
    rules: list[Any] = [InputRequired(message=f"请填写{column.verbose_name}") if must else Optional()]
    told = {"description": column.help_text or ""}
    if column.choices:
        closed = closed_in(column)
        labels = [(code, f"{label}（已停用）" if code in closed else label) for code, label in column.choices]
        choices = choices_of([("", "（未填）"), *labels])
        return SelectField(column.verbose_name, rules, choices=choices, filters=[_none_if_empty], **told)
    if isinstance(column, pw.BooleanField):
        return YesNoField(column.verbose_name, rules, **told)
    return TypedField(column.verbose_name, rules, column=column, **told)


class YesNoField(SelectField):
    """Yes, no, or not filled in."""

    def __init__(self, label: str, validators: Sequence[Any], **options: Any) -> None:
        super().__init__(label, validators, choices=choices_of(YES_NO), **options)

    def process_data(self, value: bool | None) -> None:
        self.data = {True: "1", False: "0", None: ""}[value]

    @property
    def answer(self) -> bool | None:
        return {"1": True, "0": False}.get(self.data)


class TypedField(StringField):
    """A text, a date or a number, typed in any of the ways a cell or a sheet may have it (aid.typed)."""

    def __init__(self, label: str, validators: Sequence[Any], *, column: pw.Field, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.column = column

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else label_of(self.column, self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = typed.read(self.column, valuelist[0] if valuelist else "", today=local(now()).date())
        except Fault as fault:
            raise ValidationError(f"{self.label.text}{fault}") from fault


def answer(field: Field) -> Any:
    """What the field says as the model stores it."""
    return field.answer if isinstance(field, YesNoField) else field.data


def _none_if_empty(value: str | None) -> str | None:
    return value or None
