"""Opening an account."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length, Regexp

from forms.base import PanelForm, must


class AccountForm(PanelForm):
    """Whose account, and for whom. The view says which roles may be given and where organisations are looked up."""

    organisation = StringField(
        "机构", [must("机构"), Length(max=200)], description="输入名称、拼音首字母或编码，从下拉中选择"
    )
    role = SelectField("角色")
    login = StringField(
        "登录名",
        [must("登录名"), Length(min=3, max=40, message="登录名为 3–40 位")],
        description="3–40 位小写字母、数字或 _ . -",
        render_kw={"autocomplete": "off"},
    )
    name = StringField("姓名", [must("姓名"), Length(max=40, message="姓名最多 40 个字")], description="使用人的姓名")


class MissingForm(PanelForm):
    """The number of schools that the question named."""

    expected = HiddenField(validators=[Regexp(r"^[0-9]{1,6}$")])
