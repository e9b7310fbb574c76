"""进度看板: how far the check has come in a place, by the places and schools in it and by day.

What counts is the rows of the place's own schools, as a county answers for them; every figure is one that the list of
资助对象 or of 学校上报情况 can show row by row.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add, or_

import peewee as pw

from aid import dialect
from aid.errors import OutOfScope
from aid.permissions import Permission
from aid.reporting import last_rounds
from aid.rules.times import utc
from aid.scope import Scope, changeable, significant, visible
from aid.workbooks.figures import DIRECT
from models import (
    Beneficiary,
    Change,
    CheckState,
    Operation,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Region,
    Source,
    Stage,
)

P = Permission
CODE_LENGTH = 12
BENEATH = {0: 2, 2: 4, 4: 6, 6: 9}  # how many digits name a place one level below
CHECKED = (CheckState.UNCHANGED, CheckState.UPDATED)
LIVE = (CheckState.UNCHECKED, *CHECKED)
# Who leaves 未核对 does so by one of these; what brings whole registers and rolls in is not looked through.
CHECKING = (P.BENEFICIARY_CHECK, P.BENEFICIARY_SETTLE, P.BENEFICIARY_FOLLOW, P.BENEFICIARY_SUPPLEMENT)

_COUNTED = (
    Beneficiary.id.is_null(False),
    Beneficiary.state.in_(CHECKED),
    Beneficiary.state == CheckState.UNCHECKED,
    Beneficiary.state == CheckState.INVALID,
    (Beneficiary.source == Source.SUPPLEMENT) & Beneficiary.state.in_(LIVE),
)


@dataclass(frozen=True)
class Place:
    """A region by its leading digits; with `own` what lies in it and in no smaller place alone (县直)."""

    prefix: str
    own: bool = False

    @property
    def code(self) -> str:
        return self.prefix.ljust(CODE_LENGTH, "0")

    @property
    def scope(self) -> Scope:
        return Scope(self.prefix)

    @property
    def digits(self) -> int | None:
        """How many digits name a place one level below; None where there are schools alone."""
        return None if self.own else BENEATH.get(len(self.prefix))


@dataclass(frozen=True)
class Counts:
    """Rows of the list: all, checked, unchecked, invalid, and supplements that are not invalid; of the open schools
    that have any, `due`, and of these those that have handed in."""

    rows: int = 0
    checked: int = 0
    unchecked: int = 0
    invalid: int = 0
    supplements: int = 0
    due: int = 0
    reported: int = 0

    @property
    def done(self) -> float:
        """How much is no longer unchecked, 0 to 1."""
        return 1 - self.unchecked / self.rows if self.rows else 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*map(add, vars(self).values(), vars(other).values()))


@dataclass(frozen=True)
class School:
    """An organisation with rows on its list: a school, or an office that keeps children outside the province."""

    code: str
    name: str
    at: str  # the code of its region
    counts: Counts


@dataclass(frozen=True)
class Unit:
    """A place in the place that is looked at."""

    place: Place
    name: str
    counts: Counts


@dataclass(frozen=True)
class Board:
    """`path` leads from the top place that the actor may look at down to this one."""

    place: Place
    path: Sequence[tuple[Place, str]]
    units: Sequence[Unit]
    schools: Sequence[School]

    @cached_property
    def total(self) -> Counts:
        return sum((school.counts for school in self.schools), Counts())

    @property
    def name(self) -> str:
        return self.path[-1][1]


def place_in(scope: Scope, code: str, *, own: bool = False) -> Place:
    """The place of a region code within an office's scope; "" is all of it.

    Raises OutOfScope for a code outside the scope, and for what is no code.
    """
    prefix = significant(code) if code else scope.prefix
    known = not code or (len(code) == CODE_LENGTH and code.isascii() and code.isdigit())
    if scope.school_id is not None or not known or not prefix.startswith(scope.prefix):
        raise OutOfScope("没有这个地方，或不在您的管理范围内。")
    return Place(prefix, own)


def board(scope: Scope, place: Place) -> Board:
    """The figures of a place within `scope`, in four statements. A place with nothing on its lists is no unit."""
    schools = list(_schools(place))
    found: dict[Place, Counts] = {}
    for school in schools if place.digits else ():
        unit = _unit_of(school, place)
        found[unit] = found.get(unit, Counts()) + school.counts
    path = list(_path(scope, place))
    names = _names(scope, {*path, *found})
    units = [Unit(one, names[one], counts) for one, counts in found.items()]
    return Board(place, [(one, names[one]) for one in path], units, schools)


def checked_by_day(place: Place, first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """By day of the county's calendar how many rows of the place left 未核对, checked or made invalid, supplements that
    came in checked among them; from the history, without what was undone. One statement; it looks through the
    operations of these days alone."""
    rows, day = _rows(place).select(Beneficiary.id), dialect.local_day(Operation.at)
    query = _left_unchecked(day, pw.fn.COUNT(Change.row_id.distinct())).where(_within(first, last))
    query = query.where(dialect.asked_of_each(Change.row_id.in_(rows))).group_by(day)
    found = {dt.date.fromisoformat(day): count for day, count in dialect.fetched(query)}
    days = (first + dt.timedelta(days=after) for after in range((last - first).days + 1))
    return {day: found.get(day, 0) for day in days}


def checked_on(days: Sequence[dt.date]) -> pw.ModelSelect:
    """The ids of the rows that left 未核对 on any of these days, as `checked_by_day` counts them, whoever's they are:
    for a condition on rows that `visible` has chosen."""
    return _left_unchecked(Change.row_id).where(reduce(or_, (_within(day, day) for day in days)))


# -- counting ------------------------------------------------------------------


def _left_unchecked(*told: pw.Node) -> pw.ModelSelect:
    """From the history, by one row for each row of the list and operation by which it left 未核对, not undone since."""
    unchecked = CheckState.UNCHECKED.value
    before, after = (dialect.kept_value(side, "state") for side in (Change.before, Change.after))
    ours = Operation.action.in_(CHECKING) & ~Operation.undone & Operation.undoes.is_null()
    theirs = Change.table == Beneficiary._meta.table_name
    query = Operation.select(*told).join(Change, on=Change.operation == Operation.id)
    query = query.where(dialect.asked_of_each(ours), dialect.asked_of_each(theirs))
    return query.where(pw.fn.COALESCE(before, unchecked) == unchecked, after != unchecked)


def _within(first: dt.date, last: dt.date) -> pw.Expression:
    """Whether an operation was done on one of these days of the county's calendar."""
    began, ended = (utc(dt.datetime.combine(day, dt.time())) for day in (first, last + dt.timedelta(days=1)))
    return (Operation.at >= began) & (Operation.at < ended)


