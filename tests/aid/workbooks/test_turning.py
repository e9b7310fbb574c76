"""Where printed pages turn: what belongs together stays on one, and none is fuller than the paper."""

import datetime as dt
from itertools import accumulate, pairwise

import pytest

from aid.workbooks import paper
from aid.workbooks.base import write_book
from aid.workbooks.page import HEADING, LINE_HEIGHT, ROW_HEIGHT
from aid.workbooks.sheets import Column, Line, Sheet
from aid.workbooks.style import Kind
from tests.aid.workbooks.conftest import opened

FIRST = 3  # the row of the first line, from 0
TITLES = LINE_HEIGHT + 8
COLUMNS = (Column("组号", 6), Column("姓名", 100), Column("说明", 40, wraps=True))


@pytest.fixture
def turned(tmp_path):
    """The rows, from 0, before which a page turns where the blocks have so many lines; and the sheet."""

    def made(blocks: list[int], *, words: str = "") -> tuple[list[int], Sheet]:
        lines = [Line((number, "张三", words)) for number, many in enumerate(blocks, 1) for _ in range(many)]
        sheet = Sheet("未处理", "重复学生", "德安县", COLUMNS, [*lines, Line(("合计",), Kind.TOTAL)], keeps=0)
        write_book(tmp_path / "book.xlsx", [sheet], author="县", made=dt.datetime(2026, 11, 30))
        with opened(tmp_path / "book.xlsx", values=True) as book:
            return [turn.id for turn in book["未处理"].row_breaks.brk], sheet

    return made


def test_no_page_turns_within_a_block_and_each_is_as_full_as_it_may_be(turned):
    blocks = [2, 3, 2, 2, 4] * 40
    turns, sheet = turned(blocks)
    begins = [FIRST + before for before in accumulate([0, *blocks])]
    assert turns
    assert set(turns) <= set(begins)
    holds = (paper.holds(sheet) - TITLES) / ROW_HEIGHT
    for this, following in pairwise(turns):
        assert following - this <= holds < begins[begins.index(following) + 1] - this
    assert sum(HEADING) + TITLES + ROW_HEIGHT * (turns[0] - FIRST) <= paper.holds(sheet)


def test_what_fits_on_one_page_turns_none_and_a_line_that_wraps_takes_its_room(turned):
    assert turned([2] * 10)[0] == []
    assert turned([2] * 10, words="家长说明孩子一直在这里就读，学籍未转，联系电话已核实" * 4)[0]


def test_a_block_longer_than_a_page_runs_on_and_the_next_begins_where_it_fits(turned):
    turns, sheet = turned([2, 150, 2])
    assert turns == [FIRST + 2]
    assert paper.holds(sheet) / ROW_HEIGHT < 150
