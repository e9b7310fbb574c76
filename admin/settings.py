"""县的设置: the school year, and whether township offices check."""

from typing import Any, ClassVar

from flask import redirect, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.listing import Listing
from admin.shell import needs, say, status_of
from aid.errors import AidError
from aid.operations.promotion import promotion
from aid.operations.school_year import change_settings, school_year, setting_of, turn
from aid.permissions import Permission
from aid.rules.eligibility import told
from forms.settings import SettingForm
from models import CountySetting


class SettingView(PanelView):
    model = CountySetting
    read = Permission.ORGANISATION_READ
    columns = details = ("office", "school_year", "report_by", "townships_check")
    filters = ("school_year",)
    search = ()
    list_template: ClassVar[str] = "settings.html"
    nothing = "还没有改过设置：学年按日历，没有上报截止，乡镇不核对。"

    def extras(self, look: Listing) -> dict[str, Any]:
        return {"year": told(school_year(self.actor.scope)), "may_set": self.actor.may(Permission.SETTING_WRITE)}

    @expose("/edit/", methods=("GET", "POST"))
    @needs(Permission.SETTING_WRITE)
    def edit_view(self) -> Any:
        """First what the year would change, then the change."""
        found, present = setting_of(self.actor.scope), school_year(self.actor.scope)
        version = str(found.version) if found else "0"
        shown = {"townships_check": found.townships_check, "report_by": found.report_by} if found else {}
        form, refusal = SettingForm(**shown, year=present, version=version), None
        form.offer(present)
        sent = form.validate_on_submit()
        if sent and form.shown_year.data == str(form.year.data):
            try:
                return self._set(form)
            except AidError as fault:
                refusal = fault
        asks = turn(self.actor.scope, form.year.data) if sent else None
        raises = promotion(self.actor.scope) if sent and form.year.data == present + 1 else None
        form.shown_year.data = str(form.year.data)
        page = self.render("setting_form.html", form=form, asks=asks, raises=raises, refusal=refusal, told=told)
        return page, status_of(refusal) if refusal else 422 if form.errors else 200

    def _set(self, form: SettingForm) -> Any:
        year, version = form.year.data, int(form.version.data)
        names = ("townships_check", "report_by", "promotes")
        chosen = {name: form[name].data for name in names}
        outcome = change_settings(self.actor, version=version, year=year, **chosen)
        ended = f"，{outcome.rows} 人的资助期限有变化" if outcome.rows else ""
        say(f"设置已保存：{told(year)}{ended}", operation_id=outcome.operation_id)
        return redirect(url_for(".index_view"))
