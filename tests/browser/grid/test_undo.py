"""Undo and redo by key: through the ledger, a whole gesture at a time, also after a reload and beside other people."""

from playwright.sync_api import expect

from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, Operation
from tests.browser.grid.gestures import now, operations, texts

FIRST = 5  # the line of 甲000


def paste_two_by_two(sheet) -> None:
    sheet.stand(FIRST, "grade")
    sheet.paste("五年级\t8班\r\n六年级\t9班\r\n")
    sheet.saved()


def test_one_ctrl_z_takes_back_a_whole_paste_and_ctrl_y_brings_it_again(sheet):
    paste_two_by_two(sheet)
    assert sheet.step("Control+z")["rows"] == 2
    sheet.shows(FIRST, grade="三年级", class_name="0班")
    assert texts("grade", count=2) == ["三年级", "四年级"]
    expect(sheet.note).to_have_text("已撤销 2 行")
    sheet.step("Control+y")
    sheet.shows(FIRST + 1, grade="六年级", class_name="9班")
    assert texts("class_name", count=2) == ["8班", "9班"]
    pasted, undone, redone = Operation.select().order_by(Operation.id.desc()).limit(3)[::-1]
    assert (undone.undoes_id, redone.undoes_id, operations()) == (pasted.id, undone.id, [pasted])


def test_undo_and_redo_survive_a_reload(sheet):
    paste_two_by_two(sheet)
    sheet.write(FIRST, "class_name", "7班")
    sheet.saved()
    sheet.page.reload()
    sheet.shows(FIRST, class_name="7班")
    sheet.step("Control+z")
    sheet.step("Control+z")
    assert texts("class_name", count=2) == ["0班", "1班"]
    sheet.page.reload()
    sheet.shows(FIRST, class_name="0班")
    sheet.step("Control+Shift+z")
    sheet.shows(FIRST, class_name="8班")
    assert texts("class_name", count=2) == ["8班", "9班"]


def test_ctrl_z_pressed_quickly_takes_back_as_many_gestures(sheet):
    for number in (5, 6, 7, 8):
        sheet.write(FIRST, "class_name", f"{number}班")
    sheet.saved()
    sheet.press("Control+z", "Control+z", "Control+z")
    sheet.shows(FIRST, class_name="5班")
    sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.steps.stepping")
    assert texts("class_name") == ["5班"]
    sheet.press("Control+y", "Control+y")
    sheet.shows(FIRST, class_name="7班")
    assert texts("class_name") == ["7班"]


def test_what_is_typed_after_an_undo_is_no_conflict_with_oneself(sheet):
    sheet.write(FIRST, "class_name", "5班")
    sheet.saved()
    sheet.step("Control+z")
    sheet.write(FIRST, "class_name", "6班")
    sheet.saved()
    assert texts("class_name") == ["6班"]
    expect(sheet.page.locator("[data-redo]")).to_be_disabled()


def test_the_buttons_undo_and_redo_as_well_and_are_grey_where_nothing_is_left(sheet):
    undo, redo = (sheet.page.locator(f"[data-{which}]") for which in ("undo", "redo"))
    expect(undo).to_be_disabled()
    sheet.write(FIRST, "class_name", "5班")
    sheet.saved()
    undo.click()
    sheet.shows(FIRST, class_name="0班")
    expect(undo).to_be_disabled()
    redo.click()
    sheet.shows(FIRST, class_name="5班")
    expect(redo).to_be_disabled()
    sheet.press("Control+y")
    expect(sheet.note).to_have_text("没有可以重做的了")


def test_a_row_that_somebody_else_moved_on_is_named_and_left(sheet, world):
    sheet.stand(FIRST, "class_name", FIRST + 1)
    sheet.paste("5班\r\n")
    sheet.saved()
    with writing(world.actors["c"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(Beneficiary.get(Beneficiary.id_number == "K000"), class_name="别班")
        ledger.say("别人改的")
    told = sheet.step("Control+z")
    assert (told["rows"], len(told["moved_on"])) == (1, 1)
    assert "甲000" in told["moved_on"][0]
    expect(sheet.note).to_contain_text(told["moved_on"][0])
    sheet.shows(FIRST, class_name="别班")
    assert texts("class_name", count=2) == ["别班", "1班"]


def test_one_does_not_undo_what_others_did(enter, world):
    county, school = enter("county"), enter("a")
    county.write(0, "class_name", "5班")
    county.saved()
    expect(school.cell(0, "class_name")).to_have_text("5班")
    school.press("Control+z")
    expect(school.note).to_have_text("没有可以撤销的了")
    assert now(world.children["a1"]).class_name == "5班"


def test_ctrl_z_in_an_edit_is_the_fields_own(sheet):
    paste_two_by_two(sheet)
    sheet.stand(FIRST, "remark")
    sheet.type("字")
    sheet.press("Control+z", "Escape")
    assert texts("grade") == ["五年级"]
    assert Operation.select().where(Operation.undoes.is_null(False)).count() == 0


def test_what_is_typed_while_an_undo_is_on_its_way_comes_after_it(sheet):
    sheet.write(FIRST, "class_name", "5班")
    sheet.saved()
    sheet.press("Control+z")
    sheet.write(FIRST + 1, "class_name", "9班")
    sheet.saved()
    assert texts("class_name", count=2) == ["0班", "9班"]
    first, second = operations()
    undone = Operation.get(Operation.undoes.is_null(False))
    assert first.id < undone.id < second.id


def test_undo_pressed_after_leaving_the_grid_is_the_ledgers_and_starts_no_edit(sheet, world):
    sheet.write(0, "grade", "四年级")
    sheet.saved()
    sheet.press("Escape", "Tab")
    with sheet.page.expect_response("**/grid/step"):
        sheet.press("Control+z")
    sheet.shows(0, grade="三年级")
    assert not sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.editor.editing")
    assert now(world.children["a1"]).grade == "三年级"


def test_what_the_browser_takes_back_by_itself_is_nothing_written(sheet, world):
    sheet.write(0, "grade", "四年级")
    sheet.saved()
    sheet.page.evaluate("() => document.execCommand('undo')")
    sheet.stand(1, "grade")
    assert now(world.children["a1"]).grade == "四年级"
    assert not sheet.page.evaluate("() => document.querySelector('[data-grid]').grid.editor.editing")
