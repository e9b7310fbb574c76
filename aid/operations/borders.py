"""Children whose household and school lie on two sides of a border (question 1), as SQL over their rows.

What each expression means is told in aid.rules.borders; they hold for rows of `Beneficiary` joined by JOINS.
"""

import peewee as pw

from aid.rules.borders import DIGITS
from aid.scope import SYSTEM, Scope, visible
from codes import Border, Direction, OrganisationKind, OrganisationStatus, RegionLevel
from models import Beneficiary, CheckState, Organisation, Region, Row

HOME, SCHOOL, PLACE = Region.alias("home"), Organisation.alias("at_school"), Region.alias("place")
OUTSIDE = Beneficiary.outside_school != ""  # then the school's organisation is the county's office (question 22)
JOINS: tuple[tuple[type[Row], pw.Expression], ...] = (
    (HOME, Beneficiary.home_region == HOME.id),
    (SCHOOL, Beneficiary.school == SCHOOL.id),
    (PLACE, SCHOOL.region == PLACE.id),
)


def crossing(scope: Scope) -> pw.ModelSelect:
    """The ids of the live rows in `scope` whose child crosses a county's border or studies outside the province."""
    rows = visible(Beneficiary, scope).select(Beneficiary.id).where(Beneficiary.state != CheckState.INVALID)
    for source, on in JOINS:
        rows = rows.join_from(Beneficiary, source, on=on)
    return rows.where(_crosses(Border.COUNTY) | OUTSIDE)


def border() -> pw.Node:
    """The highest border between household and school."""
    crossed = [(_crosses(one), one.value) for one in reversed(Border) if one != Border.OUTSIDE]
    return pw.Case(None, [(OUTSIDE, Border.OUTSIDE.value), *crossed], "")


def direction(scope: Scope) -> pw.Node:
    """How a row is seen from the place of `scope`."""
    lives, learns = (_first(region, len(scope.prefix)) == scope.prefix for region in (HOME, PLACE))
    cases = [(lives & learns, Direction.WITHIN.value), (lives, Direction.OUT.value), (learns, Direction.IN.value)]
    return pw.Case(None, [(OUTSIDE, Direction.OUTSIDE.value), *cases], "")


def place_of(region: type[Region]) -> pw.Node:
    """A region of JOINS down to its county, by name; its province only where the other side is in another."""
    province = pw.Case(None, [(_crosses(Border.PROVINCE), _above(region, RegionLevel.PROVINCE))], "")
    no_county = _first(region, DIGITS["county"]) == _first(region, DIGITS["city"]).concat("00")
    code = pw.Case(None, [(no_county, "")], _first(region, DIGITS["county"]))  # of a county that has no row of its own
    county = _above(region, RegionLevel.COUNTY, otherwise=code)
    return pw.fn.COALESCE(
        pw.fn.NULLIF(province.concat(_above(region, RegionLevel.CITY)).concat(county), ""), region.name
    )


def school_place() -> pw.Node:
    """Where the child studies, down to the county; outside the province the school by its name."""
    return pw.Case(None, [(OUTSIDE, pw.Value("省外：").concat(Beneficiary.outside_school))], place_of(PLACE))


def elsewhere(scope: Scope) -> pw.Node:
    """The place on the other side: the school's, or the household's where the school lies here; 省外 is one place."""
    cases = [(OUTSIDE, "省外"), (direction(scope) == Direction.IN.value, place_of(HOME))]
    return pw.Case(None, cases, place_of(PLACE))


def office_of(region: type[Region]) -> pw.Node:
    """The name of the office of the county that a region of JOINS lies in; NULL where none is known."""
    seat = Region.alias("seat")
    offices = visible(Organisation, SYSTEM.scope).where(
        Organisation.kind == OrganisationKind.COUNTY, Organisation.status == OrganisationStatus.OPEN
    )
    there = offices.select(Organisation.name).join(seat, on=(Organisation.region == seat.id))
    first = there.where(seat.code == _padded(region, DIGITS["county"])).order_by(Organisation.code).limit(1)
    return pw.NodeList((first,))


def _crosses(one: Border) -> pw.Expression:
    return _first(HOME, DIGITS[one.value]) != _first(PLACE, DIGITS[one.value])


def _above(region: type[Region], level: RegionLevel, *, otherwise: str | pw.Node = "") -> pw.Node:
    """The name of the region of this level that another lies in; `otherwise` where there is none, or where it has no
    name but its code, as one that only a child's row spoke of."""
    above = Region.alias(f"its_{level.value}")
    there = (above.code == _padded(region, DIGITS[level.value]), above.level == level)
    named = above.select(above.name).where(*there, above.name != above.code)
    return pw.fn.COALESCE(pw.NodeList((named,)), otherwise)


def _first(region: type[Region], digits: int) -> pw.Node:
    return pw.fn.SUBSTR(region.code, 1, digits)


def _padded(region: type[Region], digits: int) -> pw.Node:
    return _first(region, digits).concat("0" * (12 - digits))
