"""Bars that lie side by side: from nought to all, or of pieces to one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from admin.charts.parts import BAR, NARROW, TOP, WIDE, Box, Chart, Mark, Stroke, Text, shortened
from aid.workbooks.style import ACCENT, HEADER_FILL, QUIET, SERIES, width_of

SIGN = 6  # the width of half a Chinese character
STEP, ROUND = 20, 2  # from one bar to the next, and how round their corners are
BESIDE, DROP = 8, 11  # from a bar to what stands beside it, and down to the foot of its letters
PERCENT, DIGIT = 50, 7  # the room for 100.0% behind a bar, and that for a digit of what is counted
LONGEST = 34  # of a bar's name, in halves of a character
KEY, SQUARE = 22, 11  # the height of a line of the legend, and a side of its squares


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
class Piece:
    """A piece of a bar, as long as `size` and to the left of nought where that is below it."""

    size: float
    words: str


@dataclass(frozen=True)
class Whole:
    """A bar of pieces, in the order of the legend."""

    name: str
    told: str
    pieces: Sequence[Piece]


def bars(parts: Sequence[Part], *, title: str, under: str) -> Chart:
    """A bar from nought to all for each part, in their order."""
    left = _room([part.name for part in parts])
    track = NARROW - left - PERCENT - 14 - DIGIT * max((len(part.counted) for part in parts), default=0)
    marks = [_filled(part, TOP + STEP * at, left=left, track=track) for at, part in enumerate(parts)]
    desc = "；".join(part.told for part in parts)
    return Chart(title, under, desc, NARROW, TOP + STEP * len(parts) + 4, marks)


def stacked(wholes: Sequence[Whole], *, title: str, under: str, legend: Sequence[str] = ()) -> Chart:
    """A bar of pieces for each, in their order, to one scale; `legend` names the pieces."""
    left, ends = _room([whole.name for whole in wholes]), [_ends(whole) for whole in wholes]
    low, high = min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=0.0)
    scale = (WIDE - left - _widest([whole.told for whole in wholes])) / ((high - low) or 1)
    nought = round(left - low * scale, 1)
    keys, top = _keys(legend, left)
    marks = [_whole(whole, top + STEP * at, left=left, nought=nought, scale=scale) for at, whole in enumerate(wholes)]
    height = top + STEP * len(wholes) + 4
    axis = [Stroke(nought, top - 4, nought, height - 4)] if low else []
    desc = "；".join(f"{whole.name} {whole.told}" for whole in wholes)
    return Chart(title, under, desc, WIDE, height, [*keys, *marks], axis)


def _called(name: str) -> str:
    return shortened(name, LONGEST, kept=LONGEST - 2)


def _room(names: Sequence[str]) -> int:
    """How far the bars stand from the left, behind their names."""
    return 6 + BESIDE + SIGN * max((width_of(_called(name)) for name in names), default=0)


def _widest(figures: Sequence[str]) -> int:
    return 2 * BESIDE + DIGIT * max((width_of(figure) for figure in figures), default=0)


def _name(name: str, left: int, y: int) -> Text:
    return Text(left - BESIDE, y + DROP, _called(name), "end")


def _filled(part: Part, y: int, *, left: int, track: int) -> Mark:
    boxes = [
        Box(left, y, track, colour=HEADER_FILL, round=ROUND),
        Box(left, y, round(part.share * track, 1), colour=ACCENT, round=ROUND),
    ]
    texts = [
        _name(part.name, left, y),
        Text(left + track + PERCENT, y + DROP, part.percent, "end"),
        Text(NARROW - 2, y + DROP, part.counted, "end", QUIET),
    ]
    return Mark(part.told, part.url, boxes, texts=texts)


def _ends(whole: Whole) -> tuple[float, float]:
    """How far a bar reaches to the left of nought and to the right."""
    sizes = [piece.size for piece in whole.pieces]
    return sum(size for size in sizes if size < 0), sum(size for size in sizes if size > 0)


def _whole(whole: Whole, y: int, *, left: int, nought: float, scale: float) -> Mark:
    boxes, low, high = [], nought, nought
    for nth, piece in enumerate(whole.pieces):
        length = piece.size * scale
        low, x, high = (low + length, low + length, high) if length < 0 else (low, high, high + length)
        if length:
            colour, corners = SERIES[nth % len(SERIES)], ROUND if len(whole.pieces) == 1 else 0
            boxes.append(Box(round(x, 1), y, round(abs(length), 1), BAR, colour, piece.words, corners))
    texts = [_name(whole.name, left, y), Text(round(high, 1) + BESIDE, y + DROP, whole.told)]
    return Mark(f"{whole.name} {whole.told}", boxes=boxes, texts=texts)


def _keys(names: Sequence[str], left: int) -> tuple[list[Mark], int]:
    """The legend, in lines of the chart's width, and where the bars begin below it."""
    marks, x, y = [], left, TOP
    for nth, name in enumerate(names):
        wide = SQUARE + 5 + SIGN * width_of(name)
        if x > left and x + wide > WIDE:
            x, y = left, y + KEY
        square = Box(x, y, SQUARE, SQUARE, SERIES[nth % len(SERIES)], round=ROUND)
        marks.append(Mark(name, boxes=[square], texts=[Text(x + SQUARE + 5, y + 10, name)]))
        x += wide + 2 * BESIDE
    return marks, y + KEY if names else TOP
