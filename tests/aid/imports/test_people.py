"""建档立卡名册 and 学籍名册: cells, repeated persons, batches, and whose rows they are."""

import datetime as dt

import pytest

from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations import history
from aid.permissions import Permission
from aid.rules.cells import ErrorCell
from aid.scope import SYSTEM, Actor, Scope
from models import Enrolment, Operation, Organisation, Region, RegisterBatch, RegisterPerson, Role
from tests.aid.imports.sheets import id_number, stored

NEW = id_number(1)  # the number of the sound rows
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９ｘ")
SLIPPED = NEW[:17] + ("1" if NEW[17] != "1" else "2")
TOMORROW = f"{dt.date.today() + dt.timedelta(days=2):%Y%m%d}"
ID_FAULTS = [
    *((float(NEW), "number_cell"), (110105491231002.0, "number_cell"), (ErrorCell("#N/A"), "error_cell")),
    *(("#N/A", "error_cell"), (NEW[:17], "malformed"), (f"{NEW}1", "malformed"), ("110105491231002", "malformed")),
    *((SLIPPED, "check_digit"), (id_number(1, born="20100230"), "birth_date"), ("", "missing"), (" ", "missing")),
    *((id_number(1, born=TOMORROW), "birth_date"), (NEW.translate(str.maketrans("0123", "٠١٢٣")), "malformed")),
]
FAULTS = {
    "register": [
        *((("身份证号", cell), reason) for cell, reason in ID_FAULTS),
        *(
            (("户编号", 12.0), "number_cell"),
            (("户编号", ErrorCell("#REF!")), "error_cell"),
            (("姓名", 7.0), "malformed"),
        ),
        *((("姓名", "赵" * 41), "malformed"), (("姓名", "赵\n新"), "malformed"), (("性别", "M"), "unknown")),
        *((("户籍区划代码", 360426100200.0), "number_cell"), (("户籍区划代码", "36042610020"), "malformed")),
        *((("困难类型", "富裕"), "unknown"), (("识别年度", "去年"), "malformed"), (("脱贫年度", 19.0), "malformed")),
        *(
            (("户主姓名", True), "malformed"),
            (("民族", ErrorCell("#N/A")), "error_cell"),
            (("联系电话", 1e18), "number_cell"),
        ),
    ],
    "roll": [
        *((("身份证号", cell), reason) for cell, reason in ID_FAULTS),
        *(
            (("全国学籍号", 7.0), "number_cell"),
            (("姓名", dt.date(2010, 1, 1)), "malformed"),
            (("性别", "M"), "unknown"),
        ),
        *((("出生日期", "2010-02-30"), "malformed"), (("出生日期", "2999-01-01"), "malformed")),
        *(
            (("学校编码", 360426000003.0), "number_cell"),
            (("学校编码", "3604"), "malformed"),
            (("学段", "大学"), "unknown"),
        ),
        *((("学校编码", "360426999999"), "unknown"), (("学校编码", "360426000001"), "unknown")),
        *(
            (("年级", ErrorCell("#N/A")), "error_cell"),
            (("班级", "1" * 21), "malformed"),
            (("学籍状态", "退学"), "unknown"),
        ),
        *((("入学年月", "2017年"), "malformed"), (("是否寄宿", "Y"), "malformed")),
    ],
}


def people() -> list[RegisterPerson]:
    return list(RegisterPerson.select().where(RegisterPerson.household_no == "0012").order_by(RegisterPerson.id))


def places() -> list[Enrolment]:
    return list(Enrolment.select().where(Enrolment.grade == "三年级", Enrolment.roll_no != "").order_by(Enrolment.id))


# -- cells ---------------------------------------------------------------------


@pytest.mark.parametrize("slug", FAULTS)
def test_every_faulty_cell_is_told_with_its_reason_column_and_row(slug, world, send):
    report = send(world.actors["county"], slug, *({title: cell} for (title, cell), _ in FAULTS[slug]))
    told = [(held.row, held.column, held.reason) for held in report.held_back]
    assert told == [(number, title, reason) for number, ((title, _), reason) in enumerate(FAULTS[slug], 2)]
    assert all(held.message.startswith(f"{held.column}：") for held in report.held_back)
    assert report.added == 0


def test_a_register_row_is_stored_as_it_came(world, send):
    send(world.actors["county"], "register", {"识别年度": 2014.0, "脱贫年度": "2019年", "联系电话": 13800000000.0})
    [person] = people()
    assert (person.name, person.id_number, person.sex, person.nation) == ("赵新", NEW, "male", "汉族")
    assert (person.head_name, person.head_id_number, person.relation) == ("赵大", "360426197001010016", "之子")
    assert (person.home_region, person.home_address) == (world.regions["village"], "石门村3号")
    assert (person.hardship, person.poor_since, person.left_poverty) == ("lifted", 2014, 2019)
    assert (person.phone, person.nth, person.batch.name) == ("13800000000", 1, "2026 秋")


