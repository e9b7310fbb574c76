"""Adding, correcting and removing scanned papers."""

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from codes import ProofKind
from forms.base import VERSION, PanelForm, choices_of
from models import Proof

NOTE = Length(max=Proof.note.max_length, message=f"备注最多 {Proof.note.max_length} 个字")


class ProofForm(PanelForm):
    """One or several pictures of a child, of one kind."""

    id = HiddenField(validators=[VERSION])
    kind = SelectField(
        "类别",
        choices=choices_of([("", "请选择类别…"), *ProofKind.choices()]),
        coerce=lambda word: ProofKind(word) if word else None,
        validators=[InputRequired(message="请先选择是哪一类证明材料")],
        id="proof-kind",  # the page it is on has other fields
    )
    note = StringField("备注", [NOTE], id="proof-note")
    files = MultipleFileField("图片", id="proof-files")

    def validate_files(self, field: MultipleFileField) -> None:
        if not any(sent.filename for sent in field.data or ()):
            raise ValidationError("请选择要添加的图片")


class CorrectForm(PanelForm):
    """What a proof is called, at the version that was shown."""

    id = HiddenField(validators=[VERSION])
    version = HiddenField(validators=[VERSION])
    kind = SelectField("类别", choices=choices_of(ProofKind.choices()), coerce=ProofKind)
    note = StringField("备注", [NOTE])


class RemoveForm(PanelForm):
    """A proof to be removed, at the version that was shown."""

    id = HiddenField(validators=[VERSION])
    version = HiddenField(validators=[VERSION])
