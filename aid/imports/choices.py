"""What an office said of titles that no column is called by: chosen by hand once, known in its next sheet of the kind.

Here and not in aid/operations, because the imports themselves ask for it.
"""

from collections import defaultdict
from collections.abc import Mapping

import peewee as pw

from aid.errors import RuleBroken
from aid.imports.base import SheetFormat
from aid.imports.headers import IGNORED, plain
from aid.ledger import writing
from aid.outcome import Outcome
from aid.rules.id_numbers import holds_one
from aid.scope import Actor, changeable, visible
from models import ColumnChoice

MOST = 500  # of one kind at a time: as many columns as a sheet may have


def remembered(actor: Actor) -> Mapping[str, Mapping[str, str]]:
    """By the format's slug what the actor's office chose, plain title → column, IGNORED for one not taken in; in one
    query. A slug without choices has no entry."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows = _own(visible(ColumnChoice, actor.scope), actor)
    for kind, header, column in rows.select(ColumnChoice.kind, ColumnChoice.header, ColumnChoice.column).tuples():
        found[kind][header] = column
    return dict(found)


def remember(actor: Actor, sheet: type[SheetFormat], choices: Mapping[str, str]) -> Outcome:
    """Keep for the actor's office which column of the format these titles are, IGNORED for none; a later choice
    replaces an earlier one, a title that holds a whole ID number is not kept.

    Raises NotAllowed without the format's own permission, OutOfScope where the office is not the actor's to write for,
    RuleBroken for a column that the format does not have or for more than 500 choices.
    """
    _refuse_strange(sheet, choices)
    wanted = {plain(title): name for title, name in choices.items() if plain(title) and not holds_one(title)}
    with writing(actor, sheet.permission) as ledger:
        mine = _own(changeable(ColumnChoice, actor.scope), actor).where(ColumnChoice.kind == sheet.slug)
        stored = {row.header: row for row in mine}
        new = [(actor.organisation_id, sheet.slug, key, name) for key, name in wanted.items() if key not in stored]
        changed = {
            row.id: {"column": wanted[key]}
            for key, row in stored.items()
            if key in wanted and wanted[key] != row.column
        }
        if new:
            ledger.add_many(ColumnChoice, ("office", "kind", "header", "column"), new)
        if changed:
            ledger.change_many(ColumnChoice, changed)
        rows = len(new) + len(changed)
        ledger.say(f"记住《{sheet.title}》{rows} 列的对应")
    return Outcome(ledger.operation.id if rows else None, rows)


def _own(rows: pw.ModelSelect, actor: Actor) -> pw.ModelSelect:
    if actor.organisation_id is None:
        return rows.where(ColumnChoice.office.is_null())
    return rows.where(ColumnChoice.office == actor.organisation_id)


def _refuse_strange(sheet: type[SheetFormat], choices: Mapping[str, str]) -> None:
    names = {IGNORED, *(column.name for column in sheet.columns)}
    if strange := [title for title, name in choices.items() if name not in names]:
        raise RuleBroken(f"《{sheet.title}》没有您为“{strange[0][:40]}”选的列；请重新选择")
    if len(choices) > MOST:
        raise RuleBroken(f"一次最多记住 {MOST} 列；请删去多余的列再导入")
