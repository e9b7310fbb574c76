"""The way every import goes: read all, check each row, compare, write what is new, put it on record.

One operation per import: the rows, the record of the run, the rows held back. Same file again: nothing new.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from typing import Any

from aid.imports.base import REASON, Delivery, Held, Intake, Report, SheetFormat
from aid.imports.reader import read_sheets
from aid.imports.rows import find_sheet, take
from aid.ledger import Ledger, writing
from aid.rules.cells import Cell
from aid.scope import Actor
from models import HeldRow, ImportRun

WARNED = 100  # warnings told one by one before they are only counted


def run(actor: Actor, sheet: type[SheetFormat], delivery: Delivery, *, others: Sequence[type[SheetFormat]]) -> Report:
    """Take one sheet in as one operation. Raises NotAllowed, BadSheet (nothing changed), RuleBroken."""
    actor.demand(sheet.permission)
    intake = sheet.intake(sheet, actor, delivery)
    report = intake.report
    with closing(read_sheets(delivery.path)) as sheets:
        number, titles, following = find_sheet(sheets, intake, others)
        taken = take(intake, titles, enumerate(following, start=number + 1))
    known = {column.title for column in sheet.columns} | {REASON}
    if not report.rows:
        report.warnings.append("表头下面没有填写任何一行，没有可以导入的内容")
    if unknown := [title for title in titles if title and title not in known]:
        report.warnings.append(f"没有收进来的列：{'、'.join(unknown)}")
    with writing(actor, sheet.permission) as ledger:
        intake.write(ledger, taken)
        report.held_back.sort(key=lambda held: held.row)
        _record(ledger, intake, titles)
        ledger.say(f"导入{sheet.title} {delivery.file_name}：{_counts(report)}")
        report.operation_id = ledger.operation.id
    report.warnings = _shortened(report.warnings)
    return report


def _record(ledger: Ledger, intake: Intake, titles: list[str]) -> None:
    report, delivery = intake.report, intake.delivery
    counts = {name: getattr(report, name) for name in ("rows", "added", "changed", "unchanged")}
    run = ledger.add(
        ImportRun,
        office=ledger.actor.organisation_id,
        kind=intake.sheet.slug,
        file_name=delivery.file_name[:200],
        digest=hashlib.sha256(delivery.path.read_bytes()).hexdigest(),
        batch=intake.batch,
        held_back=len(report.held_back),
        header=json.dumps(titles, ensure_ascii=False),
        **counts,
    )
    report.run_id = run.id
    if report.held_back:
        columns = ("run", "sheet_row", "column", "reason", "message", "cells")
        ledger.add_many(HeldRow, columns, (_kept(run, held) for held in report.held_back))


def _kept(run: ImportRun, held: Held) -> tuple[Any, ...]:
    cells = json.dumps([_shown(cell) for cell in held.cells], ensure_ascii=False)
    return run.id, held.row, held.column, held.reason, held.message[:300], cells


def _shown(cell: Cell) -> str:
    """A cell as Excel would show it: a long number with the digits it has, not with those a float is stored by."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return cell if isinstance(cell, str) else str(getattr(cell, "text", cell))


def _counts(report: Report) -> str:
    return f"新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}，退回 {len(report.held_back)}"


def _shortened(warnings: list[str]) -> list[str]:
    if len(warnings) <= WARNED:
        return warnings
    return [*warnings[:WARNED], f"另有 {len(warnings) - WARNED} 条提示没有列出"]
