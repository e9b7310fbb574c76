"""上报明细: the rows of the list by where they stand between school and county; the county accepts or returns them."""

from typing import Any, ClassVar

from admin.base import BulkAction, PanelView
from admin.listing import Listing
from aid.locks import LOCKED
from aid.operations.submissions import accept, give_back, takes_back
from aid.permissions import Permission
from aid.scope import changeable, visible
from codes import ReportState
from forms.submissions import AcceptForm, ReturnForm
from models import Beneficiary, Submission

DECIDE = Permission.SUBMISSION_DECIDE


class ReportView(PanelView):
    """All rows by report state; with the code of a round in the address, that round's."""

    model = Beneficiary
    read = Permission.SUBMISSION_READ
    reach = staticmethod(changeable)
    columns = (
        *("name", "id_number", "school", "grade", "class_name", "state", "invalid_reason", "remark"),
        *("report", "report_remark", "hardship", "submission", "checked_at"),
    )
    more = {"checked_at": ("checked_by",)}
    filters = ("school", "submission", "state")
    also = ("school.kind",)
    search = ("name", "id_number")
    sort = "id"
    tabs = "report"
    row_page = "check.row_view"
    list_template: ClassVar[str] = "reports.html"
    bulk_actions = (
        BulkAction(
            *("accept", "审核通过", accept, DECIDE, "通过这 {n} 条？通过后算已上报，学校不能再改。"),
            form=AcceptForm,
            tabs=frozenset({ReportState.HANDED_IN}),
        ),
        BulkAction(
            *("return", "退回学校", give_back, DECIDE, "把这 {n} 条退回学校？学校可以改，改好后再上报。"),
            form=ReturnForm,
            grave=True,
            tabs=frozenset(LOCKED),
        ),
    )

    def extras(self, look: Listing) -> dict[str, Any]:
        code = look.filters.get("submission", "")
        found = visible(Submission, self.actor.scope).where(Submission.code == code).get_or_none() if code else None
        return {"round": found, "handed_in": takes_back(self.actor, found) if found else None}