def test_a_roll_row_is_stored_as_it_came(world, send):
    cells = {"出生日期": dt.date(2010, 1, 1), "班级": 1.0, "入学年月": 201709.0, "是否寄宿": "是", "年级": "三年级"}
    send(world.actors["county"], "roll", cells)
    [place] = places()
    assert (place.roll_no, place.name, place.id_number, place.sex) == ("G360426201001010015", "赵新", NEW, "male")
    assert (place.birth_date, place.nation, place.school) == (dt.date(2010, 1, 1), "汉族", world.organisations["a"])
    assert (place.stage, place.grade, place.class_name, place.status) == ("primary", "三年级", "1", "present")
    assert (place.entered, place.boards, place.nth) == ("201709", True, 1)


def test_what_is_left_empty_stays_empty(world, send):
    empty = dict.fromkeys(("户主姓名", "户主身份证号", "性别", "民族", "识别年度", "脱贫年度", "联系电话"), "")
    send(world.actors["county"], "register", empty)
    [person] = people()
    assert (person.head_name, person.head_id_number, person.nation, person.phone) == ("", "", "", "")
    assert (person.sex, person.poor_since, person.left_poverty) == (None, None, None)


@pytest.mark.parametrize("slug", FAULTS)
def test_a_number_is_stored_half_width_without_spaces_and_with_a_capital_x(slug, world, send):
    last_x = next(number for serial in range(1, 99) if (number := id_number(serial)).endswith("X"))
    typed = (last_x.lower(), last_x.translate(WIDE), f" {last_x[:6]}　{last_x[6:]}")
    for cell in typed:
        send(world.actors["county"], slug, {"身份证号": cell, "性别": ""})
    found = people() if slug == "register" else places()
    assert [row.id_number for row in found] == [last_x]


def test_rare_characters_and_leading_zeros_are_kept(world, send):
    name, number = "阿依古丽·𠮷买提", "0007"
    send(world.actors["county"], "register", {"姓名": name, "户编号": number, "联系电话": "0792-4332211"})
    send(world.actors["county"], "roll", {"姓名": name, "全国学籍号": number, "班级": "01"})
    person, place = RegisterPerson.get(RegisterPerson.household_no == number), places()[0]
    assert (person.name, person.phone, place.name, place.roll_no, place.class_name) == (
        *(name, "0792-4332211", name, number, "01"),
    )


@pytest.mark.parametrize("slug", FAULTS)
def test_sex_and_birth_date_that_contradict_the_number_are_warned_of_and_block_nothing(slug, world, send):
    cells = {"性别": "女"} | ({"出生日期": "2010-01-02"} if slug == "roll" else {})
    report = send(world.actors["county"], slug, {"身份证号": id_number(3)}, cells)
    contradicted = "性别、出生日期" if slug == "roll" else "性别"
    assert (report.added, report.held_back) == (2, [])
    assert report.warnings == [f"第 3 行 赵新：{contradicted}与身份证号不符，已照收"]


# -- repeated persons ----------------------------------------------------------


@pytest.mark.parametrize("slug", FAULTS)
def test_a_person_who_stands_there_twice_is_kept_twice(slug, world, send):
    twice = ({}, {"民族": "苗族"}, {})
    report = send(world.actors["county"], slug, *twice)
    rows = people() if slug == "register" else places()
    assert (report.added, [(row.nation, row.nth) for row in rows]) == (3, [("汉族", 1), ("苗族", 2), ("汉族", 3)])
    before = rows
    again = [send(world.actors["county"], slug, *order) for order in (twice, twice[::-1], twice[1:2], twice[1:], ({},))]
    assert [(report.added, report.changed, report.unchanged) for report in again] == [
        *((0, 0, 3), (0, 0, 3), (0, 0, 1), (0, 0, 2), (0, 0, 1)),
    ]
    assert [row.version for row in (people() if slug == "register" else places())] == [row.version for row in before]


def test_a_repeated_row_that_changed_is_changed_and_the_other_left(world, send):
    send(world.actors["county"], "register", {}, {"民族": "苗族"})
    report = send(world.actors["county"], "register", {}, {"民族": "苗族", "困难类型": "低保"})
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    assert [(row.nation, row.hardship) for row in people()] == [("汉族", "lifted"), ("苗族", "low_income")]


def test_a_third_row_of_a_person_is_added_beside_the_two(world, send):
    send(world.actors["county"], "roll", {}, {"班级": "2班"})
    report = send(world.actors["county"], "roll", {}, {"班级": "2班"}, {"班级": "3班"})
    assert (report.added, report.changed, report.unchanged) == (1, 0, 2)
    assert [(row.class_name, row.nth) for row in places()] == [("1班", 1), ("2班", 2), ("3班", 3)]


def test_one_number_in_two_households_or_two_schools_is_two_rows(world, send):
    assert send(world.actors["county"], "register", {}, {"户编号": "0013"}).added == 2
    assert send(world.actors["county"], "roll", {}, {"学校编码": "360426000005"}).added == 2


def test_a_child_enrolled_already_is_not_enrolled_again(world, send):
    cells = {"姓名": "王芳", "身份证号": world.children["a1"].id_number, "性别": "", "出生日期": ""}
    report = send(world.actors["county"], "roll", cells)
    assert (report.added, report.changed) == (0, 1)
    assert Enrolment.select().where(Enrolment.name == "王芳").count() == 1


