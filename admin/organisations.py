"""机构: the tree of offices and schools, and what the office above does to one."""

from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.conditions import code_in
from admin.shell import needs, say, status_of
from aid.errors import AidError, Conflict, OutOfScope
from aid.operations.mergers import Preview, close, merge, preview
from aid.operations.organisation_rules import RANKS
from aid.operations.organisations import add, delete, edit, in_the_way
from aid.own_columns import own_names, values_of
from aid.permissions import Permission
from aid.record import last_operation
from aid.scope import visible
from aid.tree import tree
from forms.organisations import EditOrganisationForm, EndForm, MergeForm, NewOrganisationForm
from forms.table import own_answers, with_own
from models import Organisation, OrganisationKind, OrganisationStatus, Region, Role, Row

WRITE = Permission.ORGANISATION_WRITE


class OrganisationView(PanelView):
    model = Organisation
    read = Permission.ORGANISATION_READ
    columns = ("name", "code", "kind", "stage", "region", "parent", "status", "merged_into")
    more = {"parent": ("networks",)}
    filters = ("kind", "stage", "region", "parent")
    search = ("name", "code")
    sort = "code"
    tabs = "status"
    list_template: ClassVar[str] = "organisations.html"
    details_template: ClassVar[str] = "organisation.html"

    def row_extras(self, row: Organisation) -> dict[str, Any]:
        own = row.id == self.actor.organisation_id and self.actor.role != Role.SYSTEM
        may, school = self.actor.may(WRITE) and not own, row.kind == OrganisationKind.SCHOOL
        open_school = school and row.status == OrganisationStatus.OPEN
        hands_in = self.actor.may(Permission.SUBMISSION_HAND_IN) and not own
        return {"may_edit": may, "may_end": may and open_school, "may_hand_in": hands_in and open_school}

    @expose("/tree")
    def tree_view(self) -> str:
        return self.render("organisation_tree.html", roots=tree(self.actor.scope))

    # -- adding and editing -----------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    @needs(WRITE)
    def new_view(self) -> Any:
        office = None if self.actor.role == Role.SYSTEM else self.row(str(self.actor.organisation_id))
        above = RANKS.index(OrganisationKind(office.kind)) if office else -1
        form = with_own(NewOrganisationForm, Organisation)(
            kinds=list(RANKS[above + 1 :]), kind=OrganisationKind.SCHOOL.value
        )
        self._lookups(form)
        if office:
            del form.office
        if not form.validate_on_submit():
            return self._form_page(form, row=None), 422 if form.errors else 200
        try:
            office = office or self._named(Organisation, form.office.data)
            row = add(self.actor, office, kind=form.kind.data, **self._values(form))
        except AidError as refusal:
            return self._form_page(form, row=None, refusal=refusal), status_of(refusal)
        say(f"已新增 {row}，机构编码 {row.code}", operation_id=last_operation(row))
        return redirect(url_for(".details_view", id=row.id))

    @expose("/edit/", methods=("GET", "POST"))
    @needs(WRITE)
    def edit_view(self) -> Any:
        row = self.row(request.values.get("id"))
        shown = {"name": row.name, "stage": row.stage or "", "region": f"{row.region} {row.region.code}"}
        form = with_own(EditOrganisationForm, Organisation)(
            **shown, **values_of(row), networks=row.networks, version=str(row.version)
        )
        self._lookups(form)
        if not form.validate_on_submit():
            return self._form_page(form, row=row), 422 if form.errors else 200
        row.version = int(form.version.data)
        try:
            row = edit(self.actor, row, **self._values(form))
        except AidError as refusal:
            return self._again(form, self.row(str(row.id)), refusal=refusal), status_of(refusal)
        say(f"已修改 {row}", operation_id=last_operation(row))
        return redirect(url_for(".details_view", id=row.id))

    def _again(self, form: EditOrganisationForm, newest: Organisation, *, refusal: AidError) -> str:
        """The form with what was typed; after a conflict beside what stands there now, to be saved over it or not."""
        moved_on = isinstance(refusal, Conflict)
        if moved_on:
            form.version.data = form.version.raw_data[0] = str(newest.version)
        return self._form_page(form, row=newest, refusal=refusal, moved_on=moved_on)

    def _form_page(self, form: Any, **more: Any) -> str:
        advice = self.advice(more["row"])
        return self.render("organisation_form.html", form=form, own=own_names(Organisation), advice=advice, **more)

    def _values(self, form: Any) -> dict[str, Any]:
        region = self._named(Region, form.region.data)
        own = own_answers(form, Organisation)
        columns = {name: form[name].data for name in ("name", "stage", "networks")}
        return columns | {"region": region, "own": own}

    # -- the end of one -----------------------------------------------------------------

    @expose("/merge/", methods=("GET", "POST"))
    @needs(WRITE)
    def merge_view(self) -> Any:
        """First which school, then the numbers that go there, then the merger."""
        row, form = self.row(request.values.get("id")), MergeForm()
        into = numbers = refusal = None
        form.into.render_kw = {"data-lookup": url_for(".lookup_view", column_name="merged_into"), "autocomplete": "off"}
        if form.validate_on_submit():
            try:
                into = self._named(Organisation, form.into.data)
                numbers = preview(self.actor, row, into)
                if form.into_version.data:
                    return self._merged(row, into, form)
            except AidError as fault:
                refusal = fault
        page = self.render("organisation_merge.html", row=row, form=form, into=into, numbers=numbers, refusal=refusal)
        return page, status_of(refusal) if refusal else 200

    def _merged(self, row: Organisation, into: Organisation, form: MergeForm) -> Any:
        row.version, into.version = int(form.version.data), int(form.into_version.data)
        outcome = merge(self.actor, row, into, across_stages=form.across_stages.data)
        say(f"{row} 已并入 {into}，名单 {outcome.rows} 条随迁", operation_id=outcome.operation_id)
        return redirect(url_for(".details_view", id=into.id))

    @expose("/close/", methods=("GET", "POST"))
    @needs(WRITE)
    def close_view(self) -> Any:
        row, form, refusal = self.row(request.values.get("id")), EndForm(), None
        if form.validate_on_submit():
            try:
                shown = self._at(row, form)
                outcome = close(self.actor, shown)
            except AidError as fault:
                refusal = fault
            else:
                say(f"已撤销学校 {row}，名单 {outcome.rows} 条转为未匹配", operation_id=outcome.operation_id)
                return redirect(url_for(".details_view", id=row.id))
        numbers: Preview = preview(self.actor, row)
        page = self.render("organisation_close.html", row=row, form=form, numbers=numbers, refusal=refusal)
        return page, status_of(refusal) if refusal else 200

    @expose("/delete/", methods=("GET", "POST"))
    @needs(WRITE)
    def delete_view(self) -> Any:
        row, form, refusal = self.row(request.values.get("id")), EndForm(), None
        if form.validate_on_submit():
            try:
                done = delete(self.actor, self._at(row, form))
            except AidError as fault:
                refusal = fault
            else:
                say(f"{row} 已删除", operation_id=done.operation_id)
                return redirect(url_for(".index_view"))
        page = self.render("organisation_delete.html", row=row, form=form, hangs=in_the_way(row), refusal=refusal)
        return page, status_of(refusal) if refusal else 200

    # -- what they share ------------------------------------------------------------------

    def _at(self, row: Organisation, form: EndForm) -> Organisation:
        row.version = int(form.version.data)
        return row

    def _lookups(self, form: Any) -> None:
        for name, column in (("region", "region"), ("office", "parent")):
            if name in form:
                address = url_for(".lookup_view", column_name=column)
                form[name].render_kw = {"data-lookup": address, "autocomplete": "off"}

    def _named(self, model: type[Row], words: str) -> Any:
        found = visible(model, self.actor.scope).where(model.code == code_in(words)).get_or_none()
        if found is None:
            raise OutOfScope(f"没有“{words}”，或不归您管理；请输入名称后从下拉中选择")
        return found
