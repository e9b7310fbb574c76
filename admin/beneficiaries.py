"""资助对象: every row on the lists, checked or not."""

from typing import Any

from flask import url_for

from admin.base import PanelView
from aid.permissions import Permission
from models import Beneficiary


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
        "state",
        "invalid_reason",
        "checked_by",
        "checked_at",
        "name_differs",
        "gone_from_register",
    )
    more = {"class_name": ("sex", "birth_date", "nation", "boards", "roll_status"), "invalid_reason": ("remark",)}
    details = (
        *("name", "id_number", "sex", "birth_date", "nation", "school", "grade", "class_name", "boards"),
        *("roll_status", "hardship", "home_region", "aid_until", "eligible", "source", "state", "invalid_reason"),
        *("remark", "checked_by", "checked_at", "name_differs", "gone_from_register", "register_person.name"),
        *(
            "register_person.household_no",
            "register_person.head_name",
            "register_person.phone",
            "register_person.left_poverty",
        ),
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
        "invalid_reason",
        "name_differs",
        "gone_from_register",
        "checked_at",
    )
    search = ("name", "id_number")
    sort = "id"
    tabs = "state"
    details_template = "beneficiary.html"

    def row_extras(self, row: Any) -> dict[str, Any]:
        return {"check_url": url_for("check.row_view", id=row.id)}
