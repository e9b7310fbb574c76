"""A comparison of two deliveries in the clerk's words: for its page and for the workbook of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aid.labels import changes_as_text, label_of
from aid.operations.deliveries import Difference
from aid.rules.deliveries import COLUMNS, Person
from aid.scope import Scope, visible
from codes import RegisterFate
from models import Region, RegisterPerson

SHOWN = ("name", "id_number", "household_no", "head_name", "home_region", "hardship", "left_poverty")
AT = {name: at for at, name in enumerate(COLUMNS, 1)}
FIELDS = RegisterPerson._meta.fields
HEADINGS = tuple(FIELDS[name].verbose_name for name in SHOWN)


@dataclass(frozen=True)
class Line:
    """One person as shown: `cells` in the order of HEADINGS, as the newest row has them; `changes` are (column, before,
    after)."""

    fate: RegisterFate
    cells: Sequence[str]
    changes: Sequence[tuple[str, str, str]]

    @property
    def told(self) -> str:
        """The changes as one text, for a cell of a workbook."""
        return changes_as_text(self.changes)


def lines_of(scope: Scope, differences: Sequence[Difference]) -> Iterator[Line]:
    """The differences as lines, in their order; one query for the names of the places."""
    places = {row[AT["home_region"]] for one in differences for row in (one.old, one.new) if row}
    named = visible(Region, scope).where(Region.id.in_(places)).select(Region.id, Region.name).tuples()
    names = dict(named)
    for one in differences:
        row = one.new or one.old
        changes = [(FIELDS[name].verbose_name, *_sides(one, name, names)) for name in one.columns]
        yield Line(one.fate, [_text(row, name, names) for name in SHOWN], changes)


def _sides(one: Difference, name: str, names: dict[int, str]) -> tuple[str, str]:
    return _text(one.old, name, names), _text(one.new, name, names)


def _text(row: Person, name: str, names: dict[int, str]) -> str:
    value: Any = row[AT[name]]
    return names.get(value, "") if name == "home_region" else label_of(FIELDS[name], value)
