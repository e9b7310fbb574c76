"""Every door of every view, tried with rows that are not the visitor's: a loop over what is registered."""

import re

import pytest

from admin.base import PanelView
from aid.permissions import ROLES as MAY
from aid.scope import visible
from models import MODELS, Beneficiary, Change, Operation, db
from tests.conftest import ROLES

ROW_LINK = re.compile(r'href="[^"]*[?&]id=(\d+)"')
READERS = list(ROLES)


def panel_views(app) -> list[PanelView]:
    return [view for view in app.extensions["admin"][0]._views if isinstance(view, PanelView)]


def open_views(app, actor) -> list[PanelView]:
    return [view for view in panel_views(app) if view.read in MAY[actor.role]]


def ids(query) -> set[int]:
    with db.connection_context():
        return {row.id for row in query}


def foreign_ids(view, actor) -> set[int]:
    return ids(view.model.select()) - ids(visible(view.model, actor.scope))


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def test_every_table_has_a_view(app):
    assert {view.model for view in panel_views(app)} == set(MODELS)


@pytest.mark.parametrize("who", READERS)
def test_lists_show_only_ones_own(app, visit, world, who):
    actor, visitor = world.actors[who], visit(who)
    for view in open_views(app, actor):
        page = visitor.get(f"{view.url}/?all=1")
        assert page.status_code == 200, view.url
        if view.row_page.endswith("details_view") and view.endpoint != "change":
            shown = {int(found) for found in ROW_LINK.findall(page.text.partition("<tbody>")[2])}
            assert shown <= ids(visible(view.model, actor.scope)), view.url


@pytest.mark.parametrize("who", READERS)
def test_exports_hold_only_ones_own(app, visit, world, who):
    actor, visitor = world.actors[who], visit(who)
    for view in open_views(app, actor):
        sheet = visitor.get(f"{view.url}/export/csv?all=1")
        rows = sheet.get_data().decode("utf-8-sig").strip().count("\r\n")
        with db.connection_context():
            assert rows <= view.reach(view.model, actor.scope).count(), view.url
        assert visitor.get(f"{view.url}/export/xlsx?all=1").data[:2] == b"PK"


@pytest.mark.parametrize("who", READERS)
def test_a_foreign_row_has_no_page(app, visit, world, who):
    actor, visitor = world.actors[who], visit(who)
    for view in open_views(app, actor):
        for key in foreign_ids(view, actor):
            assert visitor.get(f"{view.url}/details/?id={key}").status_code == 404, f"{view.url} {key}"


@pytest.mark.parametrize("who", ["a", "county", "town"])
def test_the_check_page_of_a_foreign_row_is_closed(visit, world, who):
    visitor, before = visit(who), writes()
    key = world.children["far1"].id
    assert visitor.get(f"/check/row/?id={key}").status_code == 404
    for step in ("confirm", "invalid", "reopen"):
        answer = visitor.post(f"/check/row/?id={key}", {"do": step, "version": 1, "name": "X", "grade": "Y"})
        assert answer.status_code in (403, 404)
    assert writes() == before


@pytest.mark.parametrize("who", READERS)
def test_lookups_find_only_ones_own(app, visit, world, who):
    actor, visitor = world.actors[who], visit(who)
    for view in open_views(app, actor):
        for column in view.table.known:
            if column.looks_up:
                found = visitor.get(f"{view.url}/lookup/{column.name}").get_json()["found"]
                with db.connection_context():
                    mine = {str(row) for row in visible(column.looks_up, actor.scope)}
                assert {row["text"] for row in found} <= mine, f"{view.url} {column.name}"


@pytest.mark.parametrize("who", ["a", "county"])
def test_actions_refuse_a_foreign_row(app, visit, world, who):
    actor, visitor, before = world.actors[who], visit(who), writes()
    for view in open_views(app, actor):
        for action in view.bulk_actions:
            rows = [f"{key}:1" for key in (world.children["a1"].id, world.children["far1"].id)]
            answers = {"confirmed": 1, "answer-reason": "elsewhere", "answer-remark": "x", "answer-sentence": "x"}
            answer = visitor.post(f"{view.url}/bulk/{action.name}", {"row": rows, **answers})
            assert answer.status_code in (403, 404), action.name
    assert writes() == before


