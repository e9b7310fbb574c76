"""汇总表: the workbooks that go out."""

import tempfile
from pathlib import Path
from typing import Any

from flask_admin import BaseView, expose

from admin.exporting import XLSX, download
from admin.shell import Locked
from aid.errors import OutOfScope
from aid.permissions import Permission
from aid.workbooks import WORKBOOKS, make_workbook


class WorkbooksView(Locked, BaseView):
    read = Permission.WORKBOOK_MAKE

    @expose("/")
    def index_view(self) -> str:
        return self.render("workbooks.html", books=[book for book in WORKBOOKS.values() if self.actor.may(book.read)])

    @expose("/<slug>.xlsx")
    def download_view(self, slug: str) -> Any:
        book = WORKBOOKS.get(slug)
        if book is None:
            raise OutOfScope("没有这个汇总表。")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "book.xlsx"
            make_workbook(self.actor, slug, path)
            return download(path.read_bytes(), f"{book.title}.xlsx", mimetype=XLSX)
