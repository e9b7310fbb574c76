"""What the rows of the list can be grouped by. What one is: dimension.py."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import peewee as pw

from aid.own_columns import field_of, own_of, slot_of
from aid.rules.grades import LADDERS
from aid.rules.words import exactly, placed
from aid.scope import significant
from aid.summaries.dimension import Dimension, Joins, Member, Named
from aid.summaries.ranged import MONTH, YEAR, days, numbers
from models import Answer, Beneficiary, Decimals, Organisation, Region, RegionLevel, Stage

AT_ITSELF = "本级"  # after the name of a place, for what lies in no smaller place of it
DIGITS = {RegionLevel.CITY: 4, RegionLevel.COUNTY: 6, RegionLevel.TOWNSHIP: 9, RegionLevel.VILLAGE: 12}
CODE_LENGTH = 12
YES_NO = {True: "是", False: "否"}
_GRADES = {grade: at for at, grade in enumerate(grade for ladder in LADDERS for grade in ladder)}

SCHOOL, SCHOOL_PLACE, HOME_PLACE = Organisation.alias("place"), Region.alias("seat"), Region.alias("home")
_AT_SCHOOL: Joins = ((SCHOOL, Beneficiary.school == SCHOOL.id),)
_AT_SCHOOLS_PLACE: Joins = (*_AT_SCHOOL, (SCHOOL_PLACE, SCHOOL.region == SCHOOL_PLACE.id))
_AT_HOME: Joins = ((HOME_PLACE, Beneficiary.home_region == HOME_PLACE.id),)


# -- of each kind ---------------------------------------------------------------


def _coded(name: str, field: pw.Field, *, value: pw.Node | None = None, joins: Joins = ()) -> Dimension:
    labels = dict(field.choices)
    order = {code: at for at, code in enumerate(labels)}

    def member(key: str, _: Sequence[Any]) -> Member:
        return Member(key, labels.get(key, key), key, (order.get(key, len(order)), key))

    node = field if value is None else value
    return Dimension(name, field.verbose_name, field, pw.fn.NULLIF(node, ""), node, member, joins)


def _text(field: pw.Field, ranks: Mapping[str, int], *, node: pw.Node | None = None) -> Dimension:
    def member(key: str, _: Sequence[Any]) -> Member:
        return Member(key, key, exactly(key), (ranks.get(key, len(ranks)), key))

    node = field if node is None else node
    return Dimension(field.name, field.verbose_name, field, pw.fn.NULLIF(node, ""), node, member)


def _flag(field: pw.Field) -> Dimension:
    def member(key: int, _: Sequence[Any]) -> Member:
        return Member(bool(key), YES_NO[bool(key)], "1" if key else "0", (not key,))

    return Dimension(field.name, field.verbose_name, field, field, field, member)


def _answer(field: pw.Field, node: pw.Node) -> Dimension:
    """Yes or no, kept as a text: the database gives it as that, or Peewee as what it means."""

    def member(key: str | bool, _: Sequence[Any]) -> Member:
        yes = key in ("1", True)
        return Member("01"[yes], YES_NO[yes], "01"[yes], (not yes,))

    return Dimension(field.name, field.verbose_name, field, node, node, member)


def _school() -> Dimension:
    def member(key: int, names: Sequence[Any]) -> Member:
        name, stage, code = names
        return Member(key, f"{name}（{Stage(stage).label}）" if stage else name, exactly(code), (code,))

    def named(key: pw.Node) -> Named:
        school = Organisation.alias()
        return (school.name, school.stage, school.code), ((school, school.id == key),)

    field = Beneficiary.school
    return Dimension("school", field.verbose_name, field, field, field, member, named=named)


def _place(name: str, side: str, level: RegionLevel) -> Dimension:
    """The place of this level in which the school or the household lies; where it lies in none, the smallest around
    it, 本级: a county's own senior high school, a household of which the register names no township."""
    digits = DIGITS[level]
    at_home = side == "户籍"
    place, joins = (HOME_PLACE, _AT_HOME) if at_home else (SCHOOL_PLACE, _AT_SCHOOLS_PLACE)
    field, asked = (Beneficiary.home_region,) * 2 if at_home else (Organisation.region, SCHOOL.region)

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

    value = _whole_code(place.code, digits)
    return Dimension(name, f"{side}{level.label}", field, value, asked, member, joins, named)


def _whole_code(code: pw.Node, digits: int) -> pw.Node:
    if digits == CODE_LENGTH:
        return code
    return pw.fn.SUBSTR(code, 1, digits).concat("0" * (CODE_LENGTH - digits))


# -- all of them ----------------------------------------------------------------

STAGE = pw.fn.COALESCE(pw.fn.NULLIF(Beneficiary.outside_stage, ""), SCHOOL.stage)
OF_SCHOOL = "school."  # before the name of a column of the school
SIDES = {"school": "就读", "home": "户籍"}
_FIXED: dict[str, Dimension] = {
    one.name: one
    for one in (
        *(_place(f"{key}_{level}", side, level) for key, side in SIDES.items() for level in DIGITS),
        _school(),
        _coded("stage", Organisation.stage, value=STAGE, joins=_AT_SCHOOL),
        _text(Beneficiary.grade, _GRADES),
        _coded("hardship", Beneficiary.hardship),
        _coded("state", Beneficiary.state),
        _coded("invalid_reason", Beneficiary.invalid_reason),
        _coded("report", Beneficiary.report),
        _coded("source", Beneficiary.source),
        _coded("roll_status", Beneficiary.roll_status),
        _coded("sex", Beneficiary.sex),
        _text(Beneficiary.nation, {"汉族": 0}),
        _flag(Beneficiary.boards),
        _flag(Beneficiary.eligible),
    )
}


class Dimensions(Mapping[str, Dimension]):
    """Those of the program, and those of the columns that the county has added to the list or to schools; one that was
    retired still counts in a summary that was kept with it."""

    def __getitem__(self, name: str) -> Dimension:
        own = name.removeprefix(OF_SCHOOL)
        slot = slot_of(own)
        if not slot:
            return _FIXED[name]
        added, model = (_added, Beneficiary) if own == name else (_added_to_school, Organisation)
        field = field_of(model, slot)
        if field is model._meta.fields[slot]:
            raise KeyError(name)
        return {one.name: one for one in added(field)}[name]

    def __iter__(self) -> Iterator[str]:
        yield from _FIXED
        for added, model in ((_added, Beneficiary), (_added_to_school, Organisation)):
            yield from (dimension.name for one in own_of(model) for dimension in added(one.field))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _added(field: pw.Field, node: pw.Node | None = None) -> tuple[Dimension, ...]:
    """By what a column that the county has added groups: of numbers and days every one may be another, so these are
    grouped by what lies around them. `node` is where it lies, in the list itself by default."""
    node = field if node is None else node
    if isinstance(field, Answer):
        return (_answer(field, node),)
    if isinstance(field, Decimals):
        return (numbers(field, node),)
    if isinstance(field, pw.DateField):
        return tuple(days(field, node, ending) for ending in (YEAR, MONTH))
    return (_coded(field.name, field, value=node) if field.choices else _text(field, {}, node=node),)


def _added_to_school(field: pw.Field) -> tuple[Dimension, ...]:
    facts = {"column": OF_SCHOOL + field.name, "joins": _AT_SCHOOL, "table": Organisation}
    there = getattr(SCHOOL, field.name)
    return tuple(
        replace(one, name=OF_SCHOOL + one.name, label=f"学校{one.label}", **facts) for one in _added(field, there)
    )


DIMENSIONS = Dimensions()
