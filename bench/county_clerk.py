"""Who acts in a measurement: the county's own office."""

from aid.scope import SYSTEM, Actor, scope_of, visible
from models import Organisation, OrganisationKind, Role


def clerk() -> Actor:
    county = visible(Organisation, SYSTEM.scope).where(Organisation.kind == OrganisationKind.COUNTY)
    office = county.order_by(Organisation.code).get()
    return Actor("bench", Role.COUNTY, scope_of(Role.COUNTY, office), None, office.id)
