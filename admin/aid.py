"""资助项目, 资助标准, 受助信息: what a county gives, by which amounts, and what it has given."""

from typing import Any, ClassVar

from flask import redirect, url_for
from flask_admin import expose

from admin.base import BulkAction, PanelView
from admin.listing import Listing
from admin.shell import needs, refuse, say
from aid.errors import RuleBroken
from aid.operations.aid_items import take_national
from aid.operations.grants import withdraw_many
from aid.permissions import Permission
from aid.scope import visible
from models import AidGrant, AidItem, AidStandard


class AidItemView(PanelView):
    model = AidItem
    read = Permission.AID_READ
    columns = details = ("name", "active", "note", "office")
    filters = ("active",)
    search = ("name",)
    sort = "id"
    list_template: ClassVar[str] = "aid_items.html"
    details_template: ClassVar[str] = "aid_item.html"
    note = "停用的项目不再发放，发过的留着。金额在“资助标准”里，按学段、每学期一个数，由县里按文件核定。"

    def extras(self, look: Listing) -> dict[str, Any]:
        return {"may_write": self.actor.may(Permission.AID_WRITE)}

    def row_extras(self, row: AidItem) -> dict[str, Any]:
        standards = visible(AidStandard, self.actor.scope).where(AidStandard.item == row.id)
        rows = list(standards.order_by(AidStandard.id))
        return {"standards": rows, "may_write": self.actor.may(Permission.AID_WRITE)}

    @expose("/national", methods=("POST",))
    @needs(Permission.AID_WRITE)
    def national_view(self) -> Any:
        try:
            outcome = take_national(self.actor)
            say(f"已填入 {outcome.rows} 个国家资助项目，请核对金额", operation_id=outcome.operation_id)
        except RuleBroken as refusal:
            refuse(refusal)
        return redirect(url_for(".index_view"))


class AidStandardView(PanelView):
    model = AidStandard
    read = Permission.AID_READ
    columns = details = ("item", "stage", "boarding", "amount_fen")
    filters = ("item", "stage", "boarding")
    search = ()
    sort = "item,id"
    note = "每学期一个数，是全年标准的一半；0 表示不发。在“表格”里直接改，随时可以撤销；发过的不受影响。"


class AidGrantView(PanelView):
    model = AidGrant
    read = Permission.AID_READ
    columns = details = ("name", "id_number", "school", "item", "term", "amount_fen", "paid_on", "note")
    filters = ("school", "item", "term", "paid_on")
    search = ("name", "id_number")
    sums = True
    note = "姓名、身份证号和学校是发放那时的。学生后来无效、合并或转学，发放记录都留着。"
    bulk_actions = (
        BulkAction(
            *("withdraw", "撤回发放", withdraw_many, Permission.AID_WRITE),
            "撤回这 {n} 笔发放？只用于没有发到或登记错的；学生会回到应发未发。",
            grave=True,
        ),
    )
