"""角色权限: who may do what to which table, on one screen."""

from flask_admin import BaseView, expose

from admin.shell import Locked
from aid.permissions import Permission
from aid.roles import holders, reads_only, tables_of
from models import Role


class RolesView(Locked, BaseView):
    read = Permission.ACCOUNT_SELF

    @expose("/")
    def index_view(self) -> str:
        lines = [(one, tables_of(one), reads_only(one), holders(one)) for one in Permission]
        return self.render("roles.html", lines=lines, roles=list(Role), own=self.actor.role)
