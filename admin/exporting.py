"""A list as a file: what it shows, or the columns of its grid as a clerk has them."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

from flask import Response, request, send_file
from flask_admin import expose

from admin.columns import Column, Kind
from admin.grid.asked import LONGEST_WORDS, sent, words_of
from admin.grid.sheet import Spreadsheet
from admin.listing import Listing
from aid.errors import RuleBroken
from aid.operations.events import exported
from aid.workbooks.base import Column as SheetColumn
from aid.workbooks.base import list_csv, list_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Exports(Spreadsheet):
    """Mixed into the view of a table: its rows as a workbook or as CSV, and every export on record."""

    @expose("/export/<ending>", methods=("GET", "POST"))
    def export_view(self, ending: str) -> Response:
        asked = words_of(sent(), longest=LONGEST_WORDS) if request.is_json else request.values
        look = self._look_out(asked)
        columns = [SheetColumn(column.label, width=_width(column)) for column in look.table.columns]
        group = asked.get("group") if look.table.column(asked.get("group", "")) else None
        rows = ([cell.text for cell in line.cells] for line in look.every_line(group=group))
        out = BytesIO()
        if ending == "csv":
            taken = list_csv(out, columns, rows)
        elif ending == "xlsx":
            taken = list_workbook(out, title=self.name, subtitle=self._subtitle(look), columns=columns, rows=rows)
        else:
            raise RuleBroken("只能导出 xlsx 或 csv。")
        exported(self.actor, f"{self.name}（{ending}）", taken)
        mimetype = XLSX if ending == "xlsx" else "text/csv; charset=utf-8"
        return download(out.getvalue(), f"{self.name}.{ending}", mimetype=mimetype)

    def _look_out(self, asked: Mapping[str, str]) -> Listing:
        """As the list shows it; where `columns` are named, those of the grid in that order."""
        known = {column.name: column for column in self.sheet.columns}
        named = dict.fromkeys(asked.get("columns", "").split(","))
        columns = [known[name] for name in named if name in known]
        table = replace(self.sheet, columns=columns, filters=self.sheet.known) if columns else self.table
        return Listing(table, self.actor.scope, asked, narrow=self.narrow())

    def _subtitle(self, look: Listing) -> str:
        return "；".join([f"导出人：{self.actor.name}", f"共 {look.total} 条", *look.told])


def download(content: bytes, name: str, *, mimetype: str) -> Response:
    """A file to keep; the name may be Chinese (RFC 5987)."""
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)


def _width(column: Column) -> int:
    if column.name.endswith("id_number"):
        return 21
    return {Kind.LINK: 26, Kind.MOMENT: 17, Kind.DATE: 12, Kind.CHOICE: 14}.get(column.kind, 12)
