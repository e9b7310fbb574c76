"""What every new application makes again though it comes out the same, made once for all tests: its compiled templates
and the functions that build its addresses. Nothing else of an application is shared between tests."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

build_function = Rule._compile_builder
builders: dict[Hashable, Callable[..., Any]] = {}


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
