"""How far schools have handed in what they check: figures beside a query over Organisation, a subquery each.

A figure is asked for the schools of one page alone, or for all where one sorts or filters by it: some hundreds.
"""

import datetime as dt

import peewee as pw

from aid.rules.times import local
from aid.scope import SYSTEM, Scope, visible
from codes import ReportState
from models import Beneficiary, CheckState, Organisation, OrganisationKind, OrganisationStatus, Submission

NEVER = "从未上报"
_CHECKED = Beneficiary.state != CheckState.UNCHECKED
COUNTED: dict[str, tuple[str, pw.Expression]] = {  # what is counted of a school's rows, with its label
    "rows": ("名单人数", Beneficiary.id.is_null(False)),
    "unchecked": ("未核对", ~_CHECKED),
    "ready": ("已核对未上报", _CHECKED & (Beneficiary.report == ReportState.OPEN)),
    "returned": ("退回未改", Beneficiary.report == ReportState.RETURNED),
    "waiting": ("待审核", Beneficiary.report == ReportState.HANDED_IN),
    "accepted": ("已审核", Beneficiary.report == ReportState.ACCEPTED),
}


def open_schools() -> pw.Expression:
    """The open schools that have rows on their list."""
    school = (Organisation.kind == OrganisationKind.SCHOOL) & (Organisation.status == OrganisationStatus.OPEN)
    return school & pw.fn.EXISTS(_rows())


def counted(name: str) -> pw.Function:
    """How many rows of a school are as COUNTED says."""
    return pw.fn.COALESCE(_rows(COUNTED[name][1]).select(pw.fn.COUNT(Beneficiary.id)), 0)


def last_round() -> pw.Function:
    """The number of a school's last round; 0 before the first."""
    return pw.fn.COALESCE(_rounds().select(pw.fn.MAX(Submission.round)), 0)


def last_handed_in() -> pw.Function:
    """When a school handed in last, in UTC; None before the first time."""
    return pw.fn.COALESCE(_rounds().select(pw.fn.MAX(Submission.handed_in_at)), None).python_value(_moment)


def late() -> pw.Case:
    """Whether a school is to be reminded: it never handed in, or has rows that it checked or that came back since."""
    stays = (_CHECKED & (Beneficiary.report == ReportState.OPEN)) | (Beneficiary.report == ReportState.RETURNED)
    return pw.Case(None, [(~pw.fn.EXISTS(_rounds()) | pw.fn.EXISTS(_rows(stays)), True)], False)


def days_silent(handed_in: dt.datetime | None, now: dt.datetime) -> str:
    """How long ago in days a school handed in last, both in UTC, by the county's calendar.

    >>> now = dt.datetime(2026, 9, 10, 16, 30)
    >>> days_silent(dt.datetime(2026, 9, 8, 15, 59), now), days_silent(None, now)
    ('3', '从未上报')
    """
    return NEVER if handed_in is None else str((local(now).date() - local(handed_in).date()).days)


def last_rounds(scope: Scope) -> dict[int, tuple[int, dt.datetime]]:
    """By school the number of its last round and when it was handed in, in UTC."""
    last = (pw.fn.MAX(Submission.round), pw.fn.MAX(Submission.handed_in_at))
    query = visible(Submission, scope).select(Submission.school, *last).group_by(Submission.school)
    return {school: (number, at) for school, number, at in query.tuples()}


def _rows(*where: pw.Expression) -> pw.ModelSelect:
    return visible(Beneficiary, SYSTEM.scope).where(Beneficiary.school == Organisation.id, *where)


def _rounds() -> pw.ModelSelect:
    return visible(Submission, SYSTEM.scope).where(Submission.school == Organisation.id)


def _moment(value: dt.datetime | str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
