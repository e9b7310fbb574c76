"""What register, roll and lists say of the children who are to be supplemented: read for all of them at once.

Whole county, also for a school: its register says which child a number is. What of it is told to whom is
aid.operations.supplements.known's to decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.operations.school_year import school_year
from aid.scope import SYSTEM, Actor, Scope, visible
from models import (
    MATCHED_STATUSES,
    Beneficiary,
    CheckState,
    Enrolment,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Region,
    RegisterBatch,
    RegisterPerson,
    Role,
)


@dataclass(frozen=True)
class Places:
    """Where an actor may supplement: open schools by code, its own organisation, and whether that is a school or a
    county's office."""

    schools: Mapping[str, int]
    own: int | None
    is_school: bool
    keeps: bool


@dataclass(frozen=True)
class Facts:
    """By ID number: the first row of the county's current register, the places on its roll, the rows of any list; the
    rows without a number by their school. `year` is the county's school year."""

    places: Places
    people: Mapping[str, RegisterPerson]
    rolls: Mapping[str, Sequence[Enrolment]]
    rows: Mapping[str, Sequence[Beneficiary]]
    unnumbered: Mapping[int, Sequence[Beneficiary]]
    year: int

    def live(self, id_number: str) -> list[Beneficiary]:
        """The live rows with this number, on whatever list."""
        return [row for row in self.rows.get(id_number, ()) if row.state != CheckState.INVALID]


def facts_of(actor: Actor, id_numbers: Iterable[str]) -> Facts:
    """The facts of the children with these numbers, in as many statements for a thousand as for one."""
    county, numbers = Scope(actor.scope.prefix[:6]), sorted({number for number in id_numbers if number})
    places = _places(actor)
    return Facts(
        places=places,
        people=_people(county, numbers),
        rolls=_rolls(county, numbers),
        rows=_on_lists(numbers),
        unnumbered=_unnumbered(actor),
        year=school_year(actor.scope),
    )


def _places(actor: Actor) -> Places:
    mine = visible(Organisation, actor.scope)
    open_ones = mine.where(Organisation.kind == OrganisationKind.SCHOOL, Organisation.status == OrganisationStatus.OPEN)
    schools = dict(open_ones.select(Organisation.code, Organisation.id).tuples())
    office = mine.where(Organisation.id == (actor.organisation_id or 0), Organisation.kind == OrganisationKind.COUNTY)
    keeps = actor.role == Role.COUNTY and office.exists()
    return Places(schools, actor.organisation_id, actor.scope.school_id is not None, keeps)


def _people(county: Scope, numbers: Sequence[str]) -> dict[str, RegisterPerson]:
    batches = visible(RegisterBatch, county).where(RegisterBatch.current).select(RegisterBatch.id)
    query = (
        visible(RegisterPerson, county)
        .select(RegisterPerson, Region)
        .join(Region, on=RegisterPerson.home_region)
        .where(RegisterPerson.batch.in_(batches), dialect.listed(RegisterPerson.id_number, numbers))
        .order_by(RegisterPerson.id.desc())
    )
    return {person.id_number: person for person in query}  # descending: the first stands


def _rolls(county: Scope, numbers: Sequence[str]) -> dict[str, list[Enrolment]]:
    # The `+ 0` keeps SQLite from trying every school of the county for each number.
    schools = visible(Organisation, county).select(Organisation.id)
    query = (
        visible(Enrolment, SYSTEM.scope)
        .select(Enrolment, Organisation)
        .join(Organisation)
        .where(dialect.listed(Enrolment.id_number, numbers), (Enrolment.school + 0).in_(schools))
        .where(Enrolment.status.in_(MATCHED_STATUSES))
        .order_by(Enrolment.id)
    )
    return _by_number(query)


def _on_lists(numbers: Sequence[str]) -> dict[str, list[Beneficiary]]:
    """Whole server: that a child is on a list is told to everybody, where to whom may read that row."""
    query = _with_places(visible(Beneficiary, SYSTEM.scope)).where(dialect.listed(Beneficiary.id_number, numbers))
    return _by_number(query.order_by(Beneficiary.id))


def _unnumbered(actor: Actor) -> dict[int, list[Beneficiary]]:
    rows: dict[int, list[Beneficiary]] = defaultdict(list)
    for row in _with_places(visible(Beneficiary, actor.scope)).where(Beneficiary.id_number == ""):
        rows[row.school_id].append(row)
    return rows


def _with_places(query: pw.ModelSelect) -> pw.ModelSelect:
    return (
        query.select(Beneficiary, Organisation, Region)
        .join(Organisation)
        .switch(Beneficiary)
        .join(Region, on=Beneficiary.home_region)
    )


def _by_number(query: pw.ModelSelect) -> dict[str, list]:
    found = defaultdict(list)
    for row in query:
        found[row.id_number].append(row)
    return found
