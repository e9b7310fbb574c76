"""Compulsory age and the end of a case, against slow oracles."""

import datetime as dt
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from aid.rules.dropouts import age, birthdays, closing, keeps_place, of_compulsory_age
from codes import CaseEnd, RollStatus, Stage

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2045, 12, 31))
YEARS = st.integers(2015, 2040)


def birthdays_had(born: dt.date, school_year: int) -> int:
    """Counted one by one up to 31 August; who is born on 29 February has it on 1 March in other years."""
    had = 0
    for year in range(born.year + 1, school_year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = dt.date(year, 3, 1)
        had += birthday <= dt.date(school_year, 8, 31)
    return had


@given(DAYS, YEARS)
def test_compulsory_age_is_six_to_fourteen_birthdays_by_the_end_of_august(born, school_year):
    in_school_age = born <= dt.date(school_year, 8, 31) and 6 <= birthdays_had(born, school_year) <= 14
    assert of_compulsory_age(born, school_year) == in_school_age
    if born <= dt.date(school_year, 8, 31):
        assert age(born, school_year) == birthdays_had(born, school_year)


@given(DAYS, YEARS)
def test_the_bounds_of_a_search_say_the_same(born, school_year):
    first, last = birthdays(school_year)
    assert (first <= born <= last) == of_compulsory_age(born, school_year)


def test_only_who_has_left_primary_school_has_no_place_by_the_roll():
    lost = [(status, stage) for status, stage in product(RollStatus, Stage) if not keeps_place(status, stage)]
    assert lost == [("graduated", "preschool"), ("graduated", "primary")]


def test_a_case_stays_open_in_one_case_alone():
    reasons = {
        facts: closing(on_roll=facts[0], supplemented=facts[1], registered=facts[2], of_age=facts[3])
        for facts in product((False, True), repeat=4)
    }
    assert [facts for facts, reason in reasons.items() if not reason] == [(False, False, True, True)]
    assert {reason for reason in reasons.values() if reason} == {end.value for end in CaseEnd}
