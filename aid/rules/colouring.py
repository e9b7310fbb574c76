"""着色与提醒: the rules of a kept view that colour a cell or its row, or warn on the cell, by what the cell shows.

Here is which rules may be kept; what they say of a row is aid/rules/ruling.py's, and static/ruled.js's in a browser.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any

from aid.rules.id_numbers import holds_one

MOST = 20  # of one view
LONGEST_VALUE, LONGEST_WARNING = 40, 60
LOOKS = {"red": "红", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫"}
SCOPES = {"cell": "这一格", "row": "整行"}
HOWS = {
    "is": "等于",
    "is_not": "不等于",
    "has": "包含",
    "blank": "为空",
    "filled": "不为空",
    "over": "大于",
    "under": "小于",
    "after": "晚于",
    "before": "早于",
}
BARE = ("blank", "filled")  # compare with nothing
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,4})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def rules_fault(rules: Any, columns: Collection[str]) -> str | None:
    """What is wrong with the rules of a view, by the number of the first that is wrong: each names one of `columns`,
    how it is compared, with which value, what is coloured, and its colour, its warning or both.

    >>> red = {"column": "grade", "how": "is", "value": "三年级", "scope": "row", "look": "red"}
    >>> missing = {"column": "born", "how": "blank", "scope": "cell", "warn": "请补出生日期"}
    >>> rules_fault([red, missing], {"grade", "born"})
    >>> rules_fault([red | {"look": "pink"}], {"grade"})
    '第 1 条规则：没有这种颜色'
    >>> rules_fault([red, red | {"how": "over"}], {"grade"})
    '第 2 条规则：大于、小于要和数字比，如 12 或 1250.5'
    """
    if not isinstance(rules, list):
        return "着色与提醒的写法不对"
    if len(rules) > MOST:
        return f"着色与提醒最多 {MOST} 条规则"
    faults = ((number, _rule_fault(rule, columns)) for number, rule in enumerate(rules, 1))
    return next((f"第 {number} 条规则：{fault}" for number, fault in faults if fault), None)


def _rule_fault(rule: Any, columns: Collection[str]) -> str | None:
    known = {"column", "how", "value", "scope", "look", "warn"}
    if not isinstance(rule, Mapping) or not rule.keys() <= known or not all(isinstance(v, str) for v in rule.values()):
        return "写法不对"
    if rule.get("column") not in columns:
        return "没有这一列"
    if rule.get("scope") not in SCOPES:
        return "要说明给这一格还是整行着色"
    if rule.get("look", "") not in {"", *LOOKS}:
        return "没有这种颜色"
    if not rule.get("look") and not rule.get("warn"):
        return "请选一种颜色，或写一句提醒"
    return _value_fault(rule.get("how", ""), rule.get("value", "")) or _warning_fault(rule.get("warn", ""))


def _value_fault(how: str, value: str) -> str | None:
    if how not in HOWS:
        return "没有这种条件"
    if how in BARE:
        return "为空、不为空不用填写值" if value else None
    if not value.strip():
        return "请填写要比较的值"
    if len(value) > LONGEST_VALUE or not value.isprintable():
        return f"要比较的值最多 {LONGEST_VALUE} 个字，不能有换行"
    if how in ("over", "under") and not _NUMBER.fullmatch(value):
        return "大于、小于要和数字比，如 12 或 1250.5"
    if how in ("after", "before") and not _is_day(value):
        return "晚于、早于要和日期比，如 2026-09-01"
    return "不能写完整的身份证号" if holds_one(value) else None


def _warning_fault(warning: str) -> str | None:
    if len(warning) > LONGEST_WARNING or not warning.isprintable():
        return f"提醒最多 {LONGEST_WARNING} 个字，不能有换行"
    return "提醒里不能写完整的身份证号" if holds_one(warning) else None


def _is_day(value: str) -> bool:
    try:
        return bool(_DAY.fullmatch(value) and dt.date.fromisoformat(value))
    except ValueError:
        return False
