"""建档立卡名册: the register as delivered, and its batches."""

from typing import Any, ClassVar

from admin.base import PanelView
from admin.listing import Listing
from aid.operations.deliveries import waiting
from aid.permissions import Permission
from models import RegisterBatch, RegisterPerson


class RegisterPersonView(PanelView):
    model = RegisterPerson
    read = Permission.REGISTER_READ
    columns = (
        "name",
        "id_number",
        "sex",
        "head_name",
        "relation",
        "home_region",
        "hardship",
        "poor_since",
        "left_poverty",
        "phone",
        "batch",
    )
    filters = ("hardship", "home_region", "left_poverty", "batch")
    search = ("name", "id_number", "head_name")
    sort = "id"
    note = "扶贫部门送来的名册，原样保存，不能修改；名册有误的，把资助对象标为无效并写明原因。"


class BatchView(PanelView):
    model = RegisterBatch
    read = Permission.REGISTER_READ
    columns = ("name", "office", "received", "current")
    filters = ("current",)
    search = ("name",)
    list_template: ClassVar[str] = "register_batches.html"

    def extras(self, look: Listing) -> dict[str, Any]:
        """A delivery that waits to be applied, where one may apply it."""
        may_compare = self.actor.may(Permission.REGISTER_APPLY)
        return {"may_compare": may_compare, "waits": waiting(self.actor.scope) if may_compare else None}
