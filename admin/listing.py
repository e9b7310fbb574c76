"""From what an address asks (filters, search, sort, page) to the rows of one list. Reads through `visible` alone;
what a filter's word means is admin/conditions.py's.

A page costs three statements however many rows the table has: the ids of the page, its rows with their joins, and
the counts. Ids come first so that the joins are made for 50 rows, not for all that are skipped.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import accumulate, groupby, pairwise
from operator import and_, or_
from typing import Any

import peewee as pw

from admin.columns import NONE, Column, Kind
from admin.conditions import RANGED, beyond, condition, parts_of, told, whole
from admin.ruled import UNRULED, Ruled
from admin.table import Cell, Line, SortKey, Table, joined
from aid import dialect
from aid.errors import RuleBroken
from aid.rules import names
from aid.rules.id_numbers import holds_one
from aid.rules.words import BLANK, EXACT
from aid.scope import Scope, changeable, visible, within

PAGE = 50
MOST_PAGES = 1_000_000
WHOLE_ID = 18
EMPTY = "（空）"
ENDS = {"from": "自", "to": "至"}


class Listing:
    """One look at a table: `asked` are the address's words, cleaned of what the table does not know. `carried` are
    words of the page that are no filters: what its rows and columns are about; `ruled` says which rows are coloured."""

    ruled: Ruled = UNRULED

    def __init__(
        self,
        table: Table,
        scope: Scope,
        asked: Mapping[str, str],
        *,
        narrow: pw.Expression | None = None,
        carried: Mapping[str, str] = NONE,
    ) -> None:
        self.table, self.scope, self.narrow, self.carried = table, scope, narrow, carried
        self.term = asked.get("search", "").strip() if table.search else ""
        self.finds_by_id = "id_number" in table.search and len(self.term) == WHOLE_ID and self.term.isascii()
        self.filters = {c.name: asked[c.name].strip() for c in table.known if asked.get(c.name, "").strip()}
        self.ranges = {key: asked[key] for key in self._range_names() if asked.get(key)}
        self.shows_all = asked.get("all") == "1"
        asked_keys = table.sort_keys(asked.get("sort", ""))
        self.sort = ",".join(key.word for key in asked_keys) if asked_keys else table.sort
        self.sort_keys = asked_keys or table.sort_keys(table.sort) or (SortKey(None, table.sort.startswith("-")),)
        self.page = whole(asked.get("page"), most=MOST_PAGES)

    def _range_names(self) -> Iterator[str]:
        for column in self.table.known:
            if column.kind in RANGED:
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

    def _where(self, filters: Mapping[str, str], *, apart_from: str = "") -> pw.Expression | None:
        model, column = self.table.model, self.table.column
        parts = [] if self.narrow is None else [self.narrow]
        if self.term:
            parts.append(self._found())
        if not self.finds_by_id:
            parts += [condition(model, column(name), value) for name, value in filters.items() if name != apart_from]
            for name, _, end in (key.rpartition("_") for key in self.ranges):
                if name != apart_from:
                    parts.append(beyond(model, column(name), end, value=self.ranges[f"{name}_{end}"]))
        return reduce(and_, parts) if parts else None

    def apart_from(self, column_name: str) -> pw.ModelSelect:
        """The rows under everything that is asked, except of this column."""
        return self._visible(self._where({**self.hides, **self.filters}, apart_from=column_name))

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

    @property
    def chosen(self) -> pw.Expression | None:
        """The condition for "all of the filter": what `where` says, among the rows this list reaches."""
        if self.table.reach is visible:
            return self.where
        reached = self.table.model.id.in_(self.table.reach(self.table.model, self.scope).select(self.table.model.id))
        return reached if self.where is None else reached & self.where

    # -- what is shown --------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of the asked page."""
        page = [key for (key,) in self._keys().limit(PAGE).offset(self.page * PAGE).tuples()]
        return list(self._lines(page)) if page else []

    def lines_of(self, keys: Sequence[int], *, changeable: bool = False) -> list[Line]:
        """Those of these rows that may be read, in this order, whatever page they are on; with `changeable` each tells
        whether it may be written too."""
        return list(self._lines(keys, self._mine(keys) if changeable else frozenset()))

    def every_line(self, *, group: str | None = None) -> Iterator[Line]:
        """All rows of the filter in order, as of `keys`, for an export."""
        for some in pw.chunked(self.keys(group=group), 2000):
            yield from self._lines(list(some))

    def _mine(self, keys: Sequence[int]) -> frozenset[int]:
        model = self.table.model
        return frozenset(key for (key,) in within(changeable(model, self.scope), keys).select(model.id).tuples())

    def _lines(self, keys: Sequence[int], mine: frozenset[int] = frozenset()) -> Iterator[Line]:
        model = self.table.model
        version = model._meta.fields.get("version", pw.Value(0))
        columns = (*self.table.columns, *self.ruled.beside)
        wanted = [expression for column in columns for expression in column.expressions]
        query = within(visible(model, self.scope), keys).select(model.id, version, *wanted)
        found = {row[0]: row for row in joined(query, columns).tuples()}
        lie = accumulate((len(column.expressions) for column in columns), initial=2)
        places = [(column, slice(*ends)) for column, ends in zip(columns, pairwise(lie), strict=True)]
        return (self._line(found[key], places, mine=key in mine) for key in keys if key in found)

    def _line(self, row: Sequence[Any], places: Sequence[tuple[Column, slice]], *, mine: bool) -> Line:
        """`places` are the columns, each with where its values lie in the row: the list's own, then those beside it."""
        cells = [Cell(c, c.text(values := row[place]), values[-1], c.code(values)) for c, place in places]
        return Line(row[0], row[1], cells[: len(self.table.columns)], mine, self.ruled.said(cells))

    # -- in which order -------------------------------------------------------

    def keys(self, *, group: str | None = None) -> list[int]:
        """The ids of all rows of the filter in order; with the name of a column, by that one first.

        Raises RuleBroken where there is no such column.
        """
        return [key for (key,) in dialect.fetched(self._keys(self._grouping(group) if group else None))]

    def groups(self, group: str) -> list[tuple[str, int]]:
        """What stands in a column, and in how many rows, in the order of `keys(group=group)`."""
        column = self._grouping(group)
        query = self._visible(self.where).select(*column.expressions, pw.fn.COUNT(self.table.model.id))
        query = joined(query, [column]).group_by(*column.expressions).order_by(*self._by(column))
        told = [(column.text(values) or EMPTY, rows) for *values, rows in query.tuples()]
        return [(text, sum(rows for _, rows in some)) for text, some in groupby(told, key=lambda one: one[0])]

    def _grouping(self, name: str) -> Column:
        column = self.table.column(name)
        if column is None:
            raise RuleBroken("没有这一列，不能按它分组")
        return column

    def _by(self, column: Column) -> list[pw.Ordering]:
        """Whole, for two schools of one name are two groups."""
        back = any(key.back for key in self.sort_keys if key.column and key.column.name == column.name)
        return [part.desc() if back else part.asc() for part in column.expressions]

    def _keys(self, group: Column | None = None) -> pw.ModelSelect:
        own, keys = self.table.model.id, [*self.sort_keys, SortKey(None, self.sort_keys[0].back)]
        by = [(key.column.sort_key if key.column else own, key.back) for key in keys]
        order = [*(self._by(group) if group else ()), *(part.desc() if back else part.asc() for part, back in by)]
        columns = [column for column in (group, *(key.column for key in keys)) if column]
        return joined(self._visible(self.where).select(own), columns).order_by(*order)

    # -- how many -------------------------------------------------------------

    @cached_property
    def total(self) -> int:
        """Rows of the filter."""
        if not self.table.tabs:
            return self._visible(self.where).count()
        chosen = parts_of(self.table.column(self.table.tabs), self.tab) if self.tab else None
        counts = self.tab_counts.items()
        return sum(rows for code, rows in counts if chosen is None or (code or BLANK) in chosen)

    def sum_of(self, column: Column) -> int:
        """Of the rows of the filter, in a column of whole numbers."""
        whole = pw.fn.COALESCE(pw.fn.SUM(column.expressions[0]), 0)
        return joined(self._visible(self.where).select(whole), [column]).scalar()

    @property
    def _tab_filter(self) -> dict[str, str]:
        return {} if self.finds_by_id else {**self.hides, **self.filters}

    @cached_property
    def tab_counts(self) -> dict[Any, int]:
        """Rows by the value of the tabs' column, under every other filter."""
        if not self.table.tabs:
            return {}
        column = self.table.column(self.table.tabs)
        value = column.expressions[-1]
        query = self.apart_from(self.table.tabs).select(value, pw.fn.COUNT(self.table.model.id))
        return dict(joined(query, [column]).group_by(value).tuples())

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

    @property
    def boxes(self) -> list[Column]:
        """The columns one may filter by on the page: the table's own, and whatever else is asked, which must be seen.
        What the tabs show already is left out."""
        asked = {*self.filters, *(key.rpartition("_")[0] for key in self.ranges)} - {self.table.tabs}
        own = {column.name for column in self.table.filters}
        filters = [column for column in self.table.filters if column.name != self.table.tabs]
        return [*filters, *(column for column in (*self.table.columns, *self.table.also) if column.name in asked - own)]

    @property
    def words(self) -> dict[str, str]:
        """All that is asked of the rows, as an address would say it."""
        words = {**self.carried, **self.filters, **self.ranges}
        return words | ({"search": self.term} if self.term else {}) | ({"all": "1"} if self.shows_all else {})

    @property
    def told(self) -> list[str]:
        """What is asked of the rows, as a clerk reads it: for the head of what is printed or taken out."""
        if self.finds_by_id:
            return ["按身份证号查找"]
        search = [f"查找：{self.term}"] if self.term else []
        return search + [sentence for _, sentence in self._asked({**self.hides, **self.filters})]

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The filters that one has set, each as its word in an address and as a clerk reads it."""
        return self._asked(self.filters)

    def _asked(self, filters: Mapping[str, str]) -> list[tuple[str, str]]:
        column = self.table.column
        ends = [(key, *key.rpartition("_"), value) for key, value in self.ranges.items()]
        return [
            *((name, f"{column(name).label}：{self._told(column(name), value)}") for name, value in filters.items()),
            *((key, f"{column(name).label}{ENDS[end]} {value}") for key, name, _, end, value in ends),
        ]

    def _told(self, column: Column, value: str) -> str:
        """With the names of the rows that are pointed at by their codes."""
        target = column.field.rel_model if column.kind in (Kind.LINK, Kind.PLACE) else None
        if target is None or "code" not in target._meta.fields:
            return told(column, value)
        codes = [part.removeprefix(EXACT) for part in parts_of(column, value)]
        rows = visible(target, self.scope).where(target.code.in_(codes))
        return told(column, value, names={row.code: str(row) for row in rows})

    @property
    def unaddressed(self) -> dict[str, str]:
        """The words that never go into an address: those that hold a whole ID number."""
        held = {word: value for word, value in self.words.items() if holds_one(value)}
        return held | ({"search": self.term} if self.finds_by_id else {})

    def address(self, **changes: Any) -> dict[str, Any]:
        """The words of this look's address with some changed; a whole ID number never goes into an address."""
        words: dict[str, Any] = {word: value for word, value in self.words.items() if word not in self.unaddressed}
        if self.sort != self.table.sort:
            words["sort"] = self.sort
        words |= {"page": self.page or None} | changes
        return {word: value for word, value in words.items() if value not in (None, "")}
