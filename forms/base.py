"""What every form has: the token against forged requests, and Chinese messages."""

from flask_wtf import FlaskForm


class PanelForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        locales = ("zh",)
