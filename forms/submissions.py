"""What is filled in when a school hands in, when the county decides, and when somebody is reminded."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from aid.operations import reminders, submissions
from forms.base import VERSION, PanelForm

TOO_LONG = Length(max=submissions.LONGEST, message=f"最多 {submissions.LONGEST} 个字")
REMINDER = "请尽快核对名单并上报。已核对的可以先报，其余的下一轮再报。"


def str_of(text: str | None) -> str:
    """A field that was not sent says nothing."""
    return text or ""


class HandInForm(PanelForm):
    """What the page showed: up to which operation, and how many rows would go in."""

    remark = StringField("上报说明", [TOO_LONG], filters=[str_of], description="要让县里知道的，可以不填")
    shown_at = HiddenField(validators=[VERSION])
    expected = HiddenField(validators=[VERSION])


class AcceptForm(PanelForm):
    """A word to the school, if any."""

    remark = StringField("审核意见", [TOO_LONG], filters=[str_of], description="可以不填")


class ReturnForm(PanelForm):
    """Why rows go back."""

    remark = StringField(
        "退回原因", [InputRequired(message="请写明退回的原因，学校要照着改"), TOO_LONG], description="学校会看到这句话"
    )


class RemindForm(PanelForm):
    """What a school is told on its first page."""

    sentence = TextAreaField(
        "通知内容",
        [
            InputRequired(message="请写明要说的话"),
            Length(max=reminders.LONGEST, message=f"最多 {reminders.LONGEST} 个字"),
        ],
        default=REMINDER,
        description="显示在学校的首页上，直到学校标为已阅",
    )
