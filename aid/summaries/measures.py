"""What can be told of a group of rows of the list."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from aid.permissions import Permission
from aid.rules import money

Number = int | float | Decimal


@dataclass
class Tally:
    """Of a group: how many rows, how many of them checked, what their children were given, and by how many rows they
    are more than children: two rows of one ID number are one child, every row without a number one."""

    rows: int = 0
    checked: int = 0
    fen: int = 0
    surplus: int = 0

    @property
    def children(self) -> int:
        return self.rows - self.surplus


class Unit(Enum):
    WHOLE, MONEY, SHARE = auto(), auto(), auto()


@dataclass(frozen=True)
class Measure:
    """`of` tells it of a group and of everything. `adds_up` says whether that of a whole is the sum of its parts':
    of children it is where none is in two parts."""

    name: str
    label: str
    unit: Unit
    of: Callable[[Tally, Tally], Number]
    adds_up: bool = True
    needs: Permission | None = None
    note: str = ""


MEASURES: dict[str, Measure] = {
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
        Measure(
            *("checked", "核对进度", Unit.SHARE, lambda group, _: _share(group.checked, group.rows)),
            adds_up=False,
            note="核对进度 =（已核对 + 无效）÷ 条数。",
        ),
    )
}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
