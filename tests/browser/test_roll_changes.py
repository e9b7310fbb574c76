"""A county looks at what the new roll changes, leaves a kind out, and has the lists follow the rest."""

import pytest
from playwright.sync_api import expect

from aid.ledger import writing
from aid.permissions import Permission
from models import Enrolment
from tests.aid.operations.deliveries import enrol
from tests.browser.conftest import now_in


@pytest.fixture
def moved(world) -> None:
    """王芳 went to school c; 张敏 has graduated."""
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        for key, status in (("a1", "transferred"), ("b1", "graduated")):
            ledger.change(Enrolment.get_by_id(world.children[key].enrolment_id), status=status)
    enrol(world, "c", world.children["a1"].id_number, name="王芳")


def test_the_lists_follow_what_is_ticked_and_it_is_undone(moved, world, enter):
    page = enter("user.county")
    page.goto("/matching/")
    page.locator("main").get_by_role("link", name="学籍变动").click()
    expect(page.get_by_role("cell", name="王芳")).to_be_visible()
    page.get_by_label("毕业 1 条").uncheck()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="名单随学籍更新").click()
    expect(page.get_by_text("名单已随学籍更新 1 条")).to_be_visible()
    assert now_in(world.children["a1"]).school_id == world.organisations["c"].id
    assert now_in(world.children["b1"]).state == "unchecked"
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert now_in(world.children["a1"]).school_id == world.organisations["a"].id
