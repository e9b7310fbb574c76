"""How a sheet comes out of the printer: A4 landscape, headers repeated, pages numbered, nothing too small to read."""

from typing import Any

from aid.workbooks import style
from aid.workbooks.sheets import Sheet

LONGEST_FOOTER, A4, A3 = 80, 9, 8
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.5, "bottom": 0.6}
ACROSS, DOWN = 104, 680  # what A4 landscape holds: characters of a column's width, pixels of height
PIXELS = {A4: (1045, 680), A3: (1511, 1008)}  # what a page holds, across and down, at 96 to the inch
DIGIT, PADDING, POINT = 7, 5, 0.75  # pixels of a digit in the font that columns are measured by, and a point's share
LEGIBLE = 0.55  # of our 10 points: 七号, the smallest size that is set in print


def scale(sheet: Sheet) -> float:
    """How much smaller the sheet's table becomes, to fit in the width of A4."""
    return min(1, ACROSS / sum(column.width for column in sheet.columns if not column.hidden))


def paper_of(sheet: Sheet) -> int:
    """A table too wide to be read on A4 goes on A3, which is as high to its width."""
    return A4 if scale(sheet) >= LEGIBLE else A3


def holds(sheet: Sheet) -> float:
    """How many points of rows stand on a page of a sheet that is fitted to its width.

    Where a machine lacks the font that columns are measured by, they are wider, the sheet becomes smaller, and more
    would stand there: a page that is turned by this is then not quite full, never too full.
    """
    across, down = PIXELS[paper_of(sheet)]
    wide = sum(DIGIT * column.width + PADDING for column in sheet.columns if not column.hidden)
    return down * POINT / min(1, across / wide)


def set_up(page: Any, sheet: Sheet, *, header: int) -> None:
    """`page` is XlsxWriter's worksheet, `header` the row of the titles, from 0."""
    page.set_landscape()
    page.set_paper(paper_of(sheet))
    if sheet.pages_by is None:
        page.fit_to_pages(1, 0)
    else:  # Excel passes over page breaks where it is told to fit
        page.set_print_scale(int(100 * scale(sheet)))
    page.repeat_rows(2 if sheet.pages_by is None else 0, header)
    page.set_margins(**MARGINS)
    # The space keeps a heading that begins with a digit from becoming part of the font size before it.
    named = style.printable(sheet.heading)[:LONGEST_FOOTER].replace("&", "&&")
    page.set_footer(f"&L&9 {named}&R&9 第 &P 页，共 &N 页")
