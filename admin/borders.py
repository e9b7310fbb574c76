"""跨区就学: children whose household is here and school elsewhere, and the reverse, with the office that acts."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import peewee as pw

from admin.base import PanelView
from admin.columns import Column, Kind
from admin.listing import Listing
from admin.table import joined
from admin.worked_out import WorkedOut, worked_out
from aid.operations import borders
from aid.operations.borders import HOME, JOINS, PLACE
from aid.permissions import Permission
from aid.rules.borders import office_told
from aid.rules.words import exactly
from aid.scope import Scope
from codes import Border, Coded, Direction
from models import Beneficiary

LEVELS = {  # what is asked: a border of this level or a higher one
    "跨县": "",
    "跨市": f"{Border.CITY}|{Border.PROVINCE}|{Border.OUTSIDE}",
    "跨省": f"{Border.PROVINCE}|{Border.OUTSIDE}",
}


class BordersView(WorkedOut, PanelView):
    """Live rows that cross a county's border: a county reads those whose school or household is its own, and those of
    children outside the province that it keeps itself."""

    model = Beneficiary
    read = Permission.BENEFICIARY_READ
    columns = (
        *("name", "id_number", "home_place", "school", "school_place", "hardship", "state", "checks", "follows_up"),
    )
    more = {
        "home_place": ("home_region",),
        "school": ("grade", "class_name"),
        "school_place": ("outside_stage",),
        "hardship": ("eligible", "border"),
    }
    filters = ("direction", "elsewhere", "school", "hardship", "state", "border")
    search = ("name", "id_number")
    sort = "id"
    tabs = "direction"
    row_page = "beneficiary.details_view"
    list_template: ClassVar[str] = "borders.html"
    note = (
        "学校所在县核对，户籍所在县跟进；省外就读的由记录所在的县资助中心自己核对。对方县的记录只能查看。无效的不在内。"
    )

    def narrow(self) -> pw.Expression | None:
        return Beneficiary.id.in_(borders.crossing(self.actor.scope))

    def worked_out(self, scope: Scope) -> Mapping[str, Column]:
        home, school = borders.place_of(HOME), borders.place_of(PLACE)
        studies = borders.school_place()
        columns = (
            worked_out("home_place", "户籍所在县", Kind.TEXT, expressions=[home], joins=JOINS),
            worked_out("school_place", "就读所在县", Kind.TEXT, expressions=[studies], joins=JOINS),
            worked_out("elsewhere", "外地", Kind.TEXT, expressions=[borders.elsewhere(scope)], joins=JOINS),
            _coded("border", "跨哪一级", Border, expression=borders.border()),
            _coded("direction", "方向", Direction, expression=borders.direction(scope)),
            _office("checks", "核对机构", (borders.office_of(PLACE), school)),
            _office("follows_up", "跟进机构", (borders.office_of(HOME), home)),
        )
        return {column.name: column for column in columns}

    def extras(self, look: Listing) -> dict[str, Any]:
        """How many by the place on the other side, in each direction; each figure leads to its rows."""
        columns = [look.table.column(name) for name in ("direction", "elsewhere")]
        parts, rows = [column.expressions[0] for column in columns], pw.fn.COUNT(Beneficiary.id)
        query = joined(look.apart_from("elsewhere").select(*parts, rows), columns).group_by(*parts)
        found = list(query.order_by(*parts[:1], rows.desc(), *parts[1:]).tuples())
        places = {one: [(place, count) for way, place, count in found if way == one] for one in Direction}
        return {"places": {one: some for one, some in places.items() if some}, "levels": LEVELS, "exactly": exactly}


def _coded(name: str, label: str, codes: type[Coded], *, expression: pw.Node) -> Column:
    column = worked_out(name, label, Kind.CHOICE, expressions=[expression], joins=JOINS, labels=dict(codes.choices()))
    column.field.null = False
    return column


def _office(name: str, label: str, office_and_place: Sequence[pw.Node]) -> Column:
    told = {"joins": JOINS, "teller": lambda values: office_told(*values)}
    return worked_out(name, label, Kind.TEXT, expressions=office_and_place, **told)