# -- the batch -----------------------------------------------------------------


def batches(world) -> dict[str, bool]:
    mine = RegisterBatch.select().where(RegisterBatch.office == world.organisations["county"])
    return {batch.name: batch.current for batch in mine}


def test_without_a_name_the_rows_go_into_the_only_batch(world, send):
    send(world.actors["county"], "register", {})
    assert (people()[0].batch.name, batches(world)) == ("2026 秋", {"2026 秋": True})


def test_a_new_name_makes_a_batch_that_waits_to_be_applied_and_undo_takes_it_away(world, send):
    report = send(world.actors["county"], "register", {}, batch=" 2027 春 ")
    assert (people()[0].batch.name, batches(world)) == ("2027 春", {"2026 秋": True, "2027 春": False})
    history.undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert batches(world) == {"2026 秋": True}


def test_a_batch_that_is_there_is_gone_on_with_and_without_a_name_the_newest(world, send):
    send(world.actors["county"], "register", {}, batch="2027 春")
    report = send(world.actors["county"], "register", {"姓名": "赵旧"}, batch="2026 秋")
    assert (report.added, batches(world)) == (1, {"2026 秋": True, "2027 春": False})
    assert send(world.actors["county"], "register", {}).unchanged == 1
    assert [person.batch.name for person in people()] == ["2027 春", "2026 秋"]


def test_an_offices_first_batch_is_named_by_the_day(world, send):
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        place = world.regions["county"]
        office = ledger.add(Organisation, code="360426000009", name="新办", kind="county", region=place)
    report = send(Actor("new", Role.COUNTY, Scope("360426"), None, office.id), "register", {})
    assert report.added == 1
    assert dt.date.fromisoformat(people()[0].batch.name) <= dt.date.today() + dt.timedelta(days=1)


def test_the_next_batch_keeps_the_last_ones_rows_as_they_were(world, send):
    send(world.actors["county"], "register", {})
    before = stored()["RegisterPerson"]
    send(world.actors["county"], "register", {"困难类型": "低保"}, batch="2027 春")
    assert stored()["RegisterPerson"][:-1] == before


# -- scope ---------------------------------------------------------------------


@pytest.mark.parametrize("at", [None, "town", "other_county"])
def test_only_a_county_office_takes_a_register_in(at, world, send):
    before = stored()
    office = world.organisations[at].id if at else None
    with pytest.raises(RuleBroken, match="县级"):
        send(Actor("who", Role.COUNTY, Scope("360426"), None, office), "register", {})
    assert stored() == before


def test_a_batch_of_the_same_name_in_another_county_is_not_touched(world, send):
    cells = {"户编号": "H36042520090830001X", "身份证号": "36042520090830001X", "户籍区划代码": "360425100000"}
    foreign = RegisterPerson.get(RegisterPerson.household_no == cells["户编号"])
    report = send(world.actors["county"], "register", cells, batch="2026 秋")
    assert report.added == 1
    assert RegisterPerson.get_by_id(foreign.id).version == foreign.version
    assert {person.batch.office_id for person in RegisterPerson.filter(id_number=cells["身份证号"])} == {
        *(world.organisations["county"].id, world.organisations["other_county"].id),
    }


def test_a_household_in_a_place_not_known_yet_is_taken_in_and_the_place_made(world, send):
    report = send(world.actors["county"], "register", {"户籍区划代码": "430102001001"})
    place = Region.get(Region.code == "430102001001")
    assert (report.added, people()[0].home_region, place.name, place.level) == (1, place, place.code, "village")


def test_a_foreign_schools_roll_is_held_back_like_a_school_that_does_not_exist(world, send):
    report = send(world.actors["county"], "roll", {"学校编码": "360425000002"}, {}, {"学校编码": "360425999999"})
    assert [(held.row, held.column, held.reason) for held in report.held_back] == [
        *((2, "学校编码", "unknown"), (4, "学校编码", "unknown")),
    ]
    foreign, none = (held.message.replace(held.cells[6], "?") for held in report.held_back)
    assert foreign == none
    assert [place.school for place in places()] == [world.organisations["a"]]


def test_a_delivery_without_a_sound_row_makes_no_batch(world, send):
    report = send(world.actors["county"], "register", {"身份证号": ""}, batch="全错")
    assert [one.reason for one in report.held_back] == ["missing"]
    assert not RegisterBatch.select().where(RegisterBatch.name == "全错").exists()
    assert RegisterBatch.get(RegisterBatch.office == world.organisations["county"]).current


def test_a_batch_name_that_is_too_long_is_refused(world, send):
    before = stored()
    with pytest.raises(RuleBroken, match="最多 60 个字"):
        send(world.actors["county"], "register", {}, batch="批" * 61)
    assert stored() == before


def test_the_heads_number_is_kept_in_the_same_form_and_not_judged(world, send):
    send(world.actors["county"], "register", {"户主身份证号": "３６０４２６ 19700101001x"})
    assert RegisterPerson.get(RegisterPerson.id_number == NEW).head_id_number == "36042619700101001X"
