"""What a county sets for itself."""

from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import Optional

from aid.rules.eligibility import told
from forms.base import VERSION, PanelForm, choices_of
from models import CountySetting

AROUND = 2  # school years before and after the present one that are offered


class SettingForm(PanelForm):
    """The settings at the version that was shown, and, once its numbers were shown, that they are meant."""

    year = SelectField(
        CountySetting.school_year.verbose_name,
        coerce=int,
        description="决定谁还在资助期内：脱贫后资助三年。到了新学年由县里切换，不会自己变",
    )
    townships_check = BooleanField(
        CountySetting.townships_check.verbose_name, description="打开后，中心校账号可以替本乡镇的学校核对"
    )
    promotes = BooleanField(
        "没有学籍的学生升一级", description="一年级升二年级……；有学籍的随学籍名册，最高年级的留着由县里处理"
    )
    report_by = DateField(
        CountySetting.report_by.verbose_name, [Optional()], description="写在每所学校的首页上；留空则不限"
    )
    version = HiddenField(validators=[VERSION])
    shown_year = HiddenField()  # whose numbers the page told

    def offer(self, present: int) -> None:
        years = range(present - AROUND, present + AROUND + 1)
        self.year.choices = choices_of([(year, told(year)) for year in years])
