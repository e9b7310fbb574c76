"""账号: who may sign in."""

from typing import Any, ClassVar

from flask import request, url_for
from flask_admin import expose

from admin.base import BulkAction, PanelView
from admin.conditions import code_in
from admin.shell import needs, status_of
from aid.errors import AidError, OutOfScope
from aid.operations.account_status import disable, enable, lock, open_missing, renew_many, schools_without, unlock
from aid.operations.accounts import open_account
from aid.outcome import Handed
from aid.permissions import Permission
from aid.scope import LEVEL_DIGITS, visible
from forms.accounts import AccountForm, MissingForm
from forms.base import choices_of
from models import Account, AccountStatus, Organisation, Role

MANAGE = Permission.ACCOUNT_MANAGE
LOCK = BulkAction("lock", "锁定", lock, MANAGE, "锁定这 {n} 个账号？不能再登录，正在使用的会退出；可以随时解锁。")
UNLOCK = BulkAction("unlock", "解锁", unlock, MANAGE, "解锁这 {n} 个账号？可以重新登录。")
RENEW = BulkAction(
    *("renew", "换一次性密码", renew_many, MANAGE, "给这 {n} 个账号换一次性密码？原密码立即失效，正在使用的会退出。"),
    grave=True,
    answer="passwords.html",
    undoable=False,
)
DISABLE = BulkAction(
    *("disable", "停用", disable, MANAGE, "停用这 {n} 个账号？不能再登录，正在使用的会退出；记录都保留，可以再启用。"),
    grave=True,
)
ENABLE = BulkAction("enable", "重新启用", enable, MANAGE, "重新启用这 {n} 个账号？")
FITTING = {  # by the state of one account, what may be done to it
    AccountStatus.OPEN: (RENEW, LOCK, DISABLE),
    AccountStatus.LOCKED: (UNLOCK, RENEW, DISABLE),
    AccountStatus.DISABLED: (ENABLE,),
}


class AccountView(PanelView):
    model = Account
    read = Permission.ACCOUNT_READ
    columns = ("login", "name", "role", "organisation", "organisation.code", "status", "must_change", "last_sign_in")
    labels = {"organisation.kind": "机构类型", "organisation.stage": "学段", "organisation.region": "机构所在区划"}
    filters = ("role", "organisation", "organisation.kind", "organisation.stage", "must_change")
    search = ("login", "name")
    sort = "login"
    tabs = "status"
    bulk_actions = (RENEW, LOCK, UNLOCK, DISABLE, ENABLE)
    list_template: ClassVar[str] = "accounts.html"
    details_template: ClassVar[str] = "account.html"

    def row_extras(self, row: Account) -> dict[str, Any]:
        mine = self.actor.may(MANAGE) and row.id != self.actor.account_id
        return {"fitting": FITTING[AccountStatus(row.status)] if mine else ()}

    @expose("/new/", methods=("GET", "POST"))
    @needs(Permission.ACCOUNT_OPEN)
    def new_view(self) -> Any:
        form = self._form()
        if not form.validate_on_submit():
            return self.render("account_new.html", form=form), 422 if form.errors else 200
        try:
            opened = open_account(
                self.actor,
                organisation=self._organisation(form.organisation.data),
                role=Role(form.role.data),
                login=form.login.data.strip(),
                name=form.name.data.strip(),
            )
        except AidError as refusal:
            return self.render("account_new.html", form=form, refusal=refusal), status_of(refusal)
        return self.render("passwords.html", action=None, outcome=Handed(None, 1, passwords=(opened,)))

    @expose("/missing/", methods=("GET", "POST"))
    @needs(Permission.ACCOUNT_OPEN)
    def missing_view(self) -> Any:
        """An account for each school that has none: asked with their number, answered with the sheet to hand out."""
        schools = schools_without(self.actor)
        form = MissingForm(expected=str(len(schools)))
        if not form.validate_on_submit():
            return self.render("accounts_missing.html", form=form, schools=schools), 422 if form.errors else 200
        try:
            handed = open_missing(self.actor, expected=int(form.expected.data))
        except AidError as refusal:
            again = MissingForm(formdata=None, expected=str(len(schools)))
            page = self.render("accounts_missing.html", form=again, schools=schools, refusal=refusal)
            return page, status_of(refusal)
        return self.render("passwords.html", action=None, outcome=handed)

    def _form(self) -> AccountForm:
        own = LEVEL_DIGITS.get(self.actor.role, 12)
        form = AccountForm(role=Role.SCHOOL.value)
        form.role.choices = choices_of(
            (role.value, role.label) for role in Role if role != Role.SYSTEM and LEVEL_DIGITS.get(role, 12) >= own
        )
        form.organisation.render_kw = {
            "data-lookup": url_for(".lookup_view", column_name="organisation"),
            "autocomplete": "off",
        }
        if request.method == "GET" and (code := request.args.get("organisation", "")):
            form.organisation.data = code
        return form

    def _organisation(self, code: str) -> Organisation:
        found = visible(Organisation, self.actor.scope).where(Organisation.code == code_in(code)).get_or_none()
        if found is None:
            raise OutOfScope(f"没有“{code}”这个机构，或不归您管理；请输入名称后从下拉中选择")
        return found
