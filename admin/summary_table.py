"""A summary as a page shows it: heads, lines with subtotals, and every figure with the address of its rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from admin.columns import NONE
from aid.rules import cells, money
from aid.summaries.bands import grouped
from aid.summaries.crosstab import Crosstab
from aid.summaries.dimension import Member
from aid.summaries.measures import Measure, Number, Unit

MOST_CELLS, MOST_COLUMNS = 2_000, 60
NOTHING = "–"
GONE = "有一列已停用，名单里没有它，所以数字点不开。"
_TEXT: dict[Unit, Callable[[Any], str]] = {
    Unit.WHOLE: "{:,}".format,
    Unit.MONEY: lambda yuan: money.grouped(int(yuan * money.FEN_OF_YUAN)),
    Unit.SHARE: "{:.1%}".format,
    Unit.NUMBER: lambda number: grouped(int(number.scaleb(cells.DECIMALS))),
    Unit.MEAN: "{:,.2f}".format,
}


def told(measure: Measure, number: Number | None) -> str:
    """A figure as a clerk reads it."""
    return NOTHING if number is None else _TEXT[measure.unit](number)


@dataclass(frozen=True)
class Head:
    """What stands before a line's figures: `span` lines belong to it."""

    text: str
    span: int = 1


@dataclass(frozen=True)
class Figure:
    """`url` leads to the rows it tells of, "" where there are none; `last` is of all columns."""

    text: str
    url: str
    last: bool = False


@dataclass(frozen=True)
class ShownLine:
    """`kind` is "", "subtotal" or "total"."""

    heads: Sequence[Head]
    figures: Sequence[Figure]
    kind: str = ""


class Shown:
    """As much of a summary as a page shows well, and a sentence where that is not all."""

    def __init__(self, table: Crosstab, list_url: str, *, words: Mapping[str, str] = NONE) -> None:
        """`words` are what the list must be told beside what is asked."""
        self.table, self.layout, self.list_url, self.words = table, table.layout, list_url, words
        self.by = self.layout.by
        self.titles = [one.label for one in self.by[: len(self.layout.rows)]]
        self.columns: list[Member | None] = [*table.columns[:MOST_COLUMNS], None]
        self.measures = self.layout.figures
        wide = len(self.columns) * len(self.measures)
        self.shown = table.lines[: max(1, MOST_CELLS // wide)]
        self.leads = all(one.in_list for one in self.by)
        self._said: dict[tuple[str, str], str] = {}

    @property
    def single(self) -> bool:
        """Whether a column of the table is one measure, told in the caption, and not several."""
        return len(self.measures) == 1 and bool(self.table.columns)

    @property
    def notes(self) -> list[str]:
        notes = [one.note for one in (*self.by, *self.measures) if one.note]
        return notes if self.leads else [*notes, GONE]

    @property
    def cut(self) -> str:
        lines, columns = len(self.table.lines), len(self.table.columns)
        told = []
        if len(self.shown) < lines:
            told.append(f"前 {len(self.shown):,} 行（共 {lines:,} 行）")
        if columns >= len(self.columns):
            told.append(f"前 {len(self.columns) - 1} 列（共 {columns:,} 列）")
        return f"结果太大，这里只显示{'、'.join(told)}；合计仍是全部的。下载工作簿可以看到全部。" if told else ""

    @cached_property
    def lines(self) -> list[ShownLine]:
        return list(self._lines())

    @cached_property
    def total(self) -> ShownLine:
        return ShownLine([Head("合计")], self._figures(()), "total")

    def _lines(self) -> Iterator[ShownLine]:
        deep = len(self.layout.rows) > 1
        whole = dict.fromkeys(line[0] for line in self.table.lines[len(self.shown) :])  # not shown to its end
        for first, some in groupby(self.shown, key=lambda line: line[0]):
            block = list(some)
            subtotal = deep and self.layout.subtotals and first not in whole
            for at, line in enumerate(block):
                heads = [Head(line[0].label, len(block))] if at == 0 else []
                yield ShownLine([*heads, *(Head(member.label) for member in line[1:])], self._figures(line))
            if subtotal:
                yield ShownLine([Head(f"{first.label} 小计")], self._figures((first,)), "subtotal")

    def _figures(self, row: Sequence[Member]) -> list[Figure]:
        return [self._figure(measure, row, column) for column in self.columns for measure in self.measures]

    def _figure(self, measure: Measure, row: Sequence[Member], column: Member | None) -> Figure:
        tally = self.table.tally(row, column)
        if not tally.rows:
            return Figure(NOTHING, "", column is None)
        url = self._url(row, column) if self.leads else ""
        return Figure(told(measure, measure.of(tally, self.table.whole)), url, column is None)

    def _url(self, row: Sequence[Member], column: Member | None) -> str:
        """The list with the filters of the summary, narrowed to the values of the dimensions."""
        named = list(zip(self.by, row, strict=False)) + ([(self.by[-1], column)] if column else [])
        words = {**self.words, **self.layout.filters}
        for dimension, member in named:
            dimension.narrowed(words, member)
        return f"{self.list_url}?{'&'.join(self._word(name, value) for name, value in words.items())}"

    def _word(self, name: str, value: str) -> str:
        if (name, value) not in self._said:
            self._said[name, value] = urlencode({name: value})
        return self._said[name, value]
