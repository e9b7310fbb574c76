"""行政区划 and 机构: the places and who works in them."""

from admin.base import PanelView
from aid.permissions import Permission
from models import Organisation, Region


class RegionView(PanelView):
    model = Region
    read = Permission.REGION_READ
    columns = ("name", "code", "level", "parent")
    filters = ("level", "parent")
    search = ("name", "code")
    sort = "code"


class OrganisationView(PanelView):
    model = Organisation
    read = Permission.ORGANISATION_READ
    columns = ("name", "code", "kind", "stage", "region", "parent", "status", "merged_into")
    filters = ("kind", "stage", "region", "status")
    search = ("name", "code")
    sort = "code"
