"""The rows of a list in order, all of them at once: sorted by several columns, grouped, and told whose they are."""

from itertools import groupby, product

import pytest

from admin.beneficiaries import BeneficiaryView
from admin.history import ChangeView
from admin.listing import EMPTY, Listing
from admin.rolls import EnrolmentView
from aid.errors import RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import visible
from bench.measure import statements
from models import Enrolment, Organisation
from tests.admin.crowd import crowd

ROLL = EnrolmentView().table
LIST = BeneficiaryView().table
SORTS = ("", "name", "school,-name", "-school,grade,-birth_date", "-sex,boards", "-grade")


def look(world, who: str = "county", table=ROLL, **asked: str) -> Listing:
    return Listing(table, world.actors[who].scope, asked)


def texts(listing: Listing, column: str) -> list[str]:
    return [line[column].text for line in listing.lines_of(listing.keys(group=column))]


@pytest.mark.parametrize(
    ("asked", "sort"),
    [
        ("school,-name,grade", "school,-name,grade"),
        (" -name , nothing,school.code,,grade", "-name,grade"),
        ("name,-name", "name"),
        ("--name", "id"),
        ("nothing", "id"),
        ("-", "id"),
        ("," * 5000, "id"),
    ],
)
def test_a_sort_keeps_the_columns_that_there_are_each_once(world, asked, sort):
    assert look(world, sort=asked).sort == sort


def test_rows_are_sorted_by_one_column_after_the_other_and_ties_by_their_number(world):
    crowd(world)
    rows = list(visible(Enrolment, world.actors["county"].scope))
    wanted = sorted(rows, key=lambda row: row.id)
    wanted.sort(key=lambda row: row.name, reverse=True)
    wanted.sort(key=lambda row: row.school.name)
    assert look(world, sort="school,-name").keys() == [row.id for row in wanted]


@pytest.mark.parametrize("sort", SORTS)
def test_the_pages_and_the_keys_are_in_one_order(world, sort):
    crowd(world, rows=120)
    pages = [line.id for page in range(4) for line in look(world, sort=sort, page=str(page)).lines]
    assert pages == look(world, sort=sort).keys() == [line.id for line in look(world, sort=sort).every_line()]


def test_the_keys_are_whole_numbers_of_ones_own_rows(world):
    crowd(world, rows=40)
    mine = {row.id for row in visible(Enrolment, world.actors["a"].scope)}
    keys = look(world, "a").keys()
    assert set(keys) == mine
    assert {type(key) for key in keys} == {int}


@pytest.mark.parametrize("seed", range(3))
def test_groups_stand_in_the_order_of_the_keys(world, seed):
    crowd(world, seed=seed)
    for column, sort in product([column.name for column in ROLL.columns], SORTS):
        listing = look(world, sort=sort)
        runs = [(text or EMPTY, len(list(some))) for text, some in groupby(texts(listing, column))]
        assert listing.groups(column) == runs, (column, sort)


@pytest.mark.parametrize("sort", SORTS)
def test_within_a_group_rows_are_sorted_as_without(world, sort):
    crowd(world)
    listing = look(world, sort=sort)
    place = {key: at for at, key in enumerate(listing.keys())}
    lines = listing.lines_of(listing.keys(group="school"))
    for _, some in groupby(lines, key=lambda line: line["school"].value):
        places = [place[line.id] for line in some]
        assert places == sorted(places)


def test_two_schools_of_one_name_are_two_groups(world):
    crowd(world)
    told = [text for text, _ in look(world).groups("school")]
    assert told == ["德安县聂桥镇小学（小学）", "德安县蒲亭镇小学（初中）", "德安县蒲亭镇小学（小学）"]


def test_groups_cost_one_statement_and_are_of_ones_own_rows(world):
    with statements() as sent:
        assert look(world, "a").groups("school") == [("德安县蒲亭镇小学（小学）", 2)]
    assert len(sent) == 1
    assert look(world, "a", grade="四").groups("school") == []


def test_a_column_that_is_none_gives_no_groups(world):
    for ask in (lambda: look(world).groups("nothing"), lambda: look(world).keys(group="password_hash")):
        with pytest.raises(RuleBroken, match="没有这一列"):
            ask()


def test_the_history_is_grouped_by_what_a_change_says(world):
    listing = look(world, table=ChangeView().table)
    assert sum(rows for _, rows in listing.groups("after")) == len(listing.keys(group="after"))


def test_lines_keep_the_order_they_are_asked_in(world):
    crowd(world)
    keys = look(world, sort="-name").keys()[:150]
    assert [line.id for line in look(world).lines_of(keys)] == keys


def test_five_hundred_lines_are_one_statement_and_two_with_whose_they_are(world):
    crowd(world, rows=500)
    keys = look(world).keys()[:500]
    with statements() as plain:
        assert len(look(world).lines_of(keys)) == 500
    with statements() as told:
        assert {line.mine for line in look(world).lines_of(keys, changeable=True)} == {True}
    assert (len(plain), len(told)) == (1, 2)


def test_a_row_read_for_its_household_is_not_ones_own(world):
    lines = look(world, table=LIST).lines_of(look(world, table=LIST).keys(), changeable=True)
    assert {line["name"].text: line.mine for line in lines} == {
        **dict.fromkeys(("王芳", "李强", "张敏", "陈静"), True),
        "户在本县": False,
    }
    assert not [line for line in look(world, table=LIST).lines if line.mine]


def test_a_name_given_to_two_schools_is_told_apart_by_code(world):
    with writing(world.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["c"].id), name=world.organisations["a"].name)
    assert look(world, school="=360426000005").total == 1
