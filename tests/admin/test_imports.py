"""导入 through the page: a sheet comes in, what is wrong with it is told, and nobody else sees it."""

import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from aid.imports.worker import take_in
from models import Change, ImportRun, Operation, Region, Result, Upload, db
from tests.aid.imports import odd_files
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet
from tests.aid.imports.sheets import stored

HELD = ("360426103000", "宝塔镇", "区")
SHEET = with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, *HELD))
UNKNOWN = with_sheet(line(1, "甲", "乙", "丙"), line(2, *SOUND))
UPLOAD = re.compile(r"/upload/\w+/\?id=(\d+)")


def upload(visitor, content: bytes, *, kind: str = "regions", name: str = "区划.xlsx"):
    return visitor.post("/import_run/new/", {"kind": kind, "file": (io.BytesIO(content), name), "batch": ""})


def answer_with(visitor, verb: str, key: str, **values: str):
    """Send one of the forms of the page of an upload, as the page holds it."""
    page = visitor.get(f"/upload/details/?id={key}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    values = {"id": key, "version": version[1] if version else "1", **values}
    return visitor.post(f"/upload/{verb}/", values)


def taken_in(visitor, content: bytes, **options: str) -> str:
    """Upload a sheet, hand it in and have it carried out; return the id of the upload."""
    key = UPLOAD.search(upload(visitor, content, **options).headers["Location"])[1]
    assert answer_with(visitor, "apply", key).status_code == 302
    with db.connection_context():
        take_in(Upload.get_by_id(int(key)))
    return key


def rows() -> tuple:
    with db.connection_context():
        done = Operation.select().where(Operation.result == Result.DONE)
        return stored(), done.count(), Change.select().count()


def test_a_sheet_is_shown_before_it_comes_in_and_its_faulty_rows_go_out_again(visit):
    visitor, before = visit("county"), rows()[0]["Region"]
    answer = upload(visitor, SHEET)
    assert answer.status_code == 302, answer.text
    key = UPLOAD.search(answer.headers["Location"])[1]
    page = visitor.get(answer.headers["Location"]).text
    assert "导入：新增 1，更新 0" in page
    assert 'name="cell-3-2" value="区"' in page
    assert rows()[0]["Region"] == before
    sheet = visitor.get(f"/upload/errors/{key}.xlsx")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert [one[:3] for one in lines if one[0] in ("区划代码", HELD[0])] == [list(HEADER), list(HELD)]
    again = upload(visitor, sheet.data, name="退回行.xlsx")
    assert "退回 <b>1</b>" in visitor.get(again.headers["Location"]).text


def test_what_was_taken_in_is_told_and_recorded(visit):
    visitor = visit("county")
    key = taken_in(visitor, SHEET)
    page = visitor.get(f"/upload/details/?id={key}").text
    assert "已导入：新增 1，更新 0，未变 0，退回 1。" in page
    run = re.search(r"/import_run/details/\?id=(\d+)", page)[1]
    assert "下载退回表" in visitor.get(f"/import_run/details/?id={run}").text
    assert visitor.get(f"/upload/errors/{key}.xlsx").status_code == 404
    assert visitor.get(f"/upload/progress/{key}").json["state"] == "done"


def test_a_fault_is_corrected_on_the_page_and_the_row_comes_in(visit):
    visitor = visit("county")
    key = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    answer = answer_with(visitor, "correct", key, **{"cell-3-2": "乡镇", "cell-9-9": "x", "cell-x-": "y"})
    assert answer.status_code == 302
    page = visitor.get(answer.headers["Location"]).text
    assert "已改正 1 行并重新核对，还有 0 行退回" in page
    assert "导入：新增 2，更新 0" in page


def test_what_was_looked_at_before_others_wrote_is_looked_at_again_where_asked(visit):
    visitor = visit("county")
    first = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    taken_in(visitor, SHEET)
    assert "导入：新增 1，更新 0" in visitor.get(f"/upload/details/?id={first}").text
    answer = answer_with(visitor, "correct", first)
    page = visitor.get(answer.headers["Location"]).text
    assert "导入：新增 0，更新 0" in page
    assert "未变 <b>1</b>" in page


def test_any_cell_of_a_held_row_is_corrected_and_what_a_field_cannot_show_is_none(visit):
    visitor, shifted = visit("county"), line(3, "360426103000", "区", "宝塔\n镇")
    key = UPLOAD.search(upload(visitor, with_sheet(line(1, *HEADER), shifted)).headers["Location"])[1]
    page = visitor.get(f"/upload/details/?id={key}").text
    assert '<td data-cell="cell-3-1">区</td>' in page
    answer = answer_with(visitor, "correct", key, **{"cell-3-1": "宝塔镇", "cell-3-2": "宝塔镇"})
    assert "还有 1 行退回" in visitor.get(answer.headers["Location"]).text  # a line break is no correction
    page = visitor.get(f"/upload/details/?id={key}").text
    assert '<td data-cell="cell-3-1">宝塔镇</td>' in page
    answer = answer_with(visitor, "correct", key, **{"cell-3-0": "", "cell-3-1": "", "cell-3-2": ""})
    assert "，共 0 行" in visitor.get(answer.headers["Location"]).text


def test_what_was_typed_into_a_sound_cell_is_shown_again_where_it_is_refused(visit):
    visitor = visit("county")
    key = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    answer_with(visitor, "correct", key, **{"cell-3-1": "新名"})
    answer = visitor.post("/upload/correct/", {"id": key, "version": "1", "cell-3-0": "360426104000"})
    assert answer.status_code == 409
    assert 'name="cell-3-0" value="360426104000"' in answer.text


def test_merged_cells_are_filled_in_the_columns_that_are_ticked(visit):
    visitor = visit("county")
    page = "<table><tr><td>区划代码</td><td>名称</td><td>级别</td></tr><tr><td>360426103000</td><td>宝塔镇</td>"
    page += "<td rowspan=2>乡镇</td></tr><tr><td>360426104000</td><td>望夫山镇</td></tr></table>"
    key = UPLOAD.search(upload(visitor, page.encode()).headers["Location"])[1]
    assert "级别（1 格）" in visitor.get(f"/upload/details/?id={key}").text
    refused = answer_with(visitor, "merged", key)
    assert (refused.status_code, "请先勾选" in refused.text) == (422, True)
    answer = answer_with(visitor, "merged", key, place="2")
    page = visitor.get(answer.headers["Location"]).text
    assert "已照合并的第一格填好，还有 0 行退回" in page
    assert "导入：新增 2，更新 0" in page


def test_titles_are_the_senders_with_ours_beside_them(visit):
    visitor = visit("county")
    sheet = with_sheet(line(1, "行政区划代码", "名称", "行政级别", "面积"), line(3, *HELD, "12"))
    page = visitor.get(upload(visitor, sheet).headers["Location"]).text
    titles = re.findall(r'<th data-title="(.*?)">(.*?)</th>', page)
    assert titles == [
        ("行政区划代码", "行政区划代码<small>收作“区划代码”</small>"),
        ("名称", "名称"),
        ("行政级别", "行政级别<small>收作“级别”</small>"),
        ("面积", "面积<small>不收进来</small>"),
    ]


def test_a_correction_at_an_old_page_is_refused_and_shown_again(visit):
    visitor = visit("county")
    key = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    answer_with(visitor, "correct", key, **{"cell-3-1": "新名"})
    answer = visitor.post("/upload/correct/", {"id": key, "version": "1", "cell-3-2": "乡镇"})
    assert answer.status_code == 409
    assert 'name="cell-3-2" value="乡镇"' in answer.text


def test_a_cancelled_upload_is_gone(visit, tmp_path):
    visitor, before = visit("county"), rows()[0]
    key = UPLOAD.search(upload(visitor, SHEET).headers["Location"])[1]
    assert answer_with(visitor, "cancel", key).status_code == 302
    assert visitor.get(f"/upload/details/?id={key}").status_code == 404
    assert rows()[0] == before
    assert list((tmp_path / "staged").iterdir()) == []


def test_an_import_is_undone_from_the_history(visit):
    visitor, before = visit("county"), rows()[0]["Region"]
    key = taken_in(visitor, SHEET)
    with db.connection_context():
        operation = Upload.get_by_id(int(key)).operation
    assert visitor.post(f"/operation/undo/{operation}", {"id": str(operation)}).status_code == 302
    assert rows()[0]["Region"] == before
    assert "已经撤销" in visitor.get(f"/upload/details/?id={key}").text


@pytest.mark.parametrize("verb", ["correct", "merged", "apply", "cancel"])
def test_another_county_and_whoever_may_not_import_change_no_upload(verb, visit):
    key = UPLOAD.search(upload(visit("county"), SHEET).headers["Location"])[1]
    before = rows()[0]
    assert answer_with(visit("other_county"), verb, key).status_code == 404
    assert answer_with(visit("city"), verb, key).status_code == 403
    assert answer_with(visit("a"), verb, key).status_code == 404
    assert visit("county").post(f"/upload/{verb}/", {"id": key, "version": "x"}).status_code == 404
    assert rows()[0] == before


ASKED = ("web page of another table", "text of another table", "no header")  # their columns can be chosen by hand


@pytest.mark.parametrize("name", ASKED)
def test_a_sheet_without_the_header_is_kept_and_its_columns_are_asked_for(name, visit):
    made, word = odd_files.REFUSED[name]
    visitor, before = visit("county"), rows()[0]["Region"]
    answer = upload(visitor, made())
    assert "/upload/choose/" in answer.headers["Location"]
    assert word in visitor.get(answer.headers["Location"]).text
    assert rows()[0]["Region"] == before


@pytest.mark.parametrize("name", [name for name in odd_files.REFUSED if name not in ASKED])
def test_a_file_that_is_no_sheet_is_a_sentence_above_the_form(name, visit):
    made, word = odd_files.REFUSED[name]
    visitor, before = visit("county"), rows()
    answer = upload(visitor, made())
    assert 400 <= answer.status_code < 500, answer.text
    assert word in answer.text
    assert "Traceback" not in answer.text
    assert "选择文件" in answer.text
    assert rows() == before


def test_a_sheet_of_another_kind_is_named(visit):
    visitor = visit("county")
    page = visitor.get(upload(visitor, SHEET, kind="roll").headers["Location"]).text
    assert "这像是《行政区划》" in page


def test_the_kind_of_a_sheet_is_told_by_its_header(visit):
    visitor = visit("county")
    answer = upload(visitor, SHEET, kind="guess")
    assert "行政区划，共 2 行" in visitor.get(answer.headers["Location"]).text


def test_a_sheet_of_no_kind_is_a_sentence_that_says_what_to_do(visit):
    visitor = visit("county")
    page = visitor.get(upload(visitor, UNKNOWN, kind="guess").headers["Location"]).text
    assert "看不出是哪一种表格；请选定表格的种类" in page


@pytest.mark.parametrize("missing", ["kind", "file"])
def test_what_is_not_chosen_is_asked_for(missing, visit):
    visitor, before = visit("county"), rows()
    values = {"kind": "regions", "file": (io.BytesIO(SHEET), "区划.xlsx")}
    answer = visitor.post("/import_run/new/", {name: value for name, value in values.items() if name != missing})
    assert (answer.status_code, rows()) == (422, before)
    assert "请选择" in answer.text


def test_a_school_imports_what_is_its_own_and_nothing_else(visit):
    visitor, before = visit("a"), rows()
    assert re.findall(r'name="kind"[^>]*value="(\w+)"', visitor.get("/import_run/new/").text) == [
        *("guess", "supplement", "table_beneficiary")
    ]
    assert upload(visitor, SHEET).status_code == 422
    assert rows() == before


@pytest.mark.parametrize("who", ["town", "city", "province", "auditor"])
def test_who_may_not_import_is_refused(who, visit):
    visitor, before = visit(who), rows()
    assert visitor.get("/import_run/new/").status_code == 403
    assert upload(visitor, SHEET).status_code == 403
    assert rows() == before


def test_another_county_sees_nothing_of_it(visit):
    key = taken_in(visit("county"), SHEET)
    with db.connection_context():
        run = ImportRun.select().order_by(ImportRun.id.desc()).get()
    other = visit("other_county")
    assert "区划.xlsx" not in other.get("/import_run/?all=1").text
    assert other.get(f"/import_run/details/?id={run.id}").status_code == 404
    assert other.get(f"/import_run/errors/{run.id}.xlsx").status_code == 404
    assert other.get(f"/upload/details/?id={key}").status_code == 404
    assert other.get(f"/upload/errors/{key}.xlsx").status_code == 404
    assert other.get(f"/upload/progress/{key}").status_code == 404
    assert "区划.xlsx" not in other.get("/upload/?all=1").text
    assert HELD[0] not in other.get("/held_row/?all=1").text


def test_another_countys_rows_are_not_written(visit):
    taken_in(visit("other_county"), SHEET)
    with db.connection_context():
        assert not Region.select().where(Region.code == SOUND[0]).exists()


def test_nothing_of_an_upload_stays_behind(visit, tmp_path: Path):
    upload(visit("county"), SHEET)
    upload(visit("county"), b"PK\x03\x04 not a sheet")
    assert list((tmp_path / "passing").iterdir()) == []
