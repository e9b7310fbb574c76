"""重复核查: each group once, open or settled, with who decided; every figure against plain counts."""

from collections import defaultdict

import pytest

from aid.errors import NotAllowed
from aid.operations.duplicates import keep_one
from aid.operations.history import undo
from aid.scope import visible
from aid.workbooks import make_workbook
from models import Beneficiary, CheckState, InvalidReason, Operation
from tests.aid.workbooks.conftest import maker


@pytest.fixture
def made(county, tmp_path):
    make = maker(county, "duplicate-check", tmp_path / "book.xlsx", first="重复核查")
    return lambda *sheet, **options: make(*sheet, **options).lines


def groups(actor) -> dict[str, list[Beneficiary]]:
    """By number, every row of what is or was a duplicate, found in Python."""
    by_number = defaultdict(list)
    for row in visible(Beneficiary, actor.scope).order_by(Beneficiary.id):
        by_number[row.id_number].append(row)
    return {number: rows for number, rows in by_number.items() if is_open(rows) or any(map(is_void, rows))}


def is_open(rows) -> bool:
    return sum(row.state != CheckState.INVALID for row in rows) > 1


def is_void(row) -> bool:
    return row.state == CheckState.INVALID and row.invalid_reason == InvalidReason.DUPLICATE


def test_the_sums_are_those_of_the_groups(made, county):
    found = groups(county.actors["county"])
    waiting = [rows for rows in found.values() if is_open(rows)]
    settled = [rows for rows in found.values() if not is_open(rows)]
    total = made()[-1]
    assert (total["未处理组数"], total["未处理记录"]) == (len(waiting), sum(map(len, waiting))) != (0, 0)
    assert (total["已处理组数"], total["已处理记录"]) == (len(settled), sum(map(len, settled))) != (0, 0)
    assert total["其中改为无效"] == sum(is_void(row) for rows in settled for row in rows)
    assert total["无有效记录"] == sum(all(r.state == CheckState.INVALID for r in rows) for rows in settled)
    assert total["处理进度"] == pytest.approx(len(settled) / len(found))


@pytest.mark.parametrize("actor", ["county", "town", "a", "city"])
def test_every_row_of_a_group_stands_beside_the_others(made, county, actor):
    found = groups(county.actors[actor])
    for name, wanted in (("未处理", True), ("已处理", False)):
        numbers = [rows[0].id_number for rows in found.values() if is_open(rows) == wanted for _ in rows]
        lines = made(name, actor)[:-1]
        assert sorted(line["身份证号"] for line in lines) == sorted(numbers)
        by_number = defaultdict(set)
        for line in lines:
            by_number[line["组号"]].add(line["身份证号"])
        assert all(len(some) == 1 for some in by_number.values())


def test_a_settled_group_tells_who_kept_which_row_and_an_undone_one_is_open_again(made, county):
    actor = county.actors["county"]
    rows = next(rows for rows in groups(actor).values() if all(row.state != CheckState.INVALID for row in rows))
    outcome = keep_one(actor, rows[0], others=rows[1:])
    lines = [line for line in made("已处理") if line["身份证号"] == rows[0].id_number]
    assert {line["处理人"] for line in lines if line["处理结果"] == "无效（重复）"} == {"county"}
    [kept] = [line for line in lines if line["处理结果"].startswith("保留")]
    assert kept["处理人"] == "county"
    assert kept["处理时间"] is not None
    undo(actor, Operation.get_by_id(outcome.operation_id))
    assert rows[0].id_number in {line["身份证号"] for line in made("未处理")}


def test_it_takes_the_right_to_read_the_list(county, tmp_path):
    with pytest.raises(NotAllowed):
        make_workbook(county.actors["auditor"], "duplicate-check", tmp_path / "book.xlsx")
