"""Sending a sheet in; and the small world from a copy, for it is asked for often here and takes a while to build."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path

import pytest

from aid import dialect
from aid.imports import run_import
from aid.imports.base import Report
from aid.rules.cells import Cell
from aid.scope import Actor
from models import db
from tests.aid.imports.sheets import row, titles, write
from tests.conftest import World


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[World]]:
    """Where the first test leaves a copy of its database, and its world."""
    return tmp_path_factory.mktemp("built") / "world.sqlite3", []


@pytest.fixture
def world(request: pytest.FixtureRequest, built: tuple[Path, list[World]], tmp_path: Path) -> Iterator[World]:
    kept, worlds = built
    if not worlds:
        world = request.getfixturevalue("world")
        if dialect.on_sqlite():
            db.execute_sql("VACUUM INTO ?", (str(kept),))
            worlds.append(deepcopy(world))
        yield world
        return
    path = shutil.copy(kept, tmp_path / "zhuxue.sqlite3")
    dialect.open_database("", Path(path))
    with db.connection_context():
        yield deepcopy(worlds[0])


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
