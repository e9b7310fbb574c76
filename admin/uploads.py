"""待导入的表: what a sheet would change, its faults corrected on the spot, handed in or taken away."""

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from flask import current_app, redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.choosing import Choosing
from admin.exporting import XLSX, download
from admin.listing import Listing
from admin.shell import say, status_of
from aid.errors import AidError, NotAllowed, OutOfScope
from aid.imports.preview import ORDER, PAGE, differing, in_a_field, of_upload, readable
from aid.imports.staged import Fate, Staged
from aid.imports.uploads import CANCELLABLE, CHOOSABLE, OPEN, cancel, correct, fill_down, hand_in, permission_for
from aid.imports.worker import WORKER
from aid.permissions import Permission
from aid.record import added_by
from aid.workbooks.errors_sheet import error_workbook
from forms.imports import UploadForm
from models import ImportRun, Upload, UploadState

CELL = "cell-"  # cell-<number of the row in the sheet>-<place of the cell from 0>
MOST = PAGE * 500  # cells of a form: all of a page, in the widest sheet that comes in


@dataclass(frozen=True)
class Shown:
    """Which of its rows are shown."""

    fate: Fate | None  # None: what most wants to be looked at
    page: int


class UploadView(Choosing, PanelView):
    model = Upload
    read = Permission.IMPORT_READ
    columns = ("file_name", "kind", "at", "account", "state", "rows", "added", "changed", "unchanged", "held_back")
    filters = ("kind", "at")
    search = ("file_name",)
    tabs = "state"
    note = "上传了还没有导入的表。点文件名看会改动什么，改正退回的行，再导入或取消。"
    details_template: ClassVar[str] = "upload.html"

    def row_extras(self, row: Upload) -> dict[str, Any]:
        return self._facts(row, _asked())

    def _facts(self, row: Upload, shown: Shown, *, typed: dict[tuple[int, int], str] | None = None) -> dict[str, Any]:
        may = self._may_import(row)
        preview = of_upload(self.actor, row, shown.fate, page=shown.page) if readable(row) else None
        return {
            "preview": preview,
            "typed": typed or {},
            "may_change": may and row.state in OPEN and preview is not None,
            "may_choose": may and row.state in CHOOSABLE and self.kept(row),
            "may_cancel": may and row.state in CANCELLABLE,
            "run": self._run(row),
            "states": UploadState,
            "days": current_app.config["ZHUXUE"].upload_days,
            "order": ORDER,
        }

    def _may_import(self, row: Upload) -> bool:
        try:
            return self.actor.may(permission_for(self.actor, row.kind))
        except NotAllowed:
            return False

    def kept(self, row: Upload) -> bool:
        """Whether what was uploaded is still there, and has been read."""
        staged = Staged(row.staged)
        return row.state != UploadState.DONE and not staged.gone() and not staged.source.exists()

    def _run(self, row: Upload) -> ImportRun | None:
        """The record of what came in; none where it was undone."""
        return None if row.operation is None else added_by(self.actor, ImportRun, row.operation)

    # -- what is done with it -------------------------------------------------------------------

    @expose("/correct/", methods=("POST",))
    def correct_view(self) -> Any:
        row, shown = self.submitted(), _asked()
        corrections = _corrections(row)
        try:
            row = WORKER.look_soon(correct(self.actor, row, corrections))
        except AidError as refusal:
            typed = {(number, place): text for number, cells in corrections.items() for place, text in cells.items()}
            return self._again(row, shown, refusal=refusal, typed=typed), status_of(refusal)
        looked_at = f"并重新核对，还有 {row.held_back} 行退回" if row.state == UploadState.WAITING else "，正在重新核对"
        say(f"已改正 {len(corrections)} 行{looked_at}")
        left = Fate.HELD if row.held_back else None
        return redirect(url_for(".details_view", id=row.id, fate=left, page=shown.page or None))

    @expose("/merged/", methods=("POST",))
    def merged_view(self) -> Any:
        row, places = self.submitted(), {int(place) for place in request.form.getlist("place") if _whole(place)}
        try:
            row = WORKER.look_soon(fill_down(self.actor, row, places))
        except AidError as refusal:
            return self._again(row, _asked(), refusal=refusal), status_of(refusal)
        left = f"还有 {row.held_back} 行退回" if row.state == UploadState.WAITING else "正在重新核对"
        say(f"已照合并的第一格填好，{left}")
        return redirect(url_for(".details_view", id=row.id))

    @expose("/apply/", methods=("POST",))
    def apply_view(self) -> Any:
        row = self.submitted()
        try:
            hand_in(self.actor, row)
        except AidError as refusal:
            return self._again(row, _asked(), refusal=refusal), status_of(refusal)
        WORKER.wake()
        return redirect(url_for(".details_view", id=row.id))

    @expose("/cancel/", methods=("POST",))
    def cancel_view(self) -> Any:
        row = self.submitted()
        try:
            cancel(self.actor, row)
        except AidError as refusal:
            return self._again(row, _asked(), refusal=refusal), status_of(refusal)
        say(f"已取消导入 {row.file_name}，没有写入任何内容")
        return redirect(url_for(".index_view"))

    @expose("/progress/<id>")
    def progress_view(self, id: str) -> dict[str, Any]:
        """How far the worker is: {state, doing, done, of}."""
        row = self.row(id)
        doing, done, of = WORKER.progress(row)
        return {"state": row.state, "doing": doing, "done": done, "of": of}

    @expose("/errors/<id>.xlsx")
    def errors_view(self, id: str) -> Any:
        row = self.row(id)
        if not readable(row):
            raise OutOfScope("这张表已经导入、取消，或还没有核对；请在导入记录里下载退回表。")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "errors.xlsx"
            error_workbook(self.actor, row, path)
            return download(path.read_bytes(), f"退回行_{Path(row.file_name).stem}.xlsx", mimetype=XLSX)

    def submitted(self) -> Upload:
        """The upload that a form names, at the version that its page showed."""
        form = UploadForm()
        if not form.validate():
            raise OutOfScope("没有这条记录，或不在您的管理范围内。")
        row = self.row(form.id.data)
        self.demand_import(row)
        row.version = int(form.version.data)
        return row

    def demand_import(self, row: Upload) -> None:
        """Raise NotAllowed where the actor may not import what was uploaded."""
        permission = permission_for(self.actor, row.kind)
        if not self.actor.may(permission):
            raise NotAllowed(f"您的角色没有“{permission.label}”的权限。")

    def _again(self, row: Upload, shown: Shown, *, refusal: AidError, typed: dict | None = None) -> str:
        fresh = self.row(str(row.id))
        [line] = Listing(self._details_table, self.actor.scope, {}).lines_of([row.id])
        facts = self._facts(fresh, shown, typed=typed)
        return self.render(self.details_template, row=fresh, line=line, chapters=[], refusal=refusal, **facts)


def _asked() -> Shown:
    """Which rows of it the address asks for."""
    fate, page = request.values.get("fate", ""), request.values.get("page", "")
    return Shown(Fate(fate) if fate in set(Fate) else None, int(page) if _whole(page) else 0)


def _whole(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 8


def _corrections(row: Upload) -> dict[int, dict[int, str]]:
    """What was typed into cells, where it differs from what they said; no more than a page of rows."""
    given: dict[int, dict[int, str]] = defaultdict(dict)
    for name, text in list(request.form.items())[:MOST]:
        number, _, place = name.removeprefix(CELL).partition("-")
        if name.startswith(CELL) and _whole(number) and _whole(place):
            given[int(number)][int(place)] = in_a_field(text)
    return differing(row, given)
