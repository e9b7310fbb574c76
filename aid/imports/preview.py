"""What a sheet that waits would change, to be read by a clerk: a page of its rows, cell by cell."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from aid.imports.base import Fate, SheetFormat
from aid.imports.formats import FORMATS
from aid.imports.looking import sent_titles
from aid.imports.staged import Line, Staged
from aid.labels import label_of
from aid.own_columns import Fields
from aid.rules.cells import shown
from aid.scope import Actor, visible
from models import Upload, UploadState

PAGE = 50  # rows
LONGEST = 500  # characters of a cell that is corrected
LOOKED_AT = (UploadState.WAITING, UploadState.FAILED, UploadState.QUEUED)
ORDER = (Fate.HELD, Fate.CHANGED, Fate.ADDED, Fate.UNCHANGED)  # what is to be done comes first


@dataclass(frozen=True)
class ShownTitle:
    """A title of the sheet as its sender wrote it; `column` is what it is taken in as, "" where it is not; `merged` how
    many cells under it hold a row back because they are merged with one above."""

    sent: str
    column: str
    merged: int = 0


@dataclass(frozen=True)
class ShownCell:
    """A cell as it came; `before` what the table says now, where it would change; `fault` why it is held back."""

    text: str
    place: int
    before: str | None = None
    fault: str = ""


@dataclass(frozen=True)
class ShownLine:
    """A row of the sheet; `faults` are those that belong to no column of it."""

    number: int
    cells: Sequence[ShownCell]
    faults: Sequence[str] = ()


@dataclass(frozen=True)
class Preview:
    """A page of the rows of one fate, how many there are of each, and what was remarked on the whole sheet."""

    titles: Sequence[ShownTitle]
    fate: Fate
    lines: Sequence[ShownLine]
    counts: Mapping[Fate, int]
    warnings: Sequence[str]
    page: int

    @property
    def last_page(self) -> int:
        return max(0, (self.counts[self.fate] - 1) // PAGE)


def readable(row: Upload) -> bool:
    """Whether an upload has been looked at, and its file is still there."""
    staged = Staged(row.staged)
    return row.state in LOOKED_AT and not staged.gone() and "warnings" in staged.facts()


def in_a_field(text: str) -> str:
    """What a field of a form makes of a text: one line, without white space around it, no longer than a field."""
    return "".join(text.splitlines()).strip()[:LONGEST]


def differing(row: Upload, given: Mapping[int, Mapping[int, str]]) -> dict[int, dict[int, str]]:
    """Of texts by row number and place, as fields of a form hold them, those that somebody has typed: that differ from
    what the cells of an upload say. Rows and columns that the sheet does not have are left out."""
    staged = Staged(row.staged)
    if not given or not readable(row):
        return {}
    facts = staged.facts()
    width = len(facts["titles"])
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for number, cells in staged.cells_of(facts["sheet"], given):
        for place, text in given[number].items():
            before = shown(cells[place]) if place < len(cells) else ""
            if place < width and in_a_field(text) != in_a_field(before):
                found[number][place] = in_a_field(text)
    return dict(found)


def of_upload(actor: Actor, row: Upload, fate: Fate | None = None, *, page: int) -> Preview:
    """The rows of an upload that `actor` may see, without a fate those that most want to be looked at; `page` from 0, a
    page behind the last is the last."""
    staged = Staged(row.staged)
    facts, counts = staged.facts(), staged.counts()
    fate = fate or next((one for one in ORDER if counts[one]), Fate.HELD)
    page = min(page, max(0, (counts[fate] - 1) // PAGE))
    sheet, titles = FORMATS[row.kind], facts["titles"]
    lines = staged.lines(facts["sheet"], fate, skip=page * PAGE, most=PAGE)
    before = _before(actor, sheet, lines) if fate == Fate.CHANGED else {}
    told = [_line(line, titles, before=before.get(line.number, {})) for line in lines]
    return Preview(_titles(facts, sheet), fate, told, counts, facts["warnings"], page)


def _titles(facts: Mapping[str, Any], sheet: type[SheetFormat]) -> list[ShownTitle]:
    known = {column.title for column in sheet.columns}
    pairs = zip(facts["titles"], sent_titles(facts), strict=True)
    merged = facts.get("merged", {})  # a sheet that waits since before these were kept
    return [
        ShownTitle(sent or own, own if own in known else "", merged.get(str(at), 0))
        for at, (own, sent) in enumerate(pairs)
    ]


def _line(line: Line, titles: Sequence[str], *, before: Mapping[str, str]) -> ShownLine:
    faults = dict(reversed([tuple(fault) for fault in line.told])) if line.fate == Fate.HELD else {}
    cells = [
        ShownCell(
            text=shown(line.cells[place]) if place < len(line.cells) else "",
            place=place,
            before=before.get(title) if title else None,
            fault=faults.get(title, "") if title else "",
        )
        for place, title in enumerate(titles)
    ]
    return ShownLine(line.number, cells, [f"{title}：{said}" for title, said in faults.items() if title not in titles])


def _before(actor: Actor, sheet: type[SheetFormat], lines: Sequence[Line]) -> dict[int, dict[str, str]]:
    """By row number and title what the table says now; pointers as the sheet has them."""
    fields = Fields(sheet.intake.model)
    titles = {column.name: column.title for column in sheet.columns}
    called = {
        name: _called(actor, sheet, fields[name], ids=[line.told[name][0] for line in lines if name in line.told])
        for name in titles
        if isinstance(fields.get(name), pw.ForeignKeyField)
    }
    return {
        line.number: {
            titles[name]: called[name].get(old, "") if name in called else _text(fields[name], old)
            for name, (old, _) in line.told.items()
            if name in titles
        }
        for line in lines
    }


def _called(
    actor: Actor, sheet: type[SheetFormat], field: pw.ForeignKeyField, *, ids: Sequence[int | None]
) -> dict[int, str]:
    """What is pointed at, as the kind of sheet calls it."""
    target = field.rel_model
    found = visible(target, actor.scope).where(target.id.in_([one for one in ids if one]))
    return {row.id: str(row) if sheet.generated else row.code for row in found}


def _text(field: pw.Field, value: Any) -> str:
    return label_of(field, field.python_value(value))
