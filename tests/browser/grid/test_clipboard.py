"""Copy and paste both ways with Excel and WPS: texts with tabs and quotes, web tables, ranges, faults, new rows."""

import pytest
from playwright.sync_api import expect

from tests.browser.grid.gestures import now, operations, tabs, texts

FIRST = 5  # the line of 甲000
SCRIPT = "import(document.querySelector('script[type=module]').src.replace('main.js', 'clipboard.js'))"


def rows_in(sheet, text: str, html: str = "") -> list[list[str]]:
    """What a paste of these would mean."""
    script = f"async ([text, html]) => (await {SCRIPT}).pasted(text, html)"
    return sheet.page.evaluate(script, [text, html])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ("a", [["a"]]),
        ("", []),
        ("\r\n", [[""]]),
        ("a\r\n\r\nb\r\n", [["a"], [""], ["b"]]),
        ("a\t\r\n", [["a", ""]]),
        ('"a\r\nb"\tc\r\n', [["a\nb", "c"]]),
        ('"say ""hi"""\t"x\ty"', [['say "hi"', "x\ty"]]),
        ('5" pipe\t"\tz', [['5" pipe', '"', "z"]]),
        ('"open\tnext', [['"open', "next"]]),
        ("a\tb\tc\r\nd\r\n", [["a", "b", "c"], ["d", "", ""]]),
        ("001\t360426200908300016", [["001", "360426200908300016"]]),
    ],
)
def test_tabs_and_quotes_are_read_as_excel_writes_them(reader, text, rows):
    assert rows_in(reader, text) == rows


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", [["a", "b"], ["c", "d"]]),
        ("<table><tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e</table>", [["a", "", "b"], ["c", "d", "e"]]),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", [["a", "b"], ["", "c"]]),
        ("<table><tr><td rowspan=9>a<td>b</table>", [["a", "b"]]),
        ("<table><tr><td>a<br>b<td>  c\n d&nbsp;</table>", [["a\nb", "c d"]]),
        ("<table><tr><td><p>a</p><p>b</p><td>c</table>", [["a\nb", "c"]]),
        ("<table><tr><td>1<td><script>document.x = 1</script>", [["1", ""]]),
        ("<table><thead><tr><th>h<tbody><tr><td>a</table><table><tr><td>z</table>", [["h"], ["a"]]),
    ],
)
def test_web_tables_are_read_with_their_merged_cells_spread_out(reader, html, rows):
    assert rows_in(reader, "not the same shape\n" * 20, html) == rows


def test_the_plain_text_is_believed_where_it_has_the_same_shape(reader):
    assert rows_in(reader, " a\tb", "<table><tr><td>a<td>b</table>") == [[" a", "b"]]
    assert rows_in(reader, "a\tb", "<p>no table") == [["a", "b"]]


@pytest.fixture
def reader(sheet):
    """A page to try the clipboard's functions in."""
    return sheet


def test_copy_gives_tabs_and_a_table_of_text_cells(sheet, world):
    sheet.write(0, "remark", 'he said "5"')
    sheet.saved()
    sheet.stand(0, "name", 1, "school")
    plain, html = sheet.copied()
    ids = [world.children[key].id_number for key in ("a1", "a2")]
    school = "德安县蒲亭镇小学（小学）"
    assert plain == f"王芳\t{ids[0]}\t{school}\r\n李强\t{ids[1]}\t{school}"
    assert html.count("<tr>") == 2
    assert f"""mso-number-format:"\\@";white-space:pre-wrap'>{ids[0]}</td>""" in html
    expect(sheet.note).to_have_text("已复制 2 行")
    sheet.stand(0, "remark")
    assert sheet.copied()[0] == '"he said ""5"""'


def test_what_is_copied_reads_back_as_it_was(reader):
    script = """async (rows) => {
      const { pasted, toHtml, toTabs } = await SCRIPT;
      return [pasted(toTabs(rows), ""), pasted("x", toHtml(rows)), pasted(toTabs(rows), toHtml(rows))]; }"""
    script = script.replace("SCRIPT", SCRIPT)
    rows = [['a "b"', "c\nd", "<b>&amp;"], ["", "'\"", "x\ty"]]
    plain, html, both = reader.page.evaluate(script, rows)
    assert plain == both == rows
    assert html == [[*rows[0]], ["", "'\"", "x y"]]


def test_the_real_clipboard_carries_a_range_from_one_place_to_another(sheet, world):
    sheet.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.stand(0, "grade", 1, "class_name")
    sheet.press("Control+c")
    expect(sheet.note).to_have_text("已复制 2 行")
    sheet.stand(FIRST + 1, "grade")
    sheet.press("Control+v")
    sheet.saved()
    assert texts("grade", count=4) == ["三年级", "三年级", "三年级", "四年级"]
    assert texts("class_name", count=4) == ["0班", "1班", "1班", "3班"]


def test_a_paste_of_two_by_two_leaves_its_neighbours_alone(sheet):
    sheet.stand(FIRST, "grade")
    sheet.paste("五年级\t8班\r\n六年级\t9班\r\n")
    sheet.saved()
    assert texts("grade", count=3) == ["五年级", "六年级", "三年级"]
    assert texts("class_name", count=3) == ["8班", "9班", "2班"]
    assert texts("name", count=3) == ["甲000", "甲001", "甲002"]
    [operation] = operations()
    assert (operation.rows, operation.sentence) == (2, "修改资助对象 2 行 4 格")
    sheet.shows(FIRST + 1, grade="六年级", class_name="9班")


def test_one_value_goes_into_every_cell_of_a_range(sheet):
    sheet.stand(FIRST, "grade", FIRST + 2, "class_name")
    sheet.paste("甲\r\n")
    sheet.saved()
    assert texts("grade", count=4) == ["甲", "甲", "甲", "四年级"]
    assert texts("class_name", count=4) == ["甲", "甲", "甲", "3班"]


