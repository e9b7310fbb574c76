"""What every table shares: the database, a row and its version, and the columns' short hands."""

import datetime as dt
from typing import ClassVar

import peewee as pw

from coded import Coded

db = pw.DatabaseProxy()
_found_empty = pw.Expression._is_rhs_empty


def _is_empty(expression: pw.Expression, right: object, ctx: pw.Context) -> bool:
    """Whether `x IN right` has nothing to look in. Of a SELECT Peewee makes the whole SQL to find out that it has, and
    then once more to say it: twice at every depth, and what an actor may see is nested several deep."""
    return not isinstance(right, pw.BaseQuery) and _found_empty(expression, right, ctx)


pw.Expression._is_rhs_empty = _is_empty


def now() -> dt.datetime:
    """The present moment in UTC, as every table stores it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)


class LastingId(pw.AutoField):
    """A key that is never given out twice, so that the history of a removed row cannot become another row's."""

    def ddl(self, ctx: pw.Context) -> pw.Node:
        column = super().ddl(ctx)
        if isinstance(db.obj, pw.SqliteDatabase):  # PostgreSQL's sequences keep the promise by themselves
            return pw.NodeList((column, pw.SQL("AUTOINCREMENT")))
        return column


class Quantity(pw.IntegerField):
    """How many: what may be added up. A year or a serial is a number too, but its sum says nothing."""


class Decimals(Quantity):
    """A number with up to four decimals: whole ten-thousandths in the database (aid.rules.cells.decimal)."""

    field_type = "BIGINT"


class Answer(pw.BooleanField):
    """Yes or no, kept as the text 1 or 0 in a column that holds texts."""

    field_type = "VARCHAR"

    def db_value(self, value: bool | str | None) -> str | None:
        return value if value is None or isinstance(value, str) else str(int(value))

    def python_value(self, value: str | None) -> bool | None:
        return None if value is None else value == "1"


class Fen(Quantity):
    """Money: whole fen in the database, typed and shown as yuan (aid.rules.money)."""


class Row(pw.Model):
    """A table. `secret` names columns whose values are never shown and never kept in history; `inner` those that are
    for the program, not for a page; `lasting` those that an undo leaves as they are; `named_by` the columns by which a
    row is called where another points at it."""

    secret: ClassVar[frozenset[str]] = frozenset()
    lasting: ClassVar[frozenset[str]] = frozenset()
    inner: ClassVar[frozenset[str]] = frozenset({"id", "version"})
    title: ClassVar[str]
    named_by: ClassVar[tuple[str, ...]] = ("name",)

    id = LastingId(verbose_name="编号")

    class Meta:
        database = db
        legacy_table_names = False


class Versioned(Row):
    """A row people change. The ledger raises `version` with every change, so a form can tell an old page."""

    version = pw.IntegerField(verbose_name="版本", default=1)


def spare(kind: type[pw.Field], **options: object) -> pw.Field:
    return kind(null=True, verbose_name="备用列", **options)


class Extensible(Versioned):
    """A row whose table the county may give columns of its own. They are spare ones here, NULL until a definition
    (offices.OwnColumn) gives one its meaning; who shows, reads or writes one asks aid.own_columns what it is."""

    own_text_1 = spare(pw.CharField, max_length=200)
    own_text_2 = spare(pw.CharField, max_length=200)
    own_text_3 = spare(pw.CharField, max_length=200)
    own_text_4 = spare(pw.CharField, max_length=200)
    own_text_5 = spare(pw.CharField, max_length=200)
    own_text_6 = spare(pw.CharField, max_length=200)
    own_text_7 = spare(pw.CharField, max_length=200)
    own_text_8 = spare(pw.CharField, max_length=200)
    own_number_1 = spare(Decimals)
    own_number_2 = spare(Decimals)
    own_number_3 = spare(Decimals)
    own_number_4 = spare(Decimals)
    own_date_1 = spare(pw.DateField)
    own_date_2 = spare(pw.DateField)
    own_date_3 = spare(pw.DateField)
    own_date_4 = spare(pw.DateField)


SLOTS = tuple(name for name in Extensible._meta.fields if name.startswith("own_"))


def text(label: str, length: int, **options: object) -> pw.CharField:
    return pw.CharField(length, verbose_name=label, **options)


def choice(label: str, codes: type[Coded], **options: object) -> pw.CharField:
    return pw.CharField(20, verbose_name=label, choices=codes.choices(), **options)


def points_at(label: str, table: "type[Row] | str", **options: object) -> pw.ForeignKeyField:
    return pw.ForeignKeyField(table, verbose_name=label, on_delete="RESTRICT", **{"backref": "+"} | options)
