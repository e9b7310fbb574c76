"""What comes out the same each time it is made, made once for all tests: the databases they begin with, the compiled
templates of an application, the functions that build its addresses. And passwords and commits that cost less."""

import gc
import pickle
import shutil
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from aid import dialect
from aid.rules import passwords
from models import Operation, db

DEAR, CHEAP = passwords.COST["n"], 2**10
WAITING = dialect.PRAGMAS["synchronous"]
build_function = Rule._compile_builder
builders: dict[Hashable, Callable[..., Any]] = {}


class Kept:
    """SQLite files by what wrote them: whoever asks first has one made, everybody else gets a copy. A file that no
    connection has open is whole by itself, so that copying it is enough."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, bytes] = {}
        self._operations = 0  # in the database that was laid last

    def empty(self, path: Path) -> None:
        """Lay a database that holds nothing at `path`, and open it."""
        kept = self._folder / "empty.sqlite3"
        if not kept.exists():
            dialect.open_database("", kept)
        self._lay(kept, path)

    def begin(self, path: Path, make: Callable[[], Any]) -> Any:
        """Let the open database at `path` hold what `make` writes, and return what it returns. Where a test has
        written something before, and on PostgreSQL, `make` writes it anew."""
        if not dialect.on_sqlite() or Operation.select().count() != self._operations:
            return make()
        name = f"{make.__module__}.{make.__name__}"
        kept = self._folder / f"{name}.sqlite3"
        if name not in self._made:
            self._made[name] = pickle.dumps(make())
            db.close()
            shutil.copy(path, kept)
        db.close()
        self._lay(kept, path)
        return pickle.loads(self._made[name])

    def _lay(self, kept: Path, path: Path) -> None:
        shutil.copy(kept, path)
        dialect.bind("", path)
        db.connect()
        self._operations = Operation.select().count()


class Compiled(BytecodeCache):
    """By a template's name and whole source, which Jinja compares, what it was compiled to."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


compiled = Compiled()


def share_compiled(app: Flask) -> Flask:
    """Let the application use the templates that another has compiled."""
    app.jinja_env.bytecode_cache = compiled
    return app


def share_builders() -> None:
    """Let rules of the same address use one function: it is told the rule, and remembers nothing."""
    Rule._compile_builder = _known_builder


def _known_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in builders:
        builders[key] = build_function(rule, append_unknown)
    return builders[key]


def cheapen_passwords() -> None:
    """Keep passwords as always, at a small part of the cost, which stands beside each: for all but the tests that ask
    about the cost. A server has a process of its own, where it is what it is."""
    passwords.COST["n"] = CHEAP


def cheapen_commits() -> None:
    """Commit as always, without waiting for the disk: a test's file need not outlive a power cut, and what a killed
    process has committed is the system's already. A server has a process of its own, where every commit waits."""
    dialect.PRAGMAS["synchronous"] = "off"


def collect_less() -> None:
    """Never look for garbage among the collected tests, as a server never does in its program (serving.py)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
