"""Two people in one table: each sees what the other saved, two cells both stay, the same cell is told."""

from playwright.sync_api import expect

from tests.browser.grid.gestures import now, operations

SOON = 5000  # milliseconds in which the other sees it


def test_each_sees_what_the_other_saved_without_reloading(enter, world):
    county, school = enter("county"), enter("a")
    county.write(0, "class_name", "5班")
    expect(school.cell(0, "class_name")).to_have_text("5班", timeout=SOON)
    school.write(1, "grade", "四年级")
    expect(county.cell(1, "grade")).to_have_text("四年级", timeout=SOON)
    county.saved()
    assert [operation.actor for operation in operations()] == ["county", "a"]


def test_edits_in_different_cells_of_one_row_both_stay(enter, world):
    county, school = enter("county"), enter("a")
    county.stand(0, "grade")
    county.press("F2")
    school.write(0, "class_name", "5班")
    school.saved()
    county.type("下")
    county.press("Enter")
    county.saved()
    row = now(world.children["a1"])
    assert (row.grade, row.class_name, row.version) == ("三年级下", "5班", 3)
    for sheet in (county, school):
        expect(sheet.cell(0, "grade")).to_have_text("三年级下", timeout=SOON)
        expect(sheet.cell(0, "class_name")).to_have_text("5班", timeout=SOON)


def clash(enter, *, seen: bool = False):
    """The school types over a cell that the county has just saved; with `seen` only after its page knows of it."""
    county, school = enter("county"), enter("a")
    school.stand(0, "class_name")
    school.press("F2")
    county.write(0, "class_name", "5班")
    county.saved()
    if seen:
        expect(school.cell(0, "class_name")).to_have_text("5班", timeout=SOON)
    school.type("6班")
    school.press("Enter")
    expect(school.cell(0, "class_name")).to_have_attribute("aria-invalid", "true")
    school.stand(0, "class_name")
    return county, school


def test_a_clash_is_told_with_both_values_and_ones_own_is_taken(enter, world):
    county, school = clash(enter)
    expect(school.bubble).to_contain_text("county（")
    expect(school.bubble).to_contain_text("已改为“5班”")
    expect(school.bubble.get_by_role("button")).to_have_text(["用我的：1班6班", "用现在的：5班"])
    assert now(world.children["a1"]).class_name == "5班"
    school.bubble.get_by_role("button", name="用我的").click()
    school.saved()
    assert now(world.children["a1"]).class_name == "1班6班"
    expect(county.cell(0, "class_name")).to_have_text("1班6班", timeout=SOON)


def test_a_clash_is_told_and_the_others_value_is_taken(enter, world):
    _, school = clash(enter)
    school.bubble.get_by_role("button", name="用现在的").click()
    school.saved()
    school.shows(0, class_name="5班")
    assert now(world.children["a1"]).class_name == "5班"
    assert len(operations()) == 1


def test_a_value_that_came_while_one_was_typing_is_not_written_over(enter, world):
    _, school = clash(enter, seen=True)
    expect(school.bubble).to_contain_text("已改为“5班”")
    assert now(world.children["a1"]).class_name == "5班"


def test_a_wrong_value_put_right_does_not_write_over_what_came_meanwhile(enter, world):
    county, school = enter("county"), enter("a")
    school.write(0, "birth_date", "2017-13-1")
    expect(school.cell(0, "birth_date")).to_have_attribute("aria-invalid", "true")
    county.write(0, "birth_date", "2017-3-1")
    county.saved()
    school.page.wait_for_function(
        "(id) => { const { store } = document.querySelector('[data-grid]').grid;"
        " return store.rows.get(store.places.get(id))[1] === 2; }",
        arg=world.children["a1"].id,
    )
    school.write(0, "birth_date", "2017-1-31")
    expect(school.cell(0, "birth_date")).to_have_class("cell k-date conflict")
    assert str(now(world.children["a1"]).birth_date) == "2017-03-01"


def test_a_third_value_between_a_clash_and_its_answer_is_told_again(enter, world):
    county, school = clash(enter)
    county.write(0, "class_name", "7班")
    county.saved()
    school.bubble.get_by_role("button", name="用我的").click()
    school.stand(0, "class_name")
    expect(school.bubble).to_contain_text("已改为“7班”")
    assert now(world.children["a1"]).class_name == "7班"


def test_of_a_paste_the_cells_that_moved_on_are_counted_and_the_rest_is_kept(enter, world):
    county, school = enter("county"), enter("a")
    school.page.evaluate("() => { document.querySelector('[data-grid]').grid.live.tick = () => {}; }")
    county.write(0, "class_name", "5班")
    county.saved()
    school.stand(0, "class_name")
    school.paste("6班\r\n7班\r\n")
    expect(school.dialog).to_contain_text("1 格刚被别人改过")
    school.answer("保存其余 1 格")
    school.shows(1, class_name="7班")
    school.stand(0, "class_name")
    expect(school.bubble).to_contain_text("已改为“5班”")
    assert [now(world.children[key]).class_name for key in ("a1", "a2")] == ["5班", "7班"]


def test_a_row_that_left_ones_scope_is_shown_as_gone(enter, world):
    school = enter("a")
    row = world.children["a2"]
    type(row).update(school=world.organisations["b"]).where(type(row).id == row.id).execute()
    enter("county").write(1, "class_name", "9班")
    expect(school.page.locator(".row.gone")).to_have_count(1, timeout=SOON)
    school.stand(1, "class_name")
    school.type("2")
    expect(school.bubble).to_have_text("这一行已经不在了")
