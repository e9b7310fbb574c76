"""Dropout cases with everything that a summary may group by: nothing, odd texts, moments about midnight, places of all
levels, and children with a case in two counties."""

import datetime as dt
import random
from typing import Any

from aid.ledger import writing
from aid.operations.own_columns import define
from aid.operations.school_year import change_settings
from aid.permissions import Permission
from aid.summaries.layout import CHARTS, Layout
from aid.summaries.subjects import CASES
from codes import CaseEnd, CaseState, HardshipKind, Sex, VisitOutcome
from models import DropoutCase, DropoutVisit, RegisterBatch, RegisterPerson
from tests.aid.summaries.listed import EVERYTHING, LIMITS, OWN, own_values
from tests.conftest import World

NAME = CASES.name
YEAR = 2026
PLACES = {"county": ("village", "town", "other_town", "county"), "other_county": ("far_town", "other_county")}
MOMENTS = [dt.datetime(2026, month, day, hour) for month, day in ((8, 31), (12, 31)) for hour in (15, 16, 23)]
FILTERS = (
    {},
    {"state": "sought"},
    {"closed_reason": "on_roll|supplemented|-"},
    {"register_person.hardship": "low_income|lifted"},
    {"home_region": "德安县 360426000000"},
    {"last_outcome": "-|lost", "register_person.sex": "male"},
    {"opened_at_from": "2026-09-01", "visits_to": "1"},
    {"own_number_1_from": "-5", "own_number_1_to": "7", "own_date_1_from": "2024-02-01"},
    {"age": "9|10", "own_text_3": "1|-"},
    {"last_visit_to": "2026-10-31"},
)


def cases(world: World, *, count: int = 120, seed: int = 1) -> None:
    """Open and close so many cases in each of the two counties, whose school year is 2026, with up to three visits."""
    rng = random.Random(seed)
    for kind, label in OWN.items():
        define(world.actors["county"], NAME, kind=kind, label=label, choices="走读\n住校" * (kind == "choice"))
    for office, places in PLACES.items():
        change_settings(world.actors[office], version=0, year=YEAR, townships_check=False)
        batch = RegisterBatch.get(RegisterBatch.office == world.organisations[office])
        with writing(EVERYTHING, Permission.DROPOUT_KEEP) as ledger:
            for number in rng.sample(range(count * 2), count):
                home = world.regions[rng.choice(places)]
                person = ledger.add(RegisterPerson, batch=batch, home_region=home, **_child(rng, number))
                told = {name: getattr(person, name) for name in ("name", "id_number", "home_region")}
                case = ledger.add(DropoutCase, register_person=person, **told, **_state(rng), **own_values(rng))
                for _ in range(rng.choice((0, 0, 1, 3))):
                    ledger.add(DropoutVisit, case=case, **_visit(rng))


def _child(rng: random.Random, number: int) -> dict[str, Any]:
    born = f"{rng.randint(2010, 2019) if number % 9 else 2004}{rng.choice(('08', '09'))}01"
    return {
        "name": rng.choice(("王芳", "李强")),
        "id_number": f"360426{born if number % 2 else '20160901'}{number:03}X",
        "household_no": f"H{number}",
        "head_name": "户主",
        "sex": rng.choice((None, *Sex)),
        "nation": rng.choice(("", "汉族", "=回族", "a|b")),
        "hardship": rng.choice(list(HardshipKind)),
    }


def _state(rng: random.Random) -> dict[str, Any]:
    opened = {"opened_at": rng.choice(MOMENTS)}
    if rng.random() < 0.5:
        return opened | {"state": CaseState.OPEN}
    closed = {"closed_at": rng.choice(MOMENTS), "closed_reason": rng.choice(list(CaseEnd))}
    return opened | closed | {"state": CaseState.CLOSED}


def _visit(rng: random.Random) -> dict[str, Any]:
    date = dt.date(2026, rng.choice((9, 10, 11)), rng.choice((1, 15, 30)))
    return {"date": date, "visitor": "李老师", "outcome": rng.choice(list(VisitOutcome)), "finding": "在家"}


def layouts(count: int, *, seed: int = 1) -> list[Layout]:
    """So many layouts of cases, each as a clerk may choose it, every dimension among them."""
    rng, found = random.Random(seed), []
    for number in range(count):
        names = list(CASES.dimensions)
        first = names.pop((number + seed * count) % len(names))
        second, third = rng.sample(names, 2)
        rows, column = (first, second)[: rng.randint(1, 2)], rng.choice(("", third))
        limits = {name: LIMITS for name in (*rows, column) if name.endswith("_band") and number % 2}
        looks = {"chart": rng.choice(list(CHARTS)), "bands": limits, "of": NAME}
        found.append(Layout(rows, column, tuple(CASES.measures), FILTERS[number % len(FILTERS)], **looks))
    return found
