"""Totals and values of a column against the same worked out in Python, row by row."""

import pytest

from admin.beneficiaries import BeneficiaryView
from admin.checking import CheckView
from admin.columns import Kind
from admin.history import ChangeView, OperationView
from admin.imports import ImportRunView
from admin.listing import Listing
from admin.measures import Total, totals, values
from admin.organisations import OrganisationView
from admin.registers import RegisterPersonView
from admin.rolls import EnrolmentView
from aid.errors import RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from bench.measure import statements
from models import ImportRun
from tests.admin.crowd import crowd

VIEWS = (
    *(BeneficiaryView, CheckView, ChangeView, EnrolmentView, ImportRunView, OperationView, OrganisationView),
    RegisterPersonView,
)
REFUSED = {"id_number", "before", "after", "at", "operation.at", "checked_at"}


def look(world, view=EnrolmentView, who: str = "county", **asked: str) -> Listing:
    return Listing(view().table, world.actors[who].scope, asked)


def measured(listing: Listing, keys: list[int], **options: object) -> dict[str, Total]:
    return totals(listing.table, listing.scope, keys, columns=listing.table.columns, **options)


@pytest.mark.parametrize("seed", range(2))
def test_totals_are_those_of_the_cells(world, seed):
    crowd(world, seed=seed)
    listing = look(world)
    keys = listing.keys()[::2]
    lines = listing.lines_of(keys)
    for name, total in measured(listing, keys).items():
        filled = [line[name].value for line in lines if line[name].value not in (None, "")]
        assert total == Total(len(keys), len(filled), len(set(filled))), name


def test_only_quantities_are_added_up(world):
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        for rows in (3, 4):
            ledger.add(
                ImportRun, office=world.organisations["county"], kind="roll", file_name="x", digest="", rows=rows
            )
    listing = look(world, ImportRunView)
    found = {name: total.sum for name, total in measured(listing, listing.keys()).items() if total.sum is not None}
    assert found["rows"] == 7
    people = look(world, RegisterPersonView)
    assert {total.sum for total in measured(people, people.keys()).values()} == {None}
    nothing = measured(listing, [])["rows"]
    assert nothing == Total(0, 0, 0, 0)


def test_different_values_are_counted_where_asked(world):
    listing = look(world)
    found = measured(listing, listing.keys(), distinct={"school"})
    assert (found["school"].distinct, found["grade"].distinct, found["grade"].filled) == (3, None, 4)


def test_totals_are_of_rows_one_may_read_in_one_statement(world):
    everything = look(world).keys()
    with statements() as sent:
        found = measured(look(world, who="a"), everything)
    assert (found["name"].rows, len(sent)) == (2, 1)


@pytest.mark.parametrize("view", VIEWS)
def test_totals_and_values_are_told_of_every_column(world, view):
    listing = look(world, view)
    assert measured(listing, listing.keys()).keys() == {column.name for column in listing.table.columns}
    for column in listing.table.columns:
        if column.kind is not Kind.MOMENT and column.name not in REFUSED:
            assert sum(rows for *_, rows in values(listing, column.name)) == listing.apart_from(column.name).count()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("words", [{}, {"school": "小学", "grade": "=三年级|-"}, {"birth_date_from": "2015-01-02"}])
def test_the_word_of_a_value_finds_as_many_rows_as_are_told(world, view, words):
    crowd(world)
    for column in view().table.columns:
        if column.name in REFUSED or column.kind is Kind.MOMENT:
            continue
        for text, word, rows in values(look(world, view, **words), column.name, limit=12):
            others = {key: asked for key, asked in words.items() if column.name not in (key, key[: -len("_from")])}
            assert look(world, view, **others, **{column.name: word}).total == rows, (column.name, text, word)


def test_values_are_those_under_all_other_filters_the_most_frequent_first(world):
    assert values(look(world, school="360426000005"), "school") == [
        ("德安县蒲亭镇小学（小学）", "=360426000003", 2),
        ("德安县蒲亭镇初级中学（初中）", "=360426000004", 1),
        ("德安县聂桥镇小学（小学）", "=360426000005", 1),
    ]
    assert values(look(world, school="360426000005", name="=王芳"), "school") == [
        ("德安县蒲亭镇小学（小学）", "=360426000003", 1)
    ]
    assert values(look(world, sex="male"), "boards") == []
    assert values(look(world), "boards") == [("（空）", "-", 4)]


def test_a_work_list_tells_the_values_under_its_own_filter(world):
    assert values(look(world, CheckView, who="a"), "state") == [("未核对", "unchecked", 2)]
    assert values(look(world, CheckView, who="a", state="invalid"), "name") == []


def test_a_closed_list_stands_in_its_own_order_and_no_more_than_asked(world):
    crowd(world)
    assert [text for text, *_ in values(look(world), "sex")] == ["男", "女", "（空）"]
    assert len(values(look(world), "grade", limit=3)) == 3


def test_values_are_of_ones_own_rows(world):
    assert {text for text, *_ in values(look(world, who="far"), "name")} == {"周远", "户在本县"}


def test_what_is_personal_or_endless_is_not_listed(world):
    for view, name, why in [
        (EnrolmentView, "id_number", "个人信息"),
        (RegisterPersonView, "id_number", "个人信息"),
        (OperationView, "at", "起止日期"),
        (ChangeView, "before", "不能按取值"),
        (EnrolmentView, "nothing", "没有这一列"),
        (EnrolmentView, "digest", "没有这一列"),
    ]:
        with pytest.raises(RuleBroken, match=why):
            values(Listing(view().table, SYSTEM.scope, {}), name)
