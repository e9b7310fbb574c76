"""我的视图: the views of tables that one keeps and those one is given, to look through and to clear out."""

from typing import Any

import peewee as pw

from admin.base import BulkAction, PanelView
from admin.selection import key_of
from aid.errors import OutOfScope
from aid.operations.saved_views import LAST, readable_views, remove_views
from aid.permissions import Permission
from aid.record import TITLES
from models import SavedView


class SavedViewsView(PanelView):
    """One's own and those shared with one, whatever else one may read; reached from the grid, not from the menu."""

    model = SavedView
    read = Permission.VIEW_KEEP
    columns = ("name", "table", "shared", "account.name")
    details = columns
    labels = {"account.name": "保存人"}
    codes = {"table": TITLES}
    filters = ("table", "shared")
    search = ("name",)
    sort = "name"
    note = "这里是您在表格里保存的视图，和本单位、上级共享给您的视图；只能删除自己保存的。"
    bulk_actions = (
        BulkAction(
            *("remove", "删除", remove_views, Permission.VIEW_KEEP, "删除这 {n} 个视图？共享的，别人也不能再用。"),
            grave=True,
        ),
    )

    def narrow(self) -> pw.Expression | None:
        return SavedView.id.in_(self._readable().select(SavedView.id))

    def row(self, key: Any) -> SavedView:
        row = self._readable().where(SavedView.id == key_of(key)).get_or_none()
        if row is None:
            raise OutOfScope("没有这个视图，或它没有共享给您。")
        return row

    def _readable(self) -> pw.ModelSelect:
        return readable_views(self.actor).where(SavedView.name != LAST)

    def is_visible(self) -> bool:
        return False
