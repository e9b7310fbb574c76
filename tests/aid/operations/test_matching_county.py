"""The county as it arrives: imported by the real import, matched, and compared with what was planted in its sheets."""

import json
import unicodedata
from collections import Counter
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from aid.imports import run_import
from aid.operations import duplicates, history, matching
from aid.scope import SYSTEM, Actor, scope_of
from bench.county import make_county
from models import Beneficiary, Operation, Organisation, RegisterPerson, Role


def rows_of(path: Path) -> list[dict]:
    """The sheet as dictionaries, read without any of our own code."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    top = next(n for n, line in enumerate(lines) if {"身份证号", "机构编码", "区划代码"} & set(line))
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :] if any(line)]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    make_county(folder)
    return folder


@pytest.fixture
def county(database, sheets) -> Actor:
    for slug in ("regions", "organisations"):
        run_import(SYSTEM, slug, sheets / f"{slug}.xlsx", file_name=slug)
    office = Organisation.get(Organisation.kind == "county")
    actor = Actor("county", Role.COUNTY, scope_of(Role.COUNTY, office), None, office.id)
    run_import(actor, "register", sheets / "register.xlsx", file_name="register", batch="2026 秋")
    run_import(actor, "roll", sheets / "roll.xlsx", file_name="roll")
    return actor


def as_meant(cell: object) -> str:
    """A number typed with full-width digits, spaces or a small x, as it was meant."""
    return unicodedata.normalize("NFKC", str(cell)).replace(" ", "").upper()


def expected(folder: Path, sound: set[str]) -> tuple[Counter, Counter]:
    """Rows per ID number that matching should make, and the unplaced by reason, worked out from the sheets alone."""
    closed = {row["机构编码"] for row in rows_of(folder / "organisations.xlsx") if row["机构状态"] == "撤销"}
    places: dict[str, list[str]] = {}
    for row in rows_of(folder / "roll.xlsx"):
        if row["学籍状态"] in ("在籍", "休学"):
            places.setdefault(as_meant(row["身份证号"]), []).append(row["学校编码"])
    made, unplaced = Counter(), Counter(not_on_roll=0, closed_school=0)
    for row in rows_of(folder / "register.xlsx"):
        number = as_meant(row["身份证号"])
        if number not in sound:
            continue
        followed = [school for school in places.get(number, ()) if school not in closed]
        made[number] += len(followed)
        if not followed:
            unplaced["closed_school" if number in places else "not_on_roll"] += 1
    return +made, unplaced


def test_what_matching_makes_of_a_county_is_what_its_sheets_say(county, sheets):
    truth = json.loads((sheets / "truth.json").read_text(encoding="utf-8"))
    sound = {row.id_number for row in RegisterPerson}
    report = matching.match(county)
    made, unplaced = expected(sheets, sound)
    assert (report.beneficiaries_added, report.children) == (made.total(), len(made))
    assert report.duplicate_groups == sum(count > 1 for count in made.values())
    assert report.duplicate_rows == sum(count for count in made.values() if count > 1)
    assert report.unplaced == dict(unplaced)
    assert report.names_differ == sum(made[case["id"]] for case in truth["name_differs"])
    assert report.unplaced["closed_school"] == len(truth["roll_at_closed_school"])


def test_the_planted_duplicates_are_the_open_groups(county, sheets):
    truth = json.loads((sheets / "truth.json").read_text(encoding="utf-8"))
    matching.match(county)
    planted = {number for key in truth for number in truth[key] if key.startswith(("register_twice", "roll_twice"))}
    assert {group.id_number for group in duplicates.open_groups(county.scope)} == planted


def test_the_merged_schools_children_sit_where_it_went(county, sheets):
    truth = json.loads((sheets / "truth.json").read_text(encoding="utf-8"))
    matching.match(county)
    moved = Beneficiary.select().where(Beneficiary.id_number.in_(truth["roll_at_merged_school"]))
    assert {row.school.code for row in moved} == {truth["merged_into"]}
    assert len(moved) == len(truth["roll_at_merged_school"])


def test_everything_since_the_places_is_undone(county):
    operation = Operation.get_by_id(matching.match(county).operation_id)
    assert history.undo(county, operation).rows == operation.rows
    for done in Operation.select().where(Operation.organisation == county.organisation_id, ~Operation.undone):
        if done.undoes_id is None and done.action.endswith(":import"):
            history.undo(county, done)
    assert not RegisterPerson.select().exists()
