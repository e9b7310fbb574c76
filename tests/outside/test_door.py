"""T15–T24 of the security plan over HTTP alone: forged forms, cookies, sessions, guessing, addresses."""

import html
import re
import statistics
import time
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from aid import dialect
from config import Config
from models import Session, db, now
from tests.outside.conftest import PASSWORD, TOKEN, Visitor
from tests.serving import serving

COOKIE = "zhuxue"


def forms(crawled: dict[str, str]) -> set[str]:
    """Where the county's pages send forms."""
    found = {path for page in crawled.values() for path in re.findall(r'method="post" action="([^"]+)"', page)}
    own = {path for path, page in crawled.items() if re.search(r'<form method="post"(?! action)', page)}
    paths = {path.partition("?")[0] for path in found | own}
    return paths | {"/sign-out", "/password", "/check/bulk/confirm"}


@pytest.mark.parametrize("way", ["none", "somebody else's", "from before", "plain text"])
def test_t15_no_form_is_taken_without_ones_own_token(visit, place, crawled, as_is, way):
    before, county = as_is(), visit("county")
    token = {"none": "", "somebody else's": visit("b").token(), "from before": "x" * 90, "plain text": ""}[way]
    kind = {"Content-Type": "text/plain"} if way == "plain text" else {}
    targets = forms(crawled)
    assert len(targets) > 10
    for path in targets:
        answer = county.send(path, {"csrf_token": token, "confirmed": "1", "row": "1:1", "id": "1"}, headers=kind)
        assert answer.status_code == 400, path
    assert county.get("/").status_code == 200
    assert as_is() == before


def test_t15_the_address_of_a_form_changes_nothing_where_it_is_only_opened(visit, crawled, as_is):
    before, county = as_is(), visit("county")
    for path in forms(crawled):
        assert county.get(path, params={"confirmed": 1, "row": "1:1"}).status_code in (200, 404, 405), path
    assert county.get("/").status_code == 200
    assert as_is() == before


HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LONG = {  # login -> the form, what is typed into it, and how the page says it again
    "a": ("/check/row/?id={a1}", {"do": "confirm", "name": "王小芳", "grade": "四年级", "version": "1"}, "王小芳"),
    "county": ("/account/new/", {"organisation": "德安一小", "login": "new.one", "name": "李老师"}, "李老师"),
}


def sent_too_late(place, visit, login: str) -> tuple[str, str, Visitor, str]:
    """Where a form was sent 31 minutes too late, what it should say again, who sent it, and the answer."""
    path, typed, told = LONG[login]
    path = path.format(a1=place.world.children["a1"].id)
    token = visit(login).token(path)
    old = forged(place, visit(login), seen=int(time.time()) - 31 * 60)
    answer = old.send(path, {"csrf_token": token, "typed": "1", **typed})
    assert answer.status_code == 401
    assert "刚才填的内容还在" in answer.text
    return path, told, old, answer.text


def entered_with(visitor: Visitor, login: str, page: str) -> requests.Response:
    """Sign in on a page that keeps what was typed."""
    kept = dict(HIDDEN.findall(page))
    assert set(kept) == {"csrf_token", "held"}
    return visitor.send("/sign-in", {**kept, "login": f"user.{login}", "password": PASSWORD})


@pytest.mark.parametrize("login", list(LONG))
def test_t16_a_form_sent_too_late_is_shown_again_with_what_was_typed(visit, place, login):
    path, told, late, page = sent_too_late(place, visit, login)
    wrong = late.send("/sign-in", {**dict(HIDDEN.findall(page)), "login": f"user.{login}", "password": "wrong"})
    assert wrong.status_code == 422
    entered = entered_with(late, login, wrong.text)
    assert f'action="{path}"' in entered.text
    again = late.send(path, [(word, html.unescape(value)) for word, value in HIDDEN.findall(entered.text)])
    assert again.status_code in (200, 422)
    assert f'value="{told}"' in again.text
    assert told not in late.get(path).text + late.get("/account/?all=1").text


