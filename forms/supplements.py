"""Supplementing one child: what is told of it, as texts; what they may be is the domain's to say."""

from typing import Any

from wtforms import BooleanField, SelectField, StringField

from aid.operations.supplement_rules import TITLES
from forms.base import PanelForm, choices_of
from forms.organisations import LOOKED_UP
from models import HardshipKind, Stage, SupplementReason

TYPED = {"autocomplete": "off"}
MUST = {"aria-required": "true"}


def _choice(name: str, pairs: list[tuple[str, str]], **options: Any) -> SelectField:
    offered = choices_of([("", "请选择…"), *pairs])
    return SelectField(TITLES[name], choices=offered, validate_choice=False, **options)


class SupplementForm(PanelForm):
    """The parts of a Wish by their names; `anyway`, that a child who is on a list already is meant all the same."""

    id_number = StringField(
        TITLES["id_number"],
        description="输完 18 位自动查名册和学籍。确实没有的留空，原因选“无身份证号”",
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "40"},
    )
    school = StringField("学校", description=LOOKED_UP, render_kw=TYPED)
    name = StringField(TITLES["name"], render_kw=TYPED | MUST)
    hardship = _choice("hardship", HardshipKind.choices(), description="本县名册上有的，以名册为准", render_kw=MUST)
    grade = StringField(TITLES["grade"], render_kw=TYPED)
    class_name = StringField(TITLES["class_name"], render_kw=TYPED)
    home = StringField("户籍区划", description="输入地名从下拉中选择；外县、外省的填 12 位区划代码", render_kw=TYPED)
    reason = _choice("reason", SupplementReason.choices(), render_kw=MUST)
    remark = StringField(TITLES["remark"], description="原因选“其他”时必填", render_kw=TYPED)
    outside_school = StringField(TITLES["outside_school"], description="原因选“省外就读”时填", render_kw=TYPED)
    outside_stage = _choice("outside_stage", Stage.choices())
    anyway = BooleanField("已知道在别处的名单上，仍要补录")

    def for_a_school(self) -> None:
        """A school supplements for itself."""
        del self.school

    def without_outside(self) -> None:
        """Who studies outside the province is the county office's to keep."""
        del self.outside_school, self.outside_stage
        kept = [pair for pair in SupplementReason.choices() if pair[0] != SupplementReason.OUTSIDE_PROVINCE]
        self.reason.choices = choices_of([("", "请选择…"), *kept])
