"""Places that a household is registered in and no sheet of regions has named yet: a child may come from anywhere."""

from aid.ledger import Ledger
from aid.operations.region_rules import code_above
from aid.scope import significant, visible
from models import Region, RegionLevel

DIGITS = {2: RegionLevel.PROVINCE, 4: RegionLevel.CITY, 6: RegionLevel.COUNTY, 9: RegionLevel.TOWNSHIP}


def region_ids(ledger: Ledger, codes: set[str]) -> tuple[dict[str, int], list[str]]:
    """The ids of regions by code, and which of `codes` were not known: each of these gets a row whose name is its
    code, for a later sheet of regions to fill in."""
    regions = visible(Region, ledger.actor.scope).select(Region.code, Region.id)
    known = dict(regions.tuples())
    new = sorted(codes - known.keys())
    if not new:
        return known, []
    rows = [(one, one, _level(one), known.get(code_above(one))) for one in new]
    ledger.add_many(Region, ("code", "name", "level", "parent"), rows)
    # A rehearsal has added none; its placeholders get numbers that no row has.
    return {one: -at for at, one in enumerate(new, start=1)} | dict(regions.tuples()), new


def _level(region_code: str) -> str:
    return DIGITS.get(len(significant(region_code)), RegionLevel.VILLAGE).value
