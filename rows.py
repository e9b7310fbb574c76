"""What every table shares: the database, a row and its version, and the columns' short hands."""

import datetime as dt
from typing import ClassVar

import peewee as pw

from codes import Coded

db = pw.DatabaseProxy()


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


def text(label: str, length: int, **options: object) -> pw.CharField:
    return pw.CharField(length, verbose_name=label, **options)


def choice(label: str, codes: type[Coded], **options: object) -> pw.CharField:
    return pw.CharField(20, verbose_name=label, choices=codes.choices(), **options)


def points_at(label: str, table: "type[Row] | str", **options: object) -> pw.ForeignKeyField:
    return pw.ForeignKeyField(table, verbose_name=label, on_delete="RESTRICT", **{"backref": "+"} | options)
