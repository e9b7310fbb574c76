"""A real server in a process of its own, and Chromium in front of it. Without Chromium these tests fail, never skip."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from aid.ledger import writing
from aid.operations.accounts import first_account, open_account
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Beneficiary, Role, db
from tests.conftest import World
from tests.serving import serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIETER = ("--disable-component-update", "--disable-sync", "--lang=zh-CN")
PASSWORD = "核对学生用的密码2026"
HERE = {
    "city": Role.CITY,
    "county": Role.COUNTY,
    "town": Role.TOWNSHIP,
    "a": Role.SCHOOL,
    "auditor": Role.AUDITOR,
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *QUIETER])
        yield browser
        browser.close()


@pytest.fixture
def passwords(world: World) -> dict[str, str]:
    """One-time passwords by login: the server's own account, and one for each of HERE."""
    first, password = first_account()
    opened = {first.login: password}
    for key, role in HERE.items():
        office = world.organisations["county" if key == "auditor" else key]
        login = f"user.{key}"
        opened[login] = open_account(SYSTEM, organisation=office, role=role, login=login, name=role.label)[1]
    return opened


@pytest.fixture
def server(database: Path, passwords: dict[str, str]) -> Iterator[str]:
    """The address of the panel over the world's database."""
    db.close()
    with serving(database.parent) as address:
        yield address


@pytest.fixture
def new_page(browser: Browser, server: str) -> Iterator[Callable[[], Page]]:
    """A page of a browser of its own; a script error on any of them fails the test at its end."""
    contexts, errors = [], []

    def make() -> Page:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=server)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def enter(new_page: Callable[[], Page], passwords: dict[str, str]) -> Callable[[str], Page]:
    """Sign somebody in through the pages, changing the one-time password as everybody must."""

    def sign_in(login: str) -> Page:
        page = new_page()
        knock(page, login, passwords[login])
        renew(page, passwords[login])
        expect(page.get_by_text("密码已改好")).to_be_visible()
        return page

    return sign_in


def knock(page: Page, login: str, password: str) -> None:
    """Send in the sign-in page; whoever asked waits for what it answers."""
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码", exact=True).fill(password)
    page.keyboard.press("Enter")


def renew(page: Page, old: str) -> None:
    """Send in the page of one's own password; whoever asked waits for what it answers."""
    page.get_by_label("原密码").fill(old)
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    page.keyboard.press("Enter")


def double(world: World, key: str, school: str = "b") -> Beneficiary:
    """Put a child of the world on the list of another school as well. The database must be open."""
    child = world.children[key]
    values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted", "home_region": child.home_region}
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        return ledger.add(Beneficiary, school=world.organisations[school], **values)


def now_in(row: Beneficiary) -> Beneficiary:
    """The row as the server has left it."""
    with db.connection_context():
        return Beneficiary.get_by_id(row.id)
