"""What every form has: the token against forged requests, and Chinese messages."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import SelectChoice
from wtforms.validators import InputRequired


class PanelForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        locales = ("zh",)


def must(label: str) -> InputRequired:
    """The rule that a field is filled in, told by the field's name."""
    return InputRequired(message=f"请填写{label}")


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(code, label) pairs as WTForms wants them."""
    return [SelectChoice(code, label) for code, label in pairs]
