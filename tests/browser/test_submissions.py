"""The whole way in a real browser: handed in, returned with a word, corrected, handed in again, accepted, locked."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import now_in


def check(page: Page, world, key: str, **values: str) -> None:
    page.goto(f"/check/row/?id={world.children[key].id}")
    for label, text in values.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="确认核对").click()
    page.get_by_text("已核对").first.wait_for()


def hand_in(page: Page, rows: int) -> None:
    page.goto("/")
    page.get_by_role("link", name="上报…").click()
    expect(page.get_by_role("button", name=f"上报 {rows} 个")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("条，等县里审核").wait_for()
    expect(page.get_by_text("条，等县里审核")).to_contain_text(f"轮 {rows} 条")


def open_round(page: Page, code: str) -> None:
    page.goto("/submission/?state=handed_in")
    page.get_by_role("link", name=code).click()


def accept_the_rest(page: Page) -> None:
    page.get_by_role("button", name="整轮通过（1 条）").click()
    page.get_by_role("button", name="审核通过 1 条").click()
    page.get_by_text("审核通过：1 条").wait_for()


def test_a_round_goes_in_comes_back_in_part_and_is_accepted_in_the_end(enter, world):
    school, county = enter("user.a"), enter("user.county")
    check(school, world, "a1")
    school.goto("/submission/new/")
    school.get_by_text("1 个待核对的不在这次上报里").wait_for()
    check(school, world, "a2")
    hand_in(school, 2)

    open_round(county, "360426000003-001")
    county.get_by_label("选择 王芳").check()
    county.get_by_role("button", name="退回学校").click()
    county.get_by_role("button", name="退回学校 1 条").click()
    county.get_by_text("请写明退回的原因").wait_for()
    county.get_by_label("退回原因").fill("班级与实际不符")
    county.keyboard.press("Enter")
    county.get_by_text("退回学校：1 条").wait_for()
    accept_the_rest(county)

    school.goto("/")
    school.get_by_role("link", name="1 个被退回").click()
    school.get_by_role("link", name="王芳").click()
    school.get_by_text("县里退回：班级与实际不符").wait_for()
    school.get_by_label("班级", exact=True).fill("2班")
    school.get_by_role("button", name="确认核对").click()
    school.get_by_text("王芳：已核对（已更新）").wait_for()
    hand_in(school, 1)

    open_round(county, "360426000003-002")
    accept_the_rest(county)

    school.goto(f"/check/row/?id={world.children['a1'].id}")
    school.get_by_text("已审核，需要修改请让县里退回").wait_for()
    expect(school.get_by_role("button", name="确认核对")).to_have_count(0)
    row = now_in(world.children["a1"])
    assert (row.report, row.class_name) == ("accepted", "2班")


def test_all_late_schools_are_reminded_and_a_school_says_that_it_has_read_it(enter, world):
    county, school = enter("user.county"), enter("user.a")
    county.goto("/late_schools/")
    county.get_by_role("link", name="只看该催报的").click()
    county.get_by_role("button", name="催报全部 3 所").click()
    county.get_by_role("button", name="催报 3 所").click()
    county.get_by_text("催报：3 所").wait_for()
    school.goto("/")
    school.get_by_text("请尽快核对名单并上报").wait_for()
    school.get_by_role("button", name="已阅").click()
    school.get_by_text("通知已标为已阅").wait_for()
    expect(school.get_by_text("请尽快核对名单并上报")).to_have_count(0)
