"""核对工作: a school goes through its unchecked rows, register and roll side by side."""

from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import BulkAction, PanelView
from admin.proofs import proofs_panel
from admin.selection import key_of
from admin.shell import say, status_of
from aid.board import CHECKED, LIVE
from aid.comparison import compare
from aid.errors import AidError, Conflict
from aid.labels import label_of
from aid.locks import locked_for
from aid.operations.checking import (
    confirm,
    confirm_many,
    mark_invalid,
    mark_many_invalid,
    reopen,
    reopen_many,
    restore,
    restore_many,
)
from aid.own_columns import Fields
from aid.permissions import Permission
from aid.record import last_operation
from aid.scope import changeable
from aid.story import story
from codes import ReportState
from forms.base import PanelForm
from forms.checking import CheckForm, InvalidForm
from forms.table import Present, answer, own_answers, own_fields, with_own
from models import CORRECTABLE, Beneficiary, CheckState

CHECK = Permission.BENEFICIARY_CHECK
BULK = (
    BulkAction("confirm", "确认核对", confirm_many, CHECK, "确认这 {n} 条与实际相符？", tabs=frozenset(LIVE)),
    BulkAction(
        *("invalid", "标为无效", mark_many_invalid, CHECK, "把这 {n} 条标为无效？行不会被删除，可以恢复。"),
        form=InvalidForm,
        grave=True,
        tabs=frozenset(LIVE),
    ),
    BulkAction(
        *("reopen", "退回未核对", reopen_many, CHECK, "把这 {n} 条退回未核对？填写的内容保留。"),
        tabs=frozenset(CHECKED),
    ),
    BulkAction(
        *("restore", "恢复为未核对", restore_many, CHECK, "把这 {n} 条无效的恢复为未核对？"),
        tabs=frozenset({CheckState.INVALID}),
    ),
)


