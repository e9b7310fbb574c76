"""自制汇总 of dropout cases: figures that lead to their cases, the county's own columns at once, who may see them."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from python_calamine import CalamineWorkbook

from admin.dropouts import DropoutView
from admin.listing import Listing
from admin.own_summaries import address
from admin.summary_subjects import ASKING
from admin.summary_table import Shown
from aid.operations.accounts import actor_of
from aid.operations.own_columns import define, retire
from aid.operations.summaries import keep_summary
from aid.summaries.crosstab import crosstab
from aid.summaries.layout import Layout
from models import Account, DropoutCase, OwnKind, Summary, db
from tests.admin.test_own_summaries import figures_of
from tests.aid.summaries.cases import NAME, YEAR, cases, layouts

PAGE = "/own_summary/"
ASKED = {"of": NAME}
LAYOUT = Layout(("home_township",), "state", ("rows", "visited"), {"last_outcome": "lost"}, of=NAME)


class Listed(DropoutView):
    """The list as somebody sees it whose county is in that school year, without a page being asked for."""

    _year = YEAR


@pytest.mark.parametrize("who", ["county", "town", "city"])
def test_every_figure_leads_to_as_many_cases_in_the_list(world, who, monkeypatch):
    cases(world)
    monkeypatch.setattr(DropoutView, "_year", YEAR)
    actor, the_list, counts = world.actors[who], Listed().table, {}
    for layout in layouts(12, seed=len(who)):
        where = Listing(ASKING[NAME].table, actor.scope, layout.filters).where
        table = crosstab(actor, replace(layout, measures=("rows",)), where=where)
        shown = Shown(table, "/dropout_case/", words=ASKING[NAME].words)
        for figure in [figure for line in (*shown.lines, shown.total) for figure in line.figures if figure.url]:
            words = dict(parse_qsl(urlsplit(figure.url).query, keep_blank_values=True))
            counts.setdefault(figure.url, Listing(the_list, actor.scope, words).total)
            assert f"{counts[figure.url]:,}" == figure.text, figure.url
    assert len(counts) > 40


def test_the_list_knows_every_filter_of_the_page_and_none_names_one_child(world):
    known = {column.name for column in ASKING[NAME].table.known}
    assert known <= {column.name for column in DropoutView().table.known}
    assert not known & {"name", "id_number", "register_person.head_name", "register_person.phone"}


def test_the_page_offers_each_subject_to_whoever_may_read_it(app, visit):
    choice = re.compile(r'<a href="([^"]+)"(?: class="here" aria-current="true")?>(资助对象|控辍保学)</a>')
    page = visit("county").get(PAGE).text
    asked = re.search(r'<nav class="tabs" aria-label="汇总什么">(.*?)</nav>', page)[1]
    assert choice.findall(asked) == [("/own_summary/", "资助对象"), ("/own_summary/?of=dropout_case", "控辍保学")]
    assert "汇总什么" not in visit("a").get(PAGE).text
    for who, status in (("town", 200), ("city", 200), ("a", 403), ("auditor", 403)):
        assert visit(who).get(PAGE, query_string=ASKED).status_code == status
        assert visit(who).get(f"{PAGE}book.xlsx", query_string=ASKED).status_code == status


def test_the_page_shows_the_usual_of_cases_and_each_sees_their_own(app, visit):
    page = visit("county").get(PAGE, query_string=ASKED).text
    assert ("按户籍乡镇" in page, "各户籍乡镇件数" in page, "名单按件计数" in page) == (True, True, True)
    assert figures_of(page)[-3:] == ["1", "100.0%", "0.0%"]
    assert "涂埠镇" in visit("other_county").get(PAGE, query_string=ASKED).text
    assert "涂埠镇" not in page
    assert "按户籍村" in visit("town").get(PAGE, query_string=ASKED).text


def test_where_the_usual_is_asked_of_it_is_by_something_else(app, visit):
    usual = ASKED | {"home_village": "石门村 360426100200", "age": "9", "state": "sought"}
    assert "按户籍市<" in visit("town").get(PAGE, query_string=usual).text
    assert "按就读市<" in visit("a").get(PAGE, query_string={"grade": "=三年级", "hardship": "lifted"}).text


def test_a_click_on_a_figure_shows_its_case_also_a_closed_one(app, visit):
    visitor = visit("county")
    with db.connection_context():
        DropoutCase.update(state="settled", closed_reason="on_roll").execute()
    page = visitor.get(PAGE, query_string=ASKED | {"row": "age", "measure": "rows"}).text
    [url, _] = re.findall(r'<td class="figure[^"]*"><a href="([^"]+)">1</a>', page)
    shown = visitor.get(unescape(url)).text
    assert ("共 1 条" in shown, "王芳" in shown) == (True, True)


def test_the_list_leads_to_a_summary_of_the_same_cases(app, visit):
    visitor = visit("county")
    [url] = re.findall(r'href="(/own_summary/[^"]*)"[^>]*>汇总</a>', visitor.get("/dropout_case/?age=99").text)
    assert dict(parse_qsl(urlsplit(unescape(url)).query)) == {"age": "99", "of": NAME, "state": "sought"}
    assert "没有符合条件的记录" in visitor.get(unescape(url)).text


def test_a_column_that_the_county_adds_in_the_panel_is_at_once_in_its_summaries(app, visit):
    visitor = visit("county")
    for kind, label in (("number", "负债"), ("answer", "愿意复学"), ("date", "约定返校")):
        form = {"table": NAME, "kind": kind, "label": label, "help": "", "required": ""}
        assert visitor.post("/own_column/new/", form).status_code == 302
    with db.connection_context():
        case = DropoutCase.get(DropoutCase.name == "王芳")
    filled = {"own_number_1": "1234.5", "own_text_1": "1", "own_date_1": "2026-11-02", "version": case.version}
    assert visitor.post(f"/dropout_case/own/?id={case.id}", filled).status_code == 302
    words = {"row": "own_text_1", "row2": "own_date_1_month", "measure": ["rows", "own_number_1_sum"]}
    page = visitor.get(PAGE, query_string=ASKED | words).text
    assert [label in page for label in ("愿意复学", "2026年11月", "负债合计", "负债平均")] == [True] * 4
    assert figures_of(page)[:2] == figures_of(page)[-2:] == ["1", "1,234.5"]
    urls = re.findall(r'<td class="figure[^"]*"><a href="([^"]+)">1,234.5</a>', page)
    assert "共 1 条" in visitor.get(unescape(urls[0])).text
    asked = ASKED | {"row": "own_number_1_band", "measure": "rows", "own_text_1": "0"}
    assert "没有符合条件的记录" in visitor.get(PAGE, query_string=asked).text


def test_a_column_of_cases_that_was_retired_is_told_in_what_was_kept_and_leads_nowhere(app, visit, world):
    with db.connection_context():
        column = define(world.actors["county"], NAME, kind=OwnKind.TEXT, label="村干部")
        layout = Layout((column.slot,), measures=("rows",), of=NAME)
        row, _ = keep_summary(actor_of(Account.get(Account.login == "county")), name="村", layout=layout, filters=())
        retire(world.actors["county"], column)
    page = visit("county").get(f"{PAGE}open/?id={row.id}", follow_redirects=True).text
    assert ("按村干部" in page, "有一列已停用" in page, figures_of(page)) == (True, True, ["1", "1"])
    assert "村干部" not in visit("county").get(PAGE, query_string=ASKED).text


def test_a_summary_of_cases_is_kept_shared_and_given_to_those_who_may_read_them(app, visit):
    form = {"layout": LAYOUT.packed, "name": "失联的", "as": "new", "shared": "1"}
    assert "汇总“失联的”已保存" in visit("county").post(f"{PAGE}keep", form, follow_redirects=True).text
    with db.connection_context():
        row = Summary.get()
    assert (row.subject, Layout.read(row.layout)) == (NAME, LAYOUT)
    opened = visit("town").get(f"{PAGE}open/?id={row.id}", follow_redirects=True).text
    assert ("“失联的”" in opened, "蒲亭镇" in opened) == (True, True)
    assert "失联的" not in visit("a").get(PAGE).text
    assert visit("a").get(f"{PAGE}open/?id={row.id}").status_code == 404
    assert visit("a").post(f"{PAGE}keep", form).status_code == 403
    managed = visit("county").get(f"/summary/?subject={NAME}").text
    assert ("失联的" in managed, "失联的" in visit("county").get("/summary/?subject=beneficiary").text) == (True, False)


def test_what_was_kept_before_is_of_the_list_and_still_opens(app, visit):
    old = '{"bands":{},"chart":"","column":"","filters":{},"measures":["rows"],"rows":["grade"],"subtotals":true}'
    with db.connection_context():
        owner = actor_of(Account.get(Account.login == "county"))
        row, _ = keep_summary(owner, name="旧的", layout=Layout.read(old), filters=())
        assert (row.layout, row.subject) == (old, "beneficiary")
    page = visit("county").get(f"{PAGE}open/?id={row.id}", follow_redirects=True).text
    assert ("“旧的”" in page, "三年级" in page) == (True, True)


def test_the_workbook_is_of_the_same_cases(app, visit):
    answer = visit("county").get(f"{PAGE}book.xlsx", query_string=address(LAYOUT))
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_name("汇总").to_python()
    assert sheet[0][0] == "德安县控辍保学按户籍乡镇 × 状态汇总"
    assert "条件：走访结果：失联" in sheet[1][0]
    assert sheet[3][:3] == ["户籍乡镇", "件数", "走访比例"]
