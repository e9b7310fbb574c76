"""What every page has in common: who enters which, the headers, refusals and bugs without a word of the inside."""

import re

import pytest
from flask_admin import BaseView, expose

from admin.shell import Locked
from aid.permissions import Permission
from app import create_app
from config import fingerprint
from models import Change, db
from tests.admin.conftest import signed_in

LISTS = {"province", "city", "county", "town", "a"}
OFFICES = {"province", "city", "county", "system"}
EVERYBODY = LISTS | {"system", "auditor"}
ENTER = {  # written out, not worked out: who opens which page (DOMAIN.md part 2, roles)
    "admin": EVERYBODY,
    "check": LISTS,
    "supplement": LISTS,
    "duplicates": {"county"},
    "submission": LISTS,
    "report": LISTS,
    "late_schools": LISTS,
    "notice": LISTS,
    "beneficiary": LISTS,
    "proof": LISTS,
    "board": LISTS - {"a"},
    "borders": LISTS,
    "dropout_case": LISTS - {"a"},
    "dropout_visit": LISTS - {"a"},
    "register_person": LISTS,
    "register_batch": LISTS,
    "enrolment": LISTS,
    "import_run": OFFICES | {"a"},
    "upload": OFFICES | {"a"},
    "held_row": OFFICES | {"a"},
    "column_choice": OFFICES | {"a"},
    "unpaid": LISTS,
    "aid_grant": LISTS,
    "public_notice": LISTS,
    "aid_item": LISTS,
    "aid_standard": LISTS,
    "deliveries": {"county"},
    "matching": {"county"},
    "roll_changes": {"county"},
    "workbooks": LISTS,
    "own_summary": LISTS,
    "summary": LISTS,
    "organisation": EVERYBODY,
    "account": OFFICES,
    "county_setting": EVERYBODY,
    "own_column": {"county"},
    "region": EVERYBODY,
    "operation": OFFICES | {"town", "a", "auditor"},
    "change": OFFICES | {"town", "a", "auditor"},
    "session": EVERYBODY,
    "saved_view": EVERYBODY,
    "roles": EVERYBODY,
    "help": EVERYBODY,
}
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
ONLY_POST = {"/sign-out", "/operation/undo/<id>", "/duplicates/keep", "/matching/run", "/supplement/known/"}
ONLY_POST |= {"/dropout_case/own/", "/aid_item/national", "/own_column/act/<id>"}
ONLY_POST |= {"/deliveries/apply", "/roll_changes/follow"}
ONLY_POST |= {"/upload/chosen/", "/upload/correct/", "/upload/merged/", "/upload/apply/", "/upload/cancel/"}
ONLY_POST |= {"/notice/seen/<id>"}
ONLY_POST |= {"/workbooks/make/<slug>", "/workbooks/again/"}
ONLY_POST |= {"/proof/add/", "/proof/correct/", "/proof/remove/"}
ONLY_POST |= {"/own_summary/keep"}
ASKED_IN_JSON = {  # what the script of every grid asks, never by an address: it may hold an ID number
    *("open", "rows", "since", "save", "fill", "step", "totals", "values"),
    *("layout", "views", "keep", "remove", "take_back"),
}


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def test_who_opens_which_page(app, visit, system):
    views = app.extensions["admin"][0]._views
    assert {view.endpoint for view in views} == set(ENTER)
    wrong = []
    for who in EVERYBODY:
        visitor = visit(who)
        for view in views:
            opened = visitor.get(f"{view.url}/" if view.url else "/").status_code
            if opened != (200 if who in ENTER[view.endpoint] else 403):
                wrong.append((who, view.endpoint, opened))
    assert wrong == []


def test_no_address_alone_changes_anything(app, visit, world):
    visitor, before = visit("county"), writes()
    words = f"?row={world.children['a1'].id}:1&confirmed=1&keep=1"
    only_post = set()
    for rule in app.url_map.iter_rules():
        url = re.sub(r"<action_name>", "confirm", rule.rule).replace("<rule_name>", "keep_checked")
        url = url.replace("<id>", "1").replace("<ending>", "csv").replace("<slug>", "school-progress")
        if "<" in url:
            continue
        answer = visitor.get(url + words)
        assert answer.status_code in (200, 302, 404, 405), url
        if answer.status_code == 405:
            only_post.add(rule.rule)
    bulk = {rule.rule for rule in app.url_map.iter_rules() if "/bulk/" in rule.rule}
    tables = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/grid/")}
    assert only_post == ONLY_POST | bulk | {f"{table}{asked}" for table in tables for asked in ASKED_IN_JSON}
    assert writes() == before


@pytest.mark.parametrize(
    "url", ["/", "/sign-in", "/check/", "/no-such-page", "/beneficiary/export/csv", "/check/row/?id=0"]
)
def test_every_answer_carries_the_headers(visit, url):
    headers = visit("county").get(url).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_scripts_and_styles_are_kept_by_the_browser_until_they_change(app, visit, tmp_path):
    with visit("county").get(f"{app.static_url_path}/panel.css") as answer:
        assert int(re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])[1]) > 30_000_000
    (tmp_path / "panel.css").write_text("a")
    before = fingerprint(tmp_path)
    (tmp_path / "panel.css").write_text("b")
    assert app.static_url_path.startswith("/static/")
    assert before != fingerprint(tmp_path)


class Broken(Locked, BaseView):
    """A page with a bug in it."""

    read = Permission.ACCOUNT_SELF
    called = 0

    @expose("/")
    def index_view(self) -> str:
        Broken.called += 1
        raise TypeError('no such column "secret" in /srv/zhuxue')


@pytest.fixture
def broken(app):
    """An application of its own, with that page."""
    Broken.called = 0
    broken = create_app(app.config["ZHUXUE"])
    broken.extensions["admin"][0].add_view(Broken(name="坏", endpoint="broken", url="/broken"))
    return broken


def test_a_bug_is_a_number_on_the_page_and_the_rest_in_the_log(broken, caplog):
    answer = signed_in(broken, "county").get("/broken/")
    number = re.search(r"编号 (\w{8})", answer.text)[1]
    assert answer.status_code == 500
    assert not [word for word in ("secret", "srv", "TypeError", "Traceback") if word in answer.text]
    [record] = [record for record in caplog.records if number in record.getMessage()]
    assert record.exc_info[0] is TypeError


def test_a_page_with_a_bug_is_called_once_and_shows_that_bug(broken):
    broken.testing = True
    with pytest.raises(TypeError, match="no such column"):
        signed_in(broken, "county").get("/broken/")
    assert Broken.called == 1


@pytest.mark.parametrize(
    ("url", "code"), [("/no-such-page", 404), ("/matching/run", 405), ("/check/details/?id=0", 404)]
)
def test_a_refused_request_is_answered_in_the_clerks_words(visit, url, code):
    answer = visit("county").get(url)
    assert answer.status_code == code
    assert "回到首页" in answer.text
    assert "Not Found" not in answer.text
