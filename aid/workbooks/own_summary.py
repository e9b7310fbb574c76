"""自制汇总: a summary that a clerk put together, as a workbook of the same layout, and its chart.

Totals are formulas. Children cannot always be added up, for one child may stand in two lines or two columns: where the
sum of the parts is not the whole, the whole stands as a number, and a note says why.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

import peewee as pw

from aid.operations.events import exported
from aid.rules.cells import DECIMALS
from aid.rules.times import local
from aid.scope import Actor
from aid.summaries.crosstab import Crosstab, crosstab
from aid.summaries.dimension import Member
from aid.summaries.layout import Layout
from aid.summaries.measures import Count, Measure, Number, Unit
from aid.summaries.picture import Picture, picture
from aid.workbooks.base import Target, write_book
from aid.workbooks.columns import Heading, heading
from aid.workbooks.sheets import Chart, Column, Line, Sheet
from aid.workbooks.style import MEAN, MONEY, PERCENT, WHOLE, Kind, width_of
from models import now

ALL_COLUMNS, TOTAL, SUBTOTAL = "合计", "合计", "小计"
FORMATS = {Unit.WHOLE: WHOLE, Unit.MONEY: MONEY, Unit.SHARE: PERCENT, Unit.MEAN: MEAN}
AXES = {Unit.SHARE: "0%", Unit.MEAN: MEAN}  # others are told by the thousand
NARROWEST, WIDEST, ROOM = 8, 30, 3
NOT_SUMMED = "有的合计不是公式：一人在几行或几列里都有，只算一次，所以比各行各列相加的少。"


def own_summary_workbook(
    actor: Actor,
    layout: Layout,
    out: Target,
    *,
    where: pw.Expression | None = None,
    told: Sequence[str] = (),
    name: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Write a summary to `out`: of what `actor` reads under `where`, which `told` says in words; `at` is the moment in
    UTC that it bears, by default the present. That it was made is on record.

    Raises what aid.summaries.crosstab refuses, RuleBroken where `out` cannot be written.
    """
    table, made = crosstab(actor, layout, where=where), local(at or now())
    lines = write_book(out, _sheets(table, heading(actor, made), told=told, name=name), author=actor.name, made=made)
    exported(actor, "自制汇总（xlsx）", lines)


def _sheets(table: Crosstab, top: Heading, *, told: Sequence[str], name: str) -> Iterator[Sheet]:
    sheet = _Laid(table)
    words = name or f"{table.layout.subject.title}按{table.layout.told}汇总"
    lines = list(sheet.lines())
    notes = [one.note for one in (*table.layout.by, *table.layout.figures) if one.note]
    notes += [NOT_SUMMED] if any(line.fixed for line in lines) else []
    under = "　　".join([top.under, *(f"条件：{words}" for words in ["；".join(told)] if words)])
    frozen = len(table.layout.rows)
    yield Sheet("汇总", top.over(words), under, sheet.columns, lines, frozen=frozen, notes=notes)
    if drawn := picture(table):
        yield _drawn(drawn, sheet, heading=top.over(drawn.title), under=under)


