"""自定义列 in a browser: a column is defined, moved, retired and emptied on its page, which says what room there is."""

import pytest
from playwright.sync_api import Page, expect

from aid.operations import own_columns as operations
from models import OwnColumn, OwnKind


def section(page: Page, title: str):
    return page.get_by_role("region", name=title, exact=True)


def test_a_column_of_choices_is_added_to_a_table_and_changed(enter):
    page = enter("user.county")
    page.goto("/own_column/")
    section(page, "机构").get_by_role("link", name="新增一列").click()
    expect(page.get_by_label("表", exact=True)).to_have_value("organisation")
    choices = page.get_by_label("选项", exact=True)
    expect(choices).to_be_hidden()
    page.get_by_label("类型").select_option("choice")
    page.get_by_label("列名").fill("办学性质")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写选项，每行一项")).to_be_visible()
    choices.fill("公办\n民办")
    page.get_by_role("button", name="保存").click()
    expect(section(page, "机构")).to_contain_text("公办、民办")
    section(page, "机构").get_by_role("link", name="办学性质").click()
    page.get_by_label("选项“公办”").fill("公立")
    page.locator(".choice", has=page.get_by_label("选项“民办”")).get_by_role("checkbox").check()
    page.get_by_label("再加选项").fill("企办")
    page.get_by_role("button", name="保存").click()
    expect(section(page, "机构")).to_contain_text("公立、民办（已停用）、企办")
    page.goto("/organisation/")
    expect(page.get_by_role("columnheader", name="办学性质")).to_be_visible()


@pytest.fixture
def days(world) -> list[OwnColumn]:
    county = world.actors["county"]
    return [operations.define(county, "beneficiary", kind=OwnKind.DATE, label=f"第{n}次入户") for n in "一二三四"]


def test_room_is_made_by_retiring_and_emptying(world, days, enter):
    page = enter("user.county")
    page.goto("/own_column/")
    mine = section(page, "资助对象")
    expect(mine.get_by_role("status")).to_contain_text("已用满 4 个。先停用一个不再用的，再把它清空，就能腾出位置")
    expect(mine.get_by_role("button", name="上移").first).to_be_disabled()
    mine.get_by_role("row", name="第二次入户").get_by_role("button", name="上移").click()
    expect(mine.locator("tbody tr").first).to_contain_text("第二次入户")
    mine.get_by_role("row", name="第二次入户").get_by_role("button", name="停用").click()
    last = mine.locator("tbody tr").last
    expect(last).to_contain_text("第二次入户 已停用")
    expect(mine.get_by_role("status")).to_contain_text("其中 1 个已停用，仍占着位置")
    page.once("dialog", lambda dialog: dialog.accept())
    last.get_by_role("button", name="清空").click()
    expect(mine).to_contain_text("日期只能再加 1 个")
    page.get_by_role("button", name="撤销").click()
    expect(mine.get_by_role("button", name="恢复使用")).to_be_visible()
