"""Matching (下发): the register's children meet the school roll and get their places on the schools' lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import peewee as pw

from aid import dialect
from aid.ledger import Ledger, writing
from aid.operations.dropout_cases import settle_cases
from aid.operations.mergers import followed
from aid.operations.school_year import school_year
from aid.operations.supplement_linked import met_again, take_over
from aid.permissions import Permission
from aid.rules.eligibility import YEARS
from aid.scope import SYSTEM, Actor, Scope, changeable, visible
from models import (
    MATCHED_STATUSES,
    Beneficiary,
    CheckState,
    Coded,
    Enrolment,
    Organisation,
    OrganisationStatus,
    RegisterBatch,
    RegisterPerson,
    RollStatus,
    Source,
    Stage,
)


class UnplacedReason(Coded):
    """Why a register row is on no list."""

    NOT_ON_ROLL = "not_on_roll", "不在学籍名册"
    CLOSED_SCHOOL = "closed_school", "学校已撤销"


class Placed(NamedTuple):
    """How many rows were added to the lists, and what of it concerns supplements: `linked` of them took over what
    register or roll brought, `doubled` of the added rows have one of the same number at another school, `namesakes` one
    without a number on the same list."""

    added: int
    linked: int
    doubled: int
    namesakes: int

    @property
    def told(self) -> str:
        """What of it concerns supplements, to go on a sentence; "" where nothing does."""
        parts = (
            (self.linked, f"，补录的 {self.linked} 条接上名册、学籍，没有另加，核对结果不变"),
            (self.doubled, f"，其中 {self.doubled} 条与补录的同一身份证号，在“重复核查”中处理"),
            (self.namesakes, f"，其中 {self.namesakes} 条与同校无身份证号的补录同名，请核实是否同一人"),
        )
        return "".join(sentence for rows, sentence in parts if rows)


@dataclass(frozen=True)
class MatchReport:
    """What one matching did, and how the list stands after it: the totals count live rows in the actor's scope."""

    placed: Placed
    children: int
    duplicate_groups: int
    duplicate_rows: int
    names_differ: int
    unplaced: dict[str, int]
    operation_id: int | None

    @property
    def beneficiaries_added(self) -> int:
        return self.placed.added

    def as_json(self) -> dict[str, Any]:
        totals = {name: value for name, value in asdict(self).items() if name not in ("placed", "operation_id")}
        met = self.placed._asdict()
        return {"beneficiaries_added": met.pop("added"), "supplements": met} | totals


def match(actor: Actor) -> MatchReport:
    """Put every child of the current register who is 在籍 or 休学 on the list of the school (DOMAIN.md, Matching).

    One row per (register row × roll row); what is listed already is left exactly as it is, but for a supplement of the
    same number at the same school, which takes register and roll over instead of a second row. A merged school's
    children go to the school it merged into. Raises NotAllowed.
    """
    with writing(actor, Permission.BENEFICIARY_MATCH) as ledger:
        placed = place(ledger)
        closed = settle_cases(ledger, school_year(actor.scope))
        done = f"匹配下发：新增资助对象 {placed.added} 条{placed.told}"
        ledger.say(done + (f"，了结控辍案件 {closed} 件" if closed else ""))
        totals = _totals(actor.scope)
    operation_id = ledger.operation.id if ledger.operation.rows else None
    return MatchReport(placed, **totals, unplaced=unplaced_counts(actor.scope), operation_id=operation_id)


def place(ledger: Ledger) -> Placed:
    """What `match` does, as a part of another operation."""
    scope = ledger.actor.scope
    merged, year = followed(scope), school_year(scope)
    linked = take_over(ledger, leading_somewhere(scope, merged), merged=merged, year=year)
    columns = _columns(merged, year)
    added = ledger.add_from(Beneficiary, list(columns), _new_pairs(scope, merged).select(*columns.values()))
    met = met_again(scope, ledger.trace.added_in(Beneficiary)) if added else (0, 0)
    return Placed(added, linked, *met)


def unplaced(scope: Scope, *, columns: Sequence[Any] = (RegisterPerson,)) -> pw.ModelSelect:
    """The unplaced list: current register rows in `scope` with no place on any list and no open school to go to; a
    row that is 无效 at a school that was closed is no place.

    Each has, beside `columns`, its `reason`: "not_on_roll", or "closed_school" where the roll has the child at a closed
    school.
    """
    county = Scope(scope.prefix[:6])
    with_place = _on_roll(county).where((Enrolment.school + 0).in_(leading_somewhere(county, followed(county))))
    gone = visible(Organisation, SYSTEM.scope).where(Organisation.status == OrganisationStatus.CLOSED)
    left_over = (Beneficiary.state == CheckState.INVALID) & Beneficiary.school.in_(gone.select(Organisation.id))
    listed = Beneficiary.select(Beneficiary.id).where(Beneficiary.register_person == RegisterPerson.id, ~left_over)
    batches = visible(RegisterBatch, scope).where(RegisterBatch.current)
    return (
        visible(RegisterPerson, scope)
        .select(*columns, unplaced_reason(scope).alias("reason"))
        .where(RegisterPerson.batch.in_(batches.select(RegisterBatch.id)))
        .where(~pw.fn.EXISTS(listed), ~pw.fn.EXISTS(with_place))
    )


