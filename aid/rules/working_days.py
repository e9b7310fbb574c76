"""Days on which offices work: Monday to Friday. Public holidays and the weekends worked for them are announced year by
year and not known here; whoever needs them to count picks the day by hand."""

import datetime as dt

SATURDAY = 5


def last_of(first: dt.date, days: int) -> dt.date:
    """The last of so many working days in a row, `first` being one of them where it is one.

    >>> last_of(dt.date(2026, 11, 30), 5), last_of(dt.date(2026, 12, 5), 1)
    (datetime.date(2026, 12, 4), datetime.date(2026, 12, 7))
    """
    day, left = first, days
    while True:
        left -= day.weekday() < SATURDAY
        if not left:
            return day
        day += dt.timedelta(days=1)


def count(first: dt.date, last: dt.date) -> int:
    """How many working days there are from `first` to `last`, both counted.

    >>> count(dt.date(2026, 11, 30), dt.date(2026, 12, 6))
    5
    """
    span = range((last - first).days + 1)
    return sum((first + dt.timedelta(days=after)).weekday() < SATURDAY for after in span)
