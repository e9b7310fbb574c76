"""着色与提醒: written in the dialog and tried out at once, kept over a reload, shared with a view, refused in place."""

import json
import re

from playwright.sync_api import Locator, expect

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Organisation, SavedView
from tests.aid.rules.colouring_cases import CODES, CONDITIONS, ROWS
from tests.browser.grid.gestures import Sheet
from tests.browser.grid.heads import popup
from tests.browser.grid.test_views import pick, saved_as


def dialog_of(sheet: Sheet) -> Locator:
    """The dialog, from the menu."""
    sheet.page.get_by_role("button", name="更多").click()
    popup(sheet).locator("[role=menuitem]", has_text="着色与提醒").click()
    expect(sheet.dialog).to_be_visible()
    return sheet.dialog


def write(sheet: Sheet, number: int, **parts: str) -> None:
    """Fill in a rule by its number; its column first, for that empties its value."""
    line = sheet.dialog.locator("tr").nth(number)
    for name, word in parts.items():
        part = line.locator(f"[name={name}]")
        if part.evaluate("part => part.matches('input')"):
            part.fill(word)
        else:
            part.select_option(word)


def save(sheet: Sheet, count: int) -> None:
    sheet.answer("保存")
    expect(sheet.note).to_have_text(f"已保存 {count} 条着色与提醒规则")


def coloured(sheet: Sheet) -> None:
    """The third years' rows blue, the name 甲000 red with a warning."""
    dialog_of(sheet)
    write(sheet, 1, column="grade", how="is", value="三年级", scope="row", look="blue")
    sheet.dialog.get_by_role("button", name="添加规则").click()
    write(sheet, 2, column="name", how="has", value="甲000", scope="cell", look="red", warn="请核对姓名")
    save(sheet, 2)


def looks(cell: Locator, look: str) -> None:
    expect(cell).to_have_class(re.compile(rf"\blook-{look}\b"))


def plain(cell: Locator) -> None:
    expect(cell).not_to_have_class(re.compile("look-"))


def shown_as_ruled(sheet: Sheet) -> None:
    line = sheet.line_of("甲000")
    looks(sheet.cell(line, "grade"), "blue")
    looks(sheet.cell(line, "name"), "red")
    expect(sheet.cell(line, "name")).to_have_class(re.compile(r"\bmarked\b.*\bwarned\b"))
    expect(sheet.cell(line, "name")).to_have_attribute("title", "请核对姓名")
    plain(sheet.cell(sheet.line_of("甲001"), "grade"))


def kept_rules() -> list[dict[str, str]]:
    return json.loads(SavedView.get(SavedView.name == "").layout)["rules"]


def test_a_row_and_a_cell_are_coloured_a_warning_is_told_and_all_survives_a_reload(enter):
    sheet = enter("county", search="甲00")
    coloured(sheet)
    shown_as_ruled(sheet)
    sheet.page.reload()
    sheet.cell(0, "name").wait_for()
    shown_as_ruled(sheet)
    sheet.stand(sheet.line_of("甲000"), "name")
    expect(sheet.bubble).to_have_text("请核对姓名")
    expect(sheet.page.locator("[data-spoken]")).to_contain_text("请核对姓名")
    sheet.press("ArrowDown")
    expect(sheet.bubble).to_be_hidden()


def test_a_shared_view_colours_for_a_school_below(enter):
    sheet = enter("county", search="甲00")
    coloured(sheet)
    saved_as(sheet, "着色的", shared=True)
    pick(sheet, "默认")
    plain(sheet.cell(0, "name"))
    school = enter("c")
    pick(school, "德安县学生资助管理中心 共享")
    school.shows(0, name="甲000")  # the view's rows have come
    shown_as_ruled(school)


def test_rules_are_tried_out_while_they_are_written_and_left_as_they_were(enter):
    sheet = enter("county", search="甲00")
    line = sheet.line_of("甲003")
    sheet.stand(line, "name")
    dialog_of(sheet)
    looks(sheet.cell(line, "name"), "red")  # suggested: the cell one stood on
    write(sheet, 1, look="green")
    looks(sheet.cell(line, "name"), "green")
    expect(sheet.dialog.locator(".rule-count")).to_have_text("1 行")
    sheet.press("Escape")
    plain(sheet.cell(line, "name"))
    assert not SavedView.select().exists()


