"""补录 by sheet: the same checks as on the page, by row; what stands already is left alone."""

import logging

import pytest

from aid.errors import NotAllowed
from aid.imports import run_import, try_import
from aid.operations import duplicates, history
from models import Beneficiary, CheckState, Operation, Region
from tests.aid.imports.sheets import WARNED, id_number, row, titles, write
from tests.aid.operations.supplementing import on_register, on_roll

SLUG = "supplement"
NUMBER = id_number(7)


def added() -> list[Beneficiary]:
    return list(Beneficiary.select().where(Beneficiary.source == "supplement").order_by(Beneficiary.id))


def held(report) -> list[tuple[int, str]]:
    return [(one.row, one.message.removesuffix("。请改正后重新导入")) for one in report.held_back]


# -- it works ------------------------------------------------------------------


def test_an_offices_rows_wait_to_be_checked_and_a_schools_own_do_not(world, send):
    send(world.actors["county"], SLUG, {})
    send(world.actors["b"], SLUG, {"学校编码": "", "身份证号": id_number(9)})
    assert [(one.school, one.state) for one in added()] == [
        (world.organisations["a"], CheckState.UNCHECKED),
        (world.organisations["b"], CheckState.UNCHANGED),
    ]


def test_register_and_roll_fill_what_the_sheet_leaves_empty(world, send):
    person, place = on_register(world, NUMBER, name="钱多"), on_roll(world, NUMBER, "a", name="钱多", grade="五年级")
    report = send(world.actors["a"], SLUG, {"年级": "", "户籍区划代码": "", "困难类型": "脱贫户"})
    [one] = added()
    assert (one.register_person, one.enrolment, one.grade, one.aid_until) == (person, place, "五年级", 2028)
    assert (one.home_region, report.warnings) == (world.regions["village"], [])


def test_the_same_sheet_again_changes_nothing(world, send):
    rows = ({}, {"身份证号": "", "补录原因": "无身份证号"})
    assert send(world.actors["a"], SLUG, *rows).counts["added"] == 2
    again = send(world.actors["a"], SLUG, *rows)
    assert (again.unchanged, again.added, again.held_back) == (2, 0, [])


def test_the_county_brings_who_studies_outside_the_province(world, send):
    outside = {"学校编码": "", "补录原因": "省外就读", "省外学校": "成都七中", "省外学段": "普高"}
    send(world.actors["county"], SLUG, outside)
    [one] = added()
    assert (one.school, one.outside_school, one.outside_stage) == (world.organisations["county"], "成都七中", "senior")


def test_a_preview_says_what_the_import_then_does(world, tmp_path):
    path = write(tmp_path / "b.xlsx", [titles(SLUG), row(SLUG), row(SLUG, {"户籍区划代码": "510104001000"})])
    tried = try_import(world.actors["a"], SLUG, path, file_name="b.xlsx")
    assert (added(), Region.get_or_none(Region.code == "510104001000")) == ([], None)
    done = run_import(world.actors["a"], SLUG, path, file_name="b.xlsx")
    assert (tried.counts, tried.warnings) == (done.counts, done.warnings)
    assert tried.warnings == WARNED[SLUG]


def test_a_child_on_another_list_comes_in_with_a_warning_and_is_a_duplicate(world, send):
    child = world.children["c1"]
    report = send(world.actors["a"], SLUG, {"身份证号": child.id_number, "姓名": "陈静", "困难类型": "脱贫户"})
    assert report.warnings[1] == "第 2 行 陈静：户籍区划照本县名册收"
    assert "已在别处的名单上" in " ".join(report.warnings)
    assert "聂桥" not in " ".join(report.warnings)
    assert [group.id_number for group in duplicates.open_groups(world.actors["county"].scope)] == [child.id_number]


def test_an_import_of_supplements_is_undone(world, send):
    report = send(world.actors["a"], SLUG, {"户籍区划代码": "510104001000"})
    history.undo(world.actors["a"], Operation.get_by_id(report.operation_id))
    assert (added(), Region.get_or_none(Region.code == "510104001000")) == ([], None)


# -- the rule refuses, by row --------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"身份证号": ""}, "身份证号：没有填写；确实没有的，补录原因请选“无身份证号”"),
        ({"身份证号": NUMBER[:17] + "x"}, "身份证号：校验位不对，请对照证件核实"),
        ({"补录原因": "其他"}, "补录说明：没有填写；补录原因是“其他”时请写明"),
        ({"补录原因": "想补"}, "补录原因：不认识“想补”"),
        ({"户籍区划代码": ""}, "户籍区划代码：没有填写；本县名册上没有这名学生，不能代填"),
        ({"学校编码": "360426000004"}, "学校编码：不是本校的编码；只能给本校补录"),
        ({"补录原因": "省外就读"}, "补录原因：省外就读的学生由县资助中心自己补录，请报给县里"),
    ],
)
def test_a_row_that_cannot_be_is_held_back_with_its_reason(world, send, cells, why):
    report = send(world.actors["a"], SLUG, cells, {"姓名": "孙好", "身份证号": id_number(9)})
    [(number, message)] = held(report)
    assert (number, message.startswith(why)) == (2, True)
    assert [one.name for one in added()] == ["孙好"]


def test_a_child_twice_in_the_sheet_or_on_the_list_is_held_back(world, send):
    listed = {"身份证号": world.children["a1"].id_number, "姓名": "王芳"}
    [(three, twice), (four, stands)] = held(send(world.actors["a"], SLUG, {}, {"年级": "一年级"}, listed))
    assert (three, twice) == (3, "身份证号：这名学生在表中不止一次")
    assert (four, stands) == (4, "身份证号：已在这所学校的名单上（未核对）；要改请在核对工作中改，不再补录")


def test_a_supplement_with_other_words_is_held_back_and_says_which(world, send):
    send(world.actors["a"], SLUG, {})
    [(_, told)] = held(send(world.actors["a"], SLUG, {"年级": "一年级", "困难类型": "孤儿"}))
    assert "与这里不同的：年级、困难类型" in told


# -- permission and scope ------------------------------------------------------


@pytest.mark.parametrize("who", ["town", "city", "province", "auditor"])
def test_only_a_school_and_its_county_send_one(world, send, who):
    with pytest.raises(NotAllowed):
        send(world.actors[who], SLUG, {})


def test_a_county_supplements_for_its_own_schools_alone(world, send):
    [(_, told)] = held(send(world.actors["county"], SLUG, {"学校编码": "360425000002"}))
    assert told == "学校编码：没有编码为 360425000002 的正常学校，或不归您管理"


# -- many ----------------------------------------------------------------------


def test_a_hundred_rows_ask_no_more_of_the_database_than_one(world, send, caplog):
    asked = []
    for rows in ([501], range(1, 101)):
        with caplog.at_level(logging.DEBUG, "peewee"):
            send(world.actors["county"], SLUG, *({"身份证号": id_number(serial)} for serial in rows))
        asked.append(len([record for record in caplog.records if record.name == "peewee"]))
        caplog.clear()
    assert len(added()) == 101
    assert asked[1] <= asked[0]
