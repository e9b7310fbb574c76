"""Typing into cells: with an input method, over and into what stands there, into what may not be changed."""

import time

import pytest
from playwright.sync_api import expect

from models import Beneficiary, Change, CheckState
from tests.browser.grid.gestures import now, operations


def test_composing_chinese_on_a_selected_cell_replaces_it(sheet, world):
    sheet.stand(0, "name")
    sheet.composing("张三", steps=("zh", "zhang", "zhangsan"))
    expect(sheet.field).to_have_value("张三")
    sheet.press("Enter")
    sheet.saved()
    sheet.shows(0, name="张三")
    assert now(world.children["a1"]).name == "张三"
    assert sheet.at() == (1, "name")
    [operation] = operations()
    assert operation.sentence == "王芳：姓名 王芳 → 张三"
    assert Change.get(Change.operation == operation.id).row_id == world.children["a1"].id


def test_two_compositions_and_letters_make_one_text(sheet, world):
    sheet.stand(0, "remark")
    sheet.composing("转学")
    sheet.type("A1 ")
    sheet.composing("来")
    sheet.press("Tab")
    sheet.saved()
    assert now(world.children["a1"]).remark == "转学A1 来"


def test_a_composition_given_up_leaves_the_cell_alone(sheet, world):
    sheet.stand(0, "name")
    keyboard = sheet.page.context.new_cdp_session(sheet.page)
    keyboard.send("Input.imeSetComposition", {"text": "zh", "selectionStart": 2, "selectionEnd": 2})
    keyboard.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    sheet.shows(0, name="王芳")
    sheet.press("ArrowDown")
    assert sheet.at() == (1, "name")
    assert now(world.children["a1"]).name == "王芳"
    assert not operations()


def test_letters_replace_what_the_cell_holds(sheet, world):
    sheet.stand(1, "class_name")
    sheet.type("2班")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a2"]).class_name == "2班"


def test_f2_keeps_what_the_cell_holds(sheet, world):
    sheet.stand(1, "class_name")
    sheet.press("F2")
    sheet.type("甲")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a2"]).class_name == "1班甲"


def test_enter_opens_the_cell_as_well(sheet, world):
    sheet.stand(1, "class_name")
    sheet.press("Enter", "Backspace")
    sheet.type("级")
    sheet.press("Enter")
    sheet.saved()
    assert now(world.children["a2"]).class_name == "1级"


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("Enter", (3, "class_name")),
        ("Shift+Enter", (1, "class_name")),
        ("Tab", (2, "sex")),
        ("Shift+Tab", (2, "grade")),
    ],
)
def test_keys_that_end_an_edit_save_it_and_go_on(sheet, world, key, place):
    sheet.stand(2, "class_name")
    sheet.type("9班")
    sheet.press(key)
    sheet.saved()
    assert sheet.at() == place
    assert now(world.children["b1"]).class_name == "9班"


def test_escape_gives_up_an_edit(sheet, world):
    sheet.stand(2, "class_name")
    sheet.type("9班")
    sheet.press("Escape")
    expect(sheet.field).to_have_value("")
    sheet.shows(2, class_name="1班")
    assert now(world.children["b1"]).class_name == "1班"
    assert not operations()


def test_clicking_elsewhere_keeps_what_was_typed(sheet, world):
    sheet.stand(2, "class_name")
    sheet.type("9班")
    sheet.cell(0, "grade").click()
    sheet.saved()
    assert now(world.children["b1"]).class_name == "9班"


def test_typing_the_same_text_writes_nothing(sheet, world):
    sheet.write(2, "class_name", "1班")
    sheet.saved()
    assert not operations()
    assert now(world.children["b1"]).version == world.children["b1"].version


def test_a_cell_that_may_not_be_changed_says_why(sheet, world):
    sheet.stand(0, "school")
    sheet.type("甲")
    expect(sheet.bubble).to_have_text("“学校”不能在这里改")
    sheet.composing("张三")
    expect(sheet.field).to_have_value("")
    sheet.press("Enter")
    sheet.stand(0, "grade")
    expect(sheet.bubble).to_be_hidden()
    expect(sheet.field).to_have_value("")
    assert not operations()


def test_who_may_not_check_edits_nothing(enter, world):
    sheet = enter("town")
    sheet.stand(0, "class_name")
    sheet.type("2班")
    sheet.press("Enter")
    expect(sheet.cell(0, "class_name")).to_have_attribute("aria-readonly", "true")
    assert now(world.children["a1"]).class_name == "1班"


