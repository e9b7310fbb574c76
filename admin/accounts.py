"""账号: who may sign in."""

from typing import Any, ClassVar

from flask_admin import expose

from admin.base import PanelView
from admin.shell import status_of
from aid.errors import AidError, NotAllowed, OutOfScope
from aid.operations.accounts import open_account
from aid.permissions import Permission
from aid.scope import visible
from forms.accounts import AccountForm
from models import Account, Organisation, Role


class AccountView(PanelView):
    model = Account
    read = Permission.ACCOUNT_READ
    columns = ("login", "name", "role", "organisation", "active", "must_change", "last_sign_in")
    filters = ("role", "organisation", "active")
    search = ("login", "name")
    sort = "login"
    list_template: ClassVar[str] = "accounts.html"

    @expose("/new/", methods=("GET", "POST"))
    def new_view(self) -> Any:
        if not self.actor.may(Permission.ACCOUNT_OPEN):
            raise NotAllowed("您的角色没有开设账号的权限。")
        form = AccountForm()
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

    def _organisation(self, code: str) -> Organisation:
        found = visible(Organisation, self.actor.scope).where(Organisation.code == code.strip()).get_or_none()
        if found is None:
            raise OutOfScope(f"没有编码为 {code} 的机构，或不归您管理；请从下拉中选择")
        return found
