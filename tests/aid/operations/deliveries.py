"""Deliveries of the register for tests: the small world's batch, and the next one made from it."""

from aid.ledger import writing
from aid.operations import deliveries, delivery_applied
from aid.outcome import Outcome
from aid.permissions import Permission
from aid.rules.deliveries import COLUMNS
from models import Beneficiary, Enrolment, RegisterBatch, RegisterPerson


def first_batch(world) -> RegisterBatch:
    return RegisterBatch.get(RegisterBatch.office == world.organisations["county"])


def deliver(world, name: str = "2027 春", *, without: tuple[str, ...] = (), **changes: dict) -> RegisterBatch:
    """The next delivery: the last one's rows by the children's keys, some changed, some left out."""
    keys = {world.children[key].id_number: key for key in ("a1", "a2", "b1", "c1")}
    newest = RegisterBatch.select().where(RegisterBatch.office == first_batch(world).office)
    last = list(RegisterPerson.filter(batch=newest.order_by(RegisterBatch.id.desc()).get()))
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        batch = ledger.add(RegisterBatch, name=name, office=first_batch(world).office, current=False)
        for row in last:
            key = keys.get(row.id_number, row.name)
            if key not in without:
                values = {column: getattr(row, column) for column in COLUMNS} | {"nth": row.nth}
                ledger.add(RegisterPerson, batch=batch, **values | changes.get(key, {}))
    return batch


def register(world, batch: RegisterBatch, **values) -> RegisterPerson:
    """One more row of a delivery."""
    columns = {"name": "赵新", "household_no": "H1", "head_name": "赵", "hardship": "lifted"}
    columns |= {"home_region": world.regions["village"], "id_number": "360426201001010011"}
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        return ledger.add(RegisterPerson, batch=batch, **columns | values)


def enrol(world, at: str, id_number: str = "360426201001010011", **values) -> Enrolment:
    """One more place on a roll."""
    columns = {"name": "赵新", "stage": "primary", "grade": "一年级", "status": "present"} | values
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        return ledger.add(Enrolment, school=world.organisations[at], id_number=id_number, **columns)


def apply(world, who: str = "county") -> Outcome:
    """Look, and apply what was seen."""
    scope = world.actors["county"].scope
    comparison = deliveries.compare(scope)
    sign = delivery_applied.effect(scope, comparison).sign
    return delivery_applied.apply(world.actors[who], comparison.new.id, sign=sign)


def listed(world, key: str) -> Beneficiary:
    return Beneficiary.get_by_id(world.children[key].id)
