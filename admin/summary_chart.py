"""A summary's chart as SVG: where everything stands is worked out here, templates/own_summary.html writes it down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from admin.charts import shortened
from admin.summary_table import told
from aid.summaries.picture import Picture
from aid.workbooks.style import SERIES, width_of

WIDTH, LEFT, RIGHT = 900, 150, 70
BAR, STEP, TOP = 15, 23, 8
LEGEND, SIGN = 24, 7  # the height of a line of the legend, and the width of half a Chinese character
LONGEST = 20  # of a bar's name, in such halves


@dataclass(frozen=True)
class Piece:
    """A part of a bar; `words` are what one reads when pointing at it."""

    x: float
    width: float
    colour: str
    words: str


@dataclass(frozen=True)
class Bar:
    name: str
    y: int
    pieces: Sequence[Piece]
    end: float
    told: str


@dataclass(frozen=True)
class Key:
    """One entry of the legend."""

    name: str
    colour: str
    x: int
    y: int


@dataclass(frozen=True)
class Chart:
    title: str
    height: int
    bars: Sequence[Bar]
    keys: Sequence[Key]
    width: int = WIDTH
    left: int = LEFT
    bar: int = BAR


def drawn(picture: Picture | None) -> Chart | None:
    """Every place and width of a chart; None where there is none."""
    if picture is None:
        return None
    keys = list(_keys([name for name, _ in picture.pieces])) if len(picture.pieces) > 1 else []
    top = TOP + (keys[-1].y + LEGEND if keys else 0)
    low, high = _ends(picture)
    scale = (WIDTH - LEFT - RIGHT) / ((high - low) or 1)
    zero = LEFT - low * scale
    bars = [_bar(picture, at, top + STEP * at, zero=zero, scale=scale) for at in range(len(picture.names))]
    return Chart(picture.title, top + STEP * len(bars) + TOP, bars, keys)


def _ends(picture: Picture) -> tuple[float, float]:
    """How far the bars reach to the left of nought and to the right; a county's own numbers may be below it."""
    every = [[float(figures[at] or 0) for _, figures in picture.pieces] for at in range(len(picture.names))]
    low, high = ([sum(part for part in some if (part < 0) == below) for some in every] for below in (True, False))
    return min(low, default=0.0), max(high, default=0.0)


def _bar(picture: Picture, at: int, y: int, *, zero: float, scale: float) -> Bar:
    measure, pieces, left, right = picture.measure, [], zero, zero
    for nth, (name, figures) in enumerate(picture.pieces):
        length = float(figures[at] or 0) * scale
        words = " ".join(part for part in (picture.names[at], name, told(measure, figures[at])) if part)
        left, x, right = (left + length, left + length, right) if length < 0 else (left, right, right + length)
        if length:
            pieces.append(Piece(round(x, 1), round(abs(length), 1), SERIES[nth % len(SERIES)], words))
    name = shortened(picture.names[at], LONGEST, kept=LONGEST - 1)
    return Bar(name, y, pieces, round(right, 1), told(measure, picture.totals[at]))


def _keys(names: Sequence[str]) -> Iterator[Key]:
    x, y = LEFT, 0
    for nth, name in enumerate(names):
        wide = SIGN * width_of(name) + 30
        if x + wide > WIDTH:
            x, y = LEFT, y + LEGEND
        yield Key(name, SERIES[nth % len(SERIES)], x, y)
        x += wide
