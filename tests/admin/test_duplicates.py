"""Settling a group from its page: the rows that were shown, at the versions that were shown."""

import pytest

from aid.ledger import writing
from aid.operations.checking import confirm
from aid.permissions import Permission
from models import Beneficiary, Change, db


@pytest.fixture
def group(world) -> list[Beneficiary]:
    """a1's child, also on the list of school b."""
    child = world.children["a1"]
    values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted", "home_region": child.home_region}
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        return [child, ledger.add(Beneficiary, school=world.organisations["b"], **values)]


def kept_first(group, *more: str) -> dict:
    rows = [f"{row.id}:1" for row in group]
    return {"id_number": group[0].id_number, "row": [*rows, *more], "keep": group[0].id}


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def test_one_is_kept(group, visit):
    assert visit("county").post("/duplicates/keep", kept_first(group)).location == "/duplicates/"
    with db.connection_context():
        assert Beneficiary.get_by_id(group[1].id).invalid_reason == "duplicate"


def test_a_row_written_since_the_page_was_shown_refuses_the_group(group, visit, world):
    visitor = visit("county")
    with db.connection_context():
        confirm(world.actors["b"], group[1])
    before = writes()
    answer = visitor.post("/duplicates/keep", kept_first(group), follow_redirects=True)
    assert "已被 b 改动，未作任何改动" in answer.text
    assert writes() == before


def test_a_row_that_is_not_of_the_group_refuses_it(group, visit, world):
    visitor, before = visit("county"), writes()
    for key in ("far1", "c1"):
        form = kept_first(group, f"{world.children[key].id}:1")
        assert visitor.post("/duplicates/keep", form).status_code == 409
    assert writes() == before


def test_what_is_kept_is_one_of_the_rows(group, visit, world):
    visitor, before = visit("county"), writes()
    assert visitor.post("/duplicates/keep", {**kept_first(group), "keep": world.children["c1"].id}).status_code == 404
    assert writes() == before


def test_a_rule_is_shown_before_it_is_applied_and_refused_after_a_change(group, visit, world):
    visitor, url = visit("county"), "/duplicates/rule/keep_checked"
    with db.connection_context():
        confirm(world.actors["a"], group[0])
    page = visitor.get(url).text
    shown_at = page.partition('name="shown_at" value="')[2].partition('"')[0]
    with db.connection_context():
        confirm(world.actors["b"], group[1])
    before = writes()
    answer = visitor.post(url, {"shown_at": shown_at, "expected": 1}, follow_redirects=True)
    assert "打开页面之后又有变化（b 改动 1 行）" in answer.text
    assert writes() == before
