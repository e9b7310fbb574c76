"""What is put on record though it changes no row, and how long the record is kept (等保 7.1.4.3: audit)."""

import datetime as dt

from aid.ledger import note, writing
from aid.permissions import Permission
from aid.scope import Actor
from codes import Event
from models import Result, now

YEAR = dt.timedelta(days=366)  # a leap day more rather than one less


def exported(actor: Actor, what: str, rows: int) -> None:
    """Put on record that the actor took `rows` rows of `what` out of the program."""
    note(actor, Event.EXPORT, f"导出{what}", rows=rows)


def refused(actor: Actor, where: str, code: int) -> None:
    """Put on record that the actor was refused at the page `where`, with the HTTP status `code`."""
    told = "".join(letter if letter.isprintable() else "�" for letter in where)
    note(actor, Event.REFUSAL, f"被拒（{code}）：{told}", result=Result.REFUSED)


def forget(actor: Actor, *, years: int) -> int:
    """Remove what the history and the sign-ins say of the time more than `years` ago; return how many operations.

    That it was done, and up to when, is on record itself. Raises NotAllowed: only the server's own administrator may.
    """
    before = now() - years * YEAR
    with writing(actor, Permission.HISTORY_FORGET, undoable=False) as ledger:
        operations = ledger.forget(before)
    if operations:
        note(actor, Event.FORGET, f"清理 {before:%Y-%m-%d} 以前的操作记录", rows=operations)
    return operations
