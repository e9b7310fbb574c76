"""What the grid's script is told: columns, rows, faults, as plain lists and dicts for JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from flask import url_for

from admin.columns import Column, Kind
from admin.table import Line
from aid.editing import CellFault
from aid.operations.saved_views import View
from aid.rules import colouring, names

WIDTHS = {
    Kind.LINK: 190,
    Kind.MOMENT: 130,
    Kind.DATE: 96,
    Kind.FLAG: 72,
    Kind.NUMBER: 76,
    Kind.MONEY: 96,
    Kind.DECIMAL: 96,
    Kind.CHOICE: 106,
}
BY_NAME = {"id_number": 162, "name": 84, "remark": 180, "sentence": 320, "message": 320, "code": 118, "networks": 160}
PERSONS, LONG_NAME = 40, 220  # letters of a person's name; pixels of a school's, which is longer
YES_NO = ("是", "否")
BADGES = ("state", "status", "kind", "result", "report")  # choices shown in the colour of their code


def told_columns(columns: Iterable[Column], *, editable: Sequence[str], addable: Sequence[str]) -> list[dict[str, Any]]:
    """Every column of a grid as its script needs to know it."""
    return [_told_column(column, column.name in editable, column.name in addable) for column in columns]


def _told_column(column: Column, editable: bool, addable: bool) -> dict[str, Any]:
    told = {
        "name": column.name,
        "label": column.label,
        "kind": column.kind.name.lower(),
        "editable": editable,
        "addable": addable,
        "width": _width(column),
        "empty": bool(column.field.null) or column.kind is Kind.TEXT,
    }
    if column.kind is Kind.CHOICE:
        labels = (column.labels or {}).items()
        told["choices"] = [[label, _initials(label), code] for code, label in labels if code not in column.closed]
        told["closed"] = [[label, code] for code, label in labels if code in column.closed]
        told["badge"] = column.name in BADGES
    if column.kind is Kind.FLAG:
        told["choices"] = [[label, _initials(label), code] for label, code in zip(YES_NO, "10", strict=True)]
    if column.looks_up:
        told["lookup"] = url_for(".lookup_view", column_name=column.name)
    return told


def _width(column: Column) -> int:
    """Pixels that fit what the column usually holds, and its own label."""
    usual = BY_NAME.get(column.name.rpartition(".")[2], WIDTHS.get(column.kind, 84))
    if column.name == "name" and column.field.max_length > PERSONS:
        usual = LONG_NAME
    return max(usual, 14 * len(column.label) + 34)


@lru_cache(maxsize=1000)
def _initials(label: str) -> str:
    """The pinyin initials of a label, for choosing by typing."""
    return names.initials(label)


def told_line(line: Line) -> list[Any]:
    """One row: id, version, whether it is the actor's to change, its texts in the order of the columns; last, where
    columns point at other rows, the codes of these in their order."""
    codes = [cell.code for cell in line.cells if cell.column.kind is Kind.LINK]
    return [line.id, line.version, int(line.mine), *(cell.text for cell in line.cells), *([codes] if codes else ())]


def told_values(found: Iterable[tuple[str, str, int]]) -> list[list[Any]]:
    """Each value of a column as [text, word for its filter, rows, pinyin initials]."""
    return [[text, word, rows, _initials(text)] for text, word, rows in found]


def told_views(views: Iterable[View]) -> list[dict[str, Any]]:
    """The views that have a name."""
    return [asdict(view) for view in views if view.name]


def told_ruling() -> dict[str, Any]:
    """What a rule of 着色与提醒 may say, each word with its label, and how much of it."""
    return {
        "hows": list(colouring.HOWS.items()),
        "looks": list(colouring.LOOKS.items()),
        "scopes": list(colouring.SCOPES.items()),
        "most": colouring.MOST,
        "longest": {"value": colouring.LONGEST_VALUE, "warn": colouring.LONGEST_WARNING},
    }


def told_faults(faults: Iterable[CellFault]) -> list[list[Any]]:
    """Each fault as [row, column, sentence, what stands there now or None]."""
    return [[fault.row, fault.column, fault.sentence, fault.theirs] for fault in faults]
