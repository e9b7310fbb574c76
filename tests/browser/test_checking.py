"""A school checks its children in a real browser, by mouse and by keyboard alone."""

import re

from playwright.sync_api import expect

from models import Beneficiary, CheckState, db


def state_of(world, key: str) -> str:
    with db.connection_context():
        return Beneficiary.get_by_id(world.children[key].id).state


def test_a_school_checks_row_after_row_by_keyboard(enter, world):
    page = enter("user.a")
    page.goto("/check/")
    page.get_by_role("link", name="王芳").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("王芳：已核对（未更新）").wait_for()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("李强$"))
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("都已处理完").wait_for()
    assert (state_of(world, "a1"), state_of(world, "a2")) == (CheckState.UNCHANGED, CheckState.UNCHANGED)


def test_a_correction_makes_it_updated_and_undo_takes_it_back(enter, world):
    page = enter("user.a")
    page.goto(f"/check/row/?id={world.children['a1'].id}")
    page.get_by_label("姓名", exact=True).fill("王方")
    page.get_by_role("button", name="确认核对").click()
    page.get_by_text("王芳：已核对（已更新）").or_(page.get_by_text("王方：已核对（已更新）")).wait_for()
    assert state_of(world, "a1") == CheckState.UPDATED
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("已撤销操作").wait_for()
    assert state_of(world, "a1") == CheckState.UNCHECKED


def test_ticked_rows_are_confirmed_after_a_question_with_their_number(enter, world):
    page = enter("user.a")
    page.goto("/check/")
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="确认核对").click()
    page.get_by_text("确认这 2 条与实际相符").wait_for()
    page.get_by_role("button", name="确认核对 2 条").click()
    page.get_by_text("确认核对：2 条").wait_for()
    assert state_of(world, "a1") == state_of(world, "a2") == CheckState.UNCHANGED


def test_a_row_is_marked_invalid_with_a_reason(enter, world):
    page = enter("user.a")
    page.goto(f"/check/row/?id={world.children['a1'].id}")
    page.get_by_text("标为无效…").click()
    page.get_by_label("无效原因").select_option(label="其他")
    page.get_by_role("button", name="标为无效").click()
    page.get_by_text("请写明原因").wait_for()
    expect(page.get_by_label("无效原因")).to_be_focused()
    assert state_of(world, "a1") == CheckState.UNCHECKED
    page.get_by_label("无效原因").select_option(label="不在本校")
    page.get_by_role("button", name="标为无效").click()
    page.get_by_text("王芳：已标为无效").wait_for()
    assert state_of(world, "a1") == CheckState.INVALID


def test_a_checked_row_leaves_the_list_and_its_whole_number_finds_it(enter, world):
    page = enter("user.a")
    page.goto(f"/check/row/?id={world.children['a1'].id}")
    page.get_by_role("button", name="确认核对").click()
    page.get_by_text("王芳：已核对（未更新）").wait_for()
    page.goto("/check/")
    page.get_by_text("另有 1 条已处理未显示").wait_for()
    expect(page.get_by_role("link", name="王芳")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type(world.children["a1"].id_number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="王芳").wait_for()
    assert world.children["a1"].id_number not in page.url


def test_two_people_at_one_row_see_both_values(enter, world):
    school, county = enter("user.a"), enter("user.county")
    for page in (school, county):
        page.goto(f"/check/row/?id={world.children['a1'].id}")
    county.get_by_label("年级", exact=True).fill("五年级")
    county.get_by_role("button", name="确认核对").click()
    county.get_by_text("已核对（已更新）").first.wait_for()
    school.get_by_label("年级", exact=True).fill("四年级")
    school.get_by_role("button", name="确认核对").click()
    school.get_by_text("已被改动").wait_for()
    school.get_by_text("现在的值：五年级").wait_for()
    expect(school.get_by_label("年级", exact=True)).to_have_value("四年级")
    school.get_by_role("button", name="按我填的保存").click()
    school.get_by_text("王芳：已核对（已更新）").wait_for()
    with db.connection_context():
        assert Beneficiary.get_by_id(world.children["a1"].id).grade == "四年级"
