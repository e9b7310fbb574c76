"""Threats of the security plan at the grids' doors, which speak JSON: rows, fields and gestures nobody offered."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import requests

from tests.outside.conftest import Visitor, letters
from tests.outside.test_rows import leaks

TABLES = ("check", "beneficiary", "register_person", "enrolment", "organisation", "operation", "change", "saved_view")
PAYLOADS = ("=cmd|' /C calc'!A0", '<img src=x onerror="alert(1)">', "%", "_", "'", '"', "\\", "`${7*7}`", "{{7*7}}")
PATHS = (
    *("open", "rows", "since", "save", "fill", "step", "totals", "values"),
    *("layout", "views", "keep", "remove", "take_back"),
)
gestures = count(1)


@dataclass
class Grid:
    """What a script of our pages could send, and what it could not."""

    visitor: Visitor
    table: str
    token: str

    def send(self, path: str, **body: Any) -> requests.Response:
        return self.raw(path, json.dumps(body))

    def raw(self, path: str, body: str, **headers: str) -> requests.Response:
        told = {"Content-Type": "application/json", "X-CSRFToken": self.token} | headers
        address = f"{self.visitor.address}/{self.table}/grid/{path}"
        sent = body.encode("utf-8", "surrogatepass")
        return self.visitor.session.post(address, data=sent, headers=told, timeout=60, allow_redirects=False)

    def open(self, **words: str) -> dict[str, Any]:
        return self.send("open", words=words).json()

    def save(self, *rows: list[Any], **more: Any) -> requests.Response:
        return self.send("save", gesture=f"{next(gestures):032}", rows=list(rows), **more)


@pytest.fixture
def grid(visit) -> Callable[..., Grid]:
    tokens: dict[str, str] = {}

    def of(who: str, table: str = "check") -> Grid:
        visitor = visit(who)
        tokens[who] = tokens.get(who) or visitor.token()
        return Grid(visitor, table, tokens[who])

    return of


def test_t01_no_grid_opens_on_a_foreign_row(grid, foreign, place):
    asked = ({}, {"search": "张敏"}, {"sort": "-school,name"}, {"group": "school"}, {"all": "1"}, {"school": "%"})
    for table in TABLES[:5]:
        for words in asked:
            answer = grid("a", table).send("open", words=words)
            assert answer.status_code == 200, (table, words)
            assert not leaks(letters(answer), foreign, but="张敏" if "search" in words else ""), (table, words)


def test_t01_nobody_reads_by_a_snapshot_of_somebody_else(grid):
    opened = grid("county", "beneficiary").open()
    for table in ("beneficiary", "check", "enrolment"):
        body = {"snapshot": opened["snapshot"], "from": 0, "count": 500, "columns": ["name"], "distinct": ["name"]}
        for path in ("rows", "totals", "since"):
            answer = grid("a", table).send(path, **body, at=0, ranges=[[0, 500]])
            assert (answer.status_code, answer.json()["kind"]) == (422, "Gone"), path


def test_t01_the_values_of_a_column_are_ones_own(grid, foreign):
    for column in ("school", "name", "grade", "home_region"):
        assert not leaks(letters(grid("a", "beneficiary").send("values", words={}, column=column)), foreign)
    assert leaks(letters(grid("county", "beneficiary").send("values", words={}, column="name")), foreign)
    assert grid("a", "beneficiary").send("values", words={}, column="id_number").status_code == 422


def test_t04_a_cell_of_a_foreign_row_is_not_saved(grid, place, as_is):
    before, own = as_is(), place.world.children["a1"].id
    for key in ("b1", "c1", "far1"):
        row = [place.world.children[key].id, 1, {"grade": ["三年级", "九年级"]}]
        assert grid("a").save(row).status_code == 404
        mixed = grid("a").save([own, 1, {"remark": ["", "x"]}], row, keep_sound=True)
        assert mixed.status_code == 404
    assert as_is() == before


def test_t13_what_one_did_to_ones_own_views_nobody_else_takes_back(grid):
    body = {"name": "只给自己", "version": 0, "words": {}, "layout": {}, "account": 1, "mine": False, "id": 1}
    kept = grid("a").send("keep", **body).json()
    for who in ("leaver", "county", "auditor"):
        table = "check" if who != "auditor" else "saved_view"
        answer = grid(who, table).send("take_back", operation=kept["operation"])
        assert answer.status_code == 404, who
    assert "只给自己" in letters(grid("a").send("views"))
    assert "只给自己" not in letters(grid("leaver").send("views"))
    assert grid("a").send("take_back", operation=kept["operation"]).status_code == 200


def test_t05_a_fill_reaches_only_what_was_opened_by_oneself(grid, as_is):
    before, opened = as_is(), grid("county").open()
    body = {"at": opened["at"], "expected": opened["total"], "column": "grade", "text": "九年级"}
    answer = grid("a").send("fill", snapshot=opened["snapshot"], gesture=f"{next(gestures):032}", **body)
    assert answer.status_code == 422
    assert as_is() == before


def test_t07_no_cell_points_at_a_foreign_row(grid, place):
    added = [{"name": "外县小学", "stage": "小学", "region": place.world.regions["far_town"].code}]
    assert grid("county", "organisation").save(added=added).status_code == 422
    assert grid("a", "organisation").save(added=added).status_code == 403


def test_t08_an_export_of_a_grids_columns_holds_only_ones_own(grid, foreign):
    school = grid("a", "beneficiary")
    for words in ({}, {"columns": "name,id_number,school.name,password_hash"}, {"columns": ""}):
        told = {"Content-Type": "application/json", "X-CSRFToken": school.token}
        address = f"{school.visitor.address}/beneficiary/export/csv"
        answer = school.visitor.session.post(address, data=json.dumps(words), headers=told, timeout=60)
        assert answer.status_code == 200
        assert not leaks(answer.content.decode("utf-8-sig"), foreign)


def test_t11_a_name_elsewhere_is_told_like_one_that_is_nowhere(grid, place):
    def sentence(region: str) -> str:
        added = [{"name": "新学校", "stage": "小学", "region": region}]
        [fault] = grid("county", "organisation").save(added=added).json()["faults"]
        return fault[2].replace(region, "")

    assert sentence("没有这个地方") == sentence("也没有这个地方")
    there = place.world.organisations["far"]
    for name in (there.name, "那里没有的学校"):
        added = [{"name": name, "stage": "小学", "region": place.world.regions["far_town"].code}]
        faults = grid("county", "organisation").save(added=added).json()["faults"]
        assert [(fault[1], there.code in fault[2]) for fault in faults] == [("region", False)]


@pytest.mark.parametrize("who", ["town", "city", "auditor"])
def test_t12_who_only_reads_saves_nothing(grid, place, who):
    row = [place.world.children["a1"].id, 1, {"grade": ["三年级", "九年级"]}]
    for path in ("save", "fill", "step"):
        assert grid(who).send(path, gesture=f"{next(gestures):032}", rows=[row]).status_code == 403


def test_t14_no_column_is_saved_that_nobody_may_type_into(grid, place, as_is):
    before, child = as_is(), place.world.children["a1"]
    columns = ("id", "version", "school", "id_number", "state", "hardship", "checked_by", "source", "no_such_column")
    for column in columns:
        answer = grid("a").save([child.id, 1, {column: ["", "1"]}])
        assert answer.status_code == 422, column
        assert answer.json()["faults"][0][1] == column
    for column in ("code", "parent", "status", "last_serial", "merged_into", "id"):
        added = [{"name": "新小学", "stage": "小学", "region": "蒲亭镇", column: "1"}]
        assert grid("county", "organisation").save(added=added).status_code == 422, column
    assert as_is() == before


def test_t15_no_gesture_without_the_token_of_ones_own_page(grid, place, as_is):
    before, school = as_is(), grid("a")
    body = json.dumps({"gesture": f"{next(gestures):032}", "rows": [[place.world.children["a1"].id, 1, {}]]})
    for headers in (
        {"X-CSRFToken": ""},
        {"X-CSRFToken": grid("b").token},
        {"X-CSRFToken": "", "Content-Type": "text/plain"},
        {"X-CSRFToken": "", "Content-Type": "application/x-www-form-urlencoded"},
    ):
        for path in ("save", "fill", "step", "layout", "keep", "remove", "take_back", "open", "rows"):
            assert school.raw(path, body, **headers).status_code == 400, (path, headers)
    assert as_is() == before


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"x"',
        "{",
        "[" * 5000 + "]" * 5000,
        '{"words": {"sort": ["x"]}}',
        '{"snapshot": 7, "from": 1e308, "count": -1, "at": NaN, "ranges": [[0, 1e9]]}',
        '{"snapshot": "x", "from": 99999999999999999999, "count": 1, "at": true, "ranges": "x"}',
        '{"gesture": "0123456789abcdef0123456789abcdef", "rows": [[1, 1, {"grade": ["\\ud800", "\\u0000"]}]]}',
        '{"gesture": "0123456789abcdef0123456789abcdef", "rows": [[9223372036854775808, 1, {"grade": ["a", "b"]}]]}',
        '{"gesture": "0123456789abcdef0123456789abcdef", "rows": [], "added": [{"name": {"a": 1}}]}',
        '{"view": 99999999999999999999, "name": "\\u202e", "version": 0, "words": {"a": 1}, "layout": [1, {}]}',
    ],
)
def test_t26_odd_bodies_never_break_the_server(grid, body):
    paths = (
        "open",
        "rows",
        "since",
        "save",
        "fill",
        "step",
        "totals",
        "values",
        "layout",
        "keep",
        "remove",
        "take_back",
    )
    for path in paths:
        answer = grid("county").raw(path, body)
        assert answer.status_code < 500, (path, answer.text[:200])
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("word", ["\ud800", "\0", "\u202e", "%" * 8000, "|" * 8000])
def test_t26_t28_odd_letters_are_refused_or_find_nothing(grid, word):
    county = grid("county", "beneficiary")
    for words in ({"search": word}, {"name": word}, {"school": word}, {"birth_date_from": word}, {word: "x"}):
        for path, more in (("open", {}), ("values", {"column": "school"}), ("keep", {"name": "怪", "version": 0})):
            answer = county.send(path, words=words, layout={"columns": [{"name": word}]}, **more)
            assert answer.status_code in (200, 400, 422), (path, words)
    empty = county.open(name="=没有这个人")
    for column in (word, "no_such_column", "id_number", "password_hash"):
        body = {"snapshot": empty["snapshot"], "at": empty["at"], "expected": 0, "text": "x", "gesture": "0" * 32}
        assert county.send("fill", column=column[:900], **body).status_code == 422, column


def test_t28_as_many_values_as_may_be_in_every_column_are_answered_at_once(grid):
    asked = "|".join(f"={number}" for number in range(500))
    columns = (
        "name",
        "id_number",
        "school",
        "grade",
        "class_name",
        "sex",
        "nation",
        "hardship",
        "home_region",
        "remark",
    )
    for path, more in (("open", {}), ("values", {"column": "school"})):
        answer = grid("a", "beneficiary").send(path, words=dict.fromkeys(columns, asked), **more)
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < 5


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("save", {"gesture": "0" * 32, "added": [{}] * 200_000}),
        ("save", {"gesture": "0" * 32, "rows": [[1, 1, {}]] * 200_000}),
        ("since", {"at": 0, "snapshot": "x", "ranges": [[0, 0]] * 300_000}),
        ("open", {"words": {f"word {number}": "" for number in range(100_000)}}),
    ],
    ids=["rows to add", "rows", "windows", "words"],
)
def test_t31_more_than_any_script_sends_is_refused(grid, path, body):
    assert grid("county", "organisation").send(path, **body).status_code in (400, 413)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t27_t28_what_is_typed_stays_a_text_and_finds_only_itself(grid, place, payload):
    school, child = grid("a"), place.world.children["a2"]
    [row] = [row for row in school.open(all="1")["rows"] if row[0] == child.id]
    saved = school.save([child.id, row[1], {"remark": ["", payload]}])
    assert saved.status_code == 200, saved.text
    opened = school.open(all="1", remark=f"={payload}")
    assert [row[0] for row in opened["rows"]] == [child.id]
    page = school.visitor.get("/check/grid/?all=1").text
    assert "<img" not in page.partition("<main")[2]
    csv = school.visitor.get("/check/export/csv?all=1&columns=remark,name").content.decode("utf-8-sig")
    assert not [line for line in csv.splitlines() if line.startswith(("=", '"='))]
    school.send("step", operation=saved.json()["steps"][0])


def test_t51_a_view_of_odd_words_does_not_break_the_pages_of_those_below(grid, visit):
    county, layout = grid("county"), {"columns": [{"name": "name", "width": 99}], "frozen": 1}
    for at, words in enumerate(({"sort": "x" * 900}, {"state": "|" * 900}, {"group": "no"}, {"checked_at_from": "9"})):
        body = {"name": f"怪{at}", "shared": True, "version": 0, "words": words, "layout": layout}
        assert county.send("keep", **body).status_code in (200, 400, 422)
    page = visit("a").get("/check/grid/")
    assert page.status_code == 200
    views = grid("a").send("views").json()["views"]
    for view in views:
        words = view["words"] if isinstance(view, dict) else {}
        assert grid("a").send("open", words=words).status_code in (200, 422)
