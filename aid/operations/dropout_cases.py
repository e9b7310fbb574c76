"""Which children have a dropout case, and which cases have served: the rule of aid.rules.dropouts over many rows.

A child studies where any school of the server has it on its roll, or any list has it as a live supplement: a county
does not go to the door of a child that is at school next door.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from aid import dialect
from aid.ledger import Ledger
from aid.rules.dropouts import LEFT_PRIMARY, birthdays, closing, of_compulsory_age
from aid.rules.id_numbers import birth_date
from aid.scope import SYSTEM, Scope, changeable, places, visible, within
from codes import CaseEnd, CaseState
from models import (
    Beneficiary,
    CheckState,
    DropoutCase,
    Enrolment,
    Region,
    RegionLevel,
    RegisterBatch,
    RegisterPerson,
    RollStatus,
    Source,
    now,
)


@dataclass(frozen=True)
class Found:
    """What the rule finds of the open cases: why each that has served ends, and by id the present register row of those
    whose child is on the register otherwise than the case says."""

    ends: Mapping[int, CaseEnd] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)

    @property
    def reasons(self) -> Counter[CaseEnd]:
        return Counter(self.ends.values())


def due(scope: Scope, school_year: int) -> pw.ModelSelect:
    """The register rows of the children to be brought back, one of each ID number: of compulsory age in that school
    year, registered in a household of the county of `scope`, and at no school."""
    first, last = (f"{day:%Y%m%d}" for day in birthdays(school_year))
    lost = _registered(scope).where(
        pw.fn.SUBSTR(RegisterPerson.id_number, 7, 8).between(first, last),
        ~pw.fn.EXISTS(_on_roll(RegisterPerson.id_number)),
        ~pw.fn.EXISTS(_supplemented(RegisterPerson.id_number)),
    )
    firsts = lost.select(pw.fn.MIN(RegisterPerson.id)).group_by(RegisterPerson.id_number)
    return changeable(RegisterPerson, scope).where(RegisterPerson.id.in_(firsts))


def found(scope: Scope, school_year: int) -> Found:
    """What the rule finds of the open cases in `scope` in that school year; one statement."""
    cases = changeable(DropoutCase, scope).where(DropoutCase.state == CaseState.OPEN)
    number = DropoutCase.id_number
    same = visible(RegisterPerson, scope).select(RegisterPerson.id).where(RegisterPerson.id_number == number)
    present = within(_registered(scope), same).select(pw.fn.MIN(RegisterPerson.id))
    query = cases.select(
        *(DropoutCase.id, number, DropoutCase.register_person, present),
        *(pw.fn.EXISTS(_on_roll(number)), pw.fn.EXISTS(_supplemented(number))),
    )
    ends, moved = {}, {}
    for case, id_number, person, now_person, on_roll, supplemented in dialect.fetched(query):
        of_age = of_compulsory_age(birth_date(id_number), school_year)
        told = {"on_roll": on_roll, "supplemented": supplemented, "registered": now_person is not None}
        if reason := closing(of_age=of_age, **told):
            ends[case] = CaseEnd(reason)
        elif now_person != person:
            moved[case] = now_person
    return Found(ends, moved)


def settle_cases(ledger: Ledger, school_year: int) -> int:
    """Close the open cases in the actor's scope whose child studies, is off the register or no longer of age; the
    others follow what the register says of their child now. Return how many were closed.

    Part of whatever operation brings that about: an undo of it opens them again.
    """
    this = found(ledger.actor.scope, school_year)
    values = {"state": CaseState.CLOSED, "closed_at": now(), "closed_by": ledger.actor.name}
    stored = _stored(values)
    ledger.change_many(DropoutCase, {case: stored | {"closed_reason": end.value} for case, end in this.ends.items()})
    if this.moved:
        copies = copied(ledger.actor.scope, this.moved.values())
        changes = {case: dict(zip(COPIED, copies[person], strict=True)) for case, person in this.moved.items()}
        ledger.change_many(DropoutCase, changes)
    return len(this.ends)


COPIED = ("register_person", "name", "id_number", "home_region", "township")


def copied(scope: Scope, people: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """By id of a register row what a case has of it: the values of COPIED."""
    rows = (
        visible(RegisterPerson, scope)
        .join(Region, on=(RegisterPerson.home_region == Region.id))
        .select(RegisterPerson.id, RegisterPerson.name, RegisterPerson.id_number, Region.id, Region.code)
        .where(dialect.listed(RegisterPerson.id, list(people)))
    )
    towns = visible(Region, scope).where(Region.level == RegionLevel.TOWNSHIP).select(Region.code, Region.id)
    ids = dict(towns.tuples())
    return {row[0]: (*row[:4], ids.get(row[4][:9].ljust(12, "0"))) for row in rows.tuples()}


def reopened() -> dict[str, Any]:
    """The database values of a case that is open again."""
    return _stored({"state": CaseState.OPEN, "closed_at": None, "closed_by": "", "closed_reason": None})


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    fields = DropoutCase._meta.fields
    return {name: fields[name].db_value(value) for name, value in values.items()}


def _registered(scope: Scope) -> pw.ModelSelect:
    """The rows of the county's current register whose household lies in its place."""
    current = changeable(RegisterBatch, scope).where(RegisterBatch.current).select(RegisterBatch.id)
    mine = changeable(RegisterPerson, scope).where(RegisterPerson.batch.in_(current))
    return mine.where(RegisterPerson.home_region.in_(places(scope)))


def _on_roll(number: pw.Field) -> pw.ModelSelect:
    """As aid.rules.dropouts.keeps_place has it."""
    keeps = (Enrolment.status != RollStatus.GRADUATED) | Enrolment.stage.not_in(LEFT_PRIMARY)
    return visible(Enrolment, SYSTEM.scope).select(Enrolment.id).where(Enrolment.id_number == number, keeps)


def _supplemented(number: pw.Field) -> pw.ModelSelect:
    live = (Beneficiary.source == Source.SUPPLEMENT) & (Beneficiary.state != CheckState.INVALID)
    return visible(Beneficiary, SYSTEM.scope).select(Beneficiary.id).where(Beneficiary.id_number == number, live)
