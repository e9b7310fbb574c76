"""Supplements: what becomes of a child that is put on a list by hand, and what is refused."""

import datetime as dt
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from aid.errors import NotAllowed, RuleBroken
from aid.ledger import writing
from aid.operations import checking, duplicates, history, supplements
from aid.operations.accounts import TOWNSHIPS_MAY
from aid.operations.matching import match, unplaced
from aid.operations.supplements import known
from aid.permissions import Permission
from aid.scope import changeable
from models import Beneficiary, CheckState, InvalidReason, Operation, Region, Source, db
from tests.aid.operations.supplementing import CHILD, number, on_register, on_roll, supplement


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def live(id_number: str) -> list[Beneficiary]:
    return list(Beneficiary.select().where(Beneficiary.id_number == id_number, Beneficiary.state != "invalid"))


# -- it works ------------------------------------------------------------------


def test_a_child_in_school_and_on_no_roll_comes_onto_the_schools_list(world):
    row = supplement(world, "a")
    assert (row.school, row.source, row.supplement_reason) == (world.organisations["a"], "supplement", "not_on_roll")
    assert (row.register_person_id, row.enrolment_id, row.eligible, row.aid_until) == (None, None, True, None)
    assert (row.sex, row.birth_date) == ("male", dt.date(2015, 4, 12))
    assert newest().sentence == "补录 赵小满（德安县蒲亭镇小学（小学））：在校无学籍"


def test_what_a_school_supplements_it_has_checked_and_an_office_has_not(world):
    own, given = supplement(world, "a"), supplement(world, "county", id_number=number(302), school="360426000004")
    assert (own.state, own.checked_by) == (CheckState.UNCHANGED, "a")
    assert (given.state, given.checked_by, given.checked_at) == (CheckState.UNCHECKED, "", None)


def test_register_and_roll_are_linked_and_the_register_stands(world):
    person, place = on_register(world, CHILD["id_number"], name="赵小曼"), on_roll(world, CHILD["id_number"], "a")
    row = supplement(world, "a", home="")
    assert (row.register_person, row.enrolment, row.name_differs) == (person, place, True)
    assert (row.hardship, row.home_region, row.aid_until) == ("lifted", world.regions["village"], 2028)
    assert (row.roll_status, row.state) == ("present", CheckState.UNCHANGED)


def test_a_child_whose_grade_is_not_that_of_the_roll_is_checked_and_updated(world):
    on_roll(world, CHILD["id_number"], "a")
    assert supplement(world, "a", grade="三年级").state == CheckState.UPDATED


def test_a_household_whose_aid_is_over_is_not_eligible(world):
    on_register(world, CHILD["id_number"], left_poverty=2019)
    row = supplement(world, "a")
    assert (row.aid_until, row.eligible) == (2022, False)


def test_the_roll_of_another_school_is_not_linked(world):
    on_roll(world, CHILD["id_number"], "c")
    assert supplement(world, "a").enrolment_id is None


def test_a_household_anywhere_gets_a_placeholder(world):
    row = supplement(world, "a", home="510104001000", reason="from_elsewhere")
    region = Region.get(Region.code == "510104001000")
    assert (row.home_region, region.name, region.level) == (region, "510104001000", "township")


def test_children_without_a_number_are_no_duplicates(world):
    for name in ("甲", "乙"):
        supplement(world, "a", name=name, id_number="", reason="no_number")
    supplement(world, "b", name="甲", id_number="", reason="no_number")
    assert Beneficiary.select().where(Beneficiary.supplement_reason == "no_number").count() == 3
    assert list(duplicates.open_groups(world.actors["county"].scope)) == []


def test_the_county_keeps_who_studies_outside_the_province(world):
    told = {"school": "", "reason": "outside", "outside_school": "成都市第七中学", "outside_stage": "senior"}
    row = supplement(world, "county", **told)
    assert (row.school, row.outside_school, row.outside_stage) == (
        world.organisations["county"],
        "成都市第七中学",
        "senior",
    )
    assert row.state == CheckState.UNCHANGED
    assert row not in changeable(Beneficiary, world.actors["a"].scope)


def test_whom_a_supplement_places_is_unplaced_no_more(world):
    county = world.actors["county"].scope
    on_register(world, CHILD["id_number"])
    before = unplaced(county).count()
    supplement(world, "a")
    assert unplaced(county).count() == before - 1


def test_matching_leaves_a_supplement_as_it_is(world):
    on_register(world, CHILD["id_number"])
    on_roll(world, CHILD["id_number"], "a")
    supplement(world, "a")
    assert match(world.actors["county"]).beneficiaries_added == 0


def test_a_pair_of_register_and_roll_that_another_row_is_already_is_not_linked_twice(world):
    """A row may have been given to another school than the roll's."""
    on_register(world, CHILD["id_number"])
    on_roll(world, CHILD["id_number"], "a")
    match(world.actors["county"])
    [row] = live(CHILD["id_number"])
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(row, school=world.organisations["b"])
    second = supplement(world, "a")
    assert (second.register_person, second.enrolment_id) == (row.register_person, None)


def test_a_township_supplements_for_its_schools_where_its_county_lets_it_check(world):
    town = replace(world.actors["town"], further=TOWNSHIPS_MAY)
    on_register(world, CHILD["id_number"])
    on_roll(world, CHILD["id_number"], "a")
    row = supplements.supplement(town, CHILD | {"school": "360426000003"})
    assert (row.state, row.enrolment_id is None, row.register_person_id is None) == (CheckState.UNCHECKED, False, False)
    with pytest.raises(RuleBroken, match="没有编码为"):
        supplements.supplement(town, CHILD | {"school": "360426000005"})


