"""The routes of a grid: its page, its rows, and what a gesture of the clerk's does."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import peewee as pw
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from admin.grid.asked import (
    LONGEST_WORDS,
    gesture_in,
    numbers_in,
    ranges_in,
    sent,
    token_in,
    whole_in,
    word_in,
    words_of,
)
from admin.grid.snapshots import NO_WORDS, Snapshot, snapshots
from admin.grid.told import told_columns, told_faults, told_line
from admin.listing import Listing
from admin.table import Table
from aid import dialect
from aid.editing import EDITORS, Editor, Faulty, fill, save
from aid.editing.steps import steps, take_step
from aid.errors import OutOfScope, RuleBroken
from aid.own_columns import own_names
from aid.record import newest_operation, written_since
from aid.scope import Actor, visible
from aid.selection import Selection
from models import Row

FIRST, MOST_ROWS = 100, 500
GONE = -1  # in the place of a version: the row is not there any more, or not to be seen


class Spreadsheet:
    """Mixed into the view of a table: `/<table>/grid/` beside its list."""

    model: ClassVar[type[Row]]
    actor: Actor
    row_page: ClassVar[str] = ".details_view"
    more: ClassVar[Mapping[str, Sequence[str]]] = {}  # columns that only the grid has, by the one they stand behind

    @property
    def sheet(self) -> Table:
        """The grid's table: the list's, with more columns."""
        wanted = [name for column in self.columns for name in (column, *self.more.get(column, ()))]
        return self.known_table("sheet", wanted)

    def known_table(self, place: str, wanted: Sequence[str]) -> Table:
        """The table of these columns; `place` is whose it is in the view."""
        raise NotImplementedError

    def opened(self, words: Mapping[str, str]) -> Listing:
        """The listing of these words among the grid's columns."""
        return self.listing(self.sheet, words)

    # -- the page -----------------------------------------------------------------

    @expose("/grid/")
    def grid_view(self) -> str:
        first = self._open(request.args)
        return self.render("grid.html", sheet=self._told(), first=first, look=self.opened(request.args))

    def _told(self) -> dict[str, Any]:
        editor = self._editor
        return {
            "title": self.name,
            "base": url_for(".grid_view"),
            "who": self._account,
            "whose": self.actor.name,
            "columns": told_columns(
                self.sheet.columns,
                editable=editor.writable if editor else (),
                addable=editor.addable_by(self.actor) if editor else (),
            ),
            "own": own_names(self.model),
            "required": list(editor.demanded) if editor else [],
            "details": self._before_row if self.row_page else "",
        }

    @property
    def _before_row(self) -> str:
        """The address of a row's page without the row's number, which ends it."""
        return url_for(self.row_page, id=0)[:-1]

    @property
    def row_url(self) -> Callable[[Any], str]:
        """What tells the address of a row's page, for the many rows of a list."""
        before = self._before_row
        return lambda line: f"{before}{line.id}"

    @expose("/grid/open", methods=("POST",))
    def open_view(self) -> dict[str, Any]:
        return self._open(words_of(sent().get("words"), longest=LONGEST_WORDS))

    def _open(self, asked: Mapping[str, str]) -> dict[str, Any]:
        at = newest_operation()  # before the rows: what is written in between is told twice rather than never
        look = self.opened(asked)
        group = asked.get("group") if self.sheet.column(asked.get("group", "")) else None
        kept = snapshots.keep(self._account, self._place, look.keys(group=group), words=look.carried)
        return {
            "snapshot": kept.key,
            "at": at,
            "total": len(kept.ids),
            "hidden": look.hidden,
            "words": look.address(page=None) | ({"search": look.term} if look.term else {}),
            "asked": look.told,
            "sort": look.sort,
            "tab": look.tab,
            "group": group,
            "groups": look.groups(group) if group else None,
            "rows": self._window(kept, 0, FIRST),
            "steps": self._steps(),
        }

    # -- rows -----------------------------------------------------------------------

    @expose("/grid/rows", methods=("POST",))
    def rows_view(self) -> dict[str, Any]:
        body = sent()
        kept = self._snapshot(body)
        return {"rows": self._window(kept, whole_in(body, "from"), min(whole_in(body, "count"), MOST_ROWS))}

    @expose("/grid/since", methods=("POST",))
    def since_view(self) -> dict[str, Any]:
        """What others have written since: of the rows that the script holds, those that changed and those that went."""
        body = sent()
        at, newest = whole_in(body, "at"), newest_operation()
        if at == newest:
            return {"at": newest, "rows": [], "gone": [], "added": False}
        kept = self._snapshot(body)
        ids = [row_id for first, count in ranges_in(body) for row_id in kept.ids[first : first + count]]
        written = written_since(self.model, at, among=ids)
        unknown = set(written.added).difference(kept.ids) if written.added else ()
        fresh = self._lines([row_id for row_id in ids if row_id in written.changed], kept.words)
        return {
            "at": newest,
            "rows": [line for line in fresh if line[1] != GONE],
            "gone": [line[0] for line in fresh if line[1] == GONE],
            "added": visible(self.model, self.actor.scope).where(self.model.id.in_(unknown)).exists(),
        }

    def _window(self, kept: Snapshot, first: int, count: int) -> list[list[Any]]:
        return self._lines(list(kept.ids[first : first + count]), kept.words)

    def _lines(self, ids: Sequence[int], words: Mapping[str, str] = NO_WORDS) -> list[list[Any]]:
        if not ids:
            return []
        found = {line.id: told_line(line) for line in self.opened(words).lines_of(list(ids), changeable=True)}
        return [found.get(row_id, [row_id, GONE, 0]) for row_id in ids]

    # -- what a gesture does ----------------------------------------------------------

    @expose("/grid/save", methods=("POST",))
    def save_view(self) -> Any:
        self._demand_editor()
        body = sent(largest=None)
        asked = gesture_in(body)
        try:
            saved = save(self.actor, self.model, asked)
        except Faulty as refusal:
            faults = told_faults(refusal.faults)
            return {"sentence": str(refusal), "faults": faults, "sound": refusal.sound, "kind": "Faulty"}, 422
        if saved.added:
            snapshots.extend(str(body.get("snapshot")), self._account, self._place, ids=saved.added)
        return {
            "rows": self._lines([row_id for row_id in saved.ids if row_id not in saved.shown]),
            "changed": [[row_id, *shown] for row_id, shown in saved.shown.items()],
            # What was written just now stands on top; of a gesture sent again somebody may have taken it back since.
            "steps": [saved.operation_id, None] if saved.shown else self._steps(numbers_in(body, "past")),
            "operation": saved.operation_id,
            "added": self._lines(saved.added),
            "cells": saved.cells,
            "faults": told_faults(saved.faults),
        }

    @expose("/grid/fill", methods=("POST",))
    def fill_view(self) -> dict[str, Any]:
        """One value into a column of every row of the opened grid: of so many as the clerk was asked about."""
        self._demand_editor()
        body = sent()
        where: pw.Expression = dialect.listed(self.model.id, self._snapshot(body).ids)
        shown_at, expected = whole_in(body, "at"), whole_in(body, "expected")
        rows = Selection.filtered(self.model, where=where, shown_at=shown_at, expected=expected)
        column, text = word_in(body, "column"), word_in(body, "text")
        filled = fill(self.actor, rows, column=column, text=text, token=token_in(body))
        return {"operation": filled.operation_id, "cells": filled.rows, "steps": self._steps(numbers_in(body, "past"))}

    @expose("/grid/step", methods=("POST",))
    def step_view(self) -> Any:
        """Undo or redo: the operation that the script was told stands next."""
        self._demand_editor()
        body = sent()
        operation, past = whole_in(body, "operation"), numbers_in(body, "past")
        try:
            done = take_step(self.actor, self.model, operation)
        except RuleBroken as refusal:  # it stays where it is; what stands below it is told
            return {"sentence": str(refusal), "kind": "RuleBroken", "steps": self._steps([*past, operation])}, 422
        told = {"rows": done.rows, "operation": done.operation_id, "moved_on": done.moved_on}
        return told | {"steps": self._steps(past)}

    def _demand_editor(self) -> None:
        editor = EDITORS.get(self.model)
        if editor is None:
            raise OutOfScope(f"{self.name}不能在表格里修改")
        self.actor.demand(editor.permission)

    def _steps(self, past: Sequence[int] = ()) -> list[int | None]:
        if self._editor is None:
            return [None, None]
        found = steps(self.actor, self.model, past=past)
        return [found.undo, found.redo]

    # -- whose ----------------------------------------------------------------------------

    @expose("/grid/token")
    def token_view(self) -> dict[str, Any]:
        """A fresh token for the script of a page whose session ended and was begun again."""
        return {"token": generate_csrf(), "who": self._account}

    @property
    def _account(self) -> int:
        return current_user.account.id

    @property
    def _editor(self) -> Editor | None:
        """What the actor may change in this table; None where that is nothing."""
        editor = EDITORS.get(self.model)
        return editor if editor and self.actor.may(editor.permission) else None

    @property
    def _place(self) -> str:
        return self.endpoint

    def _snapshot(self, body: Mapping[str, Any]) -> Snapshot:
        return snapshots.find(word_in(body, "snapshot"), self._account, self._place)
