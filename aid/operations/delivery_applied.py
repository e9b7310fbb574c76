"""A new delivery of the register becomes the current one, and the schools' lists follow (questions 28 and 33).

Whose register row changed in what a check rests on goes back to 未核对; who is gone is marked, not removed; who is new
is matched. One operation, to be undone whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.errors import Conflict
from aid.ledger import Ledger, writing
from aid.operations.checking import CHECKED, UNCHECKED
from aid.operations.deliveries import Comparison, identical, of_batch
from aid.operations.dropout_cases import settle_cases
from aid.operations.matching import Placed, place
from aid.operations.rounds import leave_report
from aid.operations.school_year import school_year, turn_rows
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.deliveries import COLUMNS, Person
from aid.rules.eligibility import eligible, last_year
from aid.rules.signs import sign_of
from aid.scope import Actor, Scope, changeable
from models import Beneficiary, RegisterBatch, RegisterPerson

FOLLOWS = ("hardship", "home_region", "aid_until", "eligible", "name_differs")  # the register's side of a list row
AT = {name: at for at, name in enumerate(COLUMNS, 1)}
FIELDS = Beneficiary._meta.fields
RECHECK = "新名册有变化，请重新核对后再报"


@dataclass(frozen=True)
class Effect:
    """What applying a delivery does to rows of the lists: `reopened` go back to 未核对, `following` take the register's
    new values (those reopened among them), `marked` are on the register no longer, `unmarked` are on it again. Every
    row of a child that is on both deliveries rests on the new one afterwards, without being counted here."""

    reopened: int
    following: int
    marked: int
    unmarked: int
    sign: str = field(compare=False)  # for a form to carry: the same as long as it would do the same to the same rows

    @property
    def counts(self) -> dict[str, int]:
        return {name: rows for name, rows in vars(self).items() if name != "sign"}


class Listed(NamedTuple):
    """A row of the lists, as far as the register concerns it; database values."""

    row_id: int
    person: int
    enrolment: int | None
    state: str
    name: str
    gone: bool
    hardship: str
    home_region: int
    aid_until: int | None
    eligible: bool
    name_differs: bool


def effect(scope: Scope, comparison: Comparison) -> Effect:
    """What applying this comparison's newer delivery would do, apart from matching."""
    return _effect(_changes(scope, comparison, school_year(scope)))


@dataclass(frozen=True)
class Applied(Outcome):
    """`told`: what became of the lists, in words."""

    told: str = ""


def apply(actor: Actor, batch_id: int, *, sign: str) -> Applied:
    """Make the delivery current and have the lists follow it; `sign` is that of the Effect that was shown.

    Rows that are 无效 stay so. Raises NotAllowed, RuleBroken where it is not the newest delivery, Conflict where it
    would do something else than was shown.
    """
    with writing(actor, Permission.REGISTER_APPLY) as ledger:
        scope = actor.scope
        comparison = of_batch(scope, batch_id)
        year = school_year(scope)
        changes = _changes(scope, comparison, year)
        told = _effect(changes)
        if told.sign != sign:
            raise Conflict("预览之后名册或名单又有变化，未作任何改动；请看过新的数字再应用")
        _make_current(ledger, comparison)
        moved = _move(ledger, comparison)
        ledger.change_many(Beneficiary, changes)
        leave_report(ledger, remark=RECHECK)
        placed = place(ledger)
        if (turned := school_year(scope)) != year:
            turn_rows(ledger, turned)
        settle_cases(ledger, turned)
        lists = _lists(told, placed)
        ledger.say(f"{_compared(comparison)}：{lists}")
    rows = moved + len(changes) + placed.added + placed.linked
    return Applied(ledger.operation.id if rows or comparison.waits else None, rows, told=lists)


def _make_current(ledger: Ledger, comparison: Comparison) -> None:
    mine = changeable(RegisterBatch, ledger.actor.scope).select(RegisterBatch.id)
    others = (RegisterBatch.id.in_(mine), RegisterBatch.id != comparison.new.id)
    ledger.change_where(RegisterBatch, *others, current=False)
    ledger.change_where(RegisterBatch, RegisterBatch.id == comparison.new.id, current=True)


