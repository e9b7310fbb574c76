"""通知: what offices told schools, and who has read it."""

from typing import Any

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.selection import key_of
from admin.shell import needs, refuse, say
from aid.errors import AidError
from aid.operations.reminders import dismiss
from aid.permissions import Permission
from models import Notice


class NoticeView(PanelView):
    model = Notice
    read = Permission.NOTICE_READ
    columns = details = ("sentence", "organisation", "office", "at", "seen_at", "seen_by")
    filters = ("organisation", "at", "seen_at")
    search = ("sentence",)

    @expose("/seen/<id>", methods=("POST",))
    @needs(Permission.NOTICE_DISMISS)
    def seen_view(self, id: str) -> Any:
        notice = self.row(id)
        notice.version = key_of(request.form.get("version"))
        try:
            outcome = dismiss(self.actor, notice)
            say("通知已标为已阅", operation_id=outcome.operation_id)
        except AidError as refusal:
            refuse(refusal)
        return redirect(url_for("admin.index"))
