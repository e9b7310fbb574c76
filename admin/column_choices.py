"""列的对应: what titles of sheets the office said what they are, known again in the next sheet."""

from collections.abc import Sequence
from dataclasses import replace

from admin.base import PanelView
from admin.columns import Column
from aid.imports import FORMATS
from aid.imports.headers import IGNORED
from aid.permissions import Permission
from models import ColumnChoice

LEFT_OUT = "（不导入）"


class ColumnChoiceView(PanelView):
    model = ColumnChoice
    read = Permission.IMPORT_READ
    columns = details = ("kind", "header", "column", "office")
    codes = {"kind": {slug: sheet.title for slug, sheet in FORMATS.items()}}
    labels = {"office": "导入机构"}
    filters = ("kind", "column")
    search = ("header",)
    note = "导入时手工选定的列：下次导入同样表头的表格时自动对应。要更改，导入时重新选择即可。"

    def made(self, wanted: Sequence[str]) -> list[Column]:
        """A column goes by its title, which its name alone does not give: every kind of sheet has its own `name`."""
        return [
            replace(c, expressions=(*c.expressions, ColumnChoice.kind), teller=_title) if c.name == "column" else c
            for c in super().made(wanted)
        ]


def _title(values: Sequence[str]) -> str:
    name, kind = values
    if name == IGNORED:
        return LEFT_OUT
    columns = FORMATS[kind].columns if kind in FORMATS else ()
    return next((column.title for column in columns if column.name == name), name)