def test_a_pattern_is_repeated_as_often_as_it_fits(sheet):
    sheet.stand(FIRST, "class_name", FIRST + 4)
    sheet.paste("a\r\nb\r\n")
    sheet.saved()
    assert texts("class_name", count=6) == ["a", "b", "a", "b", "4班", "0班"]


def test_cells_with_line_breaks_and_quotes_stay_in_their_rows(sheet):
    sheet.stand(FIRST, "remark")
    sheet.paste('"他说""好"""\r\n"5"" 寸"\r\n')
    sheet.saved()
    assert texts("remark", count=3) == ['他说"好"', '5" 寸', ""]
    sheet.stand(FIRST, "remark")
    sheet.paste('"一\r\n二"\r\n丙\r\n')
    sheet.answer("保存其余 1 格")
    expect(sheet.cell(FIRST, "remark")).to_have_attribute("aria-invalid", "true")
    expect(sheet.status).to_contain_text("有 1 格没有保存")
    sheet.shows(FIRST + 1, remark="丙")
    assert texts("remark", count=3) == ['他说"好"', "丙", ""]


def test_a_text_that_is_far_too_long_is_a_fault_of_its_cell_alone(sheet):
    sheet.stand(FIRST, "class_name")
    sheet.paste("长" * 3000 + "\r\n乙\r\n")
    expect(sheet.dialog).to_contain_text("班级：有 3000 个字，最多 20 个字")
    sheet.answer("保存其余 1 格")
    expect(sheet.status).to_contain_text("有 1 格没有保存")
    assert texts("class_name", count=2) == ["0班", "乙"]


def test_a_web_table_with_merged_cells_is_pasted(sheet):
    sheet.stand(FIRST, "class_name")
    sheet.paste("x", "<table><tr><td>a</td></tr><tr><td><b>b</b></td></tr><tr><td> c </td></tr></table>")
    sheet.saved()
    assert texts("class_name", count=4) == ["a", "b", "c", "3班"]


def test_a_paste_runs_across_the_frozen_border(sheet, world):
    number, school = world.children["a1"].id_number, "德安县蒲亭镇小学（小学）"
    sheet.stand(0, "name")
    sheet.paste(tabs([["王方", number, school, "五年级", "6班"]]))
    sheet.saved()
    row = now(world.children["a1"])
    assert (row.name, row.grade, row.class_name, row.id_number) == ("王方", "五年级", "6班", number)


def test_a_range_is_copied_across_the_frozen_border_after_scrolling(sheet):
    sheet.stand(0, "remark")
    sheet.stand(0, "name")
    sheet.page.evaluate("() => { document.querySelector('[data-scroller]').scrollLeft = 600; }")
    sheet.stand(0, "name", 1, "grade")
    assert [len(line.split("\t")) for line in sheet.copied()[0].split("\r\n")] == [4, 4]


def test_a_changed_cell_that_may_not_change_is_a_fault(sheet, world):
    sheet.stand(0, "name")
    sheet.paste(tabs([["王方", "360426200908300024"]]))
    expect(sheet.dialog).to_contain_text("1 格不符合规则，还没有保存。")
    expect(sheet.dialog).to_contain_text("第 1 行 王芳，身份证号：这一列不能在表格中修改")
    sheet.answer("都不保存")
    sheet.saved()
    assert now(world.children["a1"]).name == "王芳"
    assert not operations()


def wrong_paste(sheet) -> None:
    sheet.stand(FIRST, "sex")
    sheet.paste("男\t2017-9-1\r\n不明\t2017-13-1\r\n女\t\r\n")


def test_the_sound_cells_of_a_paste_are_kept_where_the_clerk_says_so(sheet):
    wrong_paste(sheet)
    expect(sheet.dialog).to_contain_text("2 格不符合规则")
    sheet.answer("保存其余 3 格")
    expect(sheet.status).to_contain_text("有 2 格没有保存")
    assert texts("sex", count=3) == ["male", None, "female"]
    assert [operation.rows for operation in operations()] == [2]
    for column in ("sex", "birth_date"):
        expect(sheet.cell(FIRST + 1, column)).to_have_attribute("aria-invalid", "true")
    sheet.write(FIRST + 1, "sex", "男")
    sheet.write(FIRST + 1, "birth_date", "2017-3-1")
    sheet.saved()
    assert texts("sex", count=3) == ["male", "male", "female"]


def test_all_of_a_paste_is_refused_where_the_clerk_says_so(sheet):
    wrong_paste(sheet)
    sheet.answer("都不保存")
    sheet.saved()
    assert texts("sex", count=3) == [None] * 3
    assert not operations()
    expect(sheet.page.locator("[aria-invalid]")).to_have_count(0)


def test_escape_answers_that_nothing_is_to_be_saved(sheet):
    wrong_paste(sheet)
    expect(sheet.dialog).to_be_visible()
    sheet.press("Escape")
    expect(sheet.dialog).to_be_hidden()
    sheet.saved()
    assert not operations()


def test_cut_copies_and_clears_in_one_operation(sheet):
    sheet.stand(FIRST, "class_name", FIRST + 1)
    assert sheet.copied("cut")[0] == "0班\r\n1班"
    sheet.saved()
    assert texts("class_name", count=3) == ["", "", "2班"]
    assert len(operations()) == 1


def test_more_columns_than_there_are_is_told(sheet):
    sheet.stand(FIRST, "name_differs")
    sheet.paste("否\t多\t了\r\n")
    expect(sheet.bubble).to_have_text("表格右边没有列了，多出的 2 列没有粘贴")
    sheet.saved()
    assert not operations()
