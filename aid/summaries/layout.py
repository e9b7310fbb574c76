"""How a summary is laid out: what a clerk chose, as an address and a kept summary say it. Nothing else gets in."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import peewee as pw

from aid.errors import RuleBroken
from aid.rules import views
from aid.rules.cells import Fault
from aid.rules.id_numbers import holds_one
from aid.summaries.bands import limits_in
from aid.summaries.dimension import Dimension
from aid.summaries.measures import Measure
from aid.summaries.subjects import SUBJECTS, USUAL, Subject

MOST_ROWS = 2
CHARTS = {"bars": "条形图", "stacked": "堆叠条形图", "": "不画图"}


@dataclass(frozen=True)
class Layout:
    """`rows` and `column` name dimensions, `measures` measures; `filters` are words of the list's address; `bands` the
    limits that were typed for a dimension of numbers, by its name; `own` which of the county's own columns a kept one
    means (aid/summaries/meant.py); `of` names the subject."""

    rows: tuple[str, ...]
    column: str = ""
    measures: tuple[str, ...] = ("children",)
    filters: Mapping[str, str] = field(default_factory=dict)
    subtotals: bool = True
    chart: str = "bars"
    bands: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    of: str = USUAL

    @classmethod
    def read(cls, text: str) -> Self:
        """The layout that was packed. Raises RuleBroken for what is none, or names what there is not (any more)."""
        layout = cls.parsed(text)
        layout.refuse_faults()
        return layout

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The same, whatever it names. Raises RuleBroken for what is none."""
        try:
            said = json.loads(text)
            json.dumps(said, ensure_ascii=False).encode()  # half a letter, which JSON can say, is no text
        except (ValueError, RecursionError) as fault:
            raise RuleBroken("汇总的布局读不出来；请重新选择后再保存") from fault
        if not isinstance(said, dict) or not said.keys() <= cls.__dataclass_fields__.keys():
            raise RuleBroken("汇总的布局不对；请重新选择后再保存")
        own, of = said.get("own", {}), said.get("of", USUAL)
        if not isinstance(own, dict) or any(type(one) is not int for one in own.values()):
            raise RuleBroken("汇总的布局不对；请重新选择后再保存")
        kinds = {"column": str, "filters": dict}
        if any(name in said and type(said[name]) is not kind for name, kind in kinds.items()):
            raise RuleBroken("汇总的布局不对；请重新选择后再保存")
        if not isinstance(of, str) or of not in SUBJECTS:
            raise RuleBroken("汇总的布局不对；请重新选择后再保存")
        return cls(**{**said, **{name: _texts(said.get(name)) for name in ("rows", "measures")}})

    def refuse_faults(self, *, filters: Collection[str] | None = None) -> None:
        """Raise RuleBroken where this names a dimension or a measure that there is not, or one twice, or none; with
        `filters`, also where it has a filter that is none of them. One that holds a whole ID number is refused."""
        known = filters if filters is not None else self.filters if isinstance(self.filters, Mapping) else ()
        if fault := self._fault() or views.words_fault(self.filters, known):
            raise RuleBroken(f"汇总的布局不对：{fault}")
        if any(holds_one(value) for value in self.filters.values()):
            raise RuleBroken("条件里有完整的身份证号，不能用来汇总；请先去掉这个条件")

    def _fault(self) -> str | None:
        named, dimensions = [*self.rows, *([self.column] if self.column else [])], self.subject.dimensions
        if not 1 <= len(self.rows) <= MOST_ROWS or not self.measures:
            return f"要有一到 {MOST_ROWS} 个行和至少一个数"
        if unknown := [name for name in named if not isinstance(name, str) or name not in dimensions]:
            return f"不能按“{str(unknown[0])[:40]}”汇总"
        if unknown := [name for name in self.measures if name not in self.subject.measures]:
            return f"不认识的数“{unknown[0][:40]}”"
        if len(set(named)) < len(named) or len(set(self.measures)) < len(self.measures):
            return "同一项选了两次"
        if twice := [one.label for one in self.by if one.is_place and one.name in self.filters]:
            return f"已经按{twice[0]}汇总，不能再用它作条件；请改用学校或户籍区划的条件"
        if type(self.subtotals) is not bool or not isinstance(self.chart, str) or self.chart not in CHARTS:
            return "小计或图的写法不对"
        return self._bands_fault()

    def _bands_fault(self) -> str | None:
        if not isinstance(self.bands, Mapping) or not self.bands.keys() <= {one.name for one in self.by if one.banded}:
            return "分段的写法不对"
        for name, words in self.bands.items():
            try:
                limits_in(words if isinstance(words, str) else "-")
            except Fault as fault:
                label = self.subject.dimensions[name].label
                return f"{label}的界限“{str(words)[:40]}”：{fault}；请用空格隔开，如 1000 2000 5000"
        return None

    @property
    def subject(self) -> Subject:
        return SUBJECTS[self.of]

    @property
    def packed(self) -> str:
        """The one text of this layout."""
        unsaid = {"own": {}, "of": USUAL}  # as in what was kept before there was another
        said = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return views.packed(
            {name: value for name, value in said.items() if name not in unsaid or value != unsaid[name]}
        )

    @property
    def by(self) -> list[Dimension]:
        """The dimensions of the rows, then that of the columns where there is one."""
        return [self.subject.dimensions[name] for name in (*self.rows, self.column) if name]

    @property
    def figures(self) -> list[Measure]:
        return [self.subject.measures[name] for name in self.measures]

    @property
    def sums(self) -> dict[str, pw.Node]:
        """What is added up for the measures, by name."""
        return {name: node for one in self.figures for name, node in one.sums.items()}

    @property
    def told(self) -> str:
        """就读乡镇、学段 × 困难类型"""
        *rows, last = (one.label for one in self.by)
        return f"{'、'.join(rows)} × {last}" if self.column else "、".join((*rows, last))


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(part, str) for part in value):
        raise RuleBroken("汇总的布局不对；请重新选择后再保存")
    return tuple(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value
