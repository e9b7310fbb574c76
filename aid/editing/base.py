"""What an editor is: the columns of one table that may be changed in the grid, and the rules of its rows."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aid import own_columns, typed
from aid.labels import label_of
from aid.ledger import Ledger
from aid.own_columns import field_of, own_names
from aid.permissions import Permission
from aid.scope import Actor
from models import Row


@dataclass(slots=True)
class Draft:
    """A row on its way: `key` is its id, or -1-n for the n-th added one; `name` what it is called; `present` its
    values as they stand, by column; `values` those that differ from now on; `source` what else the editor has read."""

    key: int
    version: int
    name: str
    present: Mapping[str, Any]
    source: Any = None
    values: dict[str, Any] = field(default_factory=dict)


Fault = tuple[Draft, str, str]  # the draft, the column ("" is the whole row), the sentence


class Editor:
    """One table in the grid. `columns` may be changed; `addable` may be given to a new row (none: rows are not added
    here), `required` must be."""

    model: ClassVar[type[Row]]
    permission: ClassVar[Permission]
    columns: ClassVar[tuple[str, ...]]
    addable: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ()

    @property
    def writable(self) -> tuple[str, ...]:
        """The columns that may be changed, with those that the county has added."""
        return (*self.columns, *own_names(self.model))

    @property
    def demanded(self) -> tuple[str, ...]:
        """The columns that a new row must be given, with those that the county has added."""
        return (*self.required, *own_columns.demanded(self.model))

    def addable_by(self, actor: Actor) -> tuple[str, ...]:
        """The columns that this actor may give to a new row; none where they may not add any."""
        return (*self.addable, *own_names(self.model)) if self.addable and actor.may(self.permission) else ()

    def read(self, column: str, given: str, *, today: dt.date) -> Any:
        """The value that a typed text means. Raises aid.rules.cells.Fault."""
        return typed.read(field_of(self.model, column), given, today=today)

    def text(self, column: str, value: Any) -> str:
        """A value as the grid shows it; the way back of `read`."""
        if isinstance(value, Row):
            return str(value)
        return label_of(field_of(self.model, column), value)

    def drafts(self, ledger: Ledger, ids: Sequence[int]) -> dict[int, Draft]:
        """The rows of `ids` that the actor may change here, by id, in one query."""
        raise NotImplementedError

    def faults(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterable[Fault]:
        """What the rules of whole rows have against the drafts, set-based: no query per row."""
        raise NotImplementedError

    def every_fault(self, ledger: Ledger, drafts: Sequence[Draft]) -> Iterator[Fault]:
        """`faults`, and what is asked of the columns that the county has added: of a row that changes or is new, not
        of one that is left as it is."""
        for draft in drafts if own_names(self.model) else ():
            for column, sentence in own_columns.broken(self.model, draft.present, draft.values):
                yield draft, column, sentence
        yield from self.faults(ledger, drafts)

    def beside(self, ledger: Ledger, draft: Draft) -> dict[str, Any]:
        """What else a sound draft changes in its row."""
        return {}

    def add(self, ledger: Ledger, drafts: Sequence[Draft]) -> list[int]:
        """Add sound drafts as rows; return their ids in order."""
        raise NotImplementedError
