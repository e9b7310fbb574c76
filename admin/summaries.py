"""管理自制汇总: those one keeps and those one is given, to look through and to clear out."""

from typing import Any

import peewee as pw
from flask import url_for

from admin.base import BulkAction, PanelView
from admin.selection import key_of
from aid.errors import OutOfScope
from aid.operations.summaries import readable_summaries, remove_summaries
from aid.permissions import Permission
from aid.summaries.subjects import SUBJECTS
from models import Summary


class SummaryView(PanelView):
    """One's own and those shared with one, whatever else one may read; reached from the page of summaries."""

    model = Summary
    read = Permission.WORKBOOK_MAKE
    columns = ("name", "subject", "shared", "account.name")
    details = columns
    labels = {"account.name": "保存人"}
    codes = {"subject": {one.name: one.title for one in SUBJECTS.values()}}
    filters = ("subject", "shared")
    search = ("name",)
    sort = "name"
    note = "这里是您保存的汇总，和本单位、上级共享给您的汇总；只能删除自己保存的。点名称打开，打开后可以改名。"
    bulk_actions = (
        BulkAction(
            *("remove", "删除", remove_summaries, Permission.SUMMARY_KEEP),
            *("删除这 {n} 个汇总？共享的，别人也不能再用。",),
            grave=True,
        ),
    )

    def narrow(self) -> pw.Expression | None:
        return Summary.id.in_(readable_summaries(self.actor).select(Summary.id))

    def row(self, key: Any) -> Summary:
        row = readable_summaries(self.actor).where(Summary.id == key_of(key)).get_or_none()
        if row is None:
            raise OutOfScope("没有这个汇总，或它没有共享给您。")
        return row

    def row_url(self, line: Any) -> str:
        return url_for("own_summary.open_view", id=line.id)

    def is_visible(self) -> bool:
        return False
