"""A line from day to day."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from admin.charts.parts import NARROW, TOP, Box, Chart, Dot, Mark, Stroke, Text
from aid.workbooks.style import QUIET

HEIGHT, LEFT, RIGHT, BOTTOM = 250, 46, 14, 24
MOST_MARKS, MOST_NUMBERS, MOST_DAYS = 31, 15, 8  # points that are marked, that are numbered, and days that are named
LINES = 4  # across it


@dataclass(frozen=True)
class Day:
    """One of the table behind a line."""

    day: dt.date
    count: int
    url: str


def by_days(
    counts: Mapping[dt.date, int], *, title: str, under: str, url_of: Callable[[dt.date], str] = lambda _: ""
) -> tuple[Chart, list[Day]]:
    """A line through the days over whole numbers, one after the other, and the days; one that counts anything leads to
    its `url_of`."""
    some = [Day(day, count, url_of(day) if count else "") for day, count in counts.items()]
    most, floor = max((one.count for one in some), default=0), HEIGHT - BOTTOM
    step = _step(most)
    scale, apart = (floor - TOP) / (step * LINES), (NARROW - LEFT - RIGHT - 16) / max(1, len(some) - 1)
    places = [(round(LEFT + 8 + at * apart, 1), round(floor - one.count * scale, 1)) for at, one in enumerate(some)]
    heights = [(round(floor - step * at * scale, 1), f"{step * at:,}") for at in range(LINES + 1)]
    numbers = [Text(LEFT - 6, y + 4, number, "end", QUIET, 11) for y, number in heights]
    line = " ".join(f"{x},{y}" for x, y in places)
    return Chart(
        title,
        under,
        f"{some[0].day} 至 {some[-1].day} 共 {sum(counts.values()):,} 人，最多一天 {most:,} 人",
        NARROW,
        HEIGHT,
        [Mark("", texts=numbers), *_marks(some, places, round(apart, 2))],
        [Stroke(LEFT, y, NARROW - RIGHT, y) for y, _ in heights],
        area=f"{places[0][0]},{floor} {line} {places[-1][0]},{floor}",
        line=line,
        walked=len(some) <= MOST_MARKS,
    ), some


def _marks(some: Sequence[Day], places: Sequence[tuple[float, float]], apart: float) -> Iterator[Mark]:
    """The days on the line: all of few, with their numbers; of many some by name."""
    every, top, floor = -(-len(some) // MOST_DAYS), TOP - 12, HEIGHT - BOTTOM
    for at, (one, (x, y)) in enumerate(zip(some, places, strict=True)):
        texts = []
        if one.count and len(some) <= MOST_NUMBERS:
            texts.append(Text(x, y - 7, f"{one.count:,}", "middle", size=11, clear=True))
        if (len(some) - 1 - at) % every == 0:
            texts.append(Text(x, floor + 16, f"{one.day.month}-{one.day.day}", "middle", QUIET, 11))
        boxes = [Box(round(x - apart / 2, 2), top, apart, floor - top)] if one.url else []
        dots = [Dot(x, y)] if len(some) <= MOST_MARKS else []
        yield Mark(f"{one.day} {one.count:,} 人", one.url, boxes, dots, texts)


def _step(most: int) -> int:
    """The round number from one line of the grid to the next.

    >>> [_step(most) for most in (0, 3, 4, 41, 730, 9000)]
    [1, 1, 1, 20, 200, 2500]
    """
    unit = 1
    while True:
        for step in (unit, 2 * unit, 5 * unit // 2 if unit > 1 else 2, 5 * unit):
            if step * LINES >= most:
                return step
        unit *= 10
