"""In which order an office reads children: by place, school, grade, class and name. SQL over rows of `Beneficiary`
joined by aid.operations.borders.JOINS."""

import peewee as pw

from aid.operations.borders import JOINS, PLACE, SCHOOL
from aid.rules.grades import RANKS
from models import Beneficiary

UNKNOWN_GRADE = len(RANKS)  # after every other


def placed(rows: pw.ModelSelect) -> pw.ModelSelect:
    """`rows` of the list, joined with their homes, their schools and the places of these."""
    for source, on in JOINS:
        rows = rows.join_from(Beneficiary, source, on=on)
    return rows


def by_class() -> tuple[pw.Node, ...]:
    """For ORDER BY. Classes called by a number stand in its order: 2班 before 10班."""
    grade = pw.Case(Beneficiary.grade, list(RANKS.items()), UNKNOWN_GRADE)
    of_class = (pw.fn.LENGTH(Beneficiary.class_name), Beneficiary.class_name)
    return (PLACE.code, SCHOOL.code, grade, Beneficiary.grade, *of_class, Beneficiary.name, Beneficiary.id)


def stage() -> pw.Node:
    """The stage in which a child studies, outside the province too; "" where nobody has filled it in."""
    return pw.fn.COALESCE(Beneficiary.outside_stage, SCHOOL.stage, "")


def school_told() -> pw.Node:
    """The school as Organisation is called: by name and stage."""
    stages = [(code, f"（{label}）") for code, label in SCHOOL.stage.choices]
    return SCHOOL.name.concat(pw.Case(SCHOOL.stage, stages, ""))
