"""How one has a table shown, kept: the layout one left it in, and views by name, one's own or shared (issue 4)."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.meant import estranged, meanings, resting
from aid.operations import kept
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules import views
from aid.rules.id_numbers import holds_one
from aid.rules.ruling import Rule
from aid.scope import Actor
from aid.selection import Selection
from models import Row, SavedView

LAST = ""  # the name of the view that is the layout one left a table in
MOST = 50  # of one account in one table: all that one is given come with every grid


@dataclass(frozen=True)
class View:
    """A view as its table opens it. `by` is the office that shares it, "" where it is one's own; `lost` are the
    county's own columns that it names and that are no more: what it says of them is left out."""

    id: int
    version: int
    name: str
    shared: bool
    mine: bool
    by: str
    words: Mapping[str, str]
    layout: Mapping[str, Any]
    lost: tuple[str, ...] = ()


def views_for(actor: Actor, table: type[Row]) -> list[View]:
    """The views of a table that one may open, in one query: first one's own, the layout one left it in before those
    with a name, then those shared with one."""
    rows = readable_views(actor).where(SavedView.table == table._meta.table_name)
    return [_view(actor, table, row) for row in kept.own_first(rows, SavedView, actor)]


def left_rules(actor: Actor, table: type[Row]) -> Sequence[Rule]:
    """The rules of 着色与提醒 under which one left a table, in one query; none without an account.

    Every list asks this: the account alone says which row it is, without the rule of whose the views are, which takes
    Peewee longer to write down than all the rest.
    """
    left = (SavedView.account == actor.account_id, SavedView.table == table._meta.table_name, SavedView.name == LAST)
    layouts = [] if actor.account_id is None else SavedView.select(SavedView.layout).where(*left).tuples()
    return next((_without_lost(table, json.loads(layout), {})[0].get("rules", []) for (layout,) in layouts), [])


def standing_rules(table: type[Row], layout: Any, *, beside: Collection[str]) -> Sequence[Rule]:
    """The rules of a layout as a page says it now, without those of columns that are no more. Raises RuleBroken where
    it is none of that table."""
    _refuse_faults(table, layout=layout, words={}, beside=beside)
    return _without_lost(table, layout, {})[0].get("rules", [])


def readable_views(actor: Actor) -> pw.ModelSelect:
    """One's own views, and those with a name that are shared with one."""
    named = (SavedView.name != LAST) | (SavedView.account == actor.account_id)
    return kept.readable(SavedView, actor).where(named)


def keep_layout(
    actor: Actor,
    table: type[Row],
    *,
    layout: Mapping[str, Any],
    words: Mapping[str, str],
    beside: Collection[str] = (),
) -> None:
    """Remember how one left a table; the last one stands. Not to be undone, and nothing is written where it is so
    already. Words that hold a whole ID number are not kept. `beside` are columns that are shown and not stored.

    Raises NotAllowed, OutOfScope without an account, RuleBroken where `layout` or `words` are not of that table.
    """
    actor.demand(Permission.VIEW_KEEP)
    _refuse_faults(table, layout=layout, words=words, beside=beside)
    values = _packed(table, layout, {word: value for word, value in words.items() if not holds_one(value)})
    row = _named(actor, table, LAST)
    if row is not None and (row.layout, row.words) == (values["layout"], values["words"]):
        return
    with writing(actor, Permission.VIEW_KEEP, undoable=False) as ledger:
        row = _named(actor, table, LAST)
        _write(ledger, row, table=table, name=LAST, **values)
        ledger.say(f"记住表格布局：{table.title}")


def keep_view(
    actor: Actor,
    table: type[Row],
    *,
    name: str,
    layout: Mapping[str, Any],
    words: Mapping[str, str],
    shared: bool = False,
    version: int = 0,
    beside: Collection[str] = (),
) -> SavedView:
    """Keep a view under a name; where one has it already, at the version that was shown (0: it is meant to be new).
    `beside` are columns that are shown and not stored.

    A `shared` one is opened also by those below one's office, or at one's school. Raises NotAllowed (sharing needs a
    permission of its own), OutOfScope without an account, Conflict, RuleBroken for no name or one too long or taken,
    for one more than 50, for words with a whole ID number, and where `layout` or `words` are not of that table.
    """
    name = kept.name_of(name, SavedView, what="视图")
    _refuse_faults(table, layout=layout, words=words, beside=beside)
    if any(holds_one(value) for value in words.values()):
        raise RuleBroken("条件里有完整的身份证号，不能保存在视图里；请先去掉这个条件")
    values = _packed(table, layout, words)
    with writing(actor, Permission.VIEW_SHARE if shared else Permission.VIEW_KEEP) as ledger:
        found = _named(actor, table, name)
        named = _own(actor).where(SavedView.table == table._meta.table_name, SavedView.name != LAST)
        if found is None and named.count() >= MOST:
            raise RuleBroken(f"一张表最多保存 {MOST} 个视图；请先在“管理视图”里删除不用的")
        if found is not None and not version:
            raise RuleBroken(f"您已有名为“{name}”的视图；请换一个名称，或打开它再保存")
        if found is not None:
            found.version = version
            found = ledger.fresh(found)
        row = _write(ledger, found, table=table, name=name, shared=shared, **values)
        ledger.say(f"保存{'共享' if shared else ''}视图“{name}”（{table.title}）")
    return row


