"""自制汇总 in a browser: what is chosen is seen at once, the address follows, and the keyboard keeps its place."""

import pytest
from playwright.sync_api import expect

from aid.ledger import writing
from aid.operations import own_columns
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Beneficiary, DropoutCase, OwnKind, Region
from tests.aid.summaries.cases import cases

OURS = DropoutCase.home_region.in_(Region.select(Region.id).where(Region.code.startswith("360426")))


def test_what_is_chosen_is_seen_at_once_and_kept(enter):
    page = enter("user.county")
    page.goto("/own_summary/")
    table, row = page.locator("table.crosstab"), page.get_by_label("行", exact=True)
    row.focus()
    row.select_option("school")
    expect(table.locator("thead")).to_contain_text("学校")
    expect(row).to_be_focused()
    page.get_by_label("列", exact=True).select_option("hardship")
    expect(table.locator("thead")).to_contain_text("脱贫户")
    assert "row=school" in page.url
    assert "column=hardship" in page.url
    expect(page.get_by_role("group", name="各学校人数")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载图片").click()
    assert taken.value.suggested_filename == "各学校人数.png"
    page.get_by_label("名称").fill("各校困难类型")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("汇总“各校困难类型”已保存")).to_be_visible()
    expect(page.locator(".kept a.here")).to_have_text("各校困难类型")
    figure = table.locator("tfoot td.last a").first
    rows = figure.inner_text()
    figure.click()
    expect(page.get_by_text(f"共 {rows} 条")).to_be_visible()


@pytest.fixture
def income(world) -> None:
    own_columns.define(world.actors["county"], "beneficiary", kind=OwnKind.NUMBER, label="家庭收入")
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key, number in (("a1", 12_345_000), ("a2", 20_000_000), ("b1", 30_000_000)):
            ledger.change(Beneficiary.get_by_id(world.children[key].id), own_number_1=number)


def test_limits_are_asked_for_where_numbers_are_grouped_and_lead_to_their_rows(income, enter):
    page = enter("user.county")
    page.goto("/own_summary/")
    limits = page.get_by_label("家庭收入（分段）的界限")
    expect(limits).to_have_count(0)
    page.get_by_label("行", exact=True).select_option("own_number_1_band")
    limits.fill("2000 3000")
    page.get_by_label("家庭收入平均").check()
    table = page.locator("table.crosstab")
    expect(table.get_by_role("rowheader")).to_have_text(
        ["不到 2,000", "2,000 到不足 3,000", "3,000 及以上", "未填", "合计"]
    )
    expect(limits).to_have_value("2000 3000")
    expect(table.locator("tfoot")).to_contain_text("2,078.17")
    table.get_by_role("row", name="2,000 到不足 3,000").get_by_role("link").first.click()
    expect(page.get_by_text("共 1 条")).to_be_visible()


def test_what_is_summed_is_chosen_first(world, enter):
    cases(world, count=40)
    page = enter("user.county")
    page.goto("/own_summary/")
    page.get_by_role("navigation", name="汇总什么").get_by_role("link", name="控辍保学").click()
    table = page.locator("table.crosstab")
    expect(table.locator("thead")).to_contain_text("返校比例")
    page.get_by_label("列", exact=True).select_option("age")
    expect(table.locator("thead")).to_contain_text("岁")
    page.get_by_label("状态").select_option("sought")
    page.get_by_label("返校比例").uncheck()
    page.get_by_label("走访比例").uncheck()
    figure = table.locator("tfoot td.last a").first
    expect(figure).to_have_text(str(DropoutCase.select().where(DropoutCase.state == "sought", OURS).count()))
    rows = figure.inner_text()
    figure.click()
    expect(page.get_by_text(f"共 {rows} 条")).to_be_visible()
