"""Matching (下发): the register's children meet the school roll and get their places on the schools' lists."""

from dataclasses import asdict, dataclass
from typing import Any

import peewee as pw

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import Actor, Scope, changeable, visible
from models import (
    MATCHED_STATUSES,
    Beneficiary,
    CheckState,
    Coded,
    Enrolment,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    RegisterBatch,
    RegisterPerson,
    Source,
)

MERGERS_FOLLOWED = 8  # a school merged into one that merged in its turn; a ring of mergers must still come to an end


class UnplacedReason(Coded):
    """Why a register row is on no list."""

    NOT_ON_ROLL = "not_on_roll", "不在学籍名册"
    CLOSED_SCHOOL = "closed_school", "学校已撤销"


@dataclass(frozen=True)
class MatchReport:
    """What one matching did, and how the list stands after it: the totals count live rows in the actor's scope."""

    beneficiaries_added: int
    children: int
    duplicate_groups: int
    duplicate_rows: int
    names_differ: int
    unplaced: dict[str, int]
    operation_id: int | None

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "operation_id"}


def match(actor: Actor) -> MatchReport:
    """Put every child of the current register who is 在籍 or 休学 on the list of the school (DOMAIN.md, Matching).

    One row per (register row × roll row); pairs already listed are left exactly as they are. A merged school's
    children go to the school it merged into. Raises NotAllowed.
    """
    with writing(actor, Permission.BENEFICIARY_MATCH) as ledger:
        columns = _columns()
        query = _new_pairs(actor.scope).select(*columns.values()).with_cte(PLACED)
        added = ledger.add_from(Beneficiary, list(columns), query)
        ledger.say(f"匹配下发：新增资助对象 {added} 条")
        totals = _totals(actor.scope)
    operation_id = ledger.operation.id if added else None
    return MatchReport(added, **totals, unplaced=unplaced_counts(actor.scope), operation_id=operation_id)


def unplaced(scope: Scope) -> pw.ModelSelect:
    """The unplaced list: current register rows in `scope` with no place on any list and no open school to go to.

    Each has `reason`: "not_on_roll", or "closed_school" where the roll has the child at a closed school.
    """
    on_roll = _enrolments_of_person(Scope(scope.prefix[:6]))
    reason = pw.Case(
        None, [(pw.fn.EXISTS(on_roll), UnplacedReason.CLOSED_SCHOOL.value)], UnplacedReason.NOT_ON_ROLL.value
    )
    placed = Beneficiary.select(Beneficiary.id).where(Beneficiary.register_person == RegisterPerson.id)
    batches = visible(RegisterBatch, scope).where(RegisterBatch.current)
    return (
        visible(RegisterPerson, scope)
        .select(RegisterPerson, reason.alias("reason"))
        .where(RegisterPerson.batch.in_(batches.select(RegisterBatch.id)))
        .where(~pw.fn.EXISTS(placed))
        .where(~pw.fn.EXISTS(on_roll.where(Enrolment.school.in_(_placed_schools()))))
        .with_cte(PLACED)
    )


def unplaced_counts(scope: Scope) -> dict[str, int]:
    """How many are unplaced, by reason; every reason is there."""
    rows = unplaced(scope).select_extend().alias("unplaced")
    counts = (
        pw.Select((rows,), (rows.c.reason, pw.fn.COUNT(pw.SQL("1"))))
        .group_by(rows.c.reason)
        .bind(RegisterPerson._meta.database)
    )
    return {reason.value: 0 for reason in UnplacedReason} | dict(counts.tuples())


def _placed() -> pw.CTE:
    """(origin, at): for each school the school its children sit in now, by following mergers; `at` may be closed."""
    start = (
        Organisation.select(Organisation.id, Organisation.id, pw.Value(0))
        .where(Organisation.kind == OrganisationKind.SCHOOL)
        .cte("placed", recursive=True, columns=("origin", "at", "steps"))
    )
    merged = Organisation.alias("merged")
    onward = (
        merged.select(start.c.origin, merged.merged_into, start.c.steps + 1)
        .join(start, on=(start.c.at == merged.id))
        .where(merged.status == OrganisationStatus.MERGED, merged.merged_into.is_null(False))
        .where(start.c.steps < MERGERS_FOLLOWED)
    )
    return start.union_all(onward)


