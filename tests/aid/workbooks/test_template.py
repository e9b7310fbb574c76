"""导入模板: what it offers is what the import takes, and what is typed into it comes in as it was typed."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.errors import NotAllowed
from aid.imports import run_import
from aid.imports.formats import DELIVERED
from aid.rules import cells, id_numbers
from aid.rules.cells import Fault
from aid.rules.cells_told import written
from aid.workbooks.base import write_book
from aid.workbooks.sheets import Column, Sheet
from aid.workbooks.template import template_workbook
from tests.aid.giving import ready
from tests.aid.imports.sheets import WARNED, id_number, row, sound, stored, titles, write
from tests.aid.workbooks.conftest import opened
from tests.aid.workbooks.test_libreoffice import convert

each = pytest.mark.parametrize("slug", DELIVERED)
HEADER_ROW = 4  # title, what to do, example, header
TODAY = dt.date(2026, 11, 25)
WORDS = st.text("张王芳石门村 ·AB12", min_size=1, max_size=20).filter(lambda typed: typed.strip())
BIRTHDAYS = st.dates(dt.date(2008, 1, 1), dt.date(2022, 12, 31))
TYPED = {  # reader -> texts that a clerk may type for it
    cells.text: WORDS,
    cells.words: WORDS,
    cells.identifier: st.from_regex("[0-9A-Z]{1,20}", fullmatch=True),
    cells.year: st.integers(1990, 2030).map(str),
    cells.month: st.from_regex("20[0-2][0-9](0[1-9]|1[0-2])", fullmatch=True),
    cells.date: BIRTHDAYS.map(str),
    id_numbers.read: st.builds(lambda n, day: id_number(n, f"{day:%Y%m%d}"), st.integers(1, 999), BIRTHDAYS),
    id_numbers.copied: st.from_regex("[0-9]{17}[0-9X]", fullmatch=True),
}


@pytest.fixture
def clerk(world):
    ready(world)
    return world.actors["county"]


@pytest.fixture
def template(clerk, tmp_path):
    """`template(slug)` is the path of a template as it is downloaded."""

    def made(slug: str) -> Path:
        template_workbook(clerk, slug, tmp_path / f"template-{slug}.xlsx")
        return tmp_path / f"template-{slug}.xlsx"

    return made


def filled(path: Path, slug: str, rows: list[dict[str, str]]) -> Path:
    with opened(path, values=False) as book:
        page = book[DELIVERED[slug].title]
        for at, typed in enumerate(rows, HEADER_ROW + 1):
            for column, title in enumerate(titles(slug), 1):
                if typed.get(title):
                    page.cell(at, column, typed[title]).data_type = "s"
        book.save(path.with_name("filled.xlsx"))
    return path.with_name("filled.xlsx")


def typed_rows(slug: str) -> st.SearchStrategy:
    """Rows whose cells are what the format's own columns take; codes are those of a sound row."""
    columns = {}
    for column in DELIVERED[slug].columns:
        reader = getattr(column.read, "func", column.read)
        texts = TYPED.get(reader, st.just(sound(slug).get(column.title, "")))
        texts = st.sampled_from(column.choices) if column.choices else texts
        columns[column.title] = texts if column.required else st.just("") | texts
    return st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=6)


def drop_downs(path: Path, slug: str) -> dict[str, list[str]]:
    """By header what a cell's list offers; LibreOffice cuts the area at a thousand empty rows when it saves."""
    with opened(path, values=True) as book:
        page, found = book[DELIVERED[slug].title], {}
        for rule in page.data_validations.dataValidation:
            [area] = rule.sqref.ranges
            assert area.min_row == HEADER_ROW + 1
            assert area.max_row > 1000
            if rule.type == "list":
                sheet, _, cells_named = rule.formula1.partition("!")
                assert book[sheet.strip("'")].sheet_state == "hidden"
                title = page.cell(HEADER_ROW, area.min_col).value
                found[title] = [cell.value for (cell,) in book[sheet.strip("'")][cells_named.replace("$", "")]]
    return found


