"""A term is written and kept as 2026秋 or 2027春: the two of the school year 2026—2027, in the order of time.

School years begin in autumn (aid.rules.eligibility), so the spring term of a school year lies in the year after.
"""

import datetime as dt
import re

from aid.rules.cells import Cell, Fault, text, tidy

AUTUMN, SPRING = "秋", "春"
EARLIEST, LATEST = 2010, 2099
FIRST_SPRING_MONTH, FIRST_AUTUMN_MONTH = 2, 9

_SEASON = re.compile(r"([0-9]{4})年?([春秋])(?:季)?(?:学期)?")
_SCHOOL_YEAR = re.compile(
    r"([0-9]{4})(?:[-—–－~至/]+([0-9]{4}))?学年度?"
    r"(?:第?(?P<nth>[一二12])学?期|(?P<half>[上下])(?:学期|半年|期)|(?P<season>[春秋])季?(?:学期)?)"
)
_CODE = re.compile(r"([0-9]{4})[-—–]([0-9]{4})[-—–(]?(?P<nth>[12])\)?")
_AUTUMN_WORDS = frozenset("一1上秋")
UNKNOWN = "应为学期，如 2026秋、2027春，或 2026-2027学年第一学期"


def read(cell: Cell) -> str:
    """The term that a clerk's words mean: 2026秋, 2026年秋季学期, 2026-2027学年第一学期, 2026-2027-1.

    Raises Fault: error_cell, malformed, also for what may mean two terms (2026年上学期) or a month (2026-1).

    >>> read("2026年秋季学期"), read("2026-2027学年第二学期"), read("2026—2027学年上学期"), read("2026-2027-2")
    ('2026秋', '2027春', '2026秋', '2027春')
    """
    if isinstance(cell, dt.date):
        raise Fault("malformed", f"是日期格式；{UNKNOWN}")
    written = tidy(text(cell, longest=40))
    if found := _SEASON.fullmatch(written):
        return _sound(int(found[1]), found[2])
    found = _SCHOOL_YEAR.fullmatch(written) or _CODE.fullmatch(written)
    if not found or (found[2] and int(found[2]) != int(found[1]) + 1):
        raise Fault("malformed", UNKNOWN)
    which = next(word for word in found.groupdict().values() if word)
    return of_school_year(int(found[1]), autumn=which in _AUTUMN_WORDS)


def of_school_year(year: int, *, autumn: bool) -> str:
    """The first or the second term of the school year that begins in `year`. Raises Fault beyond 2010 to 2099.

    >>> of_school_year(2026, autumn=True), of_school_year(2026, autumn=False)
    ('2026秋', '2027春')
    """
    return _sound(year, AUTUMN) if autumn else _sound(year + 1, SPRING)


def school_year(term: str) -> int:
    """The school year of a term, by the year it begins in.

    >>> school_year("2026秋"), school_year("2027春")
    (2026, 2026)
    """
    return int(term[:4]) - (term[4] == SPRING)


def term_of(day: dt.date) -> str:
    """The term that a day lies in, the holidays after a term with it.

    >>> [term_of(dt.date(*day)) for day in ((2026, 9, 1), (2027, 1, 31), (2027, 2, 1), (2027, 8, 31))]
    ['2026秋', '2026秋', '2027春', '2027春']
    """
    if day.month < FIRST_SPRING_MONTH:
        return f"{day.year - 1}{AUTUMN}"
    return f"{day.year}{AUTUMN if day.month >= FIRST_AUTUMN_MONTH else SPRING}"


def around(term: str, *, years: int) -> list[str]:
    """The terms of so many school years before and after that of `term`, the latest first.

    >>> around("2026秋", years=1)
    ['2028春', '2027秋', '2027春', '2026秋', '2026春', '2025秋']
    """
    present = school_year(term)
    return [
        of_school_year(year, autumn=autumn)
        for year in range(present + years, present - years - 1, -1)
        for autumn in (False, True)
    ]


def _sound(year: int, season: str) -> str:
    if not EARLIEST <= year <= LATEST:
        raise Fault("malformed", f"学期的年份应在 {EARLIEST} 到 {LATEST} 之间")
    return f"{year}{season}"
