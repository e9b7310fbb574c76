"""T25–T31 of the security plan over HTTP alone: what is typed and uploaded to do harm."""

import csv
import io
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import openpyxl
import pytest
import requests

from tests.aid.imports.odd_files import HEADER, REFUSED, line, with_sheet
from tests.outside.conftest import Visitor

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{7*7}}",
    "</title><svg/onload=x>",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", "=HYPERLINK(1)")
LISTS = (
    "/check/",
    "/beneficiary/",
    "/organisation/",
    "/account/",
    "/operation/",
    "/change/",
    "/import_run/",
    "/upload/",
    "/held_row/",
)


def rename(visitor: Visitor, place, name: str) -> None:
    """Correct a child's name in the check, whatever its version is by now."""
    child = place.world.children["a1"]
    page = visitor.get(f"/check/row/?id={child.id}").text
    version = page.partition('name="version"')[2].partition('value="')[2].partition('"')[0]
    form = {"do": "confirm", "version": version, "name": name, "grade": name[:20], "remark": name}
    assert visitor.post(f"/check/row/?id={child.id}", form).status_code == 302


def upload(visitor: Visitor, content: bytes, name: str = "表.xlsx"):
    return visitor.post("/import_run/new/", {"kind": "regions", "batch": ""}, files={"file": (name, content)})


def take_in(visitor: Visitor, answer: requests.Response) -> None:
    """Hand in what was uploaded and wait until it has come in."""
    page = answer.headers["Location"]
    version = re.search(r'name="version" value="(\d+)"', visitor.get(page).text)[1]
    key = re.search(r"id=(\d+)", page)[1]
    visitor.post("/upload/apply/", {"id": key, "version": version})
    while visitor.get(f"/upload/progress/{key}").json()["state"] == "queued":
        time.sleep(0.1)


def test_t25_what_was_stored_comes_back_as_text(visit, place):
    county = visit("county")
    for script in SCRIPTS:
        rename(visit("a"), place, script[:40])
        region = with_sheet(line(1, *HEADER), line(2, "360426103000", script.replace("<", "&lt;"), "乡镇"))
        take_in(county, upload(county, region, f"{script}.xlsx"))
        for path in (*LISTS, f"/check/row/?id={place.world.children['a1'].id}", "/", "/duplicates/"):
            page = county.get(f"{path}{'&' if '?' in path else '?'}all=1").text
            assert script == "{{7*7}}" or script[:40] not in page, path
            assert "49.xlsx" not in page
    rename(visit("a"), place, "王芳")


def test_t26_what_is_asked_for_is_echoed_as_text_and_breaks_nothing(visit, crawled):
    county = visit("county")
    names = (
        "search",
        "sort",
        "page",
        "all",
        "id",
        "state",
        "endpoint",
        "self",
        "_method",
        "_scheme",
        "_external",
        "_anchor",
    )
    for path in {path.partition("?")[0] for path in crawled}:
        for script in SCRIPTS[:2]:
            answer = county.get(path, params=dict.fromkeys(names, script))
            assert answer.status_code < 500, path
            assert script not in answer.text, path
        assert county.get(path, params=dict.fromkeys(names, "9" * 30)).status_code < 500, path


def test_t27_no_cell_of_an_export_begins_a_formula(visit, place):
    county = visit("county")
    for formula in FORMULAS:
        rename(visit("a"), place, formula)
        for path in ("/check/", "/beneficiary/", "/operation/", "/change/"):
            sheet = county.get(f"{path}export/csv?all=1").content.decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row if cell]
            assert not [cell for cell in cells if cell[0] in "=+-@\t\r＝＋－＠"], path
            book = openpyxl.load_workbook(io.BytesIO(county.get(f"{path}export/xlsx?all=1").content))
            typed = {
                cell.data_type for row in book.active.iter_rows() for cell in row if str(cell.value).startswith(formula)
            }
            assert typed <= {"s"}, path
    rename(visit("a"), place, "王芳")


@pytest.mark.parametrize("word", ["'", '"', "\\", "' OR '1'='1", "a') OR 1=1 --", "\x00", "%' ESCAPE '!"])
def test_t28_signs_of_sql_are_letters(visit, crawled, word):
    for path in LISTS:
        for name in ("search", "sort", "id", "school", "state"):
            assert visit("county").get(path, params={name: word}).status_code < 500, path
    found = visit("county").get("/check/", params={"search": word, "all": 1})
    assert found.status_code == (400 if word == "\x00" else 200)  # which no database takes in a text
    assert "王芳</a>" not in found.text


@pytest.mark.parametrize("word", ["%", "_", "王_", "%芳"])
def test_t28_wildcards_are_letters(visit, word):
    assert 'href="/check/row/' not in visit("county").get("/check/", params={"search": word, "all": 1}).text


def canary(place) -> float:
    began = time.perf_counter()
    assert Visitor(place.address).get("/sign-in").status_code == 200
    return time.perf_counter() - began


def test_t29_hostile_files_are_refused_and_the_server_goes_on(visit, place):
    county, slowest = visit("county"), 0.0
    before = county.get("/region/").text.count("<tr>")
    for kind, (make, _) in REFUSED.items():
        answer = upload(county, make())
        asked = "/upload/choose/" in answer.headers.get("Location", "")  # a table of something else: which columns?
        assert answer.status_code == 422 or asked, kind
        slowest = max(slowest, canary(place))
    assert county.get("/region/").text.count("<tr>") == before
    assert slowest < 5
    assert not list((place.folder / "passing").iterdir())


def test_t30_many_at_once_leave_room_for_others(place, visit):
    [make] = [make for kind, (make, _) in REFUSED.items() if kind == "cell beyond any row"]
    visitors = [visit("county"), *(Visitor(place.address) for _ in range(3))]
    for visitor in visitors[1:]:
        visitor.session.cookies.update(visitors[0].session.cookies)
    content = make()
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(upload, visitors[number % 4], content) for number in range(8)]
        times = [canary(place) for _ in range(5)]
    assert {answer.result().status_code for answer in answers} == {422}
    assert max(times) < 5


def test_t31_an_oversize_body_is_refused_unread(visit, place):
    county = visit("county")
    answer = upload(county, b"PK\x03\x04" + bytes(21 * 2**20))
    assert answer.status_code == 413
    where = urlsplit(place.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as slow:
        slow.sendall(b"POST /import_run/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 209715200\r\n\r\nabc")
        assert canary(place) < 5
        assert b" 413 " in slow.recv(200)
    loris = [socket.create_connection((where.hostname, where.port), timeout=10) for _ in range(50)]
    try:
        for one in loris:
            one.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Le")
        assert canary(place) < 5
    finally:
        for one in loris:
            one.close()
    assert not list((place.folder / "passing").iterdir())
