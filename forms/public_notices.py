"""What is filled in for a public notice (公示)."""

from collections.abc import Iterable, Sequence

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import InputRequired

from aid.rules import terms
from forms.base import choices_of
from forms.table import table_form
from models import Organisation, PublicNotice

ALL = ""
FIRST, LAST = PublicNotice.first_day.verbose_name, PublicNotice.last_day.verbose_name
YEARS = 1  # school years before and after the present one that are offered


class PublicNoticeForm(table_form(PublicNotice, ("phone",))):
    """What is to be shown, and, once the preview has told who they are, that these are meant."""

    school = SelectField(PublicNotice.school.verbose_name)
    term = SelectField(PublicNotice.term.verbose_name)
    item = SelectField(PublicNotice.item.verbose_name)
    first_day = DateField(
        FIRST, [InputRequired(message=f"请填写{FIRST}，如 2026-12-01")], description="张贴的第一天，如 2026-12-01"
    )
    last_day = DateField(
        LAST,
        [InputRequired(message=f"请填写{LAST}，如 2026-12-07")],
        description="默认 5 个工作日，只除去周六周日；遇节假日请顺延",
    )
    sign = HiddenField()
    ORDER = ("school", "term", "item", "first_day", "last_day", "phone")

    def offer(self, schools: Sequence[Organisation], *, term: str, items: Iterable[str]) -> None:
        """The choices: one's own schools, all of them at once where there are several; terms around the present."""
        every = [(ALL, f"全部 {len(schools)} 所学校，每校一份")] if len(schools) != 1 else []
        self.school.choices = choices_of([*every, *((str(school.id), str(school)) for school in schools)])
        self.term.choices = choices_of([(one, one) for one in terms.around(term, years=YEARS)])
        self.item.choices = choices_of([(ALL, "全部项目"), *((one, one) for one in items)])
        self.phone.description = "留空则打印一条横线，盖章时手填"

    @property
    def fields(self) -> list[object]:
        return [self[name] for name in self.ORDER]
