"""自定义列: added, renamed, moved, retired, brought back and emptied, each without a value lost."""

import pytest

from aid import own_columns
from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.imports.choices import remember
from aid.imports.formats import FORMATS
from aid.ledger import writing
from aid.operations import own_columns as operations
from aid.operations.history import undo
from aid.operations.organisations import in_the_way
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.story import story
from models import Beneficiary, ColumnChoice, Operation, Organisation, OwnColumn, OwnKind

TABLE = "beneficiary"
STEPS = {
    "define": lambda actor, _: operations.define(actor, TABLE, kind=OwnKind.TEXT, label="另一列"),
    "redefine": lambda actor, row: operations.redefine(actor, row, label="新名", help="", required=False),
    "move": lambda actor, row: operations.move(actor, row, up=True),
    "retire": operations.retire,
    "bring_back": operations.bring_back,
    "clear": operations.clear,
}


@pytest.fixture
def county(world):
    return world.actors["county"]


@pytest.fixture
def column(county) -> OwnColumn:
    return operations.define(county, TABLE, kind=OwnKind.TEXT, label="接送人", help="姓名和电话")


def put(child, **values) -> None:
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Beneficiary.get_by_id(child.id), **values)


def again(row: OwnColumn) -> OwnColumn:
    return OwnColumn.get_by_id(row.id)


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def labels() -> list[str]:
    return [one.label for one in own_columns.own_of(Beneficiary)]


def test_a_column_takes_the_first_spare_one_of_its_kind(county, column):
    number = operations.define(county, TABLE, kind=OwnKind.NUMBER, label="家庭人口")
    choice = operations.define(county, TABLE, kind=OwnKind.CHOICE, label="走读方式", choices="走读\n住校\n")
    assert [row.slot for row in (column, number, choice)] == ["own_text_1", "own_number_1", "own_text_2"]
    assert labels() == ["接送人", "家庭人口", "走读方式"]
    assert newest().sentence == "新增自定义列“走读方式”（资助对象，选项）"


@pytest.mark.parametrize("label", ["姓名", "接 送人", "学生姓名", "", "字" * 21, "退回原因"])
def test_a_name_is_one_that_the_table_and_its_sheet_do_not_have(county, column, label):
    with pytest.raises(RuleBroken):
        operations.define(county, TABLE, kind=OwnKind.TEXT, label=label)
    assert OwnColumn.select().count() == 1


@pytest.mark.parametrize("choices", ["", "走读\n走 读", "走读\n-", "a|b"])
def test_choices_are_told_apart(county, choices):
    with pytest.raises(RuleBroken):
        operations.define(county, TABLE, kind=OwnKind.CHOICE, label="走读方式", choices=choices)


def test_when_the_spare_ones_are_used_up_it_is_said_what_to_do(county):
    rows = [operations.define(county, TABLE, kind=OwnKind.DATE, label=f"日期{n}") for n in range(4)]
    with pytest.raises(RuleBroken, match="用满 4 个；请先停用一个不再用的，再把它清空"):
        operations.define(county, TABLE, kind=OwnKind.DATE, label="日期五")
    operations.clear(county, operations.retire(county, rows[1]))
    assert operations.define(county, TABLE, kind=OwnKind.DATE, label="日期五").slot == "own_date_2"


def test_a_rename_is_one_everywhere_at_once_and_in_the_history(county, column, world):
    put(world.children["a1"], own_text_1="张三")
    operations.redefine(county, column, label="接送家长", help="", required=True)
    told = story(world.actors["a"], Beneficiary.get_by_id(world.children["a1"].id))
    assert told[0].diffs == [("接送家长", "", "张三")]
    assert own_columns.field_of(Beneficiary, "own_text_1").verbose_name == "接送家长"
    assert own_columns.demanded(Beneficiary) == ("own_text_1",)


def test_choices_are_renamed_closed_and_added_and_none_goes(county, world):
    row = operations.define(county, TABLE, kind=OwnKind.CHOICE, label="走读方式", choices="走读\n住校")
    put(world.children["a1"], own_text_1="c2")
    given = [("c1", "走读", False), ("c2", "寄宿", True)]
    operations.redefine(county, row, label="走读方式", help="", required=False, choices=given, added="校车")
    field = own_columns.field_of(Beneficiary, "own_text_1")
    assert field.choices == [("c1", "走读"), ("c2", "寄宿"), ("c3", "校车")]
    assert (field.closed, Beneficiary.get_by_id(world.children["a1"].id).own_text_1) == ({"c2"}, "c2")
    with pytest.raises(RuleBroken, match="不能删除"):
        operations.redefine(county, again(row), label="走读方式", help="", required=False, choices=given)


