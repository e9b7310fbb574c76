"""What each child of a list is due or has in a term, of every item at once (the rule is aid.operations.entitlement's).

An item is its county's: a city or a province reads several of one name, and each asks only the schools of its county.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import peewee as pw

from aid.operations.borders import PLACE
from aid.operations.classes import placed
from aid.operations.entitlement import Aim, Standing
from aid.rules.borders import DIGITS
from aid.scope import Scope, changeable, visible
from models import AidItem, AidStandard, Beneficiary, CheckState, Organisation, Region

GIVEN = 0  # what an item's column says of a child that has it


def aims(scope: Scope, term: str) -> dict[str, list[tuple[Aim, str]]]:
    """By name the items in use in a term, each with the code of its county; two statements."""
    amounts: Mapping[int, dict[tuple[str, str], int]] = defaultdict(dict)
    standards = visible(AidStandard, scope).select(
        AidStandard.item, AidStandard.stage, AidStandard.boarding, AidStandard.amount_fen
    )
    for item, stage, boarding, fen in standards.tuples():
        amounts[item][stage, boarding] = fen
    items = visible(AidItem, scope).where(AidItem.active).join(Organisation).join(Region)
    found = defaultdict(list)
    for item in items.select(AidItem, Region.code.alias("place")).order_by(AidItem.id).objects():
        aim = Aim(item, term, amounts[item.id])
        if aim.stages:
            found[item.name].append((aim, item.place[: DIGITS["county"]]))
    return dict(found)


def children(scope: Scope) -> pw.ModelSelect:
    """The rows of one's own schools that an item may be given to, joined as aid.operations.classes.placed does."""
    return placed(changeable(Beneficiary, scope).where(Beneficiary.state != CheckState.INVALID))


def due_or_given(aimed: Sequence[tuple[Aim, str]]) -> pw.Node:
    """The fen that a row of `children` is due of an item, GIVEN where the child has it, NULL where it is neither.
    `aimed` are the items of one name, of several counties."""
    county = pw.fn.SUBSTR(PLACE.code, 1, DIGITS["county"])
    return pw.Case(county, [(place, _due_or_given(aim)) for aim, place in aimed], None)


def _due_or_given(aim: Aim) -> pw.Node:
    return pw.Case(aim.standing, [(Standing.DUE.value, aim.amount), (Standing.PAID.value, GIVEN)], None)
