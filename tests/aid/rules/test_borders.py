"""Borders by the leading digits of two codes, against walking up the tree of places."""

from hypothesis import given
from hypothesis import strategies as st

from aid.rules.borders import DIGITS, acting, border, county_of, crosses, direction, office_told

LEVELS = ("province", "city", "county")
TREE = {  # code -> the code of the region above
    "360000000000": "",
    "430000000000": "",
    "360400000000": "360000000000",
    "360100000000": "360000000000",
    "430100000000": "430000000000",
    "360426000000": "360400000000",
    "360425000000": "360400000000",
    "360102000000": "360100000000",
    "430102000000": "430100000000",
    "360426100000": "360426000000",
    "360426101000": "360426000000",
    "360425100000": "360425000000",
    "360426100200": "360426100000",
}
COUNTIES = [code for code in TREE if code[4:6] != "00"]


def above(code: str) -> list[str]:
    """The chain of a place from its province down, itself included."""
    return [*above(TREE[code]), code] if code else []


def border_walked(home: str, school: str) -> str:
    """The first level, from above, at which the two chains part."""
    pairs = zip(LEVELS, above(home), above(school), strict=False)
    return next((level for level, one, other in pairs if one != other), "")


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES))
def test_the_highest_border_is_where_the_chains_part(home, school):
    assert border(home, school) == border_walked(home, school)


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES))
def test_whoever_crosses_a_border_crosses_those_below_it(home, school):
    crossed = [level for level in LEVELS if crosses(home, school, level)]
    assert crossed == (list(LEVELS[LEVELS.index(crossed[0]) :]) if crossed else [])


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES), st.sampled_from(list(TREE)))
def test_a_place_sees_what_lies_in_it(home, school, place):
    lives, learns = place in above(home), place in above(school)
    seen = {"out": lives and not learns, "in": learns and not lives, "within": lives and learns, "": True}
    way = direction(home, school, significant(place))
    assert seen[way]
    assert bool(way) == (lives or learns)


def significant(code: str) -> str:
    return next((code[:digits] for digits in (2, 4, 6, 9) if not code[digits:].strip("0")), code)


@given(st.sampled_from(COUNTIES), st.sampled_from(COUNTIES))
def test_the_schools_county_checks_and_the_households_follows_up(home, school):
    assert acting(home, school) == (above(school)[2], above(home)[2])
    assert {county_of(code) for code in (home, school)} <= set(TREE)


def test_an_office_that_is_not_known_is_told_by_its_place():
    assert office_told(None, "湖南省长沙市") == "湖南省长沙市（未登记资助机构）"
    assert set(DIGITS) == set(LEVELS)
