"""The matrix role × permission × table, for the page in the panel and for docs/roles.md."""

from collections.abc import Iterable

from aid.permissions import ROLES, Permission
from models import (
    Account,
    AidGrant,
    AidItem,
    AidStandard,
    Beneficiary,
    Change,
    ColumnChoice,
    CountySetting,
    DropoutCase,
    DropoutVisit,
    Enrolment,
    HeldRow,
    ImportRun,
    MadeWorkbook,
    Notice,
    Operation,
    Organisation,
    OwnColumn,
    Proof,
    PublicNotice,
    Region,
    RegisterBatch,
    RegisterPerson,
    Role,
    Row,
    SavedView,
    Session,
    Submission,
    Summary,
    Upload,
)

P = Permission
IMPORTS: tuple[type[Row], ...] = (Upload, ImportRun, HeldRow, ColumnChoice)
TABLES: dict[Permission, tuple[type[Row], ...]] = {  # what a permission reads or writes, within one's scope
    P.ACCOUNT_MANAGE: (Account, Session, *IMPORTS),
    P.ACCOUNT_OPEN: (Account,),
    P.ACCOUNT_READ: (Account,),
    P.ACCOUNT_SELF: (Account, Session),
    P.AID_READ: (AidItem, AidStandard, AidGrant, Beneficiary),
    P.AID_WRITE: (AidItem, AidStandard, AidGrant, *IMPORTS),
    P.BENEFICIARY_CHECK: (Beneficiary, *IMPORTS),
    P.BENEFICIARY_FOLLOW: (Beneficiary,),
    P.BENEFICIARY_MATCH: (Beneficiary, DropoutCase),
    P.BENEFICIARY_READ: (Beneficiary, Proof),
    P.BENEFICIARY_SETTLE: (Beneficiary,),
    P.BENEFICIARY_SUPPLEMENT: (Beneficiary, Region, *IMPORTS),
    P.COLUMN_DEFINE: (OwnColumn, Beneficiary, Organisation, DropoutCase, ColumnChoice),
    P.DROPOUT_KEEP: (DropoutCase,),
    P.DROPOUT_READ: (DropoutCase, DropoutVisit),
    P.DROPOUT_WRITE: (DropoutVisit, DropoutCase, *IMPORTS),
    P.HISTORY_FORGET: (Operation, Change, Session),
    P.HISTORY_READ: (Operation, Change),
    P.IMPORT_READ: IMPORTS,
    P.IMPORT_SETTLE: (Upload,),
    P.NOTICE_DISMISS: (Notice,),
    P.NOTICE_READ: (Notice,),
    P.NOTICE_SEND: (Notice,),
    P.ORGANISATION_READ: (Organisation,),
    P.ORGANISATION_WRITE: (Organisation, Region, Beneficiary, Enrolment, Account, Session, *IMPORTS),
    P.PROOF_ADD: (Proof,),
    P.PROGRESS_READ: (Organisation, Region, Beneficiary, Submission, Change),
    P.PUBLIC_NOTICE_PUBLISH: (PublicNotice,),
    P.PUBLIC_NOTICE_READ: (PublicNotice,),
    P.REGION_READ: (Region,),
    P.REGION_WRITE: (Region, *IMPORTS),
    P.REGISTER_APPLY: (RegisterBatch, Beneficiary),
    P.REGISTER_IMPORT: (RegisterBatch, RegisterPerson, Region, *IMPORTS),
    P.REGISTER_READ: (RegisterBatch, RegisterPerson),
    P.ROLL_IMPORT: (Enrolment, DropoutCase, *IMPORTS),
    P.ROLL_READ: (Enrolment,),
    P.SETTING_WRITE: (CountySetting, Beneficiary),
    P.SUBMISSION_DECIDE: (Submission, Beneficiary),
    P.SUBMISSION_HAND_IN: (Submission, Beneficiary),
    P.SUBMISSION_READ: (Submission, Beneficiary),
    P.SETTING_WRITE: (CountySetting, Beneficiary, DropoutCase),
    P.SUMMARY_KEEP: (Summary,),
    P.UNPLACED_READ: (RegisterPerson,),
    P.VIEW_KEEP: (SavedView,),
    P.VIEW_SHARE: (SavedView,),
    P.WORKBOOK_MAKE: (Beneficiary, RegisterPerson, Account, MadeWorkbook),
    P.WORKBOOK_SETTLE: (MadeWorkbook,),
}
READING = frozenset({"read"})  # the verb that changes nothing


def tables_of(permission: Permission) -> str:
    """The tables that a permission reads or writes, as a clerk calls them."""
    return "、".join(table.title for table in TABLES[permission])


def reads_only(permission: Permission) -> bool:
    """Whether a permission changes no row."""
    return permission.value.partition(":")[2] in READING


def holders(permission: Permission) -> list[bool]:
    """For each role in the order of models.Role whether it has the permission."""
    return [permission in ROLES[role] for role in Role]


def document() -> str:
    """docs/roles.md, whole."""
    head = ["权限", "", "表", "", *(role.label for role in Role)]
    body = [
        [one.label, f"`{one.value}`", tables_of(one), "读" if reads_only(one) else "写", *_ticks(one)]
        for one in Permission
    ]
    return "\n".join([*INTRODUCTION, _line(head), _line(["---"] * len(head)), *map(_line, body), ""])


INTRODUCTION = (
    "# Roles",
    "",
    "Made from `aid/permissions.py` and `aid/roles.py` by `flask --app app roles`; a test compares. Which rows a role",
    "reaches is its scope (`aid/scope.py`): a school its own, a township, county, city or province what lies in it.",
    "",
)


def _ticks(permission: Permission) -> list[str]:
    return ["✓" if held else "" for held in holders(permission)]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
