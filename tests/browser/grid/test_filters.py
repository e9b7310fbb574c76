"""Filters from the heads: values to tick, parts, ranges, empty; with the list's own; as chips; and groups."""

import re

from playwright.sync_api import expect

from tests.browser.grid.conftest import MANY
from tests.browser.grid.heads import applied, chip_texts, choose, filtering, head, opened, popup, settled


def total(sheet, rows: int) -> None:
    expect(sheet.page.locator("[data-count]")).to_have_text(f"共 {rows} 行")


def test_ticked_values_choose_rows_and_stand_as_a_chip(sheet):
    window = filtering(sheet, "grade")
    expect(window.locator(".value").first).to_contain_text("三年级")
    window.get_by_role("button", name="全不选").click()
    window.get_by_label("四年级").check()
    applied(sheet)
    total(sheet, MANY // 2)
    expect(chip_texts(sheet)).to_have_text(["年级：四年级"])
    expect(head(sheet, "grade").locator(".filtered")).to_be_visible()
    sheet.page.get_by_role("button", name="去掉“年级：四年级”").click()
    total(sheet, MANY + 5)


def test_typing_initials_and_enter_choose_a_school(sheet):
    filtering(sheet, "school")
    sheet.type("ptzxx")
    expect(popup(sheet).locator(".value:visible")).to_have_count(1)
    with sheet.page.expect_response("**/grid/open"):
        sheet.press("Enter")
    total(sheet, 2)
    expect(chip_texts(sheet)).to_have_text(["学校：德安县蒲亭镇小学（小学）"])
    assert sheet.page.evaluate("document.activeElement.matches('[data-field]')")


def test_a_filter_shows_the_values_under_the_other_filters(sheet):
    filtering(sheet, "school")
    sheet.type("pt")
    applied(sheet)
    window = filtering(sheet, "name")
    expect(window.locator(".value span")).to_have_text(["张敏", "李强", "王芳"])


def test_a_part_of_a_text_is_looked_for(sheet):
    window = filtering(sheet, "name")
    expect(window.get_by_text("只列出最多的 200 个")).to_be_visible()
    window.get_by_label("包含", exact=True).fill("甲00")
    applied(sheet)
    total(sheet, 10)
    expect(chip_texts(sheet)).to_have_text(["姓名：甲00"])
    expect(filtering(sheet, "name").get_by_label("包含", exact=True)).to_have_value("甲00")
    sheet.press("Escape")


def test_id_numbers_are_not_listed_but_looked_for_and_stay_out_of_the_address(sheet, world):
    number = world.children["a1"].id_number
    window = filtering(sheet, "id_number")
    expect(window.get_by_text("属于个人信息")).to_be_visible()
    window.get_by_label("包含", exact=True).fill(number)
    applied(sheet)
    sheet.shows(0, name="王芳")
    assert number not in sheet.page.url + sheet.page.locator("[data-list]").get_attribute("href")
    opened(sheet, "grade", "升序")
    total(sheet, 1)


def test_dates_are_chosen_from_and_to_or_empty(sheet):
    sheet.write(0, "birth_date", "2015-06-01")
    sheet.saved()
    window = filtering(sheet, "birth_date")
    window.get_by_label("从").fill("2015-12-31")
    window.get_by_label("到").fill("2015-01-01")
    window.get_by_role("button", name="确定").click()
    expect(window.get_by_text("起比止大")).to_be_visible()
    window.get_by_label("从").fill("2015-01-01")
    window.get_by_label("到").fill("2015-12-31")
    applied(sheet)
    total(sheet, 1)
    expect(chip_texts(sheet)).to_have_text(["出生日期自 2015-01-01", "出生日期至 2015-12-31"])
    filtering(sheet, "birth_date").get_by_label("只看（空）").check()
    applied(sheet)
    total(sheet, MANY + 4)
    expect(chip_texts(sheet)).to_have_text(["出生日期：（空）"])


def test_a_filter_without_a_tick_is_not_taken(sheet):
    window = filtering(sheet, "grade")
    window.get_by_role("button", name="全不选").click()
    window.get_by_role("button", name="确定").click()
    expect(window.get_by_text("请至少勾选一个值")).to_be_visible()
    sheet.press("Escape")
    total(sheet, MANY + 5)


def test_filters_go_with_the_lists_own_and_with_a_search(sheet):
    page = sheet.page
    page.goto("/beneficiary/?hardship=lifted&search=甲")
    page.get_by_role("link", name="表格").click()
    total(sheet, MANY)
    window = filtering(sheet, "class_name")
    window.get_by_role("button", name="全不选").click()
    window.get_by_label("2班").check()
    applied(sheet)
    total(sheet, MANY // 5)
    expect(chip_texts(sheet)).to_have_text(["班级：2班", "困难类型：脱贫户"])
    page.reload()
    total(sheet, MANY // 5)
    page.locator("[data-list]").click()
    expect(page.get_by_text(f"共 {MANY // 5} 条")).to_be_visible()


def test_all_conditions_are_cleared_at_once_and_the_order_stays(enter):
    sheet = enter("county", sort="-name", grade="四年级", search="甲")
    total(sheet, MANY // 2)
    with sheet.page.expect_response("**/grid/open"):
        sheet.page.get_by_role("button", name="清除全部").click()
    total(sheet, MANY + 5)
    expect(head(sheet, "name")).to_have_attribute("aria-sort", "descending")
    expect(sheet.page.get_by_label("查找", exact=True)).to_have_value("")


def test_a_work_list_tells_what_it_hides_and_shows_it(enter):
    sheet = enter("a", "check")
    window = filtering(sheet, "state")
    expect(window.locator(".value:has(input:checked) span")).to_have_text(["未核对"])
    with sheet.page.expect_response("**/grid/open"):
        window.get_by_role("button", name="清除筛选").click()
    expect(chip_texts(sheet)).to_have_text(["含已处理的"])


def test_rows_are_grouped_and_folded(sheet):
    opened(sheet, "grade", "按此列分组")
    heading = sheet.page.locator(".grouprow .fold")
    expect(heading.first).to_contain_text("三年级")
    expect(chip_texts(sheet)).to_have_text(["按年级分组"])
    choose(sheet, "grade", "收起所有组")
    settled(sheet.page)
    expect(heading).to_have_text([re.compile("^▸ 三年级　"), re.compile("^▸ 四年级　")])
    heading.nth(1).click()
    expect(heading.nth(1)).to_have_attribute("aria-expanded", "true")
    expect(sheet.cell(2, "grade")).to_have_text("四年级")
    opened(sheet, "name", "升序")
    expect(heading).to_have_count(1)
    opened(sheet, "grade", "取消分组")
    expect(heading).to_have_count(0)
