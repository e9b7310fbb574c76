"""What a list exports can be sent in again: as it is it changes nothing, and what was put in comes out."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin.base import PanelView
from aid.editing import EDITORS
from aid.imports import run_import
from aid.imports.base import Report
from aid.imports.formats import FORMATS, GENERATED, importable
from aid.imports.guessing import clear, guess
from aid.imports.reader import read_sheets
from aid.ledger import writing
from aid.operations.checking import mark_invalid
from aid.permissions import Permission
from aid.rules.cells import tidy
from aid.scope import SYSTEM
from aid.workbooks.base import Column, list_workbook
from models import Beneficiary, InvalidReason, Region, db
from tests.aid.imports.sheets import stored

PLACES = {  # where the lists of the tables that are edited are -> the sheet that takes them in again
    "beneficiary": "table_beneficiary",
    "check": "table_beneficiary",
    "organisation": "table_organisation",
    "account": "table_account",
    "region": "regions",
}
WORDS = st.text("张王芳石门·AB-=12", min_size=1, max_size=9)
DAYS = st.dates(dt.date(2008, 1, 1), dt.date(2020, 12, 31)).map(str)
MAY_BE_EMPTY = {"sex", "birth_date", "nation", "class_name", "boards", "roll_status", "remark", "networks"}
TYPED = {  # column -> what a clerk may type in it, where that is not just words
    "birth_date": DAYS,
    "networks": st.sampled_from(["10.0.0.0/8", "10.36.0.0/16 192.168.1.7/32"]),
    "region": st.sampled_from(["蒲亭镇", "聂桥镇", "石门村"]),
}


@pytest.fixture
def below(app, world) -> None:
    """The schools stand under the county's office."""
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key in "abc":
            ledger.change(world.organisations[key], parent=world.organisations["county"], networks="10.0.0.0/8")


@pytest.fixture
def lists(app, world, below) -> None:
    """More that a list may hold: a child twice, one that is no more, two places of one name."""
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for key, above in {"county": "city", "town": "county", "village": "county", "other_town": "county"}.items():
            ledger.change(world.regions[key], parent=world.regions[above])
        at = {"level": "township", "parent": world.regions["other_county"]}
        ledger.add(Region, code="360425102000", name="蒲亭镇", **at)
        first = Beneficiary.get_by_id(world.children["a1"].id)
        columns = ("school", "name", "id_number", "hardship", "home_region")
        ledger.add(Beneficiary, **{name: getattr(first, name) for name in columns}, remark="=1+1", boards=False)
    with db.connection_context():
        mark_invalid(world.actors["b"], world.children["b1"], reason=InvalidReason.GRADUATED)


@pytest.fixture
def export(visit, app, tmp_path: Path) -> Callable[..., Path]:
    """`export(place)` is the list's file, with every column of its grid."""

    def exported(place: str, *, who: str = "county", whole: bool = True) -> Path:
        names = ",".join(column.name for column in view_at(app, place).sheet.columns)
        address = f"/{place}/export/xlsx" + (f"?columns={names}" if whole else "")
        path = tmp_path / f"{place}.xlsx"
        path.write_bytes(visit(who).get(address).data)
        return path

    return exported


def view_at(app, place: str) -> PanelView:
    return next(view for view in app.extensions["admin"][0]._views if view.endpoint == place)


