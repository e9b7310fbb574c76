"""公示 as a school makes it: the preview, the page for the notice board, on paper."""

import re

import pytest
from playwright.sync_api import expect

from models import PublicNotice, db
from tests.aid.giving import ready

WHOLE_NUMBER = re.compile(r"[0-9]{12,}")


@pytest.fixture
def due(world) -> None:
    ready(world)


def test_a_school_makes_a_notice_and_prints_it_without_a_whole_number(due, enter):
    page = enter("user.a")
    page.goto("/public_notice/new/")
    page.get_by_label("学期").select_option("2026秋")
    page.get_by_label("公示开始").fill("2026-12-01")
    page.get_by_label("公示结束").fill("2026-12-07")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 个工作日")).to_be_visible()
    expect(page.get_by_text("王芳（三年级1班）")).to_be_visible()
    page.get_by_role("button", name="制作公示").click()
    expect(page.get_by_text("已制作公示")).to_be_visible()
    page.get_by_role("link", name="2026秋学生资助公示名单").first.click()
    page.get_by_role("link", name="打印公示页").click()
    expect(page.get_by_role("cell", name="360426**********16")).to_be_visible()
    assert not WHOLE_NUMBER.search(page.content())
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    text = page.locator("body").inner_text()
    assert "监督电话：" in text
    assert not WHOLE_NUMBER.search(text)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    with db.connection_context():
        assert PublicNotice.select().count() == 1
