"""Lists made of one query: each column is an SQL expression with its title, and labels for the codes it may hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import peewee as pw

from aid import dialect
from aid.workbooks.sheets import Cell, Column
from codes import Coded

YES_NO = {True: "是", False: "否"}  # a database's 1 and 0 are these too


@dataclass(frozen=True)
class Shown:
    """A column of the sheet, and where its cells come from."""

    column: Column
    node: pw.Node
    labels: Mapping[Any, str] | None = None


def shown(field: pw.Field, width: float, *, centred: bool = False, wraps: bool = False) -> Shown:
    """A field under its own title; a date as 2026-09-01, whatever the database."""
    labels = dict(field.choices) if field.choices else YES_NO if isinstance(field, pw.BooleanField) else None
    node = field.cast("text") if isinstance(field, pw.DateField) else field
    return Shown(Column(field.verbose_name, width, centred=centred, wraps=wraps), node, labels)


def worked_out(
    title: str, node: pw.Node, width: float, *, centred: bool = False, codes: type[Coded] | None = None
) -> Shown:
    """What SQL works out: a text, or one of `codes`."""
    return Shown(Column(title, width, centred=centred), node, dict(codes.choices()) if codes else None)


def cells_of(query: pw.ModelSelect, columns: Sequence[Shown], *besides: pw.Node) -> Iterator[tuple[list[Cell], Any]]:
    """For each row of `query` the cells of `columns`, and the values of `besides` as the database has them."""
    labelled = [(at, one.labels) for at, one in enumerate(columns) if one.labels]
    width = len(columns)
    for row in dialect.fetched(query.select(*(one.node for one in columns), *besides)):
        cells = list(row[:width])
        for at, labels in labelled:
            cells[at] = labels.get(cells[at], cells[at])
        yield cells, row[width:]
