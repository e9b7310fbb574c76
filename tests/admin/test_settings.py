"""县的设置 through the page."""

import re

import pytest

from models import CountySetting, db


def send(visitor, **values: str):
    page = visitor.get("/county_setting/edit/").text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    return visitor.post("/county_setting/edit/", {"version": version[1] if version else "0", **values})


def kept() -> list[tuple[int, bool]]:
    with db.connection_context():
        return [(row.school_year, row.townships_check) for row in CountySetting.select()]


def test_a_county_is_told_what_a_school_year_changes_before_it_is_set(visit):
    visitor = visit("county")
    answer = send(visitor, year="2027", shown_year="")
    assert (answer.status_code, kept()) == (200, [])
    assert "设为 2027—2028 学年" in answer.text
    assert "人的资助到期" in answer.text
    assert send(visitor, year="2027", shown_year="2027", townships_check="y").status_code == 302
    assert kept() == [(2027, True)]
    assert "现在是 2027—2028 学年" in visitor.get("/county_setting/").text


def test_an_old_page_and_a_year_not_offered_change_nothing(visit):
    visitor = visit("county")
    send(visitor, year="2026", shown_year="2026")
    values = {"year": "2027", "shown_year": "2027"}
    assert send(visitor, **values, version="7").status_code == 409
    assert send(visitor, year="1990", shown_year="1990").status_code == 422
    assert kept() == [(2026, False)]


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_others_read_it_and_do_not_set_it(who, visit):
    send(visit("county"), year="2026", shown_year="2026")
    visitor = visit(who)
    assert "2026" in visitor.get("/county_setting/").text
    assert visitor.get("/county_setting/edit/").status_code == 403
    assert send(visitor, year="2027", shown_year="2027").status_code == 403
    assert kept() == [(2026, False)]
