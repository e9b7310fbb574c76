"""Supplemented children whom register or roll bring later: what was entered by hand takes over what is delivered.

The same ID number at the same school is the same child: its row is linked to the register's and the roll's, and no
second row is made beside it. Its check stands, and what the school wrote; only what it left empty comes from the roll.
At another school the delivered row is a row of its own, and the two are a duplicate for the county to settle.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.ledger import Ledger
from aid.operations.facts import DELIVERED, FIELDS
from aid.rules.check_state import differing
from aid.rules.eligibility import eligible, last_year
from aid.scope import Scope, changeable, visible
from codes import CheckState, Source
from models import CORRECTABLE, MATCHED_STATUSES, Beneficiary, Enrolment, RegisterBatch, RegisterPerson

REGISTERS = ("hardship", "home_region", "aid_until", "eligible", "name_differs")  # what a row has of the register


class Entered(NamedTuple):
    """A live supplement with a number that rests on no register row, or on no place of the roll; database values."""

    row_id: int
    school: int
    person: int | None
    enrolment: int | None
    id_number: str
    state: str
    kept: Mapping[str, Any]


class Person(NamedTuple):
    """A row of the current register."""

    row_id: int
    name: str
    hardship: str
    home_region: int
    left_poverty: int | None


class Place(NamedTuple):
    """A place on the roll: `school` is where a merger has led it, `delivered` what the roll says of CORRECTABLE."""

    enrolment: int
    school: int
    delivered: Mapping[str, Any]


def take_over(ledger: Ledger, schools: pw.ModelSelect, *, merged: Mapping[int, int], year: int) -> int:
    """Link the supplements on the actor's lists to the rows of the current register and of the roll of `schools` (ids)
    that have their number; return how many rows were linked."""
    scope = ledger.actor.scope
    rows = _entered(scope)
    if not rows:
        return 0
    numbers = {row.id_number for row in rows}
    people, pairs = _people(scope, numbers), _pairs(scope, numbers)
    places = _places(scope, numbers, schools=schools, merged=merged)
    changes: dict[int, dict[str, Any]] = {}
    for row in rows:
        taken = {enrolment for _, enrolment in pairs[row.id_number]}
        fitting = (one for one in places[row.id_number] if one.school == row.school and one.enrolment not in taken)
        person, place = people.get(row.id_number), next(fitting, None)
        values = _from_register(row, person, pairs[row.id_number], year=year) | _from_roll(row, place)
        if values:
            changes[row.row_id] = values
            pairs[row.id_number].add(
                (values.get("register_person", row.person), values.get("enrolment", row.enrolment))
            )
    return ledger.change_many(Beneficiary, changes)


def met_again(scope: Scope, added: pw.ModelSelect) -> tuple[int, int]:
    """Of the rows with these ids: how many have a live supplement of the same number beside them, and how many have a
    namesake without a number on the same list, who may be the same child."""
    # Sets of what the few supplements have, not a search among the rows of a school for each that was added.
    live = (Beneficiary.source == Source.SUPPLEMENT) & (Beneficiary.state != CheckState.INVALID)
    entered = visible(Beneficiary, scope).where(live)
    numbers = entered.where(Beneficiary.id_number != "").select(Beneficiary.id_number)
    names = entered.where(Beneficiary.id_number == "").select(Beneficiary.school, Beneficiary.name)
    met = (Beneficiary.id_number.in_(numbers), pw.Tuple(Beneficiary.school, Beneficiary.name).in_(names))
    counts = [pw.fn.COALESCE(pw.fn.SUM(pw.Case(None, [(one, 1)], 0)), 0) for one in met]
    return visible(Beneficiary, scope).select(*counts).where(Beneficiary.id.in_(added)).tuples().get()


# -- deciding ------------------------------------------------------------------


def _from_register(row: Entered, person: Person | None, pairs: set[tuple], *, year: int) -> dict[str, Any]:
    """The register's side of one that had none; nothing where another row is that pair of register and roll already."""
    if person is None or row.person is not None or (row.enrolment and (person.row_id, row.enrolment) in pairs):
        return {}
    until = last_year(person.left_poverty)
    sides = (person.hardship, person.home_region, until, eligible(until, year), person.name != row.kept["name"])
    values = {name: side for name, side in zip(REGISTERS, sides, strict=True) if row.kept[name] != side}
    return values | {"register_person": person.row_id}