def _move(ledger: Ledger, comparison: Comparison) -> int:
    """Rows of the lists whose register row stands in the new delivery as it was rest on that one; return how many."""
    old, new = RegisterPerson.alias(), RegisterPerson.alias()
    query = (
        changeable(Beneficiary, ledger.actor.scope)
        .select(Beneficiary.id.alias("id"), new.id.alias("register_person"))
        .join(old, on=(old.id == Beneficiary.register_person))
        .join(new, on=identical(old, new))
        .where(old.batch == comparison.old, new.batch == comparison.new, ~_listed_already(new))
    )
    aside = dialect.found_aside(query)
    moved = ledger.change_from(Beneficiary, ["register_person"], aside)
    dialect.drop_aside(aside)
    return moved


def _listed_already(person: type[RegisterPerson]) -> pw.Node:
    """Whether a matching has put the child there by its new row before."""
    there = Beneficiary.alias()
    pair = (there.register_person == person.id, there.enrolment == Beneficiary.enrolment)
    return pw.fn.EXISTS(there.select(there.id).where(*pair))


def _compared(comparison: Comparison) -> str:
    counts = "、".join(f"{fate.label} {rows} 人" for fate, rows in comparison.counts.items() if rows)
    return f"应用名册“{comparison.new}”（与“{comparison.old}”比：{counts}）"


def _lists(told: Effect, placed: Placed) -> str:
    return f"退回未核对 {told.reopened} 条，新下发 {placed.added} 条，标记已不在名册 {told.marked} 条{placed.told}"


# -- deciding ------------------------------------------------------------------


def _changes(scope: Scope, comparison: Comparison, year: int) -> dict[int, dict[str, Any]]:
    """By row of the lists, the columns that change where its register row did, or is gone or back."""
    rows = _listed(scope, [*comparison.following, *comparison.lost])
    taken = set(_listed_by(scope, [person[0] for person, _ in comparison.following.values()]))
    changes = {row.row_id: dict(_follow(row, comparison, year=year, taken=taken)) for row in rows}
    return {row_id: values for row_id, values in changes.items() if values}


def _follow(
    row: Listed, comparison: Comparison, *, year: int, taken: set[tuple[int, int]]
) -> Iterator[tuple[str, Any]]:
    person, again = comparison.following.get(row.person, (None, False))
    gone = row.person in comparison.lost
    if row.gone != gone:
        yield "gone_from_register", gone
    if person is None or (person[0], row.enrolment) in taken:
        return
    yield "register_person", person[0]
    if not again:
        return
    yield from _register_side(row, person, year)
    if row.state in CHECKED:
        yield from _UNCHECKED.items()


def _register_side(row: Listed, person: Person, year: int) -> Iterator[tuple[str, Any]]:
    until = last_year(person[AT["left_poverty"]])
    sides = (
        *(person[AT["hardship"]], person[AT["home_region"]]),
        *(until, eligible(until, year), row.name != person[AT["name"]]),
    )
    for name, side in zip(FOLLOWS, sides, strict=True):
        if getattr(row, name) != side:
            yield name, side


def _effect(changes: dict[int, dict[str, Any]]) -> Effect:
    def count(name: str, *values: Any) -> int:
        return sum(name in change and (not values or change[name] in values) for change in changes.values())

    return Effect(
        reopened=count("state"),
        following=sum(not FOLLOWING.isdisjoint(change) for change in changes.values()),
        marked=count("gone_from_register", True),
        unmarked=count("gone_from_register", False),
        sign=sign_of(sorted((row_id, sorted(change.items())) for row_id, change in changes.items())),
    )


FOLLOWING = frozenset({*FOLLOWS, "state"})
_UNCHECKED = {name: FIELDS[name].db_value(value) for name, value in UNCHECKED.items() if name != "invalid_reason"}


def _listed(scope: Scope, people: Sequence[int]) -> list[Listed]:
    """The rows of the lists that rest on these register rows, and all that are marked."""
    columns = ("id", "register_person", "enrolment", "state", "name", "gone_from_register", *FOLLOWS)
    concerned = dialect.listed(Beneficiary.register_person, people) | Beneficiary.gone_from_register
    mine = changeable(Beneficiary, scope).where(concerned, Beneficiary.register_person.is_null(False))
    return list(map(Listed._make, dialect.fetched(mine.select(*(FIELDS[name] for name in columns)))))


def _listed_by(scope: Scope, people: Sequence[int]) -> list[tuple[int, int]]:
    """(register row, roll row) of the rows of the lists that rest on these register rows."""
    mine = changeable(Beneficiary, scope).where(dialect.listed(Beneficiary.register_person, people))
    pairs = mine.where(Beneficiary.enrolment.is_null(False)).select(Beneficiary.register_person, Beneficiary.enrolment)
    return dialect.fetched(pairs)