def remove_view(actor: Actor, view: SavedView) -> Outcome:
    """Remove one of one's own views, at the version that was shown. Raises as `remove_views` does."""
    return remove_views(actor, Selection.ticked(SavedView, {view.id: view.version}))


def remove_views(actor: Actor, selection: Selection) -> Outcome:
    """Remove the chosen ones of one's own views. Raises NotAllowed, Conflict, OutOfScope where one is another's."""
    with writing(actor, Permission.VIEW_KEEP) as ledger:
        rows = kept.remove_own(ledger, _own(actor), selection, what="视图")
        ledger.say(f"删除视图 {len(rows)} 个：{'、'.join(row.name for row in rows)}")
    return Outcome(ledger.operation.id, len(rows))


def _own(actor: Actor) -> pw.ModelSelect:
    return kept.own(SavedView, actor)


def _named(actor: Actor, table: type[Row], name: str) -> SavedView | None:
    if actor.account_id is None:
        raise OutOfScope("只有登录的账号才能保存视图")
    return _own(actor).where(SavedView.table == table._meta.table_name, SavedView.name == name).get_or_none()


def _write(ledger: Ledger, row: SavedView | None, *, table: type[Row], name: str, **values: Any) -> SavedView:
    if row is not None:
        ledger.change(row, **values)
        return row
    account = ledger.actor.account_id
    return ledger.add(SavedView, account=account, table=table._meta.table_name, name=name, **values)


def _refuse_faults(table: type[Row], *, layout: Any, words: Any, beside: Collection[str]) -> None:
    columns = _columns(table) | set(beside)
    if fault := views.layout_fault(layout, columns) or views.words_fault(words, columns):
        raise RuleBroken(f"视图没有保存：{fault}")


def _packed(table: type[Row], layout: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, str]:
    """As they are kept: with which of the county's own columns are meant, as the page says, or else as they are now."""
    names = views.named(layout, words)
    own = meanings(table, names) | layout.get(views.OWN, {})
    return {"layout": views.packed(layout | ({views.OWN: own} if own else {})), "words": views.packed(words)}


Meant = tuple[dict[str, Any], dict[str, str], tuple[str, ...]]


def _meant(table: type[Row], row: SavedView) -> Meant:
    """The layout and the words of a view as far as they mean what they did, and the names of the columns that are no
    more. One that is retired may come back: its rules and its place stay, what is asked of it does not."""
    return _without_lost(table, json.loads(row.layout), json.loads(row.words))


def _without_lost(table: type[Row], layout: Mapping[str, Any], words: Mapping[str, str]) -> Meant:
    noted, used = layout.get(views.OWN, {}), views.named({"rules": layout.get("rules", [])}, words)
    gone = estranged(table, {name: noted.get(name) for name in views.named(layout, words)})
    away = resting(table, used - gone.keys())
    kept, words = views.without(layout, words, gone.keys())
    lost = [label for name, label in (gone | away).items() if name in used]
    return kept, views.without({}, words, away.keys())[1], tuple(lost)


def _columns(table: type[Row]) -> frozenset[str]:
    """The columns that a view of a table may name: its own, and those of the rows it points at, secrets apart."""
    far = [(f"{field.name}.", field.rel_model) for field in table._meta.refs]
    models = [("", table), *far]
    return frozenset(f"{at}{name}" for at, model in models for name in model._meta.fields if name not in model.secret)


def _view(actor: Actor, table: type[Row], row: SavedView) -> View:
    mine = row.account_id == actor.account_id
    by = kept.sharer(row, actor)
    layout, words, lost = _meant(table, row)
    told = {"words": words, "layout": layout, "lost": lost}
    return View(row.id, row.version, row.name, shared=row.shared, mine=mine, by=by, **told)
