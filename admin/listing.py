"""From what an address asks (filters, search, sort, page) to the rows of one list. Reads through `visible` alone.

A page costs three statements however many rows the table has: the ids of the page, its rows with their joins, and
the counts. Ids come first so that the joins are made for 50 rows, not for all that are skipped.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any

import peewee as pw

from admin.columns import BLANK, Column, Kind
from aid.rules import names
from aid.rules.times import utc
from aid.scope import Scope, significant, visible
from models import Row

PAGE = 50
MOST_PAGES = 1_000_000
WHOLE_ID = 18


Reach = Callable[[type[Row], Scope], pw.ModelSelect]  # `visible`, or `changeable` for a work list


@dataclass(frozen=True)
class Cell:
    column: Column
    text: str
    value: Any


@dataclass(frozen=True)
class Line:
    """One row of a list: its key, the version that was shown, its cells."""

    id: int
    version: int
    cells: Sequence[Cell]

    def __getitem__(self, name: str) -> Cell:
        for cell in self.cells:
            if cell.column.name == name:
                return cell
        raise KeyError(name)


@dataclass(frozen=True)
class Table:
    """What a list is made of, apart from who looks and what they ask."""

    model: type[Row]
    columns: Sequence[Column]
    filters: Sequence[Column] = ()
    search: Sequence[str] = ()
    sort: str = "id"
    tabs: str | None = None
    reach: Reach = visible
    defaults: Mapping[str, str] | None = None

    def column(self, name: str) -> Column | None:
        return next((column for column in self.known if column.name == name), None)

    @property
    def known(self) -> Sequence[Column]:
        """The columns an address may speak of: those shown, and those only filtered by."""
        return (*self.columns, *self.filters)


class Listing:
    """One look at a table: `asked` are the address's words, cleaned of what the table does not know."""

    def __init__(
        self, table: Table, scope: Scope, asked: Mapping[str, str], *, narrow: pw.Expression | None = None
    ) -> None:
        self.table, self.scope, self.narrow = table, scope, narrow
        self.term = asked.get("search", "").strip() if table.search else ""
        self.finds_by_id = "id_number" in table.search and len(self.term) == WHOLE_ID and self.term.isascii()
        self.filters = {c.name: asked[c.name].strip() for c in table.known if asked.get(c.name, "").strip()}
        self.ranges = {key: asked[key] for key in self._range_names() if asked.get(key)}
        self.shows_all = asked.get("all") == "1"
        self.sort = asked.get("sort") if table.column((asked.get("sort") or "").lstrip("-")) else table.sort
        self.page = _whole(asked.get("page"), most=MOST_PAGES)

    def _range_names(self) -> Iterator[str]:
        for column in self.table.known:
            if column.kind in (Kind.DATE, Kind.MOMENT):
                yield from (f"{column.name}_from", f"{column.name}_to")

    # -- which rows -----------------------------------------------------------

    @cached_property
    def hides(self) -> dict[str, str]:
        """The filters a work list sets by itself, unless asked otherwise or a whole ID number is searched."""
        if self.finds_by_id or self.shows_all:
            return {}
        return {name: value for name, value in (self.table.defaults or {}).items() if name not in self.filters}

    @cached_property
    def where(self) -> pw.Expression | None:
        """The condition on rows, apart from scope; None when every visible row is meant."""
        return self._where({**self.hides, **self.filters})

    def _where(self, filters: Mapping[str, str]) -> pw.Expression | None:
        parts = [] if self.narrow is None else [self.narrow]
        if self.term:
            parts.append(self._found())
        if not self.finds_by_id:
            parts += [self._filter(self.table.column(name), value) for name, value in filters.items()]
            parts += [self._range(key, value) for key, value in self.ranges.items()]
        return reduce(and_, parts) if parts else None

    def _visible(self, *where: pw.Expression | None) -> pw.ModelSelect:
        query = self.table.reach(self.table.model, self.scope)
        return (
            query.where(*(part for part in where if part is not None)) if any(w is not None for w in where) else query
        )

    def _found(self) -> pw.Expression:
        fields = [self.table.model._meta.fields[name] for name in self.table.search]
        if self.finds_by_id:
            return self.table.model.id_number == self.term.upper()
        if names.are_initials(self.term) and self.table.search:
            return self.table.model.id.in_(self._with_initials(fields[0]))
        return reduce(or_, (field.contains(self.term) for field in fields))

    def _with_initials(self, field: pw.Field) -> list[int]:
        rows = self._visible().select(self.table.model.id, field).tuples()
        return [key for key, name in rows.iterator() if names.matches(name, self.term)]

    def _filter(self, column: Column, value: str) -> pw.Expression:
        field = self.table.model._meta.fields[column.name.partition(".")[0]]
        if value == BLANK:
            return field.is_null() | (field.cast("text") == "")
        if isinstance(field, pw.ForeignKeyField):
            return self._filter_link(field, column, value)
        return _own_filter(field, column, value)

    def _filter_link(self, field: pw.ForeignKeyField, column: Column, value: str) -> pw.Expression:
        target, far = field.rel_model, column.name.partition(".")[2]
        if far:
            return field.in_(target.select(target.id).where(_own_filter(target._meta.fields[far], column, value)))
        code = code_in(value)
        if code.isascii() and code.isdigit() and "code" in target._meta.fields:
            start = significant(code.ljust(12, "0")) if target._meta.table_name == "region" else code
            return field.in_(target.select(target.id).where(target.code.startswith(start)))
        named = target._meta.fields[target.named_by[0]]
        if isinstance(named, pw.IntegerField | pw.AutoField):
            return field == _whole(value)
        return field.in_(target.select(target.id).where(named.contains(value.partition("（")[0])))

    def _range(self, key: str, value: str) -> pw.Expression:
        name, _, end = key.rpartition("_")
        field = self.table.column(name).field
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return field.is_null() & field.is_null(False)  # not a date: no row is on that day
        if isinstance(field, pw.DateField):
            return field >= day if end == "from" else field <= day
        midnight = dt.datetime.combine(day, dt.time())
        return field >= utc(midnight) if end == "from" else field < utc(midnight + dt.timedelta(days=1))

    @property
    def chosen(self) -> pw.Expression | None:
        """The condition for "all of the filter": what `where` says, among the rows this list reaches."""
        if self.table.reach is visible:
            return self.where
        within = self.table.model.id.in_(self.table.reach(self.table.model, self.scope).select(self.table.model.id))
        return within if self.where is None else within & self.where

    # -- what is shown --------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of the asked page."""
        page = [key for (key,) in self._keys().limit(PAGE).offset(self.page * PAGE).tuples()]
        return list(self._lines(page)) if page else []

    def lines_of(self, keys: list[int]) -> list[Line]:
        """These rows, whatever page they are on."""
        return list(self._lines(keys))

    def every_line(self) -> Iterator[Line]:
        """All rows of the filter in order, for an export."""
        for some in pw.chunked([key for (key,) in self._keys().tuples()], 2000):
            yield from self._lines(list(some))

    def _lines(self, keys: list[int]) -> Iterator[Line]:
        model = self.table.model
        version = model._meta.fields.get("version", pw.Value(0))
        wanted = [expression for column in self.table.columns for expression in column.expressions]
        query = visible(model, self.scope).select(model.id, version, *wanted).where(model.id.in_(keys))
        joined: dict[Any, pw.Expression] = {}
        for column in self.table.columns:
            joined.update(dict(column.joins))
        for alias, on in joined.items():
            query = query.join_from(model, alias, pw.JOIN.LEFT_OUTER, on=on)
        found = {row[0]: row for row in query.tuples()}
        return (self._line(found[key]) for key in keys if key in found)

    def _line(self, row: Sequence[Any]) -> Line:
        cells, at = [], 2
        for column in self.table.columns:
            values = row[at : at + len(column.expressions)]
            cells.append(Cell(column, column.text(values), values[-1]))
            at += len(column.expressions)
        return Line(row[0], row[1], cells)

    @cached_property
    def _sort_column(self) -> Column | None:
        return self.table.column(self.sort.lstrip("-"))

    def _keys(self) -> pw.ModelSelect:
        """The ids of the filter's rows in order."""
        query = self._visible(self.where).select(self.table.model.id)
        for alias, on in self._sort_column.joins if self._sort_column else ():
            query = query.join_from(self.table.model, alias, pw.JOIN.LEFT_OUTER, on=on)
        key = self._sort_column.sort_key if self._sort_column else self.table.model.id
        back = self.sort.startswith("-")
        own = self.table.model.id
        return query.order_by(*((key.desc(), own.desc()) if back else (key.asc(), own.asc())))

    # -- how many -------------------------------------------------------------

    @cached_property
    def total(self) -> int:
        """Rows of the filter."""
        if self.table.tabs and self.table.tabs in self._tab_filter:
            return self.tab_counts.get(self._tab_filter[self.table.tabs], 0)
        if self.table.tabs:
            return sum(self.tab_counts.values())
        return self._visible(self.where).count()

    @property
    def _tab_filter(self) -> dict[str, str]:
        return {} if self.finds_by_id else {**self.hides, **self.filters}

    @cached_property
    def tab_counts(self) -> dict[Any, int]:
        """Rows by the value of the tabs' column, under every other filter."""
        if not self.table.tabs:
            return {}
        field = self.table.model._meta.fields[self.table.tabs]
        others = {name: value for name, value in self._tab_filter.items() if name != self.table.tabs}
        query = self._visible(self._where(others)).select(field, pw.fn.COUNT(self.table.model.id)).group_by(field)
        return dict(query.tuples())

    @property
    def tab(self) -> str | None:
        """The tab one stands on, None for all of them."""
        return self._tab_filter.get(self.table.tabs or "")

    @property
    def hidden(self) -> int:
        """Rows that match everything asked but are left out by the work list's own filter."""
        return sum(self.tab_counts.values()) - self.total if self.hides else 0

    @property
    def last_page(self) -> int:
        return max(0, (self.total - 1) // PAGE)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The words of this look's address with some changed; a whole ID number never goes into an address."""
        words: dict[str, Any] = {**self.filters, **self.ranges}
        if self.term and not self.finds_by_id:
            words["search"] = self.term
        if self.shows_all:
            words["all"] = "1"
        if self.sort != self.table.sort:
            words["sort"] = self.sort
        words |= {"page": self.page or None} | changes
        return {word: value for word, value in words.items() if value not in (None, "")}


def code_in(value: str) -> str:
    """The code in what a lookup filled in: "蒲亭镇小学（小学） 360426000003"; without a name before it, all of it."""
    return value.strip().rpartition(" ")[2]


def _own_filter(field: pw.Field, column: Column, value: str) -> pw.Expression:
    if column.kind is Kind.CHOICE:
        return field == value
    if column.kind is Kind.FLAG:
        return field == (value == "1")
    if column.kind is Kind.NUMBER:
        return field == _whole(value, most=2**62, otherwise=-1)
    return field.contains(value)


def _whole(value: str | None, *, most: int = 2**62, otherwise: int = 0) -> int:
    if value and value.isascii() and value.isdigit() and len(value) < 20:
        return min(int(value), most)
    return otherwise
