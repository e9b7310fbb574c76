"""Moments: UTC in the tables, the county's clock on the page."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from aid.rules import times

MOMENTS = st.datetimes(dt.datetime(1992, 1, 1), dt.datetime(2100, 1, 1))  # no summer time in China since 1992


@given(MOMENTS)
def test_there_and_back_again(moment):
    assert times.utc(times.local(moment)) == moment
    assert times.local(times.utc(moment)) == moment


@given(MOMENTS)
def test_the_clerks_clock_is_eight_hours_ahead(moment):
    assert times.local(moment) - moment == dt.timedelta(hours=8)


def test_the_day_begins_at_the_clerks_midnight():
    assert times.local(dt.datetime(2026, 8, 31, 16)).date() == dt.date(2026, 9, 1)
    assert times.utc(dt.datetime(2026, 9, 1)) == dt.datetime(2026, 8, 31, 16)


@given(MOMENTS)
def test_no_moment_carries_a_zone(moment):
    assert times.local(moment).tzinfo is None
    assert times.utc(moment).tzinfo is None
