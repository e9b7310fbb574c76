"""The county as it arrives: imported, matched, and every figure held against the sheets themselves and what was planted
in them. The project's own county always; another one where COUNTY_DATA names a folder with its sheets and truth.json.
"""

import datetime as dt
import json
import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from aid.imports import run_import
from aid.operations import deliveries, delivery_applied, dropouts, duplicates, history, matching, school_year
from aid.rules.deliveries import ID_NUMBER
from aid.scope import SYSTEM, Actor, scope_of
from bench.county import make_county
from models import Beneficiary, Enrolment, Operation, Organisation, RegisterPerson, Role
from tests.aid.imports.sheets import WEIGHTS, write

GIVEN = os.environ.get("COUNTY_DATA", "")
SIZE = {"schools": 16, "roll_rows": 600, "register_rows": 200}
SPOILT = ("id_bad_check_digit", "id_missing")
Line = dict[str, object]


@dataclass(frozen=True)
class Sheets:
    """A county's folder, read and reckoned up without any of our own code."""

    folder: Path

    def lines(self, name: str) -> dict[int, Line]:
        """The sheet's filled lines as dictionaries, by their number in the sheet."""
        cells = CalamineWorkbook.from_path(self.folder / f"{name}.xlsx").get_sheet_by_index(0).to_python()
        top = next(at for at, line in enumerate(cells) if {"身份证号", "机构编码", "区划代码"} & set(line))
        numbered = enumerate(cells[top + 1 :], top + 2)
        return {number: dict(zip(cells[top], line, strict=True)) for number, line in numbered if any(line)}

    @cached_property
    def truth(self) -> dict:
        return json.loads((self.folder / "truth.json").read_text(encoding="utf-8"))

    @cached_property
    def register(self) -> dict[int, Line]:
        return self.lines("register")

    @cached_property
    def roll(self) -> dict[int, Line]:
        return self.lines("roll")

    @cached_property
    def organisations(self) -> dict[str, Line]:
        return {line["机构编码"]: line for line in self.lines("organisations").values()}

    def sound(self, lines: dict[int, Line]) -> Iterator[tuple[str, Line]]:
        """The lines whose ID number is sound, with the number as it was meant."""
        return ((meant(line["身份证号"]), line) for line in lines.values() if not fault(line["身份证号"]))

    def followed(self, school: str) -> str | None:
        """Where the children of a school sit now; None for a closed one."""
        while self.organisations[school]["机构状态"] == "撤并":
            school = self.organisations[school]["并入机构编码"]
        return school if self.organisations[school]["机构状态"] != "撤销" else None

    @cached_property
    def places(self) -> dict[str, list[Line]]:
        """By ID number the lines of the roll that are matched."""
        found = defaultdict(list)
        for number, line in self.sound(self.roll):
            if line["学籍状态"] in ("在籍", "休学"):
                found[number].append(line)
        return found

    @cached_property
    def listed(self) -> list[tuple[str, str, bool]]:
        """Number, school and whether the names differ, of every child that matching should put on a list."""
        return [
            (number, school, place["姓名"] != line["姓名"])
            for number, line in self.sound(self.register)
            for place in self.places.get(number, ())
            if (school := self.followed(place["学校编码"]))
        ]

    @cached_property
    def unplaced(self) -> Counter:
        """Number and reason of every register line that matching should leave without a place."""
        on_lists = {number for number, *_ in self.listed}
        return Counter(
            (number, "closed_school" if number in self.places else "not_on_roll")
            for number, _ in self.sound(self.register)
            if number not in on_lists
        )


def meant(cell: object) -> str:
    """A number typed with full-width digits, spaces or a small x, as it was meant."""
    return unicodedata.normalize("NFKC", str(cell)).replace(" ", "").upper()


def fault(cell: object) -> str:
    """Why an ID number cannot be taken in; "" for a sound one."""
    if isinstance(cell, float):
        return "number_cell"
    number = meant(cell)
    if len(number) != 18:
        return "malformed" if number else "missing"
    rest = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False)) % 11
    try:
        dt.date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return "birth_date"
    return "" if number[17] == "10X98765432"[rest] else "check_digit"


@pytest.fixture(scope="module", params=["made", *(["given"] if GIVEN else [])])
def sheets(request, tmp_path_factory) -> Sheets:
    if request.param == "given":
        return Sheets(Path(GIVEN))
    folder = tmp_path_factory.mktemp("county")
    make_county(folder, **SIZE)
    return Sheets(folder)


