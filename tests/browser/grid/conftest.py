"""A spreadsheet in a real browser: one server for all tests, everybody signed in, the database put back before each."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from aid import dialect
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, Beneficiary, db
from tests.admin.conftest import SECRETS, open_session
from tests.browser.conftest import Home, cookie, copy_database
from tests.browser.grid.gestures import Sheet, open_grid
from tests.conftest import ROLES, World, build_world
from tests.serving import serving

# A layout that is kept while the page is left would come into the next test's database.
FORGET_LAYOUT = """() => {
  const desk = document.querySelector("[data-grid]")?.grid?.desk;
  if (desk) desk.kept = desk.told;
}"""
MANY = 600  # children at school c


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("grid")
    kept, path = folder / "kept.sqlite3", folder / "zhuxue.sqlite3"
    dialect.open_database("", path)
    with db.connection_context():
        world = build_world()
        sign_in(world)
        put_under_the_county(world)
        many_children(world)
        db.execute_sql("VACUUM INTO ?", (str(kept),))
    with serving(folder) as address:
        yield Home(folder, address, world, kept)


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    """The small world and many children at school c, as they were; the database is open."""
    copy_database(home.kept, home.path)
    dialect.bind("", home.path)
    with db.connection_context():
        yield deepcopy(home.world)


@pytest.fixture(scope="session")
def tabs(browser: Browser, home: Home) -> Iterator[Callable[..., Page]]:
    """The pages of people who are signed in, by name, such as "county"; kept for all tests, for a new one is slow."""
    contexts: dict[str, BrowserContext] = {}
    pages: dict[tuple[str, int], Page] = {}

    def page_of(key: str, nth: int) -> Page:
        if key not in contexts:
            contexts[key] = signed_in(browser, home.folder, home.address, key=key)
        if (key, nth) not in pages:
            page = pages[key, nth] = contexts[key].new_page()
            page.on("dialog", lambda dialog: dialog.accept())  # leaving what is not saved
        return pages[key, nth]

    yield page_of
    for context in contexts.values():
        context.close()


def signed_in(browser: Browser, folder: Path, address: str, *, key: str) -> BrowserContext:
    """A browser of its own that holds the session of `key`, a second person of an office being "county.2"."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=address)
    context.add_cookies([{"name": "zhuxue", "value": cookie(folder, {"_user_id": f"token-{key}"}), "url": address}])
    return context


@pytest.fixture
def enter(tabs: Callable[[str, int], Page], world: World) -> Iterator[Callable[..., Sheet]]:
    """Open a grid as somebody, in the nth tab; a script error on any page fails the test at its end."""
    used: list[Page] = []
    errors: list[Exception] = []

    def note(error: Exception) -> None:
        errors.append(error)

    def open_as(key: str, table: str = "beneficiary", *, nth: int = 0, **words: str) -> Sheet:
        page = tabs(key, nth)
        if page not in used:
            used.append(page)
            page.on("pageerror", note)
        return open_grid(page, table, **words)

    yield open_as
    for page in used:
        page.remove_listener("pageerror", note)
        page.evaluate(FORGET_LAYOUT)
        page.goto("about:blank")
    assert not errors


@pytest.fixture
def sheet(enter: Callable[..., Sheet]) -> Sheet:
    """The county's list in the grid: 王芳, 李强, 张敏, 陈静, a foreign 户在本县, and many more."""
    return enter("county")


# -- who and what is there ---------------------------------------------------------------------


def sign_in(world: World) -> None:
    """An account and an open session for each actor of the world, and for a second person at the county."""
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for key, (role, place) in {**ROLES, "county.2": ROLES["county"]}.items():
            at = world.organisations[place]
            open_session(ledger, ledger.add(Account, login=key, name=key, role=role, organisation=at, **SECRETS))


def put_under_the_county(world: World) -> None:
    """The schools' office above, whose rules say where a school may lie."""
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key in "abc":
            ledger.change(world.organisations[key], parent=world.organisations["county"])


def many_children(world: World) -> None:
    """MANY children at school c, in two grades, ordered by their names 甲000 to 甲599."""
    school, home = world.organisations["c"].id, world.regions["other_town"].id
    columns = ("school", "name", "id_number", "grade", "class_name", "hardship", "home_region", "roll_status")
    rows = (
        (school, f"甲{n:03}", f"K{n:03}", ("三年级", "四年级")[n % 2], f"{n % 5}班", "lifted", home, "present")
        for n in range(MANY)
    )
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        ledger.add_many(Beneficiary, columns, rows)
        ledger.say("许多儿童")
