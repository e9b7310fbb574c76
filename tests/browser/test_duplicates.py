"""A county settles children who are on two lists: one by one, by keyboard, and many by a rule."""

import pytest
from playwright.sync_api import expect

from aid.operations.checking import confirm
from models import Beneficiary, CheckState, InvalidReason
from tests.browser.conftest import double, now_in


@pytest.fixture
def twin(world) -> Beneficiary:
    """王芳 of school a, also on the list of school b."""
    return double(world, "a1")


def how(row: Beneficiary) -> tuple[str, str | None]:
    row = now_in(row)
    return row.state, row.invalid_reason


LIVE, SETTLED = (CheckState.UNCHECKED, None), (CheckState.INVALID, InvalidReason.DUPLICATE)


def test_one_of_a_group_is_kept_with_one_click_and_undo_brings_the_group_back(twin, enter, world):
    page = enter("user.county")
    page.goto("/duplicates/")
    page.get_by_role("button", name="保留这条：德安县蒲亭镇小学").click()
    expect(page.get_by_text("王芳：保留 德安县蒲亭镇小学（小学），其余 1 条改为无效（重复）")).to_be_visible()
    expect(page.get_by_text("没有重复的记录")).to_be_visible()
    assert (how(world.children["a1"]), how(twin)) == (LIVE, SETTLED)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    expect(page.get_by_role("heading", name="王芳")).to_be_visible()
    assert (how(world.children["a1"]), how(twin)) == (LIVE, LIVE)


def test_one_of_a_group_is_kept_by_keyboard_alone(twin, enter, world):
    page = enter("user.county")
    page.goto("/duplicates/")
    wanted = page.get_by_role("button", name="保留这条：德安县蒲亭镇初级中学")
    presses = 0
    while not wanted.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
        presses += 1
        assert presses < 60, "the button cannot be reached by Tab"
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有重复的记录")).to_be_visible()
    assert (how(world.children["a1"]), how(twin)) == (SETTLED, LIVE)


def test_a_rule_is_shown_before_it_settles_many_groups_and_is_undone_as_one(twin, enter, world):
    twins = [twin, double(world, "a2")]
    open_still = [world.children["b1"], double(world, "b1", "c")]
    for key in ("a1", "a2"):
        confirm(world.actors["a"], world.children[key])
    page = enter("user.county")
    page.goto("/duplicates/")
    page.get_by_role("link", name="按规则处理：保留已核对的").click()
    question = "这条规则能定下 2 组，2 条改为无效（重复），如下表；另有 1 组定不下，要逐组处理。"
    expect(page.get_by_text(question)).to_be_visible()
    expect(page.get_by_role("row", name="王芳")).to_contain_text("德安县蒲亭镇初级中学（初中）")
    assert [how(row) for row in twins] == [LIVE, LIVE]
    page.get_by_role("button", name="按规则处理 2 组").click()
    expect(page.get_by_text("按规则“保留已核对的”处理重复：2 条改为无效")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(1)
    assert [how(row) for row in [*twins, *open_still]] == [SETTLED, SETTLED, LIVE, LIVE]
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    assert [how(row) for row in twins] == [LIVE, LIVE]