def test_columns_change_places(county, column):
    second = operations.define(county, TABLE, kind=OwnKind.TEXT, label="备忘")
    operations.move(county, second, up=True)
    assert labels() == ["备忘", "接送人"]
    operations.move(county, again(second), up=True)
    operations.move(county, again(second), up=False)
    assert labels() == ["接送人", "备忘"]


def test_a_retired_column_is_nowhere_and_comes_back_with_its_values(county, column, world):
    put(world.children["a1"], own_text_1="张三")
    operations.retire(county, column)
    assert (labels(), operations.filled(county.scope, [column])) == ([], {column.id: 1})
    assert story(county, Beneficiary.get_by_id(world.children["a1"].id))[0].diffs == [("接送人", "", "张三")]
    operations.bring_back(county, again(column))
    assert labels() == ["接送人"]
    assert Beneficiary.get_by_id(world.children["a1"].id).own_text_1 == "张三"


def test_a_name_that_was_given_on_is_not_taken_back(county, column):
    operations.retire(county, column)
    operations.define(county, TABLE, kind=OwnKind.TEXT, label="接送人")
    with pytest.raises(RuleBroken, match="已经有"):
        operations.bring_back(county, again(column))


def test_an_emptied_column_makes_room_and_its_history_keeps_its_name(county, column, world):
    put(world.children["a1"], own_text_1="张三")
    remember(county, FORMATS["table_beneficiary"], {"家长": "own_text_1"})
    operations.retire(county, column)
    assert operations.clear(county, again(column)).rows == 1
    assert (operations.definitions(county.scope), ColumnChoice.select().count()) == ([], 0)
    for n in range(7):
        operations.define(county, TABLE, kind=OwnKind.TEXT, label=f"新列{n}")
    assert operations.define(county, TABLE, kind=OwnKind.TEXT, label="第八").slot == "own_text_1"
    put(world.children["a1"], own_text_1="乙")
    told = [chapter.diffs for chapter in story(county, Beneficiary.get_by_id(world.children["a1"].id))]
    assert told[:3] == [[("第八", "", "乙")], [("接送人", "张三", "")], [("接送人", "", "张三")]]


def test_emptying_is_undone_until_the_place_is_taken(county, column, world):
    put(world.children["a1"], own_text_1="张三")
    operations.retire(county, column)
    cleared = operations.clear(county, again(column))
    undo(county, Operation.get_by_id(cleared.operation_id))
    assert (again(column).until, Beneficiary.get_by_id(world.children["a1"].id).own_text_1) == (None, "张三")
    cleared = operations.clear(county, again(column))
    for n in range(8):
        operations.define(county, TABLE, kind=OwnKind.TEXT, label=f"新列{n}")
    with pytest.raises(RuleBroken):
        undo(county, Operation.get_by_id(cleared.operation_id))
    assert Beneficiary.get_by_id(world.children["a1"].id).own_text_1 is None


def test_a_definition_taken_back_leaves_its_values_where_nobody_else_gets_them(county, column, world):
    put(world.children["a1"], own_text_1="张三")
    made = Operation.get_by_id(column.since)
    outcome = undo(county, made)
    assert labels() == []
    assert operations.define(county, TABLE, kind=OwnKind.TEXT, label="另一列").slot == "own_text_2"
    undo(county, Operation.get_by_id(outcome.operation_id))
    assert labels() == ["接送人", "另一列"]


def test_one_in_use_is_not_emptied_and_one_retired_is_not_retired(county, column):
    with pytest.raises(RuleBroken, match="请先停用"):
        operations.clear(county, column)
    with pytest.raises(RuleBroken, match="没有停用"):
        operations.bring_back(county, column)
    operations.retire(county, column)
    with pytest.raises(RuleBroken, match="已经停用"):
        operations.retire(county, again(column))


@pytest.mark.parametrize("step", [step for step in STEPS if step != "define"])
def test_an_old_page_changes_nothing(county, column, step):
    operations.redefine(county, again(column), label="改过名", help="", required=False)
    with pytest.raises(Conflict):
        STEPS[step](county, column)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["province", "city", "town", "a", "auditor"])
def test_it_takes_the_permission(world, column, step, who):
    before = newest().id
    with pytest.raises(NotAllowed):
        STEPS[step](world.actors[who], column)
    assert newest().id == before


@pytest.mark.parametrize("step", [step for step in STEPS if step != "define"])
def test_another_office_changes_none_of_ours(world, column, step):
    with pytest.raises(OutOfScope):
        STEPS[step](world.actors["other_county"], column)
    assert labels() == ["接送人"]


def test_an_office_with_columns_is_not_deleted(world, column):
    assert "自定义列 1 个" in in_the_way(Organisation.get_by_id(world.organisations["county"].id))
