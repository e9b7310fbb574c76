"""Merged cells are filled where somebody says that they are meant for every row, and nowhere else."""

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.imports.base import Held
from aid.imports.merged import filled_down, merged_in
from aid.imports.staged import Staged
from aid.imports.uploads import correct, fill_down
from aid.rules.cells import MergedCell
from tests.aid.imports.waiting import again

UNDER = MergedCell(first=2)
ROWS = [(1, ["户", "人"]), (2, ["12", "甲", 625.0]), (3, [UNDER, "乙", UNDER]), (5, [UNDER]), (6, ["13", "丙", 1.0])]


def test_a_merged_cell_gets_what_its_merger_holds_in_the_columns_that_are_named_alone():
    assert list(filled_down(ROWS, {0})) == [(3, ["12", "乙", UNDER]), (5, ["12"])]
    assert list(filled_down(ROWS, {1, 9})) == []


def test_what_was_corrected_within_a_merger_is_meant_for_its_own_row_alone():
    rows = [(2, ["乡镇"]), (3, ["村"]), (4, [UNDER]), (5, [MergedCell(first=4)]), (6, [MergedCell(first=3)])]
    assert list(filled_down(rows, {0})) == [(4, ["乡镇"]), (6, ["村"])]


def test_merged_cells_are_counted_by_column_where_they_hold_a_row_back():
    held = [Held(3, "malformed", "", "户", ROWS[2][1]), Held(5, "malformed", "", "户", ROWS[3][1])]
    assert merged_in(held, {0, 1}) == {0: 2}


def test_who_may_not_and_who_looked_at_an_old_page_fills_none(world, leave):
    county, shown = world.actors["county"], leave({"身份证号": "?"}, {"身份证号": "?"})
    with pytest.raises(RuleBroken, match="请先勾选"):
        fill_down(county, shown, {0})
    staged = Staged(shown.staged)
    staged.put(0, [(3, [UNDER, *staged.cells_of(0, [3])[0][1][1:]])])
    for who, refusal in (("auditor", NotAllowed), ("other_county", OutOfScope)):
        with pytest.raises(refusal):
            fill_down(world.actors[who], again(shown), {0})
    correct(county, again(shown), {})
    with pytest.raises(Conflict):
        fill_down(county, shown, {0})
