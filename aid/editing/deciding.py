"""From the texts of a gesture to sound values and faults; nothing is written here."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from aid.editing.base import Draft, Editor
from aid.editing.gesture import CellFault, Gesture, RowEdit
from aid.editing.links import meant
from aid.ledger import Ledger
from aid.own_columns import field_of
from aid.rules.cells import Fault, is_empty
from aid.rules.times import local
from aid.scope import Actor
from aid.trace import last_operations
from models import now

FIXED, NOT_GIVEN, MISSING = "这一列不能在表格中修改", "新增的行不能填写这一列", "不能为空"


@dataclass
class Decision:
    """The drafts of a gesture as they come to be sound, and what is wrong with the rest of it."""

    editor: Editor
    actor: Actor
    drafts: Mapping[int, Draft]
    added: list[Draft] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    moved: list[tuple[int, str, str]] = field(default_factory=list)  # row, column, the text that stands there now
    meanings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by column and typed text

    @property
    def changed(self) -> list[Draft]:
        """The drafts that differ from what stands there."""
        return [draft for draft in self.drafts.values() if draft.values]

    @property
    def new(self) -> list[Draft]:
        """The drafts of rows to be added."""
        return [draft for draft in self.added if draft.values]

    def type_in(self, gesture: Gesture) -> None:
        """Give the drafts the values that were typed. Cells that cannot be, or that somebody else has changed since
        they were shown, become faults."""
        meanings = self.meanings = self._meanings(gesture)
        editable = {column: meanings[column] for column in self.editor.writable if column in meanings}
        for edit in gesture.rows:
            self._type_row(edit, editable)
        for n, texts in enumerate(gesture.added):
            self._type_new(-1 - n, texts, meanings)
        if self.moved:
            self.faults += _conflicts(self.editor, self.moved)

    def as_typed(self) -> bool:
        """Whether every cell that is saved shows the very text that was typed into it."""
        text = self.editor.text
        return all(
            type(value) is Fault or text(column, value) == typed
            for column, found in self.meanings.items()
            for typed, value in found.items()
        )

    def settle(self, ledger: Ledger, drafts: Sequence[Draft]) -> None:
        """Hold `drafts` against the rules of whole rows until what is left of them is sound."""
        while broken := list(self.editor.every_fault(ledger, drafts)):
            for draft, column, sentence in broken:
                self._take_back(draft, column, sentence)
            drafts = [draft for draft in drafts if draft.values]

    def _take_back(self, draft: Draft, column: str, sentence: str) -> None:
        """Take back the cell at fault; where it is none of the draft's, all of the draft; of a new row always all."""
        told = [column] if column in draft.values or (column and draft.key < 0) else list(draft.values)
        self.faults += [CellFault(draft.key, name, sentence) for name in told]
        if draft.key < 0:
            draft.values.clear()
        for name in told:
            draft.values.pop(name, None)

    def _type_row(self, edit: RowEdit, meanings: Mapping[str, Mapping[str, Any]]) -> None:
        draft = self.drafts[edit.id]
        moved_on, present, values = draft.version != edit.version, draft.present, draft.values
        for column, old, new in edit.cells:
            if column not in meanings:
                self.faults.append(CellFault(edit.id, column, FIXED))
                continue
            value, stands = meanings[column][new], present[column]
            if type(value) is Fault:
                self.faults.append(CellFault(edit.id, column, str(value)))
            elif value != stands:
                if moved_on and self._moved(old, new, column=column, present=stands):
                    self.moved.append((edit.id, column, self.editor.text(column, stands)))
                else:
                    values[column] = value

    def _moved(self, old: str, new: str, *, column: str, present: Any) -> bool:
        return self.editor.text(column, present) not in (old, new)

    def _type_new(self, key: int, texts: Mapping[str, str], meanings: Mapping[str, Mapping[str, Any]]) -> None:
        filled = {column: text for column, text in texts.items() if not is_empty(text)}
        if not filled:  # a paste that ends in an empty line
            return
        addable, faults = self.editor.addable_by(self.actor), []
        draft = Draft(key, 0, "", {})
        for column in filled:
            if column not in addable:
                faults.append(CellFault(key, column, NOT_GIVEN))
            elif type(value := meanings[column][filled[column]]) is Fault:
                faults.append(CellFault(key, column, str(value)))
            else:
                draft.values[column] = value
        faults += [CellFault(key, column, MISSING) for column in self.editor.demanded if column not in filled]
        self.faults += faults
        if not faults:
            self.added.append(draft)

    def _meanings(self, gesture: Gesture) -> dict[str, dict[str, Any]]:
        """By column and text what it means, the value or its Fault: each text is read once."""
        texts: dict[str, set[str]] = defaultdict(set)
        for edit in gesture.rows:
            for column, _, new in edit.cells:
                texts[column].add(new)
        for row in gesture.added:
            for column, text in row.items():
                texts[column].add(text)
        known = {*self.editor.writable, *self.editor.addable}
        return {column: self._read(column, texts[column]) for column in texts if column in known}

    def _read(self, column: str, texts: Collection[str]) -> dict[str, Any]:
        found, rest, today = {}, texts, local(now()).date()
        key = field_of(self.editor.model, column)
        if isinstance(key, pw.ForeignKeyField):
            found = meant(self.actor, key.rel_model, [text for text in texts if not is_empty(text)])
            rest = [text for text in texts if is_empty(text)]
        for text in rest:
            try:
                found[text] = self.editor.read(column, text, today=today)
            except Fault as fault:
                found[text] = fault
        return found


def _conflicts(editor: Editor, moved: Sequence[tuple[int, str, str]]) -> Iterator[CellFault]:
    """Who changed each cell, when, and to what, in one query for all of them."""
    last = last_operations(editor.model, list({row_id for row_id, _, _ in moved}))
    for row_id, column, text in moved:
        operation = last.get(row_id)  # None where the history of that time has been cleared
        who = f"{operation.actor}（{local(operation.at):%m-%d %H:%M}）" if operation else "别人"
        yield CellFault(row_id, column, f"{who}已改为“{text or '（空）'}”", theirs=text)
