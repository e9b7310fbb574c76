"""Aid, as a county asks for it: what is entitled and unpaid, given by the standards, taken back, read by the schools.

No question of DOMAIN.md part 3 is about aid itself; its words 资助项目 and 受助信息 and part 5, 8 are what is asked.
"""

import re

import openpyxl
import pytest

from models import HardshipKind, db
from tests.aid.giving import check, ready


@pytest.fixture
def county(visit, world):
    """The county's clerk, where a1 and b1 are due 义务教育生活补助 and a2 is not checked."""
    with db.connection_context():
        address = f"/unpaid/?item={ready(world).item.id}&term=2026秋"
    return visit("county"), address


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*(?:<td class=\"tick\">.*?</td>)?(.*?)</tr>", page, re.S)
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)] for row in rows]


def names(page: str) -> list[str]:
    return [row[0] for row in cells(page) if row]


def give(visitor, address: str, **answers: str):
    """All of the filter, as the button sends it: first the question, then the answer to it."""
    page = visitor.get(address).text
    words = dict(re.findall(r'<input type="hidden" name="(item|term|shown_at|expected)" value="([^"]*)"', page))
    asked = visitor.post("/unpaid/bulk/give", words | {"everything": "1"})
    shown = re.search(r'name="answer-shown_fen"[^>]*value="(\d*)"', asked.text)[1]
    sent = words | {"everything": "1", "confirmed": "1", "answer-shown_fen": shown, **answers}
    return asked.text, visitor.post("/unpaid/bulk/give", sent, follow_redirects=True)


def test_who_is_due_aid_and_has_not_been_given_it_is_listed_with_the_amounts(county):
    clerk, address = county
    page = clerk.get(address).text
    assert names(page) == ["王芳", "张敏"]
    assert [row[6] for row in cells(page) if row] == ["625.00", "375.00"]
    assert "合计 1,000.00 元" in page
    assert "未核对 2" in re.sub(r"<[^>]+>", "", page)


def test_giving_tells_heads_and_yuan_by_stage_first_and_leaves_nobody_unpaid(county):
    clerk, address = county
    asked, done = give(clerk, address, **{"answer-paid_on": "2026-11-20"})
    assert [row for row in cells(asked) if row] == [
        ["小学 寄宿", "625.00", "1", "625.00"],
        ["初中 非寄宿", "375.00", "1", "375.00"],
        ["合计", "", "2", "1,000.00"],
    ]
    assert "2026秋 义务教育生活补助" in asked
    assert "按标准发放：2 人" in done.text
    assert names(done.text) == ["没有应发未发的学生。"]
    given = clerk.get("/aid_grant/?term=2026秋").text
    assert sorted(names(given)) == ["张敏", "王芳"]
    assert "合计 1,000.00 元" in given


def test_an_undo_of_the_giving_makes_all_of_them_unpaid_again(county):
    clerk, address = county
    _, done = give(clerk, address)
    clerk.post(re.search(r'action="(/operation/undo/\d+)"', done.text)[1])
    assert names(clerk.get(address).text) == ["王芳", "张敏"]


def test_what_is_exported_adds_up_in_excel(county, tmp_path):
    clerk, address = county
    give(clerk, address)
    (tmp_path / "out.xlsx").write_bytes(clerk.get("/aid_grant/export/xlsx?sort=name").data)
    page = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).worksheets[0]
    money = [cell for row in page.iter_rows() for cell in row if cell.number_format == "#,##0.00"]
    assert [cell.value for cell in money] == [375, 625, 1000]
    assert ",375.00," in clerk.get("/aid_grant/export/csv").data.decode("utf-8-sig")


def test_a_sheet_of_the_unpaid_is_for_the_school_too_but_only_its_own(county, visit):
    _, address = county
    assert names(visit("a").get(address).text) == ["王芳"]
    refused = visit("a").post("/unpaid/bulk/give", {"item": "2", "term": "2026秋", "everything": "1"})
    assert refused.status_code == 403


def test_a_school_reads_what_its_children_were_given_and_in_the_child_s_page(county, visit, world):
    clerk, address = county
    give(clerk, address)
    school = visit("a")
    assert names(school.get("/aid_grant/").text) == ["王芳"]
    page = school.get(f"/beneficiary/details/?id={world.children['a1'].id}").text
    assert ["2026秋", "义务教育生活补助", "625.00", "—"] in cells(page)


@pytest.mark.parametrize("kind", HardshipKind)
def test_question_08_every_kind_of_hardship_is_due_the_same(county, world, kind):
    clerk, address = county
    with db.connection_context():
        check(world, "a1", hardship=kind)
    assert names(clerk.get(address).text) == ["王芳", "张敏"]


def test_a_standard_changed_meanwhile_is_told_before_anything_is_given(county):
    clerk, address = county
    _, answer = give(clerk, address, **{"answer-shown_fen": "1"})
    assert answer.status_code == 409
    assert "现在 2 人 1,000.00 元" in answer.text
    assert names(clerk.get(address).text) == ["王芳", "张敏"]
