"""What an account keeps under a name, its own or shared by others: the rules that views and summaries have alike."""

from typing import Any

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger
from aid.scope import Actor, changeable, shared_with, visible
from aid.selection import Selection
from models import Account, Organisation, SavedView, Summary

Kept = type[SavedView] | type[Summary]


def name_of(name: str, model: Kept, *, what: str) -> str:
    """`name` without needless spaces. Raises RuleBroken for none, one too long, or one with signs that do not show."""
    name, longest = " ".join(name.split()), model.name.max_length
    if not name or len(name) > longest or not name.isprintable():
        raise RuleBroken(f"{what}要有名称，最多 {longest} 个字")
    return name


def own(model: Kept, actor: Actor) -> pw.ModelSelect:
    """The rows of one's own account."""
    return changeable(model, actor.scope).where(model.account == actor.account_id)


def readable(model: Kept, actor: Actor) -> pw.ModelSelect:
    """One's own rows, and those that are shared with one."""
    return visible(model, actor.scope).where((model.account == actor.account_id) | shared_with(actor.scope, model))


def own_first(rows: pw.ModelSelect, model: Kept, actor: Actor) -> list[Any]:
    """Of `rows` one's own by name, then those of others, each with its account and office; one query."""
    joined = rows.select(model, Account, Organisation).join_from(model, Account)
    found = list(joined.join_from(Account, Organisation, pw.JOIN.LEFT_OUTER).order_by(model.name, model.id))
    return sorted(found, key=lambda row: row.account_id != actor.account_id)


def sharer(row: SavedView | Summary, actor: Actor) -> str:
    """The office that shares a row, "" where it is one's own."""
    return "" if row.account_id == actor.account_id else str(row.account.organisation or row.account)


def remove_own(ledger: Ledger, mine: pw.ModelSelect, selection: Selection, *, what: str) -> list[Any]:
    """Remove the chosen rows, which must be among `mine`; return them as they were. Raises Conflict, OutOfScope where
    one is another's."""
    ids = selection.resolve(ledger)
    rows = list(mine.where(mine.model.id.in_(ids)))
    if len(rows) < len(ids):
        raise OutOfScope(f"只能删除自己保存的{what}")
    ledger.remove_many(mine.model, ids)
    return rows
