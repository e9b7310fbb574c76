"""Every page of every role as a browser gets it: in Chinese, without a fault, and from this server alone."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from aid.imports import run_import
from aid.operations.checking import confirm
from aid.operations.proofs import add_proof
from aid.pictures import store
from codes import ProofKind
from models import Operation, db
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet
from tests.aid.pictures.papers import paper
from tests.browser.conftest import HERE, double

LOGINS = ["admin", *(f"user.{key}" for key in HERE)]
ENGLISH = re.compile(r"[A-Za-z]{3,}")
# Words that a clerk of today knows, and what people are called here.
KNOWN = re.compile(
    r"\.(xlsx?|csv|txt)\b|\b(Excel|CSV|JPG|WPS|Ctrl|Enter|Esc|Chrome|Linux|admin|(other_)?county|user\.\w+)\b"
)
MORE = {  # pages that no menu and no first row leads to
    "user.county": (
        *("/import_run/new/", "/account/new/", "/account/missing/", "/duplicates/rule/keep_checked", "/check/?all=1"),
        *("/organisation/new/", "/organisation/tree", "/session/", "/public_notice/new/"),
    ),
    "user.a": ("/organisation/tree", "/session/", "/submission/new/", "/public_notice/new/"),
    "admin": ("/import_run/new/", "/account/new/", "/organisation/new/", "/organisation/tree"),
}
WORDS = """() => [document.body.innerText, document.title, ...[...document.querySelectorAll('*')].flatMap(
    (element) => ['placeholder', 'title', 'aria-label', 'alt'].map((name) => element.getAttribute(name) || ''))]"""


@pytest.fixture
def busy(world, database, tmp_path) -> None:
    """The world with something on every page: a duplicate, a checked row, a paper, an import with a row held back."""
    store.keep_in(database.parent / "proofs")
    add_proof(world.actors["a"], world.children["a1"], paper(), kind=ProofKind.HANDBOOK)
    double(world, "a1")
    confirm(world.actors["a"], world.children["a2"])
    sheet = tmp_path / "sheet"
    sheet.write_bytes(with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, "360426103000", "宝塔镇", "区")))
    run_import(world.actors["county"], "regions", sheet, file_name="区划.xlsx")


def pages(page: Page, login: str) -> Iterator[str]:
    """The address of every page that the menu leads to, and of the first row of each, as they are opened."""
    menu = page.locator("nav[aria-label=主菜单] a").all()
    for address in [*(link.get_attribute("href") for link in menu), *MORE.get(login, ())]:
        page.goto(address)
        yield address
        first = page.locator("tbody tr td a").first
        if first.count():
            row = first.get_attribute("href")
            page.goto(row)
            yield row


def english(page: Page) -> list[str]:
    """What is left over in English, or of a None, among all that may be read or hovered over."""
    return ENGLISH.findall(KNOWN.sub("", "\n".join(page.evaluate(WORDS))))


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_is_in_chinese_without_a_fault_and_from_here(login, busy, enter):
    page, faults, seen = enter(login), [], []
    here = urlsplit(page.url).netloc
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: faults.append(asked.url) if urlsplit(asked.url).netloc != here else None)
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    with db.connection_context():
        before = Operation.select().count()
    for address in pages(page, login):
        seen.append(address)
        faults += [f"{address}: {word}" for word in english(page)]
        assert page.get_by_role("heading", level=1).inner_text()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    assert (faults, len(seen) > 5) == ([], True)
    with db.connection_context():
        assert Operation.select().count() == before
