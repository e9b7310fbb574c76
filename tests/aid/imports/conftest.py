"""Sending a sheet in."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aid.imports import run_import
from aid.imports.base import Report
from aid.rules.cells import Cell
from aid.scope import Actor
from tests.aid.imports.sheets import row, titles, write


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
