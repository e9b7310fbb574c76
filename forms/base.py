"""What every form has: the token against forged requests, and Chinese messages."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field, Form, HiddenField, PasswordField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Regexp, ValidationError

from aid.rules.cells import Fault, text


class Carried(Regexp):
    """A number that the page carries back. Where it is not sent it is none: never what the row has by now."""

    def __call__(self, form: Form, field: Field, message: str | None = None) -> Any:
        if not field.raw_data:
            raise ValidationError(field.gettext("Invalid input."))
        return super().__call__(form, field, message)


VERSION = Carried(r"^[0-9]{1,9}$")  # of a row, or its id, as a page carries it
SHOWN_AGAIN = "shown_again"  # a form that comes back after its sender signed in again: to be looked at, not saved


class PanelForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        locales = ("zh",)

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """Flask-WTF would take JSON for a form too, of whatever shape and depth: here it is an empty one."""
            if formdata is not None and request.is_json:
                return ImmutableMultiDict()
            return super().wrap_formdata(form, formdata)

    def validate(self, extra_validators: Any = None) -> bool:
        lines = [name for name, field in self._fields.items() if _is_a_line(field)]
        extra = {name: [*(extra_validators or {}).get(name, ()), seen] for name in lines}
        return super().validate({**(extra_validators or {}), **extra}) and request.form.get(SHOWN_AGAIN) != "1"


def seen(_: Form, field: Field) -> None:
    """The rule of a line that is typed: nothing in it that nobody sees, no line break, no sign that turns a text."""
    typed = field.data if isinstance(field.data, str) and not field.errors else ""
    try:
        text(typed, longest=len(typed))
    except Fault as fault:
        raise ValidationError(str(fault)) from fault


def _is_a_line(field: Field) -> bool:
    return isinstance(field, StringField) and not isinstance(field, HiddenField | PasswordField | TextAreaField)


def must(label: str) -> InputRequired:
    """The rule that a field is filled in, told by the field's name."""
    return InputRequired(message=f"请填写{label}")


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(code, label) pairs as WTForms wants them."""
    return [SelectChoice(code, label) for code, label in pairs]
