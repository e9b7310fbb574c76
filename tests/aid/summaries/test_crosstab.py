"""Every figure of a summary against the rows, gone through one by one in Python."""

from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.own_columns import held
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor, visible
from aid.summaries.crosstab import crosstab
from aid.summaries.dimensions import DIMENSIONS
from aid.summaries.kinds import DIGITS
from aid.summaries.layout import Layout
from aid.summaries.measures import MEASURES
from models import AidGrant, Beneficiary, CheckState, Organisation, Region, RegionLevel
from tests.aid.summaries.listed import LIMITS, layouts, listed

BOUNDS = (-50_000, 0, 25_000, 100_000)  # of LIMITS
WHO = ("county", "city", "town", "a", "other_county", "far")


@pytest.fixture
def county(world):
    listed(world)
    return world


def value(row: Beneficiary | Organisation, name: str):
    """What a row is grouped by, worked out by hand."""
    side, _, level = name.partition("_")
    if level in list(RegionLevel):
        place = row.school.region if side == "school" else row.home_region
        return place.code[: DIGITS[RegionLevel(level)]].ljust(12, "0")
    if name == "stage":
        return row.outside_stage or row.school.stage
    if name.startswith("school."):
        return value(row.school, name.removeprefix("school."))
    if name.startswith("own_date"):
        return row.own_date_1 and str(row.own_date_1)[: 4 if level.endswith("year") else 7]
    if name.startswith("own_number"):
        return None if row.own_number_1 is None else bisect_right(BOUNDS, row.own_number_1)
    found = row.school_id if name == "school" else getattr(row, name)
    return None if found == "" else found


def expected(rows: list[Beneficiary], everything: int, given: Counter) -> dict[str, object]:
    numbers = {row.id_number or f"#{row.id}" for row in rows}
    numbers_in = [row.own_number_1 for row in rows if row.own_number_1 is not None]
    checked = sum(row.state != CheckState.UNCHECKED for row in rows)
    return {
        "children": len(numbers),
        "rows": len(rows),
        "yuan": Decimal(sum(given[row.id] for row in rows)) / 100,
        "share": len(rows) / everything,
        "checked": checked / len(rows),
        "own_number_1_sum": Decimal(sum(numbers_in)) / 10_000,
        "own_number_1_mean": Decimal(sum(numbers_in)) / 10_000 / len(numbers_in) if numbers_in else None,
    }


def cells(table):
    """Every cell, subtotal and total that has rows: its members by dimension."""
    layout = table.layout
    prefixes = {line[:depth] for line in table.lines for depth in range(len(line) + 1)}
    for row, column in product(prefixes, (*table.columns, None)):
        named = list(zip(layout.rows, row, strict=False)) + ([(layout.column, column)] if column else [])
        yield row, column, {name: member.key for name, member in named}


def values(who: Actor) -> list[tuple[Beneficiary, dict[str, object]]]:
    rows = visible(Beneficiary, who.scope).select(Beneficiary, Organisation, Region)
    rows = rows.join_from(Beneficiary, Organisation).join_from(Organisation, Region)
    return [(row, {name: value(row, name) for name in DIMENSIONS}) for row in rows]


@pytest.mark.parametrize("who", WHO)
def test_every_figure_is_that_of_its_rows(county, who):
    actor, given = county.actors[who], Counter()
    for beneficiary, fen in AidGrant.select(AidGrant.beneficiary, AidGrant.amount_fen).tuples():
        given[beneficiary] += fen
    everything, counted = values(actor), 0
    for layout in layouts(6, seed=WHO.index(who)):
        banded = [name for name in (*layout.rows, layout.column) if name.endswith("_band")]
        layout = replace(layout, bands=dict.fromkeys(banded, LIMITS))
        table = crosstab(actor, layout)
        for row, column, keys in cells(table):
            rows = [one for one, told in everything if keys.items() <= told.items()]
            if not rows:
                assert table.tally(row, column).rows == 0
                continue
            found = {one.name: table.figure(one, row, column) for one in MEASURES.values()}
            assert found == pytest.approx(expected(rows, len(everything), given)), keys
            counted += 1
    assert counted > 20


def test_it_takes_one_statement(county, queries):
    asked = layouts(8, seed=3)
    banded = sum(one.banded for layout in asked for one in layout.by)
    with held(), queries() as sent:
        for layout in asked:
            crosstab(county.actors["county"], layout)
    assert len(sent) == 8 + banded + 1  # what columns the county has added is read once


def test_what_is_narrowed_is_counted_alone(county):
    where = Beneficiary.state == CheckState.INVALID
    table = crosstab(county.actors["county"], Layout(("state",)), where=where)
    assert [line[0].label for line in table.lines] == ["无效"]
    assert table.whole.rows == visible(Beneficiary, county.actors["county"].scope).where(where).count()


def test_values_stand_in_their_own_order_and_what_is_empty_comes_last(county):
    def labels(name):
        return [line[0].label for line in crosstab(county.actors["county"], Layout((name,))).lines]

    assert labels("state") == [state.label for state in CheckState]
    assert labels("sex") == ["男", "女", "未填"]
    assert labels("boards") == ["是", "否", "未填"]
    assert labels("grade")[:3] + labels("grade")[-1:] == ["一年级", "三年级", "高一", "未填"]
    assert labels("nation") == ["汉族", "=回族", "回族", "未填"]
    assert labels("stage") == ["小学", "初中", "普高"]


def test_numbers_stand_in_round_bands_and_days_in_their_months(county):
    def labels(name):
        return [line[0].label for line in crosstab(county.actors["county"], Layout((name,))).lines]

    bands = labels("own_number_1_band")
    assert bands[:3] + bands[-2:] == ["-15 到不足 -10", "-5 到不足 0", "0 到不足 5", "10 及以上", "未填"]
    assert labels("own_date_1_year") == ["2024年", "2025年", "未填"]
    assert labels("own_date_1_month")[:3] == ["2024年1月", "2024年2月", "2024年12月"]


def test_what_lies_in_no_smaller_place_is_the_places_own(county):
    table = crosstab(county.actors["county"], Layout(("home_township",)))
    labels = {line[0].key: line[0].label for line in table.lines}
    assert labels["360426000000"] == "德安县本级"
    assert labels["360426100000"] == "蒲亭镇"
    assert table.lines[0][0].label.endswith("本级")


def test_two_places_of_one_name_are_told_apart_by_what_is_around_them(county):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.change(county.regions["far_town"], name="蒲亭镇")
    labels = [line[0].label for line in crosstab(county.actors["city"], Layout(("home_township",))).lines]
    assert {"德安县蒲亭镇", "永修县蒲亭镇"} <= set(labels)
    assert "聂桥镇" in labels


def test_nobody_counts_what_they_may_not_read(county):
    for who in (county.actors["auditor"], SYSTEM):
        with pytest.raises(NotAllowed):
            crosstab(who, Layout(("school",)))


def test_of_nothing_there_is_a_total_of_nothing(county):
    table = crosstab(county.actors["county"], Layout(("school",), "sex"), where=Beneficiary.id.is_null())
    assert (table.lines, table.columns, table.whole.children) == ([], [], 0)


def test_every_dimension_is_like_a_field_and_named_after_the_lists_column():
    assert all(one.name == name and one.label for name, one in DIMENSIONS.items())
