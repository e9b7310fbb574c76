"""Organisations edited and added in the grid, by the rules of their form."""

import pytest

from aid.editing import EDITORS, save
from aid.errors import NotAllowed, OutOfScope
from aid.ledger import writing
from aid.operations import history
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Operation, Organisation
from tests.aid.editing.gestures import edit, faults, gesture

NEW = {"name": "蒲亭镇第二小学", "stage": "小学", "region": "蒲亭镇"}


@pytest.fixture(autouse=True)
def below(world) -> None:
    """Everything but the offices at the top stands under the county's office."""
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key in ("town", "a", "b", "c"):
            ledger.change(world.organisations[key], parent=world.organisations["county"])


def fresh(row: Organisation) -> Organisation:
    return Organisation.get_by_id(row.id)


def told(world, row: Organisation, who: str = "county", **texts: str) -> dict[str, str]:
    found = faults(world.actors[who], Organisation, gesture(edit(row, **texts)))
    assert fresh(row).version == row.version or not found
    return {column: sentence for (_, column), sentence in found.items()}


def refused(world, *added: dict[str, str], who: str = "county") -> dict[tuple[int, str], str]:
    return faults(world.actors[who], Organisation, gesture(added=added))


# -- editing -------------------------------------------------------------------


def test_every_column_the_office_above_fills_in_is_typed(world):
    texts = {
        "name": " 聂桥镇  小学 ",
        "stage": "学前",
        "region": "蒲亭镇 360426100000",
        "networks": "10.0.0.0/8，10.0.0.0/8",
    }
    assert told(world, world.organisations["c"], **texts) == {}
    row = fresh(world.organisations["c"])
    assert (row.name, row.stage, row.region.name, row.networks) == ("聂桥镇 小学", "preschool", "蒲亭镇", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("key", "texts", "column", "sentence"),
    [
        ("a", {"stage": ""}, "stage", "学校必须填写学段"),
        ("town", {"stage": "小学"}, "stage", "只有学校才有学段"),
        ("a", {"region": "永修县"}, "region", "不在德安县学生资助管理中心的管理范围内"),
        ("a", {"region": "火星"}, "region", "没有“火星”"),
        ("a", {"region": ""}, "region", "不能为空"),
        ("town", {"region": "石门村"}, "region", "乡镇级"),
        ("a", {"name": "德安县聂桥镇小学"}, "name", "已经有了，编码 360426000005"),
        ("a", {"name": "学" * 81}, "name", "最多 80 个字"),
        ("a", {"networks": "学校里"}, "networks", "不是网段"),
        ("a", {"code": "360426000009"}, "code", "不能在表格中修改"),
    ],
)
def test_the_rules_of_the_form_hold(world, key, texts, column, sentence):
    found = told(world, world.organisations[key], **texts)
    assert list(found) == [column]
    assert sentence in found[column]


def test_two_rows_of_one_gesture_do_not_become_twins(world):
    rows = [world.organisations["a"], world.organisations["c"]]
    found = faults(world.actors["county"], Organisation, gesture(*(edit(row, name="德安县小学") for row in rows)))
    assert list(found) == [(rows[1].id, "name")]


def test_two_rows_may_change_names_with_each_other(world):
    a, c = world.organisations["a"], world.organisations["c"]
    save(world.actors["county"], Organisation, gesture(edit(a, name=c.name), edit(c, name=a.name)))
    assert (fresh(a).name, fresh(c).name) == (c.name, a.name)


def test_what_is_kept_when_another_row_falls_back_is_still_no_twin(world):
    a, c = world.organisations["a"], world.organisations["c"]
    sent = gesture(edit(a, name="新名", stage=""), edit(c, name=a.name), keep_sound=True)
    saved = save(world.actors["county"], Organisation, sent)
    assert {(fault.row, fault.column) for fault in saved.faults} == {(a.id, "stage")}
    assert (fresh(a).name, fresh(a).stage, fresh(c).name) == ("新名", "primary", a.name)


