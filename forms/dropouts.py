"""A visit to a dropout's home."""

from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from forms.base import VERSION, PanelForm, choices_of, must
from forms.table import table_form
from models import DropoutVisit, VisitOutcome

FIELDS = DropoutVisit._meta.fields
FINDING, NEXT = FIELDS["finding"], FIELDS["next_step"]


class OwnForm(PanelForm):
    """The columns that the county has added to a case, at the version that was shown."""

    version = HiddenField(validators=[VERSION])


class RefreshForm(PanelForm):
    """That what the preview showed is meant: these cases."""

    sign = HiddenField(validators=[InputRequired()])


class VisitForm(table_form(DropoutVisit, ("date", "visitor"), required=("date", "visitor"))):
    """A new visit."""

    outcome = SelectField(
        FIELDS["outcome"].verbose_name,
        choices=choices_of([("", "请选择…"), *VisitOutcome.choices()]),
        validators=[InputRequired(message="请选择走访结果")],
    )
    finding = TextAreaField(
        FINDING.verbose_name, [must(FINDING.verbose_name), Length(max=FINDING.max_length)], render_kw={"rows": 3}
    )
    next_step = TextAreaField(NEXT.verbose_name, [Length(max=NEXT.max_length)], render_kw={"rows": 2})


class CorrectVisitForm(VisitForm):
    """A visit at the version that was shown."""

    version = HiddenField(validators=[VERSION])
