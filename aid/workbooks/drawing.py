"""The chart beside a sheet's table: bars that lie, in the one look of all our workbooks."""

from typing import Any

from aid.workbooks import style
from aid.workbooks.paper import DOWN, scale
from aid.workbooks.sheets import Sheet

BAR_HEIGHT, FEWEST_BARS, AROUND, ROW = 24, 3, 120, 20
WIDTH = 620
WIDEST_BESIDE = 70  # characters of a table that leaves a chart room beside it on a page


def draw(book: Any, page: Any, sheet: Sheet, *, rows: tuple[int, int], below: int) -> None:
    """Draw the sheet's chart: of its lines from below the first of `rows`, the header, to the last. It stands right of
    the table; from the row `below` on, under it, where it is too wide for that and the two are one page.

    `page` and `book` are XlsxWriter's worksheet and workbook.
    """
    chart, (header, last) = sheet.chart, rows
    last = min(last, header + (chart.most or last))
    stacked = len(chart.values) > 1
    bars = book.add_chart({"type": "bar", "subtype": "stacked"} if stacked else {"type": "bar"})
    font = {"name": style.FONT, "size": 10, "color": style.INK}
    labels = {"data_labels": {"value": True, "num_format": chart.number_format, "font": font}}
    for nth, column in enumerate(chart.values):
        title = sheet.columns[column].title if stacked else chart.title
        colour = {"fill": {"color": style.SERIES[nth % len(style.SERIES)]}, "gap": 60}
        ranges = {
            name: [page.get_name(), header + 1, at, last, at]
            for name, at in (("categories", chart.names), ("values", column))
        }
        bars.add_series({"name": _words(title), **ranges, **colour, **({} if stacked else labels)})
    bars.set_title(
        {"name": _words(chart.title), "name_font": font | {"size": 13, "color": style.ACCENT}, "overlay": False}
    )
    bars.set_legend({"position": "bottom", "font": font} if stacked else {"none": True})
    bars.set_y_axis({"reverse": True, "num_font": font, "line": {"color": style.LINE}, "major_tick_mark": "none"})
    grid = {"visible": True, "line": {"color": style.LINE, "width": 0.5}}
    limits = {"min": 0, "max": 1, "major_unit": 0.2} if chart.number_format.endswith("%") else {"min": 0}
    look = {"num_format": chart.number_format, "num_font": font, "major_gridlines": grid, "line": {"none": True}}
    bars.set_x_axis(limits | look)
    bars.set_chartarea({"border": {"color": style.LINE}})
    height = AROUND + BAR_HEIGHT * max(FEWEST_BARS, last - header)
    bars.set_size({"width": WIDTH, "height": height})
    if _fits_under(sheet, below * ROW + height):
        page.insert_chart(below, 0, bars, {"object_position": 2})
    else:
        page.insert_chart(header, len(sheet.columns), bars, {"x_offset": 24, "object_position": 2})


def _fits_under(sheet: Sheet, height: int) -> bool:
    """Whether a wide table with its chart under it, so many pixels high, is one page."""
    return scale(sheet) * height <= DOWN and sum(column.width for column in sheet.columns) > WIDEST_BESIDE


def _words(told: str) -> str:
    """XlsxWriter takes a name such as 甲!A1 for the cell where the name stands."""
    return told.replace("!", "！")
