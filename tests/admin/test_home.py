"""The first page: figures of one's own rows alone, and none for who may not read them."""

import datetime as dt
import re

import pytest

from aid.ledger import writing
from aid.operations.mergers import merge
from aid.operations.school_year import change_settings
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Beneficiary, CheckState, db
from tests.aid.conftest import queries

__all__ = ["queries"]

TILE = re.compile(r"<b>([\d,]+)</b><span>([^<]+)</span>")
SCHOOL = re.compile(r'school=(\d{12})">([^<]+)</a>')
STATES = ("待核对", "已核对（未更新）", "已核对（已更新）", "无效")


def tiles(page) -> dict[str, int]:
    return {label: int(count) for count, label in TILE.findall(page.text)}


@pytest.mark.parametrize(
    ("who", "rows"), [("a", 2), ("b", 1), ("far", 2), ("town", 3), ("county", 4), ("other_county", 2), ("city", 6)]
)
def test_what_waits_is_counted_among_ones_own(visit, who, rows):
    assert [tiles(visit(who).get("/"))[state] for state in STATES] == [rows, 0, 0, 0]


def test_only_a_county_is_told_of_duplicates_and_of_who_is_unplaced(visit, world):
    child = world.children["a1"]
    values = {"name": child.name, "id_number": child.id_number, "hardship": "lifted", "home_region": child.home_region}
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.add(Beneficiary, school=world.organisations["b"], **values)
    office = {"重复待处理（组）": 1, "名册中未匹配": 0}
    assert office.items() <= tiles(visit("county").get("/")).items()
    for who in ("a", "town", "city", "province"):
        assert not office.keys() & tiles(visit(who).get("/")).keys(), who


def test_an_auditor_is_told_no_figure(visit):
    assert tiles(visit("auditor").get("/")) == {}


@pytest.mark.parametrize(("who", "schools"), [("county", "abc"), ("other_county", ["far"]), ("a", ""), ("town", "ab")])
def test_schools_are_shown_to_the_office_above_them(visit, world, who, schools):
    shown = {code for code, _ in SCHOOL.findall(visit(who).get("/").text)}
    assert shown == {world.organisations[key].code for key in schools}


def test_what_is_to_be_done_beside_checking_is_told_to_whom_it_concerns(visit, world):
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ids = [world.children["a1"].id]
        ledger.change_where(Beneficiary, Beneficiary.id.in_(ids), gone_from_register=True, eligible=False)
    assert {"已不在名册": 1, "已过资助期": 1}.items() <= tiles(visit("a").get("/")).items()
    assert tiles(visit("town").get("/"))["该催报的学校"] == 2
    assert "已不在名册" not in tiles(visit("b").get("/"))


def test_what_the_county_keeps_itself_waits_for_no_report(visit, world):
    ids = [world.children[key].id for key in ("a1", "a2")]
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change_where(Beneficiary, Beneficiary.id.in_(ids), state=CheckState.UNCHANGED)
        office = {"school": world.organisations["county"], "outside_school": "浙江省义乌市实验小学"}
        ledger.change_where(Beneficiary, Beneficiary.id == ids[0], **office)
    visitor = visit("county")
    page = visitor.get("/")
    assert tiles(page)["已核对未上报"] == 1
    [address] = [at for at, _ in FIGURE.findall(page.text) if "school.kind" in at]
    assert "共 1 条" in visitor.get(address.replace("&amp;", "&")).text


FIGURE = re.compile(r'href="(/(?:check|report|late_schools)/[^"]*)"><b>([\d,]+)</b>')


@pytest.mark.parametrize("who", ["a", "town", "county", "city"])
def test_every_figure_leads_to_as_many_rows(visit, world, who):
    for_nought = {"gone_from_register": True, "eligible": False}
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.change_where(Beneficiary, Beneficiary.id_number != "", **for_nought)
        ids = [world.children[key].id for key in ("a2", "away")]
        ledger.change_where(Beneficiary, Beneficiary.id.in_(ids), state=CheckState.INVALID, invalid_reason="graduated")
    visitor = visit(who)
    found = FIGURE.findall(visitor.get("/").text)
    for address, count in found:
        assert f"共 {count} 条" in visitor.get(address.replace("&amp;", "&")).text, address
    assert len(found) >= 6


@pytest.mark.parametrize("who", ["a", "town", "county", "city", "province", "auditor"])
def test_a_first_page_asks_little_of_the_database(who, visit, queries):
    visitor = visit(who)
    visitor.get("/")
    with queries() as seen:
        assert visitor.get("/").status_code == 200
    assert len(seen) <= 6, seen


def test_a_merged_school_costs_the_first_page_no_statement_more(world, visit, queries):
    with db.connection_context():
        merge(world.actors["county"], world.organisations["c"], world.organisations["a"])
    visitor = visit("county")
    visitor.get("/")
    with queries() as seen:
        assert visitor.get("/").status_code == 200
    assert len(seen) <= 6, seen


@pytest.mark.parametrize(
    ("who", "places"),
    [("county", ["蒲亭镇", "聂桥镇"]), ("city", ["永修县", "德安县"]), ("town", []), ("a", []), ("other_county", [])],
)
def test_an_office_sees_how_far_the_places_below_it_are(visit, who, places):
    page = visit(who).get("/").text
    assert re.findall(r'aria-label="(\S+?)核对进度"', page) == places
    for address in re.findall(r'href="(/late_schools/\?region=\d{12})"', page):
        assert visit(who).get(address).status_code == 200
    assert page.count("/late_schools/?region=") == len(places)
    for address, rows in re.findall(r'未核对 <a href="([^"]*)">(\d+)</a>', page):
        assert f"共 {rows} 条" in visit(who).get(address.replace("&amp;", "&")).text


def test_until_when_is_to_be_handed_in_is_told(visit, world):
    with db.connection_context():
        change_settings(
            world.actors["county"], version=0, year=2026, townships_check=False, report_by=dt.date(2020, 1, 31)
        )
    assert "上报截止 2020-01-31，已过" in visit("a").get("/").text
    assert "上报截止" not in visit("far").get("/").text
