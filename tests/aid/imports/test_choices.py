"""What an office said of titles: kept for its next sheet of the kind, replaced, undone, and nobody else's."""

import pytest

from aid.errors import NotAllowed, OutOfScope, RuleBroken
from aid.imports.choices import MOST, remember, remembered
from aid.imports.formats import DELIVERED
from aid.imports.headers import IGNORED, match, worth_remembering
from aid.operations import history, organisations
from aid.scope import SYSTEM, Actor, Scope
from models import ColumnChoice, Operation, Organisation, Role
from tests.aid.imports.sheets import id_number

ROLL, REGIONS = DELIVERED["roll"], DELIVERED["regions"]


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def test_what_was_chosen_by_hand_is_known_in_the_next_sheet(world):
    county, header = world.actors["county"], ["孩子（必填）", "姓名", "备注"]
    chosen = worth_remembering(header, {0: "name", 1: IGNORED, 2: IGNORED})
    outcome = remember(county, ROLL, chosen)
    assert (outcome.rows, newest().id, newest().sentence) == (3, outcome.operation_id, "记住《学籍名册》3 列的对应")
    assert newest().action == "roll:import"
    found = match(["备 注", "*孩子", "姓名"], ROLL, remembered=remembered(county)["roll"])
    assert (found.columns, found.unknown) == ({"name": 1}, ())


def test_a_later_choice_replaces_the_earlier_and_the_others_stay(world):
    county = world.actors["county"]
    remember(county, ROLL, {"孩子": "name", "备注": IGNORED})
    outcome = remember(county, ROLL, {"孩 子：": "class_name", "备注": IGNORED})
    assert (outcome.rows, remembered(county)) == (1, {"roll": {"孩子": "class_name", "备注": IGNORED}})
    history.undo(county, newest())
    assert remembered(county) == {"roll": {"孩子": "name", "备注": IGNORED}}


def test_every_kind_of_sheet_has_choices_of_its_own_in_one_query(world, queries):
    county = world.actors["county"]
    remember(county, ROLL, {"代码": "school"})
    remember(county, REGIONS, {"代码": "code"})
    with queries() as sent:
        assert remembered(county) == {"roll": {"代码": "school"}, "regions": {"代码": "code"}}
    assert len(sent) == 1


def test_where_nothing_differs_nothing_is_written(world):
    county = world.actors["county"]
    remember(county, ROLL, {"孩子": "name"})
    before = newest()
    outcome = remember(county, ROLL, {"孩子": "name", " ： ": "name"})
    assert (outcome.operation_id, outcome.rows, newest()) == (None, 0, before)


def test_a_title_that_holds_a_whole_number_is_not_kept(world):
    remember(world.actors["county"], ROLL, {id_number(3): "id_number", f"王芳 {id_number(5)}": "name", "孩子": "name"})
    assert remembered(world.actors["county"]) == {"roll": {"孩子": "name"}}


def test_a_column_the_sheet_does_not_have_is_refused_whole(world):
    with pytest.raises(RuleBroken, match="《学籍名册》没有您为“户号”选的列"):
        remember(world.actors["county"], ROLL, {"孩子": "name", "户号": "household_no"})
    with pytest.raises(RuleBroken, match="一次最多记住 500 列"):
        remember(world.actors["county"], ROLL, {f"列{n}": IGNORED for n in range(MOST + 1)})
    assert remembered(world.actors["county"]) == {}


@pytest.mark.parametrize("slug", [slug for slug in DELIVERED if slug != "supplement"])  # which schools send too
@pytest.mark.parametrize("who", ["province", "city", "town", "a", "auditor"])
def test_who_may_not_import_the_sheet_chooses_nothing_for_it(world, slug, who):
    with pytest.raises(NotAllowed):
        remember(world.actors[who], DELIVERED[slug], {"某列": IGNORED})
    assert not ColumnChoice.select().exists()


def test_choices_are_the_offices_own(world):
    county, other = world.actors["county"], world.actors["other_county"]
    remember(county, ROLL, {"孩子": "name"})
    remember(other, ROLL, {"孩子": "class_name"})
    assert remembered(county) == {"roll": {"孩子": "name"}}
    assert remembered(other) == {"roll": {"孩子": "class_name"}}
    assert remembered(world.actors["province"]) == remembered(world.actors["a"]) == {}
    remember(SYSTEM, REGIONS, {"代码": "code"})
    assert (remembered(SYSTEM), remembered(county)) == ({"regions": {"代码": "code"}}, {"roll": {"孩子": "name"}})


@pytest.mark.parametrize("office", [None, "other_county"])
def test_nobody_chooses_for_an_office_out_of_reach(world, office):
    organisation = world.organisations[office].id if office else None
    stray = Actor("x", Role.COUNTY, Scope("360426"), None, organisation)
    with pytest.raises(OutOfScope):
        remember(stray, ROLL, {"孩子": "name"})
    assert not ColumnChoice.select().exists()


def test_an_office_that_has_chosen_is_not_deleted(world):
    remember(world.actors["other_county"], ROLL, {"孩子": "name"})
    told = organisations.in_the_way(Organisation.get_by_id(world.organisations["other_county"].id))
    assert "记住的列 1 个" in told
