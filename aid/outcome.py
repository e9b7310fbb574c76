"""What an operation on many rows hands back to the one who asked for it."""

from dataclasses import dataclass

from models import Account


@dataclass(frozen=True)
class Outcome:
    """`operation_id` is None where nothing needed changing; `moved_on` names, a sentence each, rows that were left
    alone by an undo because somebody changed them since."""

    operation_id: int | None
    rows: int
    moved_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Handed(Outcome):
    """One-time passwords with their accounts: to be shown in this one answer and kept nowhere."""

    passwords: tuple[tuple[Account, str], ...] = ()
