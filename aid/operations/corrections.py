"""What a school may write in a check, and what each value must be."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import peewee as pw

from aid.errors import RuleBroken
from aid.rules.times import local
from models import CORRECTABLE, Beneficiary, now

FIELDS = Beneficiary._meta.fields


def cleaned(corrections: Mapping[str, Any]) -> dict[str, Any]:
    """Corrections as the columns keep them. Raises RuleBroken, with every fault, for what cannot be."""
    values, faults = {}, []
    for name, value in corrections.items():
        if name not in (*CORRECTABLE, "remark"):
            raise RuleBroken(f"“{FIELDS[name].verbose_name if name in FIELDS else name}”不能在核对中修改")
        field = FIELDS[name]
        value = value.strip() if isinstance(value, str) else value
        values[name] = None if value == "" and field.null else value
        faults += [f"{field.verbose_name}：{fault}" for check in CHECKS if (fault := check(field, values[name]))]
    if faults:
        raise RuleBroken("；".join(faults))
    return values


def _required(field: pw.Field, value: Any) -> str:
    empty = value is None and not field.null
    return "不能为空" if empty or (field.name == "name" and not value) else ""


def _too_long(field: pw.Field, value: Any) -> str:
    too_long = isinstance(field, pw.CharField) and value is not None and len(value) > field.max_length
    return f"最多 {field.max_length} 个字" if too_long else ""


def _not_listed(field: pw.Field, value: Any) -> str:
    listed = not field.choices or value is None or value in dict(field.choices)
    return "" if listed else f"没有“{value}”这一项"


def _no_date(field: pw.Field, value: Any) -> str:
    if not isinstance(field, pw.DateField) or value is None:
        return ""
    if not isinstance(value, dt.date):
        return "不是日期"
    return "不能晚于今天" if value > local(now()).date() else ""


CHECKS: tuple[Callable[[pw.Field, Any], str], ...] = (_required, _too_long, _not_listed, _no_date)
