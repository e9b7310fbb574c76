"""A summary's chart as SVG: where everything stands is worked out here, templates/own_summary.html writes it down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from admin.charts import shortened
from admin.summary_table import TEXT
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
    longest = max((sum(figures[at] for _, figures in picture.pieces) for at in range(len(picture.names))), default=0)
    scale = (WIDTH - LEFT - RIGHT) / float(longest or 1)
    bars = [_bar(picture, at, top + STEP * at, scale=scale) for at in range(len(picture.names))]
    return Chart(picture.title, top + STEP * len(bars) + TOP, bars, keys)


def _bar(picture: Picture, at: int, y: int, *, scale: float) -> Bar:
    tell, pieces, x = TEXT[picture.measure.unit], [], float(LEFT)
    for nth, (name, figures) in enumerate(picture.pieces):
        width = float(figures[at]) * scale
        words = " ".join(part for part in (picture.names[at], name, tell(figures[at])) if part)
        if width:
            pieces.append(Piece(round(x, 1), round(width, 1), SERIES[nth % len(SERIES)], words))
        x += width
    return Bar(
        shortened(picture.names[at], LONGEST, kept=LONGEST - 1), y, pieces, round(x, 1), tell(picture.totals[at])
    )


def _keys(names: Sequence[str]) -> Iterator[Key]:
    x, y = LEFT, 0
    for nth, name in enumerate(names):
        wide = SIGN * width_of(name) + 30
        if x + wide > WIDTH:
            x, y = LEFT, y + LEGEND
        yield Key(name, SERIES[nth % len(SERIES)], x, y)
        x += wide
