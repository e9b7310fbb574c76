"""Without a mouse: where keys lead, how ranges are drawn, how one leaves, and what a screen reader is told."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.grid.conftest import MANY
from tests.browser.grid.gestures import now, operations

LAST = MANY + 4  # the line of the last row, under the five children of the small world that the county sees
END = "name_differs"  # the last column
MOVES = [
    ("ArrowDown", (2, "grade")),
    ("ArrowUp", (0, "grade")),
    ("ArrowLeft", (1, "school")),
    ("ArrowRight", (1, "class_name")),
    ("Home", (1, "name")),
    ("End", (1, END)),
    ("Control+ArrowDown", (LAST, "grade")),
    ("Control+ArrowDown Control+ArrowUp", (0, "grade")),
    ("Control+ArrowRight", (1, END)),
    ("Control+ArrowLeft", (1, "name")),
    ("Control+End", (LAST, END)),
    ("Control+End Control+Home", (0, "name")),
    ("Tab", (1, "class_name")),
    ("Shift+Tab", (1, "school")),
    ("Home Shift+Tab", (0, END)),
    ("End Tab", (2, "name")),
    ("Control+Home Shift+Tab ArrowUp ArrowLeft", (0, "name")),
    ("Control+End Tab ArrowDown ArrowRight", (LAST, END)),
]


def chosen(sheet) -> set[tuple[str, str]]:
    """The row number and column of every cell that is told as selected."""
    cells = sheet.page.locator('[role=gridcell][aria-selected="true"]')
    return set(map(tuple, cells.evaluate_all("all => all.map(c => [c.parentElement.ariaRowIndex, c.dataset.column])")))


def test_keys_lead_where_they_lead_in_excel(sheet):
    for keys, place in MOVES:
        sheet.stand(1, "grade")
        sheet.press(*keys.split())
        assert (keys, sheet.at()) == (keys, place)
        expect(sheet.cell(*place)).to_be_in_viewport()


def test_page_down_and_up_move_by_what_is_in_sight(sheet):
    sheet.stand(0, "grade")
    sheet.press("PageDown")
    line, _ = sheet.at()
    assert 10 <= line <= 30
    sheet.press("PageDown", "PageUp")
    assert sheet.at() == (line, "grade")
    expect(sheet.cell(line, "grade")).to_be_in_viewport()


def test_shift_draws_a_range_from_where_one_stands(sheet):
    sheet.stand(1, "grade")
    sheet.press("Shift+ArrowDown", "Shift+ArrowRight")
    expect(sheet.cell(2, "class_name")).to_have_attribute("aria-selected", "true")
    assert chosen(sheet) == {(row, column) for row in "34" for column in ("grade", "class_name")}
    sheet.press("Shift+ArrowUp", "Shift+ArrowUp")
    expect(sheet.cell(0, "class_name")).to_have_attribute("aria-selected", "true")
    assert chosen(sheet) == {(row, column) for row in "23" for column in ("grade", "class_name")}
    assert sheet.at() == (1, "grade")
    sheet.press("ArrowDown")
    expect(sheet.cell(0, "class_name")).to_have_attribute("aria-selected", "false")
    assert chosen(sheet) == {("4", "grade")}


@pytest.mark.parametrize("key", ["Shift+End", "Shift+Home", "Shift+PageDown", "Control+Shift+End"])
def test_a_range_reaches_as_far_as_its_key_does(sheet, key):
    sheet.stand(2, "grade")
    sheet.press(key)
    edges = sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.selection.edges")
    tall, wide = edges["bottom"] - edges["top"], edges["right"] - edges["left"]
    assert (tall > 0, wide > 0) == ("Page" in key or "Control" in key, "Page" not in key)
    assert sheet.at() == (2, "grade")


def test_ctrl_a_takes_everything_and_shift_space_the_row(sheet):
    sheet.press("Control+a")
    expect(sheet.page.locator('[role=gridcell][aria-selected="false"]')).to_have_count(0)
    edges = sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.selection.edges")
    assert (edges["top"], edges["bottom"], edges["left"]) == (0, LAST, 0)
    sheet.stand(2, "grade")
    sheet.press("Shift+Space")
    expect(sheet.cell(2, END)).to_have_attribute("aria-selected", "true")
    assert {row for row, _ in chosen(sheet)} == {"4"}


def test_escape_and_then_tab_leaves_the_grid(sheet):
    sheet.stand(1, "grade")
    sheet.press("Tab")
    expect(sheet.field).to_be_focused()
    sheet.press("Escape", "Tab")
    expect(sheet.field).not_to_be_focused()
    sheet.press("Shift+Tab")
    expect(sheet.field).to_be_focused()
    sheet.press("Escape", "Shift+Tab")
    expect(sheet.field).not_to_be_focused()


def test_ctrl_g_jumps_to_a_row_by_its_number(sheet):
    sheet.press("Control+g")
    sheet.type("504")
    sheet.press("Enter")
    sheet.shows(503, name="甲498")
    assert sheet.at() == (503, "name")
    expect(sheet.field).to_be_focused()
    sheet.press("Control+g")
    sheet.type("5000")
    sheet.press("Enter")
    expect(sheet.note).to_have_text("没有第 5000 行，共 605 行")


def test_the_grid_is_told_to_screen_readers(sheet):
    grid = sheet.page.get_by_role("grid", name="资助对象")
    expect(grid).to_have_attribute("aria-rowcount", str(LAST + 2))
    columns = int(grid.get_attribute("aria-colcount"))
    heads = grid.get_by_role("columnheader")
    expect(heads).to_have_count(columns)
    rows = grid.get_by_role("row")
    expect(rows.first).to_have_attribute("aria-rowindex", "1")
    second = rows.nth(1)
    expect(second).to_have_attribute("aria-rowindex", "2")
    expect(second.get_by_role("gridcell")).to_have_count(columns - 1)
    expect(second.get_by_role("rowheader")).to_have_count(1)
    expect(sheet.cell(0, "name")).to_have_attribute("aria-readonly", "false")
    expect(sheet.cell(0, "school")).to_have_attribute("aria-readonly", "true")
    expect(sheet.page.locator("[aria-invalid]")).to_have_count(0)


def test_moving_is_spoken_with_row_column_text_and_what_is_wrong(sheet):
    spoken = sheet.page.locator("[data-spoken]")
    sheet.stand(0, "school")
    expect(spoken).to_have_text("第 1 行，学校，德安县蒲亭镇小学（小学），只读")
    sheet.write(1, "sex", "不知")
    expect(sheet.cell(1, "sex")).to_have_attribute("aria-invalid", "true")
    sheet.stand(1, "sex")
    expect(spoken).to_have_text(re.compile("第 2 行，性别，不知，不认识“不知”"))


def test_where_one_stands_is_seen(sheet):
    sheet.press("Control+Home", "ArrowDown", "End", "ArrowLeft")
    here = sheet.cell(*sheet.at())
    expect(here).to_be_in_viewport()
    expect(here).to_have_css("outline-style", "solid")
    expect(here).to_have_css("outline-width", "2px")
    expect(sheet.page.locator(".cell.active")).to_have_count(1)


def test_keys_alone_correct_a_row_and_take_it_back(sheet, world):
    sheet.press("Control+Home", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight")
    sheet.type("四年级")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a2"]).grade == "四年级"
    sheet.step("Control+z")
    sheet.shows(1, grade="三年级")
    assert now(world.children["a2"]).grade == "三年级"
    assert len(operations()) == 1


def test_fill_down_and_right_repeat_what_stands_first(sheet, world):
    sheet.write(0, "class_name", "7班")
    sheet.stand(0, "class_name", 3)
    sheet.press("Control+d")
    sheet.saved()
    assert [now(child).class_name for child in world.children.values()][:4] == ["7班"] * 4
    sheet.stand(1, "grade", 1, "class_name")
    sheet.press("Control+r")
    sheet.saved()
    assert now(world.children["a2"]).class_name == "三年级"
    assert [operation.rows for operation in operations()] == [1, 3, 1]


def test_the_mouse_draws_ranges_too(sheet):
    sheet.cell(0, "name").hover()
    sheet.page.mouse.down()
    sheet.cell(2, "grade").hover()
    sheet.page.mouse.up()
    expect(sheet.cell(2, "grade")).to_have_attribute("aria-selected", "true")
    assert chosen(sheet) == {(row, column) for row in "234" for column in ("name", "id_number", "school", "grade")}
    sheet.cell(4, "class_name").click(modifiers=["Shift"])
    expect(sheet.cell(4, "class_name")).to_have_attribute("aria-selected", "true")
    assert sheet.at() == (0, "name")


def test_an_arrow_ends_an_edit_that_typing_began_and_goes_on(sheet, world):
    sheet.stand(0, "grade")
    sheet.type("四年级")
    sheet.press("ArrowRight")
    sheet.saved()
    assert sheet.at() == (0, "class_name")
    assert now(world.children["a1"]).grade == "四年级"


def test_after_f2_the_arrows_walk_in_the_text(sheet, world):
    sheet.stand(0, "grade")
    sheet.press("F2", "ArrowLeft")
    sheet.type("x")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a1"]).grade == "三年x级"


def test_enter_after_tabs_begins_the_next_line_where_the_first_began(sheet, world):
    sheet.stand(0, "grade")
    sheet.type("四年级")
    sheet.press("Tab")
    sheet.type("2班")
    sheet.press("Enter")
    sheet.saved()
    assert sheet.at() == (1, "grade")
    assert (now(world.children["a1"]).grade, now(world.children["a1"]).class_name) == ("四年级", "2班")


def test_ctrl_s_is_answered_that_all_is_saved_already(sheet):
    sheet.stand(0, "grade")
    sheet.press("Control+s")
    expect(sheet.note).to_contain_text("不用按 Ctrl+S")


def test_a_range_drawn_beyond_the_edge_scrolls_on(sheet):
    sheet.cell(3, "grade").hover()
    sheet.page.mouse.down()
    sheet.page.mouse.move(700, 800)
    sheet.page.wait_for_function("() => document.querySelector('[data-grid]').grid.selection.endLine > 60")
    sheet.page.mouse.up()
    assert sheet.at() == (3, "grade")