@dataclass(frozen=True)
class County:
    """The county's clerk, and what was reported of each sheet."""

    actor: Actor
    reports: dict


@pytest.fixture
def county(database, sheets) -> County:
    reports = {}
    for slug in ("regions", "organisations"):
        reports[slug] = run_import(SYSTEM, slug, sheets.folder / f"{slug}.xlsx", file_name=slug)
    office = Organisation.get(Organisation.kind == "county")
    actor = Actor("county", Role.COUNTY, scope_of(Role.COUNTY, office), None, office.id)
    return County(actor, reports | send(actor, sheets))


def send(actor: Actor, sheets: Sheets) -> dict:
    return {
        slug: run_import(actor, slug, sheets.folder / f"{slug}.xlsx", file_name=slug, batch="2026 秋")
        for slug in ("register", "roll")
    }


def count_of(report) -> tuple[int, int, int, int]:
    return report.rows, report.added, report.changed, report.unchanged


# -- the four sheets -----------------------------------------------------------


def test_every_sound_row_goes_in_and_the_others_are_held_back_with_their_reason(county, sheets):
    faults = {
        name: [(at, reason) for at, line in getattr(sheets, name).items() if (reason := fault(line["身份证号"]))]
        for name in ("register", "roll")
    }
    for slug, report in county.reports.items():
        rows, held = len(sheets.lines(slug)), faults.get(slug, [])
        assert count_of(report) == (rows, rows - len(held), 0, 0)
        assert [(one.row, one.reason) for one in report.held_back] == held
    named = RegisterPerson.select(RegisterPerson.id_number, RegisterPerson.household_no, RegisterPerson.name)
    assert Counter(named.tuples()) == Counter(
        (number, line["户编号"], line["姓名"]) for number, line in sheets.sound(sheets.register)
    )
    placed = Enrolment.select(Enrolment.id_number, Organisation.code, Enrolment.name).join(Organisation)
    assert Counter(placed.tuples()) == Counter(
        (number, line["学校编码"], line["姓名"]) for number, line in sheets.sound(sheets.roll)
    )


def test_the_rows_held_back_are_those_that_were_spoilt(county, sheets):
    truth = sheets.truth
    spoilt = {"number_cell": truth["id_lost_digits"]}
    spoilt |= {"check_digit": [one["true"] for one in truth["id_bad_check_digit"]]}
    spoilt |= {"missing": [one["true"] for one in truth["id_missing"]]}
    assert sorted((one.row, one.reason) for one in county.reports["register"].held_back) == sorted(
        (row, reason)
        for reason, numbers in spoilt.items()
        for true in numbers
        for row in truth["register_rows_of"][true]
    )
    stored = {number for (number,) in RegisterPerson.select(RegisterPerson.id_number).tuples()}
    assert stored >= {*truth["id_lower_case_x"], *truth["id_full_width"], *truth["id_spaces"]}


def test_the_same_sheets_again_add_and_change_nothing_and_the_next_delivery_is_a_batch_of_its_own(county, sheets):
    for slug, report in send(county.actor, sheets).items():
        assert count_of(report) == (report.rows, 0, 0, county.reports[slug].added)
    path = sheets.folder / "register2.xlsx"
    report = run_import(county.actor, "register", path, file_name="register2", batch="2027 春")
    following = sheets.lines("register2")
    sound = [number for number, _ in sheets.sound(following)]
    assert count_of(report) == (len(following), len(sound), 0, 0)
    assert len(following) == sheets.truth["second_batch"]["rows"]
    assert RegisterPerson.select().count() == len(sound) + county.reports["register"].added


def test_the_roll_under_the_titles_of_another_system_is_the_same_roll(county, sheets, tmp_path):
    others = {
        "姓名": "*学生 姓名：",
        "身份证号": "公民身份号码\n（必填，18位）",
        "学校编码": "学校标识码",
        "年级": "年级名称",
    }
    lines = sheets.lines("roll")
    header = [others.get(title, title) for title in next(iter(lines.values()))]
    path = write(tmp_path / "roll.xlsx", [["花名册"], header, *(list(line.values()) for line in lines.values())])
    report = run_import(county.actor, "roll", path, file_name="roll", batch="2026 秋")
    held = len(county.reports["roll"].held_back)
    assert (*count_of(report), len(report.held_back)) == (len(lines), 0, 0, len(lines) - held, held)


