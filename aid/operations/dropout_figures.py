"""What is told of dropout cases: their visits, as SQL beside each case, and how many there are by township."""

import datetime as dt
from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.scope import SYSTEM, Scope, visible
from codes import CaseState
from models import DropoutCase, DropoutVisit, Region

LABELS = {
    "age": "年龄",
    "visits": "走访次数",
    "last_visit": "上次走访",
    "last_outcome": DropoutVisit.outcome.verbose_name,
    "days_since": "距今天数",
}


@dataclass(frozen=True)
class Township:
    """Open cases of one township, and how many of them nobody has visited; without a name those of none."""

    name: str
    code: str
    cases: int
    unvisited: int


def by_township(scope: Scope) -> list[Township]:
    """The open cases in `scope` by township, in the order of their codes; one statement."""
    unvisited = pw.fn.SUM(pw.Case(None, [(pw.fn.EXISTS(any_visit()), 0)], 1))
    query = (
        visible(DropoutCase, scope)
        .join(Region, pw.JOIN.LEFT_OUTER, on=(DropoutCase.township == Region.id))
        .select(Region.name, Region.code, pw.fn.COUNT(DropoutCase.id), unvisited)
        .where(DropoutCase.state == CaseState.OPEN)
        .group_by(Region.name, Region.code)
        .order_by(Region.code)
    )
    return [Township(name or "", code or "", cases, alone) for name, code, cases, alone in query.tuples()]


def age_in(school_year: int) -> pw.Node:
    """How old the child is, by its number, as aid.rules.dropouts.age."""
    year, month = (pw.fn.SUBSTR(DropoutCase.id_number, *part).cast("integer") for part in ((7, 4), (11, 2)))
    return school_year - year - pw.Case(None, [(month > 8, 1)], 0)


def visits() -> pw.Node:
    """How many visits there were."""
    return pw.NodeList((any_visit().select(pw.fn.COUNT(DropoutVisit.id)),))


def last(field: pw.Field) -> pw.Node:
    """A column of the newest visit; NULL where there was none."""
    newest = any_visit().select(field).order_by(DropoutVisit.date.desc(), DropoutVisit.id.desc()).limit(1)
    return pw.NodeList((newest,))


def days_since(today: dt.date) -> pw.Node:
    """How many days ago the newest visit was; NULL where there was none."""
    return dialect.days_between(last(DropoutVisit.date), today)


def any_visit() -> pw.ModelSelect:
    """The visits of a case."""
    return visible(DropoutVisit, SYSTEM.scope).select(DropoutVisit.id).where(DropoutVisit.case == DropoutCase.id)
