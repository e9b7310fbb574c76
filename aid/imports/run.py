"""The way every import goes: read all, check each row, compare, write what is new, put it on record.

One operation per import: the rows, the record of the run, the rows held back. Same file again: nothing new.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from operator import attrgetter
from pathlib import Path

import peewee as pw

from aid.imports.base import REASON, Intake, Report, SheetFormat
from aid.imports.choices import remembered
from aid.imports.draft import HELD, Draft
from aid.imports.headers import NOTHING
from aid.imports.reader import read_sheets
from aid.imports.rehearsal import Rehearsal
from aid.imports.rows import Heading, Sheets, blank, find_sheet, headings, refuse_more, take
from aid.ledger import Ledger, writing
from aid.rules.cells import Cell
from models import HeldRow, ImportRun

DRAFTS = 3  # times a sheet is compared beside the others' writes before they have to wait for it
WARNED = 100  # warnings told one by one before they are only counted


@dataclass(frozen=True)
class Contents:
    """What was found in a file: its header, and its filled rows as (number in the sheet, cells)."""

    headings: Sequence[Heading]
    rows: Iterable[tuple[int, list[Cell]]]

    @property
    def titles(self) -> list[str]:
        """Its titles as the format calls them."""
        return [heading.own for heading in self.headings]


def read(path: Path, intake: Intake, *, others: Sequence[type[SheetFormat]]) -> Contents:
    """The sheet of the intake's format in the file at `path`, read to its end. Raises BadSheet."""
    with closing(read_sheets(path)) as sheets:
        return read_from(sheets, intake, others=others)


def read_from(sheets: Sheets, intake: Intake, *, others: Sequence[type[SheetFormat]]) -> Contents:
    """The same of a file of these sheets."""
    chosen = remembered(intake.actor).get(intake.sheet.slug, NOTHING)
    found = find_sheet(sheets, intake, others, remembered=chosen)
    numbered = enumerate(found.rows, start=found.matching.header_row + 1)
    rows = [(at, cells) for at, cells in numbered if not blank(cells)]
    refuse_more(found, sheets, intake, remembered=chosen)
    return contents(intake, headings(found.matching, intake.sheet), rows)


def contents(intake: Intake, found: Sequence[Heading], rows: list[tuple[int, list[Cell]]]) -> Contents:
    """These filled rows under this header; what is not taken in of them is warned of."""
    known = {column.title for column in intake.sheet.columns} | {REASON}
    if not rows:
        intake.report.warnings.append("表头下面没有填写任何一行，没有可以导入的内容")
    if unknown := [one.sent for one in found if one.own and one.own not in known]:
        intake.report.warnings.append(f"没有收进来的列：{'、'.join(unknown)}")
    return Contents(found, intake.report.passing("核对", rows))


def rehearse(intake: Intake, contents: Contents) -> Report:
    """Report what taking these rows in would do, with the fate of each, and write nothing. Raises RuleBroken."""
    report = intake.report
    report.fates = {}
    intake.write(Rehearsal(intake.actor), take(intake, contents.titles, contents.rows))
    return _tidied(report)


def write(intake: Intake, contents: Contents, *, gesture: str | None = None) -> Report:
    """Take these rows in as one operation; `gesture` is its name, so that what is asked twice is written once.

    Raises NotAllowed, RuleBroken.
    """
    sheet = intake.sheet
    taken = take(intake, contents.titles, contents.rows)
    found, written = intake.report, False
    tries = count(1)
    while not written:
        intake.report = report = found.again()
        with (
            Draft(intake, taken, in_turn=next(tries) > DRAFTS) as draft,
            writing(intake.actor, sheet.permission, gesture=gesture) as ledger,
        ):
            written = draft.write(ledger)
            if written:
                _tidied(report)
                intake.follow(ledger)
                _record(ledger, intake, contents.headings, held=draft.held)
                ledger.say(f"导入{sheet.title} {intake.delivery.file_name}：{counts_told(report)}")
                report.operation_id = ledger.operation.id
    intake.settle()
    return report


def _tidied(report: Report) -> Report:
    report.held_back.sort(key=lambda held: held.row)
    report.warnings = _shortened(report.warnings)
    return report


def _record(ledger: Ledger, intake: Intake, found: Sequence[Heading], *, held: pw.Table) -> None:
    report, delivery = intake.report, intake.delivery
    run = ledger.add(
        ImportRun,
        office=ledger.actor.organisation_id,
        kind=intake.sheet.slug,
        file_name=delivery.file_name[: ImportRun.file_name.max_length],
        digest=delivery.digest,
        batch=intake.batch,
        header=json.dumps(found, ensure_ascii=False),
        **report.counts,
    )
    report.run_id = run.id
    if report.held_back:
        query = held.select(pw.Value(run.id), *attrgetter(*HELD)(held.c))
        ledger.add_from(HeldRow, ("run", *HELD), query)


def counts_told(report: Report) -> str:
    """What became of the rows, in words."""
    return f"新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}，退回 {len(report.held_back)}"


def _shortened(warnings: list[str]) -> list[str]:
    if len(warnings) <= WARNED:
        return warnings
    return [*warnings[:WARNED], f"另有 {len(warnings) - WARNED} 条提示没有列出"]
