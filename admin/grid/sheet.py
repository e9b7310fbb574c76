"""The routes of a grid: its page, its rows, and what a gesture of the clerk's does."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import peewee as pw
from flask import request, url_for
from flask_admin import expose
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest

from admin.grid.snapshots import Snapshot, snapshots
from admin.grid.told import told_columns, told_faults, told_line
from admin.listing import Listing
from admin.table import Table
from aid import dialect
from aid.editing import EDITORS, Cell, Editor, Faulty, Gesture, RowEdit, fill, save
from aid.editing.steps import steps, take_step
from aid.errors import OutOfScope
from aid.record import newest_operation, written_since
from aid.scope import Actor, visible
from aid.selection import Selection
from models import Row

FIRST, MOST_ROWS, MOST_LOADED = 100, 500, 15_000
MOST_CELLS, LONGEST = 100_000, 1000
GONE = -1  # in the place of a version: the row is not there any more, or not to be seen


class Spreadsheet:
    """Mixed into the view of a table: `/<table>/grid/` beside its list."""

    model: ClassVar[type[Row]]
    actor: Actor
    more: ClassVar[Mapping[str, Sequence[str]]] = {}  # columns that only the grid has, by the one they stand behind

    @cached_property
    def sheet(self) -> Table:
        """The grid's table: the list's, with more columns."""
        wanted = [name for column in self.columns for name in (column, *self.more.get(column, ()))]
        return Table(
            model=self.model,
            columns=self.made(wanted),
            filters=self.made(self.filters),
            search=self.search,
            sort=self.sort,
            tabs=self.tabs,
            defaults=self.defaults,
            reach=self.reach,
        )

    def opened(self, words: Mapping[str, str]) -> Listing:
        """The listing of these words among the grid's columns."""
        return Listing(self.sheet, self.actor.scope, words, narrow=self.narrow())

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
            "columns": told_columns(
                self.sheet.columns,
                editable=editor.columns if editor else (),
                addable=editor.addable_by(self.actor) if editor else (),
            ),
            "required": list(editor.required) if editor else [],
            "details": url_for(self.row_page, id=0)[:-1] if self.row_page else "",
        }

    @expose("/grid/open", methods=("POST",))
    def open_view(self) -> dict[str, Any]:
        return self._open(_words(_body().get("words")))

    def _open(self, asked: Mapping[str, str]) -> dict[str, Any]:
        at = newest_operation()  # before the rows: what is written in between is told twice rather than never
        look = self.opened(asked)
        group = asked.get("group") if self.sheet.column(asked.get("group", "")) else None
        kept = snapshots.keep(self._account, self._place, look.keys(group=group))
        return {
            "snapshot": kept.key,
            "at": at,
            "total": len(kept.ids),
            "hidden": look.hidden,
            "words": look.address(page=None) | ({"search": look.term} if look.term else {}),
            "sort": look.sort,
            "group": group,
            "groups": look.groups(group) if group else None,
            "rows": self._window(kept, 0, FIRST),
            "steps": self._steps(),
        }

    # -- rows -----------------------------------------------------------------------

    @expose("/grid/rows", methods=("POST",))
    def rows_view(self) -> dict[str, Any]:
        body = _body()
        kept = self._snapshot(body)
        return {"rows": self._window(kept, _whole(body, "from"), min(_whole(body, "count"), MOST_ROWS))}

    @expose("/grid/since", methods=("POST",))
    def since_view(self) -> dict[str, Any]:
        """What others have written since: of the rows that the script holds, those that changed and those that went."""
        body = _body()
        at, newest = _whole(body, "at"), newest_operation()
        if at == newest:
            return {"at": newest, "rows": [], "gone": [], "added": False}
        kept = self._snapshot(body)
        ids = [row_id for first, count in _ranges(body) for row_id in kept.ids[first : first + count]]
        written = written_since(self.model, at, among=ids)
        fresh = self._lines([row_id for row_id in ids if row_id in written.changed])
        return {
            "at": newest,
            "rows": [line for line in fresh if line[1] != GONE],
            "gone": [line[0] for line in fresh if line[1] == GONE],
            "added": visible(self.model, self.actor.scope).where(self.model.id.in_(written.added)).exists(),
        }

    def _window(self, kept: Snapshot, first: int, count: int) -> list[list[Any]]:
        return self._lines(list(kept.ids[first : first + count]))

    def _lines(self, ids: Sequence[int]) -> list[list[Any]]:
        if not ids:
            return []
        found = {line.id: told_line(line) for line in self.opened({}).lines_of(list(ids), changeable=True)}
        return [found.get(row_id, [row_id, GONE, 0]) for row_id in ids]

    # -- what a gesture does ----------------------------------------------------------

    @expose("/grid/save", methods=("POST",))
    def save_view(self) -> Any:
        self._demand_editor()
        gesture = _gesture(_body())
        try:
            saved = save(self.actor, self.model, gesture)
        except Faulty as refusal:
            faults = told_faults(refusal.faults)
            return {"sentence": str(refusal), "faults": faults, "sound": refusal.sound, "kind": "Faulty"}, 422
        return self._after(saved.ids) | {
            "operation": saved.operation_id,
            "added": self._lines(saved.added),
            "cells": saved.cells,
            "faults": told_faults(saved.faults),
        }

    @expose("/grid/fill", methods=("POST",))
    def fill_view(self) -> dict[str, Any]:
        """One value into a column of every row of the opened grid."""
        self._demand_editor()
        body = _body()
        kept = self._snapshot(body)
        where: pw.Expression = dialect.listed(self.model.id, kept.ids)
        rows = Selection.filtered(self.model, where=where, shown_at=_whole(body, "at"), expected=len(kept.ids))
        filled = fill(self.actor, rows, column=_word(body, "column"), text=_word(body, "text"), token=_token(body))
        return {"operation": filled.operation_id, "cells": filled.rows, "steps": self._steps()}

    @expose("/grid/step", methods=("POST",))
    def step_view(self) -> dict[str, Any]:
        """Undo or redo: the operation that the script was told stands next."""
        self._demand_editor()
        done = take_step(self.actor, self.model, _whole(_body(), "operation"))
        return {"rows": done.rows, "operation": done.operation_id, "moved_on": done.moved_on, "steps": self._steps()}

    def _demand_editor(self) -> None:
        editor = EDITORS.get(self.model)
        if editor is None:
            raise OutOfScope(f"{self.name}不能在表格里修改")
        self.actor.demand(editor.permission)

    def _after(self, ids: Sequence[int]) -> dict[str, Any]:
        return {"rows": self._lines(ids), "steps": self._steps()}

    def _steps(self) -> list[int | None]:
        if self._editor is None:
            return [None, None]
        found = steps(self.actor, self.model)
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
        return snapshots.find(_word(body, "snapshot"), self._account, self._place)


