"""What rows come to: the line under the grid, and the row under its columns."""

import pytest
from playwright.sync_api import expect

from tests.browser.grid.conftest import MANY


@pytest.fixture
def school(enter):
    """School a's two children, unchecked, in the grid of the work list."""
    return enter("a", "check")


def line(sheet):
    return sheet.page.locator("[data-figures]")


def total(sheet, column: str):
    """The cell of the row of totals under a column."""
    at = sheet.page.evaluate("(name) => document.querySelector('[data-grid]').grid.layout.at(name)", column)
    return sheet.page.locator(".totals .total").nth(at)


def toggle(sheet) -> None:
    sheet.page.get_by_role("button", name="合计行").click()


def test_a_single_cell_tells_of_its_column_in_all_rows(school):
    school.stand(0, "grade")
    expect(line(school)).to_have_text("全部 2 行　年级：已填 2，不同 1")


def test_a_range_tells_of_its_rows_and_its_first_three_columns(sheet):
    sheet.stand(1, "grade", 3, "roll_status")
    expect(line(sheet)).to_contain_text("选中 3 行 × ")
    expect(line(sheet)).to_contain_text("年级：已填 3，不同 1　班级：已填 3，不同 1")
    assert line(sheet).inner_text().count("：已填") == 3


def test_all_rows_are_counted_though_few_are_drawn(sheet):
    sheet.stand(0, "grade")
    sheet.press("Control+a")
    expect(line(sheet)).to_contain_text(f"选中 {MANY + 5} 行")
    expect(line(sheet)).to_contain_text(f"姓名：已填 {MANY + 5}，不同 {MANY + 5}")


def test_a_quantity_is_summed(enter):
    sheet = enter("county", "operation")
    sheet.stand(0, "rows")
    expect(line(sheet)).to_contain_text("合计")


def test_what_one_saves_counts_at_once(school):
    school.stand(0, "remark")
    expect(line(school)).to_contain_text("已填 0")
    school.write(0, "remark", "转来")
    expect(line(school)).to_contain_text("已填 1，不同 1")


def test_walking_over_columns_asks_once_one_rests(sheet):
    asked = []
    sheet.stand(0, "name")
    expect(line(sheet)).to_contain_text("姓名：已填")
    sheet.page.on("request", lambda request: asked.append(request.url) if "/totals" in request.url else None)
    sheet.press(*["ArrowRight"] * 5)
    expect(line(sheet)).not_to_contain_text("姓名：已填")
    expect(line(sheet)).to_contain_text("：已填")
    assert len(asked) == 1


UNDER = """([head, total]) => {
  const [above, below] = [head.getBoundingClientRect(), total.getBoundingClientRect()];
  return Math.abs(above.x - below.x) <= 1 && Math.abs(above.width - below.width) <= 1; }"""


def test_the_row_of_totals_stands_under_its_columns(sheet):
    toggle(sheet)
    for left in (0, 200, 100_000):
        sheet.page.locator("[data-scroller]").evaluate("(box, left) => { box.scrollLeft = left; }", left)
        for column in ("name", "state"):
            head = sheet.page.locator(f'.headcell[data-column="{column}"]')
            expect(total(sheet, column)).to_contain_text("已填")
            sheet.page.wait_for_function(UNDER, arg=[head.element_handle(), total(sheet, column).element_handle()])
    toggle(sheet)
    expect(total(sheet, "name")).to_be_hidden()


def test_the_row_of_totals_follows_the_range_and_hides_no_line(school):
    toggle(school)
    expect(total(school, "grade")).to_have_text("已填 2不同 1")
    expect(school.page.locator(".totals .gutter")).to_have_text("合计")
    school.stand(1, "name", 1, "grade")
    expect(total(school, "name")).to_have_text("已填 1不同 1")
    expect(school.page.locator(".totals .gutter")).to_have_text("选中")
    toggle(school)
