"""What is written about the program is true of it, and what others call is written about."""

import ast
import re
from dataclasses import MISSING, fields

import pytest
from flask.cli import FlaskGroup

import commands
from config import Config
from models import MODELS
from tests.source import ROOT, each

MANUAL = "docs/manual.zh.md"
PAGES = ("README.md", "README.zh.md", "docs/operate.md", MANUAL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@each()
def test_every_file_says_what_it_is(source):
    assert not source.text.strip() or ast.get_docstring(source.tree)


@each("aid")
def test_every_public_function_of_the_domain_promises_something(source):
    public = [node for node in source.tree.body if isinstance(node, ast.FunctionDef)]
    assert not [node.name for node in public if node.name[0] != "_" and not ast.get_docstring(node)]


def test_the_make_targets_that_are_named_exist():
    makefile = page("Makefile")
    named = {target for name in PAGES for target in re.findall(r"\bmake ([a-z]+)[ `]", page(name) + " ")}
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert {"demo", "test", "run", "setup", "check", "bench"} <= targets
    assert named - {"is"} <= targets


def test_the_commands_that_are_named_exist():
    named = {command for name in PAGES for command in re.findall(r"flask --app app ([a-z][a-z-]*)", page(name))}
    assert named <= {command.name for command in commands.COMMANDS}


def test_our_commands_do_not_hide_flasks_own():
    assert not {command.name for command in commands.COMMANDS} & set(FlaskGroup().commands)


def test_every_command_says_what_it_does():
    assert all(command.help for command in commands.COMMANDS)


def test_the_readme_opens_with_the_two_commands_and_a_picture():
    opening = page("README.md").partition("## ")[0]
    assert opening.index("make demo") < opening.index("make test") < opening.index("docs/pictures/check-list.png")


@pytest.mark.parametrize("name", [*PAGES, "docs/decisions.md"])
def test_what_is_linked_exists(name):
    assert not [target for target in LINK.findall(page(name)) if not (ROOT / name).parent.joinpath(target).exists()]


def test_what_the_manual_names_and_quotes_stands_in_the_panel():
    kinds = (
        "templates/*.html",
        "static/**/*.js",
        "admin/**/*.py",
        "aid/**/*.py",
        "forms/*.py",
        "models.py",
        "codes.py",
    )
    panel = "".join(path.read_text(encoding="utf-8") for kind in kinds for path in ROOT.glob(kind))
    told = page(MANUAL)
    entries = set(re.findall(r'name="([^"]+)"', page("admin/__init__.py"))) | {model.title for model in MODELS}
    assert not {name for name in re.findall(r"\*\*([^*]+)\*\*", told) if name not in entries}
    assert not {words for words in re.findall(r"“([^”]+)”", told) if words not in panel}


def test_the_manuals_pictures_are_small():
    shown = [ROOT / "docs" / target for target in LINK.findall(page(MANUAL)) if target.endswith(".png")]
    assert len(shown) >= 4
    assert max(path.stat().st_size for path in shown) <= 150_000


@pytest.mark.parametrize("setting", fields(Config), ids=lambda setting: setting.name)
def test_every_setting_is_typed_and_in_the_manual(setting):
    assert setting.type
    assert setting.default is not MISSING
    assert re.search(
        rf"^\| `{setting.name.upper()}` \|.*\| {re.escape(setting.metadata['help'])} \|$", page("docs/operate.md"), re.M
    )
