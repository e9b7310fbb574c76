"""Dropout control (控辍保学, question 2): cases opened by the county, visits noted by county and township.

Cases are opened by a button with a preview, for each sends somebody to a door, and half a roll would make thousands.
They close by themselves, with whatever brings the child to a school: nobody closes one by hand.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aid import dialect
from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.dropout_cases import COPIED, Found, copied, due, found, reopened, settle_cases
from aid.operations.school_year import school_year
from aid.outcome import Outcome
from aid.own_columns import as_kept, refuse_broken, values_of
from aid.permissions import Permission
from aid.rules.borders import county_of
from aid.rules.signs import sign_of
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, Scope, changeable, visible
from codes import CaseState, OrganisationKind, Role, VisitOutcome
from models import DropoutCase, DropoutVisit, Organisation, Region, RegisterPerson, now

THE_SYSTEM = "系统"


@dataclass(frozen=True)
class Plan:
    """What bringing the cases up to date would do: children who get a case, children whose closed case is opened again
    (by its id), and what is found of the open ones."""

    opening: list[RegisterPerson]
    again: dict[int, RegisterPerson]
    found: Found

    @property
    def rows(self) -> int:
        return len(self.opening) + len(self.again) + len(self.found.ends)

    @property
    def sign(self) -> str:
        """For a form to carry: the same again as long as the same cases would be opened and closed."""
        again = [(case, person.id) for case, person in sorted(self.again.items())]
        ends = [(case, end.value) for case, end in sorted(self.found.ends.items())]
        return sign_of(([person.id for person in self.opening], again, ends))


# -- cases -----------------------------------------------------------------------


def plan(scope: Scope) -> Plan:
    """What the rule asks for in a county, as it stands; a county's school year is its own setting."""
    year = school_year(scope)
    children = due(scope, year)
    numbers = children.select(RegisterPerson.id_number)
    cases = changeable(DropoutCase, scope).where(dialect.listed(DropoutCase.id_number, numbers))
    there = {number: (case, state) for number, case, state in cases.select(*_WHOSE).tuples()}
    opening, again = [], {}
    for person in children.select(RegisterPerson, Region).join(Region).order_by(Region.code, RegisterPerson.id):
        case, state = there.get(person.id_number, (None, None))
        if case is None:
            opening.append(person)
        elif state == CaseState.CLOSED:
            again[case] = person
    return Plan(opening, again, found(scope, year))


_WHOSE = (DropoutCase.id_number, DropoutCase.id, DropoutCase.state)


def refresh_cases(actor: Actor, *, sign: str) -> Outcome:
    """Open a case for every child that the rule finds, and close those that have served, in one operation.

    `sign` is that of the plan that the preview showed. Raises NotAllowed; Conflict, and nothing is written, where it
    would be other cases now.
    """
    with writing(actor, Permission.DROPOUT_KEEP) as ledger:
        planned = plan(actor.scope)
        if planned.sign != sign:
            raise Conflict(f"预览之后要立案或了结的有变化，现在是 {planned.rows} 件，未作任何改动；请重新查看")
        people = [*planned.opening, *planned.again.values()]
        copies = copied(actor.scope, [person.id for person in people])
        begun = (CaseState.OPEN.value, actor.name)
        ledger.add_many(
            DropoutCase, (*COPIED, "state", "opened_by"), [(*copies[one.id], *begun) for one in planned.opening]
        )
        ledger.change_many(
            DropoutCase,
            {
                case: reopened() | dict(zip(COPIED, copies[person.id], strict=True))
                for case, person in planned.again.items()
            },
        )
        closed = settle_cases(ledger, school_year(actor.scope))
        ledger.say(f"控辍保学：立案 {len(planned.opening)} 件，重新立案 {len(planned.again)} 件，了结 {closed} 件")
    return Outcome(ledger.operation.id if ledger.operation.rows else None, planned.rows)


