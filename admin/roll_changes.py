"""学籍变动: what the newest roll would change on the lists, and the button that has them follow it."""

from typing import Any

from flask import Response, redirect, request, url_for
from flask_admin import BaseView, expose

from admin.exporting import file_of
from admin.selection import key_of
from admin.shell import Locked, needs, refuse, say
from aid.errors import AidError
from aid.labels import in_words
from aid.operations.roll_changes import RollChanges, roll_changes
from aid.operations.roll_changes_told import Line, lines_of
from aid.operations.roll_followed import FOLLOWED, follow
from aid.permissions import Permission
from aid.workbooks.base import Column
from codes import RollChange

PAGE = 50
HEADINGS = ("姓名", "身份证号", "现在的学校", "年级班级", "核对", "学籍状态")
WIDTHS = (10, 21, 26, 14, 16, 10)
COLUMNS = [
    *(Column(title, width) for title, width in zip(HEADINGS, WIDTHS, strict=True)),
    Column("变化（原来 → 现在）", 48, wraps=True),
]


class RollChangesView(Locked, BaseView):
    """The rows that the roll has moved on from, by kind of change."""

    read = Permission.BENEFICIARY_FOLLOW

    @expose("/")
    def index_view(self) -> str:
        changes = roll_changes(self.actor.scope)
        counts = changes.counts
        kind = _asked(changes)
        found = changes.of(kind)
        last_page = max(0, (len(found) - 1) // PAGE)
        page = min(key_of(request.args.get("page")), last_page)
        return self.render(
            "roll_changes.html",
            changes=changes,
            kinds=[one for one in RollChange if counts[one] or one == kind],
            offered=[one for one in FOLLOWED if counts[one]],
            kind=kind,
            headings=[column.title for column in COLUMNS],
            lines=list(lines_of(self.actor.scope, found[page * PAGE : (page + 1) * PAGE])),
            page=page,
            last_page=last_page,
        )

    @expose("/export/<ending>")
    def export_view(self, ending: str) -> Response:
        """The rows of the kind that is shown."""
        changes = roll_changes(self.actor.scope)
        kind = _asked(changes)
        found = changes.of(kind)
        rows = (
            [line.name, line.id_number, line.school, line.where, line.state_label, line.roll_status, _told(kind, line)]
            for line in lines_of(self.actor.scope, found)
        )
        head = {"title": "学籍变动", "name": f"学籍变动（{kind.label}）"}
        head["subtitle"] = f"{kind.label}；导出人：{self.actor.name}；共 {len(found)} 条"
        return file_of(self.actor, ending, columns=COLUMNS, rows=rows, **head)

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


def _asked(changes: RollChanges) -> RollChange:
    """What the address asks for, else the first that there is."""
    asked, counts = request.args.get("kind"), changes.counts
    first = next((kind for kind in RollChange if counts[kind]), RollChange.MOVED)
    return RollChange(asked) if asked in set(RollChange) else first


def _told(kind: RollChange, line: Line) -> str:
    return "改为无效（已毕业）" if kind == RollChange.GRADUATED else in_words(line.changes)
