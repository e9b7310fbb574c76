"""The kinds of things that rows are grouped by: codes, texts, yes and no, places, whole numbers, moments, and whatever
the county has added. Which of them a table has: dimensions.py, dropouts.py."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import peewee as pw

from aid.own_columns import field_of, own_of, slot_of
from aid.rules.words import exactly, placed
from aid.scope import significant
from aid.summaries.dimension import Dimension, Joins, Member, Named
from aid.summaries.ranged import MONTH, YEAR, days, numbers
from models import Answer, Decimals, Extensible, Region, RegionLevel

AT_ITSELF = "本级"  # after the name of a place, for what lies in no smaller place of it
DIGITS = {RegionLevel.CITY: 4, RegionLevel.COUNTY: 6, RegionLevel.TOWNSHIP: 9, RegionLevel.VILLAGE: 12}
CODE_LENGTH = 12
YES_NO = {True: "是", False: "否"}
NONE: Mapping[str, int] = {}


def coded(field: pw.Field, *, name: str = "", node: pw.Node | None = None, joins: Joins = ()) -> Dimension:
    """A closed list, in its own order. `node` is where it lies, in the table itself by default."""
    labels = dict(field.choices)
    order = {code: at for at, code in enumerate(labels)}

    def member(key: str, _: Sequence[Any]) -> Member:
        return Member(key, labels.get(key, key), key, (order.get(key, len(order)), key))

    node = field if node is None else node
    return Dimension(name or field.name, field.verbose_name, field, pw.fn.NULLIF(node, ""), node, member, joins)


def text(
    field: pw.Field, ranks: Mapping[str, int] = NONE, *, name: str = "", node: pw.Node | None = None, joins: Joins = ()
) -> Dimension:
    """What somebody typed; first what has a rank."""

    def member(key: str, _: Sequence[Any]) -> Member:
        return Member(key, key, exactly(key), (ranks.get(key, len(ranks)), key))

    node = field if node is None else node
    return Dimension(name or field.name, field.verbose_name, field, pw.fn.NULLIF(node, ""), node, member, joins)


def yes_or_no(field: pw.Field) -> Dimension:
    """Yes or no."""

    def member(key: int, _: Sequence[Any]) -> Member:
        return Member(bool(key), YES_NO[bool(key)], "1" if key else "0", (not key,))

    return Dimension(field.name, field.verbose_name, field, field, field, member)


def whole(field: pw.Field, node: pw.Node, unit: str, *, at: Callable[..., pw.Node] | None = None) -> Dimension:
    """A small whole number, each by itself, told with its unit."""

    def member(key: int, _: Sequence[Any]) -> Member:
        return Member(key, f"{key} {unit}", str(key), (key,))

    return Dimension(field.name, field.verbose_name, field, node, node, member, at=at)


def place(field: pw.Field, asked: pw.Node, level: RegionLevel, *, name: str, label: str, joins: Joins) -> Dimension:
    """The place of this level around that of `field`, which the last of `joins` finds; where it lies in none, the
    smallest around it, 本级: a county's own senior high school, a household of which the register names no township."""
    digits, at = DIGITS[level], joins[-1][0]

    def member(key: str, names: Sequence[Any]) -> Member:
        called, above = (name or "" for name in names)
        if len(significant(key)) < digits:
            return Member(key, f"{called or key}{AT_ITSELF}", exactly(key), (key,), above)
        return Member(key, called or key, placed(called or "", key), (key,), above)

    def named(key: pw.Node) -> Named:
        region, around = Region.alias(), Region.alias()
        return (region.name, around.name), (
            (region, region.code == key),
            (around, around.code == _whole_code(key, max((one for one in DIGITS.values() if one < digits), default=2))),
        )

    return Dimension(name, label, field, _whole_code(at.code, digits), asked, member, joins, named)


def _whole_code(code: pw.Node, digits: int) -> pw.Node:
    if digits == CODE_LENGTH:
        return code
    return pw.fn.SUBSTR(code, 1, digits).concat("0" * (CODE_LENGTH - digits))


# -- that the county has added ----------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """Another table whose rows the grouped ones point at, with columns of the county's own: `before` stands before the
    names of these, `side` before their labels."""

    model: type[Extensible]
    before: str
    side: str
    there: Any
    joins: Joins


class Dimensions(Mapping[str, Dimension]):
    """Those of the program, and those of the columns that the county has added to the table or to those `beside` it;
    one that was retired still counts in a summary that was kept with it."""

    def __init__(self, model: type[Extensible], fixed: Sequence[Dimension], beside: Sequence[Beside] = ()) -> None:
        self.model, self.beside = model, beside
        self.fixed = {one.name: one for one in fixed}

    @property
    def tables(self) -> dict[str, type[Extensible]]:
        """The tables whose own columns are grouped by, by what stands before their names."""
        return {"": self.model} | {one.before: one.model for one in self.beside}

    @property
    def asked(self) -> tuple[str, ...]:
        """The columns of the list that those of the program ask."""
        return tuple(dict.fromkeys(one.asks for one in self.fixed.values()))

    def __getitem__(self, name: str) -> Dimension:
        aside = next((one for one in self.beside if name.startswith(one.before)), None)
        slot, model = slot_of(name.removeprefix(aside.before) if aside else name), aside.model if aside else self.model
        if not slot:
            return self.fixed[name]
        field = field_of(model, slot)
        if field is model._meta.fields[slot]:
            raise KeyError(name)
        return {one.name: one for one in _added(field, aside)}[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.fixed
        for aside in (None, *self.beside):
            model = aside.model if aside else self.model
            yield from (dimension.name for one in own_of(model) for dimension in _added(one.field, aside))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _added(field: pw.Field, aside: Beside | None) -> tuple[Dimension, ...]:
    if aside is None:
        return _of(field, field)
    facts = {"column": aside.before + field.name, "joins": aside.joins}
    there = getattr(aside.there, field.name)
    return tuple(
        replace(one, name=aside.before + one.name, label=f"{aside.side}{one.label}", **facts)
        for one in _of(field, there)
    )


def _of(field: pw.Field, node: pw.Node) -> tuple[Dimension, ...]:
    """By what a column that the county has added groups: of numbers and days every one may be another, so these are
    grouped by what lies around them. `node` is where it lies."""
    if isinstance(field, Answer):
        return (_answer(field, node),)
    if isinstance(field, Decimals):
        return (numbers(field, node),)
    if isinstance(field, pw.DateField):
        return tuple(days(field, node, ending) for ending in (YEAR, MONTH))
    return (coded(field, node=node) if field.choices else text(field, node=node),)


def _answer(field: pw.Field, node: pw.Node) -> Dimension:
    """Yes or no, kept as a text: the database gives it as that, or Peewee as what it means."""

    def member(key: str | bool, _: Sequence[Any]) -> Member:
        yes = key in ("1", True)
        return Member("01"[yes], YES_NO[yes], "01"[yes], (not yes,))

    return Dimension(field.name, field.verbose_name, field, node, node, member)
