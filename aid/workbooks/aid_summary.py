"""资助发放汇总 (DOMAIN.md part 5, workbook 8): item × stage × place, heads and yuan, and who is due and not yet paid.

Of every term of the present school year that has begun, the present one first; or of one term that was chosen.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import peewee as pw

from aid import dialect
from aid.operations.borders import PLACE, SCHOOL
from aid.operations.classes import by_class, school_told
from aid.operations.given import aims, children, due_or_given
from aid.permissions import Permission
from aid.rules import terms
from aid.rules.money import yuan
from aid.scope import Actor, Scope, changeable
from aid.workbooks.columns import Heading, heading, unit_title
from aid.workbooks.figures import unit_names, unit_of
from aid.workbooks.listed import cells_of, shown, worked_out
from aid.workbooks.sheets import Cell, Chart, Column, Line, Sheet
from aid.workbooks.style import MONEY, PERCENT, WHOLE, Kind
from models import AidGrant, AidItem, Beneficiary, Organisation, Region, Stage

ITEM, STAGE = "资助项目", "学段"
PAID, DUE, DONE = "已发人数", "应发未发人数", "发放进度"
COUNTS = (
    Column(PAID, 10, number_format=WHOLE, total=True),
    Column("已发金额（元）", 16, number_format=MONEY, total=True),
    Column(DUE, 13, number_format=WHOLE, total=True),
    Column("应发未发金额（元）", 18, number_format=MONEY, total=True),
    Column(DONE, 11, number_format=PERCENT, share=((PAID,), (PAID, DUE))),
)
WHO = (
    worked_out("学校", school_told(), 30),
    *(shown(Beneficiary.grade, 9, centred=True), shown(Beneficiary.class_name, 8, centred=True)),
    *(shown(Beneficiary.name, 10), shown(Beneficiary.id_number, 21, centred=True)),
    *(shown(Beneficiary.boards, 8, centred=True), shown(Beneficiary.hardship, 15)),
)
NOTES = (
    "已发：登记过发放的，一人一学期一个项目计一次，按发放时的学校归乡镇和学段；撤回的不算。",
    "应发未发：已核对、在资助期内、没有转出或毕业、没有未处理的重复，学段有标准而还没有登记发放的；按制表时的名单和标准算。",
    "合计按项目相加，一人得两个项目的计两次。发放进度 = 已发人数 ÷（已发人数 + 应发未发人数）。外县发放的不在内。",
)
ORDER = {stage.value: at for at, stage in enumerate(Stage)}
Place = tuple[str, str, str]  # item, stage, code digits of the unit


@dataclass
class Sums:
    """Heads and fen that were given and that are due."""

    paid: int = 0
    paid_fen: int = 0
    due: int = 0
    due_fen: int = 0

    def cells(self) -> list[Cell]:
        return [self.paid, yuan(self.paid_fen), self.due, yuan(self.due_fen), None]


@dataclass
class Term:
    """What was given and is due in a term, and the lines of the children who are due: item, unit, theirs, fen."""

    name: str
    sums: dict[Place, Sums] = field(default_factory=lambda: defaultdict(Sums))
    waiting: list[tuple[str, str, Sequence[Cell], int]] = field(default_factory=list)

    @property
    def items(self) -> list[str]:
        """In the order of the stages that they are for."""
        firsts: dict[str, int] = {}
        for item, stage, _ in self.sums:
            firsts[item] = min(firsts.get(item, len(ORDER)), ORDER.get(stage, len(ORDER)))
        return sorted(firsts, key=lambda item: (firsts[item], item))

    def of(self, item: str) -> Sums:
        """All stages and places of an item."""
        some = [sums for place, sums in self.sums.items() if place[0] == item]
        return Sums(*(sum(getattr(one, name) for one in some) for name in Sums.__dataclass_fields__))


class AidSummary:
    slug = "aid-summary"
    title = "资助发放汇总"
    read = Permission.AID_READ
    note = "本学年各学期或选定的学期，按项目、学段、乡镇汇总已发和应发未发的人数与金额，附应发未发名单。"

    def sheets(self, actor: Actor, now: dt.datetime, *, term: str = "") -> Iterator[Sheet]:
        """`now` is local time."""
        top, unit = heading(actor, now), unit_title(actor)
        given = _given(actor.scope)
        for each in [term] if term else _begun(now.date()):
            found = _term(actor.scope, each, given.get(each, {}))
            units = unit_names(actor.scope, {place for _, _, place in found.sums})
            yield _by_item(top, found)
            yield _by_place(top, found, units, unit=unit)
            yield _waiting(top, found, units, unit=unit)


def _begun(day: dt.date) -> list[str]:
    """The terms of the school year of `day` that have begun, the present one first."""
    present = terms.term_of(day)
    autumn = terms.of_school_year(terms.school_year(present), autumn=True)
    return list(dict.fromkeys((present, autumn)))


def _given(scope: Scope) -> Mapping[str, Mapping[Place, Sums]]:
    """By term what was given to children of one's own lists; one statement."""
    groups = (AidGrant.term, AidItem.name, pw.fn.COALESCE(Organisation.stage, ""), Region.code)
    rows = (
        changeable(AidGrant, scope)
        .join(AidItem)
        .switch(AidGrant)
        .join(Organisation)
        .join(Region)
        .select(*groups, pw.fn.COUNT(AidGrant.id), pw.fn.SUM(AidGrant.amount_fen))
        .group_by(*groups)
    )
    found: dict[str, dict[Place, Sums]] = defaultdict(lambda: defaultdict(Sums))
    for term, item, stage, code, heads, fen in dialect.fetched(rows):
        sums = found[term][item, stage, unit_of(code, scope)]
        sums.paid += heads
        sums.paid_fen += int(fen)
    return found


