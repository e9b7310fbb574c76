"""行政区划: the places."""

from admin.base import PanelView
from aid.permissions import Permission
from models import Region


class RegionView(PanelView):
    model = Region
    read = Permission.REGION_READ
    columns = ("name", "code", "level", "parent")
    filters = ("level", "parent")
    search = ("name", "code")
    sort = "code"
