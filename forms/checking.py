"""What a school fills in when it checks a child."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from aid.operations.corrections import REQUIRED, WRITABLE
from forms.base import PanelForm, choices_of
from forms.table import table_form
from models import Beneficiary, InvalidReason


class CheckForm(table_form(Beneficiary, WRITABLE, required=REQUIRED)):
    """The school's side of the row, at the version that was shown."""

    version = HiddenField(validators=[InputRequired()])


class InvalidForm(PanelForm):
    """Why a row is not valid."""

    reason = SelectField(
        "无效原因",
        choices=choices_of([("", "请选择…"), *InvalidReason.choices()]),
        coerce=lambda word: InvalidReason(word) if word else None,
        validators=[InputRequired(message="请选择无效原因")],
    )
    remark = StringField(
        "无效说明",
        [Length(max=200, message="说明最多 200 个字")],
        id="invalid-remark",  # the page it is on has another remark
        description="选“其他”时必填",
    )

    def validate_remark(self, field: StringField) -> None:
        if self.reason.data == InvalidReason.OTHER and not (field.data or "").strip():
            raise ValidationError("选“其他”时请写明原因")
