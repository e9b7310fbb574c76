"""导入: a sheet comes in, and what became of it."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.columns import Column
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.shell import status_of
from admin.templates_out import Templates
from aid.errors import AidError, NotAllowed
from aid.imports import FORMATS
from aid.imports.formats import importable
from aid.imports.worker import upload
from aid.permissions import Permission
from aid.workbooks.errors_sheet import error_workbook
from forms.base import choices_of
from forms.imports import GUESS, ImportForm
from models import HeldRow, ImportRun, SheetKind, Upload, UploadState


class ImportRunView(Templates, PanelView):
    model = ImportRun
    read = Permission.IMPORT_READ
    columns = ("file_name", "kind", "at", "office", "batch", "rows", "added", "changed", "unchanged", "held_back")
    labels = {"office": "导入机构"}
    filters = ("kind", "at")
    search = ("file_name",)
    list_template: ClassVar[str] = "imports.html"
    details_template = "import_run.html"

    def extras(self, look: Listing) -> dict[str, Any]:
        return {"may_import": bool(self._formats())}

    def row_extras(self, row: ImportRun) -> dict[str, Any]:
        """An undone import has no page of its own to go back to."""
        unapplied = row.batch is not None and not row.batch.current and self.actor.may(Permission.REGISTER_APPLY)
        follows = row.kind == SheetKind.ROLL and self.actor.may(Permission.BENEFICIARY_FOLLOW)
        return {"after_undo": url_for(".index_view"), "unapplied": unapplied, "follows": follows}

    def _formats(self) -> list[tuple[str, str]]:
        return [(sheet.slug, sheet.title) for sheet in importable(self.actor)]

    @expose("/new/", methods=("GET", "POST"))
    def new_view(self) -> Any:
        formats = self._formats()
        if not formats:
            raise NotAllowed("您的角色没有导入表格的权限。")
        form = ImportForm()
        form.kind.choices = choices_of([(GUESS, "自动判断"), *formats])
        if request.method == "GET" and request.args.get("kind") in FORMATS:
            form.kind.data = request.args["kind"]
        if not form.validate_on_submit():
            return self._ask(form), 422 if form.errors else 200
        try:
            row = self._take_in(form)
        except AidError as refusal:
            return self._ask(form, refusal=refusal), status_of(refusal)
        page = "upload.choose_view" if row.state == UploadState.CHOOSING else "upload.details_view"
        return redirect(url_for(page, id=row.id))

    def _ask(self, form: ImportForm, *, refusal: AidError | None = None) -> str:
        offered = self._formats()
        return self.render("import_new.html", form=form, offered=offered, formats=FORMATS, refusal=refusal)

    def _take_in(self, form: ImportForm) -> Upload:
        sent = form.file.data
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sheet"
            sent.save(path)
            kind = "" if form.kind.data == GUESS else form.kind.data
            return upload(self.actor, kind, path, file_name=sent.filename or "", batch=form.batch.data or "")

    @expose("/errors/<id>.xlsx")
    def errors_view(self, id: str) -> Any:
        run = self.row(id)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "errors.xlsx"
            error_workbook(self.actor, run, path)
            return download(path.read_bytes(), f"退回行_{Path(run.file_name).stem}.xlsx", mimetype=XLSX)


class HeldRowView(PanelView):
    model = HeldRow
    read = Permission.IMPORT_READ
    columns = details = ("sheet_row", "column", "message", "run", "run.at", "cells")
    filters = ("column", "run")
    search = ("message",)
    labels = {"run.at": "导入时间"}
    note = "导入时没有收进来的行。在导入记录里下载退回表，改正后原样再导入一次。"

    def made(self, wanted: Sequence[str]) -> list[Column]:
        return [replace(c, teller=_as_they_came) if c.name == "cells" else c for c in super().made(wanted)]


def _as_they_came(values: Sequence[str]) -> str:
    return " | ".join(json.loads(values[0]))
