"""名册比对: the newest delivery of the register beside the one before it (questions 28 and 33). Reads only.

What is made of it on the schools' lists is aid.operations.delivery_applied's.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_

import peewee as pw

from aid import dialect
from aid.errors import RuleBroken
from aid.rules.deliveries import COLUMNS, Person, differing, held_before, material, paired
from aid.scope import Scope, changeable, visible
from codes import RegisterFate
from models import Beneficiary, HeldRow, ImportRun, RegisterBatch, RegisterPerson

TOLD = tuple(fate for fate in RegisterFate if fate != RegisterFate.SAME)  # what a clerk wants to look at
IN_BOTH = (RegisterFate.BACK, RegisterFate.CHANGED, RegisterFate.MINOR)  # who has a row before and one now


@dataclass(frozen=True)
class Difference:
    """One person of two deliveries: the row before and the row now, as database values in the order of COLUMNS after
    its id; one of them is None where there is none. `columns` are those that differ."""

    fate: RegisterFate
    old: Person | None
    new: Person | None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`new` beside `old`; `differences` has everybody but the `same`, of whom nothing changed. `following` says for the
    id of an earlier row which row is that person's now, and whether a check must be made again; `lost` are the ids of
    those whose person has none now, apart from those `held` back in the newer delivery."""

    old: RegisterBatch
    new: RegisterBatch
    differences: Sequence[Difference]
    following: dict[int, tuple[Person, bool]]
    lost: frozenset[int]
    same: int

    @property
    def waits(self) -> bool:
        """Whether the newer delivery is not applied yet."""
        return not self.new.current

    @cached_property
    def counts(self) -> dict[RegisterFate, int]:
        """How many there are of each fate; every fate is there."""
        found = Counter(one.fate for one in self.differences)
        return {fate: found[fate] for fate in TOLD} | {RegisterFate.SAME: self.same}

    def of(self, fate: RegisterFate) -> list[Difference]:
        """Those of one fate, in the order of the sheets."""
        return [one for one in self.differences if one.fate == fate]


def waiting(scope: Scope) -> RegisterBatch | None:
    """The delivery that has come in to an office of `scope` and is not applied yet."""
    return waiting_batches(scope).order_by(RegisterBatch.id.desc()).first()


def waiting_batches(scope: Scope) -> pw.ModelSelect:
    """The newest delivery of `scope`, where it is not applied yet."""
    own = changeable(RegisterBatch, scope)
    return own.where(RegisterBatch.id == own.select(pw.fn.MAX(RegisterBatch.id)), ~RegisterBatch.current)


def compare(scope: Scope) -> Comparison | None:
    """The newest delivery beside the last that was applied; where it is applied itself, beside the one before it.
    None where there are no two."""
    batches = list(changeable(RegisterBatch, scope).order_by(RegisterBatch.id.desc()))
    if len(batches) < 2:
        return None
    new, *earlier = batches
    old = next((batch for batch in earlier if batch.current), earlier[0])
    return _compared(scope, old, new)


def of_batch(scope: Scope, batch_id: int) -> Comparison:
    """The comparison whose newer delivery is this one. Raises RuleBroken where another has come in, or there is none
    to compare it with."""
    comparison = compare(scope)
    if comparison is None or comparison.new.id != batch_id:
        raise RuleBroken("要应用的不是最新的一批名册，未作任何改动；请刷新后重新比对")
    return comparison


def identical(old: type[RegisterPerson], new: type[RegisterPerson]) -> pw.Expression:
    """The condition under which two rows, aliases of RegisterPerson, say the same of the same person."""
    return reduce(and_, (dialect.same(getattr(old, name), getattr(new, name)) for name in ("nth", *COLUMNS)))


def _compared(scope: Scope, old: RegisterBatch, new: RegisterBatch) -> Comparison:
    last, rows = _unlike(scope, old, new), _unlike(scope, new, old)
    earlier = _people(_rows(scope).where(_still_listed(scope, old, new)))
    before = {row[0] for row in earlier}
    pairs = paired([*last, *earlier], rows)
    found = [_paired(was, now, back=was[0] in before) for was, now in pairs]
    met = {row[0] for pair in pairs for row in pair}
    came, went, away = ([row for row in some if row[0] not in met] for some in (rows, last, earlier))
    held = {row[0] for row in held_before([*went, *away], _held_back(scope, new))}
    right = {row[0] for row in held_before(came, _held_back(scope, old))}
    fates = RegisterFate
    following = {one.old[0]: (one.new, material(one.columns)) for one in found if one.old and one.new}
    found += [Difference(fates.CORRECTED if row[0] in right else fates.NEW, None, row) for row in came]
    found += [Difference(fates.HELD if row[0] in held else fates.GONE, row, None) for row in went]
    return Comparison(
        old,
        new,
        differences=[one for one in found if one.fate != fates.SAME],
        following=following,
        lost=frozenset(row[0] for row in (*went, *away) if row[0] not in held),
        same=_rows(scope).where(RegisterPerson.batch == new).count() - len(rows) + _count_same(found),
    )


def _count_same(found: Iterable[Difference]) -> int:
    return sum(one.fate == RegisterFate.SAME for one in found)


def _paired(old: Person, new: Person, *, back: bool) -> Difference:
    columns = () if old[1:] == new[1:] else differing(old, new)
    if back:
        return Difference(RegisterFate.BACK, old, new, columns)
    if not columns:
        return Difference(RegisterFate.SAME, old, new)
    return Difference(RegisterFate.CHANGED if material(columns) else RegisterFate.MINOR, old, new, columns)


def _rows(scope: Scope) -> pw.ModelSelect:
    return changeable(RegisterPerson, scope)


def _unlike(scope: Scope, batch: RegisterBatch, other: RegisterBatch) -> list[Person]:
    """The rows of a delivery that do not stand in the other one as they are."""
    twin = RegisterPerson.alias()
    twins = twin.select(twin.id).where(twin.batch == other, identical(twin, RegisterPerson))
    return _people(_rows(scope).where(RegisterPerson.batch == batch, ~pw.fn.EXISTS(twins)))


def _people(query: pw.ModelSelect) -> list[Person]:
    fields = [RegisterPerson._meta.fields[name] for name in ("id", *COLUMNS)]
    return dialect.fetched(query.select(*fields).order_by(RegisterPerson.id))


def _still_listed(scope: Scope, old: RegisterBatch, new: RegisterBatch) -> pw.Expression:
    """Rows of still earlier deliveries that a row of the list rests on: those who were gone already."""
    earlier = changeable(RegisterBatch, scope).where(RegisterBatch.id.not_in([old.id, new.id]))
    listed = changeable(Beneficiary, scope).select(Beneficiary.register_person)
    people = RegisterPerson.batch.in_(earlier.select(RegisterBatch.id))
    return people & RegisterPerson.id.in_(listed.where(Beneficiary.register_person.is_null(False)))


def _held_back(scope: Scope, batch: RegisterBatch) -> list[list[str]]:
    """The sheet rows of a delivery that were not taken in, cells as they came."""
    runs = visible(ImportRun, scope).where(ImportRun.batch == batch).select(ImportRun.id)
    held = visible(HeldRow, scope).where(HeldRow.run.in_(runs)).select(HeldRow.cells).tuples()
    return [json.loads(cells) for (cells,) in held]
