"""A list with everything that a summary may group by: nothing, odd texts, shared numbers, places of all levels."""

import datetime as dt
import random
from typing import Any

from aid.ledger import writing
from aid.operations.own_columns import define
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from aid.summaries.dimensions import DIMENSIONS
from aid.summaries.layout import CHARTS, Layout
from aid.summaries.measures import MEASURES
from codes import CheckState, HardshipKind, InvalidReason, ReportState, RollStatus, Sex, Source, Stage
from models import AidGrant, AidItem, Beneficiary, Organisation, OwnKind, Role
from tests.conftest import World

EVERYTHING = Actor("all", Role.COUNTY, SYSTEM.scope)
ODD = ("三年级", "一年级", "高一", "a|b", "a\\", "-", "=1+1", "@x", "")
HOMES = ("village", "town", "other_town", "county", "other_county", "far_town")
OWN = {
    OwnKind.TEXT: "接送人",
    OwnKind.NUMBER: "家庭收入",
    OwnKind.DATE: "入户日期",
    OwnKind.CHOICE: "走读方式",
    OwnKind.ANSWER: "留守",
}
LIMITS = "-5 0 2.5 10"  # of the bands of 家庭收入
NUMBERS = (*(None, -120_000, -50_000, -1, 0, 24_999, 25_000, 70_000, 99_999, 100_000) * 3, 12_345_678_901)
DAYS = (None, *(dt.date(year, month, day) for year in (2024, 2025) for month, day in ((1, 1), (2, 28), (12, 31))))
FILTERS = (
    {},
    {"state": "unchecked|unchanged|updated"},
    {"hardship": "low_income", "source": "distributed"},
    {"home_region": "德安县 360426000000"},
    {"school": "小学", "grade": "=三年级|=a\\|b|-"},
    {"stage": "primary", "sex": "-|male"},
    {"checked_at_from": "2026-01-01"},
    {"school_county": "360426000000", "eligible": "1"},
    {"own_number_1_from": "-5", "own_number_1_to": "7", "own_date_1_from": "2024-02-01"},
    {"own_date_1_to": "2025-02-28", "own_text_3": "1|-"},
)


def listed(world: World, *, rows: int = 240, seed: int = 1) -> None:
    """Add rows to the list of every school, and one at the county's own office, with grants to some."""
    rng = random.Random(seed)
    for table in ("beneficiary", "organisation"):
        for kind, label in OWN.items():
            define(world.actors["county"], table, kind=kind, label=label, choices="走读\n住校" * (kind == "choice"))
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        senior = {"name": "=HYPERLINK(1)", "kind": "school", "stage": "senior", "region": world.regions["county"]}
        schools = [ledger.add(Organisation, code="360426000020", **senior).id]
        for key in ("a", "b", "c"):
            ledger.change(Organisation.get_by_id(world.organisations[key].id), **own_values(rng))
    schools += [world.organisations[key].id for key in ("a", "b", "c", "far")]
    office = world.organisations["county"]
    with writing(EVERYTHING, Permission.BENEFICIARY_MATCH) as ledger:
        children = [_child(rng, schools, world) for _ in range(rows)]
        ledger.add_many(Beneficiary, tuple(children[0]), [tuple(child.values()) for child in children])
        outside = {"outside_school": "外省小学", "outside_stage": Stage.PRIMARY, "source": Source.SUPPLEMENT}
        ledger.add(Beneficiary, **_child(rng, [office.id], world) | outside)
    made = list(Beneficiary.select().order_by(Beneficiary.id))[-rows:]
    with writing(EVERYTHING, Permission.AID_WRITE) as ledger:
        item = ledger.add(AidItem, office=office, name="生活补助")
        for row in rng.sample(made, rows // 3):
            for term in ("2026春", "2026秋")[: rng.randint(1, 2)]:
                given = {"school": row.school, "name": row.name, "id_number": "", "amount_fen": rng.randint(1, 99_999)}
                ledger.add(AidGrant, beneficiary=row, item=item, term=term, **given)


def _child(rng: random.Random, schools: list[int], world: World) -> dict[str, Any]:
    state = rng.choice(list(CheckState))
    invalid = state == CheckState.INVALID
    return {
        "school": rng.choice(schools),
        "name": rng.choice(("王芳", "李强")),
        "id_number": rng.choice((*[""] * 10, *(f"N{number}" for number in range(150)))),
        "home_region": world.regions[rng.choice(HOMES)].id,
        "hardship": rng.choice(list(HardshipKind)),
        "state": state,
        "invalid_reason": rng.choice(list(InvalidReason)) if invalid else None,
        "report": ReportState.OPEN if state == CheckState.UNCHECKED else rng.choice(list(ReportState)),
        "source": rng.choice(list(Source)),
        "sex": rng.choice((None, *Sex)),
        "nation": rng.choice(("", "汉族", "回族", "=回族")),
        "grade": rng.choice(ODD),
        "boards": rng.choice((None, True, False)),
        "eligible": rng.choice((True, False)),
        "roll_status": rng.choice((None, *RollStatus)),
        **own_values(rng),
    }


def own_values(rng: random.Random) -> dict[str, Any]:
    """What a row may hold in the columns of OWN."""
    return {
        "own_text_1": rng.choice((None, "张三", "=1|2")),
        "own_number_1": rng.choice(NUMBERS),
        "own_date_1": rng.choice(DAYS),
        "own_text_2": rng.choice((None, "c1", "c2")),
        "own_text_3": rng.choice((None, "0", "1")),
    }


def layouts(count: int, *, seed: int = 1) -> list[Layout]:
    """So many layouts, each as a clerk may choose it, every dimension among them."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        names = list(DIMENSIONS)
        first = names.pop((number + seed * count) % len(names))
        second, third = rng.sample(names, 2)
        filters = FILTERS[number % len(FILTERS)]
        rows = (first, second)[: rng.randint(1, 2)]
        column = rng.choice(("", third))
        if "school_county" in (*rows, column):
            filters = {}
        limits = {name: LIMITS for name in (*rows, column) if name.endswith("_band") and number % 2}
        chart = rng.choice(list(CHARTS))
        found.append(Layout(rows, column, tuple(MEASURES), filters, chart=chart, bands=limits))
    return found
