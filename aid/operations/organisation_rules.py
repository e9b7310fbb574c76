"""What an organisation's columns may be, and what its row as a whole must keep; for one row or many at once."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from aid import dialect, typed
from aid.errors import AidError, OutOfScope, RuleBroken
from aid.own_columns import as_kept
from aid.rules.cells import Fault
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, significant, visible
from models import Organisation, OrganisationKind, OrganisationStatus, Region, RegionLevel, Role, now

FIELDS = Organisation._meta.fields
RANKS = tuple(OrganisationKind)  # from the province down to the school
LEVEL_OF = {kind: RegionLevel(kind.value) for kind in OrganisationKind if kind != OrganisationKind.SCHOOL}
ONESELF = "本机构的资料由上级机构或系统管理员修改"


@dataclass(frozen=True)
class Wanted:
    """What an organisation shall be: its kind, the office it stands under, and the columns that office may fill in;
    `itself` where it is there already."""

    office: Organisation
    kind: OrganisationKind
    name: str
    stage: str | None
    region: Region
    networks: str
    itself: Organisation | None = None
    own: Mapping[str, Any] = field(default_factory=dict)  # values of the columns that the county has added

    @property
    def columns(self) -> dict[str, Any]:
        columns = {"name": self.name, "stage": self.stage, "region": self.region, "networks": self.networks}
        return columns | as_kept(Organisation, self.own)


Broken = tuple[int, str, AidError]  # the place among those that are wanted, the column, the refusal


def read(column: str, given: Any) -> Any:
    """A column's value from a form. Raises RuleBroken with the column's label."""
    try:
        return typed.read(FIELDS[column], given, today=local(now()).date())
    except Fault as fault:
        raise RuleBroken(f"{FIELDS[column].verbose_name}：{fault}") from fault


def broken(actor: Actor, wanted: Sequence[Wanted]) -> Iterator[Broken]:
    """What the rules have against organisations that shall be so, in one query however many they are."""
    unfit = [(place, *fault) for place, one in enumerate(wanted) for fault in _unfit(actor, one)]
    yield from unfit
    # What does not fit is not looked up: nobody learns what a county that is not theirs has.
    yield from _twins(wanted, apart_from={place for place, _, _ in unfit})


def refuse_oneself(actor: Actor, row: Organisation) -> None:
    """Raise RuleBroken for the actor's own office: nobody changes their own networks and is shut out."""
    if is_oneself(actor, row):
        raise RuleBroken(ONESELF)


def is_oneself(actor: Actor, row: Organisation) -> bool:
    """Whether `row` is the actor's own office, and the actor not the server's administrator."""
    return actor.role != Role.SYSTEM and row.id == actor.organisation_id


def _unfit(actor: Actor, one: Wanted) -> Iterator[tuple[str, AidError]]:
    if one.itself is None and (_as_high(one) or one.office.status != OrganisationStatus.OPEN):
        yield "kind", RuleBroken(f"{one.office}下面不能新增{one.kind.label}机构")
        return  # what the others may be hangs on the kind
    if one.kind == OrganisationKind.SCHOOL and one.stage is None:
        yield "stage", RuleBroken("学校必须填写学段；一校两个学段的，分两个机构开设")
    if one.kind != OrganisationKind.SCHOOL and one.stage is not None:
        yield "stage", RuleBroken("只有学校才有学段")
    if not one.region.code.startswith(max(significant(one.office.region.code), actor.scope.prefix, key=len)):
        yield "region", OutOfScope(f"{one.region}不在{one.office}的管理范围内")
    elif one.kind in LEVEL_OF and one.region.level != LEVEL_OF[one.kind]:
        yield "region", RuleBroken(f"{one.kind.label}机构的区划应是{LEVEL_OF[one.kind].label}级，{one.region}不是")


def _as_high(one: Wanted) -> bool:
    return RANKS.index(one.kind) <= RANKS.index(OrganisationKind(one.office.kind))


def _twins(wanted: Sequence[Wanted], *, apart_from: Set[int]) -> Iterator[Broken]:
    """One name and stage once in a county; the same name with another stage is another organisation (16, 27)."""
    others = (
        visible(Organisation, SYSTEM.scope)
        .join(Region, on=(Organisation.region == Region.id))
        .select(Organisation.name, Organisation.stage, Organisation.code, Region.code.alias("place"))
        .where(
            dialect.listed(Organisation.name, {one.name for one in wanted}),
            Organisation.status == OrganisationStatus.OPEN,
            ~dialect.listed(Organisation.id, [one.itself.id for one in wanted if one.itself]),
        )
    )
    there = {(name, stage, place[:6]): code for name, stage, code, place in others.tuples()}
    for place, one in enumerate(wanted):
        if place in apart_from:
            continue
        key = (one.name, one.stage, one.region.code[:6])
        if key in there:
            called = Organisation(name=one.name, stage=one.stage)
            code = f"，编码 {there[key]}" if there[key] else ""
            yield place, "name", RuleBroken(f"{called}已经有了{code}；同名不同学段的才另开")
        elif one.itself is None or one.itself.status == OrganisationStatus.OPEN:
            there[key] = one.itself.code if one.itself else ""
