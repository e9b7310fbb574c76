"""What every form has: the token against forged requests, and Chinese messages."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import ImmutableMultiDict
from wtforms import Field, Form, SelectChoice
from wtforms.validators import InputRequired, Regexp, ValidationError


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
        return super().validate(extra_validators) and request.form.get(SHOWN_AGAIN) != "1"


def must(label: str) -> InputRequired:
    """The rule that a field is filled in, told by the field's name."""
    return InputRequired(message=f"请填写{label}")


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(code, label) pairs as WTForms wants them."""
    return [SelectChoice(code, label) for code, label in pairs]
