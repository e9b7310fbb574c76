"""A county sends sheets in through the page, and gets the faulty rows back as a sheet."""

import openpyxl
from playwright.sync_api import FilePayload, Page, expect

from models import HeldRow, ImportRun, Region, db
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PASTE = """(field, text) => {
    const held = new DataTransfer();
    held.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
HELD = ("360426103000", "宝塔镇", "区")


def send(page: Page, content: bytes, *, name: str = "区划.xlsx") -> None:
    """Choose the kind and the file, and press the button; whoever asked waits for what it answers."""
    page.goto("/import_run/new/")
    page.get_by_label("行政区划").check()
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=XLSX, buffer=content))
    expect(page.get_by_text(name)).to_be_visible()
    page.get_by_role("button", name="上传并预览").click()


def kept() -> tuple[list[str], int, int]:
    """The names of the two regions as far as they are there, the imports and the rows held back."""
    with db.connection_context():
        found = Region.select().where(Region.code.in_([SOUND[0], HELD[0]]))
        return [region.name for region in found], ImportRun.select().count(), HeldRow.select().count()


def take_in(page: Page) -> None:
    """Press the button of the preview and wait until the worker is done."""
    page.get_by_role("button", name="导入：").click()
    expect(page.get_by_text("已导入：")).to_be_visible(timeout=20_000)


def test_a_sheet_comes_in_its_faulty_rows_go_out_and_all_of_it_is_undone(enter, tmp_path):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, *HELD)))
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回表").click()
    download.value.save_as(tmp_path / "held.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "held.xlsx").active.iter_rows(values_only=True))
    assert download.value.suggested_filename == "退回行_区划.xlsx"
    assert [row[:3] for row in rows if row[0] in (HEADER[0], HELD[0])] == [HEADER, HELD]
    assert kept() == ([], 0, 0)
    take_in(page)
    assert kept() == ([SOUND[1]], 1, 1)
    page.get_by_role("link", name="看导入记录").click()
    page.get_by_role("link", name="看退回的 1 行").click()
    expect(page.get_by_role("cell", name="区划.xlsx")).to_be_visible()
    page.goto("/operation/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="导入行政区划 区划.xlsx").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert kept() == ([], 0, 0)


def test_a_faulty_cell_is_corrected_in_the_preview_by_keyboard_and_its_row_comes_in(enter):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, *HELD)))
    cell = page.get_by_label("第 3 行 级别")
    expect(cell).to_have_value("区")
    cell.fill("乡镇")
    cell.press("Enter")
    expect(page.get_by_text("已改正 1 行并重新核对，还有 0 行退回")).to_be_visible()
    take_in(page)
    assert sorted(kept()[0]) == sorted([SOUND[1], HELD[1]])


def test_red_cells_are_filled_as_in_the_grid_by_keyboard_alone(enter):
    page = enter("user.county")
    faulty = [line(n, f"36042610{n}000", f"第{n}镇", "区") for n in range(3, 6)]
    send(page, with_sheet(line(1, *HEADER), *faulty))
    cells = [page.get_by_label(f"第 {n} 行 级别") for n in range(3, 6)]
    expect(cells[0]).to_be_focused()
    page.keyboard.type("县")
    page.keyboard.press("Enter")
    expect(cells[1]).to_be_focused()
    page.keyboard.press("Control+d")
    page.keyboard.press("ArrowUp")
    expect(cells[1]).to_have_value("县")
    cells[0].evaluate(PASTE, "乡镇\r\n乡镇\r\n区\r\n多\r\n")
    expect(page.get_by_text("改了 2 格，还没有保存。有 1 格没有贴")).to_be_visible()
    cells[2].press("Control+d")
    cells[2].press("Enter")
    expect(page.get_by_text("已改正 3 行并重新核对，还有 0 行退回")).to_be_visible()


def test_any_cell_of_a_held_row_is_corrected_and_one_left_alone_is_text_again(enter):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(3, "360426103000", "区", "宝塔镇"), line(4, "宝塔", "乡", "区")))
    names = [page.get_by_label(f"第 {n} 行 名称") for n in (3, 4)]
    expect(names[0]).to_have_count(0)
    page.get_by_role("cell", name="区", exact=True).first.click()
    expect(names[0]).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(names[0]).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("第 4 行 区划代码")).to_be_focused()
    page.get_by_role("cell", name="区", exact=True).first.click()
    names[0].evaluate(PASTE, "宝塔镇\t乡镇\n望夫山镇\t乡镇")
    expect(page.get_by_text("改了 4 格，还没有保存。")).to_be_visible()
    page.get_by_label("第 4 行 区划代码").fill("360426104000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已改正 2 行并重新核对，还有 0 行退回")).to_be_visible()
    take_in(page)
    assert kept()[0] == [HELD[1]]


def test_an_upload_that_is_cancelled_leaves_nothing(enter):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(2, *SOUND)))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="取消导入").click()
    expect(page.get_by_text("已取消导入 区划.xlsx，没有写入任何内容")).to_be_visible()
    assert kept() == ([], 0, 0)


def test_a_file_that_is_no_sheet_is_refused_with_a_sentence_above_the_form(enter):
    page = enter("user.county")
    send(page, b"\x89PNG\r\n\x1a\n" + bytes(99), name="照片.xlsx")
    expect(page.get_by_role("alert")).to_contain_text("图片")
    expect(page.get_by_label("行政区划")).to_be_checked()
    assert kept() == ([], 0, 0)


def test_a_dropped_file_whose_columns_nobody_knows_is_chosen_by_hand_and_comes_in(enter):
    page = enter("user.county")
    page.goto("/import_run/new/")
    content = with_sheet(line(1, "甲", "乙", "丙"), line(2, *SOUND))
    page.evaluate(
        """bytes => {
            const held = new DataTransfer();
            held.items.add(new File([new Uint8Array(bytes)], "区划.xlsx"));
            document.querySelector("form[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
        }""",
        list(content),
    )
    expect(page.get_by_text("区划.xlsx")).to_be_visible()
    page.get_by_role("button", name="上传并预览").click()
    page.get_by_label("表格", exact=True).select_option("行政区划")
    expect(page.get_by_text("必有的列还没有选定：区划代码、名称、级别。")).to_be_visible()
    for column, name in {"A": "code", "B": "name", "C": "level"}.items():
        page.get_by_label(f"{column} 列收作").select_option(name)
    page.get_by_role("button", name="按此核对").click()
    expect(page.get_by_text("已按《行政区划》选定列，下次同样的表头会自动对应")).to_be_visible()
    take_in(page)
    assert kept() == ([SOUND[1]], 1, 0)
