"""资助对象: every row on the lists, checked or not."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import url_for

from admin.base import PanelView
from admin.proofs import proofs_panel
from aid.operations.grants import grants_of
from aid.permissions import Permission
from aid.summaries.subjects import THE_LIST
from models import Beneficiary, Organisation, Row


class BeneficiaryView(PanelView):
    model = Beneficiary
    read = Permission.BENEFICIARY_READ
    columns = (
        "name",
        "id_number",
        "school",
        "grade",
        "class_name",
        "hardship",
        "home_region",
        "aid_until",
        "eligible",
        "source",
        "proofs",
        "state",
        "invalid_reason",
        "checked_by",
        "checked_at",
        "report",
        "gone_from_register",
        "name_differs",
    )
    list_template: ClassVar[str] = "check_list.html"
    more = {
        "class_name": ("sex", "birth_date", "nation", "boards", "roll_status"),
        "source": ("supplement_reason", "outside_school", "outside_stage"),
        "invalid_reason": ("remark",),
        "report": ("report_remark", "submission"),
    }
    details = (
        *("name", "id_number", "sex", "birth_date", "nation", "school", "grade", "class_name", "boards"),
        *("roll_status", "hardship", "home_region", "aid_until", "eligible", "source", "supplement_reason"),
        *("outside_school", "outside_stage", "state", "invalid_reason"),
        *("remark", "checked_by", "checked_at", "report", "report_remark", "submission", "name_differs"),
        "gone_from_register",
        *("register_person.name", "register_person.household_no"),
        *("register_person.head_name", "register_person.phone", "register_person.left_poverty"),
        *("enrolment.name", "enrolment.roll_no", "enrolment.entered"),
    )
    labels = {
        "register_person.name": "名册姓名",
        "enrolment.name": "学籍姓名",
    }
    filters = (
        "school",
        "hardship",
        "home_region",
        "eligible",
        "source",
        "has_proof",
        "supplement_reason",
        "invalid_reason",
        "name_differs",
        "gone_from_register",
        "checked_at",
        "report",
    )
    also = (*THE_LIST.dimensions.asked, "checked_on")
    also_own: ClassVar[Mapping[str, type[Row]]] = {"school": Organisation}
    search = ("name", "id_number")
    sort = "id"
    tabs = "state"
    details_template = "beneficiary.html"

    def row_extras(self, row: Any) -> dict[str, Any]:
        given = grants_of(self.actor, row) if self.actor.may(Permission.AID_READ) else ()
        papers = proofs_panel(self.actor, row, "beneficiary")
        return {"check_url": url_for("check.row_view", id=row.id), "grants": list(given), **papers}