def _from_roll(row: Entered, place: Place | None) -> dict[str, Any]:
    """The place of one that had none, with what the school had left empty. Who differs from the roll is 已更新, as if
    the roll had been there when the school wrote it."""
    if place is None or row.enrolment is not None:
        return {}
    own = {name: row.kept[name] for name in CORRECTABLE}
    filled = {name: place.delivered[name] for name in differing(own, place.delivered) if own[name] in (None, "")}
    values: dict[str, Any] = filled | {"enrolment": place.enrolment}
    if row.state == CheckState.UNCHANGED and differing(own | filled, place.delivered):
        values["state"] = CheckState.UPDATED.value
    return values


# -- reading -------------------------------------------------------------------


def _entered(scope: Scope) -> list[Entered]:
    kept = (*CORRECTABLE, *REGISTERS)
    names = ("id", "school", "register_person", "enrolment", "id_number", "state")
    unlinked = Beneficiary.register_person.is_null() | Beneficiary.enrolment.is_null()
    query = (
        changeable(Beneficiary, scope)
        .select(*(FIELDS[name] for name in (*names, *kept)))
        .where(Beneficiary.source == Source.SUPPLEMENT, Beneficiary.id_number != "", unlinked)
        .where(Beneficiary.state != CheckState.INVALID)
        .order_by(Beneficiary.id)
    )
    ends = len(names)
    return [Entered(*row[:ends], dict(zip(kept, row[ends:], strict=True))) for row in dialect.fetched(query)]


def _people(scope: Scope, numbers: Iterable[str]) -> dict[str, Person]:
    """By ID number its first row on the current register."""
    batches = changeable(RegisterBatch, scope).where(RegisterBatch.current).select(RegisterBatch.id)
    columns = ("id", "name", "hardship", "home_region", "left_poverty")
    query = (
        changeable(RegisterPerson, scope)
        .select(RegisterPerson.id_number, *(RegisterPerson._meta.fields[name] for name in columns))
        .where(RegisterPerson.batch.in_(batches), dialect.listed(RegisterPerson.id_number, numbers))
        .order_by(RegisterPerson.id.desc())
    )
    return {number: Person(*row) for number, *row in dialect.fetched(query)}  # descending: the first stands


def _places(
    scope: Scope, numbers: Iterable[str], *, schools: pw.ModelSelect, merged: Mapping[int, int]
) -> dict[str, list[Place]]:
    """By ID number its places on the roll of these schools."""
    query = (
        changeable(Enrolment, scope)
        .select(Enrolment.id_number, Enrolment.id, Enrolment.school, *DELIVERED)
        .where(dialect.listed(Enrolment.id_number, numbers), Enrolment.status.in_(MATCHED_STATUSES))
        .where((Enrolment.school + 0).in_(schools))  # + 0: not every school of the county for each number
        .order_by(Enrolment.id)
    )
    found: dict[str, list[Place]] = defaultdict(list)
    for number, key, school, *delivered in dialect.fetched(query):
        found[number].append(Place(key, merged.get(school, school), dict(zip(CORRECTABLE, delivered, strict=True))))
    return found


def _pairs(scope: Scope, numbers: Iterable[str]) -> dict[str, set[tuple[int | None, int | None]]]:
    """By ID number the (register row, roll row) that rows of the lists, valid or not, rest on."""
    rows = visible(Beneficiary, scope).where(dialect.listed(Beneficiary.id_number, numbers))
    found: dict[str, set[tuple[int | None, int | None]]] = defaultdict(set)
    columns = (Beneficiary.id_number, Beneficiary.register_person, Beneficiary.enrolment)
    for number, *pair in dialect.fetched(rows.select(*columns)):
        found[number].add(tuple(pair))
    return found
