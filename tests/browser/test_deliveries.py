"""A county looks at a new register, applies it after a question, and takes it back."""

import pytest
from playwright.sync_api import expect

from tests.aid.operations.deliveries import deliver, register
from tests.browser.conftest import now_in


@pytest.fixture
def delivered(world) -> None:
    register(world, deliver(world, without=("a1",), a2={"hardship": "orphan"}))


def test_a_new_register_is_looked_at_applied_by_keyboard_and_undone(delivered, world, enter):
    page = enter("user.county")
    page.goto("/register_batch/")
    page.get_by_role("link", name="“2027 春”待应用").click()
    expect(page.get_by_role("cell", name="困难类型：脱贫户 → 孤儿")).to_be_visible()
    page.get_by_role("link", name="不再在册 1").click()
    expect(page.get_by_role("cell", name="王芳", exact=True)).to_be_visible()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="应用新名册").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("新名册已应用")).to_be_visible()
    assert "1 条标记已不在名册" in asked[0]
    assert now_in(world.children["a1"]).gone_from_register
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert not now_in(world.children["a1"]).gone_from_register
