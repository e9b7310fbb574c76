"""Sending a sheet in."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aid.imports import run_import, staged
from aid.imports.base import Report
from aid.imports.worker import upload
from aid.ledger import writing
from aid.operations.accounts import actor_of
from aid.permissions import Permission
from aid.rules.cells import Cell
from aid.scope import SYSTEM, Actor
from models import Account, Upload
from tests.aid.imports.sheets import row, titles, write
from tests.conftest import World


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., Report]:
    """`send(actor, slug, {cells that differ from the sound row}, …)` writes a sheet and imports it."""

    def send_rows(actor: Actor, slug: str, *rows: Mapping[str, Cell], batch: str = "") -> Report:
        path = write(tmp_path / f"{slug}.xlsx", [titles(slug), *(row(slug, cells) for cells in rows)])
        return run_import(actor, slug, path, file_name=path.name, batch=batch)

    return send_rows


@pytest.fixture
def send_lines(tmp_path: Path) -> Callable[..., Report]:
    """`send_lines(actor, slug, lines)` imports a sheet of exactly these lines; options as of `sheets.write`."""

    def send_as_is(actor: Actor, slug: str, lines: list[list[Cell]], **options: object) -> Report:
        path = write(tmp_path / f"{slug}.xlsx", lines, **options)
        return run_import(actor, slug, path, file_name=path.name)

    return send_as_is


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    staged.keep_in(tmp_path / "staged")
    return tmp_path / "staged"


@pytest.fixture
def leave(world: World, clerk: Actor, tmp_path: Path) -> Callable[..., Upload]:
    """`leave({cells that differ from the sound row}, …)` uploads a sheet as the county."""

    def send_rows(*rows: dict, slug: str = "roll", who: str = "county", batch: str = "") -> Upload:
        path = write(tmp_path / "sheet.xlsx", [titles(slug), *(row(slug, cells) for cells in rows)])
        return upload(world.actors[who], slug, path, file_name="名册.xlsx", batch=batch)

    return send_rows


@pytest.fixture
def clerk(world: World, folder: Path) -> Actor:
    """The county's clerk, with an account: a sheet is taken in as whom handed it in."""
    account = Account.create(
        login="x", name="小王", role="county", organisation=world.organisations["county"], password_hash=""
    )
    world.actors["county"] = actor_of(account)
    return world.actors["county"]


# -- sheets made from tables ---------------------------------------------------


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """`sheet({title: cell}, …)` writes these rows under the titles of the first."""

    def written(*rows: Mapping[str, Cell]) -> Path:
        lines = [list(rows[0]), *([row.get(title, "") for title in rows[0]] for row in rows)]
        return write(tmp_path / "table.xlsx", lines)

    return written


@pytest.fixture
def send_table(world: World, sheet) -> Callable[..., Report]:
    """`send_table(slug, {title: cell}, …)` imports them."""

    def send_rows(slug: str, *rows: Mapping[str, Cell], who: str = "county") -> Report:
        actor = SYSTEM if who == "system" else world.actors[who]
        return run_import(actor, slug, sheet(*rows), file_name="table.xlsx")

    return send_rows


@pytest.fixture
def accounts(world: World) -> None:
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for login, role in (("xx", "school"), ("zz", "county"), ("far", "school")):
            at = world.organisations[{"xx": "a", "zz": "county", "far": "far"}[login]]
            ledger.add(Account, login=login, name=login, role=role, organisation=at, password_hash="")


@pytest.fixture
def below(world: World) -> None:
    """Everything but the offices at the top stands under the county's office."""
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key in ("town", "a", "b", "c"):
            ledger.change(world.organisations[key], parent=world.organisations["county"])
