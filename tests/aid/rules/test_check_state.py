"""The two kinds of 已核对 follow from what differs (question 14)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules.check_state import differing

VALUES = st.one_of(st.none(), st.text(), st.booleans(), st.dates())
ROWS = st.dictionaries(st.sampled_from(["name", "sex", "boards", "grade"]), VALUES)


@given(ROWS)
def test_nothing_differs_from_itself(row):
    assert differing(row, row) == ()


@given(ROWS, ROWS)
def test_what_does_not_differ_could_be_copied_from_what_was_delivered(own, delivered):
    changed = differing(own, delivered)
    copied = own | {name: delivered.get(name) for name in own.keys() - set(changed)}
    assert differing(own, copied) == differing(copied, own) == ()
    assert set(differing({name: own[name] for name in changed}, delivered)) == set(changed) <= own.keys()


@given(ROWS)
def test_empty_and_missing_are_alike_in_both_directions(row):
    blank = {name: None if value == "" else value for name, value in row.items()}
    assert differing(row, blank) == differing(blank, row) == ()


@pytest.mark.parametrize(
    ("own", "delivered"),
    [(False, None), (None, True), ("四年级", "三年级"), (dt.date(2010, 1, 2), dt.date(2010, 1, 1)), ("x", None)],
)
def test_another_value_differs(own, delivered):
    assert differing({"it": own}, {"it": delivered}) == ("it",)


def test_columns_come_in_the_order_of_the_schools_side_and_others_are_not_asked():
    assert differing({"b": 1, "a": 2, "c": 3}, {"a": 9, "b": 9, "c": 3, "d": 9}) == ("b", "a")
