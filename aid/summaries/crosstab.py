"""The figures of a layout: one GROUP BY over the rows that the scope reads, whatever is asked of them.

A child on several lists counts once in each group and once in every total, so children cannot be added up. Instead of
counting them anew for every total, the rows of an ID number that stands on more than one row are a group of their own
for each cell: few, and enough to tell by how many a total has more rows than children.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, product
from typing import Any

import peewee as pw

from aid import dialect
from aid.permissions import Permission
from aid.scope import Actor, visible
from aid.summaries.dimension import Dimension, Member, Named, distinct
from aid.summaries.layout import Layout
from aid.summaries.measures import Measure, Number, Tally
from aid.summaries.ranged import with_bands
from models import Extensible

Keys = tuple[Any, ...]
FIGURES = ("child", "rows")  # of each group, before what its measures are made of and its values
ALL: Any = object()  # in the place of a column's key: all columns


@dataclass(frozen=True)
class Crosstab:
    """A summary, counted. `lines` are the groups of the rows in order, `columns` those of the column's dimension, none
    where there is none; `tallies` holds every cell, subtotal and total, those without a row left out."""

    layout: Layout
    lines: Sequence[tuple[Member, ...]]
    columns: Sequence[Member]
    tallies: Mapping[tuple[Keys, Any], Tally]

    @property
    def whole(self) -> Tally:
        return self.tally((), None)

    def tally(self, row: Sequence[Member], column: Member | None) -> Tally:
        """That of a line, of its first members alone (a subtotal) or of none (the total); `column` None is all."""
        return self.tallies.get((tuple(one.key for one in row), column.key if column else ALL), _NOTHING)

    def figure(self, measure: Measure, row: Sequence[Member], column: Member | None) -> Number | None:
        return measure.of(self.tally(row, column), self.whole)


_NOTHING = Tally()


def crosstab(actor: Actor, layout: Layout, *, where: pw.Expression | None = None) -> Crosstab:
    """Count what `actor` reads of the list under `where`, which is what the layout's filters ask; in one statement, and
    one before it for each dimension of numbers, whose bands depend on what there is, and for ages, which depend on the
    school year.

    Raises NotAllowed, also where a measure needs a permission that the actor has not.
    """
    actor.demand(Permission.WORKBOOK_MAKE)
    actor.demand(layout.subject.read)
    for measure in layout.figures:
        if measure.needs:
            actor.demand(measure.needs)
    rows = visible(layout.subject.model, actor.scope)
    rows = rows if where is None else rows.where(where)
    by = [with_bands(one, layout.bands.get(one.name, ""), rows) if one.banded else one for one in layout.by]
    by = [replace(one, value=one.at(actor.scope)) if one.at else one for one in by]
    sums = layout.sums
    found = _found(_groups(rows, by, layout, sums=sums), by, sums=tuple(sums))
    tallies = _rolled_up(found.cells, columned=bool(layout.column))
    _count_once(tallies, found.shared, columned=bool(layout.column))
    depth = len(layout.rows)
    places = [{member.key: at for at, member in enumerate(some)} for some in found.members]
    lines = sorted({tuple(place[key] for place, key in zip(places, keys, strict=False)) for keys in found.rows(depth)})
    told = [tuple(some[at] for some, at in zip(found.members, line, strict=False)) for line in lines]
    return Crosstab(layout, told, found.members[depth] if layout.column else (), tallies)


@dataclass(frozen=True)
class _Found:
    """`cells` by the values of all dimensions; `members` of each dimension in order; `shared` the rows of an ID number
    that stands on several, by cell."""

    cells: Mapping[Keys, Tally]
    members: Sequence[Sequence[Member]]
    shared: Sequence[tuple[Keys, str, int]]

    def rows(self, depth: int) -> set[Keys]:
        return {keys[:depth] for keys in self.cells}


# -- the statement ----------------------------------------------------------------


def _found(groups: pw.ModelSelect, dimensions: Sequence[Dimension], *, sums: Sequence[str]) -> _Found:
    """What the groups hold, with the names of their values: looked up of the groups, not of the rows."""
    named = [one.named(groups.c[f"d{at}"]) if one.named else ((), ()) for at, one in enumerate(dimensions)]
    figures = [*FIGURES, *_called(sums)]
    query = _with_names(groups, named, figures)
    starts = list(accumulate((1 + len(columns) for columns, _ in named), initial=len(figures)))
    rows = dialect.fetched(query)
    cells, shared, values = {}, [], starts[:-1]
    for row in rows:
        child, count, *added = row[: len(figures)]
        keys = tuple([row[at] for at in values])
        summed = {name: int(total or 0) for name, total in zip(sums, added, strict=True)}
        if keys in cells:
            cells[keys].take_in(count, summed)
        else:
            cells[keys] = Tally(count, sums=summed)
        if child:
            shared.append((keys, child, count))
    members = [_members(one, rows, at=slice(*ends)) for one, ends in zip(dimensions, pairwise(starts), strict=True)]
    return _Found(cells, members, shared)


def _members(dimension: Dimension, rows: Sequence[Sequence[Any]], *, at: slice) -> list[Member]:
    """The values of a dimension in order; they stand `at` that place of the rows, each before its names."""
    read = (dimension.read(key, names) for key, *names in {row[at] for row in rows})
    return distinct(sorted(read, key=lambda member: member.order))


def _called(sums: Sequence[str]) -> list[str]:
    return [f"s{at}" for at in range(len(sums))]


def _with_names(groups: pw.ModelSelect, named: Sequence[Named], figures: Sequence[str]) -> pw.BaseQuery:
    if not any(joins for _, joins in named):
        return groups
    wanted = [part for at, (columns, _) in enumerate(named) for part in (groups.c[f"d{at}"], *columns)]
    query = pw.Select((groups,), (*(groups.c[name] for name in figures), *wanted))
    for table, on in (join for _, joins in named for join in joins):
        query = query.join(table, pw.JOIN.LEFT_OUTER, on=on)
    return query


def _groups(
    rows: pw.ModelSelect, by: Sequence[Dimension], layout: Layout, *, sums: Mapping[str, pw.Node]
) -> pw.ModelSelect:
    model = layout.subject.model
    for table, on in {table: on for one in by for table, on in one.joins}.items():
        rows = rows.join_from(model, table, on=on)
    child = _child(model) if "children" in layout.measures else pw.SQL("''")
    figures = (child, pw.fn.COUNT(model.id), *sums.values())
    names = (*FIGURES, *_called(tuple(sums)))
    named = [one.alias(name) for one, name in zip(figures, names, strict=True)]
    values = [one.value.alias(f"d{at}") for at, one in enumerate(by)]
    ordinals = [pw.SQL(str(at)) for at in (1, *range(len(named) + 1, len(named) + len(values) + 1))]
    return rows.select(*named, *values).group_by(*ordinals).alias("groups")


def _child(model: type[Extensible]) -> pw.Node:
    """The ID number of a row that shares it with another, seen or not: what is not seen adds no row anywhere."""
    other = model.alias()
    shared = other.select(other.id).where(other.id_number == model.id_number, other.id != model.id)
    return pw.Case(None, [((model.id_number != "") & pw.fn.EXISTS(shared), model.id_number)], "")


# -- totals ------------------------------------------------------------------------


def _levels(keys: Keys, columned: bool) -> Iterator[tuple[Keys, Any]]:
    """Where a cell counts: in itself, in the subtotals and totals of its line and of its column."""
    row, column = (keys[:-1], keys[-1]) if columned else (keys, ALL)
    prefixes = [row[:depth] for depth in range(len(row) + 1)]
    return product(prefixes, (column, ALL) if columned else (ALL,))


def _rolled_up(cells: Mapping[Keys, Tally], *, columned: bool) -> dict[tuple[Keys, Any], Tally]:
    """The cells, then each line's total, then subtotals and totals: each level out of the one before."""
    level = {(keys[:-1], keys[-1]) if columned else (keys, ALL): cell for keys, cell in cells.items()}
    if columned:
        level |= _summed(((row, ALL), cell) for (row, _), cell in level.items())
    tallies = dict(level)
    while level and () not in (row for row, _ in level):
        level = _summed(((row[:-1], column), tally) for (row, column), tally in level.items())
        tallies |= level
    return tallies


def _summed(parts: Iterable[tuple[tuple[Keys, Any], Tally]]) -> dict[tuple[Keys, Any], Tally]:
    wholes: dict[tuple[Keys, Any], Tally] = {}
    for place, part in parts:
        whole = wholes.get(place)
        if whole is None:
            whole = wholes[place] = Tally()
        whole.take_in(part.rows, part.sums)
    return wholes


def _count_once(
    tallies: Mapping[tuple[Keys, Any], Tally], twice: Sequence[tuple[Keys, str, int]], *, columned: bool
) -> None:
    seen: set[tuple[tuple[Keys, Any], str]] = set()
    for keys, child, rows in twice:
        for level in _levels(keys, columned):
            tallies[level].surplus += rows if (level, child) in seen else rows - 1
            seen.add((level, child))
