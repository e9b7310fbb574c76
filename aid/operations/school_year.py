"""The county's own settings: which school year it is, and whether its township offices may check.

The school year decides who is still aided (aid.rules.eligibility). It is turned by the county, never by the clock.
"""

import datetime as dt
from dataclasses import dataclass

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.dropout_cases import settle_cases
from aid.operations.promotion import promote
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.eligibility import school_year_of, told
from aid.rules.times import local
from aid.scope import Actor, Scope, changeable, visible
from models import Beneficiary, CountySetting, Organisation, OrganisationKind, RegisterBatch, now

EARLIEST, LATEST = 2015, 2099


@dataclass(frozen=True)
class Turn:
    """How many rows of the list a school year would change: whose aid ends, and whose begins again."""

    ending: int
    beginning: int


def setting_of(scope: Scope) -> CountySetting | None:
    """The settings of the county that `scope` is or lies in; for a city or province the first by its code. None where
    nobody has set anything."""
    return settings_of(scope).first()


def settings_of(scope: Scope) -> pw.ModelSelect:
    """The query of `setting_of`."""
    settings = visible(CountySetting, scope).join(Organisation)
    return settings.where(Organisation.code.startswith(scope.prefix[:6])).order_by(Organisation.code)


def school_year(scope: Scope) -> int:
    """The school year that the county of `scope` is in; where it has set none, that in which its current register was
    received, for it must not change by itself; without a register that of today."""
    batches = visible(RegisterBatch, Scope(scope.prefix[:6])).where(RegisterBatch.current)
    asked = (
        settings_of(scope).select(CountySetting.school_year).limit(1),
        batches.select(pw.fn.MIN(RegisterBatch.received)),
    )
    [(year, received)] = pw.Select(columns=asked).bind(CountySetting._meta.database).tuples()
    return year or school_year_of(local(RegisterBatch.received.python_value(received) or now()).date())


def turn(scope: Scope, year: int) -> Turn:
    """What making it the school year `year` would change."""
    return Turn(_rows(scope, _ended(year), eligible=True).count(), _rows(scope, ~_ended(year), eligible=False).count())


def change_settings(
    actor: Actor,
    *,
    version: int,
    year: int,
    townships_check: bool,
    report_by: dt.date | None = None,
    promotes: bool = False,
) -> Outcome:
    """Set the county's school year and whether its townships check; rows whose aid ends or begins again change with it,
    in one operation. `version` is that of the settings as shown, 0 where there were none; `report_by` the last day on
    which schools are to hand in. `promotes`: children without
    a place on the roll are raised by a grade, where the year is the next one (aid.operations.promotion).

    Raises NotAllowed, OutOfScope for whoever is no county's office, RuleBroken for a year that cannot be, Conflict.
    """
    if not EARLIEST <= year <= LATEST:
        raise RuleBroken(f"学年应在 {EARLIEST} 到 {LATEST} 之间，填开始的那一年")
    with writing(actor, Permission.SETTING_WRITE) as ledger:
        office = county_office(actor)
        if office is None:
            raise OutOfScope("县的设置由县级资助中心修改，请用县级账号")
        if promotes and year != school_year(actor.scope) + 1:
            raise RuleBroken("只有切换到下一学年时才能升级，未作任何改动")
        values = {"school_year": year, "townships_check": townships_check, "report_by": report_by}
        found = setting_of(actor.scope)
        if found is None:
            ledger.add(CountySetting, office=office, **values)
        else:
            found.version = version
            ledger.change(ledger.fresh(found), **values)
        rows = turn_rows(ledger, year)
        settle_cases(ledger, year)
        raised = f"；{promote(ledger)} 名没有学籍的学生升一级" if promotes else ""
        checks = "可以" if townships_check else "不"
        ledger.say(f"{told(year)}，乡镇{checks}核对；{rows} 人的资助期限有变化{raised}")
    return Outcome(ledger.operation.id, rows)


def county_office(actor: Actor) -> Organisation | None:
    """The actor's own office, where it is a county's."""
    mine = visible(Organisation, actor.scope).where(Organisation.kind == OrganisationKind.COUNTY)
    return mine.where(Organisation.id == (actor.organisation_id or 0)).get_or_none()


def turn_rows(ledger: Ledger, year: int) -> int:
    """End and begin the aid of the rows that a school year ends and begins it for; return how many."""
    ended = ledger.change_where(Beneficiary, *_where(ledger.actor.scope, _ended(year)), eligible=False)
    return ended + ledger.change_where(Beneficiary, *_where(ledger.actor.scope, ~_ended(year)), eligible=True)


def _ended(year: int) -> pw.Expression:
    """As aid.rules.eligibility.eligible has it; never NULL, so that it can be turned round."""
    return Beneficiary.aid_until.is_null(False) & (Beneficiary.aid_until < year)


def _rows(scope: Scope, where: pw.Expression, *, eligible: bool) -> pw.ModelSelect:
    return changeable(Beneficiary, scope).where(where, Beneficiary.eligible == eligible)


def _where(scope: Scope, condition: pw.Expression) -> tuple[pw.Expression, pw.Expression]:
    return Beneficiary.id.in_(changeable(Beneficiary, scope).select(Beneficiary.id)), condition
