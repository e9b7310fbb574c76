"""学校上报情况: which schools have handed in, which are to be reminded, and since when they have been silent."""

from collections.abc import Sequence
from typing import Any, ClassVar

import peewee as pw
from flask import url_for

from admin.base import BulkAction, PanelView
from admin.columns import Column, beside_table
from admin.listing import Listing
from aid import reporting
from aid.operations.reminders import remind
from aid.permissions import Permission
from forms.submissions import RemindForm
from models import Organisation, Quantity, now


class LateSchoolsView(PanelView):
    """The open schools with rows on their lists, those to be reminded first. Beside the columns of Organisation stand
    figures that are no columns of any table (aid/reporting.py)."""

    model = Organisation
    read = Permission.SUBMISSION_READ
    columns = (
        *("name", "stage", "region", "late", *reporting.COUNTED, "round", "handed_in_at", "silent"),
        "code",
    )
    filters = ("late", "stage", "region")
    search = ("name", "code")
    sort = "-late,handed_in_at"
    list_template: ClassVar[str] = "late_schools.html"
    note = "该催报：从未上报，或上次上报之后又有核对好的、退回的还没有上报。只列有名单的学校。"
    bulk_actions = (
        BulkAction(
            *("remind", "催报", remind, Permission.NOTICE_SEND, "给这 {n} 所学校发一条通知？"),
            form=RemindForm,
            counter="所",
        ),
    )

    def made(self, wanted: Sequence[str]) -> list[Column]:
        figures = {column.name: column for column in _figures()}
        own = {column.name: column for column in super().made([name for name in wanted if name not in figures])}
        return [figures.get(name) or own[name] for name in wanted]

    def narrow(self) -> pw.Expression:
        return reporting.open_schools()

    def row_url(self, line: Any) -> str:
        return url_for("report.index_view", school=line["code"].value)

    def extras(self, look: Listing) -> dict[str, Any]:
        return {
            "reminds": self.actor.may(Permission.NOTICE_SEND),
            "only_late": look.filters.get("late") == "1",
        }


def _figures() -> list[Column]:
    last, counts = reporting.last_handed_in(), reporting.COUNTED.items()
    figures = [
        ("late", pw.BooleanField(verbose_name="该催报"), reporting.late()),
        *((name, Quantity(verbose_name=label), reporting.counted(name)) for name, (label, _) in counts),
        ("round", pw.IntegerField(verbose_name="轮次"), reporting.last_round()),
        ("handed_in_at", pw.DateTimeField(verbose_name="上次上报"), last),
    ]
    silent = beside_table("silent", pw.DateTimeField(verbose_name="距今天数"), expressions=[last], teller=_days)
    return [*(beside_table(name, field, expressions=[by]) for name, field, by in figures), silent]


def _days(values: Sequence[Any]) -> str:
    return reporting.days_silent(values[0], now())
