"""匹配下发: from register and roll to the schools' lists, and who found no place."""

from collections.abc import Mapping
from typing import Any, ClassVar

import peewee as pw
from flask import redirect, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.columns import Column, Kind
from admin.listing import Listing
from admin.shell import say
from admin.worked_out import WorkedOut, worked_out
from aid.operations.deliveries import waiting
from aid.operations.matching import UnplacedReason, match, unplaced, unplaced_counts, unplaced_reason
from aid.permissions import Permission
from aid.scope import Scope
from models import RegisterPerson


class MatchingView(WorkedOut, PanelView):
    """The unplaced rows of the current register, with the button that matches."""

    model = RegisterPerson
    read = Permission.BENEFICIARY_MATCH
    columns = (
        *("name", "id_number", "reason", "head_name", "home_region", "home_address", "hardship", "left_poverty"),
        "phone",
    )
    filters = ("reason", "hardship", "home_region")
    search = ("name", "id_number")
    sort = "id"
    list_template: ClassVar[str] = "matching.html"
    row_page = "register_person.details_view"
    note = "下面是当前批次里没有找到在读学校的人：不在学籍名册上，或学籍在已撤销的学校。"

    def worked_out(self, scope: Scope) -> Mapping[str, Column]:
        labels = dict(UnplacedReason.choices())
        return {
            "reason": worked_out("reason", "原因", Kind.CHOICE, expressions=[unplaced_reason(scope)], labels=labels)
        }

    def narrow(self) -> pw.Expression | None:
        return RegisterPerson.id.in_(unplaced(self.actor.scope).select(RegisterPerson.id))

    def extras(self, look: Listing) -> dict[str, Any]:
        waits = waiting(self.actor.scope) if self.actor.may(Permission.REGISTER_APPLY) else None
        return {
            "waits": waits,
            "unplaced": unplaced_counts(self.actor.scope),
            "reasons": dict(UnplacedReason.choices()),
        }

    @expose("/run", methods=("POST",))
    def match_view(self) -> Any:
        report = match(self.actor)
        unplaced_rows = sum(report.unplaced.values())
        done = f"匹配完成：新下发 {report.beneficiaries_added} 条{report.placed.told}；共 {report.children} 名学生"
        sentence = f"{done}，重复 {report.duplicate_groups} 组，未匹配 {unplaced_rows} 人"
        say(sentence, operation_id=report.operation_id)
        return redirect(url_for(".index_view"))
