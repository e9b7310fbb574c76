"""自定义列: the county's office adds a column to a table, renames it, moves it, retires it and brings it back.

A column is one of the table's spare ones with a meaning (aid.own_columns); nothing of the database's form changes. A
retired column keeps its values. Only one that is emptied makes room for another, and that can be undone as well.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.imports.base import REASON
from aid.imports.formats import sheets_of
from aid.imports.headers import means
from aid.ledger import Ledger, writing
from aid.operations.school_year import county_office
from aid.outcome import Outcome
from aid.own_columns import TABLES
from aid.permissions import Permission
from aid.rules import own_columns as rules
from aid.rules.cells import Fault, text
from aid.scope import SYSTEM, Actor, Scope, changeable, visible
from models import SLOTS, ColumnChoice, Extensible, OwnColumn, OwnKind, now

SPARE = {OwnKind.NUMBER: "own_number_", OwnKind.DATE: "own_date_"}  # which spare columns hold a kind: texts hold others
BEGINNINGS = {"文字、选项、是/否": "own_text_", "数字": "own_number_", "日期": "own_date_"}
ENOUGH = 1  # left: with no more than that it is said what to do
FULL = "{title}能放“{kind}”的自定义列已经用满 {most} 个；请先停用一个不再用的，再把它清空，就能腾出位置"
HELD = "{title}能放“{kind}”的备用列里还有撤销后留下的值；请在操作记录里重做那次新增，再停用并清空它"


def define(
    actor: Actor, table: str, *, kind: OwnKind, label: str, help: str = "", choices: str = "", required: bool = False
) -> OwnColumn:
    """Add a column to a table (a key of aid.own_columns.TABLES); return its definition. `choices` are one to a line.

    Raises NotAllowed, OutOfScope for whoever is no county's office, RuleBroken for a name that the table has, choices
    that cannot be, or where the spare columns of the kind are used up: then it says what to do.
    """
    with _defining(actor) as ledger:
        office = county_office(actor)
        if office is None:
            raise OutOfScope("自定义列由县级资助中心设定，请用县级账号")
        given = rules.choices([], choices.splitlines()) if kind == OwnKind.CHOICE else []
        column = ledger.add(
            OwnColumn,
            office=office,
            table=table,
            slot=_free_slot(TABLES[table], kind),
            kind=kind,
            label=_label(table, label),
            help=text(help, longest=rules.LONGEST_HELP),
            choices=rules.packed(given),
            required=required,
            position=1 + max((row.position for row in _standing(table)), default=0),
            since=ledger.operation.id,
        )
        ledger.say(f"新增自定义列“{column}”（{TABLES[table].title}，{kind.label}）")
    return column


def redefine(
    actor: Actor,
    column: OwnColumn,
    *,
    label: str,
    help: str,
    required: bool,
    choices: Sequence[rules.Choice] = (),
    added: str = "",
) -> OwnColumn:
    """Rename a column, say how it is filled, whether it must be; rename, close and add choices, `added` one to a line.
    What rows hold stays as it is. `column` is the definition as it was shown; return it as it is now.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken as `define` does, and where a choice is missing.
    """
    with _defining(actor) as ledger:
        fresh, before = ledger.fresh(column), str(column)
        given = json.loads(fresh.choices)
        if [code for code, _, _ in given] != [code for code, _, _ in choices]:
            raise RuleBroken("选项不能删除，不再用的请停用")
        given = rules.choices(choices, added.splitlines()) if fresh.kind == OwnKind.CHOICE else []
        ledger.change(
            fresh,
            label=_label(fresh.table, label, apart_from=fresh.slot),
            help=text(help, longest=rules.LONGEST_HELP),
            required=required,
            choices=rules.packed(given),
        )
        renamed = f"“{before}”，现名“{fresh}”" if str(fresh) != before else f"“{fresh}”"
        ledger.say(f"修改自定义列{renamed}（{TABLES[fresh.table].title}）")
    return fresh


def move(actor: Actor, column: OwnColumn, *, up: bool) -> OwnColumn:
    """Change places with the one before it, or behind it, among those of its table that are in use; the first and the
    last stay. Raises NotAllowed, OutOfScope, Conflict."""
    with _defining(actor) as ledger:
        fresh = ledger.fresh(column)
        rows = [row for row in _standing(fresh.table) if row.retired_at is None]
        at = next((place for place, row in enumerate(rows) if row.id == fresh.id), -1)
        beside = at + (-1 if up else 1)
        if at >= 0 and 0 <= beside < len(rows):
            other = rows[beside]
            mine, theirs = fresh.position, other.position
            ledger.change(fresh, position=theirs)
            ledger.change(other, position=mine)
            ledger.say(f"自定义列“{fresh}”{'上移' if up else '下移'}（{TABLES[fresh.table].title}）")
    return fresh


def retire(actor: Actor, column: OwnColumn) -> OwnColumn:
    """Take a column out of lists, forms and sheets; its values and its history stay. Raises NotAllowed, OutOfScope,
    Conflict, RuleBroken where it is retired already."""
    with _defining(actor) as ledger:
        fresh = ledger.fresh(column)
        if fresh.retired_at is not None:
            raise RuleBroken(f"“{fresh}”已经停用了")
        ledger.change(fresh, retired_at=now())
        ledger.say(f"停用自定义列“{fresh}”（{TABLES[fresh.table].title}）")
    return fresh


def bring_back(actor: Actor, column: OwnColumn) -> OwnColumn:
    """A retired column is in use again, with the values it has. Raises NotAllowed, OutOfScope, Conflict, RuleBroken
    where it is not retired, was emptied, or its name has been given to another meanwhile."""
    with _defining(actor) as ledger:
        fresh = ledger.fresh(column)
        if fresh.retired_at is None or fresh.until is not None:
            raise RuleBroken(f"“{fresh}”{'没有停用' if fresh.until is None else '已清空，请另加一列'}")
        _label(fresh.table, fresh.label, apart_from=fresh.slot)
        ledger.change(fresh, retired_at=None)
        ledger.say(f"恢复自定义列“{fresh}”（{TABLES[fresh.table].title}）")
    return fresh


def clear(actor: Actor, column: OwnColumn) -> Outcome:
    """Empty a retired column in every row and give its place free; the history keeps the values, and an undo brings
    them back as long as the place is not taken. What offices said of its title in their sheets is forgotten with it.

    Raises NotAllowed, OutOfScope where a row is not the actor's, Conflict, RuleBroken where it is not retired.
    """
    with _defining(actor) as ledger:
        fresh = ledger.fresh(column)
        if fresh.retired_at is None or fresh.until is not None:
            raise RuleBroken(f"“{fresh}”{'还在使用，请先停用再清空' if fresh.until is None else '已经清空了'}")
        model = TABLES[fresh.table]
        rows = ledger.change_where(model, model._meta.fields[fresh.slot].is_null(False), **{fresh.slot: None})
        said = changeable(ColumnChoice, actor.scope).where(
            ColumnChoice.kind.in_([sheet.slug for sheet in sheets_of(model)]), ColumnChoice.column == fresh.slot
        )
        ledger.remove_many(ColumnChoice, [row_id for (row_id,) in said.select(ColumnChoice.id).tuples()])
        ledger.change(fresh, until=ledger.operation.id)
        ledger.say(f"清空自定义列“{fresh}”（{model.title}，{rows} 条有值）")
    return Outcome(ledger.operation.id, rows)


def definitions(scope: Scope) -> list[OwnColumn]:
    """The definitions whose columns have not been emptied, by table in their order, the retired ones last."""
    rows = visible(OwnColumn, scope).where(OwnColumn.until.is_null())
    return list(rows.order_by(OwnColumn.table, OwnColumn.retired_at.is_null(False), OwnColumn.position, OwnColumn.id))


@dataclass(frozen=True)
class Room:
    """Of a table the spare columns for some kinds: how many there are, are taken, and are taken by retired columns,
    which keep their places with their values."""

    kinds: str
    title: str
    most: int
    taken: int
    retired: int

    @property
    def left(self) -> int:
        return self.most - self.taken

    @property
    def told(self) -> str:
        """What to do before there is no room left; empty while there is enough."""
        if self.left > ENOUGH:
            return ""
        few = f"只能再加 {self.left} 个" if self.left else f"已用满 {self.most} 个"
        kept = f"其中 {self.retired} 个已停用，仍占着位置；" if self.retired else ""
        step = "把停用的清空，就能腾出位置" if self.retired else "先停用一个不再用的，再把它清空，就能腾出位置"
        return f"{self.title}的{self.kinds}{few}。{kept}{step}。"


def rooms(table: str, rows: Sequence[OwnColumn]) -> list[Room]:
    """The room in a table, where `rows` are the definitions whose columns have not been emptied."""
    found = []
    for kinds, beginning in BEGINNINGS.items():
        mine = [row for row in rows if row.table == table and row.slot.startswith(beginning)]
        most, retired = (
            sum(slot.startswith(beginning) for slot in SLOTS),
            sum(row.retired_at is not None for row in mine),
        )
        found.append(Room(kinds, TABLES[table].title, most, len(mine), retired))
    return found


def filled(scope: Scope, rows: Sequence[OwnColumn]) -> dict[int, int]:
    """By definition, how many rows of its table hold a value in it; one statement per table."""
    counts: dict[int, int] = {}
    for table, model in TABLES.items():
        mine = [row for row in rows if row.table == table]
        asked = [pw.fn.COUNT(model._meta.fields[row.slot]) for row in mine]
        found = visible(model, scope).select(*asked).tuples().get() if mine else ()
        counts |= {row.id: number for row, number in zip(mine, found, strict=True)}
    return counts


# -- what is asked of a definition ---------------------------------------------


@contextmanager
def _defining(actor: Actor) -> Iterator[Ledger]:
    """Within an operation: a name or a choice that cannot be is refused as a whole."""
    try:
        with writing(actor, Permission.COLUMN_DEFINE) as ledger:
            yield ledger
    except Fault as fault:
        raise RuleBroken(str(fault)) from fault


def _standing(table: str) -> list[OwnColumn]:
    return [row for row in definitions(SYSTEM.scope) if row.table == table]


def _label(table: str, given: str, *, apart_from: str = "") -> str:
    """The name as it is kept; no other column of the table, and no title that its sheets know, means the same."""
    model = TABLES[table]
    taken = [row.label for row in _standing(table) if row.slot != apart_from and row.retired_at is None]
    taken += [field.verbose_name for name, field in model._meta.fields.items() if name not in SLOTS]
    found = rules.label(given, taken=taken)
    known = {means(sheet, found) for sheet in sheets_of(model)}
    if known - {"", apart_from} or found == REASON:
        raise Fault("duplicate", f"导入的表里“{found}”另有所指，请换一个列名")
    return found


def _free_slot(model: type[Extensible], kind: OwnKind) -> str:
    """A spare column of the kind that means nothing and holds nothing; the one that has never meant anything first,
    then the one whose meaning is longest gone."""
    spare = [name for name in SLOTS if name.startswith(SPARE.get(kind, "own_text_"))]
    rows = list(visible(OwnColumn, SYSTEM.scope).where(OwnColumn.table == model._meta.table_name))
    taken = {row.slot for row in rows if row.until is None}
    gone = {row.slot: row.until for row in sorted(rows, key=lambda row: row.until or 0)}
    free = sorted((name for name in spare if name not in taken), key=lambda name: gone.get(name, 0))
    told = {"title": model.title, "kind": kind.label, "most": len(spare)}
    if not free:
        raise RuleBroken(FULL.format(**told))
    held = visible(model, SYSTEM.scope).select(*(pw.fn.COUNT(model._meta.fields[name]) for name in free)).tuples().get()
    empty = [name for name, values in zip(free, held, strict=True) if not values]
    if not empty:
        raise RuleBroken(HELD.format(**told))
    return empty[0]
