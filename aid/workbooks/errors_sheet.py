"""退回表: the rows an import did not take in, as they came, to be corrected and imported again.

The header is the one that came, so that the sheet is read like any other; the added last column is unknown to every
import and ignored. All cells are text cells, so that an ID number typed into one stays whole.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aid.imports import error_table
from aid.operations.events import exported
from aid.rules.times import local
from aid.scope import Actor
from aid.workbooks.base import write_book
from aid.workbooks.sheets import Cell, Column, Fault, Line, Sheet
from aid.workbooks.style import width_of
from models import ImportRun, Upload, now

REASON = "退回原因"
NARROWEST, WIDEST, REASON_WIDTH = 8, 32, 48


def error_workbook(actor: Actor, run: ImportRun | Upload, out: Path) -> None:
    """Write the rows held back in an import, or in one that waits, with why, the faulty cells coloured and commented.

    Raises what aid.imports.error_table refuses, and RuleBroken where `out` cannot be written.
    """
    header, rows = error_table(actor, run)
    made = local(now())
    lines = [Line((*_as_long_as(header, cells), message)) for cells, message, _ in rows]
    faults = [
        Fault(number, at, message)
        for number, (_, message, column) in enumerate(rows)
        for at in _faulty(header, message, column)
    ]
    parts = (
        f"来自：{run.file_name}",
        f"退回 {len(rows)} 行",
        f"制表时间：{made:%Y-%m-%d %H:%M}",
        f"制表人：{actor.name}",
    )
    columns = [Column(title, _width(title, [line.cells[at] for line in lines])) for at, title in enumerate(header)]
    sheet = Sheet(
        name="退回行",
        heading="退回行（改正后原样再导入一次）",
        subtitle="　　".join(parts),
        columns=[*columns, Column(REASON, REASON_WIDTH)],
        lines=lines,
        faults=faults,
    )
    write_book(out, [sheet], author=actor.name, made=made)
    exported(actor, f"退回行（{run.file_name}）", len(rows))


def _faulty(header: Sequence[str], message: str, column: str) -> list[int]:
    """The columns a message names (“姓名：…；身份证号：…”); the reason column where it names none."""
    told = {part.partition("：")[0] for part in message.split("；")} | {column}
    return [at for at, title in enumerate(header) if title and title in told] or [len(header)]


def _as_long_as(header: Sequence[str], cells: Sequence[Any]) -> list[Cell]:
    whole = [*cells, *[None] * (len(header) - len(cells))][: len(header)]
    return [("是" if cell else "否") if isinstance(cell, bool) else cell for cell in whole]


def _width(title: str, cells: Sequence[Cell]) -> int:
    longest = max((width_of(str(cell)) for cell in cells if cell is not None), default=0)
    return max(NARROWEST, min(WIDEST, max(longest, width_of(title)) + 3))