class CheckView(PanelView):
    model = Beneficiary
    read = Permission.BENEFICIARY_READ
    reach = staticmethod(changeable)
    columns = (
        "name",
        "id_number",
        "register_person.name",
        "school",
        "grade",
        "class_name",
        "hardship",
        "home_region",
        "eligible",
        "proofs",
        "roll_status",
        "state",
        "invalid_reason",
        "report",
        "checked_by",
    )
    more = {
        "class_name": ("sex", "birth_date", "nation", "boards"),
        "invalid_reason": ("remark",),
        "report": ("report_remark",),
    }
    labels = {"register_person.name": "名册姓名"}
    filters = ("school", "grade", "hardship", "eligible", "gone_from_register", "has_proof", "roll_status", "report")
    search = ("name", "id_number")
    sort = "id"
    tabs = "state"
    defaults = {"state": CheckState.UNCHECKED.value}
    row_page = ".row_view"
    list_template: ClassVar[str] = "check_list.html"
    bulk_actions = BULK

    @expose("/row/", methods=("GET", "POST"))
    def row_view(self) -> Any:
        row = self.row(request.args.get("id"))
        if request.method == "GET":
            return self._page(row, form=_filled(row))
        self.actor.demand(Permission.BENEFICIARY_CHECK)
        return self._act(
            row, {"confirm": self._confirm, "invalid": self._invalid}.get(request.form.get("do"), self._turn)
        )

    def _act(self, row: Beneficiary, step: Any) -> Any:
        following = self._following(row)
        try:
            return step(row, following)
        except AidError as refusal:
            return self._refused(self.row(str(row.id)), refusal), status_of(refusal)

    def _refused(self, newest: Beneficiary, refusal: AidError) -> str:
        """The page again with what was typed; where the row moved on, beside what it says now and at that version."""
        moved_on = isinstance(refusal, Conflict)
        if request.form.get("do") != "confirm":
            form = _filled(newest, formdata=None)
            return self._page(newest, form=form, refusal=refusal, reasons=InvalidForm())
        form = _typed()
        form.version.data = str(newest.version) if moved_on else form.version.data
        return self._page(newest, form=form, refusal=refusal, theirs=_theirs(newest, form) if moved_on else {})

    def _confirm(self, row: Beneficiary, following: int | None) -> Any:
        form = _typed()
        if not form.validate():
            return self._page(row, form=form), 422
        row.version = key_of(form.version.data)
        checked = confirm(self.actor, row, **_answers(form))
        say(f"{checked.name}：{CheckState(checked.state).label}", operation_id=last_operation(checked))
        return self._go_on(following)

    def _invalid(self, row: Beneficiary, following: int | None) -> Any:
        reasons = InvalidForm()
        if not reasons.validate():
            form = _filled(row, formdata=None)
            return self._page(row, form=form, reasons=reasons), 422
        row.version = key_of(request.form.get("version"))
        marked = mark_invalid(self.actor, row, reason=reasons.reason.data, remark=reasons.remark.data or "")
        say(f"{row.name}：已标为无效", operation_id=last_operation(marked))
        return self._go_on(following)

    def _turn(self, row: Beneficiary, _: int | None) -> Any:
        if not PanelForm().validate():
            return self._page(row, form=_typed()), 422
        row.version = key_of(request.form.get("version"))
        turned = (restore if row.state == CheckState.INVALID else reopen)(self.actor, row)
        say(f"{row.name}：退回未核对", operation_id=last_operation(turned))
        return redirect(url_for(".row_view", id=row.id))

    def _go_on(self, following: int | None) -> Any:
        return redirect(url_for(".row_view", id=following) if following else url_for(".index_view"))

    def _following(self, row: Beneficiary) -> int | None:
        """The next row after this one that is unchecked or was returned, or the first from the top."""
        waits = (Beneficiary.state == CheckState.UNCHECKED) | (Beneficiary.report == ReportState.RETURNED)
        waiting = changeable(Beneficiary, self.actor.scope).where(waits, Beneficiary.id != row.id)
        ids = waiting.select(Beneficiary.id).order_by(Beneficiary.id <= row.id, Beneficiary.id).limit(1)
        return next((key for (key,) in ids.tuples()), None)

    def _page(self, row: Beneficiary, *, form: CheckForm, **more: Any) -> str:
        locked = locked_for(self.actor, row.report)
        may_check = self.actor.may(Permission.BENEFICIARY_CHECK) and not locked and self._changeable(row)
        context = {
            "row": row,
            "form": form,
            "own_fields": own_fields(form, Beneficiary),
            "reasons": InvalidForm(formdata=None),
            "lines": compare(row),
            "may_check": may_check,
            "locked": locked if self.actor.may(Permission.BENEFICIARY_CHECK) else "",
            "chapters": story(self.actor, row),
            "following": self._following(row),
            "advice": self.advice(row),
            "theirs": {},
            **proofs_panel(self.actor, row, "check"),
        }
        return self.render("check_row.html", **(context | more))

    def _changeable(self, row: Beneficiary) -> bool:
        return changeable(Beneficiary, self.actor.scope).where(Beneficiary.id == row.id).exists()


def _typed() -> CheckForm:
    """The form as it was sent."""
    return with_own(CheckForm, Beneficiary)()


def _filled(row: Beneficiary, **options: Any) -> CheckForm:
    """The form with what the row says."""
    return with_own(CheckForm, Beneficiary)(obj=Present(row), version=str(row.version), **options)


def _answers(form: CheckForm) -> dict[str, Any]:
    names = (*CORRECTABLE, "remark")
    return {name: answer(form[name]) for name in names} | own_answers(form, Beneficiary)


def _theirs(newest: Beneficiary, form: CheckForm) -> dict[str, str]:
    """By column, what the row says now where the form says otherwise."""
    fields, now_says = Fields(Beneficiary), Present(newest)
    typed = {name: label_of(fields[name], value) for name, value in _answers(form).items()}
    now = {name: label_of(fields[name], getattr(now_says, name)) for name in typed}
    return {name: text or "（空）" for name, text in now.items() if text != typed[name]}
