"""What charts are drawn of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aid.workbooks.style import ACCENT, HEADER_FILL, INK, LINE, QUIET, width_of

NARROW, WIDE = 560, 900  # of half a page, and of a whole one
TOP = 46  # below the title and what stands under it
BAR = 13  # a bar's height


@dataclass(frozen=True)
class Text:
    x: float
    y: float
    words: str
    anchor: str = "start"
    colour: str = INK
    size: int = 12
    clear: bool = False  # of what it stands upon


@dataclass(frozen=True)
class Box:
    """`words` are what one reads when pointing at it. One without a colour is there to be pointed at."""

    x: float
    y: float
    width: float
    height: float = BAR
    colour: str = ""
    words: str = ""
    round: int = 0


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Stroke:
    """A thin line across the chart or down it."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True)
class Mark:
    """What belongs together: a bar with its name and its figures, a day. It leads to `url`, "" for nowhere."""

    told: str
    url: str = ""
    boxes: Sequence[Box] = ()
    dots: Sequence[Dot] = ()
    texts: Sequence[Text] = ()


@dataclass(frozen=True)
class Chart:
    """Drawn in this order: strokes, the area under the line, the line, and the marks. `walked` is whether one comes
    from mark to mark by the keyboard."""

    title: str
    under: str
    desc: str
    width: int
    height: int
    marks: Sequence[Mark]
    strokes: Sequence[Stroke] = ()
    area: str = ""
    line: str = ""
    walked: bool = True
    ink: ClassVar[str] = INK
    quiet: ClassVar[str] = QUIET
    thin: ClassVar[str] = LINE
    ground: ClassVar[str] = "#FFFFFF"
    filled: ClassVar[str] = ACCENT
    pale: ClassVar[str] = HEADER_FILL


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