def test_a_supplement_is_undone_and_done_again(world):
    on_register(world, CHILD["id_number"])
    row = supplement(world, "a", home="510104001000")
    undone = history.undo(world.actors["a"], newest())
    assert Beneficiary.get_or_none(Beneficiary.id == row.id) is None
    history.undo(world.actors["a"], Operation.get_by_id(undone.operation_id))
    assert Beneficiary.get_by_id(row.id).register_person_id == row.register_person_id


# -- the rule refuses ----------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"id_number": ""}, "身份证号：没有填写"),
        ({"id_number": CHILD["id_number"][:17] + "x"}, "校验位不对"),
        ({"reason": "no_number"}, "原因就不能是“无身份证号”"),
        ({"reason": ""}, "补录原因：没有填写"),
        ({"reason": "other"}, "补录说明：没有填写"),
        ({"reason": "outside", "outside_school": "外校", "outside_stage": "senior"}, "由县资助中心自己补录"),
        ({"outside_school": "外校"}, "只有补录原因是“省外就读”时才填"),
        ({"name": " "}, "姓名：没有填写"),
        ({"home": ""}, "户籍区划代码：没有填写"),
        ({"home": "石门村"}, "应为 12 位数字"),
        ({"hardship": "富"}, "不认识“富”"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(world, told, why):
    with pytest.raises(RuleBroken, match=why):
        supplement(world, "a", **told)
    assert Beneficiary.select().where(Beneficiary.source == Source.SUPPLEMENT).count() == 0


def test_every_fault_is_told_at_once(world):
    with pytest.raises(RuleBroken) as refusal:
        supplement(world, "county", reason="outside", school="360426000003")
    assert [name for name, _ in refusal.value.faults] == ["school", "outside_school", "outside_stage"]


def test_a_child_on_the_schools_list_already_is_refused(world):
    child = world.children["a1"]
    with pytest.raises(RuleBroken, match="已在这所学校的名单上（未核对）"):
        supplement(world, "a", id_number=child.id_number, name=child.name)
    checking.mark_invalid(world.actors["a"], child, reason=InvalidReason.WRONG)
    with pytest.raises(RuleBroken, match="已标为无效（信息错误）；要用请在核对工作中恢复"):
        supplement(world, "a", id_number=child.id_number, name=child.name)


def test_the_same_supplement_twice_is_refused(world):
    supplement(world, "a")
    with pytest.raises(RuleBroken, match="已经补录过"):
        supplement(world, "a")
    supplement(world, "a", id_number="", reason="no_number")
    with pytest.raises(RuleBroken, match="已经补录过"):
        supplement(world, "a", id_number="", reason="no_number")


# -- the permission and the scope are needed -----------------------------------


@pytest.mark.parametrize("who", ["city", "province", "town", "auditor"])
def test_only_a_school_and_its_county_supplement(world, who):
    with pytest.raises(NotAllowed):
        supplement(world, who)
    with pytest.raises(NotAllowed):
        known(world.actors[who], CHILD["id_number"])


@pytest.mark.parametrize(
    ("who", "school"), [("a", "360426000004"), ("county", "360425000002"), ("county", "360426000001")]
)
def test_nobody_supplements_for_a_school_that_is_not_his(world, who, school):
    with pytest.raises(RuleBroken, match=r"不是本校的编码|没有编码为"):
        supplement(world, who, school=school)


# -- what is known, and to whom ------------------------------------------------


def test_a_school_is_told_that_a_child_is_listed_and_not_where(world):
    found = known(world.actors["a"], world.children["c1"].id_number)
    assert (found.rows, found.listed_beyond, found.school, found.on_other_roll) == ([], True, None, True)
    assert (found.name, found.on_register, found.grade) == ("陈静", True, "")


def test_the_county_is_told_where(world):
    found = known(world.actors["county"], world.children["c1"].id_number)
    assert ([row.school for row in found.live], found.listed_beyond) == ([world.organisations["c"]], False)
    assert (found.school, found.grade) == (world.organisations["c"], "三年级")


def test_another_countys_register_is_not_told(world):
    found = known(world.actors["a"], world.children["far1"].id_number)
    assert (found.name, found.on_register, found.home, found.listed_beyond) == ("", False, None, True)


def test_a_household_of_the_county_on_a_foreign_list_is_the_countys_to_see(world):
    number_there = world.children["away"].id_number
    assert [row.school.name for row in known(world.actors["county"], number_there).rows] == ["永修县涂埠镇小学"]
    assert known(world.actors["a"], number_there).rows == []


def test_a_proof_is_wanted_of_who_is_not_on_the_register(world):
    assert known(world.actors["a"], CHILD["id_number"]).wants_proof
    assert not known(world.actors["a"], world.children["a1"].id_number).wants_proof


# -- two at once ---------------------------------------------------------------


def test_two_schools_supplementing_one_child_in_the_same_second_make_one_group(world):
    start, wrong = Barrier(2), []

    def by(who: str) -> None:
        with db.connection_context():
            start.wait(10)
            try:
                supplement(world, who)
            except RuleBroken as refusal:
                wrong.append(refusal)

    threads = [Thread(target=by, args=(who,)) for who in ("a", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    [group] = duplicates.open_groups(world.actors["county"].scope)
    assert (wrong, group.id_number, group.rows) == ([], CHILD["id_number"], 2)
    kept, other = live(CHILD["id_number"])
    duplicates.keep_one(world.actors["county"], kept, others=[other])
    assert live(CHILD["id_number"]) == [Beneficiary.get_by_id(kept.id)]