def test_the_first_that_fits_wins_a_cell_before_its_row_and_rules_move_by_key(enter):
    sheet = enter("county", search="甲00")
    dialog_of(sheet)
    write(sheet, 1, column="name", how="has", value="甲", scope="row", look="green")
    for number, look in ((2, "yellow"), (3, "purple")):
        sheet.dialog.get_by_role("button", name="添加规则").click()
        write(sheet, number, column="name", how="filled", look=look)
    looks(sheet.cell(0, "grade"), "green")
    looks(sheet.cell(0, "name"), "yellow")
    sheet.dialog.locator("tr").nth(3).locator("[name=look]").focus()
    sheet.press("Alt+ArrowUp")
    looks(sheet.cell(0, "name"), "purple")
    sheet.dialog.get_by_role("button", name="第 2 条：删除").click()
    looks(sheet.cell(0, "name"), "yellow")
    save(sheet, 2)
    assert [rule["look"] for rule in kept_rules()] == ["green", "yellow"]


def test_what_the_rules_refuse_is_told_in_the_dialog_with_everything_as_it_was_written(enter):
    sheet = enter("county", search="甲00")
    dialog_of(sheet)
    write(sheet, 1, column="name", how="has", look="red", warn="看一眼")
    sheet.answer("保存")
    expect(sheet.dialog.get_by_role("alert")).to_contain_text("第 1 条规则：请填写要比较的值")
    expect(sheet.dialog.locator("[name=warn]")).to_have_value("看一眼")
    write(sheet, 1, value="甲00")
    sheet.press("Enter")
    expect(sheet.note).to_have_text("已保存 1 条着色与提醒规则")
    assert kept_rules() == [
        {"column": "name", "how": "has", "value": "甲00", "scope": "cell", "look": "red", "warn": "看一眼"}
    ]


def test_all_rules_are_taken_away(enter):
    sheet = enter("county", search="甲00")
    coloured(sheet)
    dialog_of(sheet)
    for _ in range(2):
        sheet.dialog.get_by_role("button", name="第 1 条：删除").click()
    sheet.answer("保存")
    expect(sheet.note).to_have_text("已去掉着色与提醒")
    plain(sheet.cell(0, "grade"))


def test_a_choice_is_kept_by_its_code_and_a_rule_by_its_label_is_read_as_that(enter):
    sheet = enter("county", search="甲00")
    dialog_of(sheet)
    write(sheet, 1, column="state", how="is", look="green")
    sheet.dialog.locator("select[name=value]").select_option(label="未核对")
    looks(sheet.cell(0, "state"), "green")
    expect(sheet.dialog.locator(".rule-sample")).to_have_text("未核对")
    save(sheet, 1)
    [rule] = kept_rules()
    assert rule["value"] == "unchecked"
    row = SavedView.get(SavedView.name == "")
    SavedView.update(layout=row.layout.replace("unchecked", "未核对")).execute()
    sheet.page.reload()
    looks(sheet.cell(0, "state"), "green")
    dialog_of(sheet)
    expect(sheet.dialog.locator("select[name=value]")).to_have_value("unchecked")


def test_two_schools_of_one_name_are_told_apart(enter, world):
    one, other = world.organisations["a"], world.organisations["b"]
    with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(other.id), name=one.name, stage=one.stage)
    sheet = enter("county")
    mine, theirs = sheet.line_of("王芳"), sheet.line_of("张敏")
    expect(sheet.cell(theirs, "school")).to_have_text(sheet.cell(mine, "school").inner_text())
    sheet.stand(mine, "school")
    dialog_of(sheet)  # it suggests the cell one stood on
    value = sheet.dialog.locator("[name=value]")
    expect(value).to_have_value(f"{one} {one.code}")
    looks(sheet.cell(mine, "school"), "red")
    plain(sheet.cell(theirs, "school"))
    value.fill(one.name)
    offered = sheet.dialog.locator(f"datalist option[value$='{other.code}']")
    expect(offered).to_have_count(1)
    value.fill(offered.get_attribute("value"))
    looks(sheet.cell(theirs, "school"), "red")
    plain(sheet.cell(mine, "school"))
    value.fill(str(one))  # as rules were once kept: whoever is called so
    looks(sheet.cell(mine, "school"), "red")
    looks(sheet.cell(theirs, "school"), "red")


