"""自定义列: the columns that the county has added to its tables, and what its office does to one."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.listing import Listing
from admin.shell import needs, refuse, say, status_of
from aid.errors import AidError
from aid.operations import own_columns as operations
from aid.own_columns import TABLES, choices_of
from aid.permissions import Permission
from aid.record import last_operation
from forms.own_columns import NewOwnColumnForm, VersionForm, choices_in, edit_form, shown_in
from models import OwnColumn, OwnKind

DEFINE = Permission.COLUMN_DEFINE
NEW = ("kind", "label", "help", "required")
STEPS: dict[str, tuple[Callable[..., Any], str]] = {  # what a button does: the operation, and what is said of it
    "up": (lambda actor, row: operations.move(actor, row, up=True), "已上移"),
    "down": (lambda actor, row: operations.move(actor, row, up=False), "已下移"),
    "retire": (operations.retire, "已停用：列表、表单和表格里都不再出现，填过的值留着"),
    "back": (operations.bring_back, "已恢复使用"),
    "clear": (operations.clear, "已清空，位置可以给别的列用"),
}


class OwnColumnView(PanelView):
    model = OwnColumn
    read = DEFINE
    columns = ("label", "table", "kind", "required", "help", "retired_at", "office")
    details = columns
    codes = {"table": {table: model.title for table, model in TABLES.items()}}
    filters = ("table", "kind", "required")
    search = ("label",)
    sort = "table,label"
    list_template: ClassVar[str] = "own_columns.html"
    note = "给资助对象、机构和控辍保学加上本县自己的列，保存后马上能在列表、筛选、表单、表格、导入、导出和汇总里用。"

    def extras(self, look: Listing) -> dict[str, Any]:
        rows = operations.definitions(self.actor.scope)
        tables = [
            {
                "name": table,
                "title": model.title,
                "rows": [row for row in rows if row.table == table],
                "rooms": operations.rooms(table, rows),
            }
            for table, model in TABLES.items()
        ]
        return {"tables": tables, "filled": operations.filled(self.actor.scope, rows), "choices_of": choices_of}

    def row_url(self, line: Any) -> str:
        return url_for(".edit_view", id=line.id)

    @expose("/new/", methods=("GET", "POST"))
    @needs(DEFINE)
    def new_view(self) -> Any:
        form, refusal = NewOwnColumnForm(table=request.args.get("table")), None
        if form.validate_on_submit():
            values = {name: form[name].data for name in NEW}
            try:
                row = operations.define(self.actor, form.table.data, choices=form.added.data or "", **values)
            except AidError as fault:
                refusal = fault
            else:
                say(f"已新增“{row}”，{TABLES[row.table].title}里马上能用", operation_id=last_operation(row))
                return redirect(url_for(".index_view"))
        return self._page(form, refusal, row=None)

    @expose("/edit/", methods=("GET", "POST"))
    @needs(DEFINE)
    def edit_view(self) -> Any:
        row, refusal = self.row(request.values.get("id")), None
        choices = choices_of(row)
        form = edit_form(choices)(obj=row, version=str(row.version), **shown_in(choices))
        if form.validate_on_submit():
            row.version = int(form.version.data)
            try:
                row = self._redefined(row, form)
            except AidError as fault:
                refusal, row = fault, self.row(str(row.id))
            else:
                say(f"已保存“{row}”", operation_id=last_operation(row))
                return redirect(url_for(".index_view"))
        return self._page(form, refusal, row=row)

    def _redefined(self, row: OwnColumn, form: Any) -> OwnColumn:
        return operations.redefine(
            self.actor,
            row,
            label=form.label.data,
            help=form.help.data or "",
            required=form.required.data,
            choices=choices_in(form, choices_of(row)),
            added=form.added.data or "",
        )

    def _page(self, form: Any, refusal: AidError | None, *, row: OwnColumn | None) -> Any:
        chooses = row is None or row.kind == OwnKind.CHOICE
        choices = choices_of(row) if row else ()
        context = {"form": form, "row": row, "refusal": refusal, "chooses": chooses, "choices": choices}
        context["table"] = TABLES[row.table].title if row else ""
        page = self.render("own_column_form.html", **context)
        return page, status_of(refusal) if refusal else 422 if form.errors else 200

    @expose("/act/<id>", methods=("POST",))
    @needs(DEFINE)
    def act_view(self, id: str) -> Any:
        """Move, retire, bring back or clear one, as the page showed it."""
        row, form = self.row(id), VersionForm()
        step = STEPS.get(request.form.get("do", ""))
        if step is not None and form.validate():
            operation, told = step
            row.version = int(form.version.data)
            try:
                operation(self.actor, row)
                say(f"“{row}”{told}", operation_id=last_operation(row))
            except AidError as refusal:
                refuse(refusal)
        return redirect(url_for(".index_view"))
