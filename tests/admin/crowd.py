"""A few hundred places on the roll with everything that a column may hold: ties, nothing, and the same name twice."""

import datetime as dt
import random

from aid.ledger import writing
from aid.permissions import Permission
from models import Enrolment, Organisation

COLUMNS = (
    "name",
    "id_number",
    "sex",
    "birth_date",
    "nation",
    "school",
    "stage",
    "grade",
    "status",
    "boards",
    "entered",
)
ODD = ("三年级", "四年级", "a|b", "a\\", "-", "=x", "")


def crowd(world, *, rows: int = 200, seed: int = 1) -> None:
    """Add them at schools a and b, which from now on bear one name, and c."""
    rng, county = random.Random(seed), world.actors["county"]
    with writing(county, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["b"].id), name=world.organisations["a"].name)
    schools = [world.organisations[key].id for key in "abc"]
    born = [None, *(dt.date(2015, 1, day) for day in (1, 2, 3))]
    made = [
        (
            *(
                rng.choice(("王芳", "李强", "张敏")),
                f"N{number}",
                rng.choice((None, "male", "female")),
                rng.choice(born),
            ),
            *(rng.choice(("", "汉族", "回族")), rng.choice(schools), rng.choice(("primary", "junior"))),
            *(rng.choice(ODD), rng.choice(("present", "graduated")), rng.choice((None, True, False))),
            rng.choice(("", "202009")),
        )
        for number in range(rows)
    ]
    with writing(county, Permission.ROLL_IMPORT) as ledger:
        ledger.add_many(Enrolment, COLUMNS, made)
