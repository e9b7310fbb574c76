"""What is said of a column that the county adds to a table."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from aid.own_columns import TABLES, Choice
from aid.rules.own_columns import LONGEST_HELP, LONGEST_LABEL
from forms.base import VERSION, PanelForm, choices_of, must
from models import OwnColumn, OwnKind

ONE_TO_A_LINE = "每行一项，如第一行“走读”、第二行“住校”；选项以后可以再加、改名、停用"


class OwnColumnForm(PanelForm):
    """What may be changed of one at any time; how long the words may be is the operation's to say."""

    label = StringField(
        OwnColumn.label.verbose_name,
        [must("列名")],
        description=f"最多 {LONGEST_LABEL} 个字，表里别的列没有的名称",
        render_kw={"autocomplete": "off"},
    )
    help = StringField(
        OwnColumn.help.verbose_name,
        description=f"填的人看得到，最多 {LONGEST_HELP} 个字",
        render_kw={"autocomplete": "off"},
    )
    required = BooleanField(OwnColumn.required.verbose_name, description="新增和改动的行必须填；原有的行不改动就不用补")
    added = TextAreaField("选项", description=ONE_TO_A_LINE, render_kw={"rows": 4})


class NewOwnColumnForm(OwnColumnForm):
    """Which table it is added to, and what it holds, which do not change afterwards."""

    table = SelectField(OwnColumn.table.verbose_name, choices=[], description="保存后不能改")
    kind = SelectField(
        OwnColumn.kind.verbose_name,
        choices=choices_of(OwnKind.choices()),
        coerce=OwnKind,
        description="保存后不能改；数字最多四位小数，日期是过去的日期",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.table.choices = choices_of((table, model.title) for table, model in TABLES.items())


class VersionForm(PanelForm):
    """That a definition is meant as the page showed it."""

    version = HiddenField(validators=[VERSION])


def edit_form(choices: tuple[Choice, ...]) -> type[OwnColumnForm]:
    """The form of a column that is there, with its choices one by one, to be renamed or closed."""
    more = TextAreaField("再加选项", description="每行一项，不加就空着", render_kw={"rows": 3})
    fields: dict[str, Any] = {"version": HiddenField(validators=[VERSION]), "added": more}
    for choice in choices:
        fields[f"label_{choice.code}"] = StringField(f"选项“{choice.label}”")
        fields[f"closed_{choice.code}"] = BooleanField("停用")
    return type("EditOwnColumnForm", (OwnColumnForm,), fields)


def shown_in(choices: tuple[Choice, ...]) -> dict[str, Any]:
    """What the fields of `edit_form` begin with."""
    labels = {f"label_{choice.code}": choice.label for choice in choices}
    return labels | {f"closed_{choice.code}": choice.closed for choice in choices}


def choices_in(form: OwnColumnForm, choices: tuple[Choice, ...]) -> list[tuple[str, str, bool]]:
    """What the form says of the choices that were there."""
    return [(one.code, form[f"label_{one.code}"].data or "", form[f"closed_{one.code}"].data) for one in choices]
