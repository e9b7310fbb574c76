"""What waits for whoever signed in: every figure of a first page, in one statement."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import peewee as pw

from aid import reporting
from aid.operations.deliveries import waiting_batches
from aid.operations.duplicates import open_groups
from aid.operations.matching import unplaced
from aid.operations.school_year import settings_of
from aid.operations.submissions import READY
from aid.permissions import Permission
from aid.scope import Actor, Scope, changeable, visible
from codes import CaseState, ReportState
from models import (
    Beneficiary,
    CheckState,
    CountySetting,
    DropoutCase,
    Organisation,
    OrganisationKind,
    Role,
    Upload,
    UploadState,
)

P = Permission
LEFT_LYING = (UploadState.CHOOSING, UploadState.WAITING, UploadState.FAILED)


@dataclass(frozen=True)
class FirstPage:
    """`counts` by name, those the role may not read left out; `begin` is the first row that it has to check,
    `report_by` the day until which schools are to hand in."""

    counts: dict[str, int]
    begin: int | None
    report_by: dt.date | None


def first_page(actor: Actor) -> FirstPage:
    """The figures of the actor's first page: of the list by CheckState; `gone`, `ended`; `ready`, `returned`,
    `handed_in`, `accepted` by their rows; `late` schools; `duplicates` by groups; `unplaced`; `deliveries` that wait to
    be applied; open `dropouts`; `uploads` that wait."""
    asked = {name: _counted(query) for name, query in _asked(actor)}
    asked |= {"begin": _first_unchecked(actor), "report_by": _deadline(actor)}
    row = pw.Select(columns=[query.alias(name) for name, query in asked.items()]).bind(Beneficiary._meta.database)
    [numbers] = row.tuples()
    *counts, begin, report_by = numbers
    return FirstPage(dict(zip(asked, counts, strict=False)), begin, CountySetting.report_by.python_value(report_by))


def _counted(query: pw.ModelSelect) -> pw.Select:
    return pw.Select((query.alias("counted"),), (pw.fn.COUNT(pw.SQL("1")),))


def _asked(actor: Actor) -> Iterator[tuple[str, pw.ModelSelect]]:
    scope = actor.scope
    if actor.may(P.BENEFICIARY_READ):
        yield from _of_the_list(scope)
    if actor.may(P.SUBMISSION_READ):
        yield from _of_reports(scope)
    if actor.may(P.SUBMISSION_READ) and actor.role != Role.SCHOOL:
        late = visible(Organisation, scope).where(reporting.open_schools(), reporting.late() == pw.Value(True))
        yield "late", late.select(Organisation.id)
    if actor.may(P.BENEFICIARY_SETTLE):
        yield "duplicates", open_groups(scope)
    if actor.may(P.BENEFICIARY_MATCH):
        yield "unplaced", unplaced(scope)
    if actor.may(P.REGISTER_APPLY):
        yield "deliveries", waiting_batches(scope)
    if actor.may(P.DROPOUT_READ):
        yield "dropouts", _open_cases(scope)
    if actor.may(P.IMPORT_READ):
        yield "uploads", visible(Upload, scope).where(Upload.state.in_(LEFT_LYING)).select(Upload.id)


def _of_the_list(scope: Scope) -> Iterator[tuple[str, pw.ModelSelect]]:
    own, live = changeable(Beneficiary, scope).select(Beneficiary.id), Beneficiary.state != CheckState.INVALID
    for state in CheckState:
        yield state.value, own.where(Beneficiary.state == state)
    yield "gone", own.where(live, Beneficiary.gone_from_register)
    yield "ended", own.where(live, ~Beneficiary.eligible)


def _of_reports(scope: Scope) -> Iterator[tuple[str, pw.ModelSelect]]:
    own = changeable(Beneficiary, scope).select(Beneficiary.id)
    # Who studies outside the province is on the list of the county's office itself, which hands in to nobody.
    schools = visible(Organisation, scope).where(Organisation.kind == OrganisationKind.SCHOOL)
    yield "ready", own.where(READY, Beneficiary.school.in_(schools.select(Organisation.id)))
    for name, state in (
        ("returned", ReportState.RETURNED),
        ("handed_in", ReportState.HANDED_IN),
        ("accepted", ReportState.ACCEPTED),
    ):
        yield name, own.where(Beneficiary.report == state)


def _open_cases(scope: Scope) -> pw.ModelSelect:
    return visible(DropoutCase, scope).where(DropoutCase.state == CaseState.OPEN).select(DropoutCase.id)


def _deadline(actor: Actor) -> pw.ModelSelect:
    return settings_of(actor.scope).select(CountySetting.report_by).limit(1)


def _first_unchecked(actor: Actor) -> pw.ModelSelect:
    """Where a school begins, or a township that checks; a county begins with its figures."""
    rows = changeable(Beneficiary, actor.scope).where(Beneficiary.state == CheckState.UNCHECKED)
    if not actor.may(P.BENEFICIARY_CHECK) or actor.may(P.BENEFICIARY_SETTLE):
        rows = rows.where(Beneficiary.id.is_null())
    return rows.select(pw.fn.MIN(Beneficiary.id))