# -- what the script sends --------------------------------------------------------------------


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest
    return body


def _whole(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**62:
        raise BadRequest
    return value


def _word(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadRequest
    return value


def _token(body: Mapping[str, Any]) -> str:
    token = _word(body, "gesture")
    if not 16 <= len(token) <= 40 or not token.replace("-", "").isalnum():
        raise BadRequest
    return token


def _words(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(word, str) and len(word) <= LONGEST for word in value.values()
    ):
        raise BadRequest
    return value


def _ranges(body: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The (first, count) of the windows that the script holds, never more rows than it may hold."""
    ranges = body.get("ranges")
    whole = isinstance(ranges, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(number, int) and number >= 0 for number in pair)
        for pair in ranges
    )
    if not whole or sum(count for _, count in ranges) > MOST_LOADED:
        raise BadRequest
    return [(first, count) for first, count in ranges]


def _gesture(body: Mapping[str, Any]) -> Gesture:
    rows, added = body.get("rows", []), body.get("added", [])
    try:
        edits = [RowEdit(row_id, version, tuple(_cells(cells))) for row_id, version, cells in rows]
    except (TypeError, ValueError) as fault:
        raise BadRequest from fault
    whole = all(isinstance(edit.id, int) and isinstance(edit.version, int) for edit in edits)
    if not whole or not isinstance(added, list) or sum(len(edit.cells) for edit in edits) > MOST_CELLS:
        raise BadRequest
    fresh = tuple(_words(row) for row in added)
    return Gesture(token=_token(body), rows=edits, added=fresh, keep_sound=body.get("keep_sound") is True)


def _cells(cells: Mapping[str, Sequence[str]]) -> list[Cell]:
    return [
        Cell(column, *_words(dict(zip(("old", "new"), pair, strict=True))).values()) for column, pair in cells.items()
    ]
