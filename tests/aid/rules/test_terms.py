"""Terms: read as clerks write them, in the order of time, and refused where two could be meant."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules import terms
from aid.rules.cells import Fault
from aid.rules.eligibility import school_year_of

YEARS = st.integers(2010, 2098)
AUTUMN = [
    "{0}秋",
    "{0}年秋",
    "{0}秋季",
    "{0}年秋季学期",
    "{0}-{1}学年第一学期",
    "{0}—{1}学年度第1学期",
    "{0}-{1}学年上学期",
]
AUTUMN += ["{0}-{1}学年上学期", "{0}~{1}学年秋季学期", "{0}-{1}-1", "{0}学年第一学期"]
SPRING = ["{1}春", "{1}年春季学期", "{0}-{1}学年第二学期", "{0}-{1}学年下学期", "{0}—{1}学年度 第 2 学期", "{0}-{1}-2"]


@given(year=YEARS, way=st.sampled_from(AUTUMN))
def test_the_first_term_of_a_school_year_is_its_autumn(year, way):
    assert terms.read(way.format(year, year + 1)) == f"{year}秋"


@given(year=YEARS, way=st.sampled_from(SPRING))
def test_the_second_lies_in_the_year_after(year, way):
    assert terms.read(way.format(year, year + 1)) == f"{year + 1}春"


@given(year=YEARS, autumn=st.booleans())
def test_a_term_is_read_as_it_is_kept_and_knows_its_school_year(year, autumn):
    term = terms.of_school_year(year, autumn=autumn)
    assert (terms.read(term), terms.school_year(term)) == (term, year)


@given(days=st.tuples(*[st.dates(dt.date(2011, 1, 1), dt.date(2098, 1, 1))] * 2))
def test_terms_are_in_the_order_of_time(days):
    earlier, later = sorted(days)
    assert terms.term_of(earlier) <= terms.term_of(later)
    assert terms.school_year(terms.term_of(earlier)) == school_year_of(earlier)


@pytest.mark.parametrize(
    "words",
    [
        *("2026年上学期", "2026上半年", "2026-1", "2026", "秋季", "2026-2028学年第一学期", "2026-2025学年第一学期"),
        *("2026夏", "2026-2027学年第三学期", "2026-2027学年", "1999秋", "2100春", dt.date(2026, 1, 1), 2026.0),
    ],
)
def test_what_may_mean_two_terms_or_none_is_told(words):
    with pytest.raises(Fault, match="学期"):
        terms.read(words)
