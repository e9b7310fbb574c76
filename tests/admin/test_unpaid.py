"""应发未发 through HTTP: its numbers under a filter, and what the page costs."""

import re

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import AidItem, db
from tests.aid.conftest import queries
from tests.aid.giving import check, ready
from tests.handover.test_aid import names

__all__ = ["queries"]


@pytest.fixture
def address(app, world) -> str:
    """Where a1 and b1 are due, and a2 and c1 are not checked."""
    with db.connection_context():
        return f"/unpaid/?item={ready(world).item.id}&term=2026秋"


def told(page: str) -> tuple[str, str]:
    """How many the head says, and what they come to."""
    words = re.sub(r"<[^>]+>", "", page)
    return re.search(r"共 ([\d,]+) 条", words)[1], re.search(r"合计 ([\d,.]+) 元", words)[1]


@pytest.mark.parametrize(
    ("words", "who", "numbers"),
    [
        ("", ["王芳", "张敏"], ("2", "1,000.00")),
        ("&school=初级", ["张敏"], ("1", "375.00")),
        ("&search=wf", ["王芳"], ("1", "625.00")),
        ("&amount_fen_from=400", ["王芳"], ("1", "625.00")),
        ("&school=聂桥", ["没有符合条件的记录。清除条件"], ("0", "0.00")),
    ],
)
def test_heads_and_yuan_are_those_of_the_filter_and_the_standings_those_of_all(visit, address, words, who, numbers):
    page = visit("county").get(address + words).text
    assert (names(page), told(page)) == (who, numbers)
    assert "未核对 2" in re.sub(r"<[^>]+>", "", page)


def test_a_child_of_ours_at_another_county_s_school_is_not_ours_to_give_to(visit, world, address):
    with db.connection_context():
        check(world, "away", boards=True)
    page = visit("county").get(address).text
    assert (names(page), told(page)) == (["王芳", "张敏"], ("2", "1,000.00"))


@pytest.mark.parametrize("words", ["", "&school=小学", "&sort=-amount_fen"])
def test_the_page_costs_eight_statements_whatever_is_asked(visit, address, words, queries):
    for page in (address + words, "/unpaid/?term=2026秋" + words):
        with queries() as seen:
            assert visit("county").get(page).status_code == 200
        assert len(seen) <= 8, seen  # one of them asks for the own columns, one for colours


def test_an_item_that_gives_nobody_anything_has_nobody_due(visit, world, address):
    with db.connection_context(), writing(world.actors["county"], Permission.AID_WRITE) as ledger:
        item = ledger.add(AidItem, office=world.organisations["county"], name="新项目")
    page = visit("county").get(f"/unpaid/?item={item.id}&term=2026秋").text
    assert (names(page), told(page)) == (["没有应发未发的学生。"], ("0", "0.00"))


def test_without_an_item_or_with_one_that_is_out_of_use_nobody_is_due(visit, world, address):
    assert "还没有资助项目" in visit("other_county").get("/unpaid/").text
    with db.connection_context():
        last = AidItem.select().order_by(AidItem.id.desc()).get()
    assert names(visit("county").get(f"/unpaid/?item={last.id + 1}").text) == ["没有应发未发的学生。"]


def test_every_standing_leads_to_as_many_rows_of_whom_nobody_can_be_given_anything(visit, world, address):
    with db.connection_context():
        check(world, "a2", boards=None)
    visitor = visit("county")
    led = re.findall(r'href="(/unpaid/[^"]*standing=\w+[^"]*)">(\d+)</a>', visitor.get(address).text)
    pages = [visitor.get(to.replace("&amp;", "&")).text for to, _ in led]
    assert [told(page)[0] for page in pages] == [rows for _, rows in led] == ["1", "1"]
    assert [names(page) for page in pages] == [["陈静"], ["李强"]]
    assert all("按标准发放" not in page for page in pages)


def test_without_an_item_the_page_says_where_to_begin(visit):
    assert names(visit("county").get("/unpaid/").text) == [
        "还没有资助项目。先在“资助项目”里填入国家项目和标准，再回到这里。"
    ]
