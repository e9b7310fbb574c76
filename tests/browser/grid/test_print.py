"""On paper, in a file, at another size and in other colours; and the keys in words."""

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.grid.conftest import MANY

STAND_IN = """() => {
  window.print = () => {
    window.dispatchEvent(new Event("beforeprint"));
    window.printed = document.querySelectorAll(".print-sheet tbody tr").length;
  };
}"""


def more(sheet, name: str) -> None:
    sheet.page.get_by_role("button", name="更多").click()
    sheet.page.get_by_role("menuitem", name=name).click()


@pytest.fixture
def paper(enter):
    """The county's list as the printer sees it."""
    sheet = enter("county", grade="三年级", sort="-name")
    sheet.page.emulate_media(media="print")
    sheet.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    yield sheet
    sheet.page.emulate_media(media="null")


# -- on paper ------------------------------------------------------------------------------


def test_paper_shows_a_plain_table_with_what_was_asked_and_by_whom(paper):
    sheet = paper.page.locator(".print-sheet")
    expect(sheet).to_be_visible()
    expect(paper.root).to_be_hidden()
    expect(paper.page.locator(".side")).to_be_hidden()
    expect(sheet).to_contain_text("年级：三年级")
    expect(sheet).to_contain_text("打印人：county")
    heads = sheet.locator("thead th").all_inner_texts()
    assert heads[:3] == ["行", "姓名", "身份证号"]
    assert sheet.locator("thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"


def test_paper_shows_the_rows_that_are_here_and_says_how_many_there_are(paper):
    total = MANY // 2 + 5
    rows = paper.page.locator(".print-sheet tbody tr").count()
    assert 0 < rows < total
    expect(paper.page.locator(".print-sheet")).to_contain_text(f"印出 {rows} 行，共 {total} 行")
    paper.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    expect(paper.page.locator(".print-sheet")).to_have_count(0)


def test_the_menu_prints_all_rows_of_the_filter(enter):
    sheet = enter("county")
    sheet.page.evaluate(STAND_IN)
    more(sheet, "打印")
    sheet.page.wait_for_function("() => window.printed")
    assert sheet.page.evaluate("() => window.printed") == MANY + 5


def test_the_browser_itself_prints_pages_of_it(enter):
    sheet = enter("county")
    pages = re.findall(rb"/Type\s*/Page\b", sheet.page.pdf(prefer_css_page_size=True))
    assert 2 <= len(pages) <= 12
    expect(sheet.page.locator(".print-sheet")).to_have_count(0)


# -- in a file -----------------------------------------------------------------------------


def taken(sheet, name: str, folder: Path) -> Path:
    with sheet.page.expect_download() as download:
        more(sheet, name)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_an_export_holds_the_shown_columns_in_their_order_and_all_rows(enter, tmp_path):
    sheet = enter("county", sort="-name")
    sheet.page.evaluate(
        "() => { const { layout } = document.querySelector('[data-grid]').grid;"
        " layout.move('grade', 'name'); layout.show('id_number', false); }"
    )
    told = taken(sheet, "导出 CSV", tmp_path).read_text("utf-8-sig")
    rows = list(csv.reader(told.splitlines()))
    assert rows[0][:2] == ["年级", "姓名"]
    assert "身份证号" not in rows[0]
    assert len(rows) == MANY + 6
    assert [row[1] for row in rows[1:]] == sorted((row[1] for row in rows[1:]), reverse=True)


def test_a_whole_id_number_goes_into_no_address(enter, world, tmp_path):
    sheet = enter("county")
    asked = []
    sheet.page.on("request", lambda request: asked.append(request.url))
    sheet.page.get_by_label("查找").fill(world.children["b1"].id_number)
    sheet.press("Enter")
    sheet.shows(0, name="张敏")
    book = openpyxl.load_workbook(taken(sheet, "导出 Excel", tmp_path)).active
    assert "张敏" in [cell for row in book.iter_rows(values_only=True) for cell in row]
    assert not [url for url in asked if world.children["b1"].id_number in url]


# -- at another size, in other colours, by keys ---------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1093, 614), (1366, 768)])
def test_everything_stays_on_the_page(enter, width, height):
    sheet = enter("county")
    sheet.page.set_viewport_size({"width": width, "height": height})
    box = sheet.page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    sheet.page.get_by_role("button", name="更多").click()
    expect(sheet.page.get_by_role("menuitem").last).to_be_in_viewport(ratio=1)
    sheet.press("Escape")
    expect(sheet.page.get_by_role("button", name="合计行")).to_be_in_viewport(ratio=1)
    sheet.page.set_viewport_size({"width": 1366, "height": 768})
    assert (box[0] <= width, box[1] <= height) == (True, True)


def test_forced_colours_leave_the_active_and_the_wrong_cell_to_be_seen(enter):
    sheet = enter("a", "check")
    sheet.write(0, "birth_date", "明天")
    expect(sheet.cell(0, "birth_date")).to_have_attribute("aria-invalid", "true")
    sheet.page.emulate_media(forced_colors="active")
    wrong = sheet.cell(0, "birth_date").evaluate("cell => getComputedStyle(cell).borderTopStyle")
    active = sheet.page.locator(".cell.active").evaluate("cell => getComputedStyle(cell).outlineStyle")
    sheet.page.emulate_media(forced_colors="none")
    assert (wrong, active) == ("dashed", "solid")


def test_nothing_moves_where_one_asked_for_stillness(enter):
    sheet = enter("a", "check")
    sheet.page.emulate_media(reduced_motion="reduce")
    moving = sheet.page.evaluate(
        "() => [...document.querySelectorAll('.grid-page *')].filter((one) => {"
        " one.classList.add('fresh'); const style = getComputedStyle(one); one.classList.remove('fresh');"
        " return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0; }).length"
    )
    sheet.page.emulate_media(reduced_motion="no-preference")
    assert moving == 0


def test_a_key_tells_all_keys_and_gives_the_focus_back(enter):
    sheet = enter("a", "check")
    sheet.press("F1")
    expect(sheet.dialog).to_contain_text("键盘说明")
    told = sheet.dialog.inner_text()
    source = Path("static/grid/keys.js").read_text()
    named = {"ContextMenu": "菜单键", "PageUp": "PageUp", "Delete": "Delete", "F2": "F2", "F10": "F10", "Home": "Home"}
    assert [word for key, word in named.items() if key in source and word not in told] == []
    letters = re.findall(r"^      ([a-z]): \(\) =>", source, re.MULTILINE)
    assert [letter for letter in letters if f"Ctrl+{letter.upper()}" not in told] == []
    sheet.press("Escape")
    expect(sheet.field).to_be_focused()
    sheet.type("?")
    expect(sheet.field).to_have_value("?")
    sheet.press("Escape")


def test_the_menu_is_walked_by_keys(enter):
    sheet = enter("a", "check")
    sheet.page.get_by_role("button", name="更多").focus()
    sheet.press("Enter", "ArrowUp")
    expect(sheet.page.get_by_role("menuitem").last).to_be_focused()
    sheet.press("Home")
    expect(sheet.page.get_by_role("menuitem").first).to_be_focused()
    sheet.press("Escape")
    expect(sheet.page.get_by_role("button", name="更多")).to_be_focused()
