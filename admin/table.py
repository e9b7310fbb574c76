"""What a list is made of, apart from who looks and what they ask; and one row of it as it is shown."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import peewee as pw

from admin.columns import Column
from aid.rules.ruling import NOTHING, Said
from aid.scope import Scope, visible
from models import Row

Reach = Callable[[type[Row], Scope], pw.ModelSelect]  # `visible`, or `changeable` for a work list


class Cell(NamedTuple):
    """A plain tuple, for a page has a thousand. `code` is that of a row pointed at."""

    column: Column
    text: str
    value: Any
    code: str = ""

    @property
    def linked(self) -> str:
        """As a lookup fills it in, the code behind the name: what rules compare."""
        return f"{self.text} {self.code}" if self.code else self.text


@dataclass(frozen=True)
class Line:
    """One row of a list: its key, the version that was shown, its cells, where it was asked whether the row is in the
    scope to change, and what the rules of 着色与提醒 say of it."""

    id: int
    version: int
    cells: Sequence[Cell]
    mine: bool = False
    said: Said = NOTHING

    def __getitem__(self, name: str) -> Cell:
        for cell in self.cells:
            if cell.column.name == name:
                return cell
        raise KeyError(name)


@dataclass(frozen=True)
class SortKey:
    """A column that rows are sorted by, and whether backwards; no column is the row's own number."""

    column: Column | None
    back: bool

    @property
    def word(self) -> str:
        return "-" * self.back + (self.column.name if self.column else "id")


@dataclass(frozen=True)
class Table:
    """What a list is made of, apart from who looks and what they ask."""

    model: type[Row]
    columns: Sequence[Column]
    filters: Sequence[Column] = ()
    also: Sequence[Column] = ()
    search: Sequence[str] = ()
    sort: str = "id"
    tabs: str | None = None
    reach: Reach = visible
    defaults: Mapping[str, str] | None = None

    def column(self, name: str) -> Column | None:
        return next((column for column in self.known if column.name == name), None)

    @property
    def known(self) -> Sequence[Column]:
        """The columns an address may speak of: those shown, those only filtered by, and those `also` filtered by where
        an address asks, with a box on the page only then."""
        return (*self.columns, *self.filters, *self.also)

    def sort_keys(self, words: str) -> tuple[SortKey, ...]:
        """What "school,-name" sorts by: each column once, unknown words left out."""
        found: dict[str, SortKey] = {}
        for word in words.split(","):
            if column := self.column(word.strip().removeprefix("-")):
                found.setdefault(column.name, SortKey(column, word.strip().startswith("-")))
        return tuple(found.values())


def joined(query: pw.ModelSelect, columns: Iterable[Column]) -> pw.ModelSelect:
    """`query` with the rows that these columns are read from, each table once."""
    joins = {alias: on for column in columns for alias, on in column.joins}
    for alias, on in joins.items():
        query = query.join_from(query.model, alias, pw.JOIN.LEFT_OUTER, on=on)
    return query
