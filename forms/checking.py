"""What a school fills in when it checks a child."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from forms.base import PanelForm, choices_of
from forms.table import table_form
from models import CORRECTABLE, Beneficiary, InvalidReason


class CheckForm(table_form(Beneficiary, (*CORRECTABLE, "remark"), required=("name", "grade"))):
    """The school's side of the row, at the version that was shown."""

    version = HiddenField(validators=[InputRequired()])


class InvalidForm(PanelForm):
    """Why a row is not valid."""

    reason = SelectField(
        "无效原因", choices=choices_of(InvalidReason.choices()), coerce=InvalidReason, validators=[InputRequired()]
    )
    remark = StringField("说明", [Length(max=200)], description="选“其他”时必填")

    def validate_remark(self, field: StringField) -> None:
        if self.reason.data == InvalidReason.OTHER and not (field.data or "").strip():
            raise ValidationError("选“其他”时请写明原因")
