"""What a clerk does to the heads of a grid, its panels and its menus."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.grid.gestures import Sheet

LAYOUT = "const { layout } = document.querySelector('[data-grid]').grid;"
NAMES = f"() => {{ {LAYOUT} return layout.shown.map((column) => column.name); }}"
FROZEN = f"() => {{ {LAYOUT} return layout.frozen; }}"
WIDTH = f"(name) => {{ {LAYOUT} return layout.width(layout.byName.get(name)); }}"
KEPT = "() => { const { desk } = document.querySelector('[data-grid]').grid; return desk.told === desk.kept; }"


def head(sheet: Sheet, column: str) -> Locator:
    return sheet.page.locator(f'.headcell[data-column="{column}"]')


def popup(sheet: Sheet) -> Locator:
    return sheet.page.locator(".popup")


def chip_texts(sheet: Sheet) -> Locator:
    return sheet.page.locator("[data-chips] .chip > span")


def shown(sheet: Sheet) -> list[str]:
    """The columns that are shown, in order."""
    return sheet.page.evaluate(NAMES)


def frozen(sheet: Sheet) -> int:
    return sheet.page.evaluate(FROZEN)


def width(sheet: Sheet, column: str) -> int:
    return sheet.page.evaluate(WIDTH, column)


def choose(sheet: Sheet, column: str, entry: str) -> None:
    """An entry of the menu of a column's head, by mouse."""
    head(sheet, column).locator(".head-menu").click()
    popup(sheet).locator("[role^=menuitem]", has_text=entry).first.click()


def opened(sheet: Sheet, column: str, entry: str) -> None:
    """The same, for an entry that opens the table again; waits until it is there."""
    with sheet.page.expect_response("**/grid/open"):
        choose(sheet, column, entry)
    settled(sheet.page)


def filtering(sheet: Sheet, column: str) -> Locator:
    """The filter of a column, with its values where it lists them."""
    choose(sheet, column, "筛选…")
    expect(popup(sheet).get_by_text("正在取这一列的取值…")).to_have_count(0)
    return popup(sheet)


def applied(sheet: Sheet) -> None:
    """Say 确定 and wait for the rows."""
    with sheet.page.expect_response("**/grid/open"):
        popup(sheet).get_by_role("button", name="确定").click()
    settled(sheet.page)


def settled(page: Page) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def kept(sheet: Sheet) -> None:
    """Wait until the layout as it stands is kept, so that it does not come into the next test's database."""
    sheet.page.wait_for_function(KEPT)


def drag(sheet: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = sheet.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move((start[0] + end[0]) / 2, end[1], steps=3)
    mouse.move(*end, steps=3)


def edge(sheet: Sheet, column: str, *, part: float = 1.0) -> tuple[float, float]:
    """A point in a head: its right edge, or `part` of the way to it."""
    box = head(sheet, column).bounding_box()
    return box["x"] + box["width"] * part - (2 if part == 1 else 0), box["y"] + box["height"] / 2
