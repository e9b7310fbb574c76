"""A table's own sheet comes in: its rows are found by what they are known by, and a cell that says something else than
the row does is read and judged by the table's editor, as if it were typed into the grid.

What a cell says is compared with what the row shows before it is read: a list that was exported and sent back unchanged
changes nothing, whatever stands in it. No query is made per row.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, ClassVar, NamedTuple

import peewee as pw

from aid import dialect, typed
from aid.editing.base import Draft, Editor
from aid.editing.deciding import MISSING, NOT_GIVEN
from aid.editing.links import meant
from aid.editing.saving import change_rows
from aid.imports.base import UNTOUCHED, Delivery, Fate, Intake, SheetFormat, Taken
from aid.imports.rows import KNOWN
from aid.ledger import Ledger
from aid.own_columns import field_of
from aid.rules.cells import SPACES, Cell, Fault, is_empty, shown
from aid.scope import SYSTEM, Actor, visible, within
from models import Row

OUT_OF_REACH = Fault("scope", "这一行不归您修改，请改回原样或删去它，由管它的机构修改")
FIXED = Fault("fixed", "已有的行不能改这一列，请照原样填写或留空")
REPEATED = Fault("duplicate", "这一行在表中出现了不止一次，请只留一行")

Key = tuple[Any, ...]


class TableFormat(SheetFormat):
    """The sheet of a table: `key` are the columns its rows are known by, the others those of its editor."""

    editor: ClassVar[Editor]
    key: ClassVar[tuple[str, ...]]
    generated = True

    @classmethod
    def idle(cls) -> bool:
        return {column.name for column in cls.columns} <= set(cls.key)

    @classmethod
    def key_told(cls) -> str:
        return "、".join(column.title for column in cls.columns if column.name in cls.key)


class Stored(NamedTuple):
    """A row that stands in the table: its id, and its values in the order of the sheet's cells."""

    id: int
    values: Sequence[Any]


