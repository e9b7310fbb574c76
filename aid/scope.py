"""Who owns which row. The only file that turns an actor into a WHERE clause.

`visible` says which rows one may read, `changeable` which one may write; a table missing from OWNED is invisible.
Rules of DOMAIN.md part 2 "Scope". Every rule compiles to `IN (SELECT …)` or a range, never to a join.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import peewee as pw

from aid import dialect
from aid.errors import NotAllowed
from aid.permissions import ROLES, Permission
from models import (
    Account,
    AidGrant,
    AidItem,
    AidStandard,
    Beneficiary,
    Change,
    ColumnChoice,
    CountySetting,
    DropoutCase,
    DropoutVisit,
    Enrolment,
    HeldRow,
    ImportRun,
    MadeWorkbook,
    Notice,
    Operation,
    Organisation,
    OrganisationKind,
    OwnColumn,
    Proof,
    PublicNotice,
    Region,
    RegisterBatch,
    RegisterPerson,
    Role,
    Row,
    SavedView,
    Session,
    Submission,
    Summary,
    Upload,
)

LEVEL_DIGITS = {Role.SYSTEM: 0, Role.PROVINCE: 2, Role.CITY: 4, Role.COUNTY: 6, Role.TOWNSHIP: 9}


@dataclass(frozen=True)
class Scope:
    """A place by the leading digits of its code ("" is the whole server), or one school in it."""

    prefix: str
    school_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Someone who acts: built once per request or command, or by hand in a test."""

    name: str
    role: Role
    scope: Scope
    account_id: int | None = None
    organisation_id: int | None = None
    address: str = ""
    further: frozenset[Permission] = frozenset()  # what the county lets its township offices do, beyond their role

    def may(self, permission: Permission) -> bool:
        return permission in ROLES.get(self.role, frozenset()) or permission in self.further

    def demand(self, permission: Permission) -> None:
        if not self.may(permission):
            raise NotAllowed(f"您的角色（{Role(self.role).label}）没有“{permission.label}”的权限")


SYSTEM = Actor("系统", Role.SYSTEM, Scope(""))


def scope_of(role: Role, organisation: Organisation | None) -> Scope:
    """The scope that `role` gives at `organisation`; no role reaches further than the organisation's own place."""
    if organisation is None:
        return Scope("" if role == Role.SYSTEM else "!")
    if role == Role.SCHOOL:
        return Scope(organisation.region.code, organisation.id)
    own = significant(organisation.region.code)
    return Scope(organisation.region.code[: max(LEVEL_DIGITS.get(role, 0), len(own))])


def significant(code: str) -> str:
    """The digits of a region code that name its own level.

    >>> [significant(code) for code in ("360000000000", "360426000000", "360426100000", "360426100200")]
    ['36', '360426', '360426100', '360426100200']
    """
    for digits in (2, 4, 6, 9):
        if code[digits:].strip("0") == "":
            return code[:digits]
    return code


Rule = Callable[[Scope], pw.Expression | None]


def public(_: Scope) -> None:
    """Reference data: every signed-in actor reads every row."""


def places(scope: Scope) -> pw.ModelSelect:
    """The regions under a scope, as a subquery of ids."""
    within = Region.select(Region.id)
    if not scope.prefix:
        return within
    return within.where(Region.code.between(scope.prefix.ljust(12, "0"), scope.prefix.ljust(12, "9")))


def by_organisation(scope: Scope) -> pw.Expression | None:
    """A school reads itself, an office every organisation in its place."""
    if scope.school_id is not None:
        return Organisation.id == scope.school_id
    return Organisation.region.in_(places(scope)) if scope.prefix else None


def through(field: pw.ForeignKeyField) -> Rule:
    """A row is visible when the row it points at is."""

    def rule(scope: Scope) -> pw.Expression | None:
        if not scope.prefix and scope.school_id is None:
            return None
        target = field.rel_model
        return field.in_(visible(target, scope).select(target.id))

    return rule


def through_own(field: pw.ForeignKeyField) -> Rule:
    """A row may be changed where the row it points at may."""

    def rule(scope: Scope) -> pw.Expression | None:
        return field.in_(changeable(field.rel_model, scope).select(field.rel_model.id))

    return rule


def by_county(scope: Scope) -> pw.Expression | None:
    """What a county's office keeps is read in all of the county: by its schools and townships too."""
    return through(AidItem.office)(Scope(scope.prefix[:6]))


def by_account_or_shared(model: type[SavedView | Summary]) -> Rule:
    """One reads what the accounts in one's place keep for themselves, and what is shared with one."""

    def rule(scope: Scope) -> pw.Expression | None:
        own = through(model.account)(scope)
        return own if own is None else own | shared_with(scope, model)

    return rule


def shared_with(scope: Scope, model: type[SavedView | Summary]) -> pw.Expression:
    """The rows that a scope is given: shared by an office of its own place or of one above, or at its own school."""
    above = {scope.prefix[:digits].ljust(12, "0") for digits in (2, 4, 6, 9, 12) if digits <= len(scope.prefix)}
    there = Organisation.region.in_(Region.select(Region.id).where(Region.code.in_(above)))
    makers = there & (Organisation.kind != OrganisationKind.SCHOOL)
    if scope.school_id is not None:
        makers |= Organisation.id == scope.school_id
    offices = Organisation.select(Organisation.id).where(makers)
    accounts = Account.select(Account.id).where(Account.organisation.in_(offices))
    return model.shared & model.account.in_(accounts)


