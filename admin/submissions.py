"""上报审核: a school hands in its rounds, the county sees them and what became of each."""

from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.listing import Listing
from admin.selection import key_of
from admin.shell import needs, say, status_of
from aid.errors import AidError, Conflict
from aid.operations.submissions import Readiness, hand_in, own_school, readiness
from aid.permissions import Permission
from aid.record import last_operation, newest_operation
from forms.submissions import HandInForm
from models import Organisation, Role, Submission, SubmissionState

CHANGED = "打开这一页之后，可以上报的有了变化，还没有上报；请看下面现在的数字，再决定。"


class SubmissionView(PanelView):
    """The rounds. Behind each of them its rows (admin/reports.py), where they are decided."""

    model = Submission
    read = Permission.SUBMISSION_READ
    columns = (
        *("code", "school", "round", "state", "rows", "unchanged", "updated", "invalid", "unchecked"),
        *("accepted", "returned", "handed_in_at", "decided_at", "reply"),
    )
    more = {"handed_in_at": ("handed_in_by", "remark"), "reply": ("decided_by",)}
    filters = ("school", "handed_in_at")
    search = ("code",)
    tabs = "state"
    list_template: ClassVar[str] = "submissions.html"
    nothing = "还没有上报过。学校核对好以后上报，这里一轮一行。"

    @property
    def asks_for(self) -> str:
        return "上报编号"

    def row_url(self, line: Any) -> str:
        waits = line["state"].value == SubmissionState.HANDED_IN
        return url_for("report.index_view", submission=line["code"].value, report="handed_in" if waits else None)

    def extras(self, look: Listing) -> dict[str, Any]:
        return {"hands_in": self.actor.role == Role.SCHOOL and self.actor.may(Permission.SUBMISSION_HAND_IN)}

    @expose("/new/", methods=("GET", "POST"))
    @needs(Permission.SUBMISSION_HAND_IN)
    def new_view(self) -> Any:
        """First what would go in and what is still open, then the round."""
        school = own_school(self.actor.scope, key_of(request.values.get("school")) or self.actor.organisation_id or 0)
        form, at = HandInForm(), newest_operation()
        if not form.validate_on_submit():
            found = readiness(self.actor.scope, school)
            return self._asked(form, school, found, at=at), 422 if form.errors else 200
        words = {"shown_at": int(form.shown_at.data), "expected": int(form.expected.data)}
        try:
            submission = hand_in(self.actor, school, **words, remark=form.remark.data)
        except AidError as fault:
            refusal = Conflict(CHANGED) if isinstance(fault, Conflict) else fault
            found = readiness(self.actor.scope, school)
            return self._asked(form, school, found, at=at, refusal=refusal), status_of(refusal)
        sentence = f"已上报第 {submission.round} 轮 {submission.rows} 条，等县里审核"
        say(sentence, operation_id=last_operation(submission))
        return redirect(url_for(".index_view"))

    def _asked(
        self, form: HandInForm, school: Organisation, found: Readiness, *, at: int, refusal: AidError | None = None
    ) -> str:
        if request.method == "GET" or isinstance(refusal, Conflict):  # whoever sends it again sends what it says now
            form.shown_at.data, form.expected.data = str(at), str(found.rows)
        return self.render("submission_new.html", form=form, school=school, found=found, refusal=refusal)
