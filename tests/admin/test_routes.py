"""Every route with every role, and with nobody: refused exactly where the role lacks what the route declares."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from admin.base import PanelView
from aid.editing import EDITORS
from aid.imports import FORMATS
from aid.permissions import ROLES as MAY
from aid.permissions import Permission
from models import Role
from tests.conftest import ROLES

IMPORTING = {sheet.permission for sheet in FORMATS.values()}
OPEN = {"static", "admin.static", "signin.enter", "signin.leave"}  # to whom is not signed in
ALSO = {"signin.password"}  # to everybody who is
FILLED = {"ending": "csv", "slug": "school-progress", "rule_name": "keep_checked", "column_name": "name", "id": "0"}
READING = {"index_view", "bulk_view", "export_view"}  # take a form, or JSON, and write nothing by themselves
READING |= {"open_view", "rows_view", "since_view", "totals_view", "values_view", "views_view"}
EDITING = {"save_view", "fill_view", "step_view"}  # of a grid: what its table's editor needs, where it has one
FORMAT = "roll"
EVERYBODY = {role: key for key, (role, _) in reversed(ROLES.items())} | {Role.SYSTEM: "system"}  # one of each role


def views(app: Flask) -> dict[str, object]:
    return {view.endpoint: view for view in app.extensions["admin"][0]._views}


def routes(app: Flask) -> Iterator[tuple[str, str, set[str]]]:
    """(endpoint, address, methods) of every route, a bulk route once for each of its actions."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods & {"GET", "POST"}
        actions = [""]
        if "<action_name>" in rule.rule:
            view = views(app)[rule.endpoint.partition(".")[0]]
            actions = [action.name for action in view.bulk_actions]
        for action in actions:
            words = FILLED | {"action_name": action} | ({"slug": FORMAT} if "/template/" in rule.rule else {})
            yield rule.endpoint, re.sub(r"<(?:\w+:)?(\w+)>", lambda m, w=words: w.get(m[1], "1"), rule.rule), methods


def needed(app: Flask, endpoint: str, address: str) -> list[set[Permission]]:
    """What a route declares: of each set a role must have one."""
    name, _, page = endpoint.partition(".")
    view = views(app)[name]
    wanted = [{view.read}]
    if endpoint == "import_run.new_view":
        wanted.append(IMPORTING)
    if page == "template_view":
        wanted.append({FORMATS[FORMAT].permission})
    if page == "bulk_view":
        [action] = [action for action in view.bulk_actions if address.endswith(f"/{action.name}")]
        wanted.append({action.permission})
    if page in EDITING and view.model in EDITORS:
        wanted.append({EDITORS[view.model].permission})
    declared = getattr(getattr(view, page), "permission", None)
    return [*wanted, *([{declared}] if declared else [])]


def test_nobody_comes_further_than_the_door(app, visit):
    visitor, reached = visit("nobody"), []
    for endpoint, address, methods in routes(app):
        for method in methods if endpoint not in OPEN else ():
            answer = visitor.get(address) if method == "GET" else visitor.post(address, page="/sign-in")
            if not (answer.status_code == 302 and answer.location.startswith("/sign-in")):
                reached.append((method, address, answer.status_code))
    assert reached == []


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_route_is_closed_exactly_where_the_role_lacks_what_it_declares(app, visit, system, role):
    visitor, held, wrong = visit(EVERYBODY[role]), MAY[role], []
    form = {"csrf_token": visitor.token()}
    for endpoint, address, methods in routes(app):
        if endpoint in OPEN | ALSO:
            continue
        may = all(wanted & held for wanted in needed(app, endpoint, address))
        for method in methods:
            answer = visitor.get(address) if method == "GET" else visitor.client.post(address, data=form)
            if (answer.status_code != 403) != may:
                wrong.append((method, address, answer.status_code))
    assert wrong == []


def test_every_page_that_takes_a_form_declares_who_may_send_it(app):
    """Beyond what reads, the grid's gestures, and what the operation alone can tell."""
    told_by_the_operation = {"check.row_view", "operation.undo_view", "import_run.new_view"}
    told_by_the_operation |= {
        f"upload.{verb}_view" for verb in ("chosen", "correct", "merged", "apply", "cancel")
    }  # by the sheet's kind
    silent = []
    for rule in app.url_map.iter_rules():
        name, _, page = rule.endpoint.partition(".")
        if "POST" not in rule.methods or name == "signin" or page in READING | EDITING:
            continue
        view = views(app)[name]
        declared = hasattr(getattr(view, page), "permission") or not isinstance(view, PanelView)
        if not declared and rule.endpoint not in told_by_the_operation | {"matching.match_view"}:
            silent.append(rule.endpoint)
    assert silent == []
