"""Summaries that somebody has put together, kept under a name: one's own, and those shared with one (issue 7)."""

from collections.abc import Collection
from dataclasses import dataclass

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations import kept
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.scope import Actor
from aid.selection import Selection
from aid.summaries.layout import Layout
from aid.summaries.meant import lost, noted
from aid.summaries.subjects import SUBJECTS
from models import Summary

MOST = 50  # of one account: all that one is given stand on the page


@dataclass(frozen=True)
class Kept:
    """A summary as its page lists it. `by` is the office that shares it, "" where it is one's own."""

    id: int
    version: int
    name: str
    shared: bool
    mine: bool
    by: str
    layout: str


def summaries_for(actor: Actor) -> list[Kept]:
    """The kept summaries that one may open, in one query: one's own by name, then those shared with one."""
    return [_kept(actor, row) for row in kept.own_first(readable_summaries(actor), Summary, actor)]


def readable_summaries(actor: Actor) -> pw.ModelSelect:
    """One's own kept summaries, and those that are shared with one, of what one may read."""
    return kept.readable(Summary, actor).where(Summary.subject.in_(_readable(actor)))


def layout_of(row: Summary) -> Layout:
    """How a kept summary is laid out. Raises RuleBroken where it names a column of the county's own that is no more,
    though another may lie in its place by now, or anything else that there is not."""
    layout = Layout.parsed(row.layout)
    if gone := lost(layout):
        raise RuleBroken(f"汇总“{row.name}”用到的自定义列“{'”“'.join(gone)}”已经清空，不能再打开；请重新选择后另存")
    layout.refuse_faults()
    return layout


def keep_summary(
    actor: Actor, *, name: str, layout: Layout, filters: Collection[str], shared: bool = False
) -> tuple[Summary, int]:
    """Keep a new summary under a name; return it and the number of the operation. `filters` are the words that its
    filters may use.

    A `shared` one is opened also by one's own office and those below it, or at one's school, and always counted in the
    scope of who opens it. Raises NotAllowed, OutOfScope without an account, RuleBroken for no name or one too long or
    taken, for one more than 50, and for a layout that holds what there is not, or a whole ID number.
    """
    values = _values(name, layout, filters, shared=shared)
    with writing(actor, Permission.SUMMARY_KEEP) as ledger:
        if _own(actor).count() >= MOST:
            raise RuleBroken(f"最多保存 {MOST} 个自制汇总；请先在“管理”里删除不用的")
        _refuse_taken(actor, values["name"])
        row = ledger.add(Summary, account=actor.account_id, **values)
        ledger.say(f"保存{_shared(shared)}自制汇总“{row}”")
    return row, ledger.operation.id


def change_summary(
    actor: Actor, row: Summary, *, name: str, layout: Layout, filters: Collection[str], shared: bool = False
) -> int | None:
    """Give one of one's own summaries another name or layout, share it or no longer, at the version that `row` has;
    return the number of the operation, None where nothing differed.

    Raises as `keep_summary` does, Conflict where it moved on, OutOfScope where it is another's.
    """
    values = _values(name, layout, filters, shared=shared)
    with writing(actor, Permission.SUMMARY_KEEP) as ledger:
        row = _mine(ledger, row)
        if row.name != values["name"]:
            _refuse_taken(actor, values["name"])
        before = row.name
        changed = ledger.change(row, **values)
        renamed = f"“{before}”改名为" if before != row.name else ""
        ledger.say(f"修改{_shared(shared)}自制汇总{renamed}“{row}”")
    return ledger.operation.id if changed else None


def remove_summaries(actor: Actor, selection: Selection) -> Outcome:
    """Remove the chosen ones of one's own summaries. Raises NotAllowed, Conflict, OutOfScope where one is another's."""
    with writing(actor, Permission.SUMMARY_KEEP) as ledger:
        rows = kept.remove_own(ledger, _own(actor), selection, what="汇总")
        ledger.say(f"删除自制汇总：{'、'.join(row.name for row in rows)}")
    return Outcome(ledger.operation.id, len(rows))


def _kept(actor: Actor, row: Summary) -> Kept:
    mine = row.account_id == actor.account_id
    by = kept.sharer(row, actor)
    return Kept(row.id, row.version, row.name, shared=row.shared, mine=mine, by=by, layout=row.layout)


def _readable(actor: Actor) -> list[str]:
    return [one.name for one in SUBJECTS.values() if actor.may(one.read)]


def _own(actor: Actor) -> pw.ModelSelect:
    if actor.account_id is None:
        raise OutOfScope("没有账号，不能保存汇总")
    return kept.own(Summary, actor)


def _mine(ledger: Ledger, row: Summary) -> Summary:
    if not _own(ledger.actor).where(Summary.id == row.id).exists():
        raise OutOfScope("只能修改自己保存的汇总；可以另存为自己的")
    return ledger.fresh(row)


def _refuse_taken(actor: Actor, name: str) -> None:
    if _own(actor).where(Summary.name == name).exists():
        raise RuleBroken(f"您已有名为“{name}”的汇总；请换一个名称，或打开它再保存")


def _values(name: str, layout: Layout, filters: Collection[str], *, shared: bool) -> dict[str, object]:
    name = kept.name_of(name, Summary, what="汇总")
    layout.refuse_faults(filters=filters)
    return {"name": name, "subject": layout.of, "layout": noted(layout).packed, "shared": shared}


def _shared(shared: bool) -> str:
    return "共享" if shared else ""
