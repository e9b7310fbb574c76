"""What a sheet format is, and the way every import goes: read all, check each row, compare, write what is new.

One operation per import: the rows, the record of the run, the rows held back. Same file again: nothing new.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from aid.errors import BadSheet
from aid.imports.reader import read_rows
from aid.ledger import Ledger, writing
from aid.permissions import Permission
from aid.rules.cells import Cell, Fault, is_empty, tidy
from aid.scope import Actor
from models import HeldRow, ImportRun, RegisterBatch, Row

HEADER_ROWS = 10
WARNED = 100  # warnings told one by one before they are only counted


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, where its value goes, and how a filled cell is read (aid.rules.cells); `dated`
    readers are told what day it is."""

    title: str
    name: str
    read: Callable[..., Any]
    required: bool = False
    empty: Any = ""
    dated: bool = False


@dataclass(frozen=True)
class Held:
    """A sheet row that is not taken in: the first fault's code and column, and a sentence with all of them."""

    row: int
    reason: str
    message: str
    column: str
    cells: Sequence[Any] = ()


@dataclass
class Report:
    """What became of one sheet; rows by their number in the sheet, as Excel shows it."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    held_back: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    run_id: int | None = None
    operation_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("rows", "added", "changed", "unchanged")}
        held = [{"row": one.row, "reason": one.reason, "message": one.message} for one in self.held_back]
        return {**counts, "held_back": held, "warnings": self.warnings}

    def hold(self, row: int, faults: Sequence[tuple[str, Fault]], cells: Sequence[Any]) -> None:
        told = "；".join(f"{title}：{fault}" for title, fault in faults)
        column, first = faults[0]
        self.held_back.append(Held(row, first.reason, f"{told}。请改正后重新导入", column, cells))


@dataclass(frozen=True)
class Taken:
    """A sound sheet row: its number, its cells as they came, and its values in the order of the format's columns."""

    row: int
    cells: Sequence[Any]
    values: list[Any]


@dataclass(frozen=True)
class Delivery:
    """A file as it was handed in: where it lies, what its sender calls it, the batch named with it, the local day."""

    path: Path
    file_name: str
    batch: str
    today: dt.date


class SheetFormat:
    """One kind of sheet: its columns, and what takes its rows in."""

    slug: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[Permission]
    columns: ClassVar[Sequence[Column]]
    intake: ClassVar[type["Intake"]]

    @classmethod
    def needed(cls) -> set[str]:
        """The titles a header row must have."""
        return {column.title for column in cls.columns if column.required}


class Intake:
    """One import of a format under way: turns sound rows into rows of its table, and counts in the report."""

    batch: RegisterBatch | None = None

    def __init__(self, sheet: type[SheetFormat], actor: Actor, delivery: Delivery) -> None:
        self.sheet, self.actor, self.delivery = sheet, actor, delivery
        self.report = Report()

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        """Compare with what is stored, hold back what does not fit, add and change the rest; fill the report."""
        raise NotImplementedError


# -- reading -------------------------------------------------------------------


def find_header(
    rows: Iterator[list[Cell]], sheet: type[SheetFormat], others: Iterable[type[SheetFormat]]
) -> tuple[int, list[str]]:
    """The sheet number of the header row and its titles. Raises BadSheet naming the columns that are missing."""
    best: set[str] = set()
    for number, cells in enumerate(islice(rows, HEADER_ROWS), start=1):
        titles = [tidy(cell) if isinstance(cell, str) else "" for cell in cells]
        if sheet.needed() <= set(titles):
            _refuse_repeated(titles, sheet)
            return number, titles
        best = max(best, set(titles), key=lambda found: len(found & sheet.needed()))
        if likely := [other.title for other in others if other.needed() <= set(titles)]:
            raise BadSheet(f"这像是《{likely[0]}》，不是《{sheet.title}》；请重新选择表格的种类")
    missing = "、".join(column.title for column in sheet.columns if column.required and column.title not in best)
    raise BadSheet(f"前 {HEADER_ROWS} 行里没有《{sheet.title}》的表头，缺少：{missing}；请补上这些列再导入")


