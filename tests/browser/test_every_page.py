"""Every page of every role as a browser gets it: in Chinese, without a fault, and from this server alone."""

import re
from collections.abc import Iterator
from typing import Any
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
LOOK = """() => {
    const all = (which) => [...document.querySelectorAll(which)];
    const named = (element) => ["placeholder", "title", "aria-label", "alt"].map((name) => element.getAttribute(name));
    return {
        words: [document.body.innerText, document.title, ...all("*").flatMap(named)].join("\\n"),
        headings: all("h1, [role=heading][aria-level='1']").filter((h) => h.checkVisibility()).map((h) => h.innerText),
        fits: document.documentElement.scrollWidth <= window.innerWidth,
        row: document.querySelector("tbody tr td a")?.getAttribute("href"),
    };
}"""


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


def pages(page: Page, login: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of every page that the menu leads to, and of the first row of each, with what is seen on it."""
    menu = page.locator("nav[aria-label=主菜单] a").evaluate_all("all => all.map((link) => link.getAttribute('href'))")
    for address in [*menu, *MORE.get(login, ())]:
        yield address, (seen := look(page, address))
        if seen["row"] is not None:
            yield seen["row"], look(page, seen["row"])


def look(page: Page, address: str) -> dict[str, Any]:
    page.goto(address)
    return page.evaluate(LOOK)


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_is_in_chinese_without_a_fault_and_from_here(login, busy, enter):
    page, faults, seen = enter(login), [], []
    here = urlsplit(page.url).netloc
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: faults.append(asked.url) if urlsplit(asked.url).netloc != here else None)
    page.on("response", lambda got: faults.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    with db.connection_context():
        before = Operation.select().count()
    for address, looked in pages(page, login):
        seen.append(address)
        # What is left over in English, or of a None, among all that may be read or hovered over.
        faults += [f"{address}: {word}" for word in ENGLISH.findall(KNOWN.sub("", looked["words"]))]
        assert [bool(heading) for heading in looked["headings"]] == [True], address
        assert looked["fits"], address
    assert (faults, len(seen) > 5) == ([], True)
    with db.connection_context():
        assert Operation.select().count() == before
