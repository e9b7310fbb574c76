"""An office or a school, and what is asked before one ends."""

from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from aid.rules import networks
from forms.base import VERSION, PanelForm, choices_of, must
from models import Organisation, OrganisationKind, Stage

LOOKED_UP = "输入名称、拼音首字母或编码，从下拉中选择"


class OrganisationForm(PanelForm):
    """The columns an office above may fill in; the code is made by rule. The view says where regions are looked up."""

    name = StringField(Organisation.name.verbose_name, [must("机构名称"), Length(max=Organisation.name.max_length)])
    stage = SelectField(
        Organisation.stage.verbose_name,
        [Optional()],
        choices=choices_of([("", "（不是学校）"), *Stage.choices()]),
        description="学校必选。一校两个学段的，分两个机构开设",
    )
    region = StringField(Organisation.region.verbose_name, [must("行政区划"), Length(max=200)], description=LOOKED_UP)
    networks = TextAreaField(
        Organisation.networks.verbose_name,
        [Length(max=Organisation.networks.max_length)],
        description="留空：从哪里都能登录。填写后只能从这些网段登录，如 10.36.0.0/16 或 2001:db8::/32，空格隔开",
        render_kw={"rows": 2},
    )

    def validate_networks(self, field: Field) -> None:
        try:
            networks.parsed(field.data or "")
        except ValueError as fault:
            raise ValidationError(str(fault)) from fault


class NewOrganisationForm(OrganisationForm):
    """A new one also has a kind, which does not change afterwards, and stands under an office."""

    kind = SelectField(Organisation.kind.verbose_name)
    office = StringField(Organisation.parent.verbose_name, [Length(max=200)], description=LOOKED_UP)

    def __init__(self, *args: Any, kinds: list[OrganisationKind], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = choices_of((kind.value, kind.label) for kind in kinds)

    def validate(self, extra_validators: Any = None) -> bool:
        """A missing stage is told with whatever else is missing; that it must be there is the operation's rule."""
        sound = super().validate(extra_validators)
        if self.kind.data != OrganisationKind.SCHOOL.value or self.stage.data:
            return sound
        self.stage.errors = (*self.stage.errors, "学校必须选择学段")
        return False


class EditOrganisationForm(OrganisationForm):
    version = HiddenField(validators=[VERSION])


class EndForm(PanelForm):
    """Closing or deleting: the version that the question showed."""

    version = HiddenField(validators=[VERSION])


class MergeForm(EndForm):
    into = StringField("并入学校", [must("并入的学校"), Length(max=200)], description=LOOKED_UP)
    into_version = HiddenField(validators=[Optional(), VERSION])
    across_stages = BooleanField("学段不同，仍要合并")
