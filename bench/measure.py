"""Timing, and the table in which a figure stands beside its floor."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

HEADER = ("what", "figure", "floor", "ratio", "bar", "")
WIDTHS = (44, 11, 11, 7, 7, 4)


@dataclass(frozen=True)
class Figure:
    """One line of the table. A ratio is judged where there is a floor, the figure itself where there is none."""

    what: str
    value: float
    bar: float
    floor: float | None = None
    unit: str = "ms"

    @property
    def judged(self) -> float:
        return self.value if self.floor is None else self.value / self.floor

    @property
    def ok(self) -> bool:
        return self.judged <= self.bar

    def cells(self) -> tuple[str, ...]:
        value = f"{self.value:,.1f} {self.unit}" if self.unit == "ms" else f"{self.value:,.0f} {self.unit}"
        floor = "" if self.floor is None else f"{self.floor:,.1f} ms"
        ratio = "" if self.floor is None else f"{self.judged:.2f}"
        return (self.what, value, floor, ratio, f"{self.bar:g}", "ok" if self.ok else "OVER")


def line(cells: tuple[str, ...]) -> str:
    first, *others = zip(cells, WIDTHS, strict=True)
    return f"{first[0]:<{first[1]}}" + "  ".join(f"{cell:>{width}}" for cell, width in others)


def milliseconds(work: Callable[[], Any], *, repetitions: int, before: Callable[[], Any] | None = None) -> float:
    """The median of `repetitions`; what `before` does ahead of each is not timed."""
    took = []
    for _ in range(repetitions):
        if before:
            before()
        took.append(_once(work))
    return median(took)


def side_by_side(
    work: Callable[[], Any], floor: Callable[[], Any], *, repetitions: int, clock: Callable[[], float] = perf_counter
) -> tuple[float, float]:
    """The medians of both, in milliseconds, taken in turns: what else the machine does then burdens them alike. By the
    clock `process_time` it does not burden them at all, but then waiting is not counted either."""
    pairs = [(_once(work, clock), _once(floor, clock)) for _ in range(repetitions)]
    figures, floors = zip(*pairs, strict=True)
    return median(figures), median(floors)


def _once(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> float:
    gc.collect()
    start = clock()
    work()
    return (clock() - start) * 1000


class _Statements(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(tuple(record.msg))


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """The statements with their parameters that Peewee sends inside the block."""
    handler, logger = _Statements(), logging.getLogger("peewee")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield handler.seen
    finally:
        logger.setLevel(logging.NOTSET)
        logger.removeHandler(handler)
