"""A column of the county's own in the grid: typed, chosen, pasted, filtered, undone; and retired while it is open."""

import re

import pytest
from playwright.sync_api import expect

from aid.operations import own_columns as operations
from models import OwnColumn, OwnKind
from tests.browser.grid.gestures import now

COLUMNS = ((OwnKind.TEXT, "接送人", ""), (OwnKind.NUMBER, "家庭收入", ""), (OwnKind.CHOICE, "走读方式", "走读\n住校"))


@pytest.fixture
def own(world) -> list[OwnColumn]:
    county = world.actors["county"]
    return [operations.define(county, "beneficiary", kind=kind, label=name, choices=c) for kind, name, c in COLUMNS]


def test_it_is_typed_chosen_and_undone_as_any_other(world, own, enter):
    sheet = enter("a")
    sheet.write(0, "own_text_1", "张三")
    sheet.write(0, "own_number_1", "1,234.50")
    sheet.write(1, "own_text_2", "zx")
    sheet.saved()
    sheet.shows(0, own_text_1="张三", own_number_1="1234.5")
    sheet.shows(1, own_text_2="住校")
    assert (now(world.children["a1"]).own_number_1, now(world.children["a2"]).own_text_2) == (12345000, "c2")
    sheet.step("Control+z")
    sheet.step("Control+z")
    sheet.shows(0, own_text_1="张三", own_number_1="")
    assert now(world.children["a1"]).own_text_1 == "张三"


def test_what_is_no_number_is_a_fault_of_its_cell(world, own, enter):
    sheet = enter("a")
    sheet.write(0, "own_number_1", "一百")
    expect(sheet.cell(0, "own_number_1")).to_have_attribute("aria-invalid", "true")
    assert now(world.children["a1"]).own_number_1 is None


def test_an_open_grid_shows_the_right_cells_when_a_column_before_them_is_retired(world, own, enter):
    sheet = enter("a")
    sheet.write(0, "own_number_1", "5")
    sheet.saved()
    operations.retire(world.actors["county"], own[0])
    sheet.write(0, "own_text_2", "住校")
    sheet.saved()
    sheet.shows(0, own_number_1="5", own_text_2="住校")
    sheet.write(0, "own_text_1", "张三")
    expect(sheet.cell(0, "own_text_1")).to_have_attribute("aria-invalid", "true")
    sheet.page.reload()
    expect(sheet.root).to_be_visible()
    expect(sheet.page.get_by_role("columnheader", name=re.compile("家庭收入"))).to_be_attached()
    expect(sheet.page.get_by_role("columnheader", name=re.compile("接送人"))).to_have_count(0)