def _refuse_repeated(titles: list[str], sheet: type[SheetFormat]) -> None:
    repeated = [column.title for column in sheet.columns if titles.count(column.title) > 1]
    if repeated:
        raise BadSheet(f"表头里“{repeated[0]}”出现了不止一次，不知道该收哪一列；请删去多余的列再导入")


def take(intake: Intake, titles: list[str], rows: Iterable[tuple[int, list[Cell]]]) -> list[Taken]:
    """The sound rows among `rows` (sheet number, cells) under the header `titles`; the faulty ones are held back in
    the intake's report, each with all its faults."""
    report, today = intake.report, intake.delivery.today
    places = [
        (titles.index(c.title) if c.title in titles else None, c, _reader(c, today)) for c in intake.sheet.columns
    ]
    taken = []
    for number, cells in rows:
        if all(is_empty(cell) for cell in cells):
            continue
        report.rows += 1
        values, faults = [], []
        for at, column, read in places:
            cell = cells[at] if at is not None and at < len(cells) else ""
            try:
                values.append(_value(column, cell, read))
            except Fault as fault:
                faults.append((column.title, fault))
        if faults:
            report.hold(number, faults, cells)
        else:
            taken.append(Taken(number, cells, values))
    return taken


def _value(column: Column, cell: Cell, read: Callable[[Cell], Any]) -> Any:
    if cell == "" or is_empty(cell):
        if column.required:
            raise Fault("missing", "没有填写")
        return column.empty
    return read(cell)


def _reader(column: Column, today: dt.date) -> Callable[[Cell], Any]:
    """The column's reader, remembering texts it has read: most columns repeat themselves."""
    read = partial(column.read, today=today) if column.dated else column.read
    known: dict[str, Any] = {}

    def look_up(cell: Cell) -> Any:
        if type(cell) is not str:
            return read(cell)
        if cell not in known:
            known[cell] = read(cell)
        return known[cell]

    return look_up


# -- comparing and writing -----------------------------------------------------


def store(
    ledger: Ledger,
    model: type[Row],
    columns: Sequence[str],
    *,
    wanted: Mapping[tuple, Sequence[Any]],
    stored: Mapping[tuple, tuple[int, Sequence[Any]]],
    report: Report,
) -> None:
    """Add and change rows so that `stored` (key → id, values) becomes `wanted` (key → values); count in the report."""
    added, changed = [], {}
    for key, values in wanted.items():
        found = stored.get(key)
        if found is None:
            added.append(values)
        elif differing := _differing(columns, found[1], values):
            changed[found[0]] = differing
        else:
            report.unchanged += 1
    if added:
        report.added += ledger.add_many(model, columns, added)
    if changed:
        report.changed += ledger.change_many(model, changed)


def _differing(columns: Sequence[str], old: Sequence[Any], new: Sequence[Any]) -> dict[str, Any]:
    if tuple(old) == tuple(new):
        return {}
    return {name: after for name, before, after in zip(columns, old, new, strict=True) if before != after}


# -- the whole way -------------------------------------------------------------


def run(actor: Actor, sheet: type[SheetFormat], delivery: Delivery, *, others: Iterable[type[SheetFormat]]) -> Report:
    """Take one sheet in as one operation. Raises NotAllowed, BadSheet (nothing changed), RuleBroken."""
    actor.demand(sheet.permission)
    intake = sheet.intake(sheet, actor, delivery)
    report = intake.report
    with closing(read_rows(delivery.path)) as rows:
        number, titles = find_header(rows, sheet, others)
        taken = take(intake, titles, enumerate(rows, start=number + 1))
    known = {column.title for column in sheet.columns}
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
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    return cell if isinstance(cell, str) else str(getattr(cell, "text", cell))


def _counts(report: Report) -> str:
    return f"新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}，退回 {len(report.held_back)}"


def _shortened(warnings: list[str]) -> list[str]:
    if len(warnings) <= WARNED:
        return warnings
    return [*warnings[:WARNED], f"另有 {len(warnings) - WARNED} 条提示没有列出"]
