"""区域汇总 (DOMAIN.md part 5, workbook 1): unit × stage, by school, by hardship kind, and progress as a picture."""

import datetime as dt
from collections.abc import Iterator

from aid.permissions import Permission
from aid.scope import Actor
from aid.workbooks.columns import DONE, MEASURES, UNCHECKED, WHAT_IS_COUNTED, Heading, heading, stage_label, unit_title
from aid.workbooks.figures import Figures, School, Tally, elsewhere_label, figures
from aid.workbooks.sheets import Chart, Column, Line, Sheet
from aid.workbooks.style import PERCENT, WHOLE, Kind
from models import HardshipKind, Stage

UNPLACED = "未匹配"
TO_DO, HANDLED = "应核对", "已处理"
STAGES = (*Stage, None)


class RegionalSummary:
    slug = "regional-summary"
    title = "区域汇总"
    read = Permission.BENEFICIARY_READ
    note = "按乡镇和学段汇总名册人数、核对情况与进度，附分学校、分困难类型和进度图。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        counted, top, unit = figures(actor.scope), heading(actor, now), unit_title(actor)
        yield _by_stage(counted, top, unit=unit, elsewhere=elsewhere_label(actor.scope))
        yield _by_school(counted, top, unit=unit)
        yield _by_kind(counted, top)
        if len({school.unit for school in counted.shown}) > 1:
            yield _progress(counted, top, unit=unit)


def _by_stage(counted: Figures, top: Heading, *, unit: str, elsewhere: str) -> Sheet:
    columns = (
        Column(unit, 14),
        Column("学段", 9, centred=True),
        Column("学校数", 8, number_format=WHOLE, total=True),
        *MEASURES,
    )
    lines = [*_stage_lines(counted), Line((f"{top.place}合计", ""), Kind.TOTAL)]
    notes = [*WHAT_IS_COUNTED]
    if counted.elsewhere.rows or counted.elsewhere.register:
        lines.append(Line((elsewhere, "", None, *counted.elsewhere.cells()), Kind.ASIDE))
        notes.append(f"{elsewhere}：户籍在本地、名单在外地学校的孩子，不计入合计。")
    return Sheet("区域汇总", top.over("资助对象区域汇总表"), top.under, columns, lines, frozen=2, notes=notes)


def _stage_lines(counted: Figures) -> Iterator[Line]:
    for code, name in counted.units.items():
        schools = [school for school in counted.shown if school.unit == code]
        for stage in STAGES:
            some = [school for school in schools if school.stage == stage]
            if some:
                yield Line((name, stage_label(stage), len(some), *_sum(some).cells()))
        if counted.unplaced.get(code):
            yield Line((name, UNPLACED, 0, *Tally(register=counted.unplaced[code]).cells()))
        if schools or counted.unplaced.get(code):
            yield Line((f"{name} 小计", ""), Kind.SUBTOTAL)


def _by_school(counted: Figures, top: Heading, *, unit: str) -> Sheet:
    columns = (
        Column(unit, 14),
        Column("机构编码", 15, centred=True),
        Column("学校", 30),
        Column("学段", 7, centred=True),
        *MEASURES,
    )
    lines = [
        Line((counted.units[school.unit], school.code, school.label, stage_label(school.stage), *school.tally.cells()))
        for school in counted.shown
    ]
    lines.append(Line((f"{len(lines)} 所学校合计", "", "", ""), Kind.TOTAL))
    if unplaced := sum(counted.unplaced.values()):
        lines.append(Line((UNPLACED, "", "", "", *Tally(register=unplaced).cells()), Kind.ASIDE))
    return Sheet("分学校", top.over("资助对象分学校汇总表"), top.under, columns, lines, frozen=3, notes=WHAT_IS_COUNTED)


def _by_kind(counted: Figures, top: Heading) -> Sheet:
    columns = (Column("困难类型", 18), *MEASURES)
    lines = [Line((HardshipKind(kind).label, *tally.cells())) for kind, tally in counted.kinds.items()]
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    return Sheet(
        "分困难类型", top.over("资助对象分困难类型汇总表"), top.under, columns, lines, frozen=1, notes=WHAT_IS_COUNTED
    )


def _progress(counted: Figures, top: Heading, *, unit: str) -> Sheet:
    """Slowest on top, as in the other workbook."""
    columns = (
        Column(unit, 14),
        *(Column(title, 9, number_format=WHOLE, total=True) for title in (TO_DO, HANDLED, UNCHECKED)),
        Column(DONE, 11, number_format=PERCENT, share=((HANDLED,), (TO_DO,))),
    )
    tallies = {code: _sum([s for s in counted.shown if s.unit == code]) for code in counted.units}
    shown = {counted.units[code]: tally for code, tally in tallies.items() if tally.rows}
    slowest = sorted(shown.items(), key=lambda item: (item[1].done / item[1].rows, -item[1].rows))
    lines = [Line((name, tally.rows, tally.done, tally.rows - tally.done)) for name, tally in slowest]
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    chart = Chart(f"各{unit}核对进度", names=0, values=(4,)) if slowest else None
    return Sheet("进度图", top.over("资助对象核对进度"), top.under, columns, lines, frozen=1, chart=chart)


def _sum(schools: list[School]) -> Tally:
    total = Tally()
    for school in schools:
        total.register += school.tally.register
        total.add(school.tally.counts)
    return total
