"""Signing in, and changing one's password."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from forms.base import PanelForm, must

CURRENT, NEW = {"autocomplete": "current-password"}, {"autocomplete": "new-password"}


class SignInForm(PanelForm):
    login = StringField("登录名", [must("登录名"), Length(max=40)], render_kw={"autocomplete": "username"})
    password = PasswordField("密码", [must("密码"), Length(max=200)], render_kw=CURRENT)


class PasswordForm(PanelForm):
    old = PasswordField("原密码", [must("原密码"), Length(max=200)], render_kw=CURRENT)
    new = PasswordField(
        "新密码",
        [must("新密码"), Length(min=10, max=200, message="新密码至少 10 个字符")],
        render_kw=NEW,
    )
    again = PasswordField(
        "再输一遍新密码", [must("新密码"), EqualTo("new", message="两次输入的新密码不一样")], render_kw=NEW
    )
