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
from tests.source import ROOT, Source, depth_of, length_of, positional, root_of, sources

LAYERS = {  # layer -> first-party layers it may import; whatever is not named here is not ours
    "codes": set(),
    "rows": {"codes"},
    "offices": {"codes", "rows"},
    "models": {"codes", "offices", "rows"},
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
NO_ROWS: dict[tuple[str, str], str] = {  # (file, function) -> what it writes that is no row
    ("admin/imports.py", "_take_in"): "an upload's `save`, into a temporary file",
    ("aid/pictures/child.py", "_written"): "a picture's `save`, into memory",
}
MODELS = {model.__name__ for model in models.MODELS}
READERS = {"aid/scope.py", "aid/ledger.py", "aid/trace.py", "aid/dialect.py", "aid/story.py", "aid/effects.py"}
READS = {"select", "get", "get_by_id", "get_or_none", "filter", "exists", "count", "iterator"}
ANY_MODEL = {"model", "target", "rel_model", "table"}  # what a variable or attribute that holds a model is called
UNSCOPED: dict[tuple[str, str], str] = {  # (file, function) -> why its rows need no scope
    ("aid/operations/sessions.py", "resume"): "the session's token says who acts: before it there is no scope",
    ("admin/conditions.py", "_far"): "a condition on rows that `visible` has already chosen",
    ("admin/conditions.py", "_links"): "a condition on rows that `visible` has already chosen",
    ("admin/conditions.py", "_places"): "a condition on rows that `visible` has already chosen",
    ("aid/board.py", "checked_by_day"): "the history of rows that `changeable` has chosen",
    ("aid/operations/entitlement.py", "_stage"): "the stage of a school whose row `changeable` has chosen",
    ("aid/operations/facts.py", "_as_added"): "what the history kept of rows that the ledger has let through",
    ("aid/operations/history.py", "_refuse_referenced"): "whoever points at a row, seen or not, keeps it from going",
    ("aid/operations/history.py", "_written"): "counts the changes of the operation that is being written",
    ("aid/operations/matching.py", "_new_pairs"): "one INSERT … SELECT: batches from changeable, schools from visible",
    ("aid/operations/roll_changes.py", "_rolled_before"): "the history of roll rows that `changeable` has chosen",
    ("aid/operations/matching.py", "unplaced"): "a NOT EXISTS under register rows that `visible` has chosen",
    ("aid/operations/proofs.py", "_of_each"): "counts under rows of beneficiaries that `visible` has chosen",
    ("aid/record.py", "written_since"): "ids alone: their rows are read through `visible` by whoever asks",
    ("aid/selection.py", "refuse_if_written_since"): "the changes of rows that `visible` has already chosen",
}
WHOLE_SERVER: dict[tuple[str, str], str] = {  # (file, function) -> why it may look at every county's rows
    ("aid/imports/places.py", "known"): "a code is one on the whole server; a sheet names offices above its sender",
    ("aid/imports/table_intake.py", "_pointed"): "what a row that one sees points at, by name",
    ("aid/imports/worker.py", "_again"): "a row of the queue, read again",
    ("aid/imports/worker.py", "_queued"): "the queue is everybody's; each sheet is taken in as whom handed it in",
    ("aid/imports/worker.py", "settle_begun"): "what a killed server left, whoever's it was",
    ("aid/operations/accounts.py", "account_called"): "who acts is being found out",
    ("aid/operations/accounts.py", "county_words"): "places above one's own; regions are public",
    ("aid/operations/accounts.py", "open_account"): "a login is taken wherever its account is",
    ("aid/operations/account_status.py", "_free_logins"): "a login is taken wherever its account is",
    ("aid/operations/organisations.py", "_codes_on_record"): "a code is one on the whole server",
    ("aid/operations/organisations.py", "_next_codes"): "a code is one on the whole server",
    ("aid/operations/organisation_rules.py", "_twins"): "the county's schools; whoever adds one reads them",
    ("aid/operations/organisations.py", "_was_used"): "whoever used it, seen or not, keeps it from going",
    ("aid/operations/organisations.py", "in_the_way"): "whatever points at it, seen or not, keeps it from going",
    ("aid/operations/sessions.py", "_account"): "who acts is being found out",
    ("aid/operations/sessions.py", "came_from"): "who acts is being found out",
    ("aid/operations/checking.py", "_refuse_lonely_duplicates"): "a duplicate may lie in a school one cannot see",
    ("aid/operations/borders.py", "office_of"): "names the office to ask; nothing else of it is told",
    ("aid/operations/dropout_cases.py", "_on_roll"): "a child at school in another county is no dropout",
    ("aid/operations/dropout_cases.py", "_supplemented"): "a child on another county's list is no dropout",
    ("aid/operations/dropout_figures.py", "_visits"): "the visits of a case that `visible` has already chosen",
    ("aid/operations/dropouts.py", "settle_in_the_systems_name"): "in the name of each household's county",
    ("aid/operations/duplicates.py", "_refuse_foreign"): "names the county to ask; regions are public",
    ("aid/operations/entitlement.py", "_paid"): "a child is given an item once, whoever's row it was given on",
    ("aid/operations/history.py", "_current"): "what moved on is told; writing it is the ledger's to refuse",
    ("aid/operations/matching.py", "unplaced"): "the roll at the county's own schools, which it names itself",
    ("aid/operations/rounds.py", "next_round"): "the rounds of one school, which its caller has read through scope",
    ("aid/operations/rounds.py", "_counts"): "a round's rows count in it wherever their school is by now",
    ("aid/reporting.py", "_rows"): "a figure beside schools that `visible` has chosen",
    ("aid/reporting.py", "_rounds"): "a figure beside schools that `visible` has chosen",
    ("aid/operations/supplement_facts.py", "_on_lists"): "that a child is on a list is told to everybody, where is not",
    ("aid/operations/supplement_facts.py", "_rolls"): "the roll at the county's own schools, which it names itself",
    ("aid/record.py", "newest_operation"): "a number to compare with, the same for everybody",
    ("aid/record.py", "_names"): "what a row that one sees points at, by name",
}
NO_WORDS = {"data", "info", "obj", "tmp", "manager", "helper", "helpers", "util", "utils", "flag"}


def each(*packages: str):
    return pytest.mark.parametrize("source", sources(*packages), ids=str)


def layer_of(module: str) -> str:
    return Source(module.replace(".", "/") + ".py").layer


@each(*PRODUCT, "bench")
def test_imports_point_downwards(source):
    ours = {layer_of(module) for module in source.imported()} & LAYERS.keys()
    assert ours <= LAYERS[source.layer], f"{source} imports {ours - LAYERS[source.layer]}"


@each("aid", "codes", "rows", "offices", "models")
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
    found = {(source.name, name) for name, node in source.nodes() if ast.unparse(node) == "SYSTEM.scope"}
    return found | {(source.name, name) for name, node in source.nodes() if ast.unparse(node) == "Scope('')"}


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
