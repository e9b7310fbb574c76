"""A county with enough in it for every line of a summary, and a reader of the workbooks that come out."""

import datetime as dt
import random
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from aid.ledger import Ledger, writing
from aid.operations import accounts
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from aid.workbooks import make_workbook, store
from models import (
    Account,
    Beneficiary,
    CheckState,
    DropoutCase,
    DropoutVisit,
    HardshipKind,
    InvalidReason,
    Organisation,
    OrganisationStatus,
    RegisterPerson,
    Source,
)
from tests.aid.giving import check, give_to, ready
from tests.aid.operations.test_grants import ticked
from tests.conftest import ROLES, World
from tests.swift import Kept

SCHOOLS = {  # key -> code, name, stage, place, status
    "senior": ("360426000010", "德安县第一高级中学", "senior", "county", OrganisationStatus.OPEN),
    "attached": ("360426000011", "德安县蒲亭镇小学", "preschool", "town", OrganisationStatus.OPEN),
    "village": ("360426000012", "德安县石门小学", "primary", "village", OrganisationStatus.OPEN),
    "empty": ("360426000013", "德安县聂桥镇幼儿园", "preschool", "other_town", OrganisationStatus.OPEN),
    "closed": ("360426000014", "德安县老街小学", "primary", "town", OrganisationStatus.CLOSED),
    "gone": ("360426000015", "德安县旧校", "primary", "town", OrganisationStatus.MERGED),
    "formula": ("360426000016", '=HYPERLINK("http://x","点我")', "junior", "other_town", OrganisationStatus.OPEN),
}
WITH_CHILDREN = ("a", "b", "c", "senior", "attached", "village", "closed", "formula")
HOMES = ("village", "town", "other_town", "county", "far_town")


@pytest.fixture
def county(world: World, database: Path, beginnings: Kept) -> World:
    """The small world with more schools, accounts, and eighty children in every state, some of them unplaced, some on
    the register twice, some on two lists, some supplements."""

    def county() -> World:
        fill(world)
        return world

    return beginnings.begin(database, county)


def fill(world: World) -> None:
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key, (code, name, stage, place, status) in SCHOOLS.items():
            at = world.regions[place]
            world.organisations[key] = ledger.add(
                Organisation, code=code, name=name, kind="school", stage=stage, region=at, status=status
            )
    rng = random.Random(7)
    batch = world.children["a1"].register_person.batch
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        for number in range(80):
            _child(ledger, world, batch=batch, number=number, rng=rng)


def _child(ledger: Ledger, world: World, *, batch: Any, number: int, rng: random.Random) -> None:
    hardship, home = rng.choice(list(HardshipKind)), world.regions[rng.choice(HOMES)]
    child = {"name": f"孩子{number}", "id_number": f"N{number:05d}", "hardship": hardship, "home_region": home}
    persons = [
        ledger.add(RegisterPerson, batch=batch, household_no=f"H{number}", head_name="户主", nth=nth, **child)
        for nth in range(1, 1 + rng.choice((0, 1, 1, 1, 1, 2)))
    ]
    lists = rng.choice((0, 1, 1, 1, 2)) if persons else 1
    for place in rng.sample(WITH_CHILDREN, lists):
        state = rng.choice(list(CheckState))
        reason = rng.choice(list(InvalidReason)) if state == CheckState.INVALID else None
        row = {"school": world.organisations[place], "state": state, "invalid_reason": reason, **child}
        for person in persons or [None]:
            source = Source.DISTRIBUTED if person else Source.SUPPLEMENT
            ledger.add(Beneficiary, register_person=person, source=source, **row)


@pytest.fixture
def aided(county: World) -> World:
    return with_aid(county)


def with_aid(county: World) -> World:
    """The county with its items, one of them given to a1; four children checked, of whom a2 does not board; each with a
    dropout case too, every second of them visited twice."""
    for key in ("a1", "a2", "b1", "c1"):
        check(county, key, boards=key != "a2")
    aim = ready(county)
    give_to(county, aim, ticked(county, "a1"))
    with writing(county.actors["county"], Permission.DROPOUT_KEEP) as ledger:
        for nth, key in enumerate(("a1", "a2", "b1", "c1")):
            child = county.children[key]
            told = {name: getattr(child, name) for name in ("register_person", "name", "id_number", "home_region")}
            town = None if key == "b1" else county.regions["town"]
            case = ledger.add(DropoutCase, township=town, **told)
            for day in range(1, 1 + nth % 2 * 2):
                visit = {"date": dt.date(2026, 10, day), "visitor": "李老师", "outcome": "lost", "finding": "家中无人"}
                ledger.add(DropoutVisit, case=case, **visit)
    return county


def open_account(world: World, *, login: str, school: str, last: Any) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        secrets = {
            "password_hash": "-",
        }
        at = world.organisations[school]
        ledger.add(Account, login=login, name=login, role="school", organisation=at, last_sign_in=last, **secrets)


@dataclass(frozen=True)
class SheetRead:
    """A sheet as it shows: `header` is the row number of the header, `lines` the rows under it until an empty one."""

    header: int
    titles: list[str]
    lines: list[dict[str, Any]]

    def only(self, **cells: Any) -> dict[str, Any]:
        [line] = [line for line in self.lines if cells.items() <= line.items()]
        return line


@contextmanager
def opened(path: Path, *, values: bool) -> Iterator[openpyxl.Workbook]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* extension is not supported", UserWarning)
        book = openpyxl.load_workbook(path, data_only=values)
    yield book
    book.close()


def maker(world: World, slug: str, path: Path, *, first: str, **always: Any) -> Callable[..., SheetRead]:
    """A function that makes a workbook as somebody and reads one of its sheets, the `first` unless another is named."""

    def make(name: str = first, actor: str = "county", **options: Any) -> SheetRead:
        make_workbook(world.actors[actor], slug, path, **always | options)
        return read(path, name)

    return make


def read(path: Path, name: str) -> SheetRead:
    with opened(path, values=True) as book:
        header = int(re.sub(r"\D", "", book[name].freeze_panes)) - 1
        rows = list(book[name].iter_rows(min_row=header, values_only=True))
    titles = list(rows[0])
    lines = []
    for row in rows[1:]:
        if not any(value is not None and value != "" for value in row):
            break
        lines.append(dict(zip(titles, row, strict=True)))
    return SheetRead(header, titles, lines)


def with_account(world: World, key: str, tmp_path: Path) -> Actor:
    """The actor of this key by an account of its own; workbooks that are kept lie in a folder of the test's."""
    store.keep_in(tmp_path / "workbooks")
    role, place = ROLES[key]
    account, _ = accounts.open_account(
        SYSTEM, organisation=world.organisations[place], role=role, login=f"u.{key}", name=key
    )
    return accounts.actor_of(account)
