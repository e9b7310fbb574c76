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