def settle_in_the_systems_name(numbers: Sequence[str]) -> None:
    """Close the cases of children with these ID numbers that a school has supplemented. The school may not: it does not
    see them. So it is done in the system's name, on the record of the household's county, which can take it back.
    """
    lost = visible(DropoutCase, SYSTEM.scope).join(Region, on=(DropoutCase.home_region == Region.id))
    lost = lost.where(DropoutCase.state == CaseState.OPEN, dialect.listed(DropoutCase.id_number, numbers))
    for code in sorted({county_of(code) for (code,) in lost.select(Region.code).tuples()}):
        offices = visible(Organisation, SYSTEM.scope).join(Region).where(Region.code == code)
        office = offices.where(Organisation.kind == OrganisationKind.COUNTY).order_by(Organisation.code).first()
        system = Actor(THE_SYSTEM, Role.SYSTEM, Scope(code[:6]), None, office.id if office else None)
        with writing(system, Permission.DROPOUT_KEEP) as ledger:
            closed = settle_cases(ledger, school_year(system.scope))
            ledger.say(f"控辍保学：孩子已在读，自动了结 {closed} 件")


def fill_in(actor: Actor, case: DropoutCase, values: Mapping[str, Any]) -> DropoutCase:
    """Give a case what its columns that the county has added shall hold, at the version that was shown; return it as it
    is now. Raises NotAllowed, OutOfScope, Conflict, RuleBroken where a required one is empty."""
    with writing(actor, Permission.DROPOUT_WRITE) as ledger:
        fresh = ledger.fresh(case)
        refuse_broken(DropoutCase, values_of(fresh), values)
        ledger.change(fresh, **as_kept(DropoutCase, values))
        ledger.say(f"填写 {fresh} 的自定义列")
    return fresh


# -- visits ----------------------------------------------------------------------


def add_visit(
    actor: Actor,
    case: DropoutCase,
    *,
    date: dt.date,
    visitor: str,
    outcome: VisitOutcome,
    finding: str,
    next_step: str = "",
) -> DropoutVisit:
    """Note a visit to the child's home.

    Raises NotAllowed, OutOfScope for a case of another township or county, RuleBroken for one that is closed, for what
    no visit can be, and for a visit that is noted already, word for word.
    """
    with writing(actor, Permission.DROPOUT_WRITE) as ledger:
        there = changeable(DropoutCase, actor.scope).where(DropoutCase.id == case.id).get_or_none()
        if there is None:
            raise OutOfScope("这个孩子的户籍不在您的管理范围内")
        if there.state == CaseState.CLOSED:
            raise RuleBroken(f"{there}的案件已经了结，不再登记走访")
        told = {"date": date, "visitor": visitor, "outcome": outcome, "finding": finding, "next_step": next_step}
        told = _sound(told)
        same = [DropoutVisit._meta.fields[name] == value for name, value in told.items()]
        if visible(DropoutVisit, actor.scope).where(DropoutVisit.case == there, *same).exists():
            raise RuleBroken(f"{there}的这次走访已经登记过了，没有重复登记")
        visit = ledger.add(DropoutVisit, case=there, **told)
        ledger.say(f"走访 {there}：{VisitOutcome(outcome).label}")
    return visit


def correct_visit(actor: Actor, visit: DropoutVisit, **corrections: Any) -> DropoutVisit:
    """Correct a visit at the version that was shown, also one of a closed case; the old words stay in the history.

    Raises NotAllowed, OutOfScope, Conflict, RuleBroken.
    """
    with writing(actor, Permission.DROPOUT_WRITE) as ledger:
        visit = ledger.fresh(visit)
        ledger.change(visit, **_sound(corrections))
        ledger.say(f"更正走访 {visit.case}（{visit}）")
    return visit


def _sound(told: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a visit with what is around words taken off. Raises RuleBroken."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
    fields = DropoutVisit._meta.fields
    for name in ("visitor", "finding"):
        if values.get(name) == "":
            raise RuleBroken(f"请填写{fields[name].verbose_name}")
    for name, value in values.items():
        longest = getattr(fields[name], "max_length", None)
        if longest and len(value or "") > longest:
            raise RuleBroken(f"{fields[name].verbose_name}最多 {longest} 个字")
    if "date" in values and values["date"] > local(now()).date():
        raise RuleBroken("走访日期不能在今天以后")
    return values
