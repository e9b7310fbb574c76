"""账号: who may sign in."""

from typing import Any, ClassVar

from flask import request, url_for
from flask_admin import expose

from admin.base import PanelView
from admin.listing import code_in
from admin.shell import status_of
from aid.errors import AidError, NotAllowed, OutOfScope
from aid.operations.accounts import open_account, renew_password
from aid.permissions import Permission
from aid.scope import LEVEL_DIGITS, visible
from forms.accounts import AccountForm
from forms.base import choices_of
from models import Account, Organisation, Role


class AccountView(PanelView):
    model = Account
    read = Permission.ACCOUNT_READ
    columns = ("login", "name", "role", "organisation", "status", "must_change", "last_sign_in")
    filters = ("role", "organisation", "status")
    search = ("login", "name")
    sort = "login"
    list_template: ClassVar[str] = "accounts.html"
    details_template: ClassVar[str] = "account.html"

    def row_extras(self, row: Account) -> dict[str, Any]:
        return {"may_renew": self.actor.may(Permission.ACCOUNT_MANAGE) and row.id != self.actor.account_id}

    @expose("/new/", methods=("GET", "POST"))
    def new_view(self) -> Any:
        if not self.actor.may(Permission.ACCOUNT_OPEN):
            raise NotAllowed("您的角色没有开设账号的权限。")
        form = self._form()
        if not form.validate_on_submit():
            return self.render("account_new.html", form=form), 422 if form.errors else 200
        try:
            account, password = open_account(
                self.actor,
                organisation=self._organisation(form.organisation.data),
                role=Role(form.role.data),
                login=form.login.data.strip(),
                name=form.name.data.strip(),
            )
        except AidError as refusal:
            return self.render("account_new.html", form=form, refusal=refusal), status_of(refusal)
        return self.render("account_opened.html", account=account, password=password)

    @expose("/renew/", methods=("POST",))
    def renew_view(self) -> str:
        account, password = renew_password(self.actor, self.row(request.form.get("id")))
        return self.render("account_opened.html", account=account, password=password, renewed=True)

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
        return form

    def _organisation(self, code: str) -> Organisation:
        found = visible(Organisation, self.actor.scope).where(Organisation.code == code_in(code)).get_or_none()
        if found is None:
            raise OutOfScope(f"没有“{code}”这个机构，或不归您管理；请输入名称后从下拉中选择")
        return found
