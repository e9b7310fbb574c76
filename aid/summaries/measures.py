"""What can be told of a group of rows of the list."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto

from aid.own_columns import field_of, own_of
from aid.permissions import Permission
from aid.rules import cells, money
from models import SLOTS, Beneficiary, Decimals

Number = int | float | Decimal


@dataclass
class Tally:
    """Of a group: how many rows, how many of them checked, what their children were given, and by how many rows they
    are more than children: two rows of one ID number are one child, every row without a number one. `sums` and `filled`
    are of the county's own numbers by their spare columns: whole ten-thousandths, and how many rows have one."""

    rows: int = 0
    checked: int = 0
    fen: int = 0
    surplus: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    filled: dict[str, int] = field(default_factory=dict)

    @property
    def children(self) -> int:
        return self.rows - self.surplus

    def add(self, other: "Tally") -> None:
        """Take in the rows of another group, but for what they have more than children."""
        self.rows += other.rows
        self.checked += other.checked
        self.fen += other.fen
        for slot, summed in other.sums.items():
            self.add_number(slot, summed, other.filled[slot])

    def add_number(self, slot: str, summed: int, filled: int) -> None:
        self.sums[slot] = self.sums.get(slot, 0) + summed
        self.filled[slot] = self.filled.get(slot, 0) + filled


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
        return Decimal(group.sums.get(slot, 0)).scaleb(-cells.DECIMALS)

    if ending == SUM:
        note = f"{label}合计：按条相加，一人有几条的各算一次。"
        return Measure(slot + SUM, f"{label}合计", Unit.NUMBER, lambda group, _: summed(group), slot=slot, note=note)
    return _ratio(
        *(slot + MEAN, f"{label}平均", Unit.MEAN),
        over=Count(slot, f"{label}合计", Unit.NUMBER, summed),
        under=Count(f"{slot} filled", f"{label}已填", Unit.WHOLE, lambda group: group.filled.get(slot, 0)),
        slot=slot,
        note=f"{label}平均 = 合计 ÷ 填了的条数；没有填的不算。",
    )


class Measures(Mapping[str, Measure]):
    """Those of the program, and sum and average of the numbers that the county has added; of one that was retired they
    are still told in a summary that was kept with it."""

    def __getitem__(self, name: str) -> Measure:
        slot, _, ending = name.rpartition("_")
        if slot not in SLOTS:
            return _FIXED[name]
        field = field_of(Beneficiary, slot)
        if f"_{ending}" not in (SUM, MEAN) or field is Beneficiary._meta.fields[slot] or type(field) is not Decimals:
            raise KeyError(name)
        return _number(slot, f"_{ending}")

    def __iter__(self) -> Iterator[str]:
        yield from _FIXED
        for one in own_of(Beneficiary):
            if isinstance(one.field, Decimals):
                yield from (one.slot + SUM, one.slot + MEAN)

    def __len__(self) -> int:
        return sum(1 for _ in self)


MEASURES = Measures()
