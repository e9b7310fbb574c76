"""The chart beside a sheet's table: bars that lie, in the one look of all our workbooks."""

from typing import Any

from aid.workbooks import style
from aid.workbooks.sheets import Sheet

BAR_HEIGHT, FEWEST_BARS, AROUND = 30, 3, 120
WIDTH = 620


def draw(book: Any, page: Any, sheet: Sheet, *, rows: tuple[int, int]) -> None:
    """Draw the sheet's chart right of its table: of its lines from below the first of `rows`, the header, to the last.

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
        bars.add_series({"name": title, **ranges, **colour, **({} if stacked else labels)})
    bars.set_title({"name": chart.title, "name_font": font | {"size": 13, "color": style.ACCENT}, "overlay": False})
    bars.set_legend({"position": "bottom", "font": font} if stacked else {"none": True})
    bars.set_y_axis({"reverse": True, "num_font": font, "line": {"color": style.LINE}, "major_tick_mark": "none"})
    grid = {"visible": True, "line": {"color": style.LINE, "width": 0.5}}
    limits = {"min": 0, "max": 1, "major_unit": 0.2} if chart.number_format.endswith("%") else {"min": 0}
    look = {"num_format": chart.number_format, "num_font": font, "major_gridlines": grid, "line": {"none": True}}
    bars.set_x_axis(limits | look)
    bars.set_chartarea({"border": {"color": style.LINE}})
    bars.set_size({"width": WIDTH, "height": AROUND + BAR_HEIGHT * max(FEWEST_BARS, last - header)})
    page.insert_chart(header, len(sheet.columns), bars, {"x_offset": 24, "object_position": 2})
