"""Moments are stored in UTC and shown in the county's time."""

import datetime as dt
from zoneinfo import ZoneInfo

COUNTY_TIME = ZoneInfo("Asia/Shanghai")


def local(moment: dt.datetime) -> dt.datetime:
    """A stored UTC moment as the clerk's clock showed it.

    >>> local(dt.datetime(2026, 8, 31, 16, 30)).isoformat()
    '2026-09-01T00:30:00'
    """
    return moment.replace(tzinfo=dt.UTC).astimezone(COUNTY_TIME).replace(tzinfo=None)


def utc(moment: dt.datetime) -> dt.datetime:
    """A time on the clerk's clock as it is stored.

    >>> utc(dt.datetime(2026, 9, 1, 0, 30)).isoformat()
    '2026-08-31T16:30:00'
    """
    return moment.replace(tzinfo=COUNTY_TIME).astimezone(dt.UTC).replace(tzinfo=None)
