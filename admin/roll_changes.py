"""学籍变动: what the newest roll would change on the lists, and the button that has them follow it."""

from typing import Any

from flask import redirect, request, url_for
from flask_admin import BaseView, expose

from admin.selection import key_of
from admin.shell import Locked, needs, refuse, say
from aid.errors import AidError
from aid.operations.roll_changes import roll_changes
from aid.operations.roll_changes_told import lines_of
from aid.operations.roll_followed import FOLLOWED, follow
from aid.permissions import Permission
from codes import RollChange

PAGE = 50


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
            lines=list(lines_of(self.actor.scope, found[page * PAGE : (page + 1) * PAGE])),
            page=page,
            last_page=last_page,
        )

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
