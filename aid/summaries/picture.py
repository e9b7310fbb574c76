"""What a summary's chart shows: a bar for each first value of its rows, in one piece or in pieces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aid.summaries.crosstab import Crosstab
from aid.summaries.dimension import Member
from aid.summaries.measures import Measure, Number

MOST_BARS, MOST_PIECES = 30, 8
REST = "其余"

Figure = Callable[[Member, Member | None], Number | None]


@dataclass(frozen=True)
class Picture:
    """`pieces` are the parts of every bar, each with its name and, in the order of `names`, its figures; one of them
    without a name is the bar itself. `totals` are the figures of the bars, which parts of children may exceed; there is
    none where nothing can be told."""

    title: str
    measure: Measure
    names: Sequence[str]
    totals: Sequence[Number | None]
    pieces: Sequence[tuple[str, Sequence[Number | None]]]


def picture(table: Crosstab) -> Picture | None:
    """The chart of a summary by its first measure; None where none is wanted or there is nothing to draw.

    More than 30 bars, and more than 8 pieces, are cut to the largest; what is left of the pieces is 其余.
    """
    layout, measure = table.layout, table.layout.figures[0]
    bars = list(dict.fromkeys(line[0] for line in table.lines))
    if not layout.chart or not bars:
        return None
    by = f"{layout.by[0].label}{measure.label}"
    if len(bars) > MOST_BARS:
        by = f"{by}（最多的 {MOST_BARS} 个）"
        bars = sorted(bars, key=lambda one: -(table.figure(measure, (one,), None) or 0))[:MOST_BARS]
    names, totals = [bar.label for bar in bars], [table.figure(measure, (bar,), None) for bar in bars]
    parts, figure = _pieces(table, measure)
    if layout.chart != "stacked" or not measure.adds_up or not parts:
        return Picture(f"各{by}", measure, names, totals, [("", totals)])
    kept = _largest(parts, lambda part: sum(figure(bar, part) for bar in bars))
    pieces = [(part.label, [figure(bar, part) for bar in bars]) for part in kept]
    if left := [part for part in parts if part not in kept]:
        pieces.append((REST, [sum(figure(bar, part) for part in left) for bar in bars]))
    return Picture(f"各{by}", measure, names, totals, pieces)


def _pieces(table: Crosstab, measure: Measure) -> tuple[list[Member], Figure]:
    """What a bar is made of: the columns, or the second value of the rows."""
    if table.columns:
        return list(table.columns), lambda bar, part: table.figure(measure, (bar,), part)
    parts = sorted(dict.fromkeys(line[1] for line in table.lines if len(line) > 1), key=lambda part: part.order)
    return parts, lambda bar, part: table.figure(measure, (bar, part), None)


def _largest(parts: Sequence[Member], size: Callable[[Member], Number]) -> list[Member]:
    if len(parts) <= MOST_PIECES:
        return list(parts)
    chosen = set(sorted(parts, key=lambda part: -size(part))[: MOST_PIECES - 1])
    return [part for part in parts if part in chosen]
