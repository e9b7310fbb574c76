"""未匹配名单 (DOMAIN.md part 5, workbook 7): who of the current register is on no list, by reason."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from aid.operations.matching import UnplacedReason, closed_schools_of, unplaced
from aid.operations.school_year import school_year
from aid.permissions import Permission
from aid.rules import dropouts, id_numbers
from aid.scope import Actor, Scope
from aid.workbooks.columns import Heading, heading, unit_title
from aid.workbooks.figures import unit_names, unit_of
from aid.workbooks.sheets import Cell, Column, Line, Sheet
from aid.workbooks.style import DAYS, WHOLE, Kind
from models import HardshipKind, Region, RegisterPerson, Sex

ALL, UNKNOWN = "未匹配合计", "年龄不详"
AGES = ("不满 6 岁", "6–14 岁", "15 岁以上", UNKNOWN)
IN_SCHOOL_AGE = AGES[1]
TOLD = tuple(
    RegisterPerson._meta.fields[name]
    for name in (
        *("household_no", "head_name", "name", "id_number", "sex", "relation", "hardship", "left_poverty"),
        *("home_address", "phone"),
    )
)
SEXES, HARDSHIPS = dict(Sex.choices()), dict(HardshipKind.choices())
WHAT_IS_COUNTED = (
    "当前批次名册上的记录，既不在任何学校的名单上，又没有在办学校的在籍、休学学籍；一条名册记录计一次。",
    "年龄按身份证号和学年前的 8 月 31 日算；6–14 岁是义务教育年龄，没有学籍的请到“控辍保学”里看是否要走访。",
    "学校已撤销：学籍还在已撤销的学校，请问清孩子现在哪所学校，由那所学校补录，或请教育局更正学籍。",
)


@dataclass(frozen=True)
class Person:
    """A row of the register that is unplaced, in which unit, and how old its child is."""

    row: Any
    unit: str
    age: int | None

    @cached_property
    def group(self) -> str:
        if self.age is None:
            return UNKNOWN
        return AGES[(self.age >= dropouts.YOUNGEST) + (self.age > dropouts.OLDEST)]


class Unplaced:
    slug = "unplaced"
    title = "未匹配名单"
    read = Permission.UNPLACED_READ
    note = "当前名册上没有找到学校的人：按乡镇、原因和年龄汇总，每种原因一张名单。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, people = heading(actor, now), _people(actor.scope)
        units = unit_names(actor.scope, {person.unit for person in people})
        yield _summary(people, top, units, unit=unit_title(actor))
        schools = closed_schools_of(actor.scope, [p.row.id_number for p in people if _is_at_closed(p)])
        for reason in UnplacedReason:
            some = [person for person in people if person.row.reason == reason.value]
            yield _listed(some, reason, top, columns=_columns(unit_title(actor), reason), units=units, schools=schools)


def _people(scope: Scope) -> list[Person]:
    """By place of home, then as delivered. One statement, and one for the school year."""
    place = (Region.code.alias("home_code"), Region.name.alias("home_name"))
    rows = unplaced(scope, columns=(*TOLD, *place)).join(Region).order_by(Region.code, RegisterPerson.id).namedtuples()
    year = school_year(scope)
    return [Person(row, unit_of(row.home_code, scope), _age(row.id_number, year)) for row in rows]


def _age(id_number: str, year: int) -> int | None:
    born = id_numbers.birth_date(id_number)
    return None if born is None else dropouts.age(born, year)


def _is_at_closed(person: Person) -> bool:
    return person.row.reason == UnplacedReason.CLOSED_SCHOOL.value


def _summary(people: Sequence[Person], top: Heading, units: dict[str, str], *, unit: str) -> Sheet:
    columns = (
        Column(unit, 16),
        Column(ALL, 12, number_format=WHOLE, total=True),
        *(Column(reason.label, 14, number_format=WHOLE, total=True, group="原因") for reason in UnplacedReason),
        *(Column(age, 12, number_format=WHOLE, total=True, group="年龄") for age in AGES),
    )
    counts = Counter(key for p in people for key in ((p.unit, ALL), (p.unit, p.row.reason), (p.unit, p.group)))
    keys = (ALL, *(reason.value for reason in UnplacedReason), *AGES)
    lines = [Line((name, *(counts[code, key] for key in keys))) for code, name in units.items()]
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    return Sheet("未匹配", top.over("未匹配情况表"), top.under, columns, lines, frozen=1, notes=WHAT_IS_COUNTED)


def _columns(unit: str, reason: UnplacedReason) -> tuple[Column, ...]:
    at_closed = (Column("原学校", 25), Column("学段", 6, centred=True), Column("年级", 9))
    return (
        *(Column(unit, 11), Column("户籍地", 11), Column("户编号", 20), Column("户主", 9)),
        *(Column("姓名", 9, counts="人"), Column("身份证号", 20), Column("性别", 6, centred=True)),
        *(Column("与户主关系", 11), Column("年龄", 6, number_format=DAYS, centred=True)),
        *(Column("6–14 岁", 8, centred=True), Column("困难类型", 14)),
        Column("脱贫年度", 9, number_format=DAYS, centred=True),
        *(at_closed if reason == UnplacedReason.CLOSED_SCHOOL else ()),
        *(Column("户籍地址", 24, wraps=True), Column("联系电话", 14)),
    )


def _listed(
    people: Sequence[Person],
    reason: UnplacedReason,
    top: Heading,
    *,
    columns: Sequence[Column],
    units: dict[str, str],
    schools: dict[str, tuple[str, str, str]],
) -> Sheet:
    lines = [Line(_cells(person, units[person.unit], schools)) for person in people]
    lines.append(Line(("合计", "", "", ""), Kind.TOTAL))
    return Sheet(reason.label, top.over(f"未匹配名单（{reason.label}）"), top.under, columns, lines, frozen=1)


def _cells(person: Person, unit: str, schools: dict[str, tuple[str, str, str]]) -> tuple[Cell, ...]:
    row = person.row
    return (
        *(unit, row.home_name, row.household_no, row.head_name, row.name, row.id_number),
        *(SEXES.get(row.sex, ""), row.relation, person.age),
        *("是" if person.group == IN_SCHOOL_AGE else "", HARDSHIPS[row.hardship]),
        row.left_poverty,
        *(schools.get(row.id_number, ("", "", "")) if _is_at_closed(person) else ()),
        *(row.home_address, row.phone),
    )
