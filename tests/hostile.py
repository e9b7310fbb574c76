"""Text that a spreadsheet would take for something else, put wherever a clerk or a sheet could have put it."""

import peewee as pw

from models import MODELS, Row

PAYLOADS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"),
    *('=HYPERLINK("http://x","点我")', "=cmd|'/c calc'!A1", "http://x"),
)
FIXED = {"code", "login", "id_number", "head_id_number", "roll_no", "term", "entered", "networks", "action", "table"}
FIXED |= {"columns", "gesture", "digest", "file", "staged", "password_hash"}
FIXED |= {"kind", "reason", "cells", "header", "column"}
FIXED |= {"words", "layout", "before", "after", "household_no"}  # written by the program, in a form of its own


def columns_of(model: type[Row]) -> list[pw.Field]:
    """Those that hold what somebody wrote."""
    fields = model._meta.sorted_fields
    return [f for f in fields if isinstance(f, pw.CharField | pw.TextField) and not f.choices and f.name not in FIXED]


def fill_with_payloads() -> None:
    """Past the ledger, for not all of it would come in by the panel's doors. One payload after the other, row by row;
    the row's number follows where a column must differ."""
    for model in MODELS:
        payload = pw.Case(model.id % len(PAYLOADS), list(enumerate(PAYLOADS)))
        apart = {name for index in model._meta.indexes if isinstance(index, tuple) and index[1] for name in index[0]}
        for field in columns_of(model):
            unique = field.unique or field.name in apart
            model.update({field: payload.concat(model.id.cast("text")) if unique else payload}).execute()
