"""ID numbers: DOMAIN.md part 2 "ID numbers", and GB 11643 by stdnum and by hand."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from aid.rules import id_numbers
from aid.rules.cells import ErrorCell, Fault

TODAY = dt.date(2026, 9, 1)
WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, by hand


def signed(first: str) -> str:
    """Seventeen digits with their check digit."""
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def reason_of(cell) -> str:
    with pytest.raises(Fault) as fault:
        id_numbers.read(cell, today=TODAY)
    return fault.value.reason


DAYS = st.dates(dt.date(1900, 1, 1), TODAY)
NUMBERS = st.builds(
    lambda place, born, serial: signed(f"{place}{born:%Y%m%d}{serial:03}"),
    st.from_regex("[1-9][0-9]{5}", fullmatch=True),
    DAYS,
    st.integers(0, 999),
)


@given(NUMBERS)
def test_a_sound_number_is_read_as_it_is_wherever_it_was_given_out(number):
    assert ric.calc_check_digit(number) == number[17]
    assert id_numbers.read(number, today=TODAY) == number


@given(NUMBERS)
def test_half_width_no_spaces_capital_x(number):
    spaced = f"　{number[:6]} {number[6:14]}\u00a0{number[14:]}\t"
    typed = (number.lower(), number.translate(WIDE), number.lower().translate(WIDE), spaced)
    assert {id_numbers.read(cell, today=TODAY) for cell in typed} == {number}


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_refused(number, at, by):
    slipped = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert reason_of(slipped) == "check_digit"


@given(NUMBERS, st.sampled_from("0123456789X"))
def test_only_one_check_digit_is_right(number, last):
    assume(last != number[17])
    assert reason_of(number[:17] + last) == "check_digit"


@given(NUMBERS, st.integers(0, 15))
def test_two_digits_swapped_are_refused(number, at):
    assume(number[at] != number[at + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert reason_of(swapped) == "check_digit"


@given(NUMBERS)
def test_the_right_check_digit_is_never_told(number):
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    with pytest.raises(Fault) as fault:
        id_numbers.read(wrong, today=TODAY)
    assert not any(sign in str(fault.value) for sign in "0123456789X")


@given(NUMBERS)
def test_digits_of_other_scripts_are_no_digits(number):
    assert reason_of(number.translate(ARABIC)) == "malformed"


@given(NUMBERS, st.integers(1, 17))
def test_a_number_cut_short_is_refused(number, length):
    assert reason_of(number[:length]) == "malformed"


@pytest.mark.parametrize("typed", ["3604262009083000166", "36042620090830X016", "无", "36042620090830001*", "X" * 18])
def test_what_is_no_number_is_refused(typed):
    assert reason_of(typed) == "malformed"


@pytest.mark.parametrize(
    ("typed", "told"),
    [("110105491231002", "15 位的旧号码"), ("36042620090830001", "有 17 位"), ("36042620090830001*", "不该有的字符")],
)
def test_what_is_wrong_with_its_form_is_told(typed, told):
    with pytest.raises(Fault, match=told):
        id_numbers.read(typed, today=TODAY)


@pytest.mark.parametrize("number", [3.60426200908300e17, 110105491231002.0, 0.0])
def test_a_number_cell_is_refused_whatever_it_shows(number):
    assert reason_of(number) == "number_cell"


@pytest.mark.parametrize("cell", [ErrorCell("#N/A"), "#N/A"])
def test_an_error_cell_is_refused(cell):
    assert reason_of(cell) == "error_cell"


@pytest.mark.parametrize("born", ["20090229", "20091301", "20090800", "18991231", "00000101", "20260902", "20991231"])
def test_an_impossible_or_future_birth_date_is_refused(born):
    assert reason_of(signed(f"360426{born}001")) == "birth_date"


def test_who_was_born_today_has_a_number():
    assert id_numbers.read(signed("36042620260901001"), today=TODAY)[6:14] == "20260901"


def test_the_place_is_not_looked_at():
    elsewhere = signed("99999919551231001")
    with pytest.raises(InvalidComponent):
        ric.validate(elsewhere)
    assert id_numbers.read(elsewhere, today=TODAY) == elsewhere


@given(NUMBERS, DAYS)
def test_birth_date_and_sex_are_in_the_number(number, born):
    moved = signed(f"{number[:6]}{born:%Y%m%d}{number[14:17]}")
    assert id_numbers.birth_date(moved) == born
    assert id_numbers.is_male(moved) == (int(number[16]) % 2 == 1)


def test_a_day_the_calendar_does_not_have_is_no_birth_date():
    assert id_numbers.birth_date("360426200902290010") is None
