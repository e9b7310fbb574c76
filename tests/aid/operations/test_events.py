"""What is on record though it changes no row; how long the record is kept, and that nobody else shortens it."""

import datetime as dt

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations import checking, events, history
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from codes import Event
from models import Account, Change, Operation, Result, Role, Session, db, now


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def grown_old(years: float) -> None:
    """As if everything on record had happened so long ago."""
    long_ago = now() - years * events.YEAR
    with db.atomic():
        Operation.update(at=long_ago).execute()
        Session.update(started=long_ago).execute()


def test_an_export_says_what_and_how_many_rows(world):
    events.exported(world.actors["a"], "资助对象（csv）", 40)
    done = newest()
    assert (done.action, done.result, done.rows, done.sentence) == (
        Event.EXPORT,
        Result.DONE,
        40,
        "导出资助对象（csv）",
    )
    assert (done.actor, done.organisation, done.undoable) == ("a", world.organisations["a"], False)


def test_a_refusal_is_one_line_whatever_was_asked_for(world):
    events.refused(world.actors["a"], "GET /check/\r\n伪造的一行\u2028\x1b[31m", 404)
    done = newest()
    assert (done.action, done.result) == (Event.REFUSAL, Result.REFUSED)
    assert not [letter for letter in done.sentence if not letter.isprintable()]


def test_what_is_too_long_to_keep_is_cut(world):
    events.refused(world.actors["a"], "x" * 1000, 404)
    assert len(newest().sentence) == Operation.sentence.max_length


@pytest.mark.parametrize(("who", "reads"), [("county", True), ("auditor", True), ("a", True), ("b", False)])
def test_an_event_is_read_like_any_operation_of_the_office(world, who, reads):
    events.exported(world.actors["a"], "资助对象（csv）", 40)
    assert visible(Operation, world.actors[who].scope).where(Operation.id == newest().id).exists() == reads


def test_an_event_cannot_be_undone(world):
    events.exported(world.actors["county"], "资助对象（csv）", 40)
    assert not history.may_undo(world.actors["county"], newest())


# -- how long --------------------------------------------------------------------


def test_the_record_is_kept_for_its_years_and_then_goes(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    history.undo(world.actors["a"], newest())
    kept = Operation.select().count()
    grown_old(2.99)
    assert events.forget(SYSTEM, years=3) == 0
    assert Operation.select().count() == kept
    grown_old(3.01)
    assert events.forget(SYSTEM, years=3) == kept
    assert (Change.select().count(), newest().action, newest().rows) == (0, Event.FORGET, kept)


def test_what_happened_since_stays_also_where_it_undid_something_older(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    grown_old(4)
    history.undo(world.actors["a"], newest())
    events.forget(SYSTEM, years=3)
    undoing = Operation.get(Operation.sentence.startswith("撤销"))
    assert undoing.undoes is None
    assert {change.operation for change in Change.select()} == {undoing}


def test_sign_ins_are_forgotten_with_the_record_of_them(world):
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(Account, login="x", name="x", role=Role.SYSTEM, password_hash="")
        ledger.add(Session, account=account, digest="old")
    grown_old(4)
    with writing(SYSTEM, Permission.ACCOUNT_SELF) as ledger:
        ledger.add(Session, account=account, digest="new", started=now() - dt.timedelta(days=300))
    events.forget(SYSTEM, years=3)
    assert [session.digest for session in Session.select()] == ["new"]


@pytest.mark.parametrize("who", ["county", "a", "town", "city", "province", "auditor"])
def test_nobody_but_the_administrator_forgets(world, who):
    grown_old(4)
    before = Operation.select().count()
    with pytest.raises(NotAllowed):
        events.forget(world.actors[who], years=3)
    assert Operation.select().count() == before
