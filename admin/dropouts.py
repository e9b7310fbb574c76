"""控辍保学: the worklist of dropout cases by township, what the rule asks for, and the visits to each child's home."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import g, redirect, request, url_for
from flask_admin import expose
from flask_login import current_user

from admin.base import PanelView
from admin.columns import Column, Kind
from admin.listing import Listing
from admin.shell import needs, say, status_of
from admin.worked_out import WorkedOut, worked_out
from aid.errors import AidError
from aid.operations import dropout_figures as figures
from aid.operations.dropouts import add_visit, correct_visit, fill_in, plan, refresh_cases
from aid.operations.school_year import school_year
from aid.own_columns import own_names
from aid.permissions import Permission
from aid.record import last_operation
from aid.rules.dropouts import age
from aid.rules.eligibility import told
from aid.rules.id_numbers import birth_date
from aid.rules.times import local
from aid.scope import Scope, visible
from aid.summaries.subjects import CASES
from codes import CaseState, VisitOutcome
from forms.dropouts import CorrectVisitForm, OwnForm, RefreshForm, VisitForm
from forms.table import Present, own_answers, with_own
from models import DropoutCase, DropoutVisit, now

COLUMNS = ("date", "visitor", "outcome", "finding", "next_step")


class DropoutView(WorkedOut, PanelView):
    model = DropoutCase
    read = Permission.DROPOUT_READ
    columns = (
        *("name", "id_number", "age", "township", "home_region", "register_person.head_name", "register_person.phone"),
        *("visits", "last_visit", "last_outcome", "days_since", "state", "closed_reason"),
    )
    more = {"home_region": ("register_person.home_address",), "closed_reason": ("opened_at", "closed_at", "closed_by")}
    details = (
        *("name", "id_number", "township", "home_region", "register_person.home_address", "register_person.head_name"),
        *("register_person.phone", "register_person.hardship", "state", "opened_at", "opened_by", "closed_reason"),
        *("closed_at", "closed_by"),
    )
    filters = ("township", "age", "visits", "last_outcome", "closed_reason")
    also = CASES.dimensions.asked
    search = ("name", "id_number")
    sort = "township,id_number"
    tabs = "state"
    defaults = {"state": CaseState.OPEN.value}
    list_template: ClassVar[str] = "dropouts.html"
    note = "6—14 岁、在名册上而不在任何学籍上的孩子。走访一次登记一次；有了学籍或被补录，自己了结，走访结果不了结。"
    details_template: ClassVar[str] = "dropout.html"

    def worked_out(self, scope: Scope) -> Mapping[str, Column]:
        last, today = figures.last, local(now()).date()
        columns = {
            "age": (Kind.NUMBER, figures.age_in(self._year)),
            "visits": (Kind.NUMBER, figures.visits()),
            "last_visit": (Kind.DATE, last(DropoutVisit.date)),
            "last_outcome": (Kind.CHOICE, last(DropoutVisit.outcome)),
            "days_since": (Kind.NUMBER, figures.days_since(today)),
        }
        labels = {"last_outcome": dict(VisitOutcome.choices())}
        return {
            name: worked_out(name, figures.LABELS[name], kind, expressions=[node], labels=labels.get(name))
            for name, (kind, node) in columns.items()
        }

    @property
    def _year(self) -> int:
        """Asked once for a page; none where no page is being made."""
        if not current_user:
            return 0
        if "school_year" not in g:
            g.school_year = school_year(self.actor.scope)
        return g.school_year

    def extras(self, look: Listing) -> dict[str, Any]:
        townships = figures.by_township(self.actor.scope)
        return {"townships": townships, "may_keep": self.actor.may(Permission.DROPOUT_KEEP), "year": told(self._year)}

    # -- what the rule asks for -------------------------------------------------------

    @expose("/refresh/", methods=("GET", "POST"))
    @needs(Permission.DROPOUT_KEEP)
    def refresh_view(self) -> Any:
        """First who gets a case and which cases have served, then that it is done."""
        form, refusal = RefreshForm(), None
        if form.validate_on_submit():
            try:
                outcome = refresh_cases(self.actor, sign=form.sign.data)
            except AidError as fault:
                refusal = fault
            else:
                say(f"控辍保学：立案、了结共 {outcome.rows} 件", operation_id=outcome.operation_id)
                return redirect(url_for(".index_view"))
        planned = plan(self.actor.scope)
        people = [*planned.opening, *planned.again.values()]
        ages = {one.id: age(birth_date(one.id_number), self._year) for one in people}
        context = {"planned": planned, "people": people, "ages": ages, "year": told(self._year), "refusal": refusal}
        return self.render("dropouts_refresh.html", **context), status_of(refusal) if refusal else 200

    # -- visits ---------------------------------------------------------------------------

    def row_extras(self, row: DropoutCase) -> dict[str, Any]:
        open_to_me = row.state == CaseState.OPEN and self.actor.may(Permission.DROPOUT_WRITE)
        mine = visible(DropoutVisit, self.actor.scope).where(DropoutVisit.case == row)
        return {
            "visits": list(mine.order_by(DropoutVisit.date.desc(), DropoutVisit.id.desc())),
            "form": self._new_form() if open_to_me else None,
            "own": self._own_form(row),
            "advice": self.advice(row),
            "refusal": None,
            "may_write": self.actor.may(Permission.DROPOUT_WRITE),
            "age": age(birth_date(row.id_number), self._year),
        }

    @expose("/own/", methods=("POST",))
    @needs(Permission.DROPOUT_WRITE)
    def own_view(self) -> Any:
        """What the page says of the columns that the county has added."""
        row = self.row(request.values.get("id"))
        form = with_own(OwnForm, DropoutCase)()
        if not form.validate():
            return self._details(row, own=form), 422
        row.version = int(form.version.data)
        try:
            row = fill_in(self.actor, row, own_answers(form, DropoutCase))
        except AidError as refusal:
            row = self.row(str(row.id))
            form.version.data = form.version.raw_data[0] = str(row.version)
            return self._details(row, own=form, refusal=refusal), status_of(refusal)
        say(f"已保存 {row}", operation_id=last_operation(row))
        return redirect(url_for(".details_view", id=row.id))

    def _own_form(self, row: DropoutCase) -> OwnForm | None:
        if not own_names(DropoutCase) or not self.actor.may(Permission.DROPOUT_WRITE):
            return None
        return with_own(OwnForm, DropoutCase)(formdata=None, obj=Present(row), version=str(row.version))

    def _new_form(self) -> VisitForm:
        form = VisitForm(formdata=None)
        form.date.data, form.visitor.data = local(now()).date(), current_user.account.name
        return form

    @expose("/visit/", methods=("GET", "POST"))
    @needs(Permission.DROPOUT_WRITE)
    def visit_view(self) -> Any:
        row, refusal = self.row(request.values.get("id")), None
        form = VisitForm() if request.method == "POST" else self._new_form()
        if form.validate_on_submit():
            try:
                visit = add_visit(self.actor, row, **answers(form))
            except AidError as fault:
                refusal = fault
            else:
                say(f"已登记 {row} 的走访", operation_id=last_operation(visit))
                return redirect(url_for(".details_view", id=row.id))
        page = self.render("dropout_visit.html", row=row, form=form, refusal=refusal, visit=None)
        return page, status_of(refusal) if refusal else 422 if form.errors else 200


class DropoutVisitView(PanelView):
    """Every visit, and the page that corrects one."""

    model = DropoutVisit
    read = Permission.DROPOUT_READ
    columns = ("date", "case", "case.id_number", "visitor", "outcome", "finding", "next_step")
    filters = ("outcome", "date", "visitor")
    search = ("visitor", "finding")
    sort = "-date"
    details_template: ClassVar[str] = "dropout_visit_details.html"

    def row_extras(self, row: DropoutVisit) -> dict[str, Any]:
        return {"may_write": self.actor.may(Permission.DROPOUT_WRITE)}

    @expose("/edit/", methods=("GET", "POST"))
    @needs(Permission.DROPOUT_WRITE)
    def edit_view(self) -> Any:
        visit, refusal = self.row(request.values.get("id")), None
        form = CorrectVisitForm(obj=visit, version=str(visit.version))
        if form.validate_on_submit():
            try:
                visit.version = int(form.version.data)
                visit = correct_visit(self.actor, visit, **answers(form))
            except AidError as fault:
                refusal, visit = fault, self.row(visit.id and str(visit.id))
                form.version.data = form.version.raw_data[0] = str(visit.version)
            else:
                say(f"已更正 {visit.case} 的走访", operation_id=last_operation(visit))
                return redirect(url_for("dropout_case.details_view", id=visit.case_id))
        page = self.render("dropout_visit.html", row=visit.case, form=form, refusal=refusal, visit=visit)
        return page, status_of(refusal) if refusal else 422 if form.errors else 200


def answers(form: VisitForm) -> dict[str, Any]:
    """The columns of a visit as the form has them."""
    return {name: form[name].data or "" for name in COLUMNS}
