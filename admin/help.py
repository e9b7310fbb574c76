"""帮助: what users keep asking, answered in words, and policy that has no button (questions 36, 37 and 40)."""

from flask_admin import BaseView, expose

from admin.shell import Locked
from aid.permissions import Permission


class HelpView(Locked, BaseView):
    """The same page for everybody: it names the entries of the menu, whether or not one's own has them."""

    read = Permission.ACCOUNT_SELF

    @expose("/")
    def index_view(self) -> str:
        return self.render("help.html")
