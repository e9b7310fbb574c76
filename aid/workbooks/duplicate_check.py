"""重复核查 (DOMAIN.md part 5, workbook 5): open and settled groups, every row side by side, who decided and when."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from aid.operations.duplicates import rows_of_every_group
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import Actor, Scope
from aid.workbooks.columns import Heading, heading, unit_title
from aid.workbooks.figures import called, unit_of
from aid.workbooks.sheets import Cell, Column, Line, Sheet
from aid.workbooks.style import DAYS, PERCENT, WHOLE, Kind
from models import CheckState, HardshipKind, InvalidReason, OrganisationStatus, RollStatus, Source, Stage

KEPT, VOID, OTHERWISE = "保留", "改为无效（重复）", "另因无效"
OPEN_GROUPS, SETTLED_GROUPS = "未处理组数", "已处理组数"
WHAT_IS_A_GROUP = (
    "一组：身份证号相同的名单记录。两条或以上有效的是未处理；有记录改为“无效（重复）”、有效的不多于一条的是已处理。",
    "处理人、处理时间取该组最后一条改为“无效（重复）”的记录；撤销了的处理不算。",
    "无有效记录：该组在您的范围内没有一条有效记录，请看是否留在了外地学校，或误把孩子全部改成了无效。",
)

CHECKED = (("核对状态", 15), ("核对人", 10), ("核对时间", 17))
DECIDED = (("处理结果", 18), ("处理人", 10), ("处理时间", 17))
CHECK_LABELS = {CheckState.UNCHECKED: "未核对", CheckState.UNCHANGED: "未更新", CheckState.UPDATED: "已更新"}


@dataclass(frozen=True)
class Group:
    """The rows of one number, as `rows_of_every_group` selects them."""

    rows: Sequence[Any]
    scope: Scope

    @cached_property
    def live(self) -> int:
        return sum(row.state != CheckState.INVALID for row in self.rows)

    @property
    def is_open(self) -> bool:
        return self.live > 1

    @cached_property
    def decision(self) -> tuple[dt.datetime | None, str]:
        """When its last row was made 无效（重复）, in UTC, and by whom."""
        made = [(row.checked_at, row.checked_by) for row in self.rows if result_of(row) == VOID and row.checked_at]
        return max(made, default=(None, ""))

    @cached_property
    def reach(self) -> int:
        """How far it goes: within one school, within one unit, between units, beyond the place."""
        units = {unit_of(row.place, self.scope) for row in self.rows}
        if "" in units:
            return 3
        return 2 if len(units) > 1 else int(len({row.school for row in self.rows}) > 1)


class DuplicateCheck:
    slug = "duplicate-check"
    title = "重复核查"
    read = Permission.BENEFICIARY_READ
    note = "同一身份证号的各条名单记录排在一起：未处理的、已处理的，保留了哪条，谁在何时处理。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, unit, rows = heading(actor, now), unit_title(actor), rows_of_every_group(actor.scope)
        groups = [Group(list(some), actor.scope) for _, some in groupby(rows, key=_number)]
        waiting = [group for group in groups if group.is_open]
        settled = sorted((group for group in groups if not group.is_open), key=_newest_first)
        yield _summary(groups, top, unit)
        yield _listed("未处理", top.over("重复学生（未处理）"), waiting, top=top)
        yield _listed("已处理", top.over("重复学生（已处理）"), settled, top=top, decided=True)


def result_of(row: Any) -> str:
    """What has become of one row of a settled group."""
    if row.state != CheckState.INVALID:
        return KEPT
    return VOID if row.invalid_reason == InvalidReason.DUPLICATE else OTHERWISE


def _number(row: Any) -> str | int:
    """What makes one group; a child without a number is its own."""
    return row.id_number or row.id


def _newest_first(group: Group) -> float:
    at, _ = group.decision
    return -at.timestamp() if at else 0


def _summary(groups: Sequence[Group], top: Heading, unit: str) -> Sheet:
    columns = (
        Column("重复在哪里", 22),
        *(_count(OPEN_GROUPS, "未处理"), _count("未处理记录", "未处理")),
        *(_count(title, "已处理") for title in (SETTLED_GROUPS, "已处理记录", "其中改为无效", "无有效记录")),
        Column("处理进度", 11, number_format=PERCENT, share=((SETTLED_GROUPS,), (OPEN_GROUPS, SETTLED_GROUPS))),
    )
    reaches = ("同一学校", f"同{unit}不同学校", f"跨{unit}", "涉及外地学校")
    lines = [Line((name, *_counted(groups, reach))) for reach, name in enumerate(reaches)]
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    heading_ = top.over("重复学生核查情况表")
    return Sheet("重复核查", heading_, top.under, columns, lines, frozen=1, notes=WHAT_IS_A_GROUP)


def _count(title: str, group: str) -> Column:
    return Column(title, 13, number_format=WHOLE, total=True, group=group)


def _counted(groups: Sequence[Group], reach: int) -> list[int]:
    these = [group for group in groups if group.reach == reach]
    waiting, settled = ([group for group in these if group.is_open == is_open] for is_open in (True, False))
    rows = [row for group in settled for row in group.rows]
    void = sum(result_of(row) == VOID for row in rows)
    without = sum(not group.live for group in settled)
    return [len(waiting), sum(len(group.rows) for group in waiting), len(settled), len(rows), void, without]


def _listed(name: str, words: str, groups: Sequence[Group], *, top: Heading, decided: bool = False) -> Sheet:
    columns = (
        *(Column("组号", 6, number_format=DAYS, centred=True), Column("姓名", 10, counts="条")),
        *(Column("身份证号", 20), Column("学校", 25), Column("学段", 6, centred=True), Column("年级班级", 13)),
        *(Column("学籍", 7, centred=True), Column("来源", 6, centred=True), Column("户主", 9), Column("户籍地", 12)),
        Column("困难类型", 14),
        *(Column(title, width) for title, width in (DECIDED if decided else CHECKED)),
        Column("说明", 16, wraps=True),
    )
    lines = [
        Line((number, *_cells(row, group, decided=decided)), Kind.SHADED if number % 2 == 0 else Kind.PLAIN)
        for number, group in enumerate(groups, 1)
        for row in group.rows
    ]
    lines.append(Line(("合计",), Kind.TOTAL))
    return Sheet(name, words, f"{top.under}　　共 {len(groups)} 组", columns, lines, frozen=2, keeps=0)


def _cells(row: Any, group: Group, *, decided: bool) -> tuple[Cell, ...]:
    at, by = group.decision if decided and result_of(row) == KEPT else (row.checked_at, row.checked_by)
    return (
        *(row.name, row.id_number, called(row.school_name, OrganisationStatus(row.status))),
        *(_label(Stage, row.stage), row.grade + row.class_name, _label(RollStatus, row.roll_status)),
        *(Source(row.source).label, row.head_name or "", row.home, HardshipKind(row.hardship).label),
        *(f"{KEPT}（{_state(row)}）" if decided and result_of(row) == KEPT else _state(row), by),
        *(local(at) if at else "", row.remark),
    )


def _state(row: Any) -> str:
    if row.state == CheckState.INVALID:
        reason = InvalidReason(row.invalid_reason or InvalidReason.OTHER)
        return f"{CheckState.INVALID.label}（{reason.label}）"
    return CHECK_LABELS[row.state]


def _label(codes: Any, code: str | None) -> str:
    return codes(code).label if code else ""
