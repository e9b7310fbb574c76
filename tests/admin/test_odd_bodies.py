"""What no page of ours sends: a body that is no form where one is taken, JSON of a depth or with half letters, a form
without the version that its page showed."""

from io import BytesIO

import pytest

from models import Change, db

NO_TEXT = "\\ud800"
DEEP = "[" * 100_000


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


@pytest.mark.parametrize("body", ["[1]", "1", "null", '{"version": 1, "id": [1]}', DEEP, "not json"])
@pytest.mark.parametrize("url", ["/dropout_case/refresh/", "/proof/correct/", "/account/new/", "/submission/new/"])
def test_json_is_no_form(visit, url, body):
    visitor, before = visit("county"), writes()
    headers = {"X-CSRFToken": visitor.token()}
    answer = visitor.client.post(url, data=body, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 302, 404, 422)
    assert writes() == before


@pytest.mark.parametrize("body", ["[1]", "1", "null", DEEP])
def test_what_is_known_of_a_number_is_asked_by_an_object(visit, body):
    visitor = visit("a")
    headers = {"X-CSRFToken": visitor.token()}
    answer = visitor.client.post("/supplement/known/", data=body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json["sentence"]) == (400, "请求不完整，请返回上一页重试。")


@pytest.mark.parametrize(
    "layout",
    [
        DEEP,
        f'{{"rows": ["{NO_TEXT}"], "measures": ["rows"]}}',
        f'{{"rows": ["school"], "measures": ["rows"], "filters": {{"state": "{NO_TEXT}"}}}}',
    ],
)
def test_a_summary_s_layout_that_is_no_text_is_refused(visit, layout):
    visitor, before = visit("county"), writes()
    assert visitor.post("/own_summary/keep", {"name": "某汇总", "layout": layout}).status_code == 422
    assert writes() == before


@pytest.mark.parametrize(
    "url",
    ["/beneficiary/?search=a%00b", "/own_summary/?row=school&grade=%00", "/proof/picture/a%00b", "/sign-in?next=%00"],
)
def test_no_database_is_asked_for_nul_in_an_address(visit, url):
    assert visit("county").get(url).status_code == 400
    assert visit("nobody").get(url).status_code in (302, 400)


def test_nor_for_nul_in_a_form_a_file_s_name_or_json(visit, world):
    visitor, before = visit("county"), writes()
    row = f"{world.organisations['a'].id}:1"
    asked = {"row": row, "confirmed": "1", "answer-sentence": "a\0b"}
    assert visitor.post("/late_schools/bulk/remind", asked).status_code == 400
    assert visitor.post("/import_run/new/", {"file": (BytesIO(b"x"), "a\0.csv"), "kind": "roll"}).status_code in (
        400,
        422,
    )
    headers = {"X-CSRFToken": visitor.token()}
    words = {"words": {"search": "\0"}, "layout": {}, "name": "某视图"}
    assert visitor.client.post("/beneficiary/grid/keep", json=words, headers=headers).status_code == 400
    layout = '{"rows": ["school"], "measures": ["rows"], "filters": {"grade": "\\u0000"}}'
    assert visitor.post("/own_summary/keep", {"name": "某汇总", "layout": layout}).status_code == 422
    assert writes() == before


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/dropout_visit/edit/?id=1", {"date": "2026-10-02", "visitor": "甲", "outcome": "lost", "finding": "又去了"}),
        ("/county_setting/edit/", {"year": "2026", "shown_year": "2026"}),
        ("/organisation/edit/?id={a}", {"name": "新名", "stage": "primary", "region": "蒲亭镇 360426100000"}),
    ],
)
def test_a_form_without_the_version_that_was_shown_changes_nothing(visit, world, url, told):
    visitor, before = visit("county"), writes()
    assert visitor.post(url.format(a=world.organisations["a"].id), told).status_code == 422
    assert writes() == before


@pytest.mark.parametrize("unseen", ["某\n某", "某\u202e某", "某\u200b某"])
def test_a_line_has_nothing_in_it_that_nobody_sees(visit, world, unseen):
    visitor, before = visit("county"), writes()
    account = {"login": "xin01", "name": unseen, "role": "school", "organisation": world.organisations["a"].code}
    page = visitor.post("/account/new/", account)
    assert (page.status_code, "含有看不见的控制字符或换行" in page.text) == (422, True)
    sheet = {"kind": "register", "file": (BytesIO(b"x"), "a.csv"), "batch": unseen}
    assert visitor.post("/import_run/new/", sheet).status_code == 422
    assert writes() == before
