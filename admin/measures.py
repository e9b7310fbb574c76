"""What a column holds: its totals over chosen rows, and its distinct values for a filter to tick."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from admin.columns import Column, Kind
from admin.listing import EMPTY, Listing
from admin.table import Table, joined
from aid import dialect
from aid.errors import RuleBroken
from aid.rules.words import BLANK, exactly
from aid.scope import Scope, visible, within

MOST_SHOWN = 200
PERSONAL = ("id_number", "roll_no")  # columns that hold ID numbers, which are nowhere listed by themselves


@dataclass(frozen=True)
class Total:
    """Of some rows in one column: how many rows, how many with anything in it, how many different values where that was
    asked, and the sum where a sum says anything."""

    rows: int
    filled: int
    distinct: int | None = None
    sum: int | None = None


def totals(
    table: Table,
    scope: Scope,
    keys: Sequence[int],
    *,
    columns: Sequence[Column],
    distinct: Collection[str] | None = None,
) -> dict[str, Total]:
    """By column name its total over those of these rows that `scope` may read; one statement, however many rows.

    `distinct` names the columns whose different values are counted, None all: of 100,000 rows that takes most of the
    time, 20 to 100 ms a column.
    """
    counted = {column.name for column in columns if distinct is None or column.name in distinct}
    asked = [part for column in columns for part in _measured(column, column.name in counted)]
    query = within(visible(table.model, scope), keys).select(pw.fn.COUNT(table.model.id), *asked)
    [(rows, *numbers)] = dialect.fetched(joined(query, columns))
    thirds = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    return {column.name: Total(rows, *third) for column, third in zip(columns, thirds, strict=True)}


def _measured(column: Column, counts: bool) -> tuple[pw.Node, ...]:
    value = _value(column)
    different = pw.fn.COUNT(value.distinct()) if counts else pw.SQL("NULL")
    total = pw.fn.COALESCE(pw.fn.SUM(value), 0) if column.adds_up else pw.SQL("NULL")
    return pw.fn.COUNT(value), different, total


def _value(column: Column) -> pw.Node:
    """What is compared: the row pointed at, and no text as nothing."""
    if column.kind is Kind.LINK:
        return column.field
    value = column.expressions[0]
    return pw.fn.NULLIF(value, "") if isinstance(column.field, pw.CharField | pw.TextField) else value


def values(listing: Listing, column_name: str, *, limit: int = MOST_SHOWN) -> list[tuple[str, str, int]]:
    """What stands in a column under all that is asked of the others, as (text, word for its filter, rows): the most
    frequent first, a closed list in its own order; one statement.

    Raises RuleBroken where there is no such column, or its values are not for listing: ID numbers, moments, the
    history's own texts.
    """
    column = listing.table.column(column_name)
    if column is None or column in listing.table.also:
        raise RuleBroken("没有这一列，不能按它筛选")
    if column.field.name.endswith(PERSONAL):
        raise RuleBroken(f"{column.label}属于个人信息，不列出全部取值；请在查找框里输入完整号码")
    if column.kind is Kind.MOMENT or column.teller:
        raise RuleBroken(f"{column.label}不能按取值筛选，请改用起止日期或其他列")
    parts = _parts(column)
    rows = pw.fn.COUNT(listing.table.model.id)
    key = pw.fn.MIN(column.field) if column.kind is Kind.LINK else pw.SQL("NULL")
    query = joined(listing.apart_from(column_name).select(*parts, key, rows), [column])
    found = query.group_by(*parts).order_by(rows.desc(), *parts).limit(limit).tuples()
    told = [(_text(column, some), _word(column, some), count) for *some, count in found]
    order = list(column.labels or ())
    return sorted(told, key=lambda one: order.index(one[1]) if one[1] in order else len(order))


def _parts(column: Column) -> list[pw.Node]:
    """What tells one value from another: of a row pointed at its code, its name where it has none."""
    if column.kind is not Kind.LINK:
        return [_value(column)]
    [(target, _)] = column.joins
    code = [target.code] if "code" in column.field.rel_model._meta.fields else []
    return [*code, *column.expressions[:-1]]


def _text(column: Column, some: Sequence[Any]) -> str:
    names = some[-len(column.expressions) :] if column.kind is Kind.LINK else some[:1]
    return column.text(names) or EMPTY


def _word(column: Column, some: Sequence[Any]) -> str:
    value, key = some[0], some[-1]
    if value is None:
        return BLANK
    if column.kind is Kind.FLAG:
        return "1" if value else "0"
    if column.kind in (Kind.MONEY, Kind.DECIMAL):
        return column.text(some)
    named_by_number = column.kind is Kind.LINK and value == key
    return exactly(value) if column.kind in (Kind.TEXT, Kind.LINK) and not named_by_number else str(value)
