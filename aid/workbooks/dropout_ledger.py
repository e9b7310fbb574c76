"""控辍保学台账 (DOMAIN.md part 5, workbook 6): open cases by township and age, each child, and every visit to them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import peewee as pw

from aid.operations.school_year import school_year
from aid.permissions import Permission
from aid.rules.dropouts import OLDEST, YOUNGEST, age
from aid.rules.eligibility import told
from aid.rules.id_numbers import birth_date
from aid.scope import Actor, Scope, visible
from aid.workbooks.columns import Heading, heading
from aid.workbooks.listed import cells_of, shown, worked_out
from aid.workbooks.sheets import Cell, Chart, Column, Line, Sheet
from aid.workbooks.style import DAYS, WHOLE, Kind
from codes import CaseState
from models import DropoutCase, DropoutVisit, Region, RegisterPerson

TOWN, HOME = Region.alias("town"), Region.alias("home")
NO_TOWNSHIP, OTHER_AGE = "未分乡镇", "其他年龄"
CASES, VISITED, UNVISITED = "待劝返", "已走访", "未走访"
FAMILY = (
    shown(DropoutCase.id_number, 20, centred=True),
    *(worked_out("户籍区划", HOME.name, 12), shown(RegisterPerson.home_address, 26, wraps=True)),
    *(shown(RegisterPerson.head_name, 10), shown(RegisterPerson.phone, 13, centred=True)),
    shown(RegisterPerson.hardship, 15),
)
VISIT = (
    *(shown(DropoutVisit.date, 11, centred=True), shown(DropoutVisit.visitor, 14, wraps=True)),
    *(shown(DropoutVisit.outcome, 10), shown(DropoutVisit.finding, 48, wraps=True)),
    shown(DropoutVisit.next_step, 28, wraps=True),
)
WHEN, OUTCOME, NEXT_STEP = 0, 2, 4
NOTES = (
    "只列待劝返的案件；已了结的（已有学籍、已补录、不在当前名册、已不在 6–14 岁）不在内。",
    "乡镇按户籍；年龄按身份证号，算到本学年开学前的 8 月 31 日。",
    "未走访的排在前面，其余按上次走访的先后，最久没有走访的在前；天数算到制表日。",
)


@dataclass
class Case:
    """An open case with its visits, the newest first."""

    town: str
    name: str
    age: int
    family: Sequence[Cell]
    visits: list[Sequence[Cell]] = field(default_factory=list)

    @property
    def last(self) -> str:
        """The day of the newest visit; "" where there was none."""
        return self.visits[0][WHEN] if self.visits else ""


class DropoutLedger:
    slug = "dropout-ledger"
    title = "控辍保学台账"
    read = Permission.DROPOUT_READ
    note = "待劝返的孩子按乡镇和年龄汇总，每人一行的台账，和全部走访记录。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, year = heading(actor, now), school_year(actor.scope)
        cases = _cases(actor.scope, year)
        yield _by_town(top, cases, year=year)
        yield _ledger(top, cases, today=now.date())
        yield _visits(top, cases)


def _cases(scope: Scope, year: int) -> list[Case]:
    """The open cases by township, who waits longest first; two statements."""
    open_cases = visible(DropoutCase, scope).where(DropoutCase.state == CaseState.OPEN)
    rows = open_cases.join_from(DropoutCase, RegisterPerson)
    rows = rows.join_from(DropoutCase, HOME, on=(DropoutCase.home_region == HOME.id))
    rows = rows.join_from(DropoutCase, TOWN, pw.JOIN.LEFT_OUTER, on=(DropoutCase.township == TOWN.id))
    besides = (DropoutCase.id, DropoutCase.name, DropoutCase.id_number, TOWN.name)
    found = {}
    ordered = rows.order_by(TOWN.code.is_null(), TOWN.code, DropoutCase.name, DropoutCase.id)
    for cells, (case, name, number, town) in cells_of(ordered, FAMILY, *besides):
        found[case] = Case(town or NO_TOWNSHIP, name, age(birth_date(number), year), cells)
    mine = visible(DropoutVisit, scope).where(DropoutVisit.case.in_(open_cases.select(DropoutCase.id)))
    newest = mine.order_by(DropoutVisit.date.desc(), DropoutVisit.id.desc())
    for cells, (case,) in cells_of(newest, VISIT, DropoutVisit.case):
        found[case].visits.append(cells)
    towns = list(dict.fromkeys(case.town for case in found.values()))
    return sorted(found.values(), key=lambda case: (towns.index(case.town), case.last))


def _by_town(top: Heading, cases: Sequence[Case], *, year: int) -> Sheet:
    ages: list[int | str] = list(range(YOUNGEST, OLDEST + 1))
    if any(case.age not in ages for case in cases):
        ages.append(OTHER_AGE)
    columns = (
        Column("乡镇", 16),
        *(Column(title, 10, number_format=WHOLE, total=True) for title in (CASES, VISITED, UNVISITED, "走访次数")),
        *(Column(_years(one), 8, number_format=WHOLE, total=True, group="年龄") for one in ages),
    )
    towns: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        towns[case.town].append(case)
    lines = [Line((town, *_counts(some, ages))) for town, some in towns.items()]
    chart = Chart("各乡镇待劝返的孩子", names=0, values=(1,), number_format=WHOLE) if len(lines) > 1 else None
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    under = f"{top.under}　　学年：{told(year)}"
    return Sheet("分乡镇", top.over("控辍保学汇总表"), under, columns, lines, frozen=1, chart=chart, notes=NOTES)


def _counts(cases: Sequence[Case], ages: Sequence[int | str]) -> list[int]:
    visited = sum(bool(case.visits) for case in cases)
    by_age = Counter(case.age if case.age in ages else OTHER_AGE for case in cases)
    visits = sum(len(case.visits) for case in cases)
    return [len(cases), visited, len(cases) - visited, visits, *(by_age[one] for one in ages)]


def _years(one: int | str) -> str:
    return one if isinstance(one, str) else f"{one} 岁"


def _ledger(top: Heading, cases: Sequence[Case], *, today: dt.date) -> Sheet:
    columns = (
        *(Column("乡镇", 12), Column("姓名", 10), Column("年龄", 6, number_format=DAYS, centred=True)),
        *(one.column for one in FAMILY),
        Column("走访次数", 8, number_format=WHOLE, total=True),
        *(Column("上次走访", 11, centred=True), Column("距今天数", 8, number_format=DAYS, centred=True)),
        *(Column("走访结果", 10), VISIT[NEXT_STEP].column),
    )
    lines = [Line((case.town, case.name, case.age, *case.family, *_last_visit(case, today))) for case in cases]
    lines.append(Line((f"{len(cases)} 人合计", *[""] * (2 + len(FAMILY))), Kind.TOTAL))
    return Sheet("台账", top.over("控辍保学台账"), top.under, columns, lines, frozen=2, notes=NOTES)


def _last_visit(case: Case, today: dt.date) -> Sequence[Cell]:
    if not case.visits:
        return 0, "", None, UNVISITED, ""
    newest = case.visits[0]
    silent = (today - dt.date.fromisoformat(case.last)).days
    return len(case.visits), case.last, silent, newest[OUTCOME], newest[NEXT_STEP]


def _visits(top: Heading, cases: Sequence[Case]) -> Sheet:
    columns = (
        *(Column("乡镇", 12), Column("姓名", 10), FAMILY[0].column),
        *(one.column for one in VISIT),
    )
    lines = [Line((case.town, case.name, case.family[0], *visit)) for case in cases for visit in case.visits]
    subtitle = f"{top.under}　　共 {len(lines):,} 次"
    return Sheet("走访记录", top.over("控辍保学走访记录"), subtitle, columns, lines, frozen=2)
