"""Summaries of dropout cases: every figure against the cases, gone through one by one in Python."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from aid.errors import NotAllowed, RuleBroken
from aid.own_columns import held
from aid.rules.dropouts import age
from aid.rules.times import local
from aid.scope import SYSTEM, Actor, visible
from aid.summaries.crosstab import crosstab
from aid.summaries.kinds import DIGITS
from aid.summaries.layout import Layout
from aid.summaries.subjects import CASES
from models import Beneficiary, DropoutCase, DropoutVisit, RegionLevel
from tests.aid.summaries.cases import NAME, YEAR, cases, layouts
from tests.aid.summaries.listed import LIMITS
from tests.aid.summaries.test_crosstab import BOUNDS, cells

WHO = ("county", "city", "town", "other_county")
MOMENTS = ("opened_at", "closed_at", "last_visit", "own_date_1")
BACK = ("on_roll", "supplemented")


@pytest.fixture
def county(world):
    cases(world)
    return world


Visits = list[DropoutVisit]  # of one case, the newest first


def value(case: DropoutCase, visits: Visits, name: str):
    """What a case is grouped by, worked out by hand."""
    stem, _, ending = name.rpartition("_")
    if stem == "home":
        return case.home_region.code[: DIGITS[RegionLevel(ending)]].ljust(12, "0")
    if stem in MOMENTS:
        found = visits[0].date if stem == "last_visit" and visits else getattr(case, stem, None)
        found = local(found) if isinstance(found, dt.datetime) else found
        return found and str(found)[: 4 if ending == "year" else 7]
    if stem == "own_number_1":
        return None if case.own_number_1 is None else bisect_right(BOUNDS, case.own_number_1)
    worked_out = {
        "age": age(dt.date(int(case.id_number[6:10]), int(case.id_number[10:12]), 1), YEAR),
        "visits": len(visits),
        "last_outcome": visits[0].outcome if visits else None,
    }
    if name in worked_out:
        return worked_out[name]
    found = getattr(case.register_person if name.startswith("register_person.") else case, name.rpartition(".")[2])
    return None if found == "" else found


def expected(rows: list[tuple[DropoutCase, Visits]], everything: int) -> dict[str, object]:
    numbers = [case.own_number_1 for case, _ in rows if case.own_number_1 is not None]
    return {
        "rows": len(rows),
        "children": len({case.id_number for case, _ in rows}),
        "share": len(rows) / everything,
        "visits": sum(len(visits) for _, visits in rows),
        "visited": sum(bool(visits) for _, visits in rows) / len(rows),
        "closed": sum(case.state == "settled" for case, _ in rows) / len(rows),
        "returned": sum(case.closed_reason in BACK for case, _ in rows) / len(rows),
        "own_number_1_sum": Decimal(sum(numbers)) / 10_000,
        "own_number_1_mean": Decimal(sum(numbers)) / 10_000 / len(numbers) if numbers else None,
    }


def values(who: Actor) -> list[tuple[tuple[DropoutCase, Visits], dict[str, object]]]:
    of_case = defaultdict(list)
    for visit in DropoutVisit.select().order_by(DropoutVisit.date.desc(), DropoutVisit.id.desc()):
        of_case[visit.case_id].append(visit)
    rows = [(case, of_case[case.id]) for case in visible(DropoutCase, who.scope)]
    return [(row, {name: value(*row, name) for name in CASES.dimensions}) for row in rows]


@pytest.mark.parametrize("who", WHO)
def test_every_figure_is_that_of_its_cases(county, who):
    actor, counted = county.actors[who], 0
    everything = values(actor)
    for layout in layouts(6, seed=WHO.index(who)):
        banded = [name for name in (*layout.rows, layout.column) if name.endswith("_band")]
        table = crosstab(actor, replace(layout, bands=dict.fromkeys(banded, LIMITS)))
        for row, column, keys in cells(table):
            rows = [one for one, told in everything if keys.items() <= told.items()]
            if not rows:
                assert table.tally(row, column).rows == 0
                continue
            found = {one.name: table.figure(one, row, column) for one in CASES.measures.values()}
            assert found == pytest.approx(expected(rows, len(everything))), keys
            counted += 1
    assert counted > 20


def test_a_child_with_a_case_in_two_counties_is_one(county):
    table = crosstab(county.actors["city"], Layout(("home_county",), measures=("rows", "children"), of=NAME))
    assert table.whole.children == len({case.id_number for case in DropoutCase}) < table.whole.rows == 240
    assert sum(table.tally(line, None).children for line in table.lines) > table.whole.children


def test_it_takes_one_statement_and_the_school_year_another(county, queries):
    asked = layouts(16, seed=3)
    banded = sum(one.banded for layout in asked for one in layout.by)
    aged = sum(one.name == "age" for layout in asked for one in layout.by)
    with held(), queries() as sent:
        for layout in asked:
            crosstab(county.actors["county"], layout)
    assert (len(sent), aged > 0) == (16 + banded + aged + 1, True)  # and once what the county has added


def test_values_are_called_as_the_list_calls_them(county):
    def labels(name):
        layout = Layout((name,), measures=("rows",), of=NAME)
        return [line[0].label for line in crosstab(county.actors["county"], layout).lines]

    assert labels("state") == ["待劝返", "已了结"]
    assert labels("closed_reason") == ["已有学籍", "已补录", "不在当前名册", "已不在 6–14 岁", "未填"]
    assert labels("visits") == ["0 次", "1 次", "3 次"]
    assert labels("age")[0].endswith(" 岁")
    assert labels("opened_at_month") == ["2026年8月", "2026年9月", "2026年12月", "2027年1月"]
    assert labels("closed_at_year") == ["2026年", "2027年", "未填"]
    assert labels("home_township") == ["德安县本级", "蒲亭镇", "聂桥镇"]
    assert labels("register_person.nation") == ["汉族", "=回族", "a|b", "未填"]


def test_nobody_counts_what_they_may_not_read(county):
    for who in (county.actors["a"], county.actors["auditor"], SYSTEM):
        with pytest.raises(NotAllowed):
            crosstab(who, Layout(("state",), of=NAME))


def test_one_counts_the_cases_of_ones_own_place(county):
    found = {who: crosstab(county.actors[who], Layout(("state",), of=NAME)).whole.rows for who in WHO}
    homes = {who: visible(DropoutCase, county.actors[who].scope).count() for who in WHO}
    assert found == homes
    assert found["town"] < found["county"] == found["other_county"] == 120 < found["city"]


def test_what_is_of_one_subject_is_not_of_the_other():
    for wrong in (Layout(("school",), of=NAME), Layout(("state",), measures=("yuan",), of=NAME), Layout(("visits",))):
        with pytest.raises(RuleBroken, match=r"不能按|不认识的数"):
            wrong.refuse_faults()
    for text in ('{"rows":["state"],"of":"account"}', '{"rows":["state"],"of":[]}'):
        with pytest.raises(RuleBroken, match="布局不对"):
            Layout.read(text)


def test_what_was_kept_before_there_was_another_subject_is_of_the_list():
    old = (
        '{"bands":{},"chart":"bars","column":"","filters":{},"measures":["children"],"rows":["stage"],"subtotals":true}'
    )
    assert Layout.read(old).subject.model is Beneficiary
    assert Layout.read(old).packed == old
    cases_of = Layout(("state",), of=NAME)
    assert Layout.read(cases_of.packed) == cases_of
