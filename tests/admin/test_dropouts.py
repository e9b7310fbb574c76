"""控辍保学 on its pages: the worklist, the preview of what the rule asks for, visits."""

import logging
import re

import pytest

from models import DropoutCase, DropoutVisit, db
from tests.admin.test_borders import names_on

HIDDEN = re.compile(r'name="(sign|version)"[^>]*value="([0-9a-f]+)"')
VISIT = {"date": "2026-10-02", "visitor": "李老师", "outcome": "promised", "finding": "家长同意", "next_step": ""}


def case(name: str = "王芳") -> DropoutCase:
    with db.connection_context():
        return DropoutCase.get(DropoutCase.name == name)


def visits() -> list[str]:
    with db.connection_context():
        return [visit.finding for visit in DropoutVisit.select().order_by(DropoutVisit.id)]


@pytest.mark.parametrize(("who", "names"), [("county", ["王芳"]), ("town", ["王芳"]), ("other_county", ["周远"])])
def test_the_worklist_has_ones_own_children_with_their_last_visit(visit, who, names):
    page = visit(who).get("/dropout_case/")
    assert names_on(page) == names
    assert "失联" in page.text


def test_it_is_filtered_by_what_is_told_of_visits(visit):
    visitor = visit("county")
    found = {
        word: names_on(visitor.get(f"/dropout_case/?{word}"))
        for word in ("visits=1", "visits=0", "last_outcome=lost", "last_outcome=-", "age=99", "days_since_from=1")
    }
    has = {word for word, names in found.items() if names}
    assert has == {"visits=1", "last_outcome=lost", "days_since_from=1"}
    assert names_on(visitor.get("/dropout_case/?sort=-days_since,age")) == ["王芳"]
    assert "失联" in visitor.get("/dropout_case/export/csv").data.decode("utf-8-sig")
    assert visitor.get("/dropout_case/grid/").status_code == 200


def test_what_has_served_is_told_before_it_is_closed(visit):
    visitor = visit("county")
    page = visitor.get("/dropout_case/refresh/").text
    assert "已有学籍 1" in page
    assert visitor.post("/dropout_case/refresh/", dict(HIDDEN.findall(page))).location == "/dropout_case/"
    assert case().closed_reason == "on_roll"
    assert names_on(visitor.get("/dropout_case/")) == []
    assert names_on(visitor.get("/dropout_case/?state=settled")) == ["王芳"]


def test_a_preview_that_is_out_of_date_is_shown_again(visit):
    answer = visit("county").post("/dropout_case/refresh/", {"sign": "9"})
    assert answer.status_code == 409
    assert "预览之后要立案或了结的有变化，现在是 1 件" in answer.text


def test_a_visit_is_noted_and_corrected(visit):
    visitor, row = visit("town"), case()
    assert visitor.post(f"/dropout_case/visit/?id={row.id}", VISIT).status_code == 302
    with db.connection_context():
        newest = DropoutVisit.select().order_by(DropoutVisit.id.desc()).get()
    page = f"/dropout_visit/edit/?id={newest.id}"
    assert visitor.post(page, VISIT | {"finding": "改过", "version": "1"}).status_code == 302
    assert visitor.post(page, VISIT | {"finding": "旧页", "version": "1"}).status_code == 409
    assert visits()[-1] == "改过"


def test_a_visit_without_outcome_comes_back_with_what_was_typed(visit):
    answer = visit("county").post(f"/dropout_case/visit/?id={case().id}", VISIT | {"outcome": ""})
    assert answer.status_code == 422
    assert "请选择走访结果" in answer.text
    assert "家长同意" in answer.text


@pytest.mark.parametrize("who", ["a", "city", "other_county"])
def test_others_note_none(visit, who):
    before = visits()
    answer = visit(who).post(f"/dropout_case/visit/?id={case().id}", VISIT)
    assert answer.status_code == (404 if who == "other_county" else 403)
    assert visits() == before


def test_the_page_costs_few_statements(visit, caplog):
    visitor = visit("county")
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        assert visitor.get("/dropout_case/").status_code == 200
    sent = [record for record in caplog.records if record.name == "peewee"]
    assert len(sent) <= 8  # no school year is set; one asks for colours
