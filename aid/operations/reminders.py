"""Reminding (催报): a sentence from an office that stands on a school's first page until somebody there has read it."""

import peewee as pw

from aid import dialect
from aid.errors import OutOfScope, RuleBroken
from aid.ledger import Ledger, writing
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.scope import Actor, changeable, visible, within
from aid.selection import Selection
from models import Notice, Organisation, OrganisationKind, OrganisationStatus, now

LONGEST = Notice.sentence.max_length


def remind(actor: Actor, schools: Selection, *, sentence: str) -> Outcome:
    """Tell every chosen school, an open one of the actor's, one sentence; in one operation.

    A school on whose first page the same sentence of this office still stands is not told again. Raises RuleBroken for
    an empty sentence, for what is no open school and where nobody is left to tell, OutOfScope for an actor without an
    office, and what Selection.resolve raises.
    """
    sentence = sentence.strip()
    if not 0 < len(sentence) <= LONGEST:
        raise RuleBroken(f"请写明要说的话，最多 {LONGEST} 个字")
    with writing(actor, Permission.NOTICE_SEND) as ledger:
        if actor.organisation_id is None:
            raise OutOfScope("催报由县资助中心或中心校发出，请用它们的账号")
        ids = schools.resolve(ledger)
        _refuse_others(ledger, ids)
        told = _told_already(actor, ids, sentence)
        if told.issuperset(ids):
            raise RuleBroken("所选学校都有同样的一条通知还没有看，没有重复发；要再催请换一句话")
        sent = ((school, actor.organisation_id, sentence) for school in ids if school not in told)
        rows = ledger.add_many(Notice, ("organisation", "office", "sentence"), sent)
        ledger.say(f"催报 {rows} 所学校：{sentence}")
    return Outcome(ledger.operation.id, rows)


def dismiss(actor: Actor, notice: Notice) -> Outcome:
    """The actor's own organisation has read `notice`: it leaves the first page. Raises OutOfScope for another's, and
    RuleBroken for one that was read."""
    with writing(actor, Permission.NOTICE_DISMISS) as ledger:
        found = ledger.fresh(notice)
        if found.organisation_id != actor.organisation_id:
            raise OutOfScope("这条通知不是给您的，由收到的学校标为已阅")
        if found.seen_at is not None:
            raise RuleBroken(f"{found.seen_by}已经看过这条通知了")
        ledger.change(found, seen_at=now(), seen_by=actor.name)
        ledger.say(f"已阅通知：{found.sentence}")
    return Outcome(ledger.operation.id, 1)


def unseen(actor: Actor) -> pw.ModelSelect:
    """The notices to the actor's organisation that nobody there has read, the newest first, each with its office."""
    mine = visible(Notice, actor.scope).where(Notice.organisation == actor.organisation_id, Notice.seen_at.is_null())
    return mine.select(Notice, Organisation).join(Organisation, on=Notice.office).order_by(Notice.id.desc())


def _told_already(actor: Actor, ids: list[int], sentence: str) -> set[int]:
    same = (Notice.office == actor.organisation_id, Notice.sentence == sentence, Notice.seen_at.is_null())
    stands = visible(Notice, actor.scope).where(*same, dialect.listed(Notice.organisation, ids))
    return {school for (school,) in stands.select(Notice.organisation).tuples()}


def _refuse_others(ledger: Ledger, ids: list[int]) -> None:
    school = Organisation.kind == OrganisationKind.SCHOOL
    open_school = school & (Organisation.status == OrganisationStatus.OPEN)
    others = within(changeable(Organisation, ledger.actor.scope), ids).where(~open_school)
    if found := [str(row) for row in others.limit(3)]:
        raise RuleBroken(f"{'、'.join(found)}不是正常的学校，不能催报，未作任何改动")
