"""The sheets the office receives: taken in at once here, or looked at first (uploads.py)."""

import json
from pathlib import Path
from typing import NamedTuple

from aid.imports.base import Fate, Report
from aid.imports.formats import FORMATS, begun, others_than
from aid.imports.looking import settled_of
from aid.imports.rows import Heading
from aid.imports.run import read, rehearse, write
from aid.imports.staged import Line, Staged
from aid.own_columns import held as definitions_held
from aid.rules.cells import shown
from aid.scope import Actor, visible
from models import HeldRow, ImportRun, Upload

__all__ = ["FORMATS", "Returned", "error_table", "run_import", "try_import"]


def run_import(actor: Actor, slug: str, path: Path, *, file_name: str, batch: str = "", sheet: str = "") -> Report:
    """Take in one sheet of the kind `slug` (a key of FORMATS) as one operation that can be undone.

    `batch` names the register's batch, empty: the office's newest; `sheet` the one of the file that is meant, empty:
    the one with the header. Sound rows go in, the others are held back with their reason. Raises NotAllowed, BadSheet
    for a file that is not what it says, ManySheets where `sheet` has to be named, RuleBroken; then nothing has changed.
    """
    with definitions_held():
        intake = begun(actor, slug, path, file_name=file_name, batch=batch, sheet=sheet)
        return write(intake, read(path, intake, others=others_than(slug)))


def try_import(actor: Actor, slug: str, path: Path, *, file_name: str, batch: str = "", sheet: str = "") -> Report:
    """What `run_import` would report, with nothing written. Raises the same."""
    with definitions_held():
        intake = begun(actor, slug, path, file_name=file_name, batch=batch, sheet=sheet)
        return rehearse(intake, read(path, intake, others=others_than(slug)))


class Returned(NamedTuple):
    """A row that is held back: its number in the sheet, its cells as they came, what is wrong, the first faulty column.
    Columns go by the format's own titles."""

    row: int
    cells: list[str]
    message: str
    column: str


def error_table(actor: Actor, source: ImportRun | Upload) -> tuple[list[Heading], list[Returned]]:
    """The rows that were held back, or would be, under the sheet's header."""
    if isinstance(source, Upload):
        staged = Staged(source.staged)
        facts = staged.facts()
        header = settled_of(facts, source.kind).headings
        return list(header), [_faulty(line) for line in staged.lines(facts["sheet"], Fate.HELD)]
    held = visible(HeldRow, actor.scope).where(HeldRow.run == source.id).order_by(HeldRow.sheet_row)
    rows = [Returned(row.sheet_row, json.loads(row.cells), row.message, row.column) for row in held]
    return [_heading(title) for title in json.loads(source.header)], rows


def _heading(kept: str | list[str]) -> Heading:
    """Imports of earlier versions kept the format's own title alone."""
    return Heading(kept, kept) if isinstance(kept, str) else Heading(*kept)


def _faulty(line: Line) -> Returned:
    told = "；".join(f"{title}：{said}" for title, said in line.told)
    return Returned(line.number, [shown(cell) for cell in line.cells], told, line.told[0][0])