def by_batch(scope: Scope) -> pw.Expression | None:
    """A county, or what is above it, reads the batches its offices received; others those with a row of theirs."""
    if len(scope.prefix) <= 6 and scope.school_id is None:
        return through(RegisterBatch.office)(scope)
    return RegisterBatch.id.in_(visible(RegisterPerson, scope).select(RegisterPerson.batch))


def by_register(scope: Scope) -> pw.Expression | None:
    """A school reads who is on its list; an office its batches, its households and who is on its schools' lists."""
    listed = RegisterPerson.id.in_(Beneficiary.select(Beneficiary.register_person).where(_at_own_school(scope)))
    if scope.school_id is not None:
        return listed
    offices = Organisation.select(Organisation.id).where(Organisation.region.in_(places(scope)))
    batches = RegisterBatch.select(RegisterBatch.id).where(RegisterBatch.office.in_(offices))
    return RegisterPerson.batch.in_(batches) | RegisterPerson.home_region.in_(places(scope)) | listed


def by_school_or_household(scope: Scope) -> pw.Expression | None:
    """A school reads its own list; an office every row whose school or household lies in its place."""
    if scope.school_id is not None or not scope.prefix:
        return _at_own_school(scope)
    return _at_own_school(scope) | Beneficiary.home_region.in_(places(scope))


def by_household(scope: Scope) -> pw.Expression | None:
    """An office reads the dropouts whose household lies in its place; a school none, for they are at no school."""
    if scope.school_id is not None:
        return DropoutCase.id.is_null()
    return DropoutCase.home_region.in_(places(scope)) if scope.prefix else None


def by_reach(scope: Scope) -> pw.Expression | None:
    """One reads the workbooks that tell of nothing but what one reads oneself: those of one's school, or made for one's
    place or for what lies in it."""
    if scope.school_id is not None:
        return MadeWorkbook.school == scope.school_id
    return MadeWorkbook.prefix.startswith(scope.prefix) if scope.prefix else None


def by_reach_itself(scope: Scope) -> pw.Expression | None:
    """One removes those of one's own school or place, not those of what lies in it."""
    if scope.school_id is not None or not scope.prefix:
        return by_reach(scope)
    return (MadeWorkbook.prefix == scope.prefix) & MadeWorkbook.school.is_null()


def _at_own_school(scope: Scope) -> pw.Expression | None:
    if scope.school_id is not None:
        return Beneficiary.school == scope.school_id
    return Beneficiary.school.in_(visible(Organisation, scope).select(Organisation.id))


OWNED: dict[type[Row], Rule] = {
    Region: public,
    Organisation: by_organisation,
    Account: through(Account.organisation),
    Session: through(Session.account),
    SavedView: by_account_or_shared(SavedView),
    Summary: by_account_or_shared(Summary),
    CountySetting: public,
    OwnColumn: public,
    RegisterBatch: by_batch,
    RegisterPerson: by_register,
    Enrolment: through(Enrolment.school),
    Submission: through(Submission.school),
    Beneficiary: by_school_or_household,
    Notice: through(Notice.organisation),
    Proof: through(Proof.beneficiary),
    AidItem: by_county,
    AidStandard: through(AidStandard.item),
    AidGrant: through(AidGrant.beneficiary),
    PublicNotice: through(PublicNotice.school),
    DropoutCase: by_household,
    DropoutVisit: through(DropoutVisit.case),
    Operation: through(Operation.organisation),
    Change: through(Change.operation),
    Upload: through(Upload.office),
    ImportRun: through(ImportRun.office),
    HeldRow: through(HeldRow.run),
    ColumnChoice: through(ColumnChoice.office),
    MadeWorkbook: by_reach,
}

# Where one may change fewer rows than one may read (DOMAIN.md part 2: a county changes only rows of its own schools).
# A register is its receiving office's to change, though those below read their own people in it.
CHANGEABLE: dict[type[Row], Rule] = {
    Beneficiary: _at_own_school,
    AidItem: through(AidItem.office),
    AidStandard: through_own(AidStandard.item),
    AidGrant: through_own(AidGrant.beneficiary),
    CountySetting: through(CountySetting.office),
    MadeWorkbook: by_reach_itself,
    OwnColumn: through(OwnColumn.office),
    Proof: through_own(Proof.beneficiary),
    RegisterBatch: through(RegisterBatch.office),
    RegisterPerson: through_own(RegisterPerson.batch),
    SavedView: through(SavedView.account),  # and of these one's own alone: aid/operations/saved_views.py
    Summary: through(Summary.account),  # and of these one's own alone: aid/operations/summaries.py
}


def visible(model: type[Row], scope: Scope) -> pw.ModelSelect:
    """Select the rows of `model` that `scope` may read.

    A model missing from OWNED raises KeyError: a new table is invisible until someone says whose it is.
    """
    return _select(model, OWNED[model](scope))


def changeable(model: type[Row], scope: Scope) -> pw.ModelSelect:
    """Select the rows of `model` that `scope` may write, given the permission."""
    return _select(model, CHANGEABLE.get(model, OWNED[model])(scope))


def within(rows: pw.ModelSelect, ids: Iterable[int] | pw.Select) -> pw.ModelSelect:
    """Of `rows`, from `visible` or `changeable`, those with these ids.

    The rule is asked of each of them, and never looked up first: a county has tens of thousands of rows.
    """
    chosen = rows.model.select().where(dialect.listed(rows.model.id, ids))
    return chosen if rows._where is None else chosen.where(dialect.asked_of_each(rows._where))


def _select(model: type[Row], rule: pw.Expression | None) -> pw.ModelSelect:
    query = model.select()
    return query if rule is None else query.where(rule)
