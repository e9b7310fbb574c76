"""The rules of test_architecture.py find what they forbid: each is shown one piece of code that breaks it."""

import ast

import pytest

from tests.source import Source, depth_of, each, length_of, positional, sources
from tests.test_architecture import WRITES, unscoped_reads, whole_server_reads


def source_of(code: str) -> Source:
    source = Source("aid/invented.py")
    source.__dict__["text"] = code
    return source


@pytest.mark.parametrize(
    "code",
    [
        "Beneficiary.select().where(True)",
        "Beneficiary.get_by_id(3)",
        "models.Beneficiary.get_or_none(id=3)",
        "field.rel_model.select()",
        "fn.EXISTS(Beneficiary.select())",
        "self.model.select()",
    ],
)
def test_a_read_past_the_scope_is_found(code):
    assert unscoped_reads(source_of(f"def f():\n    {code}")) == {("f", 2)}


@pytest.mark.parametrize("code", ["visible(Beneficiary, scope).select()", "query.where(True).count()", "row.get('a')"])
def test_a_read_through_the_scope_is_none(code):
    assert not unscoped_reads(source_of(code))


@pytest.mark.parametrize("code", ["visible(Region, SYSTEM.scope)", "visible(Region, Scope(''))", 'Scope("")'])
def test_a_look_at_the_whole_server_is_found(code):
    assert whole_server_reads(source_of(f"def f():\n    {code}")) == {("aid/invented.py", "f")}


@pytest.mark.parametrize(
    "code",
    [
        "row.save()",
        "Beneficiary.create(name='a')",
        "Beneficiary.update(name='a').execute()",
        "row.delete_instance()",
        "db.execute_sql('DELETE FROM beneficiary')",
        "model.insert_many(rows).execute()",
    ],
)
def test_a_write_past_the_ledger_is_found(code):
    assert [call.func.attr for _, call in source_of(code).calls() if call.func.attr in WRITES]


def test_imports_are_told_in_full():
    code = "import peewee as pw\nfrom aid.rules import names\nfrom models import db"
    assert list(source_of(code).imported()) == ["peewee", "aid.rules", "aid.rules.names", "models", "models.db"]


def test_a_function_is_measured_as_the_house_counts():
    code = "def f(self, a, b, *, c):\n    if a:\n        pass\n    elif b:\n        for x in c:\n            pass\n"
    [function] = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    assert (length_of(function), depth_of(function), positional(function)) == (6, 2, 2)


def test_a_rule_that_is_broken_names_every_file_that_breaks_it():
    def rule(source):
        assert source.package == "admin"

    with pytest.raises(AssertionError) as found:
        each("admin", "forms")(rule)()
    assert [source.name for source in sources("admin", "forms") if source.name in str(found.value)] == [
        *map(str, sources("forms"))
    ]
