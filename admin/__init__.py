"""The panel: one file per menu entry. Add a view to VIEWS and nowhere else."""

from flask import Flask
from flask_admin import Admin

from admin.accounts import AccountView
from admin.beneficiaries import BeneficiaryView
from admin.borders import BordersView
from admin.checking import CheckView
from admin.column_choices import ColumnChoiceView
from admin.dropouts import DropoutView, DropoutVisitView
from admin.duplicates import DuplicatesView
from admin.history import ChangeView, OperationView
from admin.home import HomeView
from admin.imports import HeldRowView, ImportRunView
from admin.matching import MatchingView
from admin.organisations import OrganisationView
from admin.places import RegionView
from admin.registers import BatchView, RegisterPersonView
from admin.roles import RolesView
from admin.rolls import EnrolmentView
from admin.saved_views import SavedViewsView
from admin.sessions import SessionView
from admin.settings import SettingView
from admin.shell import init_shell
from admin.signin import limiter, login_manager, must_change_first, signin
from admin.uploads import UploadView
from admin.workbooks import WorkbooksView

LISTS, SHEETS, OFFICE, TRACE = "名册", "表格进出", "机构与账号", "记录"


def views() -> list:
    """Every entry of the menu, in its order; made anew for each application."""
    return [
        CheckView(name="核对工作", endpoint="check"),
        DuplicatesView(name="重复核查", endpoint="duplicates"),
        BeneficiaryView(category=LISTS),
        BordersView(category=LISTS, name="跨区就学", endpoint="borders"),
        DropoutView(category=LISTS),
        DropoutVisitView(category=LISTS),
        RegisterPersonView(category=LISTS),
        EnrolmentView(category=LISTS),
        BatchView(category=LISTS),
        ImportRunView(category=SHEETS, name="导入"),
        UploadView(category=SHEETS),
        MatchingView(category=SHEETS, name="匹配下发", endpoint="matching"),
        HeldRowView(category=SHEETS),
        ColumnChoiceView(category=SHEETS),
        WorkbooksView(category=SHEETS, name="汇总表", endpoint="workbooks"),
        OrganisationView(category=OFFICE),
        AccountView(category=OFFICE),
        RegionView(category=OFFICE),
        SettingView(category=OFFICE),
        RolesView(category=OFFICE, name="角色权限", endpoint="roles"),
        OperationView(category=TRACE),
        ChangeView(category=TRACE),
        SessionView(category=TRACE, name="我的登录"),
        SavedViewsView(category=TRACE, name="我的视图"),
    ]


def init_admin(app: Flask) -> None:
    login_manager.init_app(app)
    limiter.init_app(app)
    app.register_blueprint(signin)
    app.before_request(must_change_first)
    init_shell(app)
    panel = Admin(app, name="助学台账", url="/", index_view=HomeView(name="首页", url="/"))
    panel.add_views(*views())
