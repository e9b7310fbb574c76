"""The door: one-time passwords, wrong passwords, and what is left on the screen after signing out."""

import re

from playwright.sync_api import expect

from models import Account, Operation, db
from tests.browser.conftest import PASSWORD, knock, renew

LOGIN = "user.a"


def account() -> Account:
    with db.connection_context():
        return Account.get(Account.login == LOGIN)


def sign_ins() -> int:
    with db.connection_context():
        return Operation.select().where(Operation.sentence == "登录").count()


def test_a_one_time_password_opens_nothing_until_it_is_changed(new_page, passwords):
    page = new_page()
    knock(page, LOGIN, passwords[LOGIN])
    expect(page.get_by_text("您用的是一次性密码")).to_be_visible()
    page.goto("/check/")
    expect(page).to_have_url(re.compile("/password$"))
    assert account().must_change
    renew(page, passwords[LOGIN])
    expect(page.get_by_text("密码已改好，下次登录请用新密码。")).to_be_visible()
    page.goto("/check/")
    expect(page.get_by_role("link", name="王芳")).to_be_visible()
    assert not account().must_change


def test_a_wrong_password_is_a_sentence_that_does_not_say_which_was_wrong(new_page):
    page = new_page()
    for login in (LOGIN, "nobody"):
        knock(page, login, "wrong password")
        expect(page.get_by_role("alert")).to_have_text("登录名或密码不对，或账号已锁定、停用")
        expect(page.get_by_label("登录名")).to_have_value(login)
        expect(page.get_by_label("密码", exact=True)).to_have_value("")
    assert (sign_ins(), account().last_sign_in) == (0, None)


def test_after_signing_out_back_shows_nothing(new_page, passwords):
    page = new_page()
    knock(page, LOGIN, passwords[LOGIN])
    renew(page, passwords[LOGIN])
    expect(page.get_by_text("密码已改好")).to_be_visible()
    page.goto("/check/")
    expect(page.get_by_role("link", name="王芳")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_text("您已退出。")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert "王芳" not in page.content()
    knock(page, LOGIN, PASSWORD)
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    assert sign_ins() == 2