@each
@given(drawn=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_typed_into_a_template_are_taken_in_like_those_of_any_sheet(slug, drawn, template, clerk, tmp_path):
    rows = drawn.draw(typed_rows(slug))
    batch = "2027 春" if slug == "register" else ""
    first = run_import(clerk, slug, filled(template(slug), slug, rows), file_name="模板.xlsx", batch=batch)
    before = stored()
    plain = write(tmp_path / "plain.xlsx", [titles(slug), *([typed[t] for t in titles(slug)] for typed in rows)])
    again = run_import(clerk, slug, plain, file_name="普通.xlsx", batch=batch)
    assert first.rows == len(rows)
    assert (again.added, again.changed, again.unchanged) == (0, 0, first.rows - len(first.held_back))
    assert [held.message for held in again.held_back] == [held.message for held in first.held_back]
    kept = {name: lines for name, lines in stored().items() if name not in ("ImportRun", "HeldRow")}
    assert kept == {name: before[name] for name in kept}


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("out")


def saved_again(slug: str, template: Callable[[str], Path], out: Path) -> Path:
    """The template with one row as LibreOffice saves it: all of them at once, for it starts slowly."""
    if not list(out.glob("*.xlsx")):
        made = ((each, filled(template(each), each, [sound(each)])) for each in DELIVERED)
        convert([path.rename(path.with_name(f"{each}.xlsx")) for each, path in made], "xlsx", out)
    return out / f"{slug}.xlsx"


@each
def test_a_template_that_libreoffice_has_saved_comes_in_the_same(slug, template, clerk, out, tmp_path):
    saved = saved_again(slug, template, out)
    assert drop_downs(saved, slug) == drop_downs(template(slug), slug)
    report = run_import(clerk, slug, saved, file_name="模板.xlsx")
    assert (report.rows, report.added, report.held_back, report.warnings) == (1, 1, [], WARNED.get(slug, []))
    plain = write(tmp_path / "plain.xlsx", [titles(slug), row(slug)])
    assert run_import(clerk, slug, plain, file_name="普通.xlsx").unchanged == 1


@each
def test_a_template_sent_in_as_it_was_downloaded_brings_nothing_and_says_so(slug, template, clerk):
    before = stored()
    report = run_import(clerk, slug, template(slug), file_name="模板.xlsx")
    assert (report.rows, report.added, report.changed, report.held_back) == (0, 0, 0, [])
    assert report.warnings == ["表头下面没有填写任何一行，没有可以导入的内容"]
    assert {name for name, lines in stored().items() if lines != before[name]} == {"ImportRun"}


@each
def test_a_drop_down_offers_exactly_the_labels_that_the_import_takes(slug, template):
    offered = drop_downs(template(slug), slug)
    lists = {column.title: column for column in DELIVERED[slug].columns if "列表" in written(column.read)}
    assert offered.keys() == lists.keys()
    for title, column in lists.items():
        values = [column.read(label) for label in offered[title]]
        known = getattr(column.read, "keywords", {}).get("labels", cells.YES_OR_NO)
        assert values == list(known.values())
        with pytest.raises(Fault):
            column.read("别的")


@each
def test_every_cell_to_fill_is_text_with_its_list_or_prompt_however_far_down(slug, template):
    with opened(template(slug), values=False) as book:
        looks = book[DELIVERED[slug].title].column_dimensions.values()
        text = [at for look in looks if look.number_format == "@" for at in range(look.min, look.max + 1)]
        rules = book[DELIVERED[slug].title].data_validations.dataValidation
        assert {area.max_row for rule in rules for area in rule.sqref.ranges} == {1_048_576}
    assert text == list(range(1, len(titles(slug)) + 1))


@each
def test_required_columns_are_dark_and_say_so_and_the_titles_are_bare(slug, template):
    with opened(template(slug), values=False) as book:
        page = book[DELIVERED[slug].title]
        header = list(page[HEADER_ROW])
        assert page.freeze_panes == f"A{HEADER_ROW + 1}"
    assert [cell.value for cell in header] == titles(slug)
    for cell, column in zip(header, DELIVERED[slug].columns, strict=True):
        assert (cell.fill.fgColor.rgb == "FF1F5F8B") == column.required
        assert bool(cell.comment and cell.comment.text.startswith("必填。")) == column.required


@each
def test_the_example_stands_above_the_header_and_every_cell_of_it_would_be_taken(slug, template):
    with opened(template(slug), values=False) as book:
        page = book[DELIVERED[slug].title]
        shown = [cell.value or "" for cell in page[HEADER_ROW - 1]]
    assert shown == [column.example for column in DELIVERED[slug].columns]
    for column in DELIVERED[slug].columns:
        assert column.example or not column.required
        read = partial(column.read, today=TODAY) if column.dated else column.read
        assert column.example == "" or read(column.example) is not None


@each
def test_each_column_is_explained(slug, template):
    with opened(template(slug), values=True) as book:
        rows = [[cell or "" for cell in line] for line in book["填写说明"].iter_rows(min_row=4, values_only=True)]
    for line, column in zip(rows, DELIVERED[slug].columns, strict=False):
        assert line[:2] == [column.title, "是" if column.required else ""]
        assert line[2]
        assert line[3:5] == ["、".join(column.choices), column.example]


@pytest.mark.parametrize("slug", [slug for slug in DELIVERED if slug != "supplement"])
@pytest.mark.parametrize("who", ["a", "town", "auditor"])
def test_who_may_not_import_a_format_gets_no_template_of_it(slug, who, world, tmp_path):
    with pytest.raises(NotAllowed):
        template_workbook(world.actors[who], slug, tmp_path / "none.xlsx")
    assert not (tmp_path / "none.xlsx").exists()


def test_a_list_longer_than_a_rule_may_write_is_offered_whole(tmp_path):
    from_list = [f"困难类型第 {number} 种" for number in range(400)]
    path = tmp_path / "long.xlsx"
    sheet = Sheet("表", "表", "", [Column("类型", choices=from_list)], lines=(), example=("",))
    write_book(path, [sheet], author="", made=dt.datetime(2026, 11, 25))
    book = openpyxl.load_workbook(path)
    [rule] = book["表"].data_validations.dataValidation
    assert [cell.value for (cell,) in book["可选值"][rule.formula1.partition("!")[2].replace("$", "")]] == from_list
