"""What a school meets in its check: questions 14, 17, 23, 24, 31 and 35 of DOMAIN.md part 3."""

import re

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, Enrolment, InvalidReason, RegisterPerson, db
from tests.admin.test_borders import names_on
from tests.handover.desk import told, undo


def row(world, key: str) -> Beneficiary:
    with db.connection_context():
        return Beneficiary.get_by_id(world.children[key].id)


def check(visitor, world, key: str, **values: str):
    """Send the check page of a child as it was opened, but for these values."""
    now = row(world, key)
    form = {"do": "confirm", "version": now.version, "name": now.name, "grade": now.grade, "class_name": now.class_name}
    return visitor.post(f"/check/row/?id={now.id}", form | {"roll_status": "present"} | values)


# -- 14: two kinds of checked ----------------------------------------------------


def test_question_14_what_was_changed_in_the_check_decides_between_the_two_kinds(visit, world):
    school = visit("a")
    assert check(school, world, "a1").status_code == 302
    assert check(school, world, "a2", grade="四年级", state="unchanged").status_code == 302  # nobody says it by hand
    pages = [told(school.get(f"/check/row/?id={row(world, key).id}")) for key in ("a1", "a2")]
    assert [row(world, key).state for key in ("a1", "a2")] == ["unchanged", "updated"]
    assert ["王芳 已核对（未更新）" in pages[0], "李强 已核对（已更新）" in pages[1]] == [True, True]
    assert names_on(visit("county").get("/beneficiary/?state=updated")) == ["李强"]


def test_question_14_old_and_new_value_are_kept(visit, world):
    school, child = visit("a"), world.children["a2"]
    check(school, world, "a2", grade="四年级", name="李自强")
    for page in (school.get(f"/check/row/?id={child.id}"), visit("county").get(f"/beneficiary/details/?id={child.id}")):
        assert "年级 三年级 → 四年级" in told(page)
        assert "姓名 李强 → 李自强" in told(page)
    check(school, world, "a2", grade="三年级", name="李强")  # back to what the roll says
    assert row(world, "a2").state == "unchanged"


# -- 17: checked rows vanish -----------------------------------------------------


def test_question_17_the_work_list_says_how_many_it_hides_and_shows_them_with_one_click(visit, world):
    school = visit("a")
    check(school, world, "a1")
    page = school.get("/check/")
    assert names_on(page) == ["李强"]
    assert "另有 1 条已处理未显示" in told(page)
    [click] = re.findall(r'未显示，<a href="([^"]+)">全部显示</a>', page.text)
    assert names_on(school.get(click.replace("&amp;", "&"))) == ["王芳", "李强"]
    check(school, world, "a2")
    assert "都已处理完" in told(school.get("/check/"))
    assert "未显示" not in told(school.get("/check/?all=1"))


def test_question_17_the_full_id_number_finds_any_row(visit, world):
    school = visit("a")
    check(school, world, "a1")
    check(school, world, "a2", do="invalid", reason="elsewhere", remark="")
    for page in ("/check/", "/beneficiary/"):
        for key, name in (("a1", "王芳"), ("a2", "李强")):
            assert names_on(school.post(page, {"search": world.children[key].id_number})) == [name]
    assert names_on(school.post("/check/", {"search": world.children["b1"].id_number})) == []


# -- 23, 31 and 35: the name differs ---------------------------------------------


@pytest.fixture
def differs(world, app) -> Beneficiary:
    """A child whom the roll calls otherwise than the register does."""
    with db.connection_context(), writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        child = Beneficiary.get_by_id(world.children["a1"].id)
        ledger.change(child.enrolment, name="王芬")
        ledger.change_where(Beneficiary, Beneficiary.id == child.id, name="王芬", name_differs=True)
    return child


def test_question_23_both_names_are_shown_and_the_difference_is_marked(differs, visit):
    school = visit("a")
    page = told(school.get(f"/check/row/?id={differs.id}"))
    assert "姓名 不一致 王芳 王芬" in page  # the register's, the roll's
    assert 'class="k-text differs">王芳</td>' in school.get("/check/").text
    county = visit("county")
    assert names_on(county.get("/beneficiary/?name_differs=1")) == ["王芬"]
    details = told(county.get(f"/beneficiary/details/?id={differs.id}"))
    assert ("名册姓名 王芳" in details, "学籍姓名 王芬" in details, "姓名不一致 是" in details) == (True, True, True)


def test_question_31_the_school_corrects_its_own_side_and_the_register_stays_as_delivered(differs, visit, world):
    check(visit("a"), world, "a1", name="王芬芬", id_number="1", register_person="1", head_name="别人")
    child = row(world, "a1")
    assert (child.name, child.state, child.name_differs) == ("王芬芬", "updated", True)
    with db.connection_context():
        person, place = RegisterPerson.get_by_id(child.register_person_id), Enrolment.get_by_id(child.enrolment_id)
        assert (person.name, person.head_name, place.name) == ("王芳", "户主", "王芬")
        assert {person.id_number, child.id_number} == {world.children["a1"].id_number}
    assert "姓名 王芬 → 王芬芬" in told(visit("county").get(f"/beneficiary/details/?id={child.id}"))
    check(visit("a"), world, "a1", name="王芳")
    assert not row(world, "a1").name_differs  # all sides that are shown to differ have come together


def test_question_35_a_name_that_differs_keeps_nobody_from_being_checked_and_reported(differs, visit, world):
    school = visit("a")
    assert check(school, world, "a1").status_code == 302
    assert row(world, "a1").state == "unchanged"  # nothing was changed in the check
    shown = dict(re.findall(r'name="(shown_at|expected)"[^>]*value="(\d+)"', school.get("/submission/new/").text))
    assert school.post("/submission/new/", shown).status_code == 302
    assert row(world, "a1").report == "handed_in"


# -- 24: distributed rows are not deleted ------------------------------------------


def test_question_24_no_page_deletes_a_row_of_the_list(visit, world):
    child = world.children["a1"]
    for who in ("a", "county", "town", "city"):
        visitor = visit(who)
        for page in ("/check/", "/beneficiary/", f"/check/row/?id={child.id}", f"/beneficiary/details/?id={child.id}"):
            assert "删除" not in told(visitor.get(page)).replace("行不会被删除", "")
        for address in ("/check/delete/", "/beneficiary/delete/", "/check/bulk/delete", "/beneficiary/bulk/delete"):
            values = {"id": child.id, "version": 1, "row": f"{child.id}:1", "confirmed": "1"}
            assert visitor.post(address, values).status_code == 404
    assert row(world, "a1").state == "unchecked"


def test_question_24_a_wrong_row_becomes_invalid_with_its_reason_and_can_come_back(visit, world):
    school, county, child = visit("a"), visit("county"), world.children["a1"]
    for reason in (reason for reason in InvalidReason if reason != InvalidReason.DUPLICATE):
        remark = "已随父母外出" if reason == InvalidReason.OTHER else ""
        assert check(school, world, "a1", do="invalid", reason=reason.value, remark=remark).status_code == 302
        page = told(school.get(f"/check/row/?id={child.id}"))
        assert f"这一条已标为无效（{reason.label}）。{remark}" in page
        assert names_on(county.get(f"/beneficiary/?invalid_reason={reason.value}")) == ["王芳"]
        undo(school)
        assert row(world, "a1").state == "unchecked"
