"""Signing in, and changing one's password."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from forms.base import PanelForm

CURRENT, NEW = {"autocomplete": "current-password"}, {"autocomplete": "new-password"}


class SignInForm(PanelForm):
    login = StringField("登录名", [InputRequired(), Length(max=40)], render_kw={"autocomplete": "username"})
    password = PasswordField("密码", [InputRequired(), Length(max=200)], render_kw=CURRENT)


class PasswordForm(PanelForm):
    old = PasswordField("原密码", [InputRequired(), Length(max=200)], render_kw=CURRENT)
    new = PasswordField(
        "新密码", [InputRequired(), Length(min=10, max=200)], description="至少 10 个字符", render_kw=NEW
    )
    again = PasswordField(
        "再输一遍新密码", [InputRequired(), EqualTo("new", message="两次输入的新密码不一样")], render_kw=NEW
    )