class _Laid:
    """The columns of a summary from the left: what its rows are, its measures for each column and for all, and, out of
    sight, the counts that shares are made of."""

    def __init__(self, table: Crosstab) -> None:
        self.table, self.layout, self.figures = table, table.layout, table.layout.figures
        self.heads: list[Member | None] = [*table.columns, None]
        self.cells = [(head, measure) for head in self.heads for measure in self.figures]
        self.counts = list({count.name: count for one in self.figures for count in one.ratio or ()}.values())
        self.columns = [*self._rows(), *self._measures(), *self._counts()]

    def _rows(self) -> Iterator[Column]:
        for at in range(len(self.layout.rows)):
            longest = max((width_of(line[at].label) for line in self.table.lines), default=0)
            label = self.layout.by[at].label
            yield Column(label, max(NARROWEST, min(WIDEST, max(longest, width_of(label) + 4) + ROOM)))

    def _measures(self) -> Iterator[Column]:
        single = len(self.figures) == 1
        for head, measure in self.cells:
            label = head.label if head else ALL_COLUMNS
            title = label if self.table.columns and single else measure.label
            looks = {"number_format": self.shape(measure), "key": self._key(measure.name, head)}
            looks |= {"total": True} if measure.adds_up else {"share": self._parts(measure, head)}
            if self.table.columns and not single:
                looks["group"] = label
            if head is None and self.table.columns and measure.adds_up:
                looks["across"] = tuple(self._key(measure.name, one) for one in self.table.columns)
            yield Column(title, max(NARROWEST, min(WIDEST, width_of(title) + ROOM)), **looks)

    def _counts(self) -> Iterator[Column]:
        for head in self.heads:
            for count in self.counts:
                title = f"{head.label if head else ALL_COLUMNS}{count.label}"
                key = self._key(f"count {count.name}", head)
                yield Column(title, number_format=self.shape(count), total=True, key=key, hidden=True)

    def _parts(self, measure: Measure, head: Member | None) -> tuple[tuple[str, ...], ...]:
        return tuple((self._key(f"count {count.name}", head),) for count in measure.ratio)

    def shape(self, one: Measure | Count) -> str:
        """The number format: a number of the county's own has as many decimals as any that is told of it."""
        if one.unit is not Unit.NUMBER:
            return FORMATS[one.unit]
        slot = one.slot if isinstance(one, Measure) else one.name
        rests = [tally.sum(slot) % 10**DECIMALS for tally in self.table.tallies.values()]
        decimals = max((len(f"{rest:0{DECIMALS}}".rstrip("0")) for rest in rests), default=0)
        return f"#,##0.{'0' * decimals}" if decimals else WHOLE

    def _key(self, name: str, head: Member | None) -> str:
        return f"{name} {self.heads.index(head)}"

    # -- lines ------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        depth = len(self.layout.rows)
        for _, some in groupby(self.table.lines, key=lambda line: line[0]):
            block = list(some)
            yield from (self._plain(line) for line in block)
            if depth > 1 and self.layout.subtotals:
                words = (f"{block[0][0].label} {SUBTOTAL}", *[""] * (depth - 1))
                yield Line(words, Kind.SUBTOTAL, self._fixed(block[0][:1], block))
        yield Line((TOTAL, *[""] * (depth - 1)), Kind.TOTAL, self._fixed((), self.table.lines))

    def _plain(self, line: tuple[Member, ...]) -> Line:
        figures = [self.table.figure(measure, line, head) for head, measure in self.cells]
        counts = [count.of(self.table.tally(line, head)) for head in self.heads for count in self.counts]
        fixed = {
            len(line) + at: figures[at]
            for at, (head, measure) in enumerate(self.cells)
            if head is None and self.table.columns and measure.adds_up
            if not _same(figures[at], [self.table.figure(measure, line, one) for one in self.table.columns])
        }
        return Line((*(member.label for member in line), *figures, *counts), fixed=fixed)

    def _fixed(self, row: Sequence[Member], block: Sequence[tuple[Member, ...]]) -> dict[int, Number]:
        """Of a subtotal or total what its lines do not come to."""
        found = {}
        for at, (head, measure) in enumerate(self.cells, len(self.layout.rows)):
            whole = self.table.figure(measure, row, head)
            if measure.adds_up and not _same(whole, [self.table.figure(measure, line, head) for line in block]):
                found[at] = whole
        return found


def _same(whole: Number, parts: Sequence[Number]) -> bool:
    """Sums of shares are binary fractions, everything else is exact."""
    summed = sum(parts, Decimal()) if isinstance(whole, Decimal) else sum(parts)
    return abs(whole - summed) < 1e-9 if isinstance(whole, float) else whole == summed


def _drawn(drawn: Picture, sheet: _Laid, *, heading: str, under: str) -> Sheet:
    look = sheet.shape(drawn.measure)
    columns = [
        Column(sheet.columns[0].title, max(NARROWEST, min(WIDEST, max(map(width_of, drawn.names)) + ROOM))),
        *(
            Column(label or drawn.measure.label, max(NARROWEST, width_of(label) + ROOM), number_format=look)
            for label, _ in drawn.pieces
        ),
    ]
    lines = [Line((name, *(figures[at] for _, figures in drawn.pieces))) for at, name in enumerate(drawn.names)]
    shape = AXES.get(drawn.measure.unit, "#,##0")
    chart = Chart(drawn.title, names=0, values=tuple(range(1, len(columns))), number_format=shape)
    return Sheet("图", heading, under, columns, lines, frozen=1, chart=chart)
