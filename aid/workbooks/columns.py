"""The columns every summary shares, and what stands on top of a workbook."""

import datetime as dt
from dataclasses import dataclass

from aid.scope import Actor
from aid.workbooks.figures import COUNTY_DIGITS, batch_names, place_name, unit_digits
from aid.workbooks.sheets import Column
from aid.workbooks.style import PERCENT, WHOLE, width_of
from models import CheckState, InvalidReason, Stage

REGISTER, LIVE, SUPPLEMENTS, DONE = "名册人数", "名单人数", "其中补录", "核对进度"
UNCHECKED, UNCHANGED, UPDATED = "未核对", "未更新", "已更新"
INVALID = "无效合计"


def _count(title: str, width: float = 8, group: str = "") -> Column:
    return Column(title, width, number_format=WHOLE, total=True, group=group)


MEASURES = (
    _count(REGISTER),
    _count(LIVE),
    _count(SUPPLEMENTS),
    _count(UNCHECKED),
    _count(UNCHANGED, group="已核对"),
    _count(UPDATED, group="已核对"),
    _count(INVALID, group=CheckState.INVALID.label),
    *(_count(reason.label, max(7, width_of(reason.label)), CheckState.INVALID.label) for reason in InvalidReason),
    Column(DONE, 11, number_format=PERCENT, share=((UNCHANGED, UPDATED, INVALID), (LIVE, INVALID))),
)
WHAT_IS_COUNTED = (
    "名册人数：当前批次名册上的孩子，一人只计一次，计在其第一条有效名单所在学校；不在任何名单上的计入户籍地的“未匹配”。",
    "名单人数 = 未核对 + 已核对，不含无效；核对进度 =（已核对 + 无效）÷（名单人数 + 无效）。",
)


@dataclass(frozen=True)
class Heading:
    """Title line and the line under it: place, batch, time, maker."""

    place: str
    batch: str
    made: dt.datetime
    maker: str

    def over(self, words: str) -> str:
        return f"{self.place}{words}"

    @property
    def under(self) -> str:
        parts = (
            f"地区：{self.place}",
            f"名册批次：{self.batch}",
            f"制表时间：{self.made:%Y-%m-%d %H:%M}",
            f"制表人：{self.maker}",
        )
        return "　　".join(parts)


def heading(actor: Actor, made: dt.datetime) -> Heading:
    """What stands on top of a workbook that `actor` makes at `made`, local time."""
    return Heading(place_name(actor.scope), batch_names(actor.scope), made, actor.name)


def unit_title(actor: Actor) -> str:
    """What the units one level below the actor's place are called."""
    return "区县" if unit_digits(actor.scope) == COUNTY_DIGITS else "乡镇"


def stage_label(stage: Stage | None) -> str:
    """The stage of a school as a summary says it."""
    return stage.label if stage else "未填"
