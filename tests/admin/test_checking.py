"""The check page: an old page writes nothing, a reader sees no form, and one goes on to one's own next child."""

import pytest

from aid.operations.checking import confirm, mark_invalid
from models import Beneficiary, Change, InvalidReason, db


def now_there(child) -> Beneficiary:
    with db.connection_context():
        return Beneficiary.get_by_id(child.id)


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def filled(child, **values) -> dict:
    return {"do": "confirm", "version": 1, "name": child.name, "grade": "三年级", **values}


@pytest.mark.parametrize(
    "step",
    [
        {"do": "confirm", "name": "王芳", "grade": "六年级"},
        {"do": "invalid", "reason": "elsewhere", "remark": ""},
        {"do": "reopen"},
    ],
)
def test_a_page_of_before_writes_nothing_and_says_who_wrote(visit, world, step):
    child = world.children["a1"]
    with db.connection_context():
        confirm(world.actors["county"], child, grade="四年级")
    before = writes()
    answer = visit("a").post(f"/check/row/?id={child.id}", {**step, "version": 1})
    assert (answer.status_code, "county" in answer.text, "已被改动" in answer.text) == (409, True, True)
    assert (writes(), now_there(child).grade) == (before, "四年级")


def test_an_old_page_restores_nothing(visit, world):
    child = world.children["a1"]
    with db.connection_context():
        mark_invalid(world.actors["a"], child, reason=InvalidReason.ELSEWHERE)
    answer = visit("a").post(f"/check/row/?id={child.id}", {"do": "restore", "version": 1})
    assert (answer.status_code, now_there(child).state) == (409, "invalid")


def test_a_page_without_a_version_writes_nothing(visit, world):
    child, before = world.children["a1"], writes()
    for word in ("", "x", "²", "9" * 30):
        for step in ("confirm", "invalid", "reopen"):
            values = filled(child, do=step, version=word, reason="elsewhere")
            assert visit("a").post(f"/check/row/?id={child.id}", values).status_code in (409, 422), (step, word)
    assert writes() == before


@pytest.mark.parametrize(("who", "child"), [("town", "a1"), ("city", "a1"), ("county", "away")])
def test_who_may_read_a_row_and_not_check_it_gets_no_form(visit, world, who, child):
    page = visit(who).get(f"/check/row/?id={world.children[child].id}")
    assert (page.status_code, 'name="do"' in page.text) == (200, False)


def test_who_may_check_a_row_gets_the_form(visit, world):
    assert 'name="do"' in visit("a").get(f"/check/row/?id={world.children['a1'].id}").text


@pytest.mark.parametrize("who", ["town", "city", "province"])
@pytest.mark.parametrize("step", ["confirm", "invalid", "reopen"])
def test_a_reader_is_refused_before_the_form_is_looked_at(visit, world, who, step):
    before = writes()
    answer = visit(who).post(f"/check/row/?id={world.children['a1'].id}", {"do": step})
    assert (answer.status_code, writes()) == (403, before)


@pytest.mark.parametrize("values", [{"name": ""}, {"grade": ""}, {"sex": "x"}, {"birth_date": "2999-01-01"}])
def test_a_form_with_a_fault_writes_nothing(visit, world, values):
    child, before = world.children["a1"], writes()
    answer = visit("a").post(f"/check/row/?id={child.id}", filled(child, **values))
    assert (answer.status_code, writes()) == (422, before)


def test_a_column_that_is_not_in_the_form_is_not_taken(visit, world):
    child = world.children["a1"]
    extra = {"id_number": "1", "school": world.organisations["b"].id, "checked_by": "x", "source": "supplement"}
    visit("a").post(f"/check/row/?id={child.id}", filled(child, **extra))
    row = now_there(child)
    assert (row.id_number, row.school_id, row.checked_by) == (child.id_number, world.organisations["a"].id, "a")
    assert (row.source, row.version) == ("distributed", 2)


def test_one_goes_on_to_ones_own_next_child_and_then_to_the_list(visit, world):
    visitor, first, second = visit("a"), world.children["a1"], world.children["a2"]
    assert visitor.post(f"/check/row/?id={first.id}", filled(first)).location == f"/check/row/?id={second.id}"
    assert visitor.post(f"/check/row/?id={second.id}", filled(second)).location == "/check/"
