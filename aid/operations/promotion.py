"""Promotion at the turn of the school year: of children without a place on the roll, for no roll tells their grade."""

from dataclasses import dataclass

from aid.ledger import Ledger
from aid.rules.grades import next_grade
from aid.scope import Scope, changeable
from models import Beneficiary, CheckState, Organisation


@dataclass(frozen=True)
class Promotion:
    """`raised` is the next grade by row; `staying` are the rows of a last grade or one that is not known, which a clerk
    looks at one by one."""

    raised: dict[int, str]
    staying: list[Beneficiary]


def promotion(scope: Scope) -> Promotion:
    """What the turn of the year makes of the live rows in `scope` that have no place on the roll."""
    rows = (
        changeable(Beneficiary, scope)
        .select(Beneficiary, Organisation)
        .join(Organisation)
        .where(Beneficiary.enrolment.is_null(), Beneficiary.state != CheckState.INVALID)
        .order_by(Organisation.code, Beneficiary.id)
    )
    decided = [(row, next_grade(row.grade, row.school.stage)) for row in rows]
    return Promotion({row.id: grade for row, grade in decided if grade}, [row for row, grade in decided if not grade])


def promote(ledger: Ledger) -> int:
    """Raise them, checks and all else as they are; return how many."""
    raised = promotion(ledger.actor.scope).raised
    return ledger.change_many(Beneficiary, {row_id: {"grade": grade} for row_id, grade in raised.items()})
