"""Other words for a label, and what is no part of an identifier."""

from functools import partial

import pytest

from aid.rules import cells
from aid.rules.labels_written import OTHER_WORDS
from tests.aid.rules.test_cells import reason_of


def test_a_label_is_known_by_another_word_that_can_mean_no_other():
    labels = {"在籍": "present", "休学": "suspended"}
    assert [cells.one_of(cell, labels=labels) for cell in ("在 读", "在籍（在读）", "休学中")] == [
        *("present", "present", "suspended"),
    ]
    assert reason_of(partial(cells.one_of, labels=labels), "普通高中") == "unknown"
    assert reason_of(partial(cells.one_of, labels={"普高": "senior", "中职": "vocational"}), "高中") == "unknown"


def test_no_other_word_is_a_label_of_its_own_that_means_something_else():
    assert not {word for word, label in OTHER_WORDS.items() if word == label or label in OTHER_WORDS}


@pytest.mark.parametrize("written", ["'0012", "＇0012", "‘0012", "\u202d0012\u202c", "\ufeff0012", "0012\u200b "])
def test_what_makes_text_of_an_identifier_is_no_part_of_it(written):
    assert cells.identifier(written, longest=9) == "0012"


@pytest.mark.parametrize("written", ["3.60426E+17", "3.60426E17", "'3e+17"])
def test_an_identifier_that_became_a_power_of_ten_is_called_lost(written):
    assert reason_of(partial(cells.identifier, longest=40), written) == "number_cell"
