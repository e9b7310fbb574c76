"""How far the check has come in each school, for first pages: one GROUP BY."""

from typing import Any

import peewee as pw

from aid.scope import Scope, changeable
from models import Beneficiary, CheckState, Organisation


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


def _done(row: Any) -> float:
    return 1 - row.unchecked / row.rows
