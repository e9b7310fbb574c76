"""What a generated list does with filters, search, sort and pages, and what it costs."""

import logging
import re

import pytest

from admin.listing import PAGE
from aid.ledger import writing
from aid.operations.checking import confirm
from aid.permissions import Permission
from models import Beneficiary, db

MOST_STATEMENTS = 9  # with one for what columns the county has added
LINK = re.compile(r'(?:href|action)="([^"]*)"')


@pytest.fixture
def many(world, app):
    """120 more children at school a."""
    rows = [
        ("孙一", f"X{number}", world.organisations["a"].id, "四年级", "lifted", world.regions["town"].id)
        for number in range(120)
    ]
    columns = ("name", "id_number", "school", "grade", "hardship", "home_region")
    defaults = {
        name: field.default
        for name, field in Beneficiary._meta.fields.items()
        if name not in (*columns, "id", "version") and not field.null
    }
    with db.connection_context(), writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.add_many(Beneficiary, (*columns, *defaults), [(*row, *defaults.values()) for row in rows])
    return rows


def names_on(page) -> list[str]:
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    if '<td class="empty"' in body:
        return []
    return [part.partition(">")[2].partition("<")[0] for part in body.split("<a href=")[1:]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
        ({"search": "wf"}, {"王芳"}),
        ({"search": "芳"}, {"王芳"}),
        ({"school": "初级中学"}, {"张敏"}),
        ({"school": "360426000005"}, {"陈静"}),
        ({"home_region": "360426101"}, {"陈静"}),
        ({"home_region": "360426", "school": "小学"}, {"王芳", "李强", "陈静", "户在本县"}),
        ({"invalid_reason": "-"}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
        ({"name_differs": "1"}, set()),
        ({"checked_at_from": "2020-01-01"}, set()),
        ({"checked_at_from": "不是日期"}, set()),
        ({"state": "invalid"}, set()),
    ],
)
def test_filters_and_search(visit, words, found):
    assert set(names_on(visit("county").get("/beneficiary/", query_string=words))) == found


def test_a_filter_on_the_kind_keeps_its_exports(visit):
    page = visit("county").get("/organisation/", query_string={"kind": "school"})
    assert "/organisation/export/xlsx?kind=school" in page.text
    assert visit("county").get("/import_run/?kind=roll").status_code == 200


def test_several_values_of_a_filter_are_shown_and_kept(visit):
    page = (
        visit("county")
        .get("/beneficiary/?hardship=lifted|orphan&grade=%3D三年级&school=360426000003|360426000004")
        .text
    )
    assert '<option value="lifted|orphan" selected>困难类型：已选 2 项</option>' in page
    assert 'title="脱贫户、孤儿"' in page
    assert '<option value="360426000003|360426000004" selected>学校：已选 2 项</option>' in page
    assert 'name="grade" value="=三年级"' in page  # a column without a box of its own gets one
    assert "hardship=lifted%7Corphan" in page
    assert len(names_on(visit("county").get("/beneficiary/?hardship=lifted|orphan&school=360426000003"))) == 2


def test_several_states_stand_on_a_tab_of_their_own(visit):
    page = visit("county").get("/beneficiary/?state=unchecked|invalid")
    assert "未核对、无效 <b>5</b>" in page.text
    assert "共 5 条" in page.text
    assert "共 0 条" in visit("county").get("/beneficiary/?state=invalid|odd").text


@pytest.mark.parametrize(
    ("asked", "shown", "told"),
    [
        ("unchecked|unchanged|updated", "除无效外", "未核对、已核对（未更新）、已核对（已更新）"),
        ("unchanged|updated", "已核对（未更新）等 2 种", "已核对（未更新）、已核对（已更新）"),
    ],
)
def test_a_tab_of_many_states_is_short_and_tells_them_beside_the_pointer(visit, asked, shown, told):
    page = visit("county").get(f"/beneficiary/?state={asked}").text
    assert f'title="{told}">{shown} <b>' in page


def test_a_range_of_numbers_is_shown_with_both_ends(visit):
    page = visit("county").get("/register_person/?left_poverty_from=2024").text
    assert 'name="left_poverty_from" value="2024"' in page
    assert 'name="left_poverty_to" value=""' in page


def test_a_click_sorts_by_one_column_whatever_was_sorted_before(visit):
    page = visit("county").get("/beneficiary/?sort=school,-name").text
    assert re.findall(r'aria-sort="(\w+)"><a href="([^"]+)">([^<]+)<', page) == [
        ("ascending", "/beneficiary/?sort=school", "学校")
    ]
    assert "/beneficiary/?sort=name" in page
    once = visit("county").get("/beneficiary/?sort=school").text
    assert re.findall(r'aria-sort="(\w+)"><a href="([^"]+)">', once) == [("ascending", "/beneficiary/?sort=-school")]


