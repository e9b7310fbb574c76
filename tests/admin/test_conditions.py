"""What a filter's word asks for, by the kind of its column."""

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin.accounts import AccountView
from admin.beneficiaries import BeneficiaryView
from admin.conditions import MOST_VALUES, parts_of, told
from admin.history import ChangeView, OperationView
from admin.listing import Listing
from admin.registers import RegisterPersonView
from admin.rolls import EnrolmentView
from aid.errors import RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.words import exactly
from aid.scope import SYSTEM
from models import Enrolment, RegisterPerson
from tests.admin.crowd import ODD, crowd

ROLL = EnrolmentView().table
VIEWS = (AccountView, BeneficiaryView, ChangeView, EnrolmentView, OperationView, RegisterPersonView)


def found(world, view=EnrolmentView, who: str = "county", **asked: str) -> set[str]:
    listing = Listing(view().table, world.actors[who].scope, asked)
    return {line["name"].text for line in listing.lines_of(listing.keys())}


def give(world, key: str, **values: object) -> None:
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.change(Enrolment.get_by_id(world.children[key].enrolment_id), **values)


@pytest.fixture
def roll(world):
    """王芳 and 李强 at a, 张敏 at b, 陈静 at c: each with something of its own."""
    give(world, "a1", sex="female", birth_date=dt.date(2015, 1, 1), boards=True, class_name="")
    give(world, "a2", sex="male", birth_date=dt.date(2015, 1, 2), boards=False, grade="四年级")
    give(world, "b1", sex=None, birth_date=dt.date(2015, 1, 3), grade="a|b")
    return world


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({"sex": "male"}, {"李强"}),
        ({"sex": "male|female"}, {"李强", "王芳"}),
        ({"sex": "female|-"}, {"王芳", "张敏", "陈静"}),
        ({"sex": "odd|male|"}, {"李强"}),
        ({"sex": "|"}, set()),
        ({"grade": "年级"}, {"王芳", "李强", "陈静"}),
        ({"grade": "=年级"}, set()),
        ({"grade": "=三年级|=四年级"}, {"王芳", "李强", "陈静"}),
        ({"grade": "=四年级|=a\\|b"}, {"李强", "张敏"}),
        ({"grade": "a|b"}, {"张敏"}),
        ({"class_name": "-"}, {"王芳"}),
        ({"class_name": "-|=1班"}, {"王芳", "李强", "张敏", "陈静"}),
        ({"boards": "1"}, {"王芳"}),
        ({"boards": "0|-"}, {"李强", "张敏", "陈静"}),
        ({"boards": "2"}, set()),
        ({"school": "360426000004|360426000005"}, {"张敏", "陈静"}),
        ({"school": "初级|聂桥"}, {"张敏", "陈静"}),
        ({"school": "德安县蒲亭镇小学（小学） 360426000003|=360426000005"}, {"王芳", "李强", "陈静"}),
        ({"school": "=3604260000"}, set()),
        ({"school": "-"}, set()),
        ({"birth_date": "2015-01-01|2015-01-03"}, {"王芳", "张敏"}),
        ({"birth_date": "-|2015-01-02"}, {"李强", "陈静"}),
        ({"birth_date_from": "2015-01-02", "birth_date_to": "2015-01-02"}, {"李强"}),
        ({"birth_date_from": "昨天"}, set()),
    ],
)
def test_several_values_are_any_of_them(roll, words, names):
    assert found(roll, **words) == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({"left_poverty": "2024"}, {"李强", "张敏", "陈静", "户在本县"}),
        ({"left_poverty_from": "2025"}, {"王芳"}),
        ({"left_poverty_to": "2024", "name": "=李强|=王芳"}, {"李强"}),
        ({"left_poverty": "2026|2025"}, {"王芳"}),
        ({"left_poverty_from": "二〇二〇"}, set()),
        ({"left_poverty_to": "9" * 30}, set()),
        ({"left_poverty": "-"}, set()),
        ({"home_region": "=360426000000"}, set()),
        ({"home_region": "360426000000"}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
        ({"home_region": "360426100200|=360426101000"}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
        ({"batch": "=2026 秋"}, {"王芳", "李强", "张敏", "陈静", "户在本县"}),
    ],
)
def test_numbers_have_ends_and_places_what_lies_in_them(world, words, names):
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        row = RegisterPerson.get_by_id(world.children["a1"].register_person_id)
        ledger.change(row, left_poverty=2025)
    assert found(world, RegisterPersonView, **words) == names


def test_a_column_of_the_row_pointed_at_is_asked_there(world):
    listing = Listing(ChangeView().table, world.actors["county"].scope, {"operation.at_from": "2000-01-01"})
    assert listing.total > 0
    later = Listing(ChangeView().table, world.actors["county"].scope, {"operation.at_from": "2999-01-01"})
    assert later.total == 0
    nobody = Listing(ChangeView().table, world.actors["county"].scope, {"operation.actor": "-"})
    assert nobody.total == 0


def test_more_values_than_a_clerk_can_tick_are_refused(world):
    asked = "|".join(f"={number}" for number in range(MOST_VALUES))
    assert found(world, grade=asked) == set()
    assert found(world, school=asked) == set()
    with pytest.raises(RuleBroken, match="年级一次最多选 500 个值"):
        found(world, grade=f"{asked}|=三年级")


@pytest.mark.parametrize("one", ["={}", "某{}校", "20{:02}-01-01"])
def test_as_many_values_as_may_be_in_every_column_at_once_take_no_time(world, one):
    asked = "|".join(one.format(number) for number in range(MOST_VALUES))
    for view in VIEWS:
        table = view().table
        listing = Listing(table, SYSTEM.scope, {column.name: asked for column in table.known})
        began = time.perf_counter()
        assert listing.keys() == []
        assert time.perf_counter() - began < 2  # as a chain of ORs beside another it took SQLite minutes


@pytest.mark.parametrize("text", ODD)
def test_what_stands_there_can_be_asked_for_exactly(world, text):
    crowd(world, rows=60)
    listing = Listing(ROLL, world.actors["county"].scope, {"grade": exactly(text)})
    assert {line["grade"].text for line in listing.lines_of(listing.keys())} == {text}


@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1))
def test_an_exact_word_is_one_part_that_says_the_text(text):
    [grade] = [column for column in ROLL.columns if column.name == "grade"]
    assert parts_of(grade, exactly(text)) == [f"={text}"]


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")  # no request can hold half a letter
words = st.text(st.sampled_from("-=|\\,0129Xx王级 %_'\"年") | letters, max_size=30)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=words, ends=words)
def test_no_word_breaks_a_list(world, value, ends):
    for view in VIEWS:
        table = view().table
        asked = {column.name: value for column in table.known}
        asked |= {f"{column.name}_{end}": ends for column in table.known for end in ("from", "to")}
        listing = Listing(table, SYSTEM.scope, {**asked, "sort": value, "search": ends, "all": "1"})
        assert len(listing.keys()) == listing.total


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("sex", "male|-", "男、（空）"),
        ("grade", "=三年级|=四年级", "三年级、四年级"),
        ("grade", "三", "三"),
        ("boards", "1|0", "是、否"),
        ("school", "=360426000003", "360426000003"),
    ],
)
def test_a_filter_is_told_in_words(name, value, words):
    assert told(ROLL.column(name), value) == words
