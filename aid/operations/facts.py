"""What a check or an edit of a row of the list decides on: the school's side of it, and what was delivered."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.ledger import Ledger
from aid.own_columns import own_of
from aid.rules.check_state import differing
from aid.scope import changeable, within
from aid.trace import CHUNK, kept
from codes import ReportState
from models import CORRECTABLE, Beneficiary, Change, ChangeKind, CheckState, Enrolment, RegisterPerson

FIELDS = Beneficiary._meta.fields
OWN = (*CORRECTABLE, "remark")
DELIVERED = tuple(
    Enrolment._meta.fields["status" if name == "roll_status" else name] for name in CORRECTABLE
)  # the roll's column for each the school may correct


class Facts(NamedTuple):
    """`own` is the school's side of a row (CORRECTABLE, its remark and the columns that the county has added),
    `delivered` what to compare it with: the values of CORRECTABLE in their order."""

    row_id: int
    version: int
    state: str
    report: str
    name_differs: bool
    own: Mapping[str, Any]
    delivered: Sequence[Any]
    register_name: str | None


def facts_of(ledger: Ledger, ids: Sequence[int], *, checked_only: bool = False) -> Iterator[Facts]:
    """The facts of those rows of `ids` that the actor may change.

    `checked_only`: what was delivered is looked up for checked rows alone, and is None in each column of the others. A
    pasted list lies all over the roll.
    """
    added_columns = own_of(Beneficiary)
    names = (*OWN, *(one.slot for one in added_columns))
    own = [FIELDS[name] for name in names]
    plain = (
        *(Beneficiary.id, Beneficiary.version, Beneficiary.state, Beneficiary.report),
        *(Beneficiary.name_differs, Beneficiary.enrolment),
        RegisterPerson.name,
    )
    delivery = Beneficiary.enrolment == Enrolment.id
    if checked_only:
        delivery &= Beneficiary.state != CheckState.UNCHECKED
    fixed, both = len(plain), len(plain) + len(own)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        query = (
            within(changeable(Beneficiary, ledger.actor.scope), some)
            .select(*plain, *own, *DELIVERED)
            .join(Enrolment, pw.JOIN.LEFT_OUTER, on=delivery)
            .switch(Beneficiary)
            .join(RegisterPerson, pw.JOIN.LEFT_OUTER)
        )
        rows = dialect.fetched(query)
        without_roll = [row[0] for row in rows if row[5] is None]
        added = _as_added(without_roll) if without_roll else {}
        for row in rows:
            row_id, version, state, report, name_differs, enrolment, register_name = row[:fixed]
            side = _side(names, row[fixed:both])
            for one in added_columns:
                side[one.slot] = one.field.python_value(side[one.slot])
            delivered = added[row_id] if enrolment is None else row[both:]
            yield Facts(row_id, version, state, report, bool(name_differs), side, delivered, register_name)


def _side(names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """One side's values by column, from what the driver has: texts as they are, and 0 or 1 for no or yes."""
    side = dict(zip(names, values, strict=False))
    side["birth_date"] = _day(side["birth_date"])
    return side


@lru_cache(maxsize=50_000)
def _day(value: Any) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def outcome_of(facts: Facts, own: Mapping[str, Any]) -> dict[str, Any]:
    """What a check of the row amounts to when its school side is `own`: `state` (question 14) and `name_differs`."""
    side = {name: own[name] for name in CORRECTABLE}
    state = CheckState.UPDATED if differing(side, _side(CORRECTABLE, facts.delivered)) else CheckState.UNCHANGED
    return {"state": state, "name_differs": differs_from_register(facts, own["name"])}


def looked_at(report: str) -> dict[str, Any]:
    """What looking at a row again does to its report state: one that was returned goes into the next round."""
    return {"report": ReportState.OPEN.value} if report == ReportState.RETURNED else {}


def differs_from_register(facts: Facts, name: str) -> bool:
    """Whether the register knows the child by another name."""
    return facts.register_name is not None and facts.register_name != name


def _as_added(ids: Sequence[int]) -> dict[int, list[Any]]:
    """The correctable columns of rows without roll entry as they were first added, from the history."""
    query = (
        Change.select(Change.row_id, Change.after)
        .where(
            Change.table == Beneficiary._meta.table_name,
            dialect.listed(Change.row_id, ids),
            Change.kind == ChangeKind.ADD,
        )
        .order_by(Change.id.desc())
        .tuples()
    )
    first = {row_id: json.loads(after) for row_id, after in query}  # descending: the oldest stands
    return {row_id: [kept(FIELDS[name], values.get(name)) for name in CORRECTABLE] for row_id, values in first.items()}
