"""How one stored value reads on a page, in a history and in a workbook."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import peewee as pw

from aid.rules import money
from aid.rules.cells import decimal_told
from aid.rules.times import local
from models import Decimals, Fen


def label_of(field: pw.Field, value: Any) -> str:
    """`value` of `field` as a clerk reads it: choices by label, 是/否, money in yuan, moments in the county's
    time, nothing as "".

    A foreign key is not resolved here: its rows are read in one batch by whoever shows many.

    >>> label_of(pw.CharField(choices=[("male", "男")]), "male"), label_of(pw.BooleanField(), False)
    ('男', '否')
    >>> label_of(pw.DateTimeField(), dt.datetime(2026, 8, 31, 16, 30)), label_of(pw.DateField(), None)
    ('2026-09-01 00:30', '')
    """
    if value is None:
        return ""
    if field.choices:
        return dict(field.choices).get(value, str(value))
    if isinstance(field, Fen):
        return money.told(value)
    if isinstance(field, Decimals):
        return decimal_told(value)
    if isinstance(field, pw.BooleanField):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return f"{local(value):%Y-%m-%d %H:%M}"
    return str(value)


def changes_as_text(changes: Iterable[tuple[str, str, str]]) -> str:
    """(column, before, after) of each change as one text, for a cell of a workbook.

    >>> changes_as_text([("年级", "三年级", "四年级"), ("班级", "", "1班")])
    '年级：三年级→四年级；班级：（空）→1班'
    """
    return "；".join(f"{column}：{before or '（空）'}→{after or '（空）'}" for column, before, after in changes)
