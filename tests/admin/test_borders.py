"""跨区就学: the two directions, the offices that act, and figures that lead to their rows."""

import html
import logging
import re

import pytest

from models import db
from tests.admin.test_lists import MOST_STATEMENTS
from tests.aid.operations.supplementing import supplement

NAME = re.compile(r'<td class="k-text[^"]*"[^>]*><a href="[^"]*">([^<]+)</a>')
FIGURE = re.compile(r'<a href="([^"]*)"[^>]*>([^<]+) <b>([\d,]+)</b></a>')
OUTSIDE = {"school": "", "reason": "outside", "outside_school": "成都市第七中学", "outside_stage": "senior"}
AWAY = "户在本县"  # its household is in the county, its school in the next


def names_on(answer) -> list[str]:
    assert answer.status_code == 200
    return NAME.findall(answer.text)


@pytest.mark.parametrize(
    ("who", "way", "names"),
    [
        ("county", "out", [AWAY]),
        ("county", "in", []),
        ("other_county", "in", [AWAY]),
        ("other_county", "out", []),
        ("city", "within", [AWAY]),
        ("town", "out", [AWAY]),
        ("far", "in", [AWAY]),
        ("a", "", []),
    ],
)
def test_each_sees_the_row_in_its_own_direction(visit, who, way, names):
    assert names_on(visit(who).get(f"/borders/?direction={way}")) == names


@pytest.mark.parametrize(("level", "rows"), [("", 1), ("city|province", 0), ("province", 0), ("county", 1)])
def test_the_border_asked_for_is_that_or_a_higher_one(visit, level, rows):
    assert len(names_on(visit("county").get("/borders/", query_string={"border": level}))) == rows


def test_a_row_names_both_offices_and_is_only_read_by_the_households_county(visit, world):
    answer = visit("county").get("/borders/")
    assert "永修县学生资助管理中心" in answer.text
    assert "德安县学生资助管理中心" in answer.text
    words = {"version": "1", "do": "invalid", "reason": "wrong"}
    page = f"/check/row/?id={world.children['away'].id}"
    assert visit("county").post(page, words).status_code in (403, 404)


def test_a_figure_leads_to_its_rows(visit):
    visitor = visit("county")
    found = FIGURE.findall(visitor.get("/borders/").text)
    [(url, rows)] = [(url, rows) for url, place, rows in found if place == "九江市永修县"]
    assert (names_on(visitor.get(html.unescape(url))), rows) == ([AWAY], "1")


def test_what_is_worked_out_is_sorted_filtered_and_exported(visit):
    visitor = visit("county")
    for word in ("home_place", "-checks", "follows_up", "school_place"):
        assert names_on(visitor.get(f"/borders/?sort={word}")) == [AWAY]
    sheet = visitor.get("/borders/export/csv?school_place=永修").data.decode("utf-8-sig").splitlines()
    assert sheet[0].split(",")[-2:] == ["核对机构", "跟进机构"]
    assert sheet[1].endswith("永修县学生资助管理中心,德安县学生资助管理中心")
    assert visitor.get("/borders/grid/?direction=out").status_code == 200


def test_who_studies_outside_the_province_has_a_word_and_a_count_of_their_own(world, visit):
    with db.connection_context():
        supplement(world, "county", **OUTSIDE)
    visitor = visit("county")
    page = visitor.get("/borders/?direction=outside")
    assert names_on(page) == ["赵小满"]
    assert "省外就读 <b>1</b>" in page.text
    assert ("省外", "1") in [(place, rows) for _, place, rows in FIGURE.findall(page.text)]
    assert "省外：成都市第七中学" in page.text
    assert names_on(visitor.get("/borders/?direction=out")) == [AWAY]
    assert names_on(visitor.get("/borders/", query_string={"border": "province|outside"})) == ["赵小满"]
    [_, line] = visitor.get("/borders/export/csv?direction=outside").data.decode("utf-8-sig").splitlines()
    assert "省外：成都市第七中学" in line
    assert line.endswith("德安县学生资助管理中心,德安县学生资助管理中心")


def test_the_page_costs_few_statements(visit, caplog):
    visitor = visit("county")
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        assert visitor.get("/borders/?direction=out").status_code == 200
    assert len([record for record in caplog.records if record.name == "peewee"]) <= MOST_STATEMENTS
