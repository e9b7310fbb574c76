"""A county follows the check from its townships down to a school's rows, and takes a chart home as a picture."""

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from aid.operations.checking import confirm


def test_one_goes_down_bar_by_bar_to_the_rows_and_up_again(enter, world):
    confirm(world.actors["a"], world.children["a1"])
    page = enter("user.county")
    page.get_by_role("link", name="进度看板").click()
    page.get_by_role("link", name="蒲亭镇 33.3%（1/3）").click()
    expect(page.get_by_text("德安县 › 蒲亭镇")).to_be_visible()
    page.get_by_role("link", name="德安县", exact=True).click()
    page.get_by_role("link", name="按名称").click()
    page.get_by_role("link", name="蒲亭镇小学（小学） 50.0%（1/2）").click()
    expect(page.get_by_text("共 2 条")).to_be_visible()
    expect(page.get_by_role("cell", name="王芳")).to_be_visible()


def test_the_numbers_of_a_chart_stand_behind_it_and_lead_to_their_rows(enter, world):
    page = enter("user.city")
    page.goto("/board/")
    section = page.get_by_role("region", name="九江市各县核对进度")
    section.get_by_text("数据表").click()
    section.get_by_role("row", name="德安县").get_by_role("link", name="4").first.click()
    expect(page.get_by_text("共 4 条")).to_be_visible()


def test_a_chart_is_taken_out_as_a_picture(enter, world, tmp_path: Path):
    page = enter("user.county")
    page.goto("/board/")
    section = page.get_by_role("region", name="德安县各乡镇核对进度")
    with page.expect_download() as taken:
        section.get_by_role("button", name="下载图片").click()
    assert taken.value.suggested_filename == "德安县各乡镇核对进度.png"
    taken.value.save_as(tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        width, height = section.locator("svg").evaluate(
            "svg => [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height]"
        )
        assert picture.format == "PNG"
        assert picture.size == (2 * (width + 28), 2 * (height + 28))
        colours = {colour for _, colour in picture.convert("RGB").getcolors(maxcolors=100_000)}
    assert {(255, 255, 255), (0xE9, 0xF0, 0xF6), (0x22, 0x22, 0x22)} <= colours  # the ground, a bar's track, its name


def test_it_is_printed_across_a_page_without_what_is_clicked(enter, world):
    page = enter("user.county")
    page.goto("/board/")
    printed = page.pdf(prefer_css_page_size=True)
    width, height = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed).groups()
    assert float(width) > float(height)
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    expect(page.get_by_role("button", name="下载图片").first).to_be_hidden()
    expect(page.get_by_role("group", name="德安县各乡镇核对进度")).to_be_visible()