def test_what_is_typed_is_warned_of_at_once_in_the_words_of_the_rule_and_saved_all_the_same(enter):
    sheet = enter("a", "check")
    dialog_of(sheet)
    write(sheet, 1, column="class_name", how="has", value="班级", scope="cell", look="yellow", warn="只写班号，如 2班")
    save(sheet, 1)
    sheet.stand(0, "class_name")
    sheet.press("F2", "Control+A")
    sheet.type("二班级")
    expect(sheet.bubble).to_have_text("只写班号，如 2班")
    expect(sheet.bubble).to_have_class(re.compile("advice"))
    sheet.press("Enter")
    expect(sheet.note).to_have_text("已保存 1 格。提醒：只写班号，如 2班")
    looks(sheet.cell(0, "class_name"), "yellow")
    sheet.write(0, "class_name", "2班")
    expect(sheet.note).to_have_text("已保存 1 格")
    plain(sheet.cell(0, "class_name"))


def test_the_list_and_paper_show_the_colours_the_grid_shows(enter):
    sheet = enter("county", search="甲00")
    coloured(sheet)
    sheet.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    paper = sheet.page.locator(".print-sheet")
    line = paper.locator("tbody tr", has_text="甲000")
    expect(line.locator("td.look-blue")).not_to_have_count(0)
    expect(line.locator("td.look-red.marked.warned")).to_have_text("甲000")
    expect(paper.locator(".legend span")).to_have_text(["年级 等于 三年级（整行）", "姓名 包含 甲000：请核对姓名"])
    sheet.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    sheet.page.locator("[data-list]").click()
    row = sheet.page.locator("tbody tr", has_text="甲000")
    expect(row.locator("td.look-red.marked.warned")).to_have_attribute("title", "请核对姓名")
    expect(row.locator("td.look-blue")).not_to_have_count(0)
    expect(sheet.page.locator("tbody tr", has_text="甲001").locator("[class*=look-]")).to_have_count(0)


def test_a_form_warns_of_the_row_as_it_stands_and_of_what_is_typed_and_saves_it_all_the_same(enter, world):
    sheet = enter("a", "check")
    dialog_of(sheet)
    write(sheet, 1, column="class_name", how="has", value="班级", scope="cell", look="", warn="只写班号")
    sheet.dialog.get_by_role("button", name="添加规则").click()
    write(sheet, 2, column="hardship", how="is_not", value="orphan", scope="cell", look="", warn="请核对困难类型")
    save(sheet, 2)
    sheet.page.goto(f"/check/row/?id={world.children['a1'].id}")
    warnings = sheet.page.get_by_role("status", name="提醒")
    expect(warnings.get_by_role("listitem")).to_have_text(["困难类型：请核对困难类型"])
    field = sheet.page.locator("[name=class_name]")
    field.fill("二班级")
    expect(warnings.get_by_role("listitem")).to_have_text(["班级：只写班号", "困难类型：请核对困难类型"])
    expect(field).to_have_class(re.compile("warned"))
    sheet.page.get_by_role("button", name="确认核对").click()
    expect(sheet.page.locator(".message").first).to_contain_text("已核对")
    sheet.page.goto(f"/beneficiary/details/?id={world.children['a1'].id}")
    expect(sheet.page.locator(".warnings li").first).to_have_text("班级：只写班号")


SAID = """async (cases) => {
  const { src } = document.querySelector("script[src$='grid/main.js']");
  const { fits, saidOf } = await import(new URL("../ruled.js", src));
  const choicesOf = (kind) => Object.entries(cases.known[kind] ?? {}).map(([label, code]) => [label, "", code]);
  const columnOf = (kind) => ({ kind, choices: choicesOf(kind) });
  const asked = cases.conditions.map(([kind, how, value, yes, no]) =>
    [...yes, ...no].map((text) => fits({ how, value }, columnOf(kind), text)));
  const columns = new Map(["one", "two"].map((name) => [name, columnOf("text")]));
  const told = cases.rows.map(([rules, texts]) => {
    const said = saidOf(rules, columns, (name) => texts[["one", "two"].indexOf(name)]);
    return [said.look, ["one", "two"].map((name) => Object.values(said.cell(name)))];
  });
  return { asked, told };
}"""


def test_the_browser_says_of_every_case_what_the_server_says(enter):
    cases = {"conditions": CONDITIONS, "rows": ROWS, "known": {"choice": CODES, "flag": {"是": "1", "否": "0"}}}
    said = enter("county").page.evaluate(SAID, cases)
    wanted = [[True] * len(fits) + [False] * len(not_so) for *_, fits, not_so in CONDITIONS]
    assert dict(zip(map(str, CONDITIONS), said["asked"], strict=True)) == dict(
        zip(map(str, CONDITIONS), wanted, strict=True)
    )
    assert said["told"] == [[look, cells] for *_, look, cells in ROWS]