def test_a_wrong_value_turns_red_with_its_sentence_beside_it_and_stays(sheet, world):
    sheet.write(0, "birth_date", "2017-13-40")
    wrong = sheet.cell(0, "birth_date")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_text("2017-13-40")
    expect(sheet.status).to_contain_text("有 1 格没有保存")
    sheet.stand(0, "birth_date")
    expect(sheet.bubble).to_have_text("应为过去的日期，如 2014-01-25")
    beside, cell = sheet.bubble.bounding_box(), wrong.bounding_box()
    assert abs(beside["y"] - cell["y"] - cell["height"]) < 10
    assert now(world.children["a1"]).birth_date is None
    assert not operations()


def test_a_wrong_value_is_put_right(sheet, world):
    sheet.write(0, "sex", "女孩")
    expect(sheet.cell(0, "sex")).to_have_attribute("aria-invalid", "true")
    sheet.stand(0, "sex")
    sheet.press("F2")
    expect(sheet.field).to_have_value("女孩")
    sheet.press("Backspace", "Enter")
    sheet.saved()
    expect(sheet.cell(0, "sex")).not_to_have_attribute("aria-invalid", "true")
    assert now(world.children["a1"]).sex == "female"


def test_escape_on_a_wrong_value_brings_back_what_was_there(sheet, world):
    sheet.write(0, "grade", " ")
    expect(sheet.cell(0, "grade")).to_have_attribute("aria-invalid", "true")
    sheet.stand(0, "grade")
    sheet.press("Escape")
    sheet.shows(0, grade="三年级")
    sheet.saved()


def test_a_rule_of_whole_rows_is_told_beside_the_cell(enter, world):
    row = world.children["a1"]
    Beneficiary.update(state=CheckState.INVALID, invalid_reason="wrong").where(Beneficiary.id == row.id).execute()
    sheet = enter("county")
    sheet.write(0, "class_name", "2班")
    expect(sheet.cell(0, "class_name")).to_have_attribute("aria-invalid", "true")
    sheet.stand(0, "class_name")
    expect(sheet.bubble).to_have_text("这一行已是无效，请先恢复再修改")
    assert now(row).class_name == "1班"


def test_delete_clears_a_range_in_one_operation(sheet, world):
    sheet.stand(0, "class_name", 2)
    sheet.press("Delete")
    sheet.saved()
    assert [now(world.children[key]).class_name for key in ("a1", "a2", "b1", "c1")] == ["", "", "", "1班"]
    assert [operation.rows for operation in operations()] == [3]


def test_ctrl_enter_writes_into_the_whole_range(sheet, world):
    sheet.stand(0, "class_name", 2)
    sheet.type("5班")
    sheet.press("Control+Enter")
    sheet.saved()
    assert [now(world.children[key]).class_name for key in ("a1", "a2", "b1")] == ["5班"] * 3
    assert len(operations()) == 1


def test_typing_quickly_over_one_cell_again_and_again_keeps_the_last(sheet, world):
    for number in range(6):
        sheet.write(0, "class_name", f"{number}班")
    sheet.saved()
    assert now(world.children["a1"]).class_name == "5班"
    expect(sheet.page.locator("[aria-invalid]")).to_have_count(0)


@pytest.fixture
def slow(sheet):
    """The grid on a line where saving takes its time."""
    sheet.page.route("**/grid/save", lambda route: (time.sleep(0.12), route.continue_()))
    yield sheet
    sheet.page.unroute("**/grid/save")


def test_what_is_typed_while_the_last_is_still_on_its_way_is_no_conflict(slow, world):
    for number in range(8):
        slow.write(0, "class_name", f"{number}班")
        slow.page.wait_for_timeout(40 * (number % 4))
    slow.saved()
    assert now(world.children["a1"]).class_name == "7班"
    expect(slow.page.locator("[aria-invalid]")).to_have_count(0)


def test_what_is_filled_again_with_the_same_while_it_waits_stays_what_the_cell_shows(slow, world):
    for number in range(4):  # what comes behind them waits
        slow.write(3, "nation", f"{number}族")
    slow.stand(0, "class_name", 2)
    slow.paste("8班\r\n")
    slow.stand(0, "class_name", 2)
    slow.press("Control+d")
    slow.shows(1, class_name="8班")
    slow.write(1, "class_name", "9班")
    slow.saved()
    assert [now(world.children[key]).class_name for key in ("a1", "a2", "b1")] == ["8班", "9班", "8班"]


def test_typing_a_column_down_saves_every_row(sheet, world):
    sheet.stand(0, "class_name")
    for number in range(4):
        sheet.type(f"{number}班")
        sheet.press("Enter")
    sheet.saved()
    assert [now(world.children[key]).class_name for key in ("a1", "a2", "b1", "c1")] == ["0班", "1班", "2班", "3班"]