def test_t16_what_somebody_typed_is_shown_to_nobody_else(visit, place):
    _, told, late, page = sent_too_late(place, visit, "a")
    entered = entered_with(late, "b", page)
    assert entered.status_code == 302
    assert told not in entered.text
    assert "另一个账号" in late.get("/").text


@pytest.mark.parametrize("held", ["", "nonsense", "WzEsIi8iLFtdXQ.aaaa.bbbb"])
def test_t16_nothing_is_kept_for_a_forged_form(visit, place, held):
    old = forged(place, visit("a"), seen=int(time.time()) - 31 * 60)
    answer = old.send("/check/row/", {"csrf_token": "forged", "typed": "1", "name": "王小芳"})
    assert answer.status_code == 302
    token = old.token("/sign-in")
    words = {"csrf_token": token, "held": held, "login": "user.a", "password": PASSWORD}
    assert old.send("/sign-in", words).status_code == 302


def test_t17_the_cookie_behind_https_is_host_only_secure_and_out_of_scripts_reach(place):
    with serving(place.folder, HTTPS="true", PROXY="127.0.0.1") as address:
        answer = requests.get(f"{address}/sign-in", headers={"X-Forwarded-Proto": "https"}, timeout=30)
    flags = answer.headers["Set-Cookie"]
    assert flags.startswith("__Host-zhuxue=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in flags.split(";")}
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_t18_signing_in_begins_a_new_session(place):
    visitor = Visitor(place.address)
    token = visitor.token("/sign-in")
    before = visitor.session.cookies[COOKIE]
    visitor.enter("guest", PASSWORD)
    assert visitor.session.cookies[COOKIE] != before
    assert visitor.send("/password", {"csrf_token": token}).status_code == 400
    assert replayed(place, before).status_code == 302


def replayed(place, cookie: str, path: str = "/") -> requests.Response:
    return requests.get(f"{place.address}{path}", cookies={COOKIE: cookie}, allow_redirects=False, timeout=30)


@pytest.mark.parametrize("end", ["sign-out", "password", "disable"])
def test_t19_a_saved_cookie_opens_nothing_afterwards(visit, place, end):
    here, there = Visitor(place.address), Visitor(place.address)
    for visitor in (here, there):
        assert visitor.enter("guest", PASSWORD).status_code == 302
    kept = [visitor.session.cookies[COOKIE] for visitor in (here, there)]
    if end == "sign-out":
        assert "storage" in here.post("/sign-out").headers["Clear-Site-Data"]
        assert replayed(place, kept[1]).status_code == 200
        kept = kept[:1]
    elif end == "password":
        for old, new in ((PASSWORD, PASSWORD + "!"), (PASSWORD + "!", PASSWORD)):
            assert here.post("/password", {"old": old, "new": new, "again": new}).status_code == 302
    else:
        lock(visit("county"), "user.guest", "lock")
    assert [replayed(place, cookie).status_code for cookie in kept] == [302] * len(kept)
    if end == "disable":
        lock(visit("county"), "user.guest", "unlock")


def lock(county: Visitor, login: str, verb: str) -> None:
    page = county.get(f"/account/?search={login}&all=1").text
    row = re.search(r'name="row" value="(\d+:\d+)"', page)[1]
    assert county.post(f"/account/bulk/{verb}", {"row": row, "confirmed": "1"}).status_code == 302


def forged(place, visitor: Visitor, **values: object) -> Visitor:
    """The same session with other words in the cookie, signed with the server's own key: time moved for this one."""
    app = Flask("clock")
    app.secret_key = Config.from_env({"DATA_DIR": str(place.folder)}).secret_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    words = signer.loads(visitor.session.cookies[COOKIE]) | values
    other = Visitor(place.address)
    other.session.cookies.set(COOKIE, signer.dumps(words), domain="127.0.0.1", path="/")
    return other


def test_t20_a_session_ends_when_idle_and_after_its_longest_time(visit, place):
    visitor = Visitor(place.address)
    visitor.enter("guest", PASSWORD)
    assert forged(place, visitor, seen=int(time.time()) - 29 * 60).get("/").status_code == 200
    assert forged(place, visitor, seen=int(time.time()) - 31 * 60).get("/").status_code == 302
    dialect.open_database("", place.folder / "zhuxue.sqlite3")
    with db.connection_context(), db.atomic():
        newest = Session.select().order_by(Session.id.desc()).get()
        Session.update(started=now().replace(year=2020)).where(Session.id == newest.id).execute()
    assert visitor.get("/").status_code == 302


def test_t21_guessing_is_slowed_and_nobody_else_shut_out(place):
    answers = []
    for number in range(14):
        guesser = Visitor(place.address)
        guesser.session.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        answers.append(guesser.enter("victim", f"wrong password {number}").status_code)
    assert answers == [422] * 10 + [429] * 4
    right = Visitor(place.address).enter("victim", PASSWORD)
    assert right.status_code == 429
    assert "15 分钟" in right.text
    assert Visitor(place.address).enter("guest", PASSWORD).status_code == 302


def test_t22_known_and_unknown_names_are_answered_alike_in_words_and_time(place):
    took: dict[str, list[float]] = {"user.town": [], "user.nobody": []}
    bodies = set()
    for number in range(9):
        for login in took:
            visitor = Visitor(place.address)
            visitor.session.cookies.clear()
            token, began = visitor.token("/sign-in"), time.perf_counter()
            answer = visitor.send("/sign-in", {"csrf_token": token, "login": login, "password": f"wrong {number}"})
            took[login].append(time.perf_counter() - began)
            bodies.add((answer.status_code, TOKEN.sub("", answer.text).replace(login, "")))
    assert len(bodies) == 1
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.6 < known / unknown < 1.7, took  # without the dummy hash it would be 20


PAYLOADS = [
    *("//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "http://evil.test", "https://evil.test/"),
    *(
        "http:evil.test",
        "https:evil.test",
        "https:/evil.test",
        "http:/\\evil.test",
        "//evil.test/%2f..",
        "/\t/evil.test",
    ),
    *("/\n/evil.test", "\t//evil.test", " //evil.test", "/%09/evil.test", "javascript:alert(1)", "data:text/html,x"),
    *(
        "//user@evil.test",
        "/@evil.test/../..//evil.test",
        "////evil.test",
        "/\x00/evil.test",
        "http://127.0.0.1@evil.test",
    ),
    *("//evil.test:80", "/\\/evil.test", "\\/evil.test", "/..//evil.test", "//%65vil.test", "http:\\\\evil.test"),
    *("//evil。test", "/ /evil.test", "?//evil.test", "#//evil.test", "evil.test", "//[::1]/", "ftp://evil.test"),
]


def test_t23_nobody_is_sent_to_another_host(place):
    """Whichever of these words a sign-in would follow: all of them name the other host."""
    for payload in PAYLOADS:
        onward = dict.fromkeys(("next", "url", "back", "return_to"), payload)
        visitor = Visitor(place.address)
        token = visitor.token("/sign-in")
        answer = visitor.session.post(
            f"{place.address}/sign-in",
            params=onward,
            data={"csrf_token": token, "login": "user.guest", "password": PASSWORD, **onward},
            allow_redirects=False,
            timeout=30,
        )
        if "\x00" in payload:  # refused at the door, whatever it is for
            assert (answer.status_code, "Location" in answer.headers) == (400, False)
            continue
        assert answer.status_code == 302, payload
        there = re.sub(r"[\t\r\n]", "", answer.headers["Location"]).replace("\\", "/")
        assert urlsplit(urljoin(place.address, there)).netloc == urlsplit(place.address).netloc, payload


def test_t24_another_host_is_refused_and_never_repeated(place):
    for path in ("/", "/sign-in", "/static/panel.css", "/no-such-page"):
        answer = requests.get(
            f"{place.address}{path}", headers={"Host": "evil.test"}, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 400, path
        assert "evil.test" not in answer.text + str(answer.headers)
    kept = asked(place, "/", **{"X-Forwarded-Host": "evil.test"})
    assert "evil.test" not in kept.text + str(kept.headers)


def asked(place, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{place.address}{path}", headers=headers, allow_redirects=False, timeout=30)
