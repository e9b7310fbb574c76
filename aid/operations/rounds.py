"""What a round says of itself is what its rows say: counted anew with every decision, and every undo of one."""

from typing import Any

import peewee as pw

from aid import dialect
from aid.ledger import Ledger
from aid.locks import LOCKED
from aid.scope import SYSTEM, visible
from codes import ReportState
from models import Beneficiary, CheckState, Organisation, Submission, SubmissionState


def state_of(rows: int, *, waiting: int, accepted: int) -> SubmissionState:
    """What became of a round of `rows` rows, of which some wait for the county and some are accepted.

    >>> [state_of(3, waiting=w, accepted=a).label for w, a in ((3, 0), (1, 2), (0, 3), (0, 1), (0, 0))]
    ['待审核', '待审核', '已审核', '部分退回', '已退回']
    """
    if waiting:
        return SubmissionState.HANDED_IN
    if accepted == rows:
        return SubmissionState.ACCEPTED
    return SubmissionState.PARTLY if accepted else SubmissionState.RETURNED


def next_round(school: Organisation) -> int:
    """The number of the round that `school` hands in next; a round that was taken back leaves its number."""
    rounds = visible(Submission, SYSTEM.scope).where(Submission.school == school)
    return (rounds.select(pw.fn.MAX(Submission.round)).scalar() or 0) + 1


def code_of(school: Organisation, number: int) -> str:
    """How a round is called: the school's code and the round's number.

    >>> code_of(Organisation(code="360426000003"), 2)
    '360426000003-002'
    """
    return f"{school.code}-{number:03}"


def recount(ledger: Ledger, **decision: Any) -> None:
    """Within an operation that changed the report state of rows: their rounds say what has become of them.

    What is no longer waiting or accepted was returned, also where its row is in a later round by now. `decision` is
    written into each of these rounds. Whatever takes a row out of the report must call this.
    """
    rounds = list(_rounds_of_written(ledger))
    counts = _counts([one.id for one in rounds])
    changes: dict[int, dict[str, Any]] = {}
    for one in rounds:
        waiting, accepted = counts.get(one.id, (0, 0))
        state = state_of(one.rows, waiting=waiting, accepted=accepted)
        values = {"state": state.value, "accepted": accepted, "returned": one.rows - waiting - accepted}
        if changed := {name: value for name, value in values.items() if getattr(one, name) != value}:
            changes[one.id] = changed
    ledger.change_many(Submission, changes)
    if decision:
        ledger.change_where(Submission, dialect.listed(Submission.id, [one.id for one in rounds]), **decision)


def leave_report(ledger: Ledger, *, remark: str) -> int:
    """Within an operation that may take a check back whoever has the row, as the next register does: the rows that it
    made unchecked leave the report, with a remark that says why; return how many."""
    written = Beneficiary.id.in_(ledger.trace.written(Beneficiary, column="state"))
    gone = (Beneficiary.state == CheckState.UNCHECKED, Beneficiary.report.in_(list(LOCKED)))
    rows = ledger.change_where(Beneficiary, written, *gone, report=ReportState.OPEN, report_remark=remark)
    recount(ledger)
    return rows


def _rounds_of_written(ledger: Ledger) -> pw.ModelSelect:
    written = ledger.trace.written(Beneficiary, column="report")
    rows = visible(Beneficiary, ledger.actor.scope).where(Beneficiary.id.in_(written))
    return visible(Submission, ledger.actor.scope).where(Submission.id.in_(rows.select(Beneficiary.submission)))


def _counts(rounds: list[int]) -> dict[int, tuple[int, int]]:
    """By round how many of its rows wait, and how many are accepted, wherever their school is by now."""
    columns = [
        pw.fn.COUNT(Beneficiary.id).filter(Beneficiary.report == state)
        for state in (ReportState.HANDED_IN, ReportState.ACCEPTED)
    ]
    rows = visible(Beneficiary, SYSTEM.scope).where(dialect.listed(Beneficiary.submission, rounds))
    query = rows.select(Beneficiary.submission, *columns).group_by(Beneficiary.submission)
    return {key: (waiting, accepted) for key, waiting, accepted in query.tuples()}