@pytest.mark.parametrize("word", ["id_number", "name", "grade", "checked_at_from"])
def test_a_whole_number_in_any_filter_stays_out_of_addresses(visit, world, word):
    number = world.children["a1"].id_number
    page = visit("a").post("/beneficiary/", {word: f"={number.lower()}|-", "school": "小学"})
    assert page.status_code == 200  # shown at once: there is no address to be sent on to
    assert not [link for link in LINK.findall(page.text) if number in link]
    assert any("%E5%B0%8F%E5%AD%A6" in link for link in LINK.findall(page.text))


def test_a_bulk_form_asks_again_what_stays_out_of_the_address(visit, world):
    number = world.children["a1"].id_number
    page = visit("a").post("/check/", {"id_number": f"={number}"}).text
    assert f'<input type="hidden" name="id_number" value="={number}">' in page


def test_sort_by_a_joined_column_and_back(visit):
    there = names_on(visit("county").get("/beneficiary/?sort=school"))
    back = names_on(visit("county").get("/beneficiary/?sort=-school"))
    assert there == back[::-1]


def test_pages_divide_the_rows(visit, many):
    visitor = visit("a")
    pages = [names_on(visitor.get(f"/beneficiary/?page={page}")) for page in range(3)]
    assert [len(page) for page in pages] == [PAGE, PAGE, 22]
    assert len(names_on(visitor.get("/beneficiary/?page=99"))) == 22


def test_the_whole_number_finds_a_checked_row_and_stays_out_of_addresses(visit, world):
    with db.connection_context():
        confirm(world.actors["a"], world.children["a1"])
    visitor = visit("a")
    assert names_on(visitor.get("/check/")) == ["李强"]
    assert "另有 1 条已处理未显示" in visitor.get("/check/").text
    answer = visitor.post("/check/", {"search": world.children["a1"].id_number})
    assert names_on(answer) == ["王芳"]
    assert not [link for link in LINK.findall(answer.text) if world.children["a1"].id_number in link]
    assert visitor.post("/check/", {"search": "李"}).headers["Location"].endswith("/check/?search=%E6%9D%8E")


@pytest.mark.parametrize(
    "url", ["/check/", "/check/?page=2", "/beneficiary/?sort=-school&hardship=lifted", "/operation/", "/change/", "/"]
)
def test_a_page_costs_few_statements_however_many_rows(visit, many, caplog, url):
    visitor = visit("county")
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        assert visitor.get(url).status_code == 200
    statements = [record for record in caplog.records if record.name == "peewee"]
    assert len(statements) <= MOST_STATEMENTS, [record.msg for record in statements]


def test_all_of_the_filter_is_refused_after_somebody_wrote_in_it(visit, world):
    visitor = visit("county")
    page = visitor.get("/check/?school=小学").text
    shown_at = page.partition('name="shown_at" value="')[2].partition('"')[0]
    with db.connection_context():
        confirm(world.actors["a"], world.children["a1"], grade="四年级")
    form = {
        "everything": 1,
        "shown_at": shown_at,
        "expected": 3,
        "confirmed": 1,
        "school": "小学",
        "state": "unchecked",
    }
    assert visitor.post("/check/bulk/confirm", form).status_code == 409


def test_all_of_the_filter_is_one_operation(visit, world):
    visitor = visit("county")
    page = visitor.get("/check/").text
    shown_at = page.partition('name="shown_at" value="')[2].partition('"')[0]
    form = {"everything": 1, "shown_at": shown_at, "expected": 4, "state": "unchecked"}
    question = visitor.post("/check/bulk/confirm", form)
    assert "确认这 4 条与实际相符" in question.text
    done = visitor.post("/check/bulk/confirm", {**form, "confirmed": 1}, follow_redirects=True)
    assert "确认核对：4 条" in done.text
    assert "撤销" in done.text
    with db.connection_context():
        assert Beneficiary.select().where(Beneficiary.state == "unchanged").count() == 4


def test_ticked_rows_become_invalid_for_a_reason(visit, world):
    rows = [f"{world.children[key].id}:1" for key in ("a1", "a2")]
    form = {"row": rows, "confirmed": 1, "answer-reason": "elsewhere", "answer-remark": ""}
    assert "标为无效：2 条" in visit("a").post("/check/bulk/invalid", form, follow_redirects=True).text
    with db.connection_context():
        assert {Beneficiary.get_by_id(world.children[key].id).invalid_reason for key in ("a1", "a2")} == {"elsewhere"}


def test_another_reason_must_be_told(visit, world):
    form = {"row": f"{world.children['a1'].id}:1", "confirmed": 1, "answer-reason": "other", "answer-remark": ""}
    answer = visit("a").post("/check/bulk/invalid", form)
    assert (answer.status_code, "请写明原因" in answer.text) == (422, True)


def test_all_of_the_filter_is_refused_also_where_the_number_of_rows_is_the_same(visit, world):
    visitor = visit("a")
    shown_at = visitor.get("/check/").text.partition('name="shown_at" value="')[2].partition('"')[0]
    with db.connection_context(), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
    form = {"everything": 1, "shown_at": shown_at, "expected": 2, "confirmed": 1, "state": "unchecked"}
    answer = visitor.post("/check/bulk/confirm", form)
    assert (answer.status_code, "county 改动 1 行" in answer.text) == (409, True)
