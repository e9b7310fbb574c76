"""The panel: one file per menu entry. Add a view to VIEWS and nowhere else."""

from flask import Flask
from flask_admin import Admin

from admin.accounts import AccountView
from admin.aid import AidGrantView, AidItemView, AidStandardView
from admin.beneficiaries import BeneficiaryView
from admin.board import BoardView
from admin.borders import BordersView
from admin.checking import CheckView
from admin.column_choices import ColumnChoiceView
from admin.deliveries import DeliveriesView
from admin.dropouts import DropoutView, DropoutVisitView
from admin.duplicates import DuplicatesView
from admin.help import HelpView
from admin.history import ChangeView, OperationView
from admin.home import HomeView
from admin.imports import HeldRowView, ImportRunView
from admin.late_schools import LateSchoolsView
from admin.matching import MatchingView
from admin.notices import NoticeView
from admin.organisations import OrganisationView
from admin.own_columns import OwnColumnView
from admin.own_summaries import OwnSummaryView
from admin.places import RegionView
from admin.proofs import ProofView
from admin.public_notices import PublicNoticeView
from admin.registers import BatchView, RegisterPersonView
from admin.reports import ReportView
from admin.roles import RolesView
from admin.roll_changes import RollChangesView
from admin.rolls import EnrolmentView
from admin.saved_views import SavedViewsView
from admin.sessions import SessionView
from admin.settings import SettingView
from admin.shell import init_shell
from admin.signin import limiter, login_manager, must_change_first, signin
from admin.submissions import SubmissionView
from admin.summaries import SummaryView
from admin.supplements import SupplementView
from admin.unpaid import UnpaidView
from admin.uploads import UploadView
from admin.workbooks import WorkbooksView

REPORTS, LISTS, AID, SHEETS, OFFICE, TRACE = "上报", "名册", "资助", "表格进出", "机构与账号", "记录"


def views() -> list:
    """Every entry of the menu, in its order; made anew for each application."""
    return [
        CheckView(name="核对工作", endpoint="check"),
        SupplementView(name="补录", endpoint="supplement"),
        DuplicatesView(name="重复核查", endpoint="duplicates"),
        BoardView(name="进度看板", endpoint="board"),
        SubmissionView(category=REPORTS, name="上报审核"),
        ReportView(category=REPORTS, name="上报明细", endpoint="report"),
        LateSchoolsView(category=REPORTS, name="学校上报情况", endpoint="late_schools"),
        NoticeView(category=REPORTS),
        BeneficiaryView(category=LISTS),
        ProofView(category=LISTS),
        BordersView(category=LISTS, name="跨区就学", endpoint="borders"),
        DropoutView(category=LISTS),
        DropoutVisitView(category=LISTS),
        RegisterPersonView(category=LISTS),
        EnrolmentView(category=LISTS),
        BatchView(category=LISTS),
        UnpaidView(category=AID, name="应发未发", endpoint="unpaid"),
        AidGrantView(category=AID),
        PublicNoticeView(category=AID),
        AidItemView(category=AID),
        AidStandardView(category=AID),
        *_sheets(),
        OrganisationView(category=OFFICE),
        AccountView(category=OFFICE),
        RegionView(category=OFFICE),
        SettingView(category=OFFICE),
        OwnColumnView(category=OFFICE),
        RolesView(category=OFFICE, name="角色权限", endpoint="roles"),
        OperationView(category=TRACE),
        ChangeView(category=TRACE),
        SessionView(category=TRACE, name="我的登录"),
        SavedViewsView(category=TRACE, name="我的视图"),
        HelpView(category=TRACE, name="帮助", endpoint="help"),
    ]


def _sheets() -> list:
    """Sheets that come in, and workbooks that go out."""
    return [
        ImportRunView(category=SHEETS, name="导入"),
        UploadView(category=SHEETS),
        DeliveriesView(category=SHEETS, name="名册比对", endpoint="deliveries"),
        MatchingView(category=SHEETS, name="匹配下发", endpoint="matching"),
        RollChangesView(category=SHEETS, name="学籍变动", endpoint="roll_changes"),
        HeldRowView(category=SHEETS),
        ColumnChoiceView(category=SHEETS),
        WorkbooksView(category=SHEETS, name="汇总表", endpoint="workbooks"),
        OwnSummaryView(category=SHEETS, name="自制汇总", endpoint="own_summary"),
        SummaryView(category=SHEETS, name="管理自制汇总"),
    ]


def init_admin(app: Flask) -> None:
    login_manager.init_app(app)
    limiter.init_app(app)
    app.register_blueprint(signin)
    app.before_request(must_change_first)
    init_shell(app)
    panel = Admin(app, name="助学台账", url="/", index_view=HomeView(name="首页", url="/"))
    panel.add_views(*views())
