"""学籍变动: what the newest roll would change on the lists, and the button that has them follow it."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_admin import BaseView, expose

from admin.exporting import taken_out
from admin.selection import key_of
from admin.shell import Locked, needs, refuse, say
from aid.errors import AidError
from aid.operations.roll_changes import roll_changes
from aid.operations.roll_changes_told import HEADINGS, lines_of
from aid.operations.roll_followed import FOLLOWED, follow
from aid.permissions import Permission
from aid.workbooks.base import Column
from codes import RollChange

PAGE = 50
WIDTHS = (10, 21, 26, 16, 18, 10)


class RollChangesView(Locked, BaseView):
    """The rows that the roll has moved on from, by kind of change."""

    read = Permission.BENEFICIARY_FOLLOW

    @expose("/")
    def index_view(self) -> str:
        changes = roll_changes(self.actor.scope)
        counts = changes.counts
        asked = request.args.get("kind")
        first = next((kind for kind in RollChange if counts[kind]), RollChange.MOVED)
        kind = RollChange(asked) if asked in set(RollChange) else first
        found = changes.of(kind)
        last_page = max(0, (len(found) - 1) // PAGE)
        page = min(key_of(request.args.get("page")), last_page)
        return self.render(
            "roll_changes.html",
            changes=changes,
            kinds=[one for one in RollChange if counts[one] or one == kind],
            offered=[one for one in FOLLOWED if counts[one]],
            kind=kind,
            headings=HEADINGS,
            lines=list(lines_of(self.actor.scope, found[page * PAGE : (page + 1) * PAGE])),
            page=page,
            last_page=last_page,
        )

    @expose("/export/<ending>")
    def export_view(self, ending: str) -> Response:
        """One kind of change where the address asks for it, else every kind."""
        changes, asked = roll_changes(self.actor.scope), request.args.get("kind")
        kinds = [RollChange(asked)] if asked in set(RollChange) else list(RollChange)
        found = [one for kind in kinds for one in changes.of(kind)]
        shown = zip(HEADINGS, WIDTHS, strict=True)
        columns = [
            Column("变动", 18),
            *(Column(title, width) for title, width in shown),
            Column("变化", 48, wraps=True),
        ]
        rows = ([line.kind.label, *line.cells, line.told] for line in lines_of(self.actor.scope, found))
        labels = "、".join(kind.label for kind in kinds)
        subtitle = f"导出人：{self.actor.name}；共 {len(found)} 条；变动：{labels}"
        return taken_out(self.actor, ending, title=self.name, subtitle=subtitle, columns=columns, rows=rows)

    @expose("/follow", methods=("POST",))
    @needs(Permission.BENEFICIARY_FOLLOW)
    def follow_view(self) -> Any:
        kinds = {kind for kind in FOLLOWED if kind.value in request.form.getlist("kind")}
        try:
            outcome = follow(self.actor, kinds, sign=request.form.get("sign", ""))
        except AidError as refusal:
            refuse(refusal)
            return redirect(url_for(".index_view"))
        say(f"名单已随学籍更新 {outcome.rows} 条", operation_id=outcome.operation_id)
        return redirect(url_for(".index_view"))
