"""The list's actions on rows that one has selected in the grid, and the way back into it."""

import re

import pytest
from playwright.sync_api import expect

from models import Account, AccountStatus, Beneficiary, CheckState
from tests.browser.grid.conftest import MANY
from tests.browser.grid.gestures import now


def states(world, school: str) -> dict[CheckState, int]:
    rows = Beneficiary.select(Beneficiary.state).where(Beneficiary.school == world.organisations[school])
    found = [CheckState(state) for (state,) in rows.tuples()]
    return {state: found.count(state) for state in found}


def act(sheet, name: str) -> None:
    sheet.page.locator("[data-rows-form]").get_by_role("button", name=name).click()


@pytest.fixture
def school(enter):
    return enter("a", "check")


def test_the_rows_one_stands_on_are_confirmed_and_one_is_back_in_the_grid(school, world):
    school.stand(0, "grade")
    expect(school.page.get_by_text("对选中的 1 行")).to_be_visible()
    act(school, "确认核对")
    expect(school.page.get_by_text("确认这 1 条与实际相符？")).to_be_visible()
    assert states(world, "a") == {CheckState.UNCHECKED: 2}
    school.page.get_by_role("button", name="确认核对 1 条").click()
    expect(school.page).to_have_url(re.compile(r"/check/grid/$"))
    expect(school.page.get_by_text("确认核对：1 条")).to_be_visible()
    assert now(world.children["a1"]).state == CheckState.UNCHANGED
    school.page.locator(".message").get_by_role("button", name="撤销").click()
    expect(school.page.get_by_text("恢复 1 条")).to_be_visible()
    expect(school.page).to_have_url(re.compile("/check/grid/"))
    assert states(world, "a") == {CheckState.UNCHECKED: 2}


def test_everything_selected_is_everything_of_the_filter(enter, world):
    sheet = enter("c", "check", grade="四年级", remark="")
    sheet.press("Control+a")
    expect(sheet.page.get_by_text(f"对全部 {MANY // 2} 行")).to_be_visible()
    act(sheet, "确认核对")
    sheet.page.get_by_role("button", name=f"确认核对 {MANY // 2} 条").click()
    expect(sheet.page.get_by_text(f"确认核对：{MANY // 2} 条")).to_be_visible()
    assert "grade=" in sheet.page.url
    assert states(world, "c") == {CheckState.UNCHANGED: MANY // 2, CheckState.UNCHECKED: MANY // 2 + 1}


def test_a_row_just_written_is_acted_on_as_it_was_written(school, world):
    school.stand(0, "class_name")
    school.type("2班")
    act(school, "确认核对")
    school.page.get_by_role("button", name="确认核对 1 条").click()
    expect(school.page.get_by_text("确认核对：1 条")).to_be_visible()
    child = now(world.children["a1"])
    assert (child.class_name, child.state) == ("2班", CheckState.UPDATED)


def test_what_is_not_saved_stands_in_the_way(school, world):
    school.write(0, "birth_date", "明天")
    expect(school.cell(0, "birth_date")).to_have_attribute("aria-invalid", "true")
    act(school, "确认核对")
    expect(school.bubble).to_contain_text("还有没保存的格子")
    assert states(world, "a") == {CheckState.UNCHECKED: 2}


def test_saying_no_leads_back_to_the_grid(school):
    act(school, "标为无效")
    school.page.get_by_role("link", name="取消").click()
    expect(school.page).to_have_url(re.compile("/check/grid/$"))


def test_each_state_has_its_own_actions(enter, world):
    sheet = enter("a", "check", state="unchecked")
    buttons = sheet.page.locator("[data-rows-form] button:visible")
    expect(buttons).to_have_text(["确认核对", "标为无效"])
    sheet.page.goto("/check/grid/?all=1")
    expect(sheet.cell(0, "name")).to_be_visible()
    expect(buttons).to_have_count(0)


def test_accounts_are_locked_from_their_grid(enter, world):
    sheet = enter("county", "account")
    line = sheet.page.locator(".cell", has_text=re.compile("^far$|^c$")).first.evaluate(
        "one => +one.parentElement.dataset.line"
    )
    sheet.stand(line, "login")
    act(sheet, "锁定")
    sheet.page.get_by_role("button", name="锁定 1 条").click()
    expect(sheet.page.get_by_text("锁定：1 条")).to_be_visible()
    assert Account.select().where(Account.status == AccountStatus.LOCKED).count() == 1


def test_a_table_without_actions_has_no_bar(enter):
    sheet = enter("county", "enrolment")
    expect(sheet.page.locator("[data-rows-form]")).to_have_count(0)
