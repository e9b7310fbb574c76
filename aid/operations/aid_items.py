"""资助项目: a county's own items; the national ones to begin with."""

from aid.errors import OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.school_year import county_office
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.national_aid import NATIONAL
from aid.scope import Actor, changeable
from models import AidItem, AidStandard, Organisation


def office_of(actor: Actor) -> Organisation:
    """The county's office whose items the actor keeps. Raises OutOfScope for whoever is none."""
    office = county_office(actor)
    if office is None:
        raise OutOfScope("资助项目由县级资助中心维护，请用县级账号")
    return office


def take_national(actor: Actor) -> Outcome:
    """Add the national items that the county does not have yet, by name, with their amounts; those it has stay as they
    are. Raises NotAllowed, OutOfScope, RuleBroken where none is missing."""
    with writing(actor, Permission.AID_WRITE) as ledger:
        office = office_of(actor)
        own = changeable(AidItem, actor.scope).where(AidItem.office == office)
        there = {name for (name,) in own.select(AidItem.name).tuples()}
        missing = [item for item in NATIONAL if item.name not in there]
        if not missing:
            raise RuleBroken("国家资助项目都已经有了；金额请在“资助标准”里改")
        for item in missing:
            row = ledger.add(AidItem, office=office, name=item.name, note=item.note)
            amounts = [(row.id, stage, boarding, fen) for (stage, boarding), fen in item.amounts.items()]
            ledger.add_many(AidStandard, ("item", "stage", "boarding", "amount_fen"), amounts)
        ledger.say(f"填入国家资助项目 {len(missing)} 个：{'、'.join(item.name for item in missing)}")
    return Outcome(ledger.operation.id, len(missing))
