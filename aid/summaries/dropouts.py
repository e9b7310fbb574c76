"""What dropout cases (控辍保学) can be grouped by, and what is told of them: of the case, of what the register says of
its child, and of the visits."""

from typing import Any

import peewee as pw

from aid.operations import dropout_figures as figures
from aid.operations.school_year import school_year
from aid.scope import Scope
from aid.summaries.dimension import Dimension, Joins
from aid.summaries.kinds import DIGITS, Dimensions, coded, place, text, whole
from aid.summaries.measures import Measure, Measures, Unit, children, part, rows, share
from aid.summaries.ranged import MONTH, YEAR, days, moments
from codes import CaseEnd, CaseState, VisitOutcome
from models import DropoutCase, DropoutVisit, Region, RegionLevel, RegisterPerson

CASES = "件数"
STUDY = (CaseEnd.ON_ROLL, CaseEnd.SUPPLEMENTED)  # a case that ended so has brought its child to a school
PERSON, HOME = RegisterPerson.alias("person"), Region.alias("home")
_REGISTERED: Joins = ((PERSON, DropoutCase.register_person == PERSON.id),)
_AT_HOME: Joins = ((HOME, DropoutCase.home_region == HOME.id),)
OF_PERSON = "register_person."
_ENDINGS = (YEAR, MONTH)


def _at_home(level: RegionLevel) -> Dimension:
    words = {"name": f"home_{level}", "label": f"户籍{level.label}"}
    return place(DropoutCase.home_region, DropoutCase.home_region, level, joins=_AT_HOME, **words)


def _registered(name: str) -> dict[str, Any]:
    """Where a column of the register lies."""
    return {"name": OF_PERSON + name, "node": getattr(PERSON, name), "joins": _REGISTERED}


def _age(scope: Scope) -> pw.Node:
    return figures.age_in(school_year(scope))


def _worked_out(kind: type[pw.Field], name: str, **facts: Any) -> pw.Field:
    """What the list works out with each case, and no table keeps."""
    field = kind(verbose_name=figures.LABELS[name], null=True, **facts)
    field.name = name
    return field


DIMENSIONS = Dimensions(
    DropoutCase,
    (
        *(_at_home(level) for level in DIGITS),
        whole(_worked_out(pw.IntegerField, "age"), figures.age_in(0), "岁", at=_age),
        coded(RegisterPerson.sex, **_registered("sex")),
        text(RegisterPerson.nation, {"汉族": 0}, **_registered("nation")),
        coded(RegisterPerson.hardship, **_registered("hardship")),
        coded(DropoutCase.state),
        coded(DropoutCase.closed_reason),
        whole(_worked_out(pw.IntegerField, "visits"), figures.visits(), "次"),
        coded(
            _worked_out(pw.CharField, "last_outcome", choices=VisitOutcome.choices()),
            node=figures.last(DropoutVisit.outcome),
        ),
        *(days(_worked_out(pw.DateField, "last_visit"), figures.last(DropoutVisit.date), end) for end in _ENDINGS),
        *(moments(DropoutCase.opened_at, end) for end in _ENDINGS),
        *(moments(DropoutCase.closed_at, end) for end in _ENDINGS),
    ),
)

MEASURES = Measures(
    DropoutCase,
    (
        rows(CASES),
        children("人数：身份证号相同的只算一人；一个孩子在两个县都立了案的，是两件、一人。"),
        share(CASES),
        Measure(
            *("visits", figures.LABELS["visits"], Unit.WHOLE, lambda group, _: group.sum("visits")),
            sums={"visits": pw.fn.SUM(figures.visits())},
        ),
        part(
            *("visited", "走访比例", pw.fn.EXISTS(figures.any_visit())),
            of_rows=CASES,
            called="已走访",
            note="走访比例 = 走访过的 ÷ 件数。",
        ),
        part(
            *("closed", "了结比例", DropoutCase.state == CaseState.CLOSED),
            of_rows=CASES,
            called="已了结",
            note="了结比例 = 已了结 ÷ 件数。",
        ),
        part(
            *("returned", "返校比例", (DropoutCase.state == CaseState.CLOSED) & DropoutCase.closed_reason.in_(STUDY)),
            of_rows=CASES,
            called="已返校",
            note="返校比例 =（因已有学籍、已补录了结的）÷ 件数。",
        ),
    ),
)
