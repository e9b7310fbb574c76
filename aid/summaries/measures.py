"""What can be told of a group of rows of the list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from aid.own_columns import field_of, own_of, slot_of
from aid.permissions import Permission
from aid.rules import cells, money
from models import Beneficiary, Decimals

Number = int | float | Decimal
NOTHING = (0, 0)


@dataclass(slots=True)
class Tally:
    """Of a group: how many rows, how many of them checked, what their children were given, and by how many rows they
    are more than children: two rows of one ID number are one child, every row without a number one. `numbers` are of
    the county's own by their spare columns: their sum in ten-thousandths, and how many rows have one."""

    rows: int = 0
    checked: int = 0
    fen: int = 0
    surplus: int = 0
    numbers: Mapping[str, tuple[int, int]] | None = None

    @property
    def children(self) -> int:
        return self.rows - self.surplus

    def add_numbers(self, others: Mapping[str, tuple[int, int]]) -> None:
        """Take in those of other rows."""
        pairs = {slot: (self.number(slot), other) for slot, other in others.items()}
        self.numbers = {slot: (a + c, b + d) for slot, ((a, b), (c, d)) in pairs.items()}

    def number(self, slot: str) -> tuple[int, int]:
        """The sum of one of them, and how many rows have it."""
        return self.numbers.get(slot, NOTHING) if self.numbers else NOTHING


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
    every other figure of a whole is the sum of its parts: of children it is where none is in two parts. `slot` is the
    column of the county's own that is measured."""

    name: str
    label: str
    unit: Unit
    of: Callable[[Tally, Tally], Number | None]
    ratio: tuple[Count, Count] | None = None
    needs: Permission | None = None
    slot: str = ""
    note: str = ""

    @property
    def adds_up(self) -> bool:
        return self.ratio is None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _ratio(name: str, label: str, unit: Unit, *, over: Count, under: Count, slot: str = "", note: str = "") -> Measure:
    def of(group: Tally, _: Tally) -> Number | None:
        whole = under.of(group)
        return over.of(group) / whole if whole else None

    return Measure(name, label, unit, of, ratio=(over, under), slot=slot, note=note)


_FIXED: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure(
            *("children", "人数", Unit.WHOLE, lambda group, _: group.children),
            note="人数：身份证号相同的只算一人，没有身份证号的每条算一人；一人在几行（列）里都有的，合计里只算一次。",
        ),
        Measure("rows", "条数", Unit.WHOLE, lambda group, _: group.rows),
        Measure(
            *("yuan", "发放金额（元）", Unit.MONEY, lambda group, _: money.yuan(group.fen)),
            needs=Permission.AID_READ,
            note="发放金额：这些资助对象登记过的全部发放，不分学期。",
        ),
        Measure(
            *("share", "占比", Unit.SHARE, lambda group, whole: _share(group.rows, whole.rows)),
            note="占比 = 条数 ÷ 总条数。",
        ),
        _ratio(
            *("checked", "核对进度", Unit.SHARE),
            over=Count("checked", "已处理", Unit.WHOLE, lambda group: group.checked),
            under=Count("rows", "条数", Unit.WHOLE, lambda group: group.rows),
            note="核对进度 =（已核对 + 无效）÷ 条数。",
        ),
    )
}


# -- of the county's own numbers --------------------------------------------------

SUM, MEAN = "_sum", "_mean"


def _number(slot: str, ending: str) -> Measure:
    label = field_of(Beneficiary, slot).verbose_name

    def summed(group: Tally) -> Decimal:
        return Decimal(group.number(slot)[0]).scaleb(-cells.DECIMALS)

    if ending == SUM:
        note = f"{label}合计：按条相加，一人有几条的各算一次。"
        return Measure(slot + SUM, f"{label}合计", Unit.NUMBER, lambda group, _: summed(group), slot=slot, note=note)
    return _ratio(
        *(slot + MEAN, f"{label}平均", Unit.MEAN),
        over=Count(slot, f"{label}合计", Unit.NUMBER, summed),
        under=Count(f"{slot} filled", f"{label}已填", Unit.WHOLE, lambda group: group.number(slot)[1]),
        slot=slot,
        note=f"{label}平均 = 合计 ÷ 填了的条数；没有填的不算。",
    )


class Measures(Mapping[str, Measure]):
    """Those of the program, and sum and average of the numbers that the county has added; of one that was retired they
    are still told in a summary that was kept with it."""

    def __getitem__(self, name: str) -> Measure:
        slot = slot_of(name)
        if not slot:
            return _FIXED[name]
        field, ending = field_of(Beneficiary, slot), name.removeprefix(slot)
        if ending not in (SUM, MEAN) or field is Beneficiary._meta.fields[slot] or type(field) is not Decimals:
            raise KeyError(name)
        return _number(slot, ending)

    def __iter__(self) -> Iterator[str]:
        yield from _FIXED
        for one in own_of(Beneficiary):
            if isinstance(one.field, Decimals):
                yield from (one.slot + SUM, one.slot + MEAN)

    def __len__(self) -> int:
        return sum(1 for _ in self)


MEASURES = Measures()
