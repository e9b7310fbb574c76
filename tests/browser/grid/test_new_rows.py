"""Rows added at the end: pasted beyond the last one, typed into the empty line, corrected where a rule refused them."""

from playwright.sync_api import expect

from models import Organisation
from tests.browser.grid.gestures import operations, tabs, texts


def test_pasting_beyond_the_last_row_offers_to_add_rows(enter):
    sheet = enter("county", "organisation")
    sheet.press("Control+End", "Home")
    line, _ = sheet.at()
    before = Organisation.select().count()
    sheet.paste(tabs([[name, "", "学校", "小学", "蒲亭镇"] for name in ("甲小学", "乙小学")]))
    sheet.answer("新增 2 行")
    sheet.saved()
    sheet.shows(line, name="甲小学", region="蒲亭镇")
    sheet.shows(line + 1, name="乙小学", stage="小学")
    assert Organisation.select().count() == before + 2
    assert [operation.sentence for operation in operations()] == ["新增机构 2 行"]


def test_added_rows_that_break_a_rule_stay_to_be_corrected(enter):
    sheet = enter("county", "organisation")
    sheet.press("Control+End", "Home")
    line, _ = sheet.at()
    sheet.paste(tabs([["丙小学", "", "学校", "", "蒲亭镇"]]))
    sheet.answer("新增 1 行")
    expect(sheet.cell(line, "stage")).to_have_attribute("aria-invalid", "true")
    expect(sheet.status).to_have_text("有 1 行新增的还没有保存")
    sheet.write(line, "stage", "小学")
    sheet.saved()
    assert Organisation.get(Organisation.name == "丙小学").stage == "primary"
    assert len(operations()) == 1


def test_of_added_rows_the_sound_ones_are_kept_where_the_clerk_says_so(enter):
    sheet = enter("county", "organisation")
    sheet.press("Control+End", "Home")
    line, _ = sheet.at()
    sheet.paste(tabs([["丙小学", "", "学校", "x", "蒲亭镇"], ["丁小学", "", "学校", "小学", "蒲亭镇"]]))
    sheet.answer("新增 2 行")
    sheet.answer("保存其余")
    sheet.shows(line, name="丁小学")
    sheet.shows(line + 1, name="丙小学", stage="x")
    expect(sheet.cell(line + 1, "stage")).to_have_attribute("aria-invalid", "true")
    sheet.write(line + 1, "stage", "小学")
    sheet.saved()
    assert Organisation.select().where(Organisation.name << ["丙小学", "丁小学"]).count() == 2


def test_added_rows_that_are_refused_are_not_sent_again(enter):
    sheet = enter("county", "organisation")
    sheet.press("Control+End", "Home")
    sheet.paste(tabs([["丙小学", "", "学校", "x", "蒲亭镇"], ["丁小学", "", "学校", "小学", "蒲亭镇"]]))
    sheet.answer("新增 2 行")
    sheet.answer("都不保存")
    sheet.press("Control+Home", "ArrowDown")
    sheet.saved()
    assert not operations()
    expect(sheet.page.locator(".row.draft")).to_have_count(1)


def test_a_row_typed_at_the_end_is_added_when_one_goes_on_and_can_be_undone(enter):
    sheet = enter("county", "organisation")
    sheet.press("Control+End", "Home")
    line, _ = sheet.at()
    for column, text in (("name", "戊小学"), ("stage", "xx"), ("region", "蒲亭镇")):
        sheet.write(line, column, text)
    sheet.saved()
    sheet.shows(line, name="戊小学", stage="小学")
    expect(sheet.page.locator(".row.draft")).to_have_count(1)
    assert sheet.step("Control+z")["rows"] == 1
    expect(sheet.page.locator(".row.gone")).to_have_count(1)
    assert not Organisation.select().where(Organisation.name == "戊小学").exists()
    sheet.step("Control+y")
    sheet.shows(line, name="戊小学")
    assert Organisation.select().where(Organisation.name == "戊小学").exists()
    expect(sheet.note).not_to_contain_text("有新增的行")


def test_pasting_beyond_the_last_row_is_refused_where_no_rows_are_added(sheet, world):
    sheet.press("Control+End")
    sheet.stand(sheet.at()[0], "class_name")
    sheet.paste("一\r\n二\r\n三\r\n")
    expect(sheet.dialog).to_contain_text("粘贴的内容比表格多 2 行。这张表不能在这里新增行。")
    sheet.answer("只粘贴到已有的 1 行")
    sheet.saved()
    assert texts("class_name", first="甲598", count=2) == ["3班", "一"]
