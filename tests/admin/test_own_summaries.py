"""自制汇总: every figure leads to as many rows as it says; the page, what is kept of it, and the workbook."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest

from admin.beneficiaries import BeneficiaryView
from admin.listing import Listing
from admin.own_summaries import address
from admin.summary_subjects import ASKING
from admin.summary_table import MOST_CELLS, Shown
from aid.ledger import writing
from aid.operations import own_columns as operations
from aid.operations.accounts import actor_of
from aid.operations.summaries import keep_summary
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from aid.summaries.bands import grouped
from aid.summaries.crosstab import crosstab
from aid.summaries.dimensions import DIMENSIONS
from aid.summaries.layout import Layout
from bench.measure import statements
from models import Account, Beneficiary, Operation, OwnColumn, OwnKind, Summary, db
from tests.aid.summaries.listed import FILTERS as ASKED
from tests.aid.summaries.listed import layouts, listed

FILTERS_OF_OWN = [one for one in ASKED if any(word.startswith("own_") for word in one)]
PAGE = "/own_summary/"
TWO = {"row": "school_township", "row2": "stage", "column": "sex", "measure": ["children", "rows"], "subtotals": "1"}
LAYOUT = Layout(("school_township", "stage"), "sex", ("rows",), {"state": "unchecked"}, chart="stacked")


@pytest.fixture
def page_table(world):
    listed(world, rows=120)
    return ASKING["beneficiary"].table


@pytest.mark.parametrize("who", ["county", "city", "town", "a"])
def test_every_figure_leads_to_as_many_rows_in_the_list(world, page_table, who):
    scope, leading, the_list = world.actors[who].scope, 0, BeneficiaryView().table
    for layout in layouts(8, seed=len(who)):
        where = Listing(page_table, scope, layout.filters).where
        layout.refuse_faults(filters=[*layout.filters])
        table = crosstab(world.actors[who], replace(layout, measures=("rows",)), where=where)
        shown = Shown(table, "/beneficiary/")
        counts: dict[str, int] = {}
        for figure in [figure for line in (*shown.lines, shown.total) for figure in line.figures if figure.url]:
            words = dict(parse_qsl(urlsplit(figure.url).query, keep_blank_values=True))
            counts.setdefault(figure.url, Listing(the_list, scope, words).total)
            assert f"{counts[figure.url]:,}" == figure.text, figure.url
        leading += len(counts)
    assert leading > 20


@pytest.mark.parametrize("filters", [{}, *FILTERS_OF_OWN])
def test_what_the_county_has_added_leads_to_its_rows_and_their_sum(world, page_table, filters):
    names = [name for name in DIMENSIONS if "own_" in name]
    ours = ["own_text_1", "own_number_1_band", "own_date_1_year", "own_date_1_month", "own_text_2", "own_text_3"]
    assert names == [*ours, *(f"school.{name}" for name in ours)]
    scope, the_list = world.actors["county"].scope, BeneficiaryView().table
    for row, column in zip(names, [*names[1:], names[0]], strict=True):
        layout = Layout((row,), column, ("rows", "own_number_1_sum"), filters)
        table = crosstab(world.actors["county"], layout, where=Listing(page_table, scope, filters).where)
        figures = [figure for line in Shown(table, "/").lines for figure in line.figures if figure.url]
        assert len(figures) >= 8
        for rows, added in zip(figures[::2], figures[1::2], strict=True):
            look = Listing(the_list, scope, dict(parse_qsl(urlsplit(rows.url).query, keep_blank_values=True)))
            numbers = [row.own_number_1 or 0 for row in visible(Beneficiary, scope).where(look.where)]
            assert (f"{look.total:,}", grouped(sum(numbers))) == (rows.text, added.text), rows.url


def test_the_list_knows_every_filter_of_the_page(page_table):
    assert {column.name for column in page_table.known} <= {column.name for column in BeneficiaryView().table.known}
    assert set(ASKING["beneficiary"].filters) >= set(ASKING["beneficiary"].offered)


def test_the_page_shows_the_usual_without_being_asked(app, visit):
    page = visit("county").get(PAGE).text
    assert ("蒲亭镇" in page, "聂桥镇" in page, "核对进度" in page, "<svg" in page) == (True,) * 4
    assert "各就读乡镇人数" in page
    assert re.search(r'<option value="unchecked\|unchanged\|updated" selected>核对状态：不含无效', page)


def test_a_click_on_a_figure_shows_its_rows(app, visit):
    visitor = visit("county")
    page = visitor.get(PAGE, query_string=TWO).text
    url, text = re.findall(r'<td class="figure[^"]*"><a href="([^"]+)">([\d,]+)</a>', page)[0]
    shown = visitor.get(unescape(url)).text
    assert f"共 {text} 条" in shown
    assert 'name="school_township" value="涂埠镇 360425100000"' in shown


def test_the_list_leads_to_a_summary_of_the_same_rows(app, visit):
    visitor = visit("county")
    page = visitor.get("/beneficiary/?hardship=lifted&school_township=360426101000").text
    [url] = re.findall(r'href="(/own_summary/[^"]*)"[^>]*>汇总</a>', page)
    summed = visitor.get(unescape(url)).text
    assert ("聂桥镇小学" in summed, "蒲亭镇小学" in summed, "按学校" in summed) == (True, False, True)
    assert "汇总</a>" not in visitor.get("/beneficiary/?search=王芳").text.partition("<main")[2]


def test_each_sees_their_own_rows_alone(app, visit):
    assert "蒲亭镇" not in visit("c").get(PAGE, query_string=TWO).text
    assert "永修县" in visit("city").get(PAGE).text
    assert visit("auditor").get(PAGE).status_code == 403


def test_the_page_costs_three_statements_more_than_any_page(app, visit):
    """One for what is counted, one for what is kept, one for what columns the county has added."""
    visitor = visit("county")
    visitor.get(PAGE, query_string=TWO)
    with statements() as shell:
        visitor.get("/workbooks/")
    with statements() as page:
        visitor.get(PAGE, query_string=TWO)
    assert len(page) <= len(shell) + 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"row": "school_township", "school_township": "360426100200"}, "已经按就读乡镇汇总，不能再用它作条件"),
        ({"row": "nothing", "column": "nothing", "measure": "nothing", "chart": "nothing"}, "按就读乡镇"),
        ({"row": "stage", "row2": "stage", "column": "stage"}, "按学段<"),
        ({"row": "stage", "grade": "360426200908300016"}, "条件里有完整的身份证号"),
        ({"row": "stage", "school": "没有的学校"}, "没有符合条件的记录"),
        ({"school_township": "蒲亭镇 360426100000"}, "按学校<"),
    ],
)
def test_whatever_an_address_says_is_answered(app, visit, words, told):
    assert told in visit("county").get(PAGE, query_string=words).text


def test_what_is_too_big_for_a_page_is_cut_with_a_sentence(world):
    listed(world, rows=1200)
    measures = ("rows", "children", "share", "checked")
    table = crosstab(world.actors["city"], Layout(("hardship", "grade"), "school", measures))
    shown = Shown(table, "/")
    cells = len(shown.columns) * len(measures)
    assert (len(table.lines) * cells > MOST_CELLS, len(shown.shown) * cells <= MOST_CELLS) == (True, True)
    assert f"只显示前 {len(shown.shown)} 行（共 {len(table.lines)} 行）；合计仍是全部的" in shown.cut
    assert shown.total.figures[-4].text == f"{table.whole.rows:,}"
    assert [line.heads[0].text for line in shown.lines if line.kind][-1] != f"{shown.shown[-1][0].label} 小计"


# -- of the county's own columns ------------------------------------------------------


@pytest.fixture
def income(world):
    with db.connection_context():
        operations.define(world.actors["county"], "beneficiary", kind=OwnKind.NUMBER, label="家庭收入")
        with writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
            for key, number in (("a1", 12_345_000), ("a2", -5_000), ("b1", 30_000_000)):
                ledger.change(Beneficiary.get_by_id(world.children[key].id), own_number_1=number)


def figures_of(page: str) -> list[str]:
    return re.findall(r'<td class="figure[^"]*">(?:<a [^>]*>)?([^<]+)<', page)


def test_a_number_is_added_up_and_averaged_over_those_who_have_one(app, visit, income):
    words = {"row": "school_township", "measure": ["own_number_1_sum", "own_number_1_mean"]}
    page = visit("county").get(PAGE, query_string=words).text
    assert figures_of(page)[-2:] == ["4,234", "1,411.33"]
    assert ("0", "–") in set(zip(figures_of(page)[::2], figures_of(page)[1::2], strict=True))
    assert "没有填的不算" in page
    assert figures_of(visit("a").get(PAGE, query_string=words).text)[-2:] == ["1,234", "617.00"]


def test_the_chart_draws_what_is_below_nought_to_the_left(app, visit, income):
    words = {"row": "own_number_1_band", "measure": ["own_number_1_sum"], "limits_own_number_1_band": "0 2000"}
    page = visit("county").get(PAGE, query_string=words).text
    bars = re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*><title>([^<]+)<', page)
    below, above = (next(bar for bar in bars if bar[2].startswith(name)) for name in ("不到 0", "2,000 及以上"))
    assert float(below[0]) + float(below[1]) == pytest.approx(float(above[0]), abs=0.11)
    assert float(above[1]) > float(below[1]) > 0


def test_limits_are_typed_and_kept_or_told_to_be_none(app, visit, income):
    visitor, words = visit("county"), {"row": "own_number_1_band", "measure": "rows"}
    page = visitor.get(PAGE, query_string=words | {"limits_own_number_1_band": "0 1,000 2000.5"}).text
    for label in ("不到 0", "1,000 到不足 2,000.5", "2,000.5 及以上", "未填"):
        assert label in page
    packed = unescape(re.search(r'name="layout" value="([^"]+)"', page)[1])
    visitor.post("/own_summary/keep", {"layout": packed, "name": "收入", "as": "new"})
    with db.connection_context():
        key = Summary.get().id
    assert "1,000 到不足 2,000.5" in visitor.get(f"/own_summary/open/?id={key}", follow_redirects=True).text
    refused = visitor.get(PAGE, query_string=words | {"limits_own_number_1_band": "2000 一千"}).text
    assert "家庭收入（分段）的界限“2000 一千”：应为数字" in refused
    falling = words | {"limits_own_number_1_band": "2 1"}
    assert visitor.get("/own_summary/book.xlsx", query_string=falling).status_code == 422


def test_one_that_was_retired_is_told_in_what_was_kept_and_leads_nowhere(app, visit, world, income):
    words = {"row": "own_number_1_band", "measure": "rows"}
    assert "点不开" not in visit("county").get(PAGE, query_string=words).text
    with db.connection_context():
        operations.retire(world.actors["county"], OwnColumn.get())
    page = visit("county").get(PAGE, query_string=words).text
    assert ("有一列已停用，名单里没有它，所以数字点不开" in page, "own_number_1=-" in page) == (True, False)
    assert '<option value="own_number_1_band"' not in visit("county").get(PAGE).text


# -- kept ---------------------------------------------------------------------------


def actor(login: str):
    return actor_of(Account.get(Account.login == login))


def kept(login: str = "county", name: str = "乡镇学段", shared: bool = False) -> int:
    with db.connection_context():
        return keep_summary(actor(login), name=name, layout=LAYOUT, filters=["state"], shared=shared)[0].id


def test_a_summary_is_kept_opened_and_taken_back(app, visit):
    visitor = visit("county")
    form = {"layout": LAYOUT.packed, "name": " 乡镇 学段 ", "as": "new", "shared": "1"}
    done = visitor.post("/own_summary/keep", form, follow_redirects=True)
    assert ("汇总“乡镇 学段”已保存" in done.text, "撤销" in done.text) == (True, True)
    with db.connection_context():
        row = Summary.get()
        operation = Operation.select().order_by(Operation.id.desc()).get()
    assert (row.name, row.shared, Layout.read(row.layout)) == ("乡镇 学段", True, LAYOUT)
    opened = visit("a").get(f"/own_summary/open/?id={row.id}", follow_redirects=True).text
    assert ("德安县学生资助管理中心共享" in opened, "聂桥镇" in opened, "另存为" in opened) == (True, False, False)
    visitor.post(f"/operation/undo/{operation.id}", {"back": PAGE})
    assert visit("a").get(f"/own_summary/open/?id={row.id}").status_code == 404


def test_ones_own_is_renamed_at_the_version_that_was_shown(app, visit):
    visitor, key = visit("county"), kept()
    form = {"id": key, "version": 1, "as": "same", "name": "改名的", "layout": Layout(("grade",)).packed}
    assert visitor.post("/own_summary/keep", form).status_code == 302
    again = visitor.post("/own_summary/keep", form | {"name": "又改名"})
    assert ("已被改动" in again.text, 'value="又改名"' in again.text, again.status_code) == (True, True, 409)
    with db.connection_context():
        assert [(row.name, Layout.read(row.layout).rows) for row in Summary] == [("改名的", ("grade",))]


def test_a_refused_name_comes_back_with_the_page(app, visit):
    kept()
    form = {"as": "new", "name": "乡镇学段", "layout": LAYOUT.packed}
    answer = visit("county").post("/own_summary/keep", form)
    assert ("已有名为" in answer.text, "蒲亭镇" in answer.text, answer.status_code) == (True, True, 422)
    assert visit("county").post("/own_summary/keep", form | {"layout": "["}).status_code == 422


def test_anothers_is_neither_opened_nor_written(app, visit):
    key = kept()
    assert visit("a").get(f"/own_summary/open/?id={key}").status_code == 404
    assert visit("other_county").get(f"/summary/details/?id={key}").status_code == 404
    assert visit("city").get(f"/summary/details/?id={key}").status_code == 404
    form = {"id": key, "version": 1, "as": "same", "name": "x", "layout": LAYOUT.packed}
    assert visit("a").post("/own_summary/keep", form).status_code == 404
    shared = kept(name="共享的", shared=True)
    assert visit("a").post("/own_summary/keep", form | {"id": shared}).status_code == 404
    assert visit("auditor").post("/own_summary/keep", form).status_code == 403


def test_they_are_listed_and_removed(app, visit):
    visitor, key = visit("county"), kept()
    kept("a", name="学校自己的")
    page = visitor.get("/summary/").text
    assert ("乡镇学段" in page, "学校自己的" in page) == (True, False)
    assert f'href="/own_summary/open/?id={key}"' in page
    done = visitor.post("/summary/bulk/remove", {"row": f"{key}:1", "confirmed": 1}, follow_redirects=True)
    assert "删除：1 条" in done.text
    assert "乡镇学段" not in visitor.get(PAGE).text


# -- as a workbook ------------------------------------------------------------------


def test_the_workbook_is_of_what_the_page_shows_and_on_record(app, visit):
    visitor, key = visit("county"), kept(name="=乡镇学段")
    answer = visitor.get("/own_summary/book.xlsx", query_string=address(LAYOUT) | {"kept": key})
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["汇总", "图"]
    assert book["汇总"]["A1"].value == "德安县=乡镇学段"
    assert "条件：核对状态：未核对" in book["汇总"]["A2"].value
    with db.connection_context():
        assert Operation.select().order_by(Operation.id.desc()).get().sentence == "导出自制汇总（xlsx）"


def test_a_workbook_of_what_may_not_be_asked_is_refused(app, visit):
    words = {"row": "stage", "grade": "360426200908300016"}
    assert visit("county").get("/own_summary/book.xlsx", query_string=words).status_code == 422
    assert visit("auditor").get("/own_summary/book.xlsx").status_code == 403
