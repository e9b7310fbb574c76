"""The bands by which numbers are grouped: between limits that a clerk gave, or between round ones. Numbers are whole
ten-thousandths, as aid.rules.cells.decimal reads them; a band has its lower limit and not its upper one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from aid.rules.cells import DECIMALS, Fault, decimal, decimal_told

ONE = 10**DECIMALS
ASIDE = 0.05  # the part of the numbers, and twice that of the highest, for which no band is made
MOST_LIMITS, BANDS = 20, 8
_BETWEEN = re.compile(r"[\s，、；;]+")


@dataclass(frozen=True)
class Band:
    """From `low` to below `high`, None where it is open; `whole` says that there are whole numbers alone."""

    low: int | None
    high: int | None
    whole: bool

    @property
    def last(self) -> int | None:
        """The largest number of it."""
        return None if self.high is None else self.high - (ONE if self.whole and self.high % ONE == 0 else 1)

    @property
    def label(self) -> str:
        """As a clerk reads it.

        >>> [Band(*ends, whole=True).label for ends in ((None, 20000), (20000, 30000), (20000, 50000), (50000, None))]
        ['不到 2', '2', '2～4', '5 及以上']
        >>> Band(10_000_000, 20_005_000, whole=False).label
        '1,000 到不足 2,000.5'
        """
        if self.low is None:
            return f"不到 {grouped(self.high)}"
        if self.high is None:
            return f"{grouped(self.low)} 及以上"
        if self.last == self.low:
            return grouped(self.low)
        closed = self.whole and self.high % ONE == 0
        return (
            f"{grouped(self.low)}～{grouped(self.last)}"
            if closed
            else f"{grouped(self.low)} 到不足 {grouped(self.high)}"
        )


def grouped(value: int) -> str:
    """Ten-thousandths with a comma between the thousands.

    >>> grouped(12345000), grouped(-120000000)
    ('1,234.5', '-12,000')
    """
    whole, dot, rest = decimal_told(value).partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole not in ("", "-0") else decimal_told(value)


def limits_in(words: str) -> tuple[int, ...]:
    """The limits that a clerk typed, with a space between; none of no words. Raises Fault where they are no numbers,
    do not rise, or are more than 20.

    >>> limits_in("1,000 2000、 3000.5")
    (10000000, 20000000, 30005000)
    """
    limits = tuple(decimal(part) for part in _BETWEEN.split(words) if part)
    if any(low >= high for low, high in pairwise(limits)) or len(limits) > MOST_LIMITS:
        raise Fault("malformed", f"界限要从小到大，最多 {MOST_LIMITS} 个")
    return limits


def round_limits(numbers: Sequence[int], *, whole: bool) -> tuple[int, ...]:
    """Round limits for numbers in their order: at most nine, as most of them need, however far off the others are.

    >>> [limit // ONE for limit in round_limits([n * ONE * 450 for n in range(20)], whole=True)]
    [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000]
    >>> [limit // ONE for limit in round_limits([ONE] * 9 + [2 * ONE] * 9 + [900 * ONE], whole=True)]
    [1, 2]
    """
    if not numbers:
        return ()
    low, high, highest = (numbers[int(part * (len(numbers) - 1))] for part in (ASIDE, 1 - 2 * ASIDE, 1))
    step = next(step for step in _steps(ONE if whole else 1) if (high - low) // step < BANDS)
    if (highest - low) // step < BANDS:
        high = highest
    return tuple(range(low // step * step, high + 1, step))


def bands(limits: Sequence[int], *, whole: bool) -> list[Band]:
    """Below the first limit, between each two, and from the last on."""
    ends = [None, *limits, None]
    return [Band(low, high, whole) for low, high in pairwise(ends)]


def _steps(least: int) -> Iterator[int]:
    for power in count():
        yield from (least * times * 10**power for times in (1, 2, 5))