# -- matching ------------------------------------------------------------------


def test_what_matching_makes_of_a_county_is_what_its_sheets_say(county, sheets):
    report = matching.match(county.actor)
    made = Counter(number for number, *_ in sheets.listed)
    rows = Beneficiary.select(Beneficiary.id_number, Organisation.code, Beneficiary.name_differs).join(Organisation)
    assert Counter(rows.tuples()) == Counter(sheets.listed)
    assert (report.beneficiaries_added, report.children) == (made.total(), len(made))
    assert report.duplicate_groups == sum(count > 1 for count in made.values())
    assert report.duplicate_rows == sum(count for count in made.values() if count > 1)
    assert report.names_differ == sum(differs for *_, differs in sheets.listed)
    reasons = Counter(reason for _, reason in sheets.unplaced.elements())
    assert report.unplaced == {"not_on_roll": 0, "closed_school": 0} | dict(reasons)
    unplaced = matching.unplaced(county.actor.scope)
    assert Counter((row.id_number, row.reason) for row in unplaced) == sheets.unplaced


def test_what_was_planted_is_found(county, sheets):
    truth, report = sheets.truth, matching.match(county.actor)
    planted = {number for key in truth for number in truth[key] if key.startswith(("register_twice", "roll_twice"))}
    assert {group.id_number for group in duplicates.open_groups(county.actor.scope)} == planted
    assert report.unplaced["closed_school"] == len(truth["roll_at_closed_school"])
    differing = {row.id_number for row in Beneficiary.filter(name_differs=True)}
    assert differing == {one["id"] for one in truth["name_differs"]}
    moved = Beneficiary.select().where(Beneficiary.id_number.in_(truth["roll_at_merged_school"]))
    assert {row.school.code for row in moved} == {truth["merged_into"]}
    assert len(moved) == len(truth["roll_at_merged_school"])
    lost = {row.id_number for row in matching.unplaced(county.actor.scope)}
    assert lost >= {number for key in truth if key.startswith("no_roll") for number in truth[key]}


def test_the_next_delivery_has_the_new_the_gone_and_the_changed_that_were_planted_in_it(county, sheets):
    matching.match(county.actor)
    path = sheets.folder / "register2.xlsx"
    run_import(county.actor, "register", path, file_name="register2", batch="2027 春")
    comparison = deliveries.compare(county.actor.scope)
    found = {fate.value: {(one.new or one.old)[ID_NUMBER] for one in comparison.of(fate)} for fate in deliveries.TOLD}
    truth = sheets.truth
    corrected = {*truth["id_lost_digits"], *(one["true"] for key in SPOILT for one in truth[key])}
    planted = {name: set(truth["second_batch"][name]) for name in ("new", "gone", "changed")}
    assert found == planted | {"corrected": corrected, "minor": set(), "back": set(), "held": set()}
    sign = delivery_applied.effect(county.actor.scope, comparison).sign
    delivery_applied.apply(county.actor, comparison.new.id, sign=sign)
    marked = {row.id_number for row in Beneficiary.filter(gone_from_register=True)}
    on_roll = {number for number, *_ in sheets.listed}
    assert marked == planted["gone"] & on_roll
    assert {row.id_number for row in Beneficiary.select()} >= corrected & set(sheets.places)


def test_everything_since_the_places_is_undone(county):
    operation = Operation.get_by_id(matching.match(county.actor).operation_id)
    assert history.undo(county.actor, operation).rows == operation.rows
    for slug in ("roll", "register"):
        history.undo(county.actor, Operation.get_by_id(county.reports[slug].operation_id))
    assert not any(model.select().exists() for model in (Beneficiary, Enrolment, RegisterPerson))


def test_the_dropouts_of_the_county_are_those_that_were_planted(county, sheets):
    entered = max(str(line["入学年月"])[:4] for line in sheets.roll.values())  # its sheets are of this school year
    school_year.change_settings(county.actor, version=0, year=int(entered), townships_check=False)
    matching.match(county.actor)
    planned = dropouts.plan(county.actor.scope)
    assert sorted(person.id_number for person in planned.opening) == sorted(sheets.truth["no_roll_compulsory_age"])
    assert dropouts.refresh_cases(county.actor, sign=planned.sign).rows == len(planned.opening)
