"""The list edited in the grid: what an edit does to a row, and what is refused."""

import datetime as dt

import pytest

from aid.editing import EDITORS, save
from aid.errors import NotAllowed, OutOfScope
from aid.operations import checking
from models import CORRECTABLE, Beneficiary, CheckState, InvalidReason, Operation
from tests.aid.editing.gestures import edit, faults, gesture


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def typed(world, row: Beneficiary, who: str = "a", **texts: str) -> Beneficiary:
    save(world.actors[who], Beneficiary, gesture(edit(row, **texts)))
    return fresh(row)


def test_the_whole_school_side_is_typed_at_once_and_an_unchecked_row_stays_so(world):
    texts = dict(zip(CORRECTABLE, ("王方", "女", "2012/3/4", "汉族", "四年级", "2班", "是", "休学"), strict=True))
    row = typed(world, world.children["a1"], remark=" 家访过 ", **texts)
    own = (row.name, row.sex, row.birth_date, row.nation, row.grade, row.class_name, row.boards, row.roll_status)
    assert own == ("王方", "female", dt.date(2012, 3, 4), "汉族", "四年级", "2班", True, "suspended")
    assert (row.remark, row.state, row.name_differs, row.checked_by) == ("家访过", CheckState.UNCHECKED, True, "")


def test_one_cell_is_told_as_it_was_and_as_it_is(world):
    saved = save(world.actors["a"], Beneficiary, gesture(edit(world.children["a1"], grade="四年级")))
    assert Operation.get_by_id(saved.operation_id).sentence == "王芳：年级 三年级 → 四年级"
    saved = save(world.actors["a"], Beneficiary, gesture(edit(fresh(world.children["a1"]), class_name="")))
    assert Operation.get_by_id(saved.operation_id).sentence == "王芳：班级 1班 → （空）"


def test_several_rows_are_told_by_number(world):
    rows = (world.children["a1"], world.children["a2"])
    saved = save(world.actors["a"], Beneficiary, gesture(*(edit(row, grade="四年级", boards="否") for row in rows)))
    assert (saved.ids, saved.cells) == (tuple(row.id for row in rows), 4)
    assert Operation.get_by_id(saved.operation_id).sentence == "修改资助对象 2 行 4 格"


def test_a_checked_row_is_worked_out_anew_and_signed_by_who_edits(world):
    row = checking.confirm(world.actors["a"], world.children["a1"])
    row = typed(world, row, "county", grade="四年级")
    assert (row.state, row.checked_by) == (CheckState.UPDATED, "county")
    assert typed(world, row, grade="三年级").state == CheckState.UNCHANGED


def test_a_name_as_the_register_has_it_is_no_longer_marked(world):
    row = typed(world, world.children["a1"], name="王方")
    assert row.name_differs
    assert not typed(world, row, name="王芳").name_differs


def test_an_invalid_row_is_refused_whole(world):
    row = checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.GRADUATED)
    told = faults(world.actors["a"], Beneficiary, gesture(edit(row, grade="四年级", remark="x")))
    assert set(told) == {(row.id, "grade"), (row.id, "remark")}
    assert set(told.values()) == {"这一行已是无效，请先恢复再修改"}


def test_the_rules_of_the_check_form_hold(world):
    row = world.children["a1"]
    texts = {"name": "", "grade": " ", "sex": "妖", "birth_date": "2999-1-1", "boards": "1", "remark": "长" * 201}
    told = faults(world.actors["a"], Beneficiary, gesture(edit(row, **texts)))
    assert {column for _, column in told} == set(texts)
    assert told[row.id, "name"] == told[row.id, "grade"] == "不能为空"


@pytest.mark.parametrize("column", ["id_number", "school", "hardship", "home_region", "state", "password", "version"])
def test_what_was_delivered_and_what_is_worked_out_is_not_typed(world, column):
    row = world.children["a1"]
    assert faults(world.actors["a"], Beneficiary, gesture(edit(row, **{column: "1"}))) == {
        (row.id, column): "这一列不能在表格中修改"
    }


@pytest.mark.parametrize("who", ["town", "city", "province", "auditor"])
def test_the_permission_is_needed(world, who):
    with pytest.raises(NotAllowed):
        typed(world, world.children["a1"], who, grade="四年级")
    assert fresh(world.children["a1"]).version == 1


@pytest.mark.parametrize(("who", "foreign"), [("a", "b1"), ("b", "a1"), ("county", "away"), ("other_county", "a1")])
def test_a_row_of_another_school_is_refused_and_nothing_is_written(world, who, foreign):
    own = {"a": "a1", "b": "b1", "county": "a1", "other_county": "far1"}[who]
    rows = [world.children[own], world.children[foreign]]
    with pytest.raises(OutOfScope):
        save(world.actors[who], Beneficiary, gesture(*(edit(row, grade="四年级") for row in rows), keep_sound=True))
    assert {fresh(row).grade for row in rows} == {"三年级"}


def test_rows_are_not_added_here(world):
    assert EDITORS[Beneficiary].addable_by(world.actors["a"]) == ()
    with pytest.raises(NotAllowed, match="不能在这里新增"):
        save(world.actors["a"], Beneficiary, gesture(added=[{"name": "新人"}]))
