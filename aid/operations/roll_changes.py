"""学籍变动: where the roll has moved on since a child was listed: other schools, graduates, new classes. Reads only.

What is made of it on the lists is aid.operations.roll_followed's.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.operations.facts import DELIVERED
from aid.operations.matching import leading_somewhere
from aid.operations.mergers import followed
from aid.rules.signs import sign_of
from aid.scope import Scope, changeable, visible
from codes import CheckState, InvalidReason, RollChange, RollStatus
from models import (
    CORRECTABLE,
    MATCHED_STATUSES,
    Beneficiary,
    Change,
    ChangeKind,
    Enrolment,
    RegisterPerson,
)

AT_SCHOOL = ("grade", "class_name", "boards", "roll_status")  # of CORRECTABLE what belongs to the place, not the child
COPIED = ("source", "hardship", "home_region", "aid_until", "eligible", "gone_from_register")
FIELDS = Beneficiary._meta.fields


class Listed(NamedTuple):
    """A live row of the lists with its place on the roll; `own` and `roll` are what both say of CORRECTABLE, in their
    order, as database values, `copied` the row's COPIED."""

    row_id: int
    version: int
    school: int
    person: int | None
    enrolment: int
    state: str
    id_number: str
    register_name: str | None
    name_differs: bool
    elsewhere: bool
    own: Sequence[Any]
    roll: Sequence[Any]
    copied: Sequence[Any]


class Place(NamedTuple):
    """A place on the roll that a child could go to; `school` is where a merger has led it."""

    enrolment: int
    id_number: str
    school: int
    roll: Sequence[Any]


@dataclass(frozen=True)
class Found:
    """One row of the lists and what the roll makes of it: `values` are the columns that would change."""

    kind: RollChange
    row: Listed
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RollChanges:
    """Every row of the lists that the roll has moved on from, in the order of the lists."""

    found: Sequence[Found]

    @property
    def counts(self) -> dict[RollChange, int]:
        """How many of each kind; every kind is there."""
        counted = Counter(one.kind for one in self.found)
        return {kind: counted[kind] for kind in RollChange}

    def of(self, *kinds: RollChange) -> list[Found]:
        return [one for one in self.found if one.kind in kinds]

    @property
    def sign(self) -> str:
        """For a form to carry: the same again as long as the same rows would change in the same way."""
        told = [(one.row.row_id, one.row.version, one.kind.value, sorted(one.values.items())) for one in self.found]
        return sign_of(told)


def roll_changes(scope: Scope) -> RollChanges:
    """What the roll, as it is now, would change on the lists that are `scope`'s own to change."""
    rows = _rows(scope)
    leaving = [row for row in rows if row.elsewhere or row.roll[-1] not in MATCHED_STATUSES]
    numbers = {row.id_number for row in leaving if row.id_number}
    places, taken = _places(scope, numbers), _taken(scope, numbers)
    before, given = _rolled_before(scope, rows), set()
    found = []
    for row in rows:
        one = _decided(row, places.get(row.id_number, ()), taken, given=given) or _new_class(row, before)
        if one is not None:
            found.append(one)
    return RollChanges(found)


# -- deciding ------------------------------------------------------------------


def _decided(row: Listed, places: Iterable[Place], taken: set[tuple], *, given: set[tuple]) -> Found | None:
    """What becomes of a child that has left its place, or has another one; `given` are the places given out so far."""
    status = row.roll[-1]
    if status == RollStatus.GRADUATED:
        return Found(RollChange.GRADUATED, row)
    if status in MATCHED_STATUSES and not row.elsewhere:
        return None
    others = [place for place in places if place.school != row.school and place.enrolment != row.enrolment]
    if not others:
        return Found(RollChange.LEFT, row) if status not in MATCHED_STATUSES else None
    if any((place.id_number, place.school) in taken or (row.person, place.enrolment) in given for place in others):
        return Found(RollChange.DOUBLED, row)
    if len(others) > 1:
        return Found(RollChange.UNCERTAIN, row)
    [place] = others
    given.add((row.person, place.enrolment))
    return Found(RollChange.STAYING if status in MATCHED_STATUSES else RollChange.MOVED, row, _moved(row, place))


def _moved(row: Listed, place: Place) -> dict[str, Any]:
    """The new school's side: of the child itself what was corrected, or the new roll leaves empty, stays; of the place
    nothing does."""
    sides = zip(CORRECTABLE, row.own, row.roll, place.roll, strict=True)
    values = {name: now if name in AT_SCHOOL or (now and own == was) else own for name, own, was, now in sides}
    values |= {"school": place.school, "enrolment": place.enrolment}
    if row.register_name is not None:
        values["name_differs"] = values["name"] != row.register_name
    present = dict(zip(CORRECTABLE, row.own, strict=True)) | {"name_differs": row.name_differs}
    return {name: value for name, value in values.items() if name not in present or present[name] != value}


