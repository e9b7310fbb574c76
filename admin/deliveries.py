"""名册比对: who is new, gone and changed in the newest register, and the button that makes it the current one."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, request, url_for
from flask_admin import BaseView, expose

from admin.exporting import taken_out
from admin.selection import key_of
from admin.shell import Locked, needs, refuse, say
from aid.errors import AidError, OutOfScope
from aid.operations.deliveries import IN_BOTH, TOLD, Comparison, Difference, compare
from aid.operations.deliveries_told import HEADINGS, lines_of
from aid.operations.delivery_applied import apply, effect
from aid.permissions import Permission
from aid.workbooks.base import Column
from codes import RegisterFate

PAGE = 50
WIDTHS = (10, 21, 22, 10, 26, 14, 10)


class DeliveriesView(Locked, BaseView):
    """The newest delivery beside the one before it."""

    read = Permission.REGISTER_APPLY

    @expose("/")
    def index_view(self) -> str:
        comparison = compare(self.actor.scope)
        if comparison is None:
            return self.render("deliveries.html", comparison=None)
        fate = _asked(comparison)
        found = comparison.of(fate)
        last_page = max(0, (len(found) - 1) // PAGE)
        page = min(key_of(request.args.get("page")), last_page)
        shown = found[page * PAGE : (page + 1) * PAGE]
        return self.render(
            "deliveries.html",
            comparison=comparison,
            effect=effect(self.actor.scope, comparison),
            fates=[one for one in TOLD if comparison.counts[one] or one == fate],
            fate=fate,
            headings=HEADINGS,
            changes=fate in IN_BOTH,
            lines=list(lines_of(self.actor.scope, shown)),
            page=page,
            last_page=last_page,
        )

    @expose("/apply", methods=("POST",))
    @needs(Permission.REGISTER_APPLY)
    def apply_view(self) -> Any:
        try:
            outcome = apply(self.actor, key_of(request.form.get("batch")), sign=request.form.get("sign", ""))
        except AidError as refusal:
            refuse(refusal)
            return redirect(url_for(".index_view"))
        say(f"新名册已应用：{outcome.told}", operation_id=outcome.operation_id)
        return redirect(url_for(".index_view"))

    @expose("/export/<ending>")
    def export_view(self, ending: str) -> Response:
        comparison = compare(self.actor.scope)
        if comparison is None:
            raise OutOfScope("只有一批名册，没有可以比对的。")
        fate = request.args.get("fate")
        one = RegisterFate(fate) if fate in set(TOLD) else None
        found, changes = comparison.of(one) if one else _in_order(comparison), one is None or one in IN_BOTH
        columns = [Column("情况", 10), *(Column(*pair) for pair in zip(HEADINGS, WIDTHS, strict=True))]
        columns += [Column("变化", 48, wraps=True)] * changes
        rows = ([line.fate.label, *line.cells, *[line.told] * changes] for line in lines_of(self.actor.scope, found))
        heads = {
            "name": f"名册比对（{comparison.new}）",
            "title": "名册比对",
            "subtitle": f"“{comparison.new}”与“{comparison.old}”比；导出人：{self.actor.name}；共 {len(found)} 人",
        }
        return taken_out(self.actor, ending, **heads, columns=columns, rows=rows)


def _asked(comparison: Comparison) -> RegisterFate:
    """What the address asks for, else the first that there is."""
    asked = request.args.get("fate")
    if asked in set(TOLD):
        return RegisterFate(asked)
    return next((fate for fate in (RegisterFate.CHANGED, *TOLD) if comparison.counts[fate]), RegisterFate.CHANGED)


def _in_order(comparison: Comparison) -> Sequence[Difference]:
    return [one for fate in TOLD for one in comparison.of(fate)]
