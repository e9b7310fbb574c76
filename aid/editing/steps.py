"""Undo and redo in the grid, read from the operations themselves: so they survive a reload, and a second window.

Ctrl+Z takes back the newest gesture in this table that stands; Ctrl+Y what was taken back last, until something new is
done in it. An undo of an undo is a redo (aid.operations.history).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import peewee as pw

from aid.errors import OutOfScope, RuleBroken
from aid.operations import history
from aid.outcome import Outcome
from aid.scope import Actor, visible
from models import Operation, Row

BACK = 500  # how many of one's own operations are looked at: a stack as deep as anybody remembers, whatever the table


@dataclass(frozen=True)
class Steps:
    """The operations that Ctrl+Z and Ctrl+Y would take next, for one actor and table."""

    undo: int | None
    redo: int | None


@dataclass(frozen=True)
class Step:
    """An operation as the stack sees it: a gesture of the table, or what `undoes` another."""

    id: int
    gesture: bool
    undoes: int | None
    undone: bool


def steps(actor: Actor, model: type[Row], *, past: Collection[int] = ()) -> Steps:
    """What can be undone and redone next among the actor's last 500 operations; those of `past` are passed over, for
    somebody else has written over all that they did."""
    columns = (Operation.id, Operation.gesture, Operation.undoes, Operation.undone)
    newest = _own(actor).select(*columns).order_by(Operation.id.desc()).limit(BACK)
    found = [Step(key, _made_in(model, name), undoes, undone) for key, name, undoes, undone in newest.tuples()]
    return next_steps(found, past=past)


def next_steps(newest_first: Sequence[Step], *, past: Collection[int] = ()) -> Steps:
    """The stack that one's operations amount to.

    >>> next_steps([Step(3, False, 2, False), Step(2, True, None, True), Step(1, True, None, False)])
    Steps(undo=1, redo=3)
    >>> next_steps([Step(2, True, None, False), Step(1, True, None, False)], past=[2])
    Steps(undo=1, redo=None)
    """
    gestures = {step.id: step for step in newest_first if step.gesture}
    standing = (key for key, step in gestures.items() if not step.undone and key not in past)
    since = max(gestures, default=0)
    undone = (step for step in newest_first if step.undoes in gestures and step.id > since and not step.undone)
    taken_back = (step.id for step in undone if step.id not in past)
    return Steps(next(standing, None), next(taken_back, None))


def take_step(actor: Actor, model: type[Row], operation_id: int) -> Outcome:
    """Undo a gesture of the actor's own in this table, or redo it by undoing its undo.

    Asked again after it was done, for the answer may have been lost, it writes nothing. Raises OutOfScope for any other
    operation, and what history.undo raises.
    """
    operation = _step(actor, model, operation_id)
    try:
        return Outcome(None, 0) if operation.undone else history.undo(actor, operation)
    except RuleBroken:
        if _step(actor, model, operation_id).undone:  # somebody was quicker, most likely oneself
            return Outcome(None, 0)
        raise


def _step(actor: Actor, model: type[Row], operation_id: int) -> Operation:
    own = _own(actor)
    operation = own.where(Operation.id == operation_id).get_or_none()
    gesture = operation and own.where(Operation.id == (operation.undoes_id or operation.id)).get_or_none()
    if gesture is None or not _made_in(model, gesture.gesture):
        raise OutOfScope("没有这一步，或它不是您在这张表里做的")
    return operation


def _made_in(model: type[Row], gesture: str | None) -> bool:
    return (gesture or "").startswith(f"{model._meta.table_name}/")


def _own(actor: Actor) -> pw.ModelSelect:
    """The operations that the actor's account did; without an account, those under the actor's name."""
    mine = Operation.account == actor.account_id
    if actor.account_id is None:
        mine = Operation.account.is_null() & (Operation.actor == actor.name)
    return visible(Operation, actor.scope).where(mine)
