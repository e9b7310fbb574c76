"""The list edited in the grid: what an edit does to a row, and what is refused."""

from aid.editing import Cell, Gesture, RowEdit, save
from models import Beneficiary, Operation


def edit(row, token="t", **cells):
    texts = [Cell(column, old, new) for column, (old, new) in cells.items()]
    return Gesture(token, [RowEdit(row.id, row.version, texts)])


def test_a_typed_cell_is_saved_and_the_history_says_so(world):
    row = world.children["a1"]
    saved = save(world.actors["a"], Beneficiary, edit(row, grade=("三年级", "四年级")))
    assert (saved.ids, saved.cells, saved.faults) == ((row.id,), 1, ())
    assert Beneficiary.get_by_id(row.id).grade == "四年级"
    operation = Operation.get_by_id(saved.operation_id)
    assert (operation.sentence, operation.gesture) == ("王芳：年级 三年级 → 四年级", "beneficiary/t")
