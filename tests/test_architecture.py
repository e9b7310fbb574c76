"""The rules of this code base that a machine can check. What they are for: docs/decisions.md."""

import ast
import re
from graphlib import TopologicalSorter
from statistics import median

import pytest

import models
from admin.base import PanelView
from aid.permissions import ROLES, Permission
from aid.scope import OWNED
from tests.allowed import NO_ROWS, UNSCOPED, WHOLE_SERVER
from tests.source import ROOT, Source, depth_of, each, length_of, positional, root_of, sources

LAYERS = {  # layer -> first-party layers it may import; whatever is not named here is not ours
    "coded": set(),
    "codes": {"coded"},
    "rows": {"coded", "codes"},
    "offices": {"codes", "rows"},
    "models": {"coded", "codes", "offices", "rows"},
    "config": set(),
    "aid.rules": {"aid.rules"},
    "aid": {"aid", "aid.rules", "codes", "models"},
    "forms": {"forms", "aid", "aid.rules", "codes", "models"},
    "admin": {"admin", "forms", "aid", "aid.rules", "codes", "models"},
    "checks": {"aid", "config"},
    "serving": {"aid", "config"},
    "commands": {"bench", "checks", "config", "serving", "aid", "aid.rules", "codes", "models"},
    "app": {"admin", "commands", "config", "aid", "codes", "models"},
    "bench": {"app", "bench", "config", "serving", "aid", "aid.rules", "codes", "models"},
}
PRODUCT = tuple({layer.partition(".")[0]: None for layer in LAYERS if layer != "bench"})
WEB = {"flask", "flask_admin", "flask_login", "flask_wtf", "jinja2", "markupsafe", "werkzeug", "wtforms", "wtfpeewee"}
HOMES = {  # a library -> the only files of the product that may know it
    "xlsxwriter": {"aid/workbooks/base.py"},
    "python_calamine": {"aid/imports/child/__main__.py", "aid/imports/child/book.py"},
    "olefile": {"aid/imports/child/xls.py"},
    "PIL": {"aid/pictures/child.py"},
    "openpyxl": set(),
    "sqlite3": {"aid/dialect.py"},
    "psycopg2": {"aid/dialect.py"},
    "waitress": {"serving.py"},
}
# aid/imports/staged.py writes no row of a table: a sheet that waits, in a file of its own.
WRITERS = {"aid/ledger.py", "aid/trace.py", "aid/dialect.py", "aid/schema.py", "aid/imports/staged.py"}
WRITES = {  # every way Peewee and our dialect have to write; a query object writes nothing until `execute`
    *("atomic", "bulk_create", "bulk_update", "create", "create_table", "create_tables", "delete_by_id"),
    *("delete_instance", "drop_table", "drop_tables", "execute", "execute_many", "execute_sql", "executemany"),
    *("get_or_create", "insert_from", "insert_many", "raw", "replace_many", "save", "savepoint", "set_by_id"),
    *("transaction", "truncate_table"),
}
MODELS = {model.__name__ for model in models.MODELS}
READERS = {"aid/scope.py", "aid/ledger.py", "aid/trace.py", "aid/dialect.py", "aid/story.py", "aid/effects.py"}
READS = {"select", "get", "get_by_id", "get_or_none", "filter", "exists", "count", "iterator"}
ANY_MODEL = {"model", "target", "rel_model", "table"}  # what a variable or attribute that holds a model is called
NO_WORDS = {"data", "info", "obj", "tmp", "manager", "helper", "helpers", "util", "utils", "flag"}


def layer_of(module: str) -> str:
    return Source(module.replace(".", "/") + ".py").layer


@each(*PRODUCT, "bench")
def test_imports_point_downwards(source):
    ours = {layer_of(module) for module in source.imported()} & LAYERS.keys()
    assert ours <= LAYERS[source.layer], f"{source} imports {ours - LAYERS[source.layer]}"


@each("aid", "coded", "codes", "rows", "offices", "models")
def test_the_domain_has_never_heard_of_the_web(source):
    assert not {module.partition(".")[0] for module in source.imported()} & WEB


@each(*PRODUCT)
def test_a_library_with_one_home_stays_there(source):
    known = {module.partition(".")[0] for module in source.imported()}
    assert not [library for library, homes in HOMES.items() if library in known and source.name not in homes]


@each()
def test_imports_stand_at_the_top(source):
    inner = [node for function in source.functions for node in ast.walk(function)]
    assert not [node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)]


def test_no_module_imports_itself_by_way_of_others():
    modules = {source.module: source for source in sources(*PRODUCT, "bench")}
    graph = {name: {m for m in source.imported() if m in modules and m != name} for name, source in modules.items()}
    # `from aid.imports import base` inside the package names the package too; its own __init__ is not a cycle.
    graph = {name: {m for m in found if not name.startswith(m + ".")} for name, found in graph.items()}
    assert list(TopologicalSorter(graph).static_order())


