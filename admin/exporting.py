"""A list as a file: what it shows, or the columns of its grid as a clerk has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from flask import Response, request, send_file
from flask_admin import expose

from admin.columns import Column, Kind
from admin.grid.asked import LONGEST_WORDS, sent, words_of
from admin.grid.sheet import Spreadsheet
from admin.listing import Listing
from admin.ruled import Ruled
from admin.table import Cell, Line
from aid.errors import RuleBroken
from aid.operations.events import exported
from aid.operations.saved_views import standing_rules
from aid.rules import money
from aid.rules.cells import decimal_told
from aid.rules.colouring import LOOKS
from aid.scope import Actor
from aid.workbooks.base import Column as SheetColumn
from aid.workbooks.base import list_csv, list_workbook
from aid.workbooks.sheets import Cell as SheetCell
from aid.workbooks.sheets import Line as SheetLine
from aid.workbooks.style import DECIMAL, MONEY

NUMBERS = {Kind.MONEY: money.yuan, Kind.DECIMAL: lambda value: Decimal(decimal_told(value))}
WARNINGS = "提醒"  # the title of what the rules warn of
NO_NAME = frozenset('\\/:*?"<>|')  # signs that Windows has in no name
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Exports(Spreadsheet):
    """Mixed into the view of a table: its rows as a workbook or as CSV, and every export on record."""

    @expose("/export/<ending>", methods=("GET", "POST"))
    def export_view(self, ending: str) -> Response:
        body = sent() if request.is_json else {}
        layout = body.pop("layout", None)
        asked = words_of(body, longest=LONGEST_WORDS) if request.is_json else request.values
        rules = None if layout is None else standing_rules(self.model, layout, beside=self._shown)
        look = self.coloured(self._look_out(asked), rules)
        columns = [_sheet_column(column) for column in look.table.columns]
        if look.ruled.ruling.warns:
            columns.append(SheetColumn(WARNINGS, width=30))
        group = asked.get("group") if look.table.column(asked.get("group", "")) else None
        rows = (_as_shown(line, look.ruled) for line in look.every_line(group=group))
        return taken_out(self.actor, ending, title=self.name, subtitle=self._subtitle(look), columns=columns, rows=rows)

    def _look_out(self, asked: Mapping[str, str]) -> Listing:
        """As the list shows it; where `columns` are named, those of the grid in that order."""
        known = {column.name: column for column in self.sheet.columns}
        named = dict.fromkeys(asked.get("columns", "").split(","))
        columns = [known[name] for name in named if name in known]
        table = replace(self.sheet, columns=columns, filters=self.sheet.known) if columns else self.table
        return self.listing(table, asked)

    def _subtitle(self, look: Listing) -> str:
        colours = "、".join(f"{LOOKS[colour]}＝{asks}" for colour, asks, _ in look.ruled.ruling.told if colour)
        told = [*look.told, *([f"着色：{colours}"] if colours else [])]
        return "；".join([f"导出人：{self.actor.name}", f"共 {look.total} 条", *told])


def taken_out(
    actor: Actor,
    ending: str,
    *,
    title: str,
    subtitle: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[SheetCell] | SheetLine],
    name: str = "",
) -> Response:
    """A list as a file to keep, and on record that `actor` took it; it is called `name`, or else as its title.

    Raises RuleBroken for an ending that is neither xlsx nor csv.
    """
    out, name = BytesIO(), name or title
    if ending == "csv":
        taken = list_csv(out, columns, rows)
    elif ending == "xlsx":
        taken = list_workbook(out, title=title, subtitle=subtitle, columns=columns, rows=rows)
    else:
        raise RuleBroken("只能导出 xlsx 或 csv。")
    exported(actor, f"{name}（{ending}）", taken)
    mimetype = XLSX if ending == "xlsx" else "text/csv; charset=utf-8"
    return download(out.getvalue(), f"{name}.{ending}", mimetype=mimetype)


def download(content: bytes, name: str, *, mimetype: str) -> Response:
    """A file to keep; the name may be Chinese (RFC 5987)."""
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=file_name(name))


def file_name(name: str) -> str:
    """A name that every system takes for one file in the folder that the clerk chooses, and no header breaks at."""
    return "".join("_" if sign in NO_NAME or not sign.isprintable() else sign for sign in name)


def _sheet_column(column: Column) -> SheetColumn:
    if column.kind is Kind.MONEY:
        return SheetColumn(column.label, width=_width(column), number_format=MONEY, total=True)
    if column.kind is Kind.DECIMAL:
        return SheetColumn(column.label, width=_width(column), number_format=DECIMAL)
    return SheetColumn(column.label, width=_width(column))


def _as_shown(line: Line, ruled: Ruled) -> SheetLine:
    """A row as the list shows it: in its colours, and with what is warned of at its end."""
    cells = [_as_read(cell) for cell in line.cells]
    if not ruled.ruling:
        return SheetLine(cells)
    if ruled.ruling.warns:
        cells.append("；".join(f"{label}：{warn}" for label, warn in ruled.warnings(line.said)) or None)
    colours = {at: look for at, cell in enumerate(line.cells) if (look := line.said.cell(cell.column.name).look)}
    return SheetLine(cells, colours=colours)


def _as_read(cell: Cell) -> str | Decimal | None:
    """Money and decimals as numbers that add up, everything else as it reads."""
    if cell.value is None or cell.column.kind not in NUMBERS:
        return None if cell.column.kind in NUMBERS else cell.text
    return NUMBERS[cell.column.kind](cell.value)


def _width(column: Column) -> int:
    if column.name.endswith("id_number"):
        return 21
    return {Kind.LINK: 26, Kind.MOMENT: 17, Kind.MONEY: 14, Kind.DATE: 12, Kind.CHOICE: 14}.get(column.kind, 12)
