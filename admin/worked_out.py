"""Columns that no table keeps: worked out in SQL for whoever looks, at the moment they look."""

from collections.abc import Mapping, Sequence
from typing import Any

import peewee as pw
from flask_login import current_user

from admin.columns import Column, Kind, beside_table
from admin.table import Table
from aid.scope import Scope

NOWHERE = Scope("!")  # where the table is looked at and nobody has asked for a page
FIELDS: dict[Kind, type[pw.Field]] = {Kind.NUMBER: pw.IntegerField, Kind.DATE: pw.DateField}


def worked_out(name: str, label: str, kind: Kind, *, expressions: Sequence[pw.Node], **more: Any) -> Column:
    """A column of these expressions, the first of which is filtered and sorted by. Its name is none of its model's."""
    field = FIELDS.get(kind, pw.CharField)(verbose_name=label, null=True)
    return beside_table(name, field, expressions=expressions, kind=kind, **more)


class WorkedOut:
    """Mixed into a view of a table that has such columns: they hang on the actor, so they are made for each request."""

    columns: Sequence[str]
    more: Mapping[str, Sequence[str]]

    def worked_out(self, scope: Scope) -> Mapping[str, Column]:
        """The columns by name, as they are seen from this scope."""
        raise NotImplementedError

    @property
    def table(self) -> Table:
        return self.tabled(self.columns)

    @property
    def sheet(self) -> Table:
        return self.tabled([name for column in self.columns for name in (column, *self.more.get(column, ()))])

    def made(self, wanted: Sequence[str]) -> list[Column]:
        own = self.worked_out(current_user.actor.scope if current_user else NOWHERE)
        kept = iter(super().made([name for name in wanted if name not in own]))
        return [own[name] if name in own else next(kept) for name in wanted]
