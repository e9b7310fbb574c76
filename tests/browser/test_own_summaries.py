"""自制汇总 in a browser: what is chosen is seen at once, the address follows, and the keyboard keeps its place."""

from playwright.sync_api import expect


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
    expect(page.get_by_role("img", name="各学校人数")).to_be_visible()
    page.get_by_label("名称").fill("各校困难类型")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("汇总“各校困难类型”已保存")).to_be_visible()
    expect(page.locator(".kept a.here")).to_have_text("各校困难类型")
    figure = table.locator("tfoot td.last a").first
    rows = figure.inner_text()
    figure.click()
    expect(page.get_by_text(f"共 {rows} 条")).to_be_visible()
