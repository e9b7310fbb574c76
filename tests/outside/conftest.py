"""A running server and people in front of it who have nothing but HTTP; one server for all of these tests."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from aid import dialect
from aid.operations.accounts import open_account
from aid.scope import SYSTEM
from models import Role, db
from tests.conftest import World, build_world
from tests.serving import serving

PASSWORD = "three-magpies-at-8"
PEOPLE = {  # login -> where, as what
    "county": ("county", Role.COUNTY),
    "a": ("a", Role.SCHOOL),
    "b": ("b", Role.SCHOOL),
    "town": ("town", Role.TOWNSHIP),
    "city": ("city", Role.CITY),
    "auditor": ("county", Role.AUDITOR),
    "leaver": ("a", Role.SCHOOL),
    "victim": ("c", Role.SCHOOL),
    "guest": ("c", Role.SCHOOL),
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Visitor:
    """A browser without scripts: keeps cookies, follows nothing by itself, takes the token from a page it has."""

    address: str
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str, **options: object) -> requests.Response:
        return self.session.get(f"{self.address}{path}", allow_redirects=False, timeout=60, **options)

    def post(self, path: str, values: dict | None = None, *, page: str = "/password", **options: object):
        return self.send(path, {"csrf_token": self.token(page), **(values or {})}, **options)

    def send(self, path: str, values: dict, **options: object) -> requests.Response:
        return self.session.post(f"{self.address}{path}", data=values, allow_redirects=False, timeout=60, **options)

    def token(self, page: str = "/password") -> str:
        found = TOKEN.search(self.get(page).text)
        assert found, page
        return found[1]

    def enter(self, login: str, password: str, **options: object) -> requests.Response:
        return self.post("/sign-in", {"login": f"user.{login}", "password": password}, page="/sign-in", **options)

    def settle(self, login: str, one_time: str) -> None:
        """Sign in by a one-time password and change it to PASSWORD."""
        assert self.enter(login, one_time).status_code == 302
        answer = self.post("/password", {"old": one_time, "new": PASSWORD, "again": PASSWORD})
        assert answer.status_code == 302, answer.text


@dataclass(frozen=True)
class Place:
    """The server, the small world as it was built, and the folder of its data."""

    address: str
    world: World
    folder: Path


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("outside")
    dialect.open_database("", folder / "zhuxue.sqlite3")
    with db.connection_context():
        world = build_world()
        passwords = {}
        for login, (at, role) in PEOPLE.items():
            office = world.organisations[at]
            opened = open_account(SYSTEM, organisation=office, role=role, login=f"user.{login}", name=login)
            passwords[login] = opened[1]
    with serving(folder) as address:
        for login, password in passwords.items():
            Visitor(address).settle(login, password)
        yield Place(address, world, folder)


@pytest.fixture(scope="session")
def visit(place: Place) -> Callable[[str], Visitor]:
    """Somebody by login, signed in once for all tests; "nobody" is somebody new who did not sign in."""
    known: dict[str, Visitor] = {}

    def enter(login: str) -> Visitor:
        if login == "nobody":
            return Visitor(place.address)
        if login not in known:
            known[login] = Visitor(place.address)
            assert known[login].enter(login, PASSWORD).status_code == 302
        return known[login]

    return enter


def letters(answer: requests.Response) -> str:
    """What a JSON answer says; as it travels, no Chinese letter stands in it."""
    return json.dumps(answer.json(), ensure_ascii=False)


LINK = re.compile(r'(?:href|action)="(/[^"]*)"')
MOST = 8
NOT_FOLLOWED = ("/sign-out", "/static/", "/operation/undo/", "/sessions/")


@pytest.fixture(scope="session")
def crawled(visit) -> dict[str, str]:
    """Every address the county's pages lead to, with the page: one of a kind where only values differ, and no more of
    one page than `MOST`, for a figure leads to a list by as many sets of filters as there are figures."""
    found: dict[str, str] = {}
    kinds: set[str] = set()
    of_page: Counter[str] = Counter()
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"/\d+|=[^&]*", "=", path)
        page = kind.partition("?")[0]
        if kind in kinds or of_page[page] == MOST:
            continue
        if path.startswith(NOT_FOLLOWED) or "/export/" in path or path.endswith(".xlsx"):
            continue
        kinds.add(kind)
        of_page[page] += 1
        answer = visit("county").get(path)
        if answer.status_code == 200:
            found[path] = answer.text
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
    assert len(found) > 25
    return found


@pytest.fixture(scope="session")
def foreign(place: Place) -> list[str]:
    """What school a must never read: the names and numbers of others' children, and of other schools."""
    children = [child for key, child in place.world.children.items() if key not in ("a1", "a2")]
    schools = [place.world.organisations[key].name for key in ("b", "c", "far")]
    return [*(child.name for child in children), *(child.id_number for child in children), *schools]


@pytest.fixture
def as_is(visit, place: Place) -> Callable[[], list[str]]:
    """The foreign children as the county reads them: the same before and after."""

    def read() -> list[str]:
        pages = [visit("county").get(f"/check/row/?id={place.world.children[key].id}").text for key in ("b1", "c1")]
        return [TOKEN.sub("", page) for page in pages]

    read()  # the first page after signing in also tells of the last time
    return read
