"""The whole way of aid: the county fills in the items, corrects an amount, gives, is told, takes it back."""

import pytest
from playwright.sync_api import expect

from models import AidGrant, db
from tests.aid.giving import check


@pytest.fixture
def checked(world) -> None:
    """a1 boards and b1 does not; both are checked."""
    check(world, "a1", boards=True)
    check(world, "b1", boards=False)


def given() -> list[int]:
    with db.connection_context():
        return sorted(fen for (fen,) in AidGrant.select(AidGrant.amount_fen).tuples())


def test_a_county_fills_in_items_corrects_an_amount_gives_and_takes_it_back(checked, enter):
    page = enter("user.county")
    page.goto("/aid_item/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="填入国家项目和标准").click()
    expect(page.get_by_text("已填入 6 个国家资助项目")).to_be_visible()
    page.get_by_role("link", name="义务教育生活补助").click()
    page.get_by_role("link", name="改标准").click()
    cell = page.get_by_role("gridcell", name="625.00")
    cell.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("700.5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("gridcell", name="700.50")).to_be_visible()
    page.goto("/unpaid/?term=2026秋")
    expect(page.get_by_text("合计 1,075.50 元")).to_be_visible()
    page.get_by_role("checkbox", name="全选本页").check()
    page.get_by_role("button", name="按标准发放").click()
    expect(page.get_by_role("row", name="合计 2")).to_contain_text("1,075.50")
    page.get_by_label("发放日期").fill("2026-11-20")
    page.keyboard.press("Enter")
    expect(page.get_by_text("按标准发放：2 人")).to_be_visible()
    assert given() == [37_500, 70_050]
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert given() == []


def test_the_grid_of_the_unpaid_has_the_amounts_their_filter_and_their_sum(checked, enter):
    page = enter("user.county")
    page.goto("/aid_item/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="填入国家项目和标准").click()
    expect(page.get_by_text("个国家资助项目，请核对金额")).to_be_visible()
    page.goto("/unpaid/grid/?item=2&term=2026秋&amount_fen_from=400")
    expect(page.get_by_role("gridcell", name="625.00")).to_be_visible()
    expect(page.get_by_role("gridcell", name="375.00")).to_have_count(0)
    expect(page.get_by_text("资助项目：义务教育生活补助")).to_be_visible()
    page.get_by_role("button", name="合计行").click()
    expect(page.get_by_role("group", name="合计行")).to_contain_text("625.00")
