"""What can be told of a group of rows: of the list (资助对象) here, of other subjects beside them (dropouts.py)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

import peewee as pw

from aid.own_columns import field_of, own_of, slot_of
from aid.permissions import Permission
from aid.rules import cells, money
from aid.scope import SYSTEM, visible
from models import AidGrant, Beneficiary, CheckState, Decimals, Extensible

Number = int | float | Decimal


@dataclass(slots=True)
class Tally:
    """Of a group: how many rows, and by how many rows they are more than children: two rows of one ID number are one
    child, every row without a number one. `sums` are whatever else its measures are made of, by their names."""

    rows: int = 0
    surplus: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def children(self) -> int:
        return self.rows - self.surplus

    def take_in(self, rows: int, sums: Mapping[str, int]) -> None:
        """Count other rows as well."""
        self.rows += rows
        mine = self.sums
        for name, more in sums.items():
            mine[name] = mine.get(name, 0) + more

    def sum(self, name: str) -> int:
        return self.sums.get(name, 0)


class Unit(Enum):
    WHOLE, MONEY, SHARE, NUMBER, MEAN = auto(), auto(), auto(), auto(), auto()


@dataclass(frozen=True)
class Count:
    """What a ratio is made of: it adds up, where the ratio does not."""

    name: str
    label: str
    unit: Unit
    of: Callable[[Tally], Number]


@dataclass(frozen=True)
class Measure:
    """`of` tells it of a group and of everything, None where there is nothing to tell. A `ratio` is that of two counts;
    every other figure of a whole is the sum of its parts: of children it is where none is in two parts. `sums` are the
    whole numbers of a group that it is made of beside its rows, as SQL; `slot` is the county's own column measured."""

    name: str
    label: str
    unit: Unit
    of: Callable[[Tally, Tally], Number | None]
    ratio: tuple[Count, Count] | None = None
    needs: Permission | None = None
    slot: str = ""
    note: str = ""
    sums: Mapping[str, pw.Node] = field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        return self.ratio is None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def ratio(name: str, label: str, unit: Unit, *, over: Count, under: Count, **facts: object) -> Measure:
    """So much of the one to each of the other; nothing where there is none of the other."""

    def of(group: Tally, _: Tally) -> Number | None:
        whole = under.of(group)
        return over.of(group) / whole if whole else None

    return Measure(name, label, unit, of, ratio=(over, under), **facts)


def children(note: str) -> Measure:
    """How many children the rows are of."""
    return Measure("children", "人数", Unit.WHOLE, lambda group, _: group.children, note=note)


def rows(label: str) -> Measure:
    """How many rows there are."""
    return Measure("rows", label, Unit.WHOLE, lambda group, _: group.rows)


def share(of_rows: str) -> Measure:
    """Of all rows those of the group; `of_rows` is what these are called."""
    of, note = (lambda group, whole: _share(group.rows, whole.rows)), f"占比 = {of_rows} ÷ 总{of_rows}。"
    return Measure("share", "占比", Unit.SHARE, of, note=note)


def part(name: str, label: str, where: pw.Expression, *, of_rows: str, called: str, note: str) -> Measure:
    """Of the group's rows those that are so; they are `called` that."""
    return ratio(
        *(name, label, Unit.SHARE),
        over=Count(name, called, Unit.WHOLE, lambda group: group.sum(name)),
        under=Count("rows", of_rows, Unit.WHOLE, lambda group: group.rows),
        sums={name: pw.fn.SUM(pw.Case(None, [(where, 1)], 0))},
        note=note,
    )


# -- of the list ------------------------------------------------------------------


def _given() -> pw.Node:
    """The fen that a row's child was given on it."""
    grants = visible(AidGrant, SYSTEM.scope).where(AidGrant.beneficiary == Beneficiary.id)
    return pw.fn.SUM(pw.fn.COALESCE(grants.select(pw.fn.SUM(AidGrant.amount_fen)), 0))


_OF_THE_LIST = (
    children("人数：身份证号相同的只算一人，没有身份证号的每条算一人；一人在几行（列）里都有的，合计里只算一次。"),
    rows("条数"),
    Measure(
        *("yuan", "发放金额（元）", Unit.MONEY, lambda group, _: money.yuan(group.sum("fen"))),
        needs=Permission.AID_READ,
        sums={"fen": _given()},
        note="发放金额：这些资助对象登记过的全部发放，不分学期。",
    ),
    share("条数"),
    part(
        *("checked", "核对进度", Beneficiary.state != CheckState.UNCHECKED),
        of_rows="条数",
        called="已处理",
        note="核对进度 =（已核对 + 无效）÷ 条数。",
    ),
)


# -- of the county's own numbers --------------------------------------------------

SUM, MEAN = "_sum", "_mean"


def _number(number: pw.Field, ending: str) -> Measure:
    slot, label, filled = number.name, number.verbose_name, f"{number.name} filled"

    def summed(group: Tally) -> Decimal:
        return Decimal(group.sum(slot)).scaleb(-cells.DECIMALS)

    facts = {"slot": slot, "sums": {slot: pw.fn.SUM(number), filled: pw.fn.COUNT(number)}}
    if ending == SUM:
        note = f"{label}合计：按条相加，一人有几条的各算一次。"
        return Measure(slot + SUM, f"{label}合计", Unit.NUMBER, lambda group, _: summed(group), note=note, **facts)
    return ratio(
        *(slot + MEAN, f"{label}平均", Unit.MEAN),
        over=Count(slot, f"{label}合计", Unit.NUMBER, summed),
        under=Count(filled, f"{label}已填", Unit.WHOLE, lambda group: group.sum(filled)),
        note=f"{label}平均 = 合计 ÷ 填了的条数；没有填的不算。",
        **facts,
    )


class Measures(Mapping[str, Measure]):
    """Those of the program, and sum and average of the numbers that the county has added to the table; of one that was
    retired they are still told in a summary that was kept with it."""

    def __init__(self, model: type[Extensible], fixed: Sequence[Measure]) -> None:
        self.model, self.fixed = model, {one.name: one for one in fixed}

    def __getitem__(self, name: str) -> Measure:
        slot = slot_of(name)
        if not slot:
            return self.fixed[name]
        number, ending = field_of(self.model, slot), name.removeprefix(slot)
        if ending not in (SUM, MEAN) or number is self.model._meta.fields[slot] or type(number) is not Decimals:
            raise KeyError(name)
        return _number(number, ending)

    def __iter__(self) -> Iterator[str]:
        yield from self.fixed
        for one in own_of(self.model):
            if isinstance(one.field, Decimals):
                yield from (one.slot + SUM, one.slot + MEAN)

    def __len__(self) -> int:
        return sum(1 for _ in self)


MEASURES = Measures(Beneficiary, _OF_THE_LIST)
