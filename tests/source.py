"""This program's own source as the tests of its rules read it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    *("app", "coded", "codes", "commands", "config", "models", "offices", "rows"),
    *("admin", "aid", "bench", "forms", "tests"),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.Match


@dataclass(frozen=True)
class Source:
    """One file: `name` is its path from the root, `module` its dotted name."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    @property
    def layer(self) -> str:
        return "aid.rules" if self.module.startswith("aid.rules") else self.package

    @cached_property
    def text(self) -> str:
        return (ROOT / self.name).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def imported(self) -> Iterator[str]:
        """The dotted names it imports; of `from a import b` both `a` and `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{self}:{node.lineno} relative import"
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def nodes(self) -> Iterator[tuple[str, ast.AST]]:
        """Every node, with the name of the function it stands in ("" outside any)."""
        yield from _nodes(self.tree, "")

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call of a method, with the name of the function it stands in."""
        for function, node in self.nodes():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield function, node


def _nodes(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        yield function, child
        yield from _nodes(child, child.name if isinstance(child, Function) else function)


@cache
def every_source() -> tuple[Source, ...]:
    """Every Python file of ours, parsed once for all tests; what is installed beside them is not walked."""
    within = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    found = (path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.py"), *within))
    return tuple(Source(name) for name in sorted(found))


def sources(*packages: str) -> list[Source]:
    """The Python files of these packages, of all of ours where none is named."""
    wanted = packages or PACKAGES
    return [one for one in every_source() if one.package in wanted and (one.package != one.name)]


def each(*packages: str) -> Callable[[Callable[[Source], None]], Callable[[], None]]:
    """Ask a rule of every file of these packages: one test a rule, which names each file that breaks it, and how."""

    def asked(rule: Callable[[Source], None]) -> Callable[[], None]:
        def test() -> None:
            broken = {}
            for source in sources(*packages):
                try:
                    rule(source)
                except AssertionError as found:
                    broken[source.name] = str(found)
            assert not broken, "\n".join(f"{name}: {told}" for name, told in broken.items())

        test.__name__ = rule.__name__
        return test

    return asked


def root_of(node: ast.expr) -> ast.expr:
    """Where a chain of calls, attributes and subscripts begins: `visible` of `visible(m, s).where(…).select(…)`."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def depth_of(node: ast.AST, depth: int = 0) -> int:
    """How deep blocks are nested in a function; an elif is no deeper than its if, an inner function starts anew."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and [child] == node.orelse
        below = depth + (isinstance(child, BLOCKS) and not chained)
        deepest = max(deepest, depth_of(child, below))
    return deepest


def length_of(function: Function) -> int:
    return function.end_lineno - function.lineno + 1


def positional(function: Function) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))