def unplaced_reason(scope: Scope) -> pw.Node:
    """In a query of unplaced register rows: the UnplacedReason of each."""
    closed, nowhere = UnplacedReason.CLOSED_SCHOOL.value, UnplacedReason.NOT_ON_ROLL.value
    return pw.Case(None, [(pw.fn.EXISTS(_on_roll(Scope(scope.prefix[:6]))), closed)], nowhere)


def _on_roll(county: Scope) -> pw.ModelSelect:
    """The places of a register row's child on the roll of the whole county, also for a township: the reason a child is
    unplaced must read the same in both."""
    schools = visible(Organisation, county).select(Organisation.id)
    # The `+ 0` keeps SQLite from trying 350 schools for every person where the index of numbers finds one row.
    return (
        visible(Enrolment, SYSTEM.scope)
        .select(Enrolment.id)
        .where(
            Enrolment.id_number == RegisterPerson.id_number,
            Enrolment.status.in_(MATCHED_STATUSES),
            (Enrolment.school + 0).in_(schools),
        )
    )


def closed_schools_of(scope: Scope, id_numbers: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """By ID number the closed school, as far as `scope` reads it, at which the roll still has a child, with its stage
    and the child's grade."""
    rows = (
        visible(Enrolment, scope)
        .join(Organisation)
        .where(dialect.listed(Enrolment.id_number, list(id_numbers)), Enrolment.status.in_(MATCHED_STATUSES))
        .where(Organisation.status == OrganisationStatus.CLOSED)
        .select(Enrolment.id_number, Organisation.name, Organisation.stage, Enrolment.grade)
        .order_by(Enrolment.id)
    )
    return {number: (name, Stage(stage).label if stage else "", grade) for number, name, stage, grade in rows.tuples()}


def unplaced_counts(scope: Scope) -> dict[str, int]:
    """How many are unplaced, by reason; every reason is there."""
    rows = unplaced(scope).select_extend().alias("unplaced")
    counts = (
        pw.Select((rows,), (rows.c.reason, pw.fn.COUNT(pw.SQL("1"))))
        .group_by(rows.c.reason)
        .bind(RegisterPerson._meta.database)
    )
    return {reason.value: 0 for reason in UnplacedReason} | dict(counts.tuples())


def leading_somewhere(scope: Scope, merged: Mapping[int, int]) -> pw.ModelSelect:
    """The ids of the schools in `scope` whose children have a place: open ones, and merged ones that are followed."""
    open_or_followed = (Organisation.status == OrganisationStatus.OPEN) | Organisation.id.in_(list(merged))
    return visible(Organisation, scope).where(open_or_followed).select(Organisation.id)


def _new_pairs(scope: Scope, merged: Mapping[int, int]) -> pw.ModelSelect:
    """RegisterPerson × Enrolment of one number, not yet on a list.

    A place that an earlier batch put on the list stays as it is: a child on both deliveries is no duplicate (28, 33).
    Who has transferred goes to the new school with the check, by aid.operations.roll_followed, not anew from here.
    """
    earlier = RegisterPerson.alias("earlier")
    batches = changeable(RegisterBatch, scope).select(RegisterBatch.id)
    old = earlier.select(earlier.id).where(earlier.batch.in_(batches.where(~RegisterBatch.current)))
    listed = Beneficiary.select(Beneficiary.id).where(
        Beneficiary.enrolment == Enrolment.id,
        (Beneficiary.register_person == RegisterPerson.id) | Beneficiary.register_person.in_(old),
    )
    left = Enrolment.alias()
    leaving = Beneficiary.select(Beneficiary.id).join(left, on=(left.id == Beneficiary.enrolment))
    leaving = leaving.where(Beneficiary.register_person == RegisterPerson.id, left.status == RollStatus.TRANSFERRED)
    return (
        leading_somewhere(scope, merged)
        .join(Enrolment, on=(Enrolment.school == Organisation.id))
        .join(RegisterPerson, on=(RegisterPerson.id_number == Enrolment.id_number))
        .where(RegisterPerson.batch.in_(batches.where(RegisterBatch.current)), RegisterPerson.id_number != "")
        .where(Enrolment.status.in_(MATCHED_STATUSES), ~pw.fn.EXISTS(listed))
        .where(~pw.fn.EXISTS(leaving.where(Beneficiary.state != CheckState.INVALID)))
    )


def _columns(merged: Mapping[int, int], school_year: int) -> dict[str, Any]:
    from_roll = ("name", "id_number", "sex", "birth_date", "nation", "grade", "class_name", "boards")
    return {
        "school": pw.Case(Enrolment.school, list(merged.items()), Enrolment.school) if merged else Enrolment.school,
        "register_person": RegisterPerson.id,
        "enrolment": Enrolment.id,
        "source": pw.Value(Source.DISTRIBUTED.value),
        **{name: Enrolment._meta.fields[name] for name in from_roll},
        "roll_status": Enrolment.status,
        "hardship": RegisterPerson.hardship,
        "home_region": RegisterPerson.home_region,
        "name_differs": pw.Expression(Enrolment.name, "<>", RegisterPerson.name),
        "gone_from_register": pw.Value(False),
        "aid_until": RegisterPerson.left_poverty + YEARS,
        "eligible": RegisterPerson.left_poverty.is_null() | (RegisterPerson.left_poverty + YEARS >= school_year),
        "state": pw.Value(CheckState.UNCHECKED.value),
        "remark": pw.Value(""),
        "checked_by": pw.Value(""),
        "outside_school": pw.Value(""),
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
