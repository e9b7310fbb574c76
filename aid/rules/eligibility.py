"""For how long aid goes on: three years after a household has left poverty (question 34).

A school year goes by the year in which it begins, on 1 September: 2026 is 2026–2027. Which one it is now is the
county's setting (aid.operations.school_year); no rule asks the clock.
"""

import datetime as dt

YEARS = 3
FIRST_MONTH = 9


def last_year(left_poverty: int | None) -> int | None:
    """The last school year in which a household that left poverty in that year is aided; None: no end is known.

    >>> last_year(2023), last_year(None)
    (2026, None)
    """
    return None if left_poverty is None else left_poverty + YEARS


def eligible(until: int | None, school_year: int) -> bool:
    """Whether aid that goes on `until` that school year, None for no end, still goes on in `school_year`.

    >>> [eligible(last_year(left), 2026) for left in (None, 2022, 2023, 2026)]
    [True, False, True, True]
    """
    return until is None or school_year <= until


def school_year_of(day: dt.date) -> int:
    """The school year that a day lies in.

    >>> school_year_of(dt.date(2026, 8, 31)), school_year_of(dt.date(2026, 9, 1))
    (2025, 2026)
    """
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def told(school_year: int) -> str:
    """As a clerk calls it.

    >>> told(2026)
    '2026—2027 学年'
    """
    return f"{school_year}—{school_year + 1} 学年"
