"""Views by name: kept, chosen, shared with those below, overwritten, removed and brought back."""

from playwright.sync_api import expect

from aid.operations.accounts import actor_of
from aid.operations.saved_views import keep_view
from models import Beneficiary, SavedView
from tests.browser.grid.heads import chip_texts, choose, head, kept, opened, popup, shown


def button(sheet):
    return sheet.page.locator(".view-button")


def pick(sheet, entry: str) -> None:
    button(sheet).click()
    popup(sheet).locator("[role^=menuitem]", has_text=entry).click()


def save_as(sheet, name: str, *, shared: bool = False) -> None:
    pick(sheet, "另存为视图…")
    sheet.dialog.get_by_label("名称").fill(name)
    if shared:
        sheet.dialog.get_by_label("共享给下级").check()
    sheet.dialog.get_by_label("名称").press("Enter")


def saved_as(sheet, name: str, *, shared: bool = False) -> None:
    save_as(sheet, name, shared=shared)
    expect(sheet.note).to_contain_text(f"已保存视图“{name}”")


def test_a_view_takes_filters_order_group_and_columns_with_it(enter):
    sheet = enter("county", grade="四年级", sort="-name")
    opened(sheet, "class_name", "按此列分组")
    choose(sheet, "school", "隐藏此列")
    saved_as(sheet, "四年级按班")
    expect(button(sheet)).to_have_text("视图：四年级按班 ▾")
    pick(sheet, "默认")
    expect(head(sheet, "school")).to_be_visible()
    expect(sheet.page.locator(".grouprow")).to_have_count(0)
    pick(sheet, "四年级按班")
    expect(sheet.page.locator(".grouprow").first).to_be_visible()
    expect(chip_texts(sheet)).to_have_text(["年级：四年级", "按班级分组"])
    assert "school" not in shown(sheet)
    expect(head(sheet, "name")).to_have_attribute("aria-sort", "descending")
    kept(sheet)


def test_what_was_changed_since_is_marked_and_saved(sheet):
    saved_as(sheet, "常用")
    opened(sheet, "name", "升序")
    expect(button(sheet)).to_have_text("视图：常用 · 已改动 ▾")
    sheet.page.reload()
    expect(button(sheet)).to_have_text("视图：常用 · 已改动 ▾")
    pick(sheet, "保存改动到“常用”")
    expect(button(sheet)).to_have_text("视图：常用 ▾")
    assert SavedView.get(SavedView.name == "常用").words == '{"sort":"name"}'


def test_a_shared_view_is_opened_by_a_school_below_and_by_no_other_county(enter):
    saved_as(enter("county", grade="三年级"), "三年级的", shared=True)
    school = enter("a")
    pick(school, "德安县学生资助管理中心 共享")
    expect(chip_texts(school)).to_have_text(["年级：三年级"])
    button(school).click()
    expect(popup(school).get_by_text("删除“三年级的”")).to_have_count(0)
    school.press("Escape")
    foreign = enter("far")
    button(foreign).click()
    expect(popup(foreign).get_by_text("默认")).to_be_visible()
    expect(popup(foreign).get_by_text("三年级的")).to_have_count(0)
    foreign.press("Escape")


def test_a_view_that_was_changed_in_another_window_is_not_overwritten(sheet):
    saved_as(sheet, "常用")
    mine = SavedView.get(SavedView.name == "常用")
    keep_view(actor_of(mine.account), Beneficiary, name="常用", layout={}, words={"grade": "四年级"}, version=1)
    opened(sheet, "name", "升序")
    pick(sheet, "保存改动到“常用”")
    expect(sheet.bubble).to_be_visible()
    assert SavedView.get_by_id(mine.id).words == '{"grade":"四年级"}'
    pick(sheet, "保存改动到“常用”")
    expect(button(sheet)).to_have_text("视图：常用 ▾")
    assert SavedView.get_by_id(mine.id).words == '{"sort":"name"}'


def test_a_name_that_is_taken_is_asked_about(sheet):
    saved_as(sheet, "常用")
    opened(sheet, "name", "升序")
    save_as(sheet, "常用")
    expect(sheet.dialog).to_contain_text("要用现在的样子替换它吗")
    sheet.answer("替换")
    expect(button(sheet)).to_have_text("视图：常用 ▾")
    assert [view.words for view in SavedView.select().where(SavedView.name == "常用")] == ['{"sort":"name"}']


def test_a_removed_view_is_brought_back(sheet):
    saved_as(sheet, "常用")
    pick(sheet, "删除“常用”…")
    sheet.answer("删除")
    expect(sheet.note).to_contain_text("已删除视图“常用”")
    assert SavedView.select().where(SavedView.name == "常用").count() == 0
    sheet.note.get_by_role("button", name="撤销").click()
    expect(sheet.note).to_have_text("已撤销")
    expect(button(sheet)).to_have_text("视图：常用 ▾")
    assert SavedView.select().where(SavedView.name == "常用").count() == 1


def test_a_role_that_may_not_share_is_not_offered_to(enter):
    sheet = enter("auditor", "operation")
    pick(sheet, "另存为视图…")
    expect(sheet.dialog.get_by_label("名称")).to_be_visible()
    expect(sheet.dialog.get_by_label("共享给下级")).to_have_count(0)
    sheet.press("Escape")
