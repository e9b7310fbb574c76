"""整列填写: a value into a column of all rows, asked first, one operation, undone by one key."""

import pytest
from playwright.sync_api import expect

from models import Beneficiary
from tests.browser.grid.conftest import MANY
from tests.browser.grid.gestures import now, operations, texts

FILL = "**/grid/fill"
SPARE = '{"sentence": "表格打开得太久，正在重新打开", "kind": "Gone"}'


@pytest.fixture
def many(enter):
    """School c's own list: 陈静 and MANY more."""
    return enter("c", "check")


def begin(sheet, column: str, text: str) -> None:
    """Name a column and a value, up to the question."""
    sheet.page.get_by_role("button", name="更多").click()
    sheet.page.get_by_role("menuitem", name="整列填写").click()
    sheet.dialog.get_by_role("combobox", name="列", exact=True).select_option(label=column)
    sheet.dialog.get_by_label("填写为").fill(text)
    sheet.answer("下一步")


def values(world, column: str) -> set:
    """What stands in a column at school c."""
    rows = Beneficiary.select(getattr(Beneficiary, column)).where(Beneficiary.school == world.organisations["c"])
    return {value for (value,) in rows.tuples()}


def test_a_column_is_filled_after_a_question_with_the_number_of_rows_and_undone_by_one_key(many, world):
    begin(many, "班级", "9班")
    expect(many.dialog).to_contain_text(f"把 {MANY + 1} 行的“班级”都改成“9班”？")
    assert not operations()
    many.answer(f"改 {MANY + 1} 行")
    expect(many.note).to_have_text(f"已填写 {MANY + 1} 行")
    many.shows(3, class_name="9班")
    assert values(world, "class_name") == {"9班"}
    assert [operation.rows for operation in operations()] == [MANY + 1]
    many.step("Control+z")
    assert texts("class_name", count=3) == ["0班", "1班", "2班"]
    many.shows(1, class_name="0班")


def test_only_the_rows_of_the_filter_are_filled(enter, world):
    sheet = enter("c", "check", grade="四年级")
    begin(sheet, "班级", "9班")
    sheet.answer(f"改 {MANY // 2} 行")
    expect(sheet.note).to_contain_text("已填写")
    assert texts("class_name", count=4) == ["0班", "9班", "2班", "9班"]


def test_the_first_no_writes_nothing(many):
    begin(many, "班级", "9班")
    many.answer("取消")
    expect(many.field).to_be_focused()
    assert not operations()


def test_a_choice_is_found_by_its_initials_without_the_mouse(many, world):
    many.stand(0, "roll_status")
    many.page.evaluate("() => { document.querySelector('[data-grid]').grid.fill('roll_status'); }")
    many.type("xx")
    expect(many.page.locator("#value-list [role=option]")).to_have_text(["休学"])
    many.press("Enter", "Enter")
    expect(many.dialog).to_contain_text("都改成“休学”？")
    many.press("Enter")
    expect(many.note).to_contain_text("已填写")
    assert values(world, "roll_status") == {"suspended"}


def test_nothing_as_a_value_empties_the_column(many, world):
    begin(many, "班级", "")
    expect(many.dialog).to_contain_text("都清空？")
    many.answer("清空")
    expect(many.note).to_contain_text("已填写")
    assert values(world, "class_name") <= {"", None}


def test_a_refusal_is_a_sentence_and_changes_no_row(many, world):
    begin(many, "出生日期", "明天")
    many.answer("改")
    expect(many.dialog).to_contain_text("未作任何改动")
    many.answer("知道了")
    assert values(world, "birth_date") == {None}


def test_what_is_being_typed_is_saved_first(many, world):
    many.stand(0, "remark")
    many.type("先保存")
    begin(many, "班级", "9班")
    many.answer("改")
    expect(many.note).to_contain_text("已填写")
    child = now(world.children["c1"])
    assert (child.remark, child.class_name) == ("先保存", "9班")


def test_a_lost_answer_is_asked_for_again_and_nothing_is_written_twice(many, world):
    def lose(route) -> None:
        route.fetch()
        route.abort()

    many.page.route(FILL, lose, times=1)
    begin(many, "班级", "9班")
    many.answer("改")
    expect(many.note).to_have_text(f"已填写 {MANY + 1} 行")
    assert values(world, "class_name") == {"9班"}
    assert len(operations()) == 1


def test_a_server_that_forgot_the_opened_grid_meanwhile_writes_once(enter, world):
    def forget(route) -> None:
        route.fetch()
        route.fulfill(status=422, content_type="application/json", body=SPARE)

    sheet = enter("c", "check", grade="四年级")
    sheet.page.route(FILL, forget, times=1)
    begin(sheet, "年级", "五年级")
    sheet.answer("改")
    expect(sheet.note).to_have_text(f"已填写 {MANY // 2} 行")
    assert len(operations()) == 1
    assert texts("grade", count=2) == ["三年级", "五年级"]


def test_who_may_change_nothing_is_not_offered_it(enter):
    sheet = enter("town")
    sheet.page.get_by_role("button", name="更多").click()
    expect(sheet.page.get_by_role("menuitem", name="打印")).to_be_visible()
    expect(sheet.page.get_by_role("menuitem", name="整列填写")).to_have_count(0)
