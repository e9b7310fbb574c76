"""The way of a dropout by keyboard and mouse: opened by the county, visited, the visit taken back."""

from playwright.sync_api import expect

from tests.handover.test_dropout import CHILD, register


def test_a_case_is_opened_visited_corrected_and_the_correction_undone(world, enter):
    page = enter("user.county")
    register(world)
    page.goto("/dropout_case/")
    page.get_by_role("link", name="按规则更新名单").click()
    expect(page.get_by_role("cell", name=CHILD["name"])).to_be_visible()
    page.keyboard.press("Enter")  # the button has the focus
    expect(page.get_by_text("立案、了结共 1 件")).to_be_visible()
    expect(page.get_by_role("link", name="蒲亭镇 1 未走访 1")).to_be_visible()
    page.get_by_role("link", name=CHILD["name"]).click()
    page.get_by_label("走访结果").select_option(label="失联")
    page.get_by_label("走访情况").fill("家中无人，邻居说全家外出")
    page.get_by_label("下一步措施").fill("联系村委会")
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("走访（1 次）")).to_be_visible()
    page.get_by_role("link", name="更正").click()
    page.get_by_label("走访结果").select_option(label="外出务工")
    page.get_by_role("button", name="保存更正").click()
    visits = page.get_by_role("region", name="走访")
    expect(visits.get_by_text("外出务工", exact=True).first).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    page.goto("/dropout_case/")
    expect(page.get_by_role("cell", name="失联", exact=True)).to_be_visible()
