"""Columns: width, order, hidden, frozen, sorted by several; by mouse and by keys; and found again the next time."""

import pytest
from playwright.sync_api import expect

from models import SavedView
from tests.browser.grid.conftest import signed_in
from tests.browser.grid.gestures import Sheet, open_grid
from tests.browser.grid.heads import choose, drag, edge, frozen, head, kept, opened, popup, settled, shown, width


@pytest.fixture
def again(browser, home):
    """Open the grid in a browser that knows nothing of the last one."""
    contexts = []

    def open_anew(key: str) -> Sheet:
        contexts.append(signed_in(browser, home.folder, home.address, key=key))
        return open_grid(contexts[-1].new_page(), "beneficiary")

    yield open_anew
    for context in contexts:
        context.close()


def test_an_edge_is_dragged_to_a_width_that_is_found_again(sheet, again):
    before = width(sheet, "school")
    x, y = edge(sheet, "school")
    drag(sheet, (x, y), (x + 60, y))
    expect(sheet.page.locator(".drop-mark")).to_be_visible()
    sheet.page.mouse.up()
    assert (width(sheet, "school"), sheet.at()) == (before + 60, (0, "name"))
    kept(sheet)
    assert width(again("county"), "school") == before + 60
    assert width(again("county.2"), "school") == before


def test_a_layout_changed_just_before_leaving_is_kept(sheet):
    before = width(sheet, "school")
    choose(sheet, "school", "加宽")
    sheet.page.goto("/beneficiary/")
    for _ in range(50):  # a browser sends it while the next page is already coming
        if SavedView.select().exists():
            break
        sheet.page.wait_for_timeout(100)
    assert width(open_grid(sheet.page, "beneficiary"), "school") == before + 24


def test_a_double_click_on_an_edge_fits_the_longest_text(sheet):
    for column in ("name", "school"):
        sheet.page.mouse.dblclick(*edge(sheet, column))
        cell = sheet.cell(0, column)
        assert cell.evaluate("(cell) => [cell.scrollWidth <= cell.clientWidth, cell.clientWidth < 260]") == [True, True]
    kept(sheet)


def test_a_head_is_dragged_behind_another(sheet):
    drag(sheet, edge(sheet, "grade", part=0.4), edge(sheet, "sex", part=0.8))
    expect(sheet.page.locator(".drop-mark")).to_be_visible()
    sheet.page.mouse.up()
    assert shown(sheet)[:6] == ["name", "id_number", "school", "class_name", "sex", "grade"]
    assert frozen(sheet) == 1
    sheet.shows(0, sex="", grade="三年级")
    kept(sheet)


def test_a_head_is_dragged_over_the_frozen_border_and_back(sheet):
    drag(sheet, edge(sheet, "grade", part=0.4), edge(sheet, "name", part=0.2))
    sheet.page.mouse.up()
    assert (shown(sheet)[:3], frozen(sheet)) == (["grade", "name", "id_number"], 2)
    drag(sheet, edge(sheet, "grade", part=0.4), edge(sheet, "id_number", part=0.8))
    sheet.page.mouse.up()
    assert (shown(sheet)[:3], frozen(sheet)) == (["name", "id_number", "grade"], 1)
    kept(sheet)


def test_escape_leaves_a_drag_without_a_trace(sheet):
    before = shown(sheet)
    drag(sheet, edge(sheet, "grade", part=0.4), edge(sheet, "name", part=0.2))
    sheet.press("Escape")
    sheet.page.mouse.up()
    expect(sheet.page.locator(".drop-mark")).to_be_hidden()
    assert shown(sheet) == before


def test_frozen_columns_stay_in_sight(sheet):
    choose(sheet, "school", "冻结到此列")
    before = sheet.cell(0, "school").bounding_box()["x"]
    sheet.page.locator("[data-scroller]").evaluate("(scroller) => { scroller.scrollLeft = 900; }")
    settled(sheet.page)
    assert sheet.cell(0, "school").bounding_box()["x"] == before
    assert head(sheet, "school").bounding_box()["x"] == before
    choose(sheet, "school", "取消冻结")
    settled(sheet.page)
    assert (frozen(sheet), sheet.cell(0, "school").bounding_box()["x"] < 0) == (0, True)
    kept(sheet)


def test_a_column_is_hidden_and_shown_again_from_the_panel(sheet, again):
    choose(sheet, "school", "隐藏此列")
    expect(head(sheet, "school")).to_have_count(0)
    kept(sheet)
    other = again("county")
    assert "school" not in shown(other)
    other.page.get_by_role("button", name="列 ▾").click()
    popup(other).get_by_label("学校", exact=True).check()
    expect(head(other, "school")).to_be_visible()
    assert shown(other).index("school") == 2
    kept(other)


def test_everything_of_a_head_is_reached_by_keys(sheet):
    sheet.stand(3, "grade")
    before = width(sheet, "grade")
    sheet.press("Shift+F10")
    expect(popup(sheet)).to_be_visible()
    for entry in ("左移", "加宽", "加宽"):
        while entry not in sheet.page.evaluate("document.activeElement.textContent"):
            sheet.press("ArrowDown")
        sheet.press("Enter")
    sheet.press("Escape")
    assert (shown(sheet)[2], width(sheet, "grade")) == ("grade", before + 48)
    assert sheet.at() == (3, "grade")
    sheet.press("ArrowDown")
    assert sheet.at() == (4, "grade")
    kept(sheet)


def test_the_panel_of_columns_works_by_keys(sheet):
    button = sheet.page.get_by_role("button", name="列 ▾")
    button.focus()
    sheet.press("Enter", "Alt+ArrowDown", "ArrowDown", "Space")
    assert shown(sheet)[:3] == ["id_number", "name", "grade"]
    sheet.press("Escape")
    expect(button).to_be_focused()
    sheet.press("Enter")
    popup(sheet).get_by_role("button", name="恢复默认").click()
    assert (shown(sheet)[:3], frozen(sheet)) == (["name", "id_number", "school"], 1)
    kept(sheet)


def test_rows_are_sorted_by_several_columns(enter):
    sheet = enter("a")
    opened(sheet, "grade", "升序")
    opened(sheet, "name", "追加降序")
    expect(head(sheet, "grade").locator(".sorted")).to_have_text("↑1")
    expect(head(sheet, "name").locator(".sorted")).to_have_text("↓2")
    expect(head(sheet, "grade")).to_have_attribute("aria-sort", "ascending")
    sheet.shows(0, name="王芳")
    sheet.shows(1, name="李强")
    opened(sheet, "name", "追加升序")
    sheet.shows(0, name="李强")
    opened(sheet, "grade", "取消此列排序")
    expect(head(sheet, "name").locator(".sorted")).to_have_text("↑")


def test_a_click_on_a_head_still_chooses_the_column(sheet):
    head(sheet, "grade").click(position={"x": 10, "y": 10})
    head(sheet, "sex").click(position={"x": 10, "y": 10}, modifiers=["Shift"])
    edges = sheet.page.evaluate("document.querySelector('[data-grid]').grid.selection.edges")
    assert (edges["left"], edges["right"], edges["top"]) == (3, 5, 0)


@pytest.mark.parametrize(("wide", "high"), [(1366, 768), (1093, 614)])
def test_the_page_does_not_scroll_sideways_whatever_is_open(sheet, wide, high):
    page = sheet.page
    page.set_viewport_size({"width": wide, "height": high})
    page.get_by_role("button", name="列 ▾").click()
    box = popup(sheet).bounding_box()
    assert box["x"] + box["width"] <= wide
    assert box["y"] + box["height"] <= high
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size({"width": 1366, "height": 768})