PLACED = _placed()
OpenSchool = Organisation.alias("open_school")


def _placed_schools() -> pw.ModelSelect:
    return (
        OpenSchool.select(PLACED.c.origin)
        .join(PLACED, on=(PLACED.c.at == OpenSchool.id))
        .where(OpenSchool.status == OrganisationStatus.OPEN)
    )


def _enrolments_of_person(county: Scope) -> pw.ModelSelect:
    """The roll rows of the RegisterPerson of the query around it. The whole county's, also for a township: the reason
    a child is unplaced must read the same in both, and it tells no more of the roll than that."""
    return (
        visible(Enrolment, county)
        .select(Enrolment.id)
        .where(Enrolment.id_number == RegisterPerson.id_number, Enrolment.status.in_(MATCHED_STATUSES))
    )


def _new_pairs(scope: Scope) -> pw.ModelSelect:
    listed = Beneficiary.select(Beneficiary.id).where(
        Beneficiary.register_person == RegisterPerson.id, Beneficiary.enrolment == Enrolment.id
    )
    schools = visible(Organisation, scope).select(Organisation.id)
    batches = changeable(RegisterBatch, scope).where(RegisterBatch.current)
    return (
        RegisterPerson.select()
        .join(Enrolment, on=(Enrolment.id_number == RegisterPerson.id_number))
        .join(PLACED, on=(PLACED.c.origin == Enrolment.school))
        .join(OpenSchool, on=(OpenSchool.id == PLACED.c.at))
        .where(RegisterPerson.batch.in_(batches.select(RegisterBatch.id)), RegisterPerson.id_number != "")
        .where(Enrolment.status.in_(MATCHED_STATUSES), Enrolment.school.in_(schools))
        .where(OpenSchool.status == OrganisationStatus.OPEN, OpenSchool.id.in_(schools))
        .where(~pw.fn.EXISTS(listed))
        .order_by(RegisterPerson.id, Enrolment.id)
    )


def _columns() -> dict[str, Any]:
    from_roll = ("name", "id_number", "sex", "birth_date", "nation", "grade", "class_name", "boards")
    return {
        "school": OpenSchool.id,
        "register_person": RegisterPerson.id,
        "enrolment": Enrolment.id,
        "source": pw.Value(Source.DISTRIBUTED.value),
        **{name: Enrolment._meta.fields[name] for name in from_roll},
        "roll_status": Enrolment.status,
        "hardship": RegisterPerson.hardship,
        "home_region": RegisterPerson.home_region,
        "name_differs": pw.Expression(Enrolment.name, "<>", RegisterPerson.name),
        "state": pw.Value(CheckState.UNCHECKED.value),
        "remark": pw.Value(""),
        "checked_by": pw.Value(""),
    }


def _totals(scope: Scope) -> dict[str, int]:
    """Counts over the live rows; a child without ID number is one child."""
    live = visible(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID)
    differ = pw.fn.SUM(pw.Case(None, [(Beneficiary.name_differs, 1)], 0))
    by_number = live.select(Beneficiary.id_number, pw.fn.COUNT(Beneficiary.id).alias("rows"), differ.alias("differ"))
    unnumbered, children, groups, rows, names_differ = 0, 0, 0, 0, 0
    for id_number, count, differing in by_number.group_by(Beneficiary.id_number).tuples():
        names_differ += differing
        if not id_number:
            unnumbered = count
            continue
        children += 1
        groups += count > 1
        rows += count if count > 1 else 0
    return {
        "children": children + unnumbered,
        "duplicate_groups": groups,
        "duplicate_rows": rows,
        "names_differ": names_differ,
    }
