"""A county sends sheets in through the page, and gets the faulty rows back as a sheet."""

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from models import HeldRow, ImportRun, Region, db
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELD = ("360426103000", "宝塔镇", "区")


def send(page: Page, content: bytes, *, name: str = "区划.xlsx") -> None:
    """Choose the kind and the file, and press the button; whoever asked waits for what it answers."""
    page.goto("/import_run/new/")
    page.get_by_label("行政区划").check()
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=XLSX, buffer=content))
    expect(page.get_by_text(name)).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()


def kept() -> tuple[list[str], int, int]:
    """The names of the two regions as far as they are there, the imports and the rows held back."""
    with db.connection_context():
        found = Region.select().where(Region.code.in_([SOUND[0], HELD[0]]))
        return [region.name for region in found], ImportRun.select().count(), HeldRow.select().count()


def test_a_sheet_comes_in_its_faulty_rows_go_out_and_all_of_it_is_undone(enter, tmp_path):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, *HELD)))
    expect(page.get_by_text("区划.xlsx：共 2 行，新增 1，更新 0，未变 0，退回 1")).to_be_visible()
    assert kept() == ([SOUND[1]], 1, 1)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载退回表").click()
    download.value.save_as(tmp_path / "held.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "held.xlsx").active.iter_rows(values_only=True))
    assert download.value.suggested_filename == "退回行_区划.xlsx"
    assert [row[:3] for row in rows if row[0] in (HEADER[0], HELD[0])] == [HEADER, HELD]
    page.get_by_role("link", name="看退回的 1 行").click()
    expect(page.get_by_role("cell", name="区划.xlsx")).to_be_visible()
    page.goto("/operation/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="导入行政区划 区划.xlsx").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert kept() == ([], 0, 0)


def test_an_import_is_undone_from_the_message_above_its_report(enter):
    page = enter("user.county")
    send(page, with_sheet(line(1, *HEADER), line(2, *SOUND)))
    page.get_by_role("status").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert kept() == ([], 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("区划.csv", "区划代码,名称,级别\r\n".encode("gb18030"), "CSV"),
        ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99), "图片"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence_above_the_form(name, content, sentence, enter):
    page = enter("user.county")
    send(page, content, name=name)
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    expect(page.get_by_label("行政区划")).to_be_checked()
    assert kept() == ([], 0, 0)
