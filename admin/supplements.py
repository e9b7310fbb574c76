"""补录: the children who were put on a list by hand, and the page that puts one there."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

import peewee as pw
from flask import redirect, request, url_for
from flask_admin import expose
from flask_login import current_user
from markupsafe import Markup

from admin.base import PanelView
from admin.conditions import code_in
from admin.grid.asked import sent
from admin.listing import Listing
from admin.shell import needs, say, status_of
from admin.signin import limiter
from aid.errors import AidError
from aid.imports import FORMATS
from aid.labels import label_of
from aid.operations.supplement_rules import TITLES
from aid.operations.supplements import Known, Refused, known, supplement
from aid.permissions import Permission
from aid.record import last_operation
from forms.supplements import SupplementForm
from forms.table import own_answers, own_fields, with_own
from models import Beneficiary, CheckState, HardshipKind, Role, SheetKind, Source, SupplementReason

SUPPLEMENT = Permission.BENEFICIARY_SUPPLEMENT
ON_A_LIST = "还没有补录：这名学生已在别处的名单上。确实要补录的，请勾选“仍要补录”后再提交；不补的请返回。"
FILLED = ("name", "hardship", "grade", "class_name")
# A school learns from the page who is poor: nobody tries out numbers by the thousand.
few_at_a_time = limiter.shared_limit(
    "120 per minute",
    scope="supplement",
    key_func=lambda: str(current_user.account.id),
    methods=["POST"],
    error_message="一分钟里查得太多了，请稍候再试。",
)


class Told(NamedTuple):
    """A sentence about a number, and the page of the row it speaks of."""

    tone: str
    text: str
    url: str = ""


class SupplementView(PanelView):
    model = Beneficiary
    read = Permission.BENEFICIARY_READ
    columns = (
        *("name", "id_number", "school", "grade", "class_name", "supplement_reason", "remark", "hardship"),
        *("home_region", "proofs", "state", "invalid_reason", "outside_school", "outside_stage", "checked_by"),
    )
    filters = ("school", "hardship", "home_region", "lacks_proof", "state", "eligible")
    also = ("report",)
    search = ("name", "id_number")
    tabs = "supplement_reason"
    row_page = "beneficiary.details_view"
    list_template: ClassVar[str] = "supplements.html"
    note = "名册和学籍匹配不到、由学校或县里补进名单的学生。没有身份证号的在“无身份证号”里。"

    def narrow(self) -> pw.Expression | None:
        return Beneficiary.source == Source.SUPPLEMENT

    def extras(self, look: Listing) -> dict[str, Any]:
        may_read_imports = self.actor.may(Permission.IMPORT_READ)
        may_import = may_read_imports and self.actor.may(FORMATS[SheetKind.SUPPLEMENT].permission)
        return {"may_supplement": self.actor.may(SUPPLEMENT), "may_import": may_import}

    @expose("/new/", methods=("GET", "POST"))
    @needs(SUPPLEMENT)
    @few_at_a_time
    def new_view(self) -> Any:
        form, found = self._form(), None
        if request.method == "GET":
            return self._page(form)
        if not form.validate():
            return self._page(form), 422
        try:
            found = self._found(form)
            if request.form.get("do") == "look":
                return self._page(_filled(form, found), found=found)
            if found and self._asks(found, form) and not form.anyway.data:
                return self._page(form, found=found, refusal=ON_A_LIST), 422
            row = supplement(self.actor, _told(form), own_answers(form, Beneficiary))
        except AidError as refusal:
            return self._page(_marked(form, refusal), found=found, refusal=refusal), status_of(refusal)
        say(_done(row), operation_id=last_operation(row))
        return redirect(url_for(".new_view"))

    @expose("/known/", methods=("POST",))
    @needs(SUPPLEMENT)
    @few_at_a_time
    def known_view(self) -> dict[str, Any]:
        """What is known of a number, to the script of the page: asked in a body, for an address is kept in logs."""
        number = sent().get("id_number")
        found = known(self.actor, number if isinstance(number, str) else "")
        values = _values(found) if self._chooses_school else {**_values(found), "school": ""}
        sentences = [told._asdict() for told in self._sentences(found)]
        return {"values": values, "told": sentences, "elsewhere": self._elsewhere(found)}

    @property
    def _chooses_school(self) -> bool:
        return self.actor.scope.school_id is None

    def _form(self) -> SupplementForm:
        form = with_own(SupplementForm, Beneficiary)()
        for name, column in (("school", "school"), ("home", "home_region")):
            lookup = url_for(".lookup_view", column_name=column)
            form[name].render_kw = {**form[name].render_kw, "data-lookup": lookup}
        if not self._chooses_school:
            form.for_a_school()
        if self.actor.role != Role.COUNTY:
            form.without_outside()
        return form

    def _found(self, form: SupplementForm) -> Known | None:
        """What is known of the number in the form. Raises Refused for what is no number."""
        return known(self.actor, form.id_number.data) if (form.id_number.data or "").strip() else None

    def _asks(self, found: Known, form: SupplementForm) -> bool:
        """Whether the child is on another list than the one it is to come onto."""
        if not self._chooses_school:
            return found.listed_beyond
        school = code_in(form.school.data or "")
        return found.listed_beyond or any(row.school.code != school for row in found.live)

    def _elsewhere(self, found: Known) -> bool:
        return found.listed_beyond or (self._chooses_school and bool(found.live))

    def _sentences(self, found: Known) -> Iterator[Told]:
        """What is known; where lists and rolls are that one may not read, is not in it."""
        if found.on_register:
            yield Told("good", f"本县名册上有：{HardshipKind(found.hardship).label}，户籍{found.home}")
        else:
            yield Told("warn", "本县名册上没有：外地户籍或未建档的，须补交困难证明材料")
        if found.school:
            yield Told("good", f"学籍在{found.school}，{found.grade}{found.class_name}")
        elif found.on_other_roll:
            yield Told("warn", "学籍在本县其他学校" if not self._chooses_school else "学籍在本县其他地方的学校")
        else:
            yield Told("plain", "本县学籍名册上没有")
        for row in found.rows:
            tone = "plain" if row.state == CheckState.INVALID else "bad"
            where = row.outside_school or row.school
            yield Told(
                tone, f"已在名单上：{where}，{CheckState(row.state).label}", url_for("check.row_view", id=row.id)
            )
        if found.listed_beyond:
            where = "外县或本处看不到的学校" if self._chooses_school else "其他学校"
            yield Told("bad", f"已在{where}的名单上")
        if self._elsewhere(found):
            who = "到“重复核查”中" if self.actor.may(Permission.BENEFICIARY_SETTLE) else "由县资助中心在“重复核查”中"
            yield Told("plain", f"仍要补录的，会成为一组重复，{who}决定保留哪一条")

    def _page(self, form: SupplementForm, *, found: Known | None = None, **more: Any) -> str:
        sentences = list(self._sentences(found)) if found else []
        context = {"asks": bool(found and self._elsewhere(found)), "refusal": None, "advice": self.advice(None)} | more
        own = own_fields(form, Beneficiary)
        return self.render("supplement_new.html", form=form, own_fields=own, sentences=sentences, **context)


def _values(found: Known) -> dict[str, str]:
    """What the page fills in, by the names of the form's fields."""
    home = f"{found.home} {found.home.code}" if found.home else ""
    school = f"{found.school} {found.school.code}" if found.school else ""
    return {name: getattr(found, name) for name in FILLED} | {"home": home, "school": school}


