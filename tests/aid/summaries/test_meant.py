"""A kept summary means the county's own columns of its day, whatever becomes of the spare ones they lie in."""

import pytest

from aid.errors import RuleBroken
from aid.operations import own_columns as operations
from aid.operations.accounts import actor_of, open_account
from aid.operations.summaries import keep_summary, layout_of
from aid.own_columns import own_names
from aid.scope import SYSTEM, Actor
from aid.summaries.layout import Layout
from aid.summaries.subjects import CASES
from models import Organisation, OwnColumn, OwnKind, Role, Summary

TABLES = {"beneficiary": "", "organisation": "school.", CASES.name: ""}


def layout_by(table: str, slot: str) -> Layout:
    """A summary with a column of the county's own in a table."""
    column = TABLES[table] + slot
    return Layout(("age",), column, of=CASES.name) if table == CASES.name else Layout(("stage",), column)


@pytest.fixture
def county(world) -> Actor:
    office = world.organisations["county"]
    return actor_of(open_account(SYSTEM, organisation=office, role=Role.COUNTY, login="sums", name="王芳")[0])


def standing(slot: str) -> OwnColumn:
    return OwnColumn.get(OwnColumn.slot == slot, OwnColumn.until.is_null())


@pytest.fixture(params=TABLES)
def kept(request, county) -> tuple[str, str, Summary]:
    """A table, the spare column there which is 家庭类型, the last of its kind that was free, and a summary by it."""
    table = request.param
    taken = set()
    while True:
        label = "家庭类型" if not taken else f"占位{len(taken)}"
        try:
            taken.add(operations.define(county, table, kind=OwnKind.TEXT, label=label).slot)
        except RuleBroken:
            break
    slot = OwnColumn.get(OwnColumn.label == "家庭类型").slot
    layout = layout_by(table, slot)
    return table, slot, keep_summary(county, name="类型", layout=layout, filters=())[0]


def test_it_opens_as_long_as_its_column_is_there_also_renamed_and_retired(county, kept):
    table, slot, row = kept
    opened = layout_of(row)
    assert (opened.column, opened.own) == (TABLES[table] + slot, {TABLES[table] + slot: standing(slot).id})
    operations.redefine(county, standing(slot), label="家庭的类型", help="", required=False)
    operations.retire(county, standing(slot))
    assert layout_of(row).column == TABLES[table] + slot


def test_it_never_counts_by_what_lies_in_the_place_of_its_column_now(county, kept):
    table, slot, row = kept
    operations.retire(county, standing(slot))
    operations.clear(county, standing(slot))
    with pytest.raises(RuleBroken, match="“类型”用到的自定义列“家庭类型”已经清空"):
        layout_of(row)
    assert operations.define(county, table, kind=OwnKind.TEXT, label="住房").slot == slot
    with pytest.raises(RuleBroken, match="家庭类型"):
        layout_of(row)


def test_one_that_was_kept_before_that_was_noted_opens_where_its_column_meant_one_thing_only(county, kept):
    table, slot, row = kept
    plain = layout_by(table, slot)
    Summary.update(layout=plain.packed).where(Summary.id == row.id).execute()
    assert layout_of(Summary.get()) == plain
    operations.retire(county, standing(slot))
    operations.clear(county, standing(slot))
    operations.define(county, table, kind=OwnKind.TEXT, label="住房")
    with pytest.raises(RuleBroken, match="已经清空"):
        layout_of(Summary.get())


def test_a_filter_and_a_measure_are_meant_too(county):
    slot = operations.define(county, "beneficiary", kind=OwnKind.NUMBER, label="收入").slot
    layout = Layout(("stage",), "", (f"{slot}_sum",), {f"{slot}_from": "100"})
    row = keep_summary(county, name="收入", layout=layout, filters=[slot, f"{slot}_from"])[0]
    assert layout_of(row).own == {slot: standing(slot).id}
    assert own_names(Organisation) == ()
