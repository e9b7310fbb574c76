"""Workbooks that are kept: asked for, asked for again, downloaded, removed. They are made by making.py."""

import datetime as dt
from pathlib import Path
from typing import Any

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.events import exported
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import terms
from aid.scope import Actor, visible
from aid.selection import Selection
from aid.workbooks import WORKBOOKS, may_make, name_of, store
from models import MadeWorkbook, MakingState, now

UNKNOWN = "没有这个汇总表。"
YEARS = 3  # school years before and after the present one


def offered(actor: Actor) -> list[Any]:
    """The workbooks that the actor may make, in the order of DOMAIN.md part 5."""
    return [book for book in WORKBOOKS.values() if may_make(actor, book.slug)]


def terms_offered(day: dt.date) -> list[str]:
    """The terms for which a workbook of a term may be asked for, the latest first."""
    return terms.around(terms.term_of(day), years=YEARS)


def ask(actor: Actor, slug: str, *, term: str = "") -> MadeWorkbook:
    """Put a workbook of what the actor reads in the queue of those to be made, of `term` where it is of one; one that
    the same account has waiting there is not put there twice.

    Raises NotAllowed, OutOfScope for an unknown slug, RuleBroken for a term that it cannot be of.
    """
    _demanded(actor, slug)
    name, term = name_of(slug, term), term and terms.read(term)
    with writing(actor, Permission.WORKBOOK_MAKE, undoable=False) as ledger:
        waiting = visible(MadeWorkbook, actor.scope).where(
            MadeWorkbook.state == MakingState.QUEUED,
            MadeWorkbook.account == actor.account_id,
            MadeWorkbook.slug == slug,
            MadeWorkbook.term == term,
        )
        row = waiting.first()
        if row is None:
            row = ledger.add(MadeWorkbook, slug=slug, term=term, name=name, file=store.new_name(), **_of(actor))
            ledger.say(f"生成{name}")
    return row


def ask_again(actor: Actor, row: MadeWorkbook) -> MadeWorkbook:
    """Have a workbook made that was not made at the first attempt, as whoever asks now.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken where it has not failed.
    """
    _demanded(actor, row.slug)
    with writing(actor, Permission.WORKBOOK_MAKE, undoable=False) as ledger:
        row = ledger.fresh(row)
        if row.state != MakingState.FAILED:
            raise RuleBroken(f"“{row}”{MakingState(row.state).label}，不用重来；要新的请另外生成一份")
        ledger.change(row, state=MakingState.QUEUED, message="", **_of(actor))
        ledger.say(f"重新生成{row.name}")
    return row


def take(actor: Actor, row: MadeWorkbook) -> Path:
    """The file of a workbook, to be downloaded, which is put on record.

    Raises NotAllowed to who may not read what is in it, OutOfScope for one made of more than the actor reads,
    RuleBroken while there is no file.
    """
    _demanded(actor, row.slug)
    found = visible(MadeWorkbook, actor.scope).where(MadeWorkbook.id == row.id).get_or_none()
    if found is None:
        raise OutOfScope("没有这份汇总表，或它的范围大于您的管理范围。")
    path = store.path_of(found.file)
    if found.state != MakingState.DONE or not path.is_file():
        label = "的文件已经不在" if found.state == MakingState.DONE else MakingState(found.state).label
        raise RuleBroken(f"“{found}”{label}，现在不能下载；请看汇总表页，需要时重新生成")
    exported(actor, f"{found.name}（xlsx，#{found.id}）", found.rows)
    return path


def remove(actor: Actor, rows: Selection) -> Outcome:
    """Remove workbooks with their files; they cannot be brought back, but made anew.

    All or nothing: raises NotAllowed, RuleBroken while one is being made, and what Selection.resolve raises.
    """
    with writing(actor, Permission.WORKBOOK_MAKE, undoable=False) as ledger:
        ids = rows.resolve(ledger)
        gone = list(visible(MadeWorkbook, actor.scope).where(MadeWorkbook.id.in_(ids)))
        if busy := [str(row) for row in gone if row.state == MakingState.QUEUED]:
            raise RuleBroken(f"{'、'.join(busy)} 正在生成，生成完才能删除；未作任何改动")
        ledger.remove_many(MadeWorkbook, ids)
        ledger.say(f"删除生成的汇总表 {len(ids)} 份：{'、'.join(map(str, gone))}")
    for row in gone:
        store.remove(row.file)
    return Outcome(None, len(gone))


def _demanded(actor: Actor, slug: str) -> Any:
    actor.demand(Permission.WORKBOOK_MAKE)
    if slug not in WORKBOOKS:
        raise OutOfScope(UNKNOWN)
    actor.demand(WORKBOOKS[slug].read)
    return WORKBOOKS[slug]


def _of(actor: Actor) -> dict[str, Any]:
    """Who asks, and what it will be of."""
    return {
        "maker": actor.name,
        "account": actor.account_id,
        "office": actor.organisation_id,
        "school": actor.scope.school_id,
        "prefix": actor.scope.prefix,
        "at": now(),
    }