def _term(scope: Scope, name: str, given: Mapping[Place, Sums]) -> Term:
    """A term with what `given` says of it, and who is due something; three statements."""
    found = Term(name)
    found.sums.update(given)
    aimed = aims(scope, name)
    amounts = [due_or_given(some) for some in aimed.values()]
    besides = (SCHOOL.stage, PLACE.code, *amounts)
    for cells, (stage, code, *fens) in cells_of(children(scope).order_by(*by_class()), WHO, *besides):
        for item, fen in zip(aimed, fens, strict=True):
            if fen:
                unit = unit_of(code, scope)
                sums = found.sums[item, stage or "", unit]
                sums.due += 1
                sums.due_fen += fen
                found.waiting.append((item, unit, cells, fen))
    return found


def _by_item(top: Heading, term: Term) -> Sheet:
    lines = [Line((item, *term.of(item).cells())) for item in term.items]
    chart = Chart(f"{term.name}各项目发放进度", names=0, values=(5,)) if lines else None
    lines.append(Line((f"{top.place}合计",), Kind.TOTAL))
    columns = (Column(ITEM, 24), *COUNTS)
    words = top.over(f"{term.name}资助发放汇总表")
    return Sheet(f"{term.name}分项目", words, top.under, columns, lines, frozen=1, chart=chart, notes=NOTES)


def _by_place(top: Heading, term: Term, units: Mapping[str, str], *, unit: str) -> Sheet:
    lines, labels = [], dict(Stage.choices())
    for item in term.items:
        some = [(stage, place) for of, stage, place in term.sums if of == item]
        for stage, place in sorted(some, key=lambda one: (ORDER.get(one[0], len(ORDER)), one[1])):
            sums = term.sums[item, stage, place]
            lines.append(Line((item, labels.get(stage, "未填"), units[place], *sums.cells())))
        lines.append(Line((f"{item} 小计", "", ""), Kind.SUBTOTAL))
    lines.append(Line((f"{top.place}合计", "", ""), Kind.TOTAL))
    columns = (Column(ITEM, 24), Column(STAGE, 8, centred=True), Column(unit, 14), *COUNTS)
    words = top.over(f"{term.name}资助发放分学段、{unit}汇总表")
    return Sheet(f"{term.name}分学段{unit}", words, top.under, columns, lines, frozen=3, notes=NOTES)


def _waiting(top: Heading, term: Term, units: Mapping[str, str], *, unit: str) -> Sheet:
    columns = (
        *(Column(unit, 12), *(one.column for one in WHO)),
        *(Column(ITEM, 22), Column("应发金额（元）", 15, number_format=MONEY, total=True)),
    )
    lines = [Line((units[place], *cells, item, yuan(fen))) for item, place, cells, fen in term.waiting]
    lines.append(Line((f"{len(lines):,} 人次合计", *[""] * (1 + len(WHO))), Kind.TOTAL))
    words = top.over(f"{term.name}应发未发名单")
    return Sheet(f"{term.name}应发未发", words, top.under, columns, lines, frozen=1, notes=NOTES[1:2])