def lines_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of an exported list, by title."""
    [(_, rows)] = [(name, list(rows)) for name, rows in read_sheets(path)]
    header = next(at for at, cells in enumerate(rows) if cells[1:2] and cells[1])
    for cells in rows[header + 1 :]:
        yield dict(zip(rows[header], cells, strict=False))


def taken_in(world, slug: str, path: Path) -> Report:
    with db.connection_context():
        return run_import(world.actors["county"], slug, path, file_name=path.name)


def rows_of(model: str) -> list[dict]:
    with db.connection_context():
        return stored()[model]


# -- as it is ------------------------------------------------------------------


def test_every_table_that_is_edited_is_tried_here(app):
    made = {sheet.intake.model for sheet in GENERATED.values() if sheet.editor.columns} | {Region}
    assert {view_at(app, place).model for place in PLACES} == made


@pytest.mark.usefixtures("lists")
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("place", PLACES)
def test_a_list_that_is_sent_in_again_changes_nothing(place, whole, app, world, export):
    model = view_at(app, place).model.__name__
    path, before = export(place, whole=whole), rows_of(model)
    with db.connection_context():
        tops = [(name, [*rows][:10]) for name, rows in read_sheets(path)]
        best = clear(guess(tops, importable(world.actors["county"])))
    assert (best.slug, best.matching.sound) == (PLACES[place], True)
    report = taken_in(world, PLACES[place], path)
    assert report.held_back == []
    assert (report.rows, report.added, report.changed) == (report.unchanged, 0, 0)
    assert report.rows > 2
    assert rows_of(model) == before


@pytest.mark.usefixtures("lists")
def test_what_is_not_taken_in_of_a_list_is_named(app, world, export):
    report = taken_in(world, "table_beneficiary", export("beneficiary", whole=False))
    asked = {column.title for column in FORMATS["table_beneficiary"].columns}
    others = [column.label for column in view_at(app, "beneficiary").table.columns if column.label not in asked]
    assert {"困难类型", "核对状态"} < set(others)
    assert report.warnings == [f"没有收进来的列：{'、'.join(others)}"]


@pytest.mark.parametrize("place", PLACES)
def test_a_column_that_may_be_edited_is_called_in_the_list_as_in_the_sheet(place, app):
    view = view_at(app, place)
    editor, fields = EDITORS[view.model], view.model._meta.fields
    labels = {column.name: column.label for column in view.sheet.columns}
    wanted = {name: fields[name].verbose_name for name in (*editor.columns, *editor.addable)}
    assert {name: label for name, label in labels.items() if name in wanted}.items() <= wanted.items()
    assert editor.columns[0] in labels


# -- what was put in -----------------------------------------------------------


def filled(slug: str, keys: list[dict[str, str]]) -> st.SearchStrategy[list[dict[str, str]]]:
    """A row for each of these keys, with what the columns of its editor take."""
    sheet, columns = FORMATS[slug], {}
    for column in sheet.columns:
        if column.name not in sheet.editor.columns:
            continue
        texts = st.sampled_from(column.choices) if column.choices else TYPED.get(column.name, WORDS)
        columns[column.title] = st.just("") | texts if column.name in MAY_BE_EMPTY else texts
    apart = (lambda row: row["机构名称"]) if slug == "table_organisation" else None  # twins are refused
    rows = st.lists(st.fixed_dictionaries(columns), min_size=len(keys), max_size=len(keys), unique_by=apart)
    return rows.map(lambda some: [key | row for key, row in zip(keys, some, strict=True)])


def known(slug: str, world) -> list[dict[str, str]]:
    """What the rows of the county that a sheet may change are known by."""
    schools = [world.organisations[key] for key in "abc"]
    if slug == "table_account":
        return [{"登录名": login} for login in ("town", "a", "b", "c", "auditor")]
    if slug == "table_organisation":
        return [{"机构编码": school.code} for school in schools]
    children = [world.children[key] for key in ("a1", "a2", "c1")]
    return [{"身份证号": child.id_number, "学校": str(child.school)} for child in children]


def as_file(path: Path, rows: list[Mapping[str, str]]) -> Path:
    """As the panel writes a list."""
    columns = [Column(title) for title in rows[0]]
    lines = [[row[title] for title in rows[0]] for row in rows]
    with path.open("wb") as out:
        list_workbook(out, title="表", subtitle="", columns=columns, rows=lines)
    return path


@pytest.mark.parametrize("place", ["beneficiary", "organisation", "account"])
@given(drawn=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_rows_go_in_and_come_out_of_the_export_as_they_went_in(place, drawn, world, below, export, tmp_path):
    slug = PLACES[place]
    rows = drawn.draw(filled(slug, known(slug, world)))
    titles = list(known(slug, world)[0])
    report = taken_in(world, slug, as_file(tmp_path / "in.xlsx", rows))
    assert (report.changed + report.unchanged, report.held_back) == (len(rows), [])
    found = {tuple(line[title] for title in titles): line for line in lines_of(export(place))}
    for row in rows:
        line = found[tuple(row[title] for title in titles)]
        assert {title: tidy(line[title]) for title in row} == {title: tidy(text) for title, text in row.items()}
    again = taken_in(world, slug, export(place))
    assert (again.changed, again.held_back, again.unchanged) == (0, [], again.rows)
