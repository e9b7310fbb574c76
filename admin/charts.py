"""Charts as SVG made on the server: where everything stands is worked out here, templates/charts.html writes it down.

A chart is a picture by itself: title and time are in it, and its looks are attributes, so that it can be taken out of
the page as it is (static/charts.js) and the page needs no inline style.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aid.workbooks.style import ACCENT, HEADER_FILL, INK, LINE, QUIET, width_of

COLOURS = {"filled": ACCENT, "track": HEADER_FILL, "text": INK, "quiet": QUIET, "grid": LINE, "ground": "#FFFFFF"}
WIDTH = 560
TOP = 46  # below the title and what stands under it
SIGN = 6  # the width of half a Chinese character
BAR, STEP = 13, 20  # a bar's height, and from one bar to the next
PERCENT, DIGIT = 50, 7  # the room for 100.0% behind a bar, and that for a digit of what is counted
LONGEST = 34  # of a bar's name, in halves of a character
HEIGHT, LEFT, RIGHT, BOTTOM = 250, 46, 14, 24  # of a line's chart
MOST_MARKS, MOST_NUMBERS, MOST_DAYS = 31, 15, 8  # points that are marked, that are numbered, and days that are named
LINES = 4  # across a line's chart


@dataclass(frozen=True)
class Part:
    """What a bar is of: how much of it is filled, 0 to 1, and where it leads."""

    name: str
    share: float
    counted: str
    url: str

    @property
    def percent(self) -> str:
        return f"{self.share:.1%}"

    @property
    def told(self) -> str:
        return f"{self.name} {self.percent}（{self.counted}）"


@dataclass(frozen=True)
class Bar:
    part: Part
    name: str
    y: int
    width: float


@dataclass(frozen=True)
class Bars:
    """Bars from nought to all."""

    title: str
    under: str
    desc: str
    bars: Sequence[Bar]
    left: int
    height: int
    track: int
    width: int = WIDTH
    bar: int = BAR
    kind: str = "bars"

    @property
    def percent(self) -> int:
        """Where the percentages end."""
        return self.left + self.track + PERCENT


@dataclass(frozen=True)
class Point:
    """A day of a line; `number` is written beside it, "" where there is no room, `named` under it; it leads to `url`,
    "" where there is nothing."""

    day: dt.date
    count: int
    x: float
    y: float
    number: str
    named: str
    url: str

    @property
    def told(self) -> str:
        return f"{self.day} {self.count:,} 人"


@dataclass(frozen=True)
class Days:
    """A line by days, over a grid of whole numbers."""

    title: str
    under: str
    desc: str
    points: Sequence[Point]
    grid: Sequence[tuple[float, int]]
    marked: bool
    apart: float  # from one point to the next
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM
    top: int = TOP - 12
    kind: str = "days"

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def area(self) -> str:
        return f"{self.points[0].x},{self.floor} {self.line} {self.points[-1].x},{self.floor}"


def bars(parts: Sequence[Part], *, title: str, under: str) -> Bars:
    """A bar for each part, in their order."""
    names = [shortened(part.name, LONGEST, kept=LONGEST - 2) for part in parts]
    left = 14 + SIGN * max((width_of(name) for name in names), default=0)
    track = WIDTH - left - PERCENT - 14 - DIGIT * max((len(part.counted) for part in parts), default=0)
    drawn = [
        Bar(part, name, TOP + STEP * at, round(part.share * track, 1))
        for at, (part, name) in enumerate(zip(parts, names, strict=True))
    ]
    desc = "；".join(part.told for part in parts)
    return Bars(title, under, desc, drawn, left, TOP + STEP * len(parts) + 4, track)


def days(
    counts: Mapping[dt.date, int], *, title: str, under: str, url_of: Callable[[dt.date], str] = lambda _: ""
) -> Days:
    """A line through the days, one after the other; one that counts anything leads to its `url_of`."""
    step = _step(max(counts.values(), default=0))
    scale = (HEIGHT - BOTTOM - TOP) / (step * LINES)
    grid = [(round(HEIGHT - BOTTOM - step * at * scale, 1), step * at) for at in range(LINES + 1)]
    total = sum(counts.values())
    desc = f"{min(counts)} 至 {max(counts)} 共 {total:,} 人，最多一天 {max(counts.values()):,} 人"
    points = list(_points(counts, scale, url_of))
    return Days(title, under, desc, points, grid, len(counts) <= MOST_MARKS, round(_apart(counts), 2))


def shortened(name: str, longest: int, *, kept: int) -> str:
    """A name of at most `longest` halves of a character; of a longer one what takes up `kept` of them.

    >>> shortened("德安县蒲亭镇小学", 16, kept=14), shortened("德安县蒲亭镇中心小学", 16, kept=14)
    ('德安县蒲亭镇小学', '德安县蒲亭镇中…')
    """
    if width_of(name) <= longest:
        return name
    while width_of(name) > kept:
        name = name[:-1]
    return f"{name}…"


def _apart(counts: Mapping[dt.date, int]) -> float:
    return (WIDTH - LEFT - RIGHT - 16) / max(1, len(counts) - 1)


def _points(counts: Mapping[dt.date, int], scale: float, url_of: Callable[[dt.date], str]) -> Iterator[Point]:
    apart = _apart(counts)
    every = -(-len(counts) // MOST_DAYS)
    for at, (day, count) in enumerate(counts.items()):
        named = f"{day.month}-{day.day}" if (len(counts) - 1 - at) % every == 0 else ""
        number = f"{count:,}" if count and len(counts) <= MOST_NUMBERS else ""
        x, y = LEFT + 8 + at * apart, HEIGHT - BOTTOM - count * scale
        yield Point(day, count, round(x, 1), round(y, 1), number, named, url_of(day) if count else "")


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
