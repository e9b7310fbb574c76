"""An import that is only tried: the same comparing and holding back as a real one, and not a word to the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import peewee as pw

from aid.scope import Actor
from models import Row

NO_ROW = 0  # the id of a row that a rehearsal has not added


class Rehearsal:
    """Stands in for aid.ledger.Ledger where an Intake writes: it counts what would be written, and writes nothing.

    So a preview waits for nobody and nobody waits for it. What the ledger refuses at the end of a real import, such as
    organisations that lie in a ring, is not found here.
    """

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def add(self, model: type[Row], **values: Any) -> Row:
        return model(id=NO_ROW, **values)

    def change(self, row: Row, **values: Any) -> bool:
        return True

    def add_many(self, model: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        return sum(1 for _ in rows)

    def change_many(self, model: type[Row], changes: Mapping[int, Mapping[str, Any]]) -> int:
        return len(changes)

    def change_where(self, model: type[Row], *where: pw.Expression, **values: Any) -> int:
        return 0
