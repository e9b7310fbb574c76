"""The sheets the office receives. Add a class to a file here, and it to FORMATS."""

import json
from pathlib import Path
from typing import Any

from aid.imports.base import Delivery, Report, SheetFormat
from aid.imports.people import Register, Roll
from aid.imports.places import Organisations, Regions
from aid.imports.run import run
from aid.rules.times import local
from aid.scope import Actor, visible
from models import HeldRow, ImportRun, now

__all__ = ["FORMATS", "error_table", "run_import"]

FORMATS: dict[str, type[SheetFormat]] = {sheet.slug: sheet for sheet in (Regions, Organisations, Register, Roll)}


def run_import(actor: Actor, slug: str, path: Path, *, file_name: str, batch: str = "") -> Report:
    """Take in one sheet of the kind `slug` (a key of FORMATS) as one operation that can be undone.

    `batch` names the register's batch; empty: the office's current one. Sound rows go in, the others are held back
    with their reason. Raises NotAllowed, BadSheet for a file that is not what it says, RuleBroken; then nothing has
    changed.
    """
    others = [sheet for key, sheet in FORMATS.items() if key != slug]
    delivery = Delivery(path, file_name, batch.strip(), local(now()).date())
    return run(actor, FORMATS[slug], delivery, others=others)


def error_table(actor: Actor, run: ImportRun) -> tuple[list[str], list[tuple[list[str], str, str]]]:
    """The rows an import held back: the sheet's header, and (cells as they came, what is wrong, faulty column)."""
    held = visible(HeldRow, actor.scope).where(HeldRow.run == run.id).order_by(HeldRow.sheet_row)
    rows: list[tuple[Any, str, str]] = [(json.loads(row.cells), row.message, row.column) for row in held]
    return json.loads(run.header), rows
