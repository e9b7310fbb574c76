"""Checking: what a school's word does to a row, and what is refused."""

import datetime as dt

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import checking
from aid.permissions import Permission
from models import Beneficiary, CheckState, Enrolment, InvalidReason, Operation, Source


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def supplement(world, **values) -> Beneficiary:
    columns = {"name": "周补", "id_number": "", "hardship": "other", "source": Source.SUPPLEMENT} | values
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        return ledger.add(Beneficiary, school=world.organisations["a"], home_region=world.regions["village"], **columns)


def twin(world, at: str = "far") -> Beneficiary:
    """Another live row of a1's child, at a school of another county."""
    with writing(world.actors["other_county"], Permission.BENEFICIARY_CHECK) as ledger:
        return ledger.add(
            Beneficiary,
            school=world.organisations[at],
            name="王芳",
            id_number=world.children["a1"].id_number,
            hardship="lifted",
            home_region=world.regions["far_town"],
        )


# -- one row -------------------------------------------------------------------


def test_a_row_as_delivered_is_checked_unchanged(world):
    row = checking.confirm(world.actors["a"], world.children["a1"])
    assert (row.state, row.checked_by, row.version) == (CheckState.UNCHANGED, "a", 2)
    assert fresh(row).checked_at is not None


def test_a_corrected_row_is_checked_updated(world):
    checking.confirm(world.actors["a"], world.children["a1"], grade="四年级", sex="female")
    row = fresh(world.children["a1"])
    assert (row.state, row.grade, row.sex) == (CheckState.UPDATED, "四年级", "female")
    assert Operation.select().order_by(Operation.id.desc()).get().sentence == "核对 王芳：已核对（已更新）"


def test_a_row_corrected_earlier_is_checked_updated(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], boards=True)
    assert checking.confirm(world.actors["a"], world.children["a1"]).state == CheckState.UPDATED


def test_a_correction_taken_back_is_checked_unchanged(world):
    row = checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    assert checking.confirm(world.actors["a"], row, grade="三年级").state == CheckState.UNCHANGED


def test_a_remark_is_no_update(world):
    row = checking.confirm(world.actors["a"], world.children["a1"], remark="家访过")
    assert (row.state, row.remark) == (CheckState.UNCHANGED, "家访过")


def test_a_supplement_is_compared_with_how_it_was_added(world):
    row = checking.confirm(world.actors["a"], supplement(world, birth_date=dt.date(2012, 3, 4), boards=False))
    assert row.state == CheckState.UNCHANGED
    assert checking.confirm(world.actors["a"], row, class_name="2班").state == CheckState.UPDATED


def test_a_name_unlike_the_registers_is_marked(world):
    row = checking.confirm(world.actors["a"], world.children["a1"], name="王方")
    assert (row.state, row.name_differs) == (CheckState.UPDATED, True)
    assert not checking.confirm(world.actors["a"], row, name="王芳").name_differs


def test_nothing_but_the_schools_side_is_corrected(world):
    for name, value in {"id_number": "1", "hardship": "orphan", "school": 1, "state": "updated", "nonsense": 1}.items():
        with pytest.raises(RuleBroken, match="不能在核对中修改"):
            checking.confirm(world.actors["a"], world.children["a1"], **{name: value})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " "}, "姓名：不能为空"),
        ({"grade": None}, "年级：不能为空"),
        ({"sex": "妖"}, "性别：不认识“妖”，应为：男、女"),
        ({"name": "长" * 41}, "姓名：有 41 个字，最多 40 个字"),
        ({"birth_date": "2010"}, "出生日期：应为过去的日期"),
        ({"birth_date": dt.date(2999, 1, 1)}, "出生日期：应为过去的日期"),
        ({"name": "", "sex": "x"}, "姓名：不能为空；性别：不认识“x”"),
    ],
)
def test_a_value_that_cannot_be_is_refused(world, values, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        checking.confirm(world.actors["a"], world.children["a1"], **values)
    assert fresh(world.children["a1"]).state == CheckState.UNCHECKED


def test_an_invalid_row_is_not_checked_before_it_is_restored(world):
    row = checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.ELSEWHERE)
    with pytest.raises(RuleBroken, match="已是无效，请先恢复"):
        checking.confirm(world.actors["a"], row)
    row = checking.restore(world.actors["a"], row)
    assert (row.state, row.invalid_reason, row.checked_by, row.checked_at) == ("unchecked", None, "", None)
    assert checking.confirm(world.actors["a"], row).state == CheckState.UNCHANGED


