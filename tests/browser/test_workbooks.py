"""A clerk has workbooks made in a real browser: one comes at once, another takes its time, both are kept."""

import openpyxl
import pytest
from playwright.sync_api import expect

from aid.operations.accounts import account_called, actor_of
from aid.workbooks import store
from aid.workbooks.keeping import ask
from models import db

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


@pytest.fixture
def page(enter, database):
    store.keep_in(database.parent / "workbooks")
    page = enter("user.county")
    page.goto("/workbooks/")
    return page


def test_a_click_brings_the_workbook_and_keeps_it(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("button", name="机构账号").click()
    download.value.save_as(tmp_path / "book.xlsx")
    assert download.value.suggested_filename.startswith("机构账号_20")
    assert openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames == ["机构账号", "账号", "没有账号"]
    row = page.get_by_role("row").filter(has_text="机构账号")
    expect(row).to_contain_text("已生成")
    assert page.url.endswith("/workbooks/")
    with page.expect_download():
        row.get_by_role("link", name="机构账号").click()


def test_what_takes_its_time_shows_how_far_it_is_and_comes_when_it_is_there(page):
    with page.expect_download(), db.connection_context():
        actor = actor_of(account_called("user.county"))
        row = [ask(actor, slug) for slug in ("accounts", "school-progress")][-1]
        with db.atomic("IMMEDIATE"):  # the server cannot say that the one before it is made
            page.goto(f"/workbooks/?wanted={row.id}")
            expect(page.get_by_text("学校核对进度：正在排队")).to_be_visible()
    expect(page.get_by_text("正在排队")).to_have_count(0)


def test_a_kept_one_is_removed_after_a_question(page):
    with page.expect_download():
        page.get_by_role("button", name="学校核对进度").click()
    page.get_by_label("选择 学校核对进度").check()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("删除这 1 份生成的汇总表")).to_be_visible()
    page.locator("main").get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有记录")).to_be_visible()
