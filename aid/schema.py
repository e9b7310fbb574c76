"""The tables of an earlier version of the program, brought up to this one's: columns added, converted, dropped, and
indexes that nobody asks any more.

All of it happens in one transaction, after a whole copy of the SQLite file has been laid beside it. Used by
aid.dialect.open_database alone, before anything is read.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peewee as pw

from aid.rules.eligibility import school_year_of
from models import MODELS, Row, db, now

DROPPED = {  # (table, column of an earlier version) -> what its values become
    ("account", "active"): 'UPDATE "account" SET "status" = \'disabled\' WHERE NOT "active"',
    ("account", "session_token"): "",
}
FILLED = {  # (table, column that is new) -> what fills it where rows are there already
    ("beneficiary", "aid_until"): (
        'UPDATE "beneficiary" SET "aid_until" = (SELECT "left_poverty" + 3 FROM "register_person" '
        'WHERE "register_person"."id" = "beneficiary"."register_person_id")'
    ),
    ("beneficiary", "eligible"): (  # after aid_until, by their names' order
        'UPDATE "beneficiary" SET "eligible" = ("aid_until" IS NULL OR "aid_until" >= {school_year})'
    ),
}
LATER = "the database is a later version's ({}.{} is unknown here): start that version, or put back an older copy"


def bring_up_to_date(kept: Path | None) -> Path | None:
    """Give the open database every table and column of the models, and no other column. Raises RuntimeError, and
    changes nothing, where a later version of the program has written it.

    `kept` is the SQLite file; where columns differ a copy of it is made first: its path is returned, None where there
    was nothing to change or the database is PostgreSQL's, which keeps its own copies.
    """
    steps = [step for model in MODELS if db.table_exists(model) for step in _steps(model)]
    copy = _copy(kept) if steps and kept else None
    with db.atomic():
        for step in steps:
            db.execute_sql(step)
        db.create_tables(MODELS)
    return copy


def _steps(model: type[Row]) -> Iterator[str]:
    table = model._meta.table_name
    there = {column.name for column in db.get_columns(table)}
    wanted = {field.column_name: field for field in model._meta.sorted_fields}
    for name in sorted(wanted.keys() - there):
        yield f'ALTER TABLE "{table}" ADD COLUMN {_definition(wanted[name])}'
        if filling := FILLED.get((table, name)):
            yield filling.format(school_year=school_year_of(now().date()))
    for name in sorted(there - wanted.keys()):
        if (table, name) not in DROPPED:
            raise RuntimeError(LATER.format(table, name))
        if conversion := DROPPED[table, name]:
            yield conversion
        for index in db.get_indexes(table):
            if name in index.columns:
                yield f'DROP INDEX "{index.name}"'
        yield f'ALTER TABLE "{table}" DROP COLUMN "{name}"'
    indexes = {index.name for index in db.get_indexes(table)}
    for name, field in wanted.items():
        if not (field.index or field.unique) and f"{table}_{name}" in indexes:
            yield f'DROP INDEX "{table}_{name}"'


def _definition(field: pw.Field) -> str:
    """The column as CREATE TABLE would have it, with a value for the rows that are there."""
    context = db.get_sql_context()
    sql, _ = context.sql(field.ddl(context)).query()
    value = field.default() if callable(field.default) else field.default
    return sql if value is None else f"{sql} DEFAULT {_literal(field.db_value(value))}"


def _literal(value: Any) -> str:
    if isinstance(value, bool | int):
        return str(value).upper()
    text = value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"


def _copy(kept: Path) -> Path:
    copy = kept.with_name(f"{kept.stem}-before-{now():%Y%m%d-%H%M%S}{kept.suffix}")
    db.execute_sql("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)
    return copy