def test_an_invalid_row_keeps_reason_and_remark(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.OTHER, remark=" 已迁走 ")
    row = fresh(world.children["a1"])
    assert (row.state, row.invalid_reason, row.remark, row.checked_by) == ("invalid", "other", "已迁走", "a")


def test_other_needs_a_remark(world):
    with pytest.raises(RuleBroken, match="写明说明"):
        checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.OTHER, remark=" ")


def test_a_row_is_made_invalid_once(world):
    row = checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.WRONG)
    with pytest.raises(RuleBroken, match="已是无效（信息错误）"):
        checking.mark_invalid(world.actors["a"], row, reason=InvalidReason.ELSEWHERE)


def test_a_duplicate_needs_another_live_row(world):
    with pytest.raises(RuleBroken, match="没有另外的有效记录"):
        checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.DUPLICATE)
    twin(world)
    row = checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.DUPLICATE)
    assert row.state == CheckState.INVALID


def test_children_without_a_number_are_no_duplicates(world):
    supplement(world, name="另一个")
    with pytest.raises(RuleBroken, match="没有另外的有效记录"):
        checking.mark_invalid(world.actors["a"], supplement(world), reason=InvalidReason.DUPLICATE)


def test_a_checked_row_is_reopened(world):
    row = checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    row = checking.reopen(world.actors["a"], row)
    assert (row.state, row.grade, row.checked_by) == (CheckState.UNCHECKED, "四年级", "")


def test_only_a_checked_row_is_reopened_and_only_an_invalid_one_restored(world):
    with pytest.raises(RuleBroken, match="不是已核对"):
        checking.reopen(world.actors["a"], world.children["a1"])
    with pytest.raises(RuleBroken, match="不是无效"):
        checking.restore(world.actors["a"], world.children["a1"])


SINGLE = {
    "confirm": checking.confirm,
    "invalid": lambda actor, row: checking.mark_invalid(actor, row, reason=InvalidReason.WRONG),
    "restore": checking.restore,
    "reopen": checking.reopen,
}


@pytest.mark.parametrize("verb", SINGLE)
@pytest.mark.parametrize("who", ["town", "city", "province", "auditor"])
def test_only_school_and_county_check(world, verb, who):
    with pytest.raises(NotAllowed):
        SINGLE[verb](world.actors[who], world.children["a1"])


@pytest.mark.parametrize("verb", SINGLE)
@pytest.mark.parametrize(("who", "child"), [("b", "a1"), ("other_county", "a1"), ("county", "away")])
def test_a_row_that_is_not_ones_own_is_refused(world, verb, who, child):
    with pytest.raises(OutOfScope):
        SINGLE[verb](world.actors[who], world.children[child])


def test_an_old_page_is_refused(world):
    old = fresh(world.children["a1"])
    checking.confirm(world.actors["a"], world.children["a1"])
    with pytest.raises(Conflict, match="a，"):
        checking.confirm(world.actors["county"], old, grade="五年级")


@pytest.mark.parametrize("verb", SINGLE)
def test_an_old_page_is_refused_as_old_whatever_it_shows(world, verb):
    actor, row = world.actors["a"], world.children["a1"]
    if verb in ("confirm", "invalid"):
        row = fresh(checking.mark_invalid(actor, row, reason=InvalidReason.WRONG))
        checking.restore(actor, fresh(row))
    else:
        SINGLE["invalid" if verb == "restore" else "confirm"](actor, fresh(row))
    with pytest.raises(Conflict):
        SINGLE[verb](actor, row)


def test_the_roll_as_delivered_is_never_written(world):
    before = list(Enrolment.select().dicts())
    checking.confirm(world.actors["a"], world.children["a1"], name="王方", grade="四年级")
    assert list(Enrolment.select().dicts()) == before
