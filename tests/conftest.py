"""A fresh database file per test, and a small world in it: two counties, so that there is always a foreign row."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from aid import dialect
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules import passwords
from aid.scope import SYSTEM, Actor, scope_of
from app import create_app
from config import Config
from models import (
    MODELS,
    Beneficiary,
    Enrolment,
    Organisation,
    OrganisationKind,
    Region,
    RegionLevel,
    RegisterBatch,
    RegisterPerson,
    Role,
    db,
)
from tests.swift import (
    DEAR,
    WAITING,
    Kept,
    cheapen_commits,
    cheapen_passwords,
    collect_less,
    share_builders,
    share_compiled,
)

share_builders()
cheapen_passwords()
cheapen_commits()
DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")  # an empty PostgreSQL database: the same tests, the same results


def pytest_collection_finish() -> None:
    collect_less()


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords at their whole cost."""
    monkeypatch.setitem(passwords.COST, "n", DEAR)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits that wait for the disk, as a server's do."""
    monkeypatch.setitem(dialect.PRAGMAS, "synchronous", WAITING)


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The databases that many tests begin with."""
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def database(tmp_path: Path, beginnings: Kept) -> Iterator[Path]:
    path = tmp_path / "zhuxue.sqlite3"
    if DATABASE_URL:
        dialect.bind(DATABASE_URL, path)  # whatever the last test left there
        db.connect()
        db.drop_tables(MODELS, cascade=True)
        db.create_tables(MODELS)
    else:
        beginnings.empty(path)
    yield path
    if not db.is_closed():
        db.close()


@pytest.fixture(scope="session")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests, as one answers everybody at an office; tests.admin.conftest sets it up."""
    app = create_app(panel_config(tmp_path_factory.mktemp("panel")))
    app.testing = True
    return share_compiled(app)


def panel_config(folder: Path) -> Config:
    return Config(data_dir=folder, secret_key="x" * 40, database_url=DATABASE_URL)


@dataclass(frozen=True)
class World:
    """Rows and actors by name. Schools a and b lie in one township, c in another, far in the next county."""

    regions: dict[str, Region]
    organisations: dict[str, Organisation]
    actors: dict[str, Actor]
    children: dict[str, Beneficiary]


PLACES = {
    "province": ("360000000000", "江西省", RegionLevel.PROVINCE),
    "city": ("360400000000", "九江市", RegionLevel.CITY),
    "county": ("360426000000", "德安县", RegionLevel.COUNTY),
    "town": ("360426100000", "蒲亭镇", RegionLevel.TOWNSHIP),
    "village": ("360426100200", "石门村", RegionLevel.VILLAGE),
    "other_town": ("360426101000", "聂桥镇", RegionLevel.TOWNSHIP),
    "other_county": ("360425000000", "永修县", RegionLevel.COUNTY),
    "far_town": ("360425100000", "涂埠镇", RegionLevel.TOWNSHIP),
}
OFFICES = {
    "province": ("360000000001", "江西省学生资助管理中心", OrganisationKind.PROVINCE, None, "province"),
    "city": ("360400000001", "九江市学生资助管理中心", OrganisationKind.CITY, None, "city"),
    "county": ("360426000001", "德安县学生资助管理中心", OrganisationKind.COUNTY, None, "county"),
    "town": ("360426000002", "蒲亭镇中心校", OrganisationKind.TOWNSHIP, None, "town"),
    "a": ("360426000003", "德安县蒲亭镇小学", OrganisationKind.SCHOOL, "primary", "town"),
    "b": ("360426000004", "德安县蒲亭镇初级中学", OrganisationKind.SCHOOL, "junior", "town"),
    "c": ("360426000005", "德安县聂桥镇小学", OrganisationKind.SCHOOL, "primary", "other_town"),
    "other_county": ("360425000001", "永修县学生资助管理中心", OrganisationKind.COUNTY, None, "other_county"),
    "far": ("360425000002", "永修县涂埠镇小学", OrganisationKind.SCHOOL, "primary", "far_town"),
}
ROLES = {
    "province": (Role.PROVINCE, "province"),
    "city": (Role.CITY, "city"),
    "county": (Role.COUNTY, "county"),
    "town": (Role.TOWNSHIP, "town"),
    "a": (Role.SCHOOL, "a"),
    "b": (Role.SCHOOL, "b"),
    "c": (Role.SCHOOL, "c"),
    "auditor": (Role.AUDITOR, "county"),
    "other_county": (Role.COUNTY, "other_county"),
    "far": (Role.SCHOOL, "far"),
}
CHILDREN = {  # school, name, id number (sound check digits), home region
    "a1": ("a", "王芳", "360426200908300016", "village"),
    "a2": ("a", "李强", "360426200908300024", "village"),
    "b1": ("b", "张敏", "360426200908300032", "village"),
    "c1": ("c", "陈静", "360426200908300040", "other_town"),
    "far1": ("far", "周远", "36042520090830001X", "far_town"),
    "away": ("far", "户在本县", "360426200908300059", "village"),
}


@pytest.fixture
def world(database: Path, beginnings: Kept) -> World:
    """The small world, written through the ledger like everything else; on SQLite once, and copied from then on."""
    return beginnings.begin(database, build_world)


def build_world() -> World:
    regions: dict[str, Region] = {}
    organisations: dict[str, Organisation] = {}
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        for key, (code, name, level) in PLACES.items():
            regions[key] = ledger.add(Region, code=code, name=name, level=level)
        for key, (code, name, kind, stage, place) in OFFICES.items():
            organisations[key] = ledger.add(
                Organisation, code=code, name=name, kind=kind, stage=stage, region=regions[place]
            )
    actors = {
        key: Actor(key, role, scope_of(role, organisations[at]), None, organisations[at].id)
        for key, (role, at) in ROLES.items()
    }
    children = {}
    for office in ("county", "other_county"):
        with writing(actors[office], Permission.REGISTER_IMPORT) as ledger:
            batch = ledger.add(RegisterBatch, name="2026 秋", office=organisations[office])
            for key, child in CHILDREN.items():
                if (child[0] == "far") == (office == "other_county"):
                    children[key] = _add_child(ledger, batch, organisations[child[0]], child[1:], regions)
    return World(regions, organisations, actors, children)


def _add_child(ledger, batch, school, child, regions) -> Beneficiary:
    name, id_number, home = child
    person = ledger.add(
        RegisterPerson,
        batch=batch,
        household_no=f"H{id_number}",
        head_name="户主",
        name=name,
        id_number=id_number,
        home_region=regions[home],
        hardship="lifted",
        left_poverty=2024,
    )
    place = ledger.add(
        Enrolment,
        name=name,
        id_number=id_number,
        school=school,
        stage=school.stage,
        grade="三年级",
        class_name="1班",
        status="present",
    )
    return ledger.add(
        Beneficiary,
        school=school,
        register_person=person,
        enrolment=place,
        name=name,
        id_number=id_number,
        grade="三年级",
        class_name="1班",
        roll_status="present",
        hardship="lifted",
        home_region=regions[home],
    )