@each(*PRODUCT)
def test_only_the_ledger_writes(source):
    if source.name in WRITERS:
        return
    calls = [(name, call) for name, call in source.calls() if (source.name, name) not in NO_ROWS]
    found = [f"{call.lineno} .{call.func.attr}(" for _, call in calls if call.func.attr in WRITES]
    assert not found, f"{source} writes past the ledger: {found}"


def unscoped_reads(source: Source) -> set[tuple[str, int]]:
    """Where rows are selected from a model itself rather than from `visible` or `changeable`."""
    found = set()
    for function, call in source.calls():
        owner = call.func.value
        last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
        root = root_of(owner)
        named = isinstance(root, ast.Name) and root.id in MODELS and isinstance(owner, ast.Name)
        if call.func.attr in READS and (named or last in MODELS | ANY_MODEL):
            found.add((function, call.lineno))
    return found


@each("admin", "aid", "app", "commands", "forms")
def test_rows_are_read_through_scope(source):
    if source.name in READERS:
        return
    past = [f"{line} in {name}" for name, line in unscoped_reads(source) if (source.name, name) not in UNSCOPED]
    assert not past, f"{source} reads past visible(): {past}"


def whole_server_reads(source: Source) -> set[tuple[str, str]]:
    """Where `SYSTEM.scope` or `Scope("")` stands in for the actor's scope."""
    asked_for = ((name, node) for name, node in source.nodes() if isinstance(node, ast.Attribute | ast.Call))
    return {(source.name, name) for name, node in asked_for if ast.unparse(node) in ("SYSTEM.scope", "Scope('')")}


@each("admin", "aid", "app", "forms")
def test_the_whole_server_is_read_only_where_it_is_said_why(source):
    assert source.name in READERS or whole_server_reads(source) <= set(WHOLE_SERVER)


def test_every_exception_to_the_scope_is_still_needed():
    needed = {(source.name, name) for source in sources(*PRODUCT) for name, _ in unscoped_reads(source)}
    assert set(UNSCOPED) <= needed
    assert set(WHOLE_SERVER) <= set().union(*(whole_server_reads(source) for source in sources("admin", "aid")))


@each("admin", "forms")
def test_the_panel_never_touches_the_database_object(source):
    assert not {"models.db", "peewee.Database", "aid.trace"} & set(source.imported())


@each("aid")
def test_rules_are_told_the_time(source):
    clocks = [call.lineno for _, call in source.calls() if call.func.attr in {"today", "now", "utcnow", "time"}]
    assert source.layer != "aid.rules" or not clocks


# -- readable ------------------------------------------------------------------


@each()
def test_files_and_functions_stay_readable(source):
    assert source.text.count("\n") <= (700 if source.name == "models.py" else 300)
    assert not [f"{function.name} {length_of(function)}" for function in source.functions if length_of(function) > 40]


@each(*PRODUCT, "bench")
def test_blocks_are_nested_three_deep_at_most(source):
    assert not [f"{function.name} {depth_of(function)}" for function in source.functions if depth_of(function) > 3]


@each(*PRODUCT, "bench")
def test_no_more_than_three_positional_parameters(source):
    assert not [function.name for function in source.functions if positional(function) > 3]


def test_most_functions_are_short():
    assert median(length_of(function) for source in sources(*PRODUCT) for function in source.functions) <= 10


@each()
def test_names_are_words(source):
    names = {source.module.rpartition(".")[2]}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    assert not names & NO_WORDS


@each()
def test_nothing_is_left_for_later(source):
    assert not re.findall(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", source.text)
    assert not [
        call.lineno for _, call in source.calls() if call.func.attr in {"skip", "skipif", "xfail", "importorskip"}
    ]


@each()
def test_only_named_errors_are_caught(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            nameless = node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException")
            assert not nameless or isinstance(node.body[-1], ast.Raise), f"{source}:{node.lineno}"


# -- the panel -----------------------------------------------------------------


def test_every_table_says_whose_it_is():
    assert set(OWNED) == set(models.MODELS)


def test_every_permission_has_a_role_and_every_role_a_person_can_hold_has_permissions():
    assert set().union(*ROLES.values()) == set(Permission)
    assert set(ROLES) == set(models.Role)


def test_every_view_names_a_permission():
    for view in PanelView.__subclasses__():
        assert view.read in Permission
        assert {action.permission for action in view.bulk_actions} <= set(Permission)


SCRIPTS = sorted((ROOT / "static").rglob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stay_readable_and_ask_this_server_alone(script):
    text = script.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    assert text.startswith(("//", '"use strict";\n//')), "says what it is"
    assert not re.findall(r"https?://|\beval\(|innerHTML|localStorage|sessionStorage|console\.", text)


def test_third_party_code_is_not_copied_in():
    copies = [path.name for path in (ROOT / "static").rglob("*") if re.search(r"\.min\.|jquery|bootstrap", path.name)]
    assert not copies
