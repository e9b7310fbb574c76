"""资助对象名册 (DOMAIN.md part 5, workbook 3): the live rows, one line per child, for the office's archive.

What a school may correct stands under the titles of 资助对象更新表, so the roster can be corrected and imported as it
is: that is why nothing but children stands on its first sheet.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from aid.operations.borders import HOME, PLACE
from aid.operations.classes import by_class, placed, school_told, stage
from aid.permissions import Permission
from aid.scope import Actor, Scope, visible
from aid.workbooks.columns import Heading, heading
from aid.workbooks.figures import elsewhere_label
from aid.workbooks.listed import Shown, cells_of, shown, worked_out
from aid.workbooks.sheets import Chart, Column, Line, Sheet
from aid.workbooks.style import WHOLE, Kind
from models import Beneficiary, CheckState, HardshipKind, RegisterPerson, Stage

NUMBERLESS, NUMBER = "无身份证号", 1  # the sheet, and the place of the number in a line
HERE, WHERE, OTHERS = "本地", "就读地", "另有名单"
COLUMNS = (
    *(shown(Beneficiary.name, 9), shown(Beneficiary.id_number, 20, centred=True)),
    worked_out(Beneficiary.school.verbose_name, school_told(), 25),
    *(shown(Beneficiary.grade, 8, centred=True), shown(Beneficiary.class_name, 6, centred=True)),
    *(shown(Beneficiary.sex, 5, centred=True), shown(Beneficiary.nation, 6, centred=True)),
    *(shown(Beneficiary.birth_date, 11, centred=True), shown(Beneficiary.boards, 6, centred=True)),
    *(shown(Beneficiary.roll_status, 6, centred=True), shown(Beneficiary.hardship, 14)),
    worked_out(Beneficiary.home_region.verbose_name, HOME.name, 9),
    *(shown(RegisterPerson.head_name, 9), shown(RegisterPerson.phone, 12, centred=True)),
    *(shown(RegisterPerson.poor_since, 6, centred=True), shown(RegisterPerson.left_poverty, 6, centred=True)),
    *(shown(Beneficiary.aid_until, 7, centred=True), shown(Beneficiary.state, 16)),
    *(shown(Beneficiary.source, 6, centred=True), shown(Beneficiary.remark, 12)),
)
NOTES = (
    "名册是未核对和已核对的孩子，不含无效；一个孩子一行。年度栏空着的，识别或脱贫年度名册未填；资助至学年空着的，没有期限。",
    "“另有名单”是同一身份证号另有几条有效名单（重复未处理，或另一条在外地）；“区域汇总”的名单人数按条计，多出的就是这些。",
    "没有身份证号的单列一张表。第一张表改好后可以在“导入”页用“资助对象更新表”导回，学校能改的各列会更新，其余各列不导入。",
)


@dataclass
class Seen:
    """What the list has told while it was written: children by stage and hardship, and those without a number."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    numberless: list[Line] = field(default_factory=list)


class Roster:
    slug = "roster"
    title = "资助对象名册"
    read = Permission.WORKBOOK_MAKE
    note = "有效名单，一个孩子一行，存档用；改好后可用“资助对象更新表”导回。附学段与困难类型汇总。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, seen = heading(actor, now), Seen()
        columns = _columns(actor.scope)
        titles = [one.column for one in columns]
        lines = _lines(actor.scope, columns, seen)
        yield Sheet("资助对象名册", top.over("资助对象名册"), top.under, titles, lines, frozen=2)
        if seen.numberless:
            words = top.over("资助对象名册：没有身份证号的")
            yield Sheet(NUMBERLESS, words, top.under, _but_number(titles), seen.numberless, frozen=1, notes=NOTES)
        yield _by_stage(top, seen.counts)


def _columns(scope: Scope) -> Sequence[Shown]:
    return (*COLUMNS, worked_out(WHERE, _where(scope), 10), worked_out(OTHERS, _others(), 6, centred=True))


def _lines(scope: Scope, columns: Sequence[Shown], seen: Seen) -> Iterator[Line]:
    """The children with a number, which an import knows them by; all of them are counted, the others set aside."""
    nth = pw.fn.ROW_NUMBER().over(partition_by=[_child()], order_by=[_is_here(scope).desc(), Beneficiary.id])
    rows = placed(visible(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID))
    rows = rows.join_from(Beneficiary, RegisterPerson, pw.JOIN.LEFT_OUTER)
    besides = (nth, stage(), Beneficiary.hardship)
    for cells, (turn, at_stage, hardship) in cells_of(rows.order_by(*by_class()), columns, *besides):
        if turn != 1:
            continue
        seen.counts[at_stage, hardship] += 1
        if cells[NUMBER]:
            yield Line(cells)
        else:
            seen.numberless.append(Line(_but_number(cells)))


def _but_number(cells: Sequence[Any]) -> list[Any]:
    """Without the column that is empty there: it would also make the sheet one that an import asks about."""
    return [cell for at, cell in enumerate(cells) if at != NUMBER]


def _by_stage(top: Heading, counts: Counter[tuple[str, str]]) -> Sheet:
    columns = (
        Column("学段", 12),
        Column("人数", 10, number_format=WHOLE, total=True),
        *(Column(kind.label, 14, number_format=WHOLE, total=True) for kind in HardshipKind),
    )
    lines = []
    for at_stage, label in (*Stage.choices(), ("", "未填")):
        numbers = [counts[at_stage, kind.value] for kind in HardshipKind]
        if any(numbers):
            lines.append(Line((label, sum(numbers), *numbers)))
    chart = Chart("各学段资助对象人数", names=0, values=(1,), number_format=WHOLE) if lines else None
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    heads = top.over("资助对象分学段汇总表")
    return Sheet("分学段", heads, top.under, columns, lines, frozen=1, chart=chart, notes=NOTES)


def _child() -> pw.Node:
    """What tells children apart: the ID number, or the row of one without."""
    return pw.Case(None, [(Beneficiary.id_number == "", Beneficiary.id.cast("text"))], Beneficiary.id_number)


def _others() -> pw.Node:
    """How many further live rows the child has; nothing where none."""
    return pw.fn.NULLIF(pw.fn.COUNT(Beneficiary.id).over(partition_by=[_child()]) - 1, 0)


def _where(scope: Scope) -> pw.Node:
    outside = (Beneficiary.outside_school != "", pw.Value("省外：").concat(Beneficiary.outside_school))
    return pw.Case(None, [outside, (_is_here(scope), HERE)], elsewhere_label(scope))


def _is_here(scope: Scope) -> pw.Node:
    """Whether the row's school lies in one's place; a school reads none but its own."""
    if scope.school_id is not None or not scope.prefix:
        return pw.Value(True)
    return PLACE.code.startswith(scope.prefix)
