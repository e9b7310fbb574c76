"""The figures of the summary workbooks: counted in the database, by school, hardship and home; placed under units here.

A unit is the place one level below the actor's: a county's townships, a city's or province's counties. What lies in
the place itself (a county's senior high school) is 县直.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import peewee as pw

from aid import dialect
from aid.scope import Scope, significant, visible
from models import (
    Beneficiary,
    CheckState,
    HardshipKind,
    InvalidReason,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Region,
    RegisterBatch,
    RegisterPerson,
    Source,
    Stage,
)

DIRECT = {0: "直属", 2: "省直", 4: "市直", 6: "县直"}
ELSEWHERE = {2: "外省就读", 4: "外市就读", 6: "外县就读", 9: "外乡镇就读"}
OUTSIDE = {2: "外省户籍", 4: "外市户籍", 6: "外县户籍", 9: "外乡镇户籍"}
COUNTY_DIGITS, TOWNSHIP_DIGITS = 6, 9


_VOID = Beneficiary.state == CheckState.INVALID
_REASONS = {reason: Beneficiary.invalid_reason == reason for reason in InvalidReason}
_REASONS[InvalidReason.OTHER] |= Beneficiary.invalid_reason.is_null()
_COUNTED = (  # what is counted of list rows, in the order of the columns of every summary
    ~_VOID,
    ~_VOID & (Beneficiary.source == Source.SUPPLEMENT),
    *(Beneficiary.state == state for state in CheckState),
    *(_VOID & reason for reason in _REASONS.values()),
)
_LIVE, _SUPPLEMENTS, _UNCHECKED = range(3)
_INVALID = 2 + list(CheckState).index(CheckState.INVALID)


@dataclass
class Tally:
    """Register children placed here, and the rows of the list here: live, supplements among them, by state from
    unchecked to invalid, and the invalid by reason."""

    register: int = 0
    counts: Sequence[int] = (0,) * len(_COUNTED)

    @property
    def rows(self) -> int:
        return self.counts[_LIVE] + self.counts[_INVALID]

    @property
    def done(self) -> int:
        return self.rows - self.counts[_UNCHECKED]

    def add(self, counts: Sequence[int]) -> None:
        self.counts = list(map(int.__add__, self.counts, counts))

    def cells(self) -> list[int]:
        """The measures in the order of their columns, without the share of what is done."""
        return [self.register, *self.counts]


@dataclass
class School:
    id: int
    code: str
    name: str
    stage: Stage | None
    status: OrganisationStatus
    unit: str
    tally: Tally = field(default_factory=Tally)

    @property
    def label(self) -> str:
        return called(self.name, self.status)


@dataclass(frozen=True)
class Figures:
    """`units` names every unit by its code, in order; `unplaced` counts register children on no list by home unit;
    `elsewhere` is what the actor reads because of the household, of schools outside its place."""

    units: dict[str, str]
    schools: list[School]
    unplaced: dict[str, int]
    elsewhere: Tally
    kinds: dict[str, Tally]

    @cached_property
    def shown(self) -> list[School]:
        """The schools to show: all that are open, and others while they have rows."""
        return [
            school
            for school in self.schools
            if school.status == OrganisationStatus.OPEN or school.tally.rows or school.tally.register
        ]


def called(name: str, status: OrganisationStatus) -> str:
    """The name of an organisation, with what has become of one that is no longer open."""
    return name if status == OrganisationStatus.OPEN else f"{name}（{status.label}）"


def figures(scope: Scope) -> Figures:
    """Count what `scope` reads, in four queries.

    A register child counts once: at the school of its first live row, or of its first row if none is live, or as
    unplaced where its home is. Rows count at their school.
    """
    schools = _schools(scope)
    by_id = {school.id: school for school in schools}
    elsewhere, kinds = Tally(), {kind.value: Tally() for kind in HardshipKind}
    for school_id, hardship, counts in _list_counts(scope):
        if school_id in by_id:
            by_id[school_id].tally.add(counts)
            kinds[hardship].add(counts)
        else:
            elsewhere.add(counts)
    unplaced: dict[str, int] = defaultdict(int)
    for school_id, home, hardship, children in _register_counts(scope):
        if school_id is None:
            unplaced[unit_of(home, scope)] += children
        elif school_id in by_id:
            by_id[school_id].tally.register += children
        else:
            elsewhere.register += children
        if school_id is None or school_id in by_id:
            kinds[hardship].register += children
    units = unit_names(scope, {*(school.unit for school in schools), *unplaced})
    return Figures(units, schools, unplaced, elsewhere, kinds)


def unit_of(code: str, scope: Scope) -> str:
    """The code digits of the unit in which the place `code` lies; "" for a place outside `scope`.

    >>> unit_of("360426100200", Scope("360426")), unit_of("360426100200", Scope("36"))
    ('360426100', '360426')
    >>> unit_of("360426000000", Scope("360426")), unit_of("360425000000", Scope("360426"))
    ('360426', '')
    """
    if not code.startswith(scope.prefix):
        return ""
    return significant(code)[: unit_digits(scope)]


def unit_digits(scope: Scope) -> int:
    """How many digits name a unit one level below `scope`."""
    return COUNTY_DIGITS if len(scope.prefix) < COUNTY_DIGITS else TOWNSHIP_DIGITS


def place_name(scope: Scope) -> str:
    """What the workbook is of: a school's name, or the place's (a township's with its county's before it)."""
    if scope.school_id is not None:
        return str(visible(Organisation, scope).get())
    own = [scope.prefix[:digits].ljust(12, "0") for digits in (COUNTY_DIGITS, len(scope.prefix)) if scope.prefix]
    wanted = own if len(scope.prefix) > COUNTY_DIGITS else own[-1:]
    names = dict(visible(Region, scope).select(Region.code, Region.name).where(Region.code.in_(wanted)).tuples())
    return "".join(names.get(code, code) for code in dict.fromkeys(wanted)) or "全部地区"


def batch_names(scope: Scope) -> str:
    """The current register batches the scope reads."""
    names = visible(RegisterBatch, scope).select(RegisterBatch.name).where(RegisterBatch.current).distinct()
    found = sorted(name for (name,) in names.tuples())
    return "、".join(found) or "尚未导入名册"


def unit_names(scope: Scope, used: Iterable[str]) -> dict[str, str]:
    """What the units with these code digits are called, in order; "", what lies outside the place of `scope`, last."""
    inside = sorted(unit for unit in used if unit)
    codes = [unit.ljust(12, "0") for unit in inside]
    regions = visible(Region, scope).select(Region.code, Region.name).where(Region.code.in_(codes)).tuples()
    names = {significant(code): name for code, name in regions}
    named = {unit: _unit_name(unit, names.get(unit, unit), scope) for unit in inside}
    return named | ({"": OUTSIDE.get(len(scope.prefix), "外地户籍")} if "" in used else {})


def _unit_name(unit: str, name: str, scope: Scope) -> str:
    if len(unit) == unit_digits(scope):
        return name
    return DIRECT.get(len(unit), name) if unit == significant(scope.prefix.ljust(12, "0")) else f"{name}直属"


def elsewhere_label(scope: Scope) -> str:
    """What studying outside the place of `scope` is called."""
    return ELSEWHERE.get(len(scope.prefix), "外地就读")


def _schools(scope: Scope) -> list[School]:
    rows = (
        visible(Organisation, scope)
        .join(Region)
        .where(Organisation.kind == OrganisationKind.SCHOOL)
        .select(
            Organisation.id, Organisation.code, Organisation.name, Organisation.stage, Organisation.status, Region.code
        )
        .order_by(Region.code, Organisation.code)
        .tuples()
    )
    return [
        School(id, code, name, Stage(stage) if stage else None, OrganisationStatus(status), unit=unit_of(at, scope))
        for id, code, name, stage, status, at in rows
    ]


def _list_counts(scope: Scope) -> Iterable[tuple[int, str, Sequence[int]]]:
    """(school, hardship, what _COUNTED says)."""
    counts = [pw.fn.COUNT(Beneficiary.id).filter(counted) for counted in _COUNTED]
    groups = (Beneficiary.school, Beneficiary.hardship)
    rows = dialect.fetched(visible(Beneficiary, scope).select(*groups, *counts).group_by(*groups))
    return ((school_id, hardship, counted) for school_id, hardship, *counted in rows)


def _register_counts(scope: Scope) -> Iterable[tuple[int | None, str, str, int]]:
    """(school or None, home of the unplaced, hardship, children of the current batches)."""
    children = _children(scope)
    unplaced_home = pw.Case(None, [(Beneficiary.id.is_null(), Region.code)], "")
    groups = (Beneficiary.school, unplaced_home, RegisterPerson.hardship)
    query = (
        pw.Select((children,), (*groups, pw.fn.COUNT(children.c.first_person)))
        .join(RegisterPerson, on=(RegisterPerson.id == children.c.first_person))
        .join(Region, on=(Region.id == RegisterPerson.home_region))
        .join(Beneficiary, pw.JOIN.LEFT_OUTER, on=(Beneficiary.id == children.c.row))
        .group_by(*groups)
    )
    return dialect.fetched(query)


def _children(scope: Scope) -> pw.ModelSelect:
    """One row per ID number on the current batches: its first register row, and the list row it counts by, if any."""
    batches = visible(RegisterBatch, scope).where(RegisterBatch.current).select(RegisterBatch.id)
    listed = visible(Beneficiary, scope).select(Beneficiary.id, Beneficiary.register_person, Beneficiary.state)
    rows = listed.alias("listed")
    live = pw.fn.MIN(pw.Case(None, [(rows.c.state != CheckState.INVALID, rows.c.id)]))
    return (
        visible(RegisterPerson, scope)
        .where(RegisterPerson.batch.in_(batches))
        .join(rows, pw.JOIN.LEFT_OUTER, on=(rows.c.register_person_id == RegisterPerson.id))
        .select(
            pw.fn.MIN(RegisterPerson.id).alias("first_person"), pw.fn.COALESCE(live, pw.fn.MIN(rows.c.id)).alias("row")
        )
        .group_by(RegisterPerson.id_number)
        .alias("children")
    )
