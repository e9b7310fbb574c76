"""汇总表: the workbooks that go out, made in the background and kept for download."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import peewee as pw
from flask import current_app, redirect, request, url_for
from flask_admin import expose

from admin.base import BulkAction, PanelView
from admin.columns import Column, size_told
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.selection import key_of
from admin.shell import needs, refuse
from aid.errors import AidError, OutOfScope, RuleBroken
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import changeable
from aid.workbooks import OF_A_TERM
from aid.workbooks.keeping import ask, ask_again, offered, remove, take, terms_offered
from aid.workbooks.making import MAKER
from forms.imports import UploadForm
from models import MadeWorkbook, MakingState, now

MAKE = Permission.WORKBOOK_MAKE
MOST_TOLD = 10  # workbooks that are not there yet, and are told above the list


class WorkbooksView(PanelView):
    model = MadeWorkbook
    read = MAKE
    columns = ("name", "maker", "office", "at", "newest", "state", "rows", "size")
    details = (*columns, "school", "message")
    filters = ("maker", "at")
    search = ("name", "maker")
    list_template: ClassVar[str] = "workbooks.html"
    bulk_actions = (
        BulkAction(
            *("remove", "删除", remove, MAKE, "删除这 {n} 份生成的汇总表？文件不能恢复，需要时可以重新生成。"),
            grave=True,
            undoable=False,
        ),
    )

    def made(self, wanted: Sequence[str]) -> list[Column]:
        return [replace(c, teller=size_told) if c.name == "size" else c for c in super().made(wanted)]

    def narrow(self) -> pw.Expression | None:
        return MadeWorkbook.slug.in_([book.slug for book in offered(self.actor)])

    def extras(self, look: Listing) -> dict[str, Any]:
        not_there = changeable(MadeWorkbook, self.actor.scope).where(
            MadeWorkbook.account == self.actor.account_id, MadeWorkbook.state != MakingState.DONE
        )
        return {
            "books": offered(self.actor),
            "of_a_term": OF_A_TERM,
            "terms": terms_offered(local(now()).date()),
            "not_there": list(not_there.order_by(MadeWorkbook.id.desc()).limit(MOST_TOLD)),
            "wanted": self._wanted(),
            "states": MakingState,
            "days": current_app.config["ZHUXUE"].workbook_days,
        }

    def _wanted(self) -> MadeWorkbook | None:
        """The workbook that was just asked for, once it is there."""
        mine = changeable(MadeWorkbook, self.actor.scope).where(MadeWorkbook.account == self.actor.account_id)
        key = key_of(request.args.get("wanted"))
        return mine.where(MadeWorkbook.id == key, MadeWorkbook.state == MakingState.DONE).get_or_none()

    def row_url(self, line: Any) -> str:
        """The file itself, where there is one."""
        there = line["state"].value == MakingState.DONE
        return url_for(".download_view" if there else ".details_view", id=line.id)

    # -- made, looked for, downloaded -----------------------------------------------------

    @expose("/make/<slug>", methods=("POST",))
    @needs(MAKE)
    def make_view(self, slug: str) -> Any:
        try:
            row = ask(self.actor, slug, term=request.form.get("term", ""))
        except RuleBroken as refusal:
            refuse(refusal)
            return redirect(url_for(".index_view"))
        return self._back_with(MAKER.soon(row))

    @expose("/again/", methods=("POST",))
    @needs(MAKE)
    def again_view(self) -> Any:
        form = UploadForm()
        if not form.validate():
            raise OutOfScope("没有这条记录，或不在您的管理范围内。")
        row = self.row(form.id.data)
        row.version = int(form.version.data)
        try:
            row = ask_again(self.actor, row)
        except AidError as refusal:
            refuse(refusal)
            return redirect(url_for(".index_view"))
        return self._back_with(MAKER.soon(row))

    def _back_with(self, row: MadeWorkbook) -> Any:
        return redirect(url_for(".index_view", wanted=None if row.state == MakingState.FAILED else row.id))

    @expose("/progress/<id>")
    def progress_view(self, id: str) -> dict[str, Any]:
        """How far it is: {state, doing, done, of}; nobody knows of how many lines."""
        row = self.row(id)
        doing, done = MAKER.progress(row)
        return {"state": row.state, "doing": doing, "done": done, "of": 0}

    @expose("/download/<id>.xlsx")
    def download_view(self, id: str) -> Any:
        row = self.row(id)
        content = take(self.actor, row).read_bytes()
        return download(content, f"{row.name}_{local(row.at):%Y-%m-%d_%H%M}.xlsx", mimetype=XLSX)
