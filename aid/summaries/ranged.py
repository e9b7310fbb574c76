"""What the county's own numbers and days are grouped by: every one may be another, so by what lies around them."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import peewee as pw

from aid import dialect
from aid.rules import cells
from aid.scope import Scope
from aid.summaries.bands import ONE, bands, limits_in, round_limits
from aid.summaries.dimension import Dimension, Member

BANDS, MONTH, YEAR = "_band", "_month", "_year"  # behind the name of a column


def numbers(field: pw.Field, node: pw.Node) -> Dimension:
    """Between which limits only the rows tell, or the clerk: see `with_bands`."""
    return Dimension(
        *(field.name + BANDS, f"{field.verbose_name}（分段）", field, node, node, lambda key, _: Member(key, "", "")),
        column=field.name,
        told=cells.decimal,
        banded=True,
    )


def with_bands(dimension: Dimension, words: str, rows: pw.ModelSelect) -> Dimension:
    """The same, with the limits that a clerk typed, else with round ones for what these rows hold; in one statement.
    Raises Fault for limits that are none."""
    field, given = dimension.asked, limits_in(words)
    for table, on in dimension.joins:
        rows = rows.join_from(rows.model, table, on=on)
    # Sorted here: SQLite takes twice as long to cut them into parts as to give them out.
    found = sorted(number for (number,) in dialect.fetched(rows.where(field.is_null(False)).select(field)))
    whole = not any(number % ONE for number in found)
    some = bands(given or round_limits(found, whole=whole), whole=whole)

    def member(key: int, _: Sequence[Any]) -> Member:
        low, last = (None if end is None else cells.decimal_told(end) for end in (some[key].low, some[key].last))
        return Member(key, some[key].label, "", (key,), ends=(low or "", last or ""))

    below = [(field < band.high, at) for at, band in enumerate(some) if band.high is not None]
    value = pw.Case(None, [(field.is_null(), None), *below], len(some) - 1)
    return replace(dimension, value=value, member=member)


def moments(field: pw.Field, ending: str) -> Dimension:
    """The same of a column of moments, by the county's clock."""

    def at(_: Scope) -> pw.Node:
        return _begins(dialect.local_day(field), ending)

    return replace(days(field, field, ending), at=at)


def days(field: pw.Field, node: pw.Node, ending: str) -> Dimension:
    """The months, or the years, of a column of days."""

    def member(key: str, _: Sequence[Any]) -> Member:
        year, month = int(key[:4]), int(key[5:] or 0)
        last = dt.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        label = f"{year}年{month}月" if month else f"{year}年"
        return Member(key, label, "", (key,), ends=(str(last.replace(month=month or 1, day=1)), str(last)))

    return Dimension(
        *(field.name + ending, f"{field.verbose_name}（{'月' if ending == MONTH else '年'}）", field),
        *(_begins(node.cast("text"), ending), node, member),
        column=field.name,
        told=dt.date.fromisoformat,
    )


def _begins(day: pw.Node, ending: str) -> pw.Node:
    return pw.fn.SUBSTR(day, 1, 7 if ending == MONTH else 4)
