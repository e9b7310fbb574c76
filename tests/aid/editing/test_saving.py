"""A gesture: all its faults at once, conflicts cell by cell, written once; and one value for many rows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from aid.editing import Cell, Faulty, RowEdit, fill, save
from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import checking, events, history
from aid.permissions import Permission
from aid.record import newest_operation
from aid.scope import SYSTEM
from aid.selection import Selection
from models import Account, Beneficiary, Enrolment, InvalidReason, Operation, Organisation, RegisterPerson, db
from tests.aid.editing.gestures import edit, faults, gesture


def fresh(row: Beneficiary) -> Beneficiary:
    return Beneficiary.get_by_id(row.id)


def operations() -> int:
    return Operation.select().count()


def somebody_types(world, row: Beneficiary, **texts: str) -> None:
    save(world.actors["county"], Beneficiary, gesture(edit(fresh(row), **texts)))


# -- faults --------------------------------------------------------------------


def test_nothing_is_saved_where_a_cell_is_at_fault(world):
    a1, a2 = world.children["a1"], world.children["a2"]
    with pytest.raises(Faulty) as refused:
        save(
            world.actors["a"],
            Beneficiary,
            gesture(edit(a1, grade="四年级", sex="x"), edit(a2, boards="x", grade="五年级")),
        )
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(a1.id, "sex"), (a2.id, "boards")]
    assert refused.value.sound == 2
    assert (fresh(a1).grade, fresh(a2).grade) == ("三年级", "三年级")


def test_the_sound_cells_are_kept_where_the_clerk_chooses_so(world):
    a1, a2 = world.children["a1"], world.children["a2"]
    sent = gesture(edit(a1, grade="四年级", sex="x"), edit(a2, boards="x"), keep_sound=True)
    saved = save(world.actors["a"], Beneficiary, sent)
    assert (saved.ids, saved.cells, len(saved.faults)) == ((a1.id,), 1, 2)
    assert (fresh(a1).grade, fresh(a1).sex, fresh(a2).version) == ("四年级", None, 1)


def test_a_gesture_in_which_nothing_differs_leaves_no_operation(world):
    before = operations()
    saved = save(world.actors["a"], Beneficiary, gesture(edit(world.children["a1"], grade="三年级 ", boards="")))
    assert (saved.operation_id, saved.ids, saved.cells, operations()) == (None, (), 0, before)


@pytest.mark.parametrize("model", [RegisterPerson, Enrolment, Operation])
def test_what_was_delivered_and_what_is_on_record_is_not_edited(world, model):
    with pytest.raises(NotAllowed, match="不能在表格中修改"):
        save(world.actors["county"], model, gesture())


def test_more_rows_cost_no_more_queries(world, queries):
    a1, a2 = world.children["a1"], world.children["a2"]
    with queries() as one:
        save(world.actors["a"], Beneficiary, gesture(edit(a1, grade="四年级")))
    sent = gesture(edit(fresh(a1), grade="五年级"), edit(a2, grade="五年级"))
    with queries() as two:
        save(world.actors["a"], Beneficiary, sent)
    assert len(one) == len(two)


# -- conflicts -----------------------------------------------------------------


def test_both_edits_survive_in_different_cells(world):
    row = world.children["a1"]
    somebody_types(world, row, grade="四年级")
    save(world.actors["a"], Beneficiary, gesture(edit(row, class_name="2班")))
    assert (fresh(row).grade, fresh(row).class_name) == ("四年级", "2班")


def test_a_conflict_in_one_cell_tells_who_when_and_what(world):
    row = world.children["a1"]
    somebody_types(world, row, grade="四年级")
    with pytest.raises(Faulty) as refused:
        save(world.actors["a"], Beneficiary, gesture(edit(row, grade="五年级", nation="汉族")))
    [fault] = refused.value.faults
    assert (fault.column, fault.theirs, refused.value.sound) == ("grade", "四年级", 1)
    assert fault.sentence.startswith("county（")
    assert fault.sentence.endswith("已改为“四年级”")


def test_a_conflict_is_told_though_the_history_of_it_was_cleared(world):
    row = world.children["a1"]
    somebody_types(world, row, grade="四年级")
    events.forget(SYSTEM, years=-1)
    with pytest.raises(Faulty) as refused:
        save(world.actors["a"], Beneficiary, gesture(edit(row, grade="五年级")))
    assert [fault.sentence for fault in refused.value.faults] == ["别人已改为“四年级”"]


@pytest.mark.parametrize(
    ("column", "theirs", "mine"), [("grade", "四年级", "四年级"), ("birth_date", "2012-3-4", "20120304")]
)
def test_two_who_type_the_same_do_not_disagree(world, column, theirs, mine):
    row = world.children["a1"]
    somebody_types(world, row, **{column: theirs})
    assert save(world.actors["a"], Beneficiary, gesture(edit(row, **{column: mine}))).operation_id is None


def test_after_seeing_theirs_one_may_still_overwrite_it(world):
    row = world.children["a1"]
    somebody_types(world, row, grade="四年级")
    again = RowEdit(row.id, row.version, [Cell("grade", "四年级", "五年级")])
    save(world.actors["a"], Beneficiary, gesture(again))
    assert fresh(row).grade == "五年级"


# -- the same gesture again ----------------------------------------------------


def test_a_gesture_sent_twice_is_written_once(world):
    sent = gesture(edit(world.children["a1"], grade="四年级"), edit(world.children["a2"], grade="四年级", sex="女"))
    first = save(world.actors["a"], Beneficiary, sent)
    before = operations()
    assert save(world.actors["a"], Beneficiary, sent) == first
    assert (operations(), fresh(world.children["a1"]).version) == (before, 2)


def test_a_gesture_sent_again_tells_its_faults_again(world):
    sent = gesture(edit(world.children["a1"], grade="四年级", sex="x"), keep_sound=True)
    first = save(world.actors["a"], Beneficiary, sent)
    assert save(world.actors["a"], Beneficiary, sent) == first


def test_a_gesture_sent_again_after_its_undo_stays_undone(world):
    sent = gesture(edit(world.children["a1"], grade="四年级"))
    first = save(world.actors["a"], Beneficiary, sent)
    history.undo(world.actors["a"], Operation.get_by_id(first.operation_id))
    assert save(world.actors["a"], Beneficiary, sent) == first
    assert fresh(world.children["a1"]).grade == "三年级"


def test_a_gesture_sent_twice_at_once_is_written_once(world):
    sent = gesture(edit(world.children["a1"], grade="四年级"))

    def attempt(_: int):
        with db.connection_context():
            return save(world.actors["a"], Beneficiary, sent)

    db.close()
    with ThreadPoolExecutor(4) as clerks:
        answers = set(clerks.map(attempt, range(4)))
    db.connect()
    assert len(answers) == 1
    assert fresh(world.children["a1"]).version == 2


def test_the_token_of_another_account_is_refused(world):
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(Account, login="aa1", name="a", role="school", password_hash="", must_change=False)
    sent = gesture(edit(world.children["a1"], grade="四年级"))
    save(world.actors["a"], Beneficiary, sent)
    other = replace(world.actors["a"], account_id=account.id)
    with pytest.raises(RuleBroken):
        save(other, Beneficiary, replace(sent, rows=[edit(world.children["a2"], grade="四年级")]))
    assert fresh(world.children["a2"]).grade == "三年级"


@pytest.mark.parametrize("token", ["", "x" * 51])
def test_a_token_that_is_none_is_refused(world, token):
    with pytest.raises(RuleBroken, match="刷新"):
        save(world.actors["a"], Beneficiary, gesture(edit(world.children["a1"], grade="x"), token=token))


# -- one value for many rows ---------------------------------------------------


def every(shown: int) -> Selection:
    return Selection.filtered(Beneficiary, shown_at=newest_operation(), expected=shown)


def test_one_value_fills_a_column_of_the_filter_once(world):
    chosen = every(2)
    done = fill(world.actors["a"], chosen, column="grade", text="五年级", token="f")
    assert fill(world.actors["a"], chosen, column="grade", text="五年级", token="f") == done
    assert (done.rows, {fresh(world.children[key]).grade for key in ("a1", "a2")}) == (2, {"五年级"})
    assert Operation.get_by_id(done.operation_id).sentence == "资助对象 2 行的年级改为“五年级”"


def test_a_fill_says_which_rows_stand_in_its_way(world):
    checking.mark_invalid(world.actors["a"], world.children["a1"], reason=InvalidReason.GRADUATED)
    with pytest.raises(RuleBroken, match=r"2 行中有 1 行不能这样改（王芳）：.*请先恢复.*未作任何改动"):
        fill(world.actors["a"], every(2), column="grade", text="五年级", token="f")
    assert fresh(world.children["a2"]).grade == "三年级"


@pytest.mark.parametrize(("column", "text"), [("sex", "妖"), ("id_number", "1"), ("name", "")])
def test_a_fill_with_what_cannot_be_is_refused(world, column, text):
    with pytest.raises(RuleBroken):
        fill(world.actors["a"], every(2), column=column, text=text, token="f")


def test_a_fill_needs_the_permission_and_the_scope(world):
    with pytest.raises(NotAllowed):
        fill(world.actors["town"], every(4), column="grade", text="五年级", token="f")
    with pytest.raises(OutOfScope):
        fill(world.actors["county"], every(5), column="grade", text="五年级", token="f")
    foreign = world.children["b1"]
    with pytest.raises(OutOfScope):
        fill(world.actors["a"], Selection.ticked(Beneficiary, {foreign.id: 1}), column="grade", text="x", token="f")


def test_a_fill_of_rows_that_are_not_those_shown_is_refused(world):
    chosen = every(2)
    somebody_types(world, world.children["a1"], grade="四年级")
    with pytest.raises(Conflict):
        fill(world.actors["a"], chosen, column="grade", text="五年级", token="f")


def test_a_fill_of_organisations_is_held_against_each_other(world):
    rows = [world.organisations["a"], world.organisations["c"]]
    chosen = Selection.ticked(Organisation, {row.id: row.version for row in rows})
    with pytest.raises(RuleBroken, match=r"2 行中有 1 行.*已经有了"):
        fill(world.actors["county"], chosen, column="name", text="德安县小学", token="f")
    assert faults(world.actors["county"], Organisation, gesture(*(edit(row, name="德安县小学") for row in rows)))


# -- what the browser is told --------------------------------------------------


def test_texts_that_mean_what_stands_there_are_told_as_it_stands(world):
    a1 = world.children["a1"]
    save(world.actors["a"], Beneficiary, gesture(edit(a1, birth_date="2017-9-1")))
    saved = save(world.actors["a"], Beneficiary, gesture(edit(fresh(a1), birth_date="2017/9/1", grade="四年级")))
    assert saved.cells == 1
    assert saved.shown == {a1.id: (3, {"birth_date": "2017-09-01"})}


def test_a_row_that_had_moved_on_is_not_told_from_what_was_typed(world):
    a1 = world.children["a1"]
    somebody_types(world, a1, class_name="2班")
    saved = save(world.actors["a"], Beneficiary, gesture(edit(a1, grade="四年级")))
    assert (saved.ids, saved.shown) == ((a1.id,), {})
