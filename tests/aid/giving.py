"""Aid in the small world: the national items, children that are checked, and giving to all that are due."""

import datetime as dt

from aid.ledger import writing
from aid.operations.aid_items import take_national
from aid.operations.entitlement import Aim, Standing, aim_at
from aid.operations.grants import give, preview
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.record import newest_operation
from aid.selection import Selection
from models import AidItem, Beneficiary, CheckState
from tests.conftest import World

MEALS, TERM = "义务教育生活补助", "2026秋"


def check(world: World, key: str, **columns: object) -> None:
    """The child is checked, with these columns."""
    row = world.children[key] = Beneficiary.get_by_id(world.children[key].id)
    office = "other_county" if row.school == world.organisations["far"] else "county"
    with writing(world.actors[office], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(row, **({"state": CheckState.UNCHANGED} | columns))


def ready(world: World) -> Aim:
    """The county has the national items; a1 boards and b1 does not, both are checked."""
    take_national(world.actors["county"])
    check(world, "a1", boards=True)
    check(world, "b1", boards=False)
    return aim(world)


def aim(world: World, *, item: str = MEALS, term: str = TERM) -> Aim:
    return aim_at(world.actors["county"].scope, AidItem.get(AidItem.name == item).id, term)


def all_due(world: World, at: Aim) -> Selection:
    """What 应发未发 shows, as "all of the filter"."""
    where = at.standing == Standing.DUE.value
    expected = Beneficiary.select().where(where).count()
    return Selection.filtered(Beneficiary, where=where, shown_at=newest_operation(), expected=expected)


def give_all(world: World, at: Aim) -> Outcome:
    rows = all_due(world, at)
    return give_to(world, at, rows)


def give_to(world: World, at: Aim, rows: Selection, who: str = "county") -> Outcome:
    actor = world.actors[who]
    shown = sum(share.fen for share in preview(actor, rows, at))
    return give(actor, rows, item_id=at.item.id, term=at.term, shown_fen=shown, paid_on=dt.date(2026, 11, 20))
