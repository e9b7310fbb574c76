"""What every form has: the token against forged requests, and Chinese messages."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import SelectChoice


class PanelForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        locales = ("zh",)


def choices_of(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """(code, label) pairs as WTForms wants them."""
    return [SelectChoice(code, label) for code, label in pairs]