def _rows(place: Place) -> pw.ModelSelect:
    rows = changeable(Beneficiary, place.scope)
    if not place.own:
        return rows
    region = visible(Region, place.scope).where(Region.code == place.code).select(Region.id)
    schools = visible(Organisation, place.scope).where(Organisation.region.in_(region))
    return rows.where(Beneficiary.school.in_(schools.select(Organisation.id)))


def _schools(place: Place) -> Iterator[School]:
    """Those with rows, by their codes; in three statements."""
    counts = [pw.fn.COUNT(Beneficiary.id).filter(counted) for counted in _COUNTED]
    rows = _rows(place).select(Beneficiary.school, *counts).group_by(Beneficiary.school)
    found = {key: counted for key, *counted in dialect.fetched(rows)}
    reported = last_rounds(place.scope)
    told = (Organisation.id, Organisation.code, Organisation.name, Organisation.stage, Organisation.kind)
    query = visible(Organisation, place.scope).join(Region).select(*told, Organisation.status, Region.code)
    for key, code, name, stage, kind, status, at in dialect.fetched(query.order_by(Organisation.code)):
        if key not in found:
            continue
        due = kind == OrganisationKind.SCHOOL and status == OrganisationStatus.OPEN
        called = f"{name}（{Stage(stage).label}）" if stage else name
        ended = "" if status == OrganisationStatus.OPEN else f"（{OrganisationStatus(status).label}）"
        yield School(code, f"{called}{ended}", at, Counts(*found[key], int(due), int(due and key in reported)))


def _unit_of(school: School, place: Place) -> Place:
    unit = significant(school.at)[: place.digits]
    return Place(unit, own=unit == place.prefix)


# -- names ---------------------------------------------------------------------


def _path(scope: Scope, place: Place) -> Iterator[Place]:
    """From all of the scope down to the place, a level at a time."""
    top, bottom = len(scope.prefix), len(place.prefix)
    for digits in sorted({top, bottom, *(some for some in BENEATH.values() if top < some < bottom)}):
        yield Place(place.prefix[:digits])
    if place.own:
        yield place


def _names(scope: Scope, places: Collection[Place]) -> dict[Place, str]:
    regions = visible(Region, scope).where(Region.code.in_([one.code for one in places]))
    names = dict(regions.select(Region.code, Region.name).tuples())
    return {one: _name(one, names) for one in places}


def _name(place: Place, names: dict[str, str]) -> str:
    if not place.prefix:
        return "全部地区"
    if place.own:
        return DIRECT.get(len(place.prefix), "本级")
    return names.get(place.code, place.code)
