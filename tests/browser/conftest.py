"""A real server in a process of its own, and Chromium in front of it. Without Chromium these tests fail, never skip."""

import os
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from admin.kept import WHO
from admin.signin import SEEN
from aid import dialect
from aid.ledger import writing
from aid.operations.accounts import first_account, open_account
from aid.permissions import Permission
from aid.rules import devices
from aid.rules.passwords import hashed
from aid.scope import SYSTEM
from models import Account, Beneficiary, Role, db, now
from tests.admin.conftest import open_session
from tests.conftest import World, build_world
from tests.serving import serving

SHELL, WHOLE = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"  # the same pages; one draws no window frame
CHROMIUM = os.environ.get("CHROMIUM") or (SHELL if os.path.exists(SHELL) else WHOLE)
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIETER = ("--disable-component-update", "--disable-sync", "--lang=zh-CN")
PASSWORD = "核对学生用的密码2026"
HASHED = hashed(PASSWORD)
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


@dataclass(frozen=True)
class Home:
    """A server over a folder: its address, what it began with, and where a copy of that is kept."""

    folder: Path
    address: str
    world: World
    kept: Path

    @property
    def path(self) -> Path:
        return self.folder / "zhuxue.sqlite3"


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, dict[str, str]]]:
    """One server for all tests, over the world and an account for each of HERE; and their one-time passwords."""
    folder = tmp_path_factory.mktemp("office")
    dialect.open_database("", folder / "zhuxue.sqlite3")
    with db.connection_context():
        world = build_world()
        passwords = hand_out(world)
        db.execute_sql("VACUUM INTO ?", (str(folder / "kept.sqlite3"),))
    with serving(folder) as address:
        yield Home(folder, address, world, folder / "kept.sqlite3"), passwords


def hand_out(world: World) -> dict[str, str]:
    """One-time passwords by login: the server's own account, and one for each of HERE."""
    first, password = first_account()
    opened = {first.login: password}
    for key, role in HERE.items():
        place = world.organisations["county" if key == "auditor" else key]
        login = f"user.{key}"
        opened[login] = open_account(SYSTEM, organisation=place, role=role, login=login, name=role.label)[1]
    return opened


@pytest.fixture
def database(office: tuple[Home, dict[str, str]]) -> Iterator[Path]:
    """The server's database as it was; open."""
    home, _ = office
    copy_database(home.kept, home.path)
    dialect.bind("", home.path)
    db.connect()
    yield home.path
    if not db.is_closed():
        db.close()


def copy_database(source: Path, target: Path) -> None:
    """Bring a database back under a running server: its connections see the next state as any other commit."""
    connections = [dialect.pw.sqlite3.connect(path) for path in (source, target)]
    connections[0].backup(connections[1])
    for connection in connections:
        connection.close()


@pytest.fixture
def world(office: tuple[Home, dict[str, str]], database: Path) -> World:
    return deepcopy(office[0].world)


@pytest.fixture
def passwords(office: tuple[Home, dict[str, str]]) -> dict[str, str]:
    """The one-time passwords by login."""
    return office[1]


@pytest.fixture
def server(office: tuple[Home, dict[str, str]], world: World) -> str:
    """The address of the panel over the world's database."""
    db.close()
    return office[0].address


@pytest.fixture(scope="session")
def windows(browser: Browser, office: tuple[Home, dict[str, str]]) -> Iterator[Callable[[int], BrowserContext]]:
    """The nth browser that a test opens, kept for all tests with a window that stays open: a new one is slow."""
    kept: list[BrowserContext] = []

    def nth(number: int) -> BrowserContext:
        if number == len(kept):
            size, address = {"width": 1366, "height": 768}, office[0].address
            kept.append(browser.new_context(viewport=size, locale="zh-CN", base_url=address))
            kept[number].new_page()
        return kept[number]

    yield nth
    for context in kept:
        context.close()


@pytest.fixture
def new_page(windows: Callable[[int], BrowserContext], server: str) -> Iterator[Callable[[], Page]]:
    """A page of a browser of its own, which nobody has signed in at; a script error on any of them fails the test at
    its end."""
    pages, errors = [], []

    def make() -> Page:
        page = windows(len(pages)).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: errors.append(error))
        return page

    yield make
    wrong = [*errors]
    for page in pages:
        page.context.clear_cookies()  # what a page sends as it closes comes from nobody
        for opened in page.context.pages[1:]:
            opened.close()
    assert not wrong


@pytest.fixture
def enter(new_page: Callable[[], Page], server: str, database: Path) -> Callable[[str], Page]:
    """Somebody's first page, after they have signed in and changed the one-time password as everybody must."""

    def sign_in(login: str) -> Page:
        page = new_page()
        device = devices.called(page.evaluate("navigator.userAgent"))
        session = settled(database.parent, login, device=device)
        page.context.add_cookies([{"name": "zhuxue", "value": session, "url": server}])
        page.goto("/")
        return page

    return sign_in


def settled(folder: Path, login: str, *, device: str) -> str:
    """Give an account PASSWORD and a session; return the session's cookie."""
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = Account.get(Account.login == login)
        ledger.change(account, must_change=False, password_hash=HASHED, password_at=now())
        open_session(ledger, account, device=device)
    return cookie(folder, {"_user_id": f"token-{login}", WHO: account.id})


def cookie(folder: Path, session: dict[str, Any]) -> str:
    """The cookie of a session, as the server over `folder` would sign it."""
    app = Flask(__name__)
    app.secret_key = (folder / "secret_key").read_text().strip()
    session |= {"_fresh": True, SEEN: int(time.time())}
    return SecureCookieSessionInterface().get_signing_serializer(app).dumps(session)


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
