"""A form made from a table's own columns: labels, lengths and choices are the model's, so each exists once."""

from collections.abc import Sequence
from typing import Any

import peewee as pw
from wtforms import Field, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from aid import typed
from aid.labels import label_of
from aid.rules.cells import Fault
from aid.rules.times import local
from forms.base import PanelForm, choices_of
from models import Row, now

YES_NO = [("", "（未填）"), ("1", "是"), ("0", "否")]


def table_form(model: type[Row], names: Sequence[str], *, required: Sequence[str] = ()) -> type[PanelForm]:
    """A form class over the columns `names`; those in `required` must be filled in."""
    fields = {name: _field(model._meta.fields[name], must=name in required) for name in names}
    return type(f"{model.__name__}Form", (PanelForm,), fields)


def _field(column: pw.Field, *, must: bool) -> Field:
    rules: list[Any] = [InputRequired(message=f"请填写{column.verbose_name}") if must else Optional()]
    if column.choices:
        choices = choices_of([("", "（未填）"), *column.choices])
        return SelectField(column.verbose_name, rules, choices=choices, filters=[_none_if_empty])
    if isinstance(column, pw.BooleanField):
        return YesNoField(column.verbose_name, rules)
    return TypedField(column.verbose_name, rules, column=column)


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