class TableIntake(Intake):
    """Changes rows by their natural key, and adds those without one where the editor can add."""

    sheet: type[TableFormat]

    def __init__(self, sheet: type[TableFormat], actor: Actor, delivery: Delivery) -> None:
        super().__init__(sheet, actor, delivery)
        places = {column.name: at for at, column in enumerate(sheet.columns)}
        self._editor, self._writable = sheet.editor, frozenset(sheet.editor.writable)
        self._fields = {name: field_of(self.model, name) for name in places}
        self._titles = {column.name: column.title for column in sheet.columns}
        self._keys = [(name, places[name]) for name in sheet.key]
        self._cells = [(name, at) for name, at in places.items() if name not in sheet.key]
        self._meanings: dict[str, Mapping[str, Row | Fault]] = {}  # of a pointer's texts
        self._names: dict[str, Mapping[int, str]] = {}  # of what a pointer points at, by id
        self._value = lru_cache(KNOWN, typed=True)(self._read)
        self._text = lru_cache(KNOWN, typed=True)(self._told)

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        pointers = [(name, at) for name, at in (*self._keys, *self._cells) if self._target(name)]
        self._meanings = {name: self._meant(name, {row.values[at] for row in rows}) for name, at in pointers}
        keyed, new = self._keyed(rows)
        stored = self._stored(keyed)
        self._names = self._names_in(stored.values())
        pending: dict[int, tuple[Taken, dict[str, Any]]] = {}
        for key, some in self.report.passing("比较", list(keyed.items())):
            for row, row_id, differing in self._paired(some, stored.get(key, ())):
                pending[row_id] = row, differing
        self._write(ledger, pending, new)

    def _write(self, ledger: Ledger, pending: Mapping[int, tuple[Taken, dict[str, Any]]], new: Sequence[Taken]) -> None:
        rows, drafts = {}, []
        present = self._editor.drafts(ledger, list(pending)) if pending else {}
        for row_id, (row, differing) in pending.items():
            if row_id not in present:
                self._hold(row, [(self.sheet.key[0], OUT_OF_REACH)])
                continue
            present[row_id].values.update(differing)
            rows[row_id] = row
            drafts.append(present[row_id])
        for draft, row in self._drafted(new):
            rows[draft.key] = row
            drafts.append(draft)
        drafts = self._settled(ledger, drafts, rows)
        changed, added = ([draft for draft in drafts if (draft.key > 0) == old] for old in (True, False))
        for draft in changed:
            self.report.becomes(rows[draft.key].row, Fate.CHANGED, self._differences(draft))
        for draft in added:
            self.report.becomes(rows[draft.key].row, Fate.ADDED)
        self.report.changed += len(change_rows(ledger, self._editor, changed))
        self.report.added += len(added)
        if added:
            self._editor.add(ledger, added)

    # -- which row ------------------------------------------------------------

    def _keyed(self, rows: Iterable[Taken]) -> tuple[dict[Key, list[Taken]], list[Taken]]:
        """The rows by what they are known by, and those to be added, which have no key yet."""
        keyed, new = defaultdict(list), []
        for row in rows:
            if row.values[self._keys[0][1]] == "":
                new.append(row)
                continue
            key = [self._meanings.get(name, {}).get(row.values[at], row.values[at]) for name, at in self._keys]
            faults = [(name, one) for (name, _), one in zip(self._keys, key, strict=True) if type(one) is Fault]
            if faults:
                self._hold(row, faults)
            else:
                keyed[tuple(one.id if isinstance(one, Row) else one for one in key)].append(row)
        return keyed, new

    def _stored(self, keyed: Collection[Key]) -> dict[Key, list[Stored]]:
        """The rows of the table that one sees with these keys, in one query."""
        found = defaultdict(list)
        fields = [self._fields[name] for name, _ in (*self._keys, *self._cells)]
        seen = visible(self.model, self.actor.scope).where(dialect.listed(fields[0], {key[0] for key in keyed}))
        width = len(self._keys)
        for row_id, *values in seen.select(self.model.id, *fields).order_by(self.model.id).tuples():
            found[tuple(values[:width])].append(Stored(row_id, values[width:]))
        return found

    def _paired(self, rows: Sequence[Taken], stored: Sequence[Stored]) -> Iterator[tuple[Taken, int, dict[str, Any]]]:
        """The rows of one key that differ, each with the id of its own and how. Of several stored ones those that are
        shown as they are go first; then one that is left can only be the one that is left."""
        left, free = (rows, stored) if len(rows) == len(stored) == 1 else self._unlike(rows, stored)
        if len(left) == 1 and len(free) == 1 and len(rows) == len(stored):
            yield from self._compared(left[0], free[0])
            return
        for row in left:
            self._hold(row, [(self.sheet.key[0], self._stray(len(rows), len(stored)))])

    def _unlike(self, rows: Sequence[Taken], stored: Sequence[Stored]) -> tuple[list[Taken], list[Stored]]:
        """Those of either that are left over when a row is put to a stored one that is shown like it."""
        left, free = [], list(stored)
        for row in rows:
            same = next((one for one in free if not self._differing(row, one.values)), None)
            if same is None:
                left.append(row)
            else:
                free.remove(same)
                self._unchanged(row)
        return left, free

    def _compared(self, row: Taken, stored: Stored) -> Iterator[tuple[Taken, int, dict[str, Any]]]:
        """A row with the id of its own where it differs, unless a cell of it is at fault."""
        differing = self._differing(row, stored.values)
        if faults := [(name, value) for name, value in differing.items() if type(value) is Fault]:
            self._hold(row, faults)
        elif differing:
            yield row, stored.id, differing
        else:
            self._unchanged(row)

    def _unchanged(self, row: Taken) -> None:
        self.report.unchanged += 1
        self.report.becomes(row.row, Fate.UNCHANGED)

    def _stray(self, rows: int, stored: int) -> Fault:
        """Why a row cannot be told to be one of the table's."""
        told = self.sheet.key_told()
        if not stored:
            empty = f"要新增的请把{told}留空" if self._editor.addable else f"这张表只更新已有的{self.model.title}"
            return Fault("unknown", f"按{told}找不到这一行，或不归您管理；请核对，{empty}")
        if rows > stored:
            return REPEATED
        return Fault(
            "ambiguous", f"有 {stored} 行的{told}都是这样，分不清改的是哪一行；请在{self.model.title}的表格里修改"
        )

    # -- which cells ----------------------------------------------------------

    def _differing(self, row: Taken, stored: Sequence[Any]) -> dict[str, Any]:
        """By column what a row of the sheet says that the stored one does not: a value, or the fault of its cell."""
        found = {}
        for (name, at), before in zip(self._cells, stored, strict=True):
            cell = row.values[at]
            if cell is UNTOUCHED or shown(cell).strip(SPACES) == self._text(name, before):
                continue
            if name not in self._writable and is_empty(cell):
                continue
            value = self._value(name, cell)
            if type(value) is Fault or self._kept(name, value) != self._kept(name, before):
                found[name] = value if type(value) is Fault or name in self._writable else FIXED
        return found

    def _read(self, name: str, cell: Cell) -> Any:
        """The value that a cell means, or its fault."""
        if name in self._meanings and not is_empty(cell):
            return self._meanings[name][shown(cell)]
        try:
            return self._editor.read(name, cell, today=self.delivery.today)
        except Fault as fault:
            return fault

    def _told(self, name: str, value: Any) -> str:
        """What the list shows of a stored value."""
        if name in self._names:
            return self._names[name].get(value, "")
        return self._editor.text(name, value).strip(SPACES)

    # -- what it points at ----------------------------------------------------

    def _target(self, name: str) -> type[Row] | None:
        field = self._fields[name]
        return field.rel_model if isinstance(field, pw.ForeignKeyField) else None

    def _meant(self, name: str, cells: Iterable[Cell]) -> Mapping[str, Row | Fault]:
        texts = {shown(cell) for cell in cells if cell is not UNTOUCHED and not is_empty(cell)}
        among = self._pointed(name) if name in self.sheet.key else None
        return meant(self.actor, self._target(name), texts, among=among)

    def _pointed(self, name: str) -> pw.ModelSelect:
        """What the rows one sees point at, wherever it is: a child who lives here may go to school elsewhere."""
        target, seen = self._target(name), visible(self.model, self.actor.scope).select(self._fields[name])
        return visible(target, SYSTEM.scope).where(target.id.in_(seen))

    def _names_in(self, stored: Iterable[Sequence[Stored]]) -> dict[str, dict[int, str]]:
        """By pointer and id what the pointers of these rows show."""
        rows = list(chain.from_iterable(stored))
        names = {}
        for at, (name, _) in enumerate(self._cells):
            if target := self._target(name):
                ids = {row.values[at] for row in rows} - {None}
                names[name] = {row.id: str(row) for row in within(visible(target, self.actor.scope), ids)}
        return names

    # -- what the editor says -------------------------------------------------

    def _drafted(self, rows: Sequence[Taken]) -> Iterator[tuple[Draft, Taken]]:
        """The rows to be added."""
        addable = self._editor.addable_by(self.actor)
        for place, row in enumerate(rows):
            values, faults = self._given(row, addable)
            if not addable:
                faults = [(self.sheet.key[0], Fault("scope", f"您不能用表格新增{self.model.title}"))]
            if faults:
                self._hold(row, faults)
            else:
                yield Draft(-1 - place, 0, "", {}, values=values), row

    def _given(self, row: Taken, addable: Collection[str]) -> tuple[dict[str, Any], list[tuple[str, Fault]]]:
        """The values that a row to be added is given, and the faults of its cells."""
        values, faults = {}, []
        for name, at in self._cells:
            cell = row.values[at]
            if cell is UNTOUCHED or is_empty(cell):
                value = Fault("missing", MISSING) if name in self._editor.demanded else UNTOUCHED
            else:
                value = self._value(name, cell) if name in addable else Fault("fixed", NOT_GIVEN)
            if type(value) is Fault:
                faults.append((name, value))
            elif value is not UNTOUCHED:
                values[name] = value
        return values, faults

    def _settled(self, ledger: Ledger, drafts: Sequence[Draft], rows: Mapping[int, Taken]) -> Sequence[Draft]:
        """The drafts that break no rule of whole rows; a row with a fault is held back whole."""
        while drafts and (found := list(self._editor.every_fault(ledger, drafts))):
            faults = defaultdict(list)
            for draft, column, sentence in found:
                name = column if column in self._titles else self.sheet.key[0]
                faults[draft.key].append((name, Fault("rule", sentence)))
            for key, some in faults.items():
                self._hold(rows[key], some)
            drafts = [draft for draft in drafts if draft.key not in faults]
        return drafts

    def _differences(self, draft: Draft) -> dict[str, tuple[Any, Any]]:
        return {
            name: tuple(self._kept(name, one) for one in (draft.present[name], value))
            for name, value in draft.values.items()
        }

    def _kept(self, name: str, value: Any) -> Any:
        return typed.stored(self._fields[name], value)

    def _hold(self, row: Taken, faults: Sequence[tuple[str, Fault]]) -> None:
        self.report.hold(row.row, [(self._titles[name], fault) for name, fault in faults], row.cells)
