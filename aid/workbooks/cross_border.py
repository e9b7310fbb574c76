"""跨区就学 (DOMAIN.md part 5, workbook 4; question 1): household here and school elsewhere, and the reverse, by place.

A child that a county keeps itself because it studies outside the province (question 22) stands on the list of the
county's own office: it is counted here all the same, as one that studies there.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aid.operations.borders import HOME, PLACE, border, crossing, direction, elsewhere, office_of, place_of
from aid.operations.classes import by_class, placed, school_told, stage
from aid.permissions import Permission
from aid.rules.borders import office_told
from aid.scope import Actor, Scope, visible
from aid.workbooks.columns import Heading, heading
from aid.workbooks.listed import cells_of, shown, worked_out
from aid.workbooks.sheets import Cell, Chart, Column, Line, Sheet
from aid.workbooks.style import WHOLE, Kind
from codes import Border, Direction
from models import Beneficiary, CheckState, Stage

OUTSIDE = "外省（登记为省外就读）"
MOST = 12  # places that a chart holds
SHORT = {Direction.OUT: "户籍在本地", Direction.IN: "就读在本地", Direction.WITHIN: "辖区内跨县"}
COLUMNS = (
    *(shown(Beneficiary.name, 10), shown(Beneficiary.id_number, 21, centred=True)),
    worked_out("户籍所在县", place_of(HOME), 20),
    worked_out(Beneficiary.home_region.verbose_name, HOME.name, 12),
    worked_out("就读所在县", place_of(PLACE), 20),
    worked_out(Beneficiary.school.verbose_name, school_told(), 30),
    *(shown(Beneficiary.grade, 9, centred=True), shown(Beneficiary.class_name, 8, centred=True)),
    *(shown(Beneficiary.hardship, 15), shown(Beneficiary.state, 18)),
)
PLACED, AT = 4, 5  # the columns that a school outside the province fills
NOTES = (
    "只算有效名单（不含无效），按条计；学校所在县核对、上报，户籍所在县跟进。",
    "“户籍在本地”是户籍在本地、学校在外地的孩子，“就读在本地”相反；外地按县列，外省的写到省。",
    f"{OUTSIDE}：县里代管的省外就读学生，学校栏是登记的省外学校；页面“跨区就学”不含这些。",
)
STAGES = (*Stage.choices(), ("", "未填"))


@dataclass(frozen=True)
class Crossing:
    """A child on the other side of a border: where that is, by what stage, and its line."""

    place: str
    border: str
    stage: str
    cells: Sequence[Cell]


class CrossBorder:
    slug = "cross-border"
    title = "跨区就学"
    read = Permission.WORKBOOK_MAKE
    note = "户籍在本地、学校在外地的，和户籍在外地、学校在本地的，按地区和学段汇总，附两张名单。"

    def sheets(self, actor: Actor, now: dt.datetime) -> Iterator[Sheet]:
        """`now` is local time."""
        top, found = heading(actor, now), _found(actor.scope)
        yield _by_place(top, found)
        for way, some in found.items():
            yield _list(top, way, some)


def _found(scope: Scope) -> dict[Direction, list[Crossing]]:
    """The children by how they are seen from here; one statement."""
    live = visible(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID)
    rows = placed(live.where(Beneficiary.id.in_(crossing(scope)) | (Beneficiary.outside_school != "")))
    offices = (office_of(PLACE), office_of(HOME))
    besides = (direction(scope), elsewhere(scope), border(), stage(), Beneficiary.outside_school, *offices)
    found = defaultdict(list)
    for cells, (way, place, highest, at_stage, outside, checks, follows) in cells_of(
        rows.order_by(*by_class()), COLUMNS, *besides
    ):
        acting = [office_told(checks, cells[PLACED]), office_told(follows, cells[2])]
        if outside:
            cells[PLACED], cells[AT] = OUTSIDE, outside
            way, place, highest = Direction.OUT, OUTSIDE, Border.PROVINCE
        found[Direction(way)].append(Crossing(place, Border(highest).label, at_stage, [*cells, *acting]))
    return {way: sorted(found[way], key=lambda one: one.place) for way in Direction if found[way]}


def _by_place(top: Heading, found: Mapping[Direction, Sequence[Crossing]]) -> Sheet:
    columns = (
        *(Column("方向", 14), Column("外地", 26), Column("跨哪一级", 14, centred=True)),
        Column("人数", 10, number_format=WHOLE, total=True),
        *(Column(label, 8, number_format=WHOLE, total=True) for _, label in STAGES),
    )
    lines = []
    for way, some in found.items():
        lines += _place_lines(way, some)
    chart = _chart(found)
    lines.append(Line((f"{top.place}合计", "", ""), Kind.TOTAL))
    return Sheet("跨区就学", top.over("跨区就学汇总表"), top.under, columns, lines, frozen=2, chart=chart, notes=NOTES)


def _chart(found: Mapping[Direction, Sequence[Crossing]]) -> Chart | None:
    """The places of the first direction, which stand on top; one bar alone tells nothing."""
    for way, some in found.items():
        places = len({(one.place, one.border) for one in some})
        title = f"{SHORT[way]}：人数最多的外地"
        return Chart(title, names=1, values=(3,), number_format=WHOLE, most=min(MOST, places)) if places > 1 else None
    return None


def _place_lines(way: Direction, some: Sequence[Crossing]) -> Iterator[Line]:
    """The places with the most children first."""
    places: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in some:
        places[one.place, one.border][one.stage] += 1
    for (place, highest), stages in sorted(places.items(), key=lambda item: (-item[1].total(), item[0])):
        numbers = (stages[code] for code, _ in STAGES)
        yield Line((SHORT[way], place, highest, stages.total(), *numbers))
    yield Line((f"{SHORT[way]} 小计", f"{len(places)} 个地区", ""), Kind.SUBTOTAL)


def _list(top: Heading, way: Direction, some: Sequence[Crossing]) -> Sheet:
    columns = (*(one.column for one in COLUMNS), Column("核对机构", 24), Column("跟进机构", 24))
    lines = [Line(one.cells) for one in some]
    subtitle = f"{top.under}　　共 {len(lines):,} 条"
    return Sheet(SHORT[way], top.over(f"跨区就学名单：{way.label}"), subtitle, columns, lines, frozen=2)