def test_actions_need_the_permission(app, visit, world):
    visitor, before, actor = visit("town"), writes(), world.actors["town"]
    for view in open_views(app, actor):
        for action in [action for action in view.bulk_actions if not actor.may(action.permission)]:
            rows = {"row": f"{world.children['a1'].id}:1", "confirmed": 1, "answer-reason": "elsewhere"}
            assert visitor.post(f"{view.url}/bulk/{action.name}", rows).status_code == 403
    assert writes() == before


def test_a_foreign_operation_is_not_undone(visit, world):
    with db.connection_context():
        foreign = Operation.select().where(Operation.organisation == world.organisations["other_county"])
        keys = [row.id for row in foreign]
    before = writes()
    assert keys
    for key in keys:
        assert visit("county").post(f"/operation/undo/{key}").status_code == 404
    assert writes() == before


def test_an_account_is_not_opened_at_a_foreign_school(visit, world):
    form = {"organisation": world.organisations["far"].code, "role": "school", "login": "far.new", "name": "某人"}
    before = writes()
    assert visit("county").post("/account/new/", form).status_code == 404
    assert writes() == before


def test_a_foreign_import_gives_no_error_sheet(app, visit, world):
    [view] = [view for view in panel_views(app) if view.endpoint == "import_run"]
    for key in foreign_ids(view, world.actors["county"]):
        assert visit("county").get(f"/import_run/errors/{key}.xlsx").status_code == 404


def test_a_duplicate_is_not_kept_with_foreign_rows(visit, world):
    far = world.children["far1"]
    form = {"id_number": far.id_number, "row": f"{far.id}:1", "keep": far.id}
    assert visit("county").post("/duplicates/keep", form).status_code in (404, 409)
    with db.connection_context():
        assert Beneficiary.get_by_id(far.id).version == 1


def test_nobody_enters_unnamed(app, visit):
    visitor = visit("nobody")
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint not in ("static", "admin.static", "signin.enter"):
            url = re.sub(r"<[^>]+>", "1", rule.rule)
            answer = visitor.get(url)
            assert answer.status_code == 302, url
            assert answer.headers["Location"].startswith("/sign-in"), url


@pytest.mark.parametrize("who", READERS)
def test_a_role_without_the_permission_is_refused(app, visit, world, who):
    visitor = visit(who)
    for view in app.extensions["admin"][0]._views:
        if view.read not in MAY[world.actors[who].role]:
            assert visitor.get(f"{view.url}/").status_code == 403, view.url


@pytest.mark.parametrize("word", ["99999999999999999999", "-1", "١", "1' OR 1=1", "", "1%00"])
def test_odd_keys_are_simply_not_found(app, visit, world, word):
    visitor = visit("county")
    for view in open_views(app, world.actors["county"]):
        assert visitor.get(f"{view.url}/details/", query_string={"id": word}).status_code == 404, view.url


@pytest.mark.parametrize(
    "words",
    [
        {"page": "9" * 30},
        {"sort": "-nothing"},
        {"sort": "name,-nothing,,--"},
        {"search": "%_\\'"},
        {"state": "x", "_external": "1"},
        {"state": "|-|", "school": "=|-", "name": "=\\", "left_poverty": "9|x", "left_poverty_from": "x"},
        {"checked_at_from": "0001-01-01", "operation.at_to": "9999-12-31", "at": "x|-"},
    ],
)
def test_odd_addresses_never_break_a_list(app, visit, world, words):
    visitor = visit("county")
    for view in open_views(app, world.actors["county"]):
        assert visitor.get(f"{view.url}/", query_string=words).status_code == 200, view.url


def test_a_post_without_token_is_refused(app, visit, world):
    before = writes()
    client = visit("county").client
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            url = re.sub(r"<[^>]+>", "confirm", rule.rule)
            assert client.post(url, data={"row": f"{world.children['a1'].id}:1"}).status_code == 400, url
    assert writes() == before
