"""Opening an account."""

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from forms.base import PanelForm, choices_of
from models import Role

ROLES = [(role.value, role.label) for role in Role if role != Role.SYSTEM]


class AccountForm(PanelForm):
    organisation = StringField(
        "机构编码", [InputRequired(), Length(max=12)], description="输入名称、拼音首字母或编码查找"
    )
    role = SelectField("角色", choices=choices_of(ROLES))
    login = StringField("登录名", [InputRequired(), Length(min=3, max=40)], description="小写字母、数字、点、横线")
    name = StringField("姓名", [InputRequired(), Length(max=40)])