def test_nobody_learns_which_schools_another_county_has(world):
    there = world.organisations["far"]
    new = {"name": there.name, "stage": "小学", "region": world.regions["far_town"].code}
    found = faults(world.actors["county"], Organisation, gesture(added=[new]))
    assert list(found) == [(-1, "region")]
    assert there.code not in "".join(found.values())


def test_nobody_edits_the_own_office(world):
    assert told(world, world.organisations["county"], name="别的", networks="10.0.0.0/8").keys() == {"name", "networks"}
    save(SYSTEM, Organisation, gesture(edit(world.organisations["county"], name="别的")))
    assert fresh(world.organisations["county"]).name == "别的"


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_the_permission_is_needed(world, who):
    with pytest.raises(NotAllowed):
        told(world, world.organisations["a"], who, name="别的")
    with pytest.raises(NotAllowed):
        refused(world, NEW, who=who)


def test_an_organisation_of_another_county_is_refused(world):
    with pytest.raises(OutOfScope):
        told(world, world.organisations["a"], "other_county", name="别的")
    assert fresh(world.organisations["a"]).version == world.organisations["a"].version


# -- adding --------------------------------------------------------------------


def test_pasted_rows_are_added_with_the_next_codes_and_an_undo_takes_them(world):
    rows = [
        NEW,
        {"name": "", "stage": " "},
        NEW | {"stage": "学前"},
        {**NEW, "stage": "", "name": "蒲亭镇资助站", "kind": "乡镇"},
    ]
    saved = save(world.actors["county"], Organisation, gesture(added=rows))
    added = [Organisation.get_by_id(key) for key in saved.added]
    assert [row.code for row in added] == ["360426000006", "360426000007", "360426000008"]
    assert {row.parent_id for row in added} == {world.organisations["county"].id}
    assert [(row.kind, row.stage) for row in added] == [
        ("school", "primary"),
        ("school", "preschool"),
        ("township", None),
    ]
    assert [row.name for row in added] == ["蒲亭镇第二小学", "蒲亭镇第二小学", "蒲亭镇资助站"]
    assert Operation.get_by_id(saved.operation_id).sentence == "新增机构 3 行"
    history.undo(world.actors["county"], Operation.get_by_id(saved.operation_id))
    assert not Organisation.select().where(Organisation.id.in_(saved.added)).exists()


def test_added_rows_sent_again_are_not_added_again(world):
    sent = gesture(edit(world.organisations["c"], name="别的小学"), added=[NEW])
    first = save(world.actors["county"], Organisation, sent)
    assert save(world.actors["county"], Organisation, sent) == first
    assert (first.ids, len(first.added), first.cells) == ((world.organisations["c"].id,), 1, 1)


@pytest.mark.parametrize(
    ("texts", "column", "sentence"),
    [
        ({"name": ""}, "name", "不能为空"),
        ({"stage": ""}, "stage", "学校必须填写学段"),
        ({"stage": "大学"}, "stage", "不认识“大学”"),
        ({"kind": "县"}, "kind", "下面不能新增县机构"),
        ({"region": "永修县"}, "region", "管理范围"),
        ({"name": "德安县蒲亭镇小学"}, "name", "已经有了"),
        ({"code": "360426000099"}, "code", "新增的行不能填写这一列"),
    ],
)
def test_a_new_row_is_held_against_the_rules(world, texts, column, sentence):
    found = refused(world, NEW | {"name": "别的小学"}, NEW | texts)
    assert set(found) == {(-2, column)}
    assert sentence in found[-2, column]


def test_the_sound_new_rows_are_kept(world):
    sent = gesture(added=[NEW, NEW, {**NEW, "stage": ""}], keep_sound=True)
    saved = save(world.actors["county"], Organisation, sent)
    assert (len(saved.added), [(fault.row, fault.column) for fault in saved.faults]) == (
        1,
        [(-3, "stage"), (-2, "name")],
    )


def test_who_has_no_office_adds_by_the_form(world):
    assert EDITORS[Organisation].addable_by(SYSTEM) == ()
    with pytest.raises(NotAllowed):
        save(SYSTEM, Organisation, gesture(added=[NEW]))
