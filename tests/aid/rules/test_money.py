"""Money: exact from whatever a clerk types or Excel holds, and refused where it cannot be one amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules import money
from aid.rules.cells import ErrorCell, Fault

FEN = st.integers(0, money.MOST)
WAYS = ["{}", "{}元", "￥{}", "¥{}", " {} ", "{}元整"]


@given(fen=FEN, way=st.sampled_from(WAYS), grouped=st.booleans())
def test_what_is_shown_is_read_again(fen, way, grouped):
    told = money.grouped(fen) if grouped else money.told(fen)
    assert money.read(way.format(told)) == fen


@given(fen=FEN)
def test_a_number_cell_is_exact_although_excel_keeps_a_float(fen):
    assert money.read(fen / 100) == fen


@given(st.lists(FEN, max_size=50))
def test_sums_in_yuan_are_the_sums_in_fen(amounts):
    assert sum(map(money.yuan, amounts), Decimal(0)) == money.yuan(sum(amounts))


def test_a_formula_s_rounding_is_what_excel_shows():
    assert money.read(0.1 + 0.2) == 30
    assert money.read(1000.1) == 100010


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("-5", "不能是负数"),
        (-5.5, "不能是负数"),
        ("312.505", "两位小数"),
        (312.505, "两位小数"),
        ("100000.01", "多打了数字"),
        (1e9, "多打了数字"),
        ("1,00", "应为金额"),
        ("五百", "应为金额"),
        ("625 625", "多打了数字"),
        ("", "应为金额"),
        ("1e3", "应为金额"),
        (".5", "应为金额"),
        (True, "应为文字"),
        (float("inf"), "末几位已丢失"),
        (ErrorCell("#N/A"), "错误值"),
    ],
)
def test_what_is_no_amount_is_told(cell, told):
    with pytest.raises(Fault, match=told):
        money.read(cell)


def test_an_amount_that_was_given_is_never_nothing():
    assert money.read("0") == 0
    with pytest.raises(Fault, match="大于 0"):
        money.read_given("0.00")
