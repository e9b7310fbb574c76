"""What a kept view of a table may hold: the words of an address, how the columns stand, and rules that colour them.
Nothing else gets in."""

import json
from collections.abc import Collection, Mapping, Set
from typing import Any

from aid.rules.colouring import rules_fault

LARGEST = 8_000  # bytes of each
NARROWEST, WIDEST = 30, 800  # of a column, in pixels
ENDS = ("_from", "_to")
OWN = "own"  # of a layout: by the name of a spare column which column of the county's own it meant, by its number


def packed(value: Mapping[str, Any]) -> str:
    """The one text of these words, or of this layout, that is kept; the same for the same content.

    >>> packed({"sort": "name", "grade": "=三年级"})
    '{"grade":"=三年级","sort":"name"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def words_fault(words: Any, columns: Collection[str]) -> str | None:
    """What is wrong with the words of an address: filters and ends of ranges by column, sort, group, search, all.

    >>> words_fault({"grade": "=三年级", "born_from": "2015-01-01", "sort": "-grade,born"}, {"grade", "born"})
    >>> words_fault({"password": "1"}, {"grade"})
    '不认识的条件“password”'
    """
    if not isinstance(words, Mapping) or not all(_is_text(part) for pair in words.items() for part in pair):
        return "条件的写法不对"
    if _size(words) > LARGEST:
        return "条件太长，请减少选中的值"
    for word, value in words.items():
        if not _knows(word, value, columns):
            return f"不认识的条件“{word[:40]}”"
    return None


def layout_fault(layout: Any, columns: Collection[str]) -> str | None:
    """What is wrong with a layout: `columns` in their order, each with its name, and width and hidden where they are
    not as usual; `frozen`, how many of them stay in sight; `rules`, which colour and warn (aid/rules/colouring.py);
    `own`, which columns of the county's own are meant by those that have been given different meanings.

    >>> layout_fault({"columns": [{"name": "grade", "width": 90}, {"name": "born", "hidden": True}], "frozen": 1},
    ...     {"grade", "born"})
    >>> layout_fault({"columns": [{"name": "grade", "width": 9}]}, {"grade"})
    '列“grade”的宽度应在 30 到 800 之间'
    """
    if not isinstance(layout, Mapping) or not layout.keys() <= {"columns", "frozen", "rules", OWN}:
        return "列的写法不对"
    own = layout.get(OWN, {})
    if not isinstance(own, Mapping) or any(name not in columns or type(one) is not int for name, one in own.items()):
        return "列的写法不对"
    listed, frozen = layout.get("columns", []), layout.get("frozen", 0)
    if not isinstance(listed, list) or not all(isinstance(column, Mapping) for column in listed):
        return "列的写法不对"
    names = [column.get("name") for column in listed]
    if any(not isinstance(name, str) or name not in columns for name in names) or len(set(names)) < len(names):
        return "有不认识的列，或同一列出现两次"
    if type(frozen) is not int or not 0 <= frozen <= len(names):
        return "冻结的列数不对"
    if fault := next((fault for column in listed if (fault := _column_fault(column))), None):
        return fault
    if _size({"columns": listed}) > LARGEST:  # the last of the columns: until here they may hold anything
        return "列太多，保存不下"
    return rules_fault(layout.get("rules", []), columns)


def named(layout: Mapping[str, Any], words: Mapping[str, str]) -> set[str]:
    """The columns that a sound view names anywhere.

    >>> sorted(named({"columns": [{"name": "a"}], "rules": [{"column": "b"}]}, {"c_from": "1", "sort": "-d", "e": "1"}))
    ['a', 'b', 'c', 'c_from', 'd', 'e']
    """
    found = {column["name"] for column in layout.get("columns", [])}
    found |= {rule["column"] for rule in layout.get("rules", [])}
    return found | {name for word, value in words.items() for name in _asked_of(word, value)}


def without(
    layout: Mapping[str, Any], words: Mapping[str, str], names: Set[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """A sound view without everything that names one of these columns.

    >>> layout = {"columns": [{"name": "a"}, {"name": "b"}], "rules": [{"column": "b"}], "own": {"a": 1, "b": 2}}
    >>> without(layout, {"b_to": "1"}, {"b"})
    ({'columns': [{'name': 'a'}], 'rules': [], 'own': {'a': 1}}, {})
    >>> without({}, {"sort": "-b,a", "group": "b"}, {"b"})
    ({}, {'sort': 'a'})
    """
    kept: dict[str, Any] = dict(layout)
    for part, name in (("columns", "name"), ("rules", "column")):
        if part in kept:
            kept[part] = [one for one in kept[part] if one[name] not in names]
    if OWN in kept:
        kept[OWN] = {name: meant for name, meant in kept[OWN].items() if name not in names}
    asked = {word: value for word, value in words.items() if not names & _asked_of(word, value) or word == "sort"}
    if "sort" in asked:
        keys = [key for key in asked["sort"].split(",") if key.removeprefix("-") not in names]
        asked = {word: value for word, value in (asked | {"sort": ",".join(keys)}).items() if value}
    return kept, asked


def _asked_of(word: str, value: str) -> set[str]:
    """The columns that a word of an address may speak of."""
    if word == "sort":
        return {part.removeprefix("-") for part in value.split(",")}
    return {value} if word == "group" else {word, *(word.removesuffix(end) for end in ENDS)}


def _column_fault(column: Mapping[str, Any]) -> str | None:
    if not column.keys() <= {"name", "width", "hidden"} or type(column.get("hidden", False)) is not bool:
        return f"列“{column['name']}”的写法不对"
    width = column.get("width", NARROWEST)
    if type(width) is not int or not NARROWEST <= width <= WIDEST:
        return f"列“{column['name']}”的宽度应在 {NARROWEST} 到 {WIDEST} 之间"
    return None


def _knows(word: str, value: str, columns: Collection[str]) -> bool:
    if word == "sort":
        return all(part.removeprefix("-") in columns for part in value.split(","))
    if word == "group":
        return value in columns
    if word == "all":
        return value == "1"
    return word == "search" or word in columns or any(word.removesuffix(end) in columns for end in ENDS)


def _is_text(part: Any) -> bool:
    return isinstance(part, str) and part != "" and "\0" not in part


def _size(value: Mapping[str, Any]) -> int:
    return len(packed(value).encode())
