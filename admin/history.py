"""操作记录 and 变更明细: who did what, and the way back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.columns import Column
from admin.listing import Listing
from admin.shell import refuse, say
from admin.signin import own_path
from aid.errors import AidError
from aid.operations.history import may_undo, undo
from aid.permissions import Permission
from aid.record import TITLES, changes_of, in_words
from aid.scope import visible
from codes import Event
from models import Change, ChangeKind, Operation

NAMED = 10  # rows left as they are that are told one by one: what is told lies in a cookie until the next page


class OperationView(PanelView):
    model = Operation
    read = Permission.HISTORY_READ
    columns = ("id", "at", "actor", "sentence", "result", "rows", "organisation", "address")
    filters = ("actor", "at", "action", "result", "organisation", "address", "undone")
    search = ("sentence",)
    details_template = "operation.html"
    labels = {"id": "编号", "action": "类别"}
    codes = {"action": dict([*Permission.choices(), *Event.choices()])}

    def extras(self, look: Listing) -> dict[str, Any]:
        """The shown operations that have an undo button."""
        ids = [line.id for line in look.lines]
        shown = list(visible(Operation, self.actor.scope).where(Operation.id.in_(ids)))
        undoable = {operation.id for operation in shown if may_undo(self.actor, operation)}
        return {"undoable": undoable, "undone": {operation.id for operation in shown if operation.undone}}

    def row_extras(self, row: Any) -> dict[str, Any]:
        return {"may_undo": may_undo(self.actor, row), "changes": changes_of(self.actor, row)}

    @expose("/undo/<id>", methods=("POST",))
    def undo_view(self, id: str) -> Any:
        operation = self.row(id)
        back = own_path(request.form.get("back"))
        try:
            outcome = undo(self.actor, operation)
        except AidError as refusal:
            refuse(refusal)
            return redirect(back)
        say(f"已撤销操作 #{operation.id}，恢复 {outcome.rows} 条", operation_id=outcome.operation_id)
        for sentence in outcome.moved_on[:NAMED]:
            refuse(AidError(sentence))
        if (others := len(outcome.moved_on) - NAMED) > 0:
            refuse(AidError(f"另有 {others} 条记录之后也已改动，未撤销"))
        return redirect(back)


class ChangeView(PanelView):
    model = Change
    read = Permission.HISTORY_READ
    columns = ("id", "operation", "operation.at", "operation.actor", "table", "row_id", "kind", "before", "after")
    filters = ("operation", "table", "kind", "row_id")
    labels = {"id": "编号"}
    codes = {"table": TITLES, "kind": dict(ChangeKind.choices())}

    def made(self, wanted: Sequence[str]) -> list[Column]:
        return [_told(column) if column.name in ("before", "after") else column for column in super().made(wanted)]

    def row_url(self, line: Any) -> str:
        return url_for("operation.details_view", id=line["operation"].value)


def _told(column: Column) -> Column:
    """The history's JSON as words; it takes the row's table to know which."""
    return replace(
        column,
        expressions=(column.field, Change.table, Change.operation),
        teller=lambda values: in_words(values[1], values[0], at=values[2]),
    )
