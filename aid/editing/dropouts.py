"""控辍保学 in the grid: the columns that the county has added. A case itself is opened and closed by its own rules."""

from collections.abc import Iterator, Sequence

from aid.editing.base import Draft, Editor, Fault
from aid.ledger import Ledger
from aid.own_columns import values_of
from aid.permissions import Permission
from aid.scope import changeable, within
from models import DropoutCase


class DropoutCases(Editor):
    """Whoever records visits fills them in."""

    model = DropoutCase
    permission = Permission.DROPOUT_WRITE
    columns = ()

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        rows = within(changeable(DropoutCase, ledger.actor.scope), ids)
        return {row.id: Draft(row.id, row.version, row.name, values_of(row)) for row in rows}

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        return iter(())
