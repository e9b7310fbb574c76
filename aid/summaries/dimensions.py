"""What the rows of the list (资助对象) can be grouped by. What a dimension is: dimension.py; its kinds: kinds.py."""

from collections.abc import Sequence
from typing import Any

import peewee as pw

from aid.rules.grades import LADDERS
from aid.rules.words import exactly
from aid.summaries.dimension import Dimension, Joins, Member, Named
from aid.summaries.kinds import DIGITS, Beside, Dimensions, coded, place, text, yes_or_no
from models import Beneficiary, Organisation, Region, RegionLevel, Stage

SCHOOL, SCHOOL_PLACE, HOME_PLACE = Organisation.alias("place"), Region.alias("seat"), Region.alias("home")
_AT_SCHOOL: Joins = ((SCHOOL, Beneficiary.school == SCHOOL.id),)
_AT_SCHOOLS_PLACE: Joins = (*_AT_SCHOOL, (SCHOOL_PLACE, SCHOOL.region == SCHOOL_PLACE.id))
_AT_HOME: Joins = ((HOME_PLACE, Beneficiary.home_region == HOME_PLACE.id),)
_GRADES = {grade: at for at, grade in enumerate(grade for ladder in LADDERS for grade in ladder)}
_STAGE = pw.fn.COALESCE(pw.fn.NULLIF(Beneficiary.outside_stage, ""), SCHOOL.stage)
OF_SCHOOL = "school."  # before the name of a column of the school


def _school() -> Dimension:
    def member(key: int, names: Sequence[Any]) -> Member:
        name, stage, code = names
        return Member(key, f"{name}（{Stage(stage).label}）" if stage else name, exactly(code), (code,))

    def named(key: pw.Node) -> Named:
        school = Organisation.alias()
        return (school.name, school.stage, school.code), ((school, school.id == key),)

    field = Beneficiary.school
    return Dimension("school", field.verbose_name, field, field, field, member, named=named)


def _at_school(level: RegionLevel) -> Dimension:
    words = {"name": f"school_{level}", "label": f"就读{level.label}"}
    return place(Organisation.region, SCHOOL.region, level, joins=_AT_SCHOOLS_PLACE, **words)


def _at_home(level: RegionLevel) -> Dimension:
    words = {"name": f"home_{level}", "label": f"户籍{level.label}"}
    return place(Beneficiary.home_region, Beneficiary.home_region, level, joins=_AT_HOME, **words)


DIMENSIONS = Dimensions(
    Beneficiary,
    (
        *(_at_school(level) for level in DIGITS),
        *(_at_home(level) for level in DIGITS),
        _school(),
        coded(Organisation.stage, node=_STAGE, joins=_AT_SCHOOL),
        text(Beneficiary.grade, _GRADES),
        coded(Beneficiary.hardship),
        coded(Beneficiary.state),
        coded(Beneficiary.invalid_reason),
        coded(Beneficiary.report),
        coded(Beneficiary.source),
        coded(Beneficiary.roll_status),
        coded(Beneficiary.sex),
        text(Beneficiary.nation, {"汉族": 0}),
        yes_or_no(Beneficiary.boards),
        yes_or_no(Beneficiary.eligible),
    ),
    beside=(Beside(Organisation, OF_SCHOOL, "学校", SCHOOL, _AT_SCHOOL),),
)
