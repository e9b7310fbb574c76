"""Mergers: a child of a merged school goes where it ends (DOMAIN.md, Matching; question 38)."""

from hypothesis import given
from hypothesis import strategies as st

from aid.rules.mergers import followed

SCHOOLS = st.integers(1, 12)
MERGED = st.dictionaries(SCHOOLS, st.none() | SCHOOLS)
CLOSED = st.sets(SCHOOLS)


def test_a_chain_is_followed_to_its_end():
    assert followed({1: 2, 2: 3, 3: 4}, closed=set()) == {1: 4, 2: 4, 3: 4}


def test_what_ends_at_a_closed_school_nowhere_or_in_a_ring_leads_nowhere():
    assert followed({1: 2, 3: None, 4: 5, 5: 4, 6: 6, 7: 5}, closed={2}) == {}


@given(MERGED, CLOSED)
def test_every_end_is_a_school_that_is_neither_merged_nor_closed(merged, closed):
    ends = followed(merged, closed)
    assert ends.keys() <= merged.keys()
    assert not {*ends.values()} & ({*merged} | closed | {None})


@given(MERGED, CLOSED)
def test_a_school_ends_where_the_one_it_merged_into_ends(merged, closed):
    ends = followed(merged, closed)
    for school, into in merged.items():
        following = ends.get(into) if into in merged else into
        assert ends.get(school) == (None if following in closed else following)


def test_a_long_chain_is_followed_without_harm():
    assert followed({at: at + 1 for at in range(400)}, closed=set())[0] == 400
