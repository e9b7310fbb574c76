"""Sending a sheet in."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from forms.base import VERSION, PanelForm

GUESS = "guess"  # instead of a kind: whichever the header says
KINDS = ".xlsx、.xls、.csv、.txt，不超过 20 MB"


class ImportForm(PanelForm):
    kind = RadioField("表格", [InputRequired(message="请选择是哪一种表格")], default=GUESS)
    file = FileField("文件", [FileRequired(message="请选择要导入的文件")], description=KINDS)
    batch = StringField(
        "批次",
        [Length(max=60)],
        description="只用于建档立卡名册；新的一批填新的名字，导入后先比对再应用；留空则并入最新的批次",
    )


class UploadForm(PanelForm):
    """A sheet that waits, at the version that its page showed."""

    id = HiddenField(validators=[VERSION])
    version = HiddenField(validators=[VERSION])
