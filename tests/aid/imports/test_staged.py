"""The file in which a sheet waits."""

import datetime as dt
import json
from collections.abc import Sequence

import pytest

from aid.errors import Conflict
from aid.imports import staged
from aid.imports.base import Fate
from aid.imports.reader import Part
from aid.imports.staged import Staged, packed
from aid.rules.cells import Cell, ErrorCell

CELLS = ["张", 1.5, True, dt.date(2026, 9, 1), ErrorCell("#N/A"), ""]


@pytest.fixture
def kept(tmp_path):
    staged.keep_in(tmp_path / "staged")
    return Staged.begun()


def part(*rows: Sequence[Cell]) -> Part:
    """Rows as the child tells them."""
    return Part([list(cells) for cells in rows], json.dumps({"rows": [json.loads(packed(cells)) for cells in rows]}))


def test_every_kind_of_cell_comes_back_as_what_it_is(kept):
    kept.fill([("表", [part(CELLS)])])
    [(number, cells)] = kept.rows(0)
    assert (number, cells, [type(cell) for cell in cells]) == (1, CELLS, [type(cell) for cell in CELLS])


def test_the_rows_of_a_sheet_keep_their_numbers_and_empty_ones_are_not_kept(kept):
    read = kept.fill([("一", [part(["a"], [], [" "]), part(["b"])]), ("二", [])])
    assert [(sheet.name, list(sheet.rows)) for sheet in read] == [("一", [(1, ["a"]), (4, ["b"])]), ("二", [])]
    assert [(sheet.name, list(sheet.rows)) for sheet in kept.sheets()] == [(one.name, one.rows) for one in read]


def test_the_first_twenty_rows_are_those_of_the_sheet(kept):
    [sheet, empty] = kept.fill([("一", [part([], ["a"], [], ["b"], *([["c"]] * 30))]), ("二", [part([""])])])
    assert sheet.top[:4] == [[], ["a"], [], ["b"]]
    assert (len(sheet.top), empty.top) == (20, [])
    assert kept.sheets()[0].top == sheet.top
    assert [number for number, _ in sheet.below(30)] == [31, 32, 33, 34]


def test_what_is_put_into_a_row_stands_there_and_what_is_judged_is_found_by_fate(kept):
    kept.fill([("一", [part(["a"], ["b"], ["c"])]), ("二", [part(["x"], ["y"])])])
    kept.put(0, [(2, ["B"])])
    kept.judge([(2, Fate.HELD, [["姓名", "空"]]), (3, Fate.ADDED, {})])
    assert [(line.number, line.cells, line.told) for line in kept.lines(0, Fate.HELD)] == [(2, ["B"], [["姓名", "空"]])]
    assert kept.counts()[Fate.ADDED] == 1
    assert kept.cells_of(1, [2]) == [(2, ["y"])]


def test_a_file_that_is_gone_is_not_made_again(kept):
    kept.source.write_bytes(b"x")
    kept.remove()
    with pytest.raises(Conflict, match="已被取消"):
        kept.say(begun=True)
    assert list(kept.path.parent.iterdir()) == []