def _new_class(row: Listed, before: Mapping[int, Mapping[str, list[Any]]]) -> Found | None:
    """The place's columns in which the row still says what the roll said before; what was corrected stays."""
    sides = zip(CORRECTABLE, row.own, row.roll, strict=True)
    was = before.get(row.enrolment, {})
    values = {
        name: now
        for name, own, now in sides
        if name in AT_SCHOOL and own != now and (row.state == CheckState.UNCHANGED or own in was.get(name, ()))
    }
    return Found(RollChange.NEW_CLASS, row, values) if values else None


# -- reading -------------------------------------------------------------------


def _rows(scope: Scope) -> list[Listed]:
    """The live rows that the roll no longer agrees with, or that have another place on it."""
    differs = [~dialect.same(FIELDS[name], _delivered(name)) for name in AT_SCHOOL]
    elsewhere = pw.fn.EXISTS(_later_place())
    own, copied = [FIELDS[name] for name in CORRECTABLE], [FIELDS[name] for name in COPIED]
    facts = (
        *(Beneficiary.id, Beneficiary.version, Beneficiary.school, Beneficiary.register_person, Beneficiary.enrolment),
        *(Beneficiary.state, Beneficiary.id_number, RegisterPerson.name, Beneficiary.name_differs, elsewhere),
    )
    query = (
        changeable(Beneficiary, scope)
        .select(*facts, *own, *DELIVERED, *copied)
        .join(Enrolment)
        .switch(Beneficiary)
        .join(RegisterPerson, pw.JOIN.LEFT_OUTER)
        .where(Beneficiary.state != CheckState.INVALID)
        .where(Enrolment.status.not_in(MATCHED_STATUSES) | reduce(or_, differs) | elsewhere)
        .order_by(Beneficiary.id)
    )
    ends = (len(facts), len(facts) + len(own), len(facts) + 2 * len(own))
    return [
        Listed(*row[: ends[0]], row[ends[0] : ends[1]], row[ends[1] : ends[2]], row[ends[2] :])
        for row in dialect.fetched(query)
    ]


def _delivered(name: str) -> pw.Field:
    return DELIVERED[CORRECTABLE.index(name)]


def _later_place() -> pw.ModelSelect:
    """Places at another school that came in after the row's own, and by which nobody is listed yet."""
    place, holder = Enrolment.alias(), Beneficiary.alias()
    return place.select(place.id).where(
        place.id_number == Beneficiary.id_number,
        place.id > Beneficiary.enrolment,
        place.school != Enrolment.school,
        place.status.in_(MATCHED_STATUSES),
        ~pw.fn.EXISTS(holder.select(holder.id).where(holder.enrolment == place.id)),
    )


def _places(scope: Scope, numbers: Iterable[str]) -> dict[str, list[Place]]:
    """By ID number where a child can go to in `scope`."""
    merged = followed(scope)
    schools = leading_somewhere(scope, merged)
    here = changeable(Enrolment, scope).where(Enrolment.school.in_(schools), Enrolment.status.in_(MATCHED_STATUSES))
    query = here.where(dialect.listed(Enrolment.id_number, numbers)).order_by(Enrolment.id)
    found: dict[str, list[Place]] = defaultdict(list)
    for key, number, school, *roll in dialect.fetched(
        query.select(Enrolment.id, Enrolment.id_number, Enrolment.school, *DELIVERED)
    ):
        found[number].append(Place(key, number, merged.get(school, school), roll))
    return found


def _taken(scope: Scope, numbers: Iterable[str]) -> set[tuple[str, int]]:
    """(ID number, school) of the rows there are, apart from those that say where a child has gone from."""
    gone = (Beneficiary.invalid_reason == InvalidReason.TRANSFERRED) & Beneficiary.enrolment.is_null()
    rows = visible(Beneficiary, scope).where(dialect.listed(Beneficiary.id_number, numbers))
    kept = rows.where(Beneficiary.invalid_reason.is_null() | ~gone)
    return set(dialect.fetched(kept.select(Beneficiary.id_number, Beneficiary.school)))


def _rolled_before(scope: Scope, rows: Sequence[Listed]) -> dict[int, dict[str, list[Any]]]:
    """By roll row what the roll said of it before, by the list's columns, from the history."""
    checked = [row.enrolment for row in rows if row.state != CheckState.UNCHANGED]
    mine = changeable(Enrolment, scope).where(dialect.listed(Enrolment.id, checked)).select(Enrolment.id)
    query = Change.select(Change.row_id, Change.before).where(
        Change.table == Enrolment._meta.table_name, Change.kind == ChangeKind.CHANGE, Change.row_id.in_(mine)
    )
    before: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row_id, told in query.tuples():
        for name, value in json.loads(told).items():
            before[row_id]["roll_status" if name == "status" else name].append(value)
    return before
