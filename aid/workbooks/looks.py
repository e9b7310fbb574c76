"""The formats of one book. Each is made once, whichever sheets use it: XlsxWriter numbers twins anew for every cell."""

import datetime as dt
from typing import Any

from aid.workbooks import style
from aid.workbooks.sheets import Column
from aid.workbooks.style import Kind

MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"


class Looks:
    """`book` is XlsxWriter's workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._of_cells: dict[tuple[Any, ...], Any] = {}

    def of(self, properties: dict[str, Any]) -> Any:
        """The format with these properties."""
        key = tuple(properties.items())
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def of_cell(self, kind: Kind, column: Column, colour: str = "") -> Any:
        """That of a column's cells on lines of a kind, in one of style.COLOURS."""
        key = (kind, column.number_format, column.centred, column.wraps, column.counts, colour)
        if key not in self._of_cells:
            self._of_cells[key] = self.of(_properties(kind, column) | style.COLOURS[colour])
        return self._of_cells[key]

    def of_date(self, kind: Kind, value: dt.date) -> Any:
        """That of a day, or of a moment."""
        key = (kind, type(value))
        if key not in self._of_cells:
            shape = MOMENT if isinstance(value, dt.datetime) else DAY
            self._of_cells[key] = self.of(style.LINES[kind] | {"num_format": shape, "align": "center"})
        return self._of_cells[key]


def _properties(kind: Kind, column: Column) -> dict[str, Any]:
    side = "center" if column.centred else "left" if column.number_format == style.TEXT else "right"
    shape = column.number_format
    if column.counts and kind in (Kind.SUBTOTAL, Kind.TOTAL):
        shape = f'#,##0" {column.counts}"'
    looks = {"num_format": shape, "align": side}
    looks |= {} if column.centred else {"indent": 1}
    return style.LINES[kind] | looks | ({"text_wrap": True} if column.wraps else {})
