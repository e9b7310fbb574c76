"""Public notice (公示): what hangs on a school's notice board from one day to another, and the record of it.

What was shown is kept as it was shown, so that the very page can be printed again years later; a notice is never
changed. One made by mistake is taken back by an undo.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aid.errors import Conflict, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.public_lists import Posted, posted
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.signs import sign_of
from aid.scope import Actor, Scope, changeable, visible
from models import Organisation, OrganisationKind, OrganisationStatus, PublicNotice

DAYS = 5  # working days that a notice hangs, where nobody says otherwise
LONGEST = dt.timedelta(days=366)
COLUMNS = ("school", "heading", "term", "item", "first_day", "last_day", "phone", "heads", "maker", "rows")


@dataclass(frozen=True)
class Wanted:
    """What is to be shown: of which term, of one item or ("") of all, at one school or at all of one's own that have
    somebody to show; from which day to which; and whom to telephone, "" for a number to be written in by hand."""

    term: str
    item: str
    school_id: int | None
    first_day: dt.date
    last_day: dt.date
    phone: str = ""

    @property
    def heading(self) -> str:
        return f"{self.term}{self.item or '学生资助'}公示名单"


def schools(scope: Scope) -> list[Organisation]:
    """The open schools whose notice boards are one's own to fill, by code."""
    mine = changeable(Organisation, scope).where(
        Organisation.kind == OrganisationKind.SCHOOL, Organisation.status == OrganisationStatus.OPEN
    )
    return list(mine.order_by(Organisation.code))


def to_show(scope: Scope, wanted: Wanted) -> dict[int, list[Posted]]:
    """By school the children who would be shown now. Raises OutOfScope for a school that is not one's own or not open,
    RuleBroken for days that cannot be."""
    if wanted.last_day < wanted.first_day:
        raise RuleBroken("公示结束不能早于公示开始")
    if wanted.last_day - wanted.first_day > LONGEST:
        raise RuleBroken("公示时间超过一年，请核对日期")
    own = {school.id for school in schools(scope)}
    if wanted.school_id is not None and wanted.school_id not in own:
        raise OutOfScope("没有这所学校，或它不在您的管理范围内、已撤并")
    found: dict[int, list[Posted]] = {}
    for child in posted(scope, wanted.term, item=wanted.item, school_id=wanted.school_id):
        if child.school_id in own:
            found.setdefault(child.school_id, []).append(child)
    return found


def publish(actor: Actor, wanted: Wanted, *, sign: str) -> Outcome:
    """Put on record a notice for every school with somebody to show, in one operation; the outcome counts notices.

    `sign` is `sign_of` the children that the preview showed. Raises NotAllowed; what `to_show` raises; RuleBroken where
    there is nobody to show, or where the same was published before; Conflict where it would show something else.
    """
    with writing(actor, Permission.PUBLIC_NOTICE_PUBLISH) as ledger:
        found = to_show(actor.scope, wanted)
        heads = sum(map(len, found.values()))
        if not heads:
            raise RuleBroken(why_nobody(wanted))
        if sign_of(found) != sign:
            raise Conflict(f"预览之后公示的名单有变化，现在是 {heads} 人，没有制作；请重新核对名单")
        _refuse_again(actor.scope, wanted, found)
        notices = ledger.add_many(PublicNotice, COLUMNS, _stored(found, wanted, maker=actor.name))
        days = f"{wanted.first_day} 至 {wanted.last_day}"
        ledger.say(f"制作公示：{wanted.heading}，{notices} 所学校 {heads} 人，{days}")
    return Outcome(ledger.operation.id, notices)


def why_nobody(wanted: Wanted) -> str:
    """What a clerk can do about a list on which nobody stands."""
    told = f"“{wanted.item}”" if wanted.item else "任何项目"
    return f"{wanted.term}没有应发或已发{told}的学生可以公示：请先核对名单，并在“资助标准”里填好金额"


def rows_of(notice: PublicNotice) -> list[list[str]]:
    """The lines of a notice as they were shown: name, grade, class, masked ID number, items."""
    return json.loads(notice.rows)


def _refuse_again(scope: Scope, wanted: Wanted, found: Mapping[int, Sequence[Posted]]) -> None:
    """A second click would put the same on record twice."""
    there = visible(PublicNotice, scope).where(
        PublicNotice.heading == wanted.heading,
        PublicNotice.first_day == wanted.first_day,
        PublicNotice.last_day == wanted.last_day,
    )
    rows = set(there.select(PublicNotice.school, PublicNotice.rows).tuples())
    if all((school, _kept(some)) in rows for school, some in found.items()):
        raise RuleBroken("同样的公示已经制作过，没有重复制作；要再打印，请在列表里打开那一份")


def _stored(found: Mapping[int, Sequence[Posted]], wanted: Wanted, *, maker: str) -> list[tuple[object, ...]]:
    """The database values of COLUMNS for the notice of each school."""
    own = (wanted.heading, wanted.term, wanted.item, wanted.first_day.isoformat(), wanted.last_day.isoformat())
    return [(school, *own, wanted.phone, len(some), maker, _kept(some)) for school, some in found.items()]


def _kept(some: Sequence[Posted]) -> str:
    return json.dumps([child.cells for child in some], ensure_ascii=False)
