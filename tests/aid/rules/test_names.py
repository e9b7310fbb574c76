"""Names by the initials of their pinyin, with every reading a character has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin

from aid.rules import names

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=8)


@pytest.mark.parametrize(("term", "meant"), [("wf", True), ("WF", True), ("w", False), ("王f", False), ("w1", False)])
def test_initials_are_two_letters_or_more(term, meant):
    assert names.are_initials(term) is meant


def test_full_width_and_accented_letters_are_no_initials():
    assert not any(map(names.are_initials, ("ｗｆ", "éé", "", "w f", "wf\n")))


@pytest.mark.parametrize("initials", ["sx", "dx", "cx", "SX"])
def test_a_character_is_found_by_every_reading(initials):
    assert names.matches("单雄", initials)


@given(HAN, st.data())
def test_a_name_is_found_from_any_character_of_it(name, draw):
    start = draw.draw(st.integers(0, len(name) - 2))
    readings = pinyin(name[start:], style=Style.FIRST_LETTER, heteronym=True)
    assert names.matches(name, "".join(draw.draw(st.sampled_from(letters)) for letters in readings))


@given(HAN)
def test_more_letters_than_characters_find_nothing(name):
    assert not names.matches(name, "a" * (len(name) + 1))


@given(HAN, st.data())
def test_a_part_of_a_name_fits_it(name, draw):
    start = draw.draw(st.integers(0, len(name)))
    assert names.fits(name, name[start:])


@pytest.mark.parametrize(("term", "fits"), [("王", True), ("", True), ("wf", True), ("w", False), ("fw", False)])
def test_a_name_fits_a_part_or_its_initials(term, fits):
    assert names.fits("王芳", term) is fits


@pytest.mark.parametrize("name", ["𠮷田", "阿依古丽·买买提", "A班", "王 芳", "〇", ""])
def test_a_rare_name_is_asked_for_without_harm(name):
    assert names.fits(name, name)
    assert not names.fits(name, "qqqqqqqqq")
