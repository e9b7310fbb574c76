"""The offices and schools of a scope as a tree, with how many schools and children each has beneath it."""

from dataclasses import dataclass, field

import peewee as pw

from aid.scope import Scope, significant, visible
from models import Beneficiary, CheckState, Organisation, OrganisationKind, OrganisationStatus, Region


@dataclass
class Branch:
    """An organisation or, where no office stands for it, a township by its region; `children` counts live rows."""

    label: str
    row: Organisation | None = None
    children: int = 0
    beneath: list["Branch"] = field(default_factory=list)

    @property
    def schools(self) -> int:
        own = self.row is not None and self.row.kind == OrganisationKind.SCHOOL
        return own + sum(branch.schools for branch in self.beneath)

    @property
    def total(self) -> int:
        return self.children + sum(branch.total for branch in self.beneath)


def tree(scope: Scope) -> list[Branch]:
    """The topmost organisations one reads, each with what lies beneath it: offices by whose office is above, schools by
    the township they lie in. In three statements."""
    rows = list(visible(Organisation, scope).order_by(Organisation.code))
    regions = {region.id: region for region in visible(Region, scope)}
    live = visible(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID)
    counts = dict(live.select(Beneficiary.school, pw.fn.COUNT(Beneficiary.id)).group_by(Beneficiary.school).tuples())
    branches = {row.id: Branch(_label(row), row, counts.get(row.id, 0)) for row in rows}
    offices = _offices(rows, regions)
    roots: list[Branch] = []
    townships: dict[str, Branch] = {}
    for row in rows:
        above = _above(row, regions, offices)
        place = branches[above.id] if above else None
        if row.kind == OrganisationKind.SCHOOL and (above is None or above.kind != OrganisationKind.TOWNSHIP):
            beneath = place.beneath if place else roots
            place = _township(row, regions, townships, under=beneath) or place
        (place.beneath if place else roots).append(branches[row.id])
    return roots


def _label(row: Organisation) -> str:
    ended = "" if row.status == OrganisationStatus.OPEN else f"（{OrganisationStatus(row.status).label}）"
    return f"{row}{ended}"


def _offices(rows: list[Organisation], regions: dict[int, Region]) -> dict[str, Organisation]:
    """The first office of each place, by the significant digits of its region."""
    offices: dict[str, Organisation] = {}
    for row in rows:
        if row.kind != OrganisationKind.SCHOOL:
            offices.setdefault(significant(regions[row.region_id].code), row)
    return offices


def _above(row: Organisation, regions: dict[int, Region], offices: dict[str, Organisation]) -> Organisation | None:
    """The office of the smallest place around the row, its own place too where the row is a school."""
    own = significant(regions[row.region_id].code)
    places = [own[:digits] for digits in (9, 6, 4, 2) if digits <= len(own)]
    found = (offices[place] for place in places if place in offices and offices[place].id != row.id)
    return next((office for office in found if row.kind == OrganisationKind.SCHOOL or office.kind != row.kind), None)


def _township(
    row: Organisation, regions: dict[int, Region], townships: dict[str, Branch], *, under: list[Branch]
) -> Branch | None:
    """The branch of the township a school lies in, made at its first school; None for one right under the county."""
    code = regions[row.region_id].code
    if len(significant(code)) < len("360426100"):
        return None
    key = code[:9]
    if key not in townships:
        named = next((region for region in regions.values() if region.code == key.ljust(12, "0")), None)
        townships[key] = Branch(str(named or key))
        under.append(townships[key])
    return townships[key]
