"""What the tests of supplements share: sound numbers, and a child as it is told on the page."""

from stdnum.cn import ric

from aid.ledger import writing
from aid.operations import supplements
from aid.permissions import Permission
from models import Beneficiary, Enrolment, RegisterBatch, RegisterPerson


def number(serial: int, *, born: str = "20150412", place: str = "360426") -> str:
    """A number of nobody with the right check digit."""
    front = f"{place}{born}{serial:03}"
    return front + ric.calc_check_digit(f"{front}0")


CHILD = {
    "name": "赵小满",
    "id_number": number(301),
    "grade": "二年级",
    "class_name": "2班",
    "hardship": "low_income",
    "home": "360426100200",
    "reason": "not_on_roll",
}


def supplement(world, who: str, **told: str) -> Beneficiary:
    return supplements.supplement(world.actors[who], CHILD | told)


def on_register(world, id_number: str, **values) -> RegisterPerson:
    """Put a child on the county's current register."""
    known = {"household_no": "H1", "head_name": "户主", "name": "赵小满", "hardship": "lifted", "left_poverty": 2025}
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        batch = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
        home = world.regions["village"]
        return ledger.add(RegisterPerson, batch=batch, id_number=id_number, home_region=home, **(known | values))


def on_roll(world, id_number: str, school: str, **values) -> Enrolment:
    """Put a child on the roll of a school."""
    at = world.organisations[school]
    known = {"name": "赵小满", "stage": at.stage, "grade": "二年级", "class_name": "2班", "status": "present"}
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        return ledger.add(Enrolment, school=at, id_number=id_number, **(known | values))
