"""How far the check has come in each school and each place, for first pages: one GROUP BY each."""

from typing import Any

import peewee as pw

from aid.scope import Scope, changeable
from aid.workbooks.figures import COUNTY_DIGITS, DIRECT, unit_digits
from models import Beneficiary, CheckState, Organisation, Region


def by_school(scope: Scope, *, limit: int) -> list[dict[str, Any]]:
    """The schools with rows still unchecked, those with most first: name, stage, code, rows, unchecked, done (0–1)."""
    unchecked = pw.fn.SUM(pw.Case(None, [(Beneficiary.state == CheckState.UNCHECKED, 1)], 0))
    query = (
        changeable(Beneficiary, scope)
        .select(Organisation, pw.fn.COUNT(Beneficiary.id).alias("rows"), unchecked.alias("unchecked"))
        .join(Organisation, on=Beneficiary.school)
        .group_by(Organisation)
        .order_by(unchecked.desc(), Organisation.code)
        .limit(limit)
        .objects(Organisation)
    )
    return [
        {"school": str(row), "code": row.code, "rows": row.rows, "unchecked": row.unchecked, "done": _done(row)}
        for row in query
    ]


def by_place(scope: Scope) -> list[dict[str, Any]]:
    """The places below a county (its townships) or above one (counties) by the schools that lie in them, in the order
    of their codes: place, code, whether it is the scope's `own` place, rows by CheckState, done (0–1). None for a scope
    without places below it."""
    if len(scope.prefix) > COUNTY_DIGITS or scope.school_id is not None:
        return []
    at, named = Region.alias("at"), Region.alias("named")
    unit = pw.fn.SUBSTR(at.code, 1, unit_digits(scope))
    states = [pw.fn.SUM(pw.Case(None, [(Beneficiary.state == state, 1)], 0)) for state in CheckState]
    rows = changeable(Beneficiary, scope).select(unit.alias("unit"), *states)
    rows = rows.join(Organisation, on=Beneficiary.school).join(at, on=(Organisation.region == at.id))
    counted = rows.group_by(unit).alias("counted")
    code = counted.c.unit.concat("0" * (12 - unit_digits(scope)))
    query = pw.Select((counted,), (code, named.name, pw.SQL("counted.*")))
    joined = query.join(named, pw.JOIN.LEFT_OUTER, on=(named.code == code)).order_by(code)
    return [_place(*row, scope=scope) for row in joined.bind(Beneficiary._meta.database).tuples()]


def _place(code: str, name: str | None, _: str, *counts: int, scope: Scope) -> dict[str, Any]:
    """Schools that lie in the county itself are 县直."""
    own = code == scope.prefix.ljust(12, "0")
    states = dict(zip(CheckState, counts, strict=True))
    done = 1 - states[CheckState.UNCHECKED] / sum(counts)
    return {
        "place": DIRECT[len(scope.prefix)] if own else name or code,
        "code": code,
        "own": own,
        "states": states,
        "rows": sum(counts),
        "done": done,
    }


def _done(row: Any) -> float:
    return 1 - row.unchecked / row.rows
