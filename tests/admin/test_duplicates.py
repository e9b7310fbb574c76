"""Settling a group from its page: the rows that were shown, at the versions that were shown."""

import csv

import pytest

from aid.ledger import writing
from aid.operations.checking import confirm
from aid.permissions import Permission
from models import Beneficiary, Change, db
from tests.aid.conftest import queries

__all__ = ["queries"]


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


def test_the_export_has_every_row_of_every_group_side_by_side(group, visit, world):
    visitor, child = visit("county"), group[0]
    with db.connection_context():
        confirm(world.actors["b"], group[1])
    assert 'href="/duplicates/export/csv"' in visitor.get("/duplicates/").text
    heads, *rows = csv.reader(visitor.get("/duplicates/export/csv").data.decode("utf-8-sig").splitlines())
    assert heads[:3] == ["姓名", "身份证号", "学校"]
    assert [row[1] for row in rows] == [child.id_number] * 2
    assert [row[2:11] for row in rows] == [
        [
            "德安县蒲亭镇小学（小学）",
            "三年级",
            "1班",
            "在籍",
            "未核对",
            "",
            "石门村",
            "名册户主 户主",
            f"H{child.id_number}",
        ],
        ["德安县蒲亭镇初级中学（初中）", "", "", "", "已核对（未更新）", "b", "石门村", "补录", ""],
    ]
    assert "核对 王芳" in rows[1][-1]
    assert visitor.get("/duplicates/export/xlsx").data.startswith(b"PK")
    assert visitor.get("/duplicates/export/pdf").status_code == 422
    assert "重复核查（csv）" in visitor.get("/operation/").text


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_who_does_not_settle_exports_none(group, visit, who):
    assert visit(who).get("/duplicates/export/csv").status_code == 403


def test_of_the_neighbours_nothing_is_exported(group, visit):
    answer = visit("other_county").get("/duplicates/export/csv")
    assert answer.data.decode("utf-8-sig").splitlines()[1:] == []


def test_more_groups_cost_no_more_statements(group, visit, world, queries):
    visitor, asked = visit("county"), []
    for key in ("a1", "b1"):
        if key == "b1":
            with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
                child = world.children[key]
                values = {name: getattr(child, name) for name in ("name", "id_number", "hardship", "home_region")}
                ledger.add(Beneficiary, school=world.organisations["c"], **values)
        with queries() as seen:
            assert visitor.get("/duplicates/").text.count('name="keep"') == 2 * (1 + (key == "b1"))
        asked.append(len(seen))
    assert asked[0] == asked[1], asked
