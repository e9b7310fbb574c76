"""公示: what hung on the schools' notice boards, from when to when; made here, and printed again as it was."""

from io import BytesIO
from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.selection import key_of
from admin.shell import needs, say, status_of
from aid.errors import AidError, Conflict
from aid.operations.given import aims
from aid.operations.public_notices import DAYS, Wanted, publish, rows_of, schools, to_show, why_nobody
from aid.permissions import Permission
from aid.rules import terms
from aid.rules.signs import sign_of
from aid.rules.times import local
from aid.rules.working_days import count, last_of
from aid.workbooks.public_list import notice_workbook
from forms.public_notices import PublicNoticeForm
from models import PublicNotice, now


class PublicNoticeView(PanelView):
    model = PublicNotice
    read = Permission.PUBLIC_NOTICE_READ
    columns = ("heading", "school", "heads", "first_day", "last_day", "phone", "maker", "made_at")
    details = ("heading", "school", "term", "item", "heads", "first_day", "last_day", "phone", "maker", "made_at")
    filters = ("school", "term", "item", "first_day", "last_day")
    search = ("heading", "maker")
    list_template: ClassVar[str] = "public_notices.html"
    details_template: ClassVar[str] = "public_notice.html"
    note = "公示内容照制作时的样子留存，可以再打印；身份证号只留前 6 位和后 2 位。做错了的，用“撤销”收回。"

    def extras(self, look: Listing) -> dict[str, Any]:
        return {"may_publish": self.actor.may(Permission.PUBLIC_NOTICE_PUBLISH)}

    def row_extras(self, row: PublicNotice) -> dict[str, Any]:
        return {"shown": rows_of(row)}

    @expose("/page/")
    def page_view(self) -> str:
        """The page for the notice board, to be printed."""
        row = self.row(request.args.get("id"))
        return self.render("public_notice_page.html", row=row, shown=rows_of(row), made=local(row.made_at))

    @expose("/book/")
    def book_view(self) -> Any:
        row, out = self.row(request.args.get("id")), BytesIO()
        notice_workbook(self.actor, row, out)
        return download(out.getvalue(), f"{row.heading}（{row.school}）.xlsx", mimetype=XLSX)

    # -- making one -------------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    @needs(Permission.PUBLIC_NOTICE_PUBLISH)
    def new_view(self) -> Any:
        """First who would be shown, then that it is done."""
        form, today = self._form(), local(now()).date()
        if request.method == "GET":
            form.first_day.data, form.last_day.data = today, last_of(today, DAYS)
        if not form.validate_on_submit() or "back" in request.form:
            return self._asked(form), 422 if form.errors else 200
        wanted = _wanted(form)
        try:
            if not form.sign.data:
                return self._asked(form, wanted)
            outcome = publish(self.actor, wanted, sign=form.sign.data)
        except AidError as refusal:
            again = wanted if isinstance(refusal, Conflict) else None
            return self._asked(form, again, refusal=refusal), status_of(refusal)
        say(f"已制作公示：{wanted.heading}，{outcome.rows} 所学校", operation_id=outcome.operation_id)
        return redirect(url_for(".index_view"))

    def _form(self) -> PublicNoticeForm:
        form = PublicNoticeForm()
        term = terms.term_of(local(now()).date())
        form.offer(schools(self.actor.scope), term=term, items=aims(self.actor.scope, term))
        form.term.data = form.term.data or term
        return form

    def _asked(self, form: PublicNoticeForm, wanted: Wanted | None = None, *, refusal: AidError | None = None) -> str:
        shown = to_show(self.actor.scope, wanted) if wanted else {}
        found = list(shown.values())
        heads = sum(map(len, found))
        form.sign.data = sign_of(shown) if heads else ""
        told = {"found": found, "heads": heads, "days": count(wanted.first_day, wanted.last_day) if wanted else 0}
        told["nobody"] = why_nobody(wanted) if wanted and not heads else ""
        return self.render("public_notice_new.html", form=form, wanted=wanted, refusal=refusal, **told)


def _wanted(form: PublicNoticeForm) -> Wanted:
    return Wanted(
        form.term.data,
        form.item.data,
        key_of(form.school.data) if form.school.data else None,
        form.first_day.data,
        form.last_day.data,
        form.phone.data or "",
    )
