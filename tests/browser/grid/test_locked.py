"""A row that was handed in or accepted, in its school's grid: the cell says why it may not be changed."""

import pytest
from playwright.sync_api import expect

from aid.ledger import writing
from aid.permissions import Permission
from codes import CheckState, ReportState
from models import Beneficiary
from tests.browser.grid.gestures import now, operations

SENTENCES = {
    ReportState.HANDED_IN: "已上报，正在等县里审核；需要修改请撤回这次上报，或请县里退回",
    ReportState.ACCEPTED: "已审核，需要修改请让县里退回",
}


def lock(world, report: ReportState) -> None:
    """王芳 at school a is checked, and with the county."""
    with writing(world.actors["county"], Permission.SUBMISSION_DECIDE) as ledger:
        row = Beneficiary.get_by_id(world.children["a1"].id)
        ledger.change(row, state=CheckState.UNCHANGED, report=report)


@pytest.mark.parametrize("report", SENTENCES)
def test_a_locked_cell_says_why_and_writes_nothing(enter, world, report):
    lock(world, report)
    before, sheet = len(operations()), enter("a", all="1")
    line = sheet.line_of("王芳")
    sheet.write(line, "grade", "四年级")
    expect(sheet.status).to_contain_text("有 1 格没有保存，请改正（Esc 放弃）")
    sheet.stand(line, "grade")
    expect(sheet.bubble).to_have_text(SENTENCES[report])
    expect(sheet.cell(line, "grade")).to_have_attribute("aria-invalid", "true")
    assert (now(world.children["a1"]).grade, len(operations())) == ("三年级", before)
    sheet.press("Escape")
    sheet.shows(line, grade="三年级")
    sheet.saved()


def test_of_a_paste_over_a_locked_row_the_others_are_kept(enter, world):
    lock(world, ReportState.ACCEPTED)
    sheet = enter("a", all="1")
    sheet.stand(min(sheet.line_of("王芳"), sheet.line_of("李强")), "class_name")
    sheet.paste("7班\r\n8班\r\n")
    expect(sheet.dialog).to_contain_text(SENTENCES[ReportState.ACCEPTED])
    sheet.answer("保存其余")
    expect(sheet.status).to_contain_text("有 1 格没有保存，请改正（Esc 放弃）")
    assert now(world.children["a1"]).class_name == "1班"
    assert now(world.children["a2"]).class_name in ("7班", "8班")


def test_the_county_changes_a_row_that_it_has_accepted(enter, world):
    lock(world, ReportState.ACCEPTED)
    sheet = enter("county")
    sheet.write(sheet.line_of("王芳"), "grade", "四年级")
    sheet.saved()
    row = now(world.children["a1"])
    assert (row.grade, row.report, row.state) == ("四年级", ReportState.ACCEPTED, CheckState.UPDATED)
