"""自制汇总 as a workbook: the layout of the page, totals that are formulas where they can be, texts that stay texts."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from aid.errors import NotAllowed
from aid.scope import visible
from aid.summaries.crosstab import crosstab
from aid.summaries.layout import Layout
from aid.summaries.measures import MEASURES
from aid.summaries.picture import MOST_BARS, MOST_PIECES, REST, picture
from aid.summaries.subjects import CASES
from aid.workbooks.own_summary import NOT_SUMMED, own_summary_workbook
from models import Beneficiary, CheckState
from tests.aid.summaries.cases import cases
from tests.aid.summaries.listed import listed
from tests.aid.workbooks.conftest import opened
from tests.aid.workbooks.test_libreoffice import cells, convert, without_cached_values

LAYOUT = Layout(("school_township", "stage"), "sex", tuple(MEASURES), chart="stacked")
OWN = ("own_number_1_sum", "own_number_1_mean")
OF_CASES = Layout(("home_township", "age"), "state", (*CASES.measures, *OWN), chart="stacked", of=CASES.name)
FIRST = 5  # the row of the first line, under title, subtitle and two heads


@pytest.fixture
def county(world):
    listed(world)
    return world


@pytest.fixture
def made(county, tmp_path):
    def make(layout: Layout = LAYOUT, who: str = "county", **options):
        path = tmp_path / "book.xlsx"
        own_summary_workbook(county.actors[who], layout, path, **options)
        return path

    return make


def total_row(sheet) -> int:
    return next(row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, 1).value == "合计")


def test_it_is_laid_out_as_the_page(made):
    with opened(made(), values=True) as book:
        sheet = book["汇总"]
        assert [sheet.cell(3, at).value for at in (3, 8, 13, 18)] == ["男", "女", "未填", "合计"]
        titles = ["就读乡镇", "学段", "人数", "条数", "发放金额（元）", "占比", "核对进度"]
        assert [cell.value for cell in sheet[4][:7]] == titles
        assert sheet["A1"].value == "德安县资助对象按就读乡镇、学段 × 性别汇总"
        labels = [sheet.cell(row, 1).value for row in range(FIRST, total_row(sheet) + 1)]
    assert [label for label in labels if label.endswith("小计")][:2] == ["涂埠镇 小计", "德安县本级 小计"]


def test_what_is_shown_is_what_was_counted(made, county):
    table = crosstab(county.actors["county"], LAYOUT)
    with opened(made(), values=True) as book:
        sheet = book["汇总"]
        last = total_row(sheet)
        shown = [sheet.cell(last, 3 + at).value for at in range(5 * (len(table.columns) + 1))]
    wanted = [table.figure(one, (), head) for head in (*table.columns, None) for one in table.layout.figures]
    assert shown == [pytest.approx(float(number)) for number in wanted]


def test_sums_are_formulas_and_children_are_where_nobody_is_counted_twice(made, county):
    with opened(made(), values=False) as book:
        sheet = book["汇总"]
        last = total_row(sheet)
        children, rows, yuan, share, checked = (str(sheet.cell(last, at).value) for at in range(3, 8))
        notes = [cell.value for cell in sheet["A"][last:] if cell.value]
        across = [str(sheet.cell(FIRST, at).value) for at in range(18, 23)]
    assert [one.startswith("=SUBTOTAL(9,") for one in (children, rows, yuan, share)] == [False, True, True, True]
    assert checked.startswith("=IF((")
    assert NOT_SUMMED in notes
    assert [bool(re.fullmatch(r"=[A-Z]+5(\+[A-Z]+5)+", one)) for one in across[1:4]] == [True] * 3


def test_where_nobody_is_counted_twice_every_total_is_a_formula(made):
    path = made(Layout(("stage",), "sex", ("children",)), where=Beneficiary.id_number == "")
    with opened(path, values=False) as book:
        sheet = book["汇总"]
        last = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value == "合计")
        total = [str(cell.value) for cell in sheet[last][1:]]
        assert len(total) > 1
        assert all(one.startswith("=SUBTOTAL") for one in total)
        assert NOT_SUMMED not in [cell.value for cell in sheet["A"]]


def test_an_average_is_of_what_it_is_made_of_and_never_a_sum_of_averages(made, county):
    path = made(Layout(("school_township", "stage"), measures=OWN, chart=""))
    with opened(path, values=False) as book, opened(path, values=True) as shown:
        sheet, seen = book["汇总"], shown["汇总"]
        places = [row for row in range(4, sheet.max_row) if str(sheet.cell(row, 1).value).endswith(("小计", "合计"))]
        formulas = [(str(sheet.cell(row, 3).value), str(sheet.cell(row, 4).value)) for row in places]
        found = {seen.cell(row, 1).value: (seen.cell(row, 3).value, seen.cell(row, 4).value) for row in places}
        assert [seen.cell(3, at).value for at in (3, 4)] == ["家庭收入合计", "家庭收入平均"]
        assert [sheet.column_dimensions[letter].hidden for letter in "DE"] == [False, True]
        assert {sheet.cell(places[0], at).number_format for at in (3, 5)} == {"#,##0.0000"}
    assert len(places) > 2
    assert all(added.startswith("=SUBTOTAL(9,C") and mean.startswith("=IF((F") for added, mean in formulas)
    numbers = [row.own_number_1 for row in visible(Beneficiary, county.actors["county"].scope) if row.own_number_1]
    blanks = visible(Beneficiary, county.actors["county"].scope).where(Beneficiary.own_number_1 == 0).count()
    whole = Decimal(sum(numbers)) / 10_000
    assert found["合计"] == pytest.approx((float(whole), float(whole) / (len(numbers) + blanks)))


def test_libreoffice_comes_to_the_values_that_are_shown(made, county, tmp_path):
    cases(county, count=60)
    of_the_list = made(replace(LAYOUT, measures=(*LAYOUT.measures, *OWN))).rename(tmp_path / "list.xlsx")
    paths, folder = [of_the_list, made(OF_CASES).rename(tmp_path / "cases.xlsx")], tmp_path / "bare"
    folder.mkdir()
    bare = [without_cached_values(path, folder) for path in paths]
    for path, calculated in zip(paths, convert(bare, "xlsx", tmp_path / "out"), strict=True):
        before, after = cells(path, values=True), cells(calculated, values=True)
        numbers = {place: value for place, value in before.items() if isinstance(value, int | float)}
        assert len(numbers) > 150
        assert {place: after.get(place) for place in numbers} == {k: pytest.approx(v) for k, v in numbers.items()}


def test_what_looks_like_a_formula_stays_a_text(made):
    layout = Layout(("grade",), "school", ("rows",))
    path = made(layout, name="=HYPERLINK(1)", told=["=1+1"])
    with opened(path, values=False) as book:
        texts = [cell for row in book["汇总"].iter_rows(max_row=12) for cell in row if cell.value]
    odd = [cell for cell in texts if str(cell.value).startswith(("=1", "=HYP", "@"))]
    assert len(odd) >= 3
    assert {cell.data_type for cell in odd} == {"s"}


def test_the_chart_is_drawn_from_its_own_sheet_with_a_chinese_title(made):
    with opened(made(), values=True) as book:
        [chart] = book["图"]._charts
        titles = [cell.value for cell in book["图"][3]]
    title = "".join(run.t for part in chart.title.tx.rich.p for run in part.r or ())
    assert (title, chart.grouping, len(chart.series)) == ("各就读乡镇人数", "stacked", 3)
    assert titles == ["就读乡镇", "男", "女", "未填"]
    with opened(made(Layout(("stage",), chart="")), values=True) as book:
        assert book.sheetnames == ["汇总"]


def test_a_picture_is_cut_to_what_can_be_seen(county):
    table = crosstab(county.actors["city"], Layout(("grade",), "hardship", ("rows",), chart="stacked"))
    drawn = picture(table)
    assert (len(drawn.pieces), drawn.pieces[-1][0]) == (MOST_PIECES, REST)
    assert [sum(figures[at] for _, figures in drawn.pieces) for at in range(len(drawn.names))] == list(drawn.totals)
    shares = picture(crosstab(county.actors["city"], Layout(("grade",), "sex", ("checked",), chart="stacked")))
    assert [name for name, _ in shares.pieces] == [""]
    assert len(drawn.names) <= MOST_BARS


def test_it_is_of_ones_own_rows_under_the_filter(made, county):
    path = made(Layout(("state",), measures=("rows",)), who="a", where=Beneficiary.state == CheckState.INVALID)
    with opened(path, values=True) as book:
        rows = [(row[0].value, row[1].value) for row in book["汇总"].iter_rows(min_row=4, max_row=5)]
    mine = (Beneficiary.school == county.organisations["a"]) & (Beneficiary.state == CheckState.INVALID)
    count = Beneficiary.select().where(mine).count()
    assert rows == [("无效", count), ("合计", count)]


def test_who_makes_no_workbooks_gets_none(made):
    with pytest.raises(NotAllowed):
        made(who="auditor")
