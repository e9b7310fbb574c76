"""Cells with a closed list or a pointer at another table: chosen by label, by pinyin initials, by keys; and dates."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from models import RollStatus, Sex
from tests.browser.grid.gestures import now, operations


@pytest.mark.parametrize("typed", ["休学", "休", "xx", "XX", "suspended"])
def test_a_choice_is_typed_by_label_by_initials_or_by_code(sheet, world, typed):
    sheet.write(0, "roll_status", typed)
    sheet.saved()
    sheet.shows(0, roll_status="休学")
    assert now(world.children["a1"]).roll_status == RollStatus.SUSPENDED


def test_the_list_opens_and_is_gone_through_by_keys(sheet, world):
    sheet.stand(0, "roll_status")
    sheet.press("Alt+ArrowDown")
    expect(sheet.choices.first).to_be_visible()
    expect(sheet.choices).to_have_text(["在籍", "休学", "转出", "毕业", "（清空）"])
    sheet.press("ArrowDown", "ArrowDown", "ArrowDown")
    expect(sheet.page.locator("#choice-list [aria-selected=true]")).to_have_text("转出")
    expect(sheet.field).to_have_attribute("aria-activedescendant", "choice-2")
    sheet.press("ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp")
    expect(sheet.page.locator("#choice-list [aria-selected=true]")).to_have_text("毕业")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a1"]).roll_status == RollStatus.GRADUATED


def test_the_last_choice_clears_the_cell(sheet, world):
    sheet.stand(0, "roll_status")
    sheet.press("F2", "ArrowUp", "Enter")
    sheet.saved()
    assert now(world.children["a1"]).roll_status is None


def test_escape_closes_the_list_and_leaves_the_cell(sheet, world):
    sheet.stand(0, "roll_status")
    sheet.type("x")
    expect(sheet.choices.first).to_be_visible()
    sheet.press("Escape")
    expect(sheet.choices.first).to_be_hidden()
    sheet.shows(0, roll_status="在籍")
    assert not operations()


def test_a_choice_is_clicked(sheet, world):
    sheet.cell(0, "sex").dblclick()
    sheet.choices.get_by_text("女", exact=True).click()
    sheet.saved()
    assert now(world.children["a1"]).sex == Sex.FEMALE


def test_a_choice_is_composed_with_an_input_method(sheet, world):
    sheet.stand(0, "sex")
    sheet.composing("女", steps=("n", "nv"))
    expect(sheet.choices.first).to_be_visible()
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a1"]).sex == Sex.FEMALE


def test_what_is_in_no_list_is_a_fault_that_names_the_list(sheet, world):
    sheet.write(0, "sex", "nvv")
    expect(sheet.cell(0, "sex")).to_have_attribute("aria-invalid", "true")
    sheet.stand(0, "sex")
    expect(sheet.bubble).to_have_text("不认识“nvv”，应为：男、女")
    assert now(world.children["a1"]).sex is None


@pytest.mark.parametrize(("typed", "boards"), [("是", True), ("否", False), ("s", True), ("f", False)])
def test_yes_and_no_are_chosen(sheet, world, typed, boards):
    sheet.write(0, "boards", typed)
    sheet.saved()
    assert now(world.children["a1"]).boards is boards


@pytest.mark.parametrize("typed", ["2017-9-1", "2017/9/1", "20170901", "2017年9月1日", "２０１７.０９.０１"])
def test_a_date_is_typed_as_it_is_written(sheet, world, typed):
    sheet.stand(0, "birth_date")
    sheet.composing(typed)
    sheet.press("Enter")
    sheet.saved()
    sheet.shows(0, birth_date="2017-09-01")
    assert now(world.children["a1"]).birth_date == dt.date(2017, 9, 1)


@pytest.mark.parametrize("typed", ["聂桥", "nqz", "360426101000"])
def test_a_region_is_chosen_by_name_initials_or_code(enter, world, typed):
    sheet = enter("county", "organisation")
    line = sheet.line_of("德安县蒲亭镇小学")
    sheet.stand(line, "region")
    sheet.type(typed)
    expect(sheet.choices.filter(has_text="聂桥镇")).to_be_visible()
    sheet.press("Enter")
    sheet.saved()
    sheet.shows(line, region="聂桥镇")
    assert now(world.organisations["a"]).region_id == world.regions["other_town"].id
    assert len(operations()) == 1


def test_a_region_typed_quickly_is_understood_before_the_list_has_come(enter, world):
    sheet = enter("county", "organisation")
    line = sheet.line_of("德安县蒲亭镇小学")
    sheet.write(line, "region", "聂桥镇")
    sheet.saved()
    assert now(world.organisations["a"]).region_id == world.regions["other_town"].id


def test_a_region_elsewhere_is_refused_beside_the_cell(enter, world):
    sheet = enter("county", "organisation")
    line = sheet.line_of("德安县蒲亭镇小学")
    sheet.write(line, "region", "360425000000")
    expect(sheet.cell(line, "region")).to_have_attribute("aria-invalid", "true")
    assert now(world.organisations["a"]).region_id == world.regions["town"].id
    assert not operations()
