"""导入 through the page: a sheet comes in, what is wrong with it is told, and nobody else sees it."""

import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from models import Change, ImportRun, Operation, Region, Result, db
from tests.aid.imports import odd_files
from tests.aid.imports.odd_files import HEADER, SOUND, line, with_sheet
from tests.aid.imports.sheets import stored

HELD = ("360426103000", "宝塔镇", "区")
SHEET = with_sheet(line(1, *HEADER), line(2, *SOUND), line(3, *HELD))
RUN = re.compile(r"/import_run/details/\?id=(\d+)")


def upload(visitor, content: bytes, *, kind: str = "regions", name: str = "区划.xlsx"):
    return visitor.post("/import_run/new/", {"kind": kind, "file": (io.BytesIO(content), name), "batch": ""})


def rows() -> tuple:
    with db.connection_context():
        done = Operation.select().where(Operation.result == Result.DONE)
        return stored(), done.count(), Change.select().count()


def test_a_sheet_comes_in_and_its_faulty_rows_go_out_again(visit):
    visitor = visit("county")
    answer = upload(visitor, SHEET)
    assert answer.status_code == 302, answer.text
    run = RUN.search(answer.headers["Location"])[1]
    page = visitor.get(answer.headers["Location"]).text
    assert "新增 1" in page
    assert "退回" in page
    sheet = visitor.get(f"/import_run/errors/{run}.xlsx")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert [one[:3] for one in lines if one[0] in ("区划代码", HELD[0])] == [list(HEADER), list(HELD)]
    again = upload(visitor, sheet.data, name="退回行.xlsx")
    assert "退回 1" in visitor.get(again.headers["Location"]).text


def test_an_import_is_undone_from_its_message(visit):
    visitor = visit("county")
    before = rows()[0]["Region"]
    upload(visitor, SHEET)
    page = visitor.get("/import_run/").text
    undo = re.search(r'action="(/operation/[^"]*undo[^"]*)"', page)
    operation = re.search(r'name="id" value="(\d+)"', page)
    assert undo, page
    assert visitor.post(undo[1], {"id": operation[1]} if operation else {}).status_code == 302
    assert rows()[0]["Region"] == before


@pytest.mark.parametrize("name", odd_files.REFUSED)
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
    visitor, before = visit("county"), rows()
    answer = upload(visitor, SHEET, kind="roll")
    assert (answer.status_code, rows()) == (422, before)
    assert "这像是《行政区划》" in answer.text


@pytest.mark.parametrize("missing", ["kind", "file"])
def test_what_is_not_chosen_is_asked_for(missing, visit):
    visitor, before = visit("county"), rows()
    values = {"kind": "regions", "file": (io.BytesIO(SHEET), "区划.xlsx")}
    answer = visitor.post("/import_run/new/", {name: value for name, value in values.items() if name != missing})
    assert (answer.status_code, rows()) == (422, before)
    assert "请选择" in answer.text


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_who_may_not_import_is_refused(who, visit):
    visitor, before = visit(who), rows()
    assert visitor.get("/import_run/new/").status_code == 403
    assert upload(visitor, SHEET).status_code == 403
    assert rows() == before


def test_another_county_sees_nothing_of_it(visit):
    upload(visit("county"), SHEET)
    with db.connection_context():
        run = ImportRun.select().order_by(ImportRun.id.desc()).get()
    other = visit("other_county")
    assert "区划.xlsx" not in other.get("/import_run/?all=1").text
    assert other.get(f"/import_run/details/?id={run.id}").status_code == 404
    assert other.get(f"/import_run/errors/{run.id}.xlsx").status_code == 404
    assert HELD[0] not in other.get("/held_row/?all=1").text


def test_another_countys_rows_are_not_written(visit):
    upload(visit("other_county"), SHEET)
    with db.connection_context():
        assert not Region.select().where(Region.code == SOUND[0]).exists()


def test_nothing_of_an_upload_stays_behind(visit, tmp_path: Path):
    upload(visit("county"), SHEET)
    upload(visit("county"), b"PK\x03\x04 not a sheet")
    assert list((tmp_path / "passing").iterdir()) == []
