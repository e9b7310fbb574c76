"""One child more than once, within a school and between two: questions 6 and 15 of DOMAIN.md part 3."""

import re

import pytest

from aid.operations.matching import match
from models import Beneficiary, Operation, db
from tests.admin.test_borders import names_on
from tests.aid.operations.supplementing import on_register
from tests.handover.desk import told, undo
from tests.handover.test_checking import check, row
from tests.handover.test_supplements import send

GROUP = re.compile(r'<form method="post" action="/duplicates/keep" class="group">(.*?)</form>', re.S)


def on_lists(number: str) -> list[Beneficiary]:
    with db.connection_context():
        rows = Beneficiary.select().where(Beneficiary.id_number == number).order_by(Beneficiary.id)
        return [Beneficiary.get_by_id(one.id) for one in rows]


def groups(county) -> list[str]:
    return GROUP.findall(county.get("/duplicates/").text)


def keep(county, group: str, school: str):
    """Press “保留这条” beside a school of a group."""
    pressed = next(
        key for key, label in re.findall(r'name="keep" value="(\d+)" aria-label="([^"]+)"', group) if school in label
    )
    values = dict(re.findall(r'name="(id_number|page)" value="([^"]*)"', group))
    rows = re.findall(r'name="row" value="(\d+:\d+)"', group)
    return county.post("/duplicates/keep", values | {"row": rows, "keep": pressed}, follow_redirects=True)


def operations() -> int:
    with db.connection_context():
        return Operation.select().where(Operation.result == "done").count()


@pytest.fixture
def three_times(world, app) -> list[Beneficiary]:
    """a1's child, whom the register names in three households and matching therefore lists three times."""
    number = world.children["a1"].id_number
    with db.connection_context():
        for household in ("H2", "H3"):
            on_register(world, number, name="王芳", household_no=household)
        match(world.actors["county"])
    return on_lists(number)


def test_question_06_the_county_keeps_the_checked_row_and_the_others_go_in_one_action(three_times, visit, world):
    assert [one.state for one in three_times] == ["unchecked"] * 3
    check(visit("a"), world, "a1")
    county, before = visit("county"), operations()
    [group] = groups(county)
    assert [f"户编号 {number}" in group for number in ("H2", "H3")] == [True, True]
    done = keep(county, group, "蒲亭镇小学")
    assert "其余 2 条改为无效（重复）" in told(done)
    kept, *others = on_lists(three_times[0].id_number)
    assert (kept.state, kept.checked_by) == ("unchanged", "a")
    assert {(one.state, one.invalid_reason) for one in others} == {("invalid", "duplicate")}
    assert operations() == before + 1
    undo(county)
    assert len(groups(county)) == 1


def test_question_06_a_school_keeps_one_itself_and_cannot_lose_the_child(three_times, visit, world):
    school = visit("a")
    check(school, world, "a1")
    first, *others = (f"{one.id}:{one.version}" for one in on_lists(three_times[0].id_number))
    values = {"confirmed": "1", "answer-reason": "duplicate", "answer-remark": ""}
    refused = school.post("/check/bulk/invalid", values | {"row": [first, *others]})
    assert "没有另外的有效记录，不能改为无效（重复）" in told(refused)
    assert "标为无效：2 条" in told(school.post("/check/bulk/invalid", values | {"row": others}, follow_redirects=True))
    assert [one.state for one in on_lists(three_times[0].id_number)] == ["unchanged", "invalid", "invalid"]
    assert groups(visit("county")) == []
    assert len(names_on(school.get("/beneficiary/?invalid_reason=duplicate"))) == 2


@pytest.fixture
def doubled(world, app, visit) -> str:
    """The number of a1's child, which school c has just supplemented."""
    number = world.children["a1"].id_number
    told_of = {"id_number": number, "name": "王芳", "reason": "other", "anyway": "y", "remark": "转来"}
    assert "已补录 王芳" in send(visit("c"), **told_of)
    return number


def test_question_15_two_schools_with_one_child_are_found_at_once_and_settled_side_by_side(doubled, visit):
    county = visit("county")
    assert re.search(r'href="/duplicates/"[^>]*><b>1</b>', county.get("/").text)
    [group] = groups(county)
    for words in ("德安县蒲亭镇小学（小学）", "德安县聂桥镇小学（小学）", doubled, "补录", "名册户主 户主", "未核对"):
        assert words in group
    assert "保留 德安县聂桥镇小学（小学），其余 1 条改为无效（重复）" in told(keep(county, group, "聂桥镇小学"))
    assert groups(county) == []
    assert names_on(visit("a").get("/beneficiary/?invalid_reason=duplicate")) == ["王芳"]
    assert "改为无效（重复）" in told(visit("a").get(f"/check/row/?id={on_lists(doubled)[0].id}"))


def test_question_15_a_row_that_comes_back_to_life_is_a_duplicate_again(doubled, visit, world):
    county, school = visit("county"), visit("a")
    keep(county, groups(county)[0], "聂桥镇小学")
    version = row(world, "a1").version
    form = {"do": "restore", "version": version}
    assert school.post(f"/check/row/?id={world.children['a1'].id}", form).status_code == 302
    assert len(groups(county)) == 1
    assert visit("a").get("/duplicates/").status_code == 403  # between schools the county decides
