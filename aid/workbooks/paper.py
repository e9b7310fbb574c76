"""How a sheet comes out of the printer: A4 landscape, headers repeated, pages numbered, nothing too small to read."""

from typing import Any

from aid.workbooks import style
from aid.workbooks.sheets import Sheet

LONGEST_FOOTER, A4, A3 = 80, 9, 8
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
ACROSS, DOWN = 104, 680  # what A4 landscape holds: characters of a column's width, pixels of height
LEGIBLE = 0.55  # of our 10 points: 七号, the smallest size that is set in print


def scale(sheet: Sheet) -> float:
    """How much smaller the sheet's table becomes, to fit in the width of A4."""
    return min(1, ACROSS / sum(column.width for column in sheet.columns if not column.hidden))


def set_up(page: Any, sheet: Sheet, *, header: int) -> None:
    """A table too wide to be read on A4 goes on A3, which is as high to its width. `page` is XlsxWriter's worksheet,
    `header` the row of the titles, from 0."""
    page.set_landscape()
    page.set_paper(A4 if scale(sheet) >= LEGIBLE else A3)
    if sheet.pages_by is None:
        page.fit_to_pages(1, 0)
    else:  # Excel passes over page breaks where it is told to fit
        page.set_print_scale(int(100 * scale(sheet)))
    page.repeat_rows(2 if sheet.pages_by is None else 0, header)
    page.set_margins(**MARGINS)
    # The space keeps a heading that begins with a digit from becoming part of the font size before it.
    named = style.printable(sheet.heading)[:LONGEST_FOOTER].replace("&", "&&")
    page.set_footer(f"&L&9 {named}&R&9 第 &P 页，共 &N 页")