def _filled(form: SupplementForm, found: Known | None) -> SupplementForm:
    """The form with what is known where nothing is typed."""
    for name, value in _values(found).items() if found else ():
        if name in form and not form[name].data:
            form[name].data = value
    return form


def _told(form: SupplementForm) -> dict[str, str]:
    """What the form says, places by their codes. Whose school lies outside the province has none of the list's."""
    told = {name: form[name].data or "" for name in TITLES if name in form}
    told |= {name: code_in(told[name]) for name in ("school", "home") if name in told}
    return told | ({"school": ""} if told["reason"] == SupplementReason.OUTSIDE_PROVINCE else {})


def _marked(form: SupplementForm, refusal: AidError) -> SupplementForm:
    """The form with what is wrong beside each field."""
    for name, fault in refusal.faults if isinstance(refusal, Refused) else ():
        if name in form:
            form[name].errors = (*form[name].errors, str(fault))
    return form


def _done(row: Beneficiary) -> str:
    told = f"已补录 {row.name}：{row.outside_school or row.school}，{label_of(Beneficiary.state, row.state)}"
    if row.register_person_id:
        return told
    papers = url_for("beneficiary.details_view", id=row.id, _anchor="proofs")
    return Markup('{}；不在本县名册上，请补交困难证明材料：<a href="{}">现在添加</a>').format(told, papers)
