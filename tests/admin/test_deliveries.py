"""名册比对 through HTTP: what it shows, what its button does, whom it lets in, and what it costs."""

import logging
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest

from models import Beneficiary, RegisterBatch, db
from tests.aid.operations.deliveries import deliver, register


@pytest.fixture
def delivered(world, app):
    with db.connection_context():
        register(world, deliver(world, without=("a1",), a2={"hardship": "orphan"}, b1={"phone": "1"}))
    return world


def apply(visitor) -> object:
    page = visitor.get("/deliveries/").text
    batch, sign = (page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("batch", "sign"))
    return visitor.post("/deliveries/apply", {"batch": batch, "sign": sign}, page="/deliveries/")


def test_with_one_delivery_the_page_says_how_to_bring_in_the_next(visit):
    assert "填一个新的批次名导入" in visit("county").get("/deliveries/").text


def test_the_page_shows_the_numbers_and_each_change(delivered, visit):
    page = visit("county").get("/deliveries/").text
    assert "有变化 <b>1</b>" in page
    assert "不再在册 <b>1</b>" in page
    assert "困难类型：<del>脱贫户</del> → <ins>孤儿</ins>" in page
    assert "户主" in visit("county").get("/deliveries/?fate=gone").text
    assert "王芳" in visit("county").get("/deliveries/?fate=gone").text


def test_who_has_no_row_before_or_none_now_has_no_column_of_changes(delivered, visit):
    for fate, has in (("changed", True), ("minor", True), ("new", False), ("gone", False)):
        assert ("原来 → 现在" in visit("county").get(f"/deliveries/?fate={fate}").text) == has, fate
        told = visit("county").get(f"/deliveries/export/csv?fate={fate}").data.decode("utf-8-sig").splitlines()[0]
        assert told.endswith(",变化") == has, fate


@pytest.mark.parametrize("asked", ["fate=nonsense", "page=99", "fate=same", "page=-1"])
def test_nonsense_in_the_address_shows_the_first_page(delivered, visit, asked):
    answer = visit("county").get(f"/deliveries/?{asked}")
    assert (answer.status_code, "李强" in answer.text) == (200, True)


def test_the_button_applies_what_was_shown_and_is_undone(delivered, visit):
    visitor = visit("county")
    assert apply(visitor).status_code == 302
    page = visitor.get("/deliveries/").text
    assert "新名册已应用：退回未核对 0 条，新下发 0 条，标记已不在名册 1 条" in page
    assert "已经应用，名单与它一致" in page
    with db.connection_context():
        assert Beneficiary.get(name="王芳").gone_from_register
        assert RegisterBatch.get(name="2027 春").current
    undo = page.split('action="/operation/undo/')[1].split('"')[0]
    visitor.post(f"/operation/undo/{undo}", page="/deliveries/")
    with db.connection_context():
        assert not Beneficiary.get(name="王芳").gone_from_register


def test_a_preview_that_is_too_old_is_refused_in_words(delivered, visit):
    visitor = visit("county")
    with db.connection_context():
        batch = RegisterBatch.get(name="2027 春")
    visitor.post("/deliveries/apply", {"batch": batch.id, "sign": "0"}, page="/deliveries/")
    assert "看过新的数字再应用" in visitor.get("/deliveries/").text
    visitor.post("/deliveries/apply", {"batch": 0, "sign": ""}, page="/deliveries/")
    assert "不是最新的一批名册" in visitor.get("/deliveries/").text


def test_the_export_has_everybody_that_the_tabs_have(delivered, visit):
    visitor = visit("county")
    whole = openpyxl.load_workbook(BytesIO(visitor.get("/deliveries/export/xlsx").data)).active
    rows = [[cell for cell in row if cell] for row in whole.iter_rows(values_only=True)]
    assert {row[0] for row in rows if row} >= {"新增", "有变化", "次要变化", "不再在册"}
    assert any(row[-1] == "困难类型：脱贫户→孤儿" for row in rows if row)
    some = visitor.get("/deliveries/export/csv?fate=gone").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in some[1:]] == [["不再在册", "王芳"]]
    assert visitor.get("/deliveries/export/pdf").status_code == 422


def test_a_batch_s_name_breaks_no_header_and_no_folder(delivered, visit):
    with db.connection_context():
        RegisterBatch.update(name='2027\r\n"秋/..\\').where(RegisterBatch.name == "2027 春").execute()
    told = visit("county").get("/deliveries/export/csv").headers["Content-Disposition"]
    assert unquote(told.partition("UTF-8''")[2]) == "名册比对（2027___秋_.._）.csv"


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor", "other_county"])
def test_nobody_else_sees_or_applies_it(delivered, visit, who):
    visitor = visit(who)
    assert "李强" not in visitor.get("/deliveries/").text
    with db.connection_context():
        batch = RegisterBatch.get(name="2027 春")
    visitor.post("/deliveries/apply", {"batch": batch.id, "sign": "1-1-1-0"})
    with db.connection_context():
        assert not RegisterBatch.get(name="2027 春").current


def test_what_waits_is_said_where_a_clerk_comes_by(delivered, visit):
    for page in ("/matching/", "/register_batch/"):
        assert "2027 春”待应用" in visit("county").get(page).text
    assert "待应用" not in visit("a").get("/register_batch/").text


def test_a_marked_child_is_found_by_filter_and_told_on_its_page(delivered, visit):
    apply(visit("county"))
    listed = visit("county").get("/beneficiary/?gone_from_register=1").text
    assert ("王芳" in listed, "李强" in listed) == (True, False)
    child = delivered.children["a1"].id
    assert "已不在名册" in visit("a").get(f"/check/row/?id={child}").text


def test_the_page_costs_the_same_however_many_people_there_are(delivered, visit, caplog):
    def statements(address: str) -> int:
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="peewee"):
            visit("county").get(address)
        return len([record for record in caplog.records if record.name == "peewee"])

    few = statements("/deliveries/?fate=new")
    with db.connection_context():
        batch = RegisterBatch.get(name="2027 春")
        for number in range(60):
            register(delivered, batch, id_number=f"36042620120101{number:04d}")
    assert statements("/deliveries/?fate=new") == few < 24
