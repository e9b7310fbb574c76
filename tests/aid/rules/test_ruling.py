"""What rules say of a row on the server; the browser is asked the same cases."""

import pytest

from aid.rules.ruling import Asked, Ruling
from tests.aid.rules.colouring_cases import CODES, CONDITIONS, ROWS

COLUMNS = {name: Asked(name, "text") for name in ("one", "two")}
KNOWN = {"choice": CODES, "flag": {"是": "1", "否": "0"}}


@pytest.mark.parametrize(("kind", "how", "value", "fits", "not_so"), CONDITIONS)
def test_what_a_condition_asks_of_a_text(kind, how, value, fits, not_so):
    rule = {"column": "one", "how": how, "value": value, "scope": "row", "look": "red"}
    ruling = Ruling([rule], {"one": Asked("列", kind, KNOWN.get(kind, {}))})
    found = [ruling.of({"one": text}.__getitem__).look for text in [*fits, *not_so]]
    assert found == ["red"] * len(fits) + [""] * len(not_so)


@pytest.mark.parametrize(("rules", "texts", "look", "cells"), ROWS)
def test_what_rules_say_of_a_row(rules, texts, look, cells):
    said = Ruling(rules, COLUMNS).of(dict(zip(COLUMNS, texts, strict=True)).__getitem__)
    found = [said.cell(name) for name in COLUMNS]
    assert (said.look, [[one.look, one.marked, one.warn] for one in found]) == (look, cells)


def test_a_renamed_choice_is_still_the_one_that_was_meant():
    rule = {"column": "one", "how": "is", "value": "c2", "scope": "row", "look": "red"}
    for name in ("住校", "寄宿"):
        ruling = Ruling([rule], {"one": Asked("走读", "choice", {"走读": "c1", name: "c2"})})
        assert [ruling.of({"one": text}.__getitem__).look for text in (name, "走读")] == ["red", ""]
        assert ruling.told == [("red", f"走读 等于 {name}（整行）", "")]


def test_what_is_warned_of_stands_in_the_order_of_the_rules():
    rules = [{"column": name, "how": "blank", "scope": "cell", "warn": f"补{name}"} for name in ("two", "one", "two")]
    said = Ruling(rules, COLUMNS).of(lambda _: "")
    assert list(said.warnings.items()) == [("two", "补two"), ("one", "补one")]
