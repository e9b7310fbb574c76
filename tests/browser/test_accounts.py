"""Accounts through the pages: one for every school at once with a sheet to cut, locked, unlocked, and a form that
outlives its session."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from models import Account, Session, db
from tests.browser.conftest import PASSWORD, knock, now_in, renew

CARD = re.compile(r"登录名\s*(\S+)\s*一次性密码\s*(\S+)")


def cards(page: Page) -> dict[str, str]:
    """Login names and one-time passwords as the cards have them."""
    expect(page.locator(".cards li").first).to_be_visible()
    return dict(CARD.findall(" ".join(page.locator(".cards li").all_inner_texts())))


def sessions_of(login: str) -> int:
    with db.connection_context():
        query = Session.select().join(Account).where(Account.login == login, Session.ended.is_null())
        return query.count()


def test_schools_without_an_account_get_one_each_with_a_card_that_opens_the_door(enter, new_page, tmp_path: Path):
    page = enter("user.county")
    page.goto("/account/")
    page.get_by_role("link", name="给没有账号的学校开设").click()
    expect(page.get_by_text("给下面 2 所学校各开一个账号？")).to_be_visible()
    page.get_by_role("button", name="开设 2 个账号").click()
    handed = cards(page)
    assert set(handed) == {"360426000004", "360426000005"}
    printed = tmp_path / "cards.pdf"
    page.pdf(path=printed)
    assert printed.stat().st_size > 5000
    page.reload()
    assert not set(handed.values()) & set(re.findall(r"\S+", page.content()))
    visitor = new_page()
    knock(visitor, "360426000005", handed["360426000005"])
    renew(visitor, handed["360426000005"])
    expect(visitor.get_by_text("密码已改好")).to_be_visible()


def test_a_locked_account_is_thrown_out_and_comes_back_after_unlocking(enter, world):
    school, county = enter("user.a"), enter("user.county")
    for verb, question in (("锁定", "锁定这 1 个账号？"), ("解锁", "解锁这 1 个账号？")):
        county.goto("/account/?search=user.a&all=1")
        county.get_by_role("checkbox", name="选择 user.a", exact=True).check()
        county.get_by_role("button", name=verb, exact=True).click()
        expect(county.get_by_text(question)).to_be_visible()
        county.get_by_role("button", name=f"{verb} 1 条").click()
        expect(county.get_by_text(f"{verb}：1 条")).to_be_visible()
        school.goto("/check/")
        expect(school.get_by_role("heading", name="登录")).to_be_visible()
        assert sessions_of("user.a") == 0
        knock(school, "user.a", PASSWORD)
        answer = school.get_by_text("锁定、停用") if verb == "锁定" else school.get_by_role("button", name="退出")
        expect(answer).to_be_visible()


def end_the_other(page: Page) -> None:
    """From this browser, end what is signed in elsewhere."""
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    page.goto("/session/")
    page.get_by_role("checkbox", name=re.compile("^选择 ")).last.check()
    page.get_by_role("button", name="结束登录").click()
    page.get_by_role("button", name="结束登录 1 条").click()
    expect(page.get_by_text("结束登录：1 条")).to_be_visible()


@pytest.mark.parametrize("name", ["王小芳", '<b>"王"</b>'])
def test_what_was_typed_outlives_the_session(enter, new_page, world, name):
    page, row, elsewhere = enter("user.a"), world.children["a1"], new_page()
    page.goto(f"/check/row/?id={row.id}")
    page.get_by_label("姓名", exact=True).fill(name)
    knock(elsewhere, "user.a", PASSWORD)
    end_the_other(elsewhere)
    page.get_by_role("button", name=re.compile("确认核对")).click()
    expect(page.get_by_text("刚才填的内容还在")).to_be_visible()
    page.get_by_label("登录名").fill("user.a")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("还没有保存")).to_be_visible()
    expect(page.get_by_label("姓名", exact=True)).to_have_value(name)
    assert now_in(row).name == "王芳"
    page.get_by_role("button", name=re.compile("确认核对")).click()
    expect(page.get_by_text("已核对（已更新）").first).to_be_visible()
    assert now_in(row).name == name
