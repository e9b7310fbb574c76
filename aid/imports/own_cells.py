"""The columns that the county has added, in the sheets of their tables: behind the fixed ones, as they are by now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aid import own_columns, typed
from aid.imports.base import UNTOUCHED, Column, SheetFormat, Taken
from aid.own_columns import Defined, closed_in, own_of
from aid.rules import cells
from aid.rules.cells import Cell, Fault, Reader, one_of, shown, tidy
from models import Extensible


class NowColumns:
    """The columns of a sheet: the fixed ones, and `own` made of each that its table has been given by now."""

    def __init__(self, fixed: Sequence[Column], own: Callable[[Defined], Column]) -> None:
        self.fixed, self.own = tuple(fixed), own

    def __get__(self, _: object, sheet: type[SheetFormat]) -> tuple[Column, ...]:
        return (*self.fixed, *map(self.own, own_of(sheet.intake.model)))


@dataclass(frozen=True)
class ClosedToo:
    """Reads the labels of closed choices as well, which may stand where they are; `like` is what may be chosen."""

    like: Reader
    closed: Mapping[str, str]

    def __call__(self, cell: Cell) -> str:
        return self.closed.get(tidy(shown(cell))) or self.like(cell)


def column_of(one: Defined, read: Reader) -> Column:
    """A column of the county's own in a sheet, whose cells `read` reads."""
    note = "。".join(filter(None, (one.help, "县里要求必填" if one.required else "")))
    return Column(one.label, one.slot, read, note=note, left_alone=True)


def choosable(one: Defined) -> Reader:
    """Reads a filled cell of it; of choices those that are not closed."""
    if not one.field.choices:
        return typed.reader(one.field)
    return partial(
        one_of, labels={label: code for code, label in one.field.choices if code not in closed_in(one.field)}
    )


def read_at_once(one: Defined) -> Column:
    """A column of a sheet that the office receives: its cells are read with the others of their row."""
    read = choosable(one)
    closed = {tidy(label): code for code, label in one.field.choices or () if code in closed_in(one.field)}
    column = column_of(one, ClosedToo(read, closed) if closed else read)
    return replace(column, empty=None, dated=read is cells.date)


class OwnCells:
    """What the rows of such a sheet say in them; a column that the sheet does not have says nothing."""

    def __init__(self, sheet: type[SheetFormat]) -> None:
        self._model: type[Extensible] = sheet.intake.model
        columns = sheet.columns
        self._start = len(columns) - len(own_of(self._model))
        self.titles = {column.name: column.title for column in columns[self._start :]}

    def said(self, row: Taken) -> dict[str, Any]:
        """By column what the row says, None where its cell is empty."""
        cells_of = zip(self.titles, row.values[self._start :], strict=True)
        return {name: value for name, value in cells_of if value is not UNTOUCHED}

    def kept(self, said: Mapping[str, Any]) -> list[Any]:
        """The values of all of them as the database keeps them; None for what is not said."""
        kept = own_columns.as_kept(self._model, said)
        return [kept.get(name) for name in self.titles]

    def faults(
        self, said: Mapping[str, Any], *, present: Mapping[str, Any], among: Iterable[str]
    ) -> list[tuple[str, Fault]]:
        """By title what is wrong `among` these with a row that is `present` and is to be as it says."""
        wanted = set(among)
        told = own_columns.broken(self._model, present, said)
        return [(self.titles[name], Fault("rule", sentence)) for name, sentence in told if name in wanted]
