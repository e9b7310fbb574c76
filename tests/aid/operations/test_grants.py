"""Giving: what it writes, whom it leaves out, who may, and what stands in its way; taking back; two at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from aid.errors import AidError, Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import mergers
from aid.operations.aid_items import take_national
from aid.operations.checking import mark_invalid
from aid.operations.grants import give, grants_of, preview, withdraw_many
from aid.operations.history import undo
from aid.operations.organisations import in_the_way
from aid.permissions import Permission
from aid.scope import visible
from aid.selection import Selection
from models import AidGrant, AidItem, AidStandard, Beneficiary, InvalidReason, Operation, db
from tests.aid.giving import MEALS, TERM, aim, all_due, check, give_all, give_to, ready


def given() -> list[tuple[str, str, int]]:
    return [(row.name, row.term, row.amount_fen) for row in AidGrant.select().order_by(AidGrant.id)]


def ticked(world, *keys: str) -> Selection:
    rows = [Beneficiary.get_by_id(world.children[key].id) for key in keys]
    return Selection.ticked(Beneficiary, {row.id: row.version for row in rows})


# -- it works ------------------------------------------------------------------


def test_all_that_are_due_are_given_their_standards_in_one_operation_and_its_undo_takes_it_back(world):
    at = ready(world)
    shares = preview(world.actors["county"], all_due(world, at), at)
    assert [(one.stage.label, one.fen, one.heads) for one in shares] == [("小学", 62_500, 1), ("初中", 37_500, 1)]
    outcome = give_all(world, at)
    assert given() == [("王芳", TERM, 62_500), ("张敏", TERM, 37_500)]
    operation = Operation.get_by_id(outcome.operation_id)
    assert operation.sentence == "发放 2026秋 义务教育生活补助：2 人，1,000.00 元"
    assert (undo(world.actors["county"], operation).rows, given()) == (2, [])


def test_who_has_it_or_is_not_due_it_is_left_out_and_counted(world):
    at = ready(world)
    give_to(world, at, ticked(world, "a1"))
    outcome = give_to(world, at, ticked(world, "a1", "a2", "b1"))
    assert (outcome.rows, len(given())) == (1, 2)
    assert Operation.get_by_id(outcome.operation_id).sentence.endswith("另有 2 人已发或不在应发之列，没有计入")


def test_a_child_without_a_number_is_its_row(world):
    at = ready(world)
    for key in ("a1", "a2"):
        check(world, key, id_number="", boards=True)
    assert give_all(world, at).rows == 3
    with pytest.raises(RuleBroken, match="都不在"):
        give_to(world, at, ticked(world, "a1", "a2"))


def test_what_was_given_stands_in_the_page_of_the_child_whatever_became_of_its_row(world):
    at, county = ready(world), world.actors["county"]
    give_all(world, at)
    mark_invalid(county, Beneficiary.get_by_id(world.children["a1"].id), reason=InvalidReason.ELSEWHERE)
    check(world, "c1", id_number=world.children["a1"].id_number)
    told = [[grant.term for grant in grants_of(county, world.children[key])] for key in ("a1", "c1", "a2")]
    assert told == [[TERM], [TERM], []]


def test_grants_follow_their_children_to_another_school_and_say_where_they_were(world):
    at, schools = ready(world), world.organisations
    give_all(world, at)
    merged = mergers.merge(world.actors["county"], schools["a"], schools["c"])
    assert [row.school.id for row in visible(AidGrant, world.actors["c"].scope)] == [schools["a"].id]
    assert not visible(AidGrant, world.actors["a"].scope).exists()
    assert "发放 1 笔" in in_the_way(schools["a"])
    undo(world.actors["county"], Operation.get_by_id(merged.operation_id))
    assert visible(AidGrant, world.actors["a"].scope).count() == 1


def test_the_national_items_are_taken_once_and_those_the_county_has_stay(world):
    county = world.actors["county"]
    with writing(county, Permission.AID_WRITE) as ledger:
        own = ledger.add(AidItem, office=world.organisations["county"], name=MEALS)
    assert take_national(county).rows == 5
    assert not AidStandard.select().where(AidStandard.item == own).exists()
    with pytest.raises(RuleBroken, match="都已经有了"):
        take_national(county)


def test_what_is_taken_back_is_due_again_and_can_be_put_back(world):
    at, county = ready(world), world.actors["county"]
    give_all(world, at)
    row = AidGrant.get(AidGrant.name == "王芳")
    outcome = withdraw_many(county, Selection.ticked(AidGrant, {row.id: row.version}))
    operation = Operation.get_by_id(outcome.operation_id)
    assert (len(given()), operation.sentence) == (1, "撤回发放 1 笔，625.00 元")
    assert all_due(world, at).expected == 1
    undo(county, operation)
    assert len(given()) == 2


# -- the rule refuses ----------------------------------------------------------


def test_a_standard_that_moved_on_since_it_was_shown_gives_nothing(world):
    at = ready(world)
    with writing(world.actors["county"], Permission.AID_WRITE) as ledger:
        ledger.change_where(AidStandard, AidStandard.item == at.item.id, amount_fen=100)
    with pytest.raises(Conflict, match=r"现在 2 人 2\.00 元"):
        give(world.actors["county"], all_due(world, at), item_id=at.item.id, term=TERM, shown_fen=1, paid_on=None)
    assert given() == []


def test_an_item_that_is_not_in_use_is_not_given(world):
    at = ready(world)
    with writing(world.actors["county"], Permission.AID_WRITE) as ledger:
        ledger.change(at.item, active=False)
    with pytest.raises(OutOfScope, match="停用"):
        give_all(world, at)


def test_a_child_has_an_item_once_in_a_term_whoever_s_row_it_is(world):
    at = ready(world)
    give_all(world, at)
    words = {"school": world.organisations["c"], "name": "王芳", "id_number": world.children["a1"].id_number}
    words |= {"item": at.item, "amount_fen": 1}
    for other in ({"term": "2027春"}, {"term": TERM}):
        try:
            with writing(world.actors["county"], Permission.AID_WRITE) as ledger:
                ledger.add(AidGrant, beneficiary=world.children["c1"], **words, **other)
        except RuleBroken:
            assert other == {"term": TERM}
    assert len(given()) == 3


def test_a_row_that_was_given_aid_keeps_the_matching_that_made_it(world):
    """Undo of the operation that added the child names the grant that holds it."""
    at, county = ready(world), world.actors["county"]
    words = {"name": "新来", "id_number": "360426200908300067", "hardship": "lifted", "boards": True}
    with writing(county, Permission.BENEFICIARY_MATCH) as ledger:
        place = {"school": world.organisations["a"], "home_region": world.regions["village"], "state": "unchanged"}
        ledger.add(Beneficiary, **words, **place)
        added = ledger.operation
    give_all(world, at)
    with pytest.raises(RuleBroken, match=r"已有 1 条受助信息引用（受助信息“新来”）；请先撤销后来的操作 .*发放 2026秋"):
        undo(county, added)


def test_a_grant_that_was_corrected_since_keeps_its_giving_from_being_undone(world):
    at, county = ready(world), world.actors["county"]
    outcome = give_all(world, at)
    with writing(county, Permission.AID_WRITE) as ledger:
        ledger.change(AidGrant.get(AidGrant.name == "王芳"), amount_fen=50_000)
    with pytest.raises(RuleBroken, match="新增的受助信息有 1 条（受助信息“王芳”）"):
        undo(county, Operation.get_by_id(outcome.operation_id))


# -- permission and scope -------------------------------------------------------


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_only_a_county_gives(world, who):
    at = ready(world)
    with pytest.raises(NotAllowed):
        give_to(world, at, ticked(world, "a1"), who)
    with pytest.raises(NotAllowed):
        withdraw_many(world.actors[who], Selection.ticked(AidGrant, {1: 1}))
    with pytest.raises(NotAllowed):
        take_national(world.actors[who])


def test_a_county_gives_its_own_items_to_the_rows_of_its_own_schools(world):
    at = ready(world)
    check(world, "away", boards=True)
    with pytest.raises(OutOfScope):
        give_to(world, at, ticked(world, "a1", "away"))
    with pytest.raises(OutOfScope, match="没有这个资助项目"):
        give_to(world, at, ticked(world, "far1"), "other_county")
    assert given() == []


def test_a_county_takes_back_what_its_own_schools_children_were_given(world):
    at = ready(world)
    give_all(world, at)
    row = AidGrant.select().first()
    with pytest.raises(OutOfScope):
        withdraw_many(world.actors["other_county"], Selection.ticked(AidGrant, {row.id: row.version}))


# -- two at once ---------------------------------------------------------------


def test_two_clerks_who_give_at_once_give_once(world):
    at = ready(world)
    rows, shown = ticked(world, "a1", "b1"), 100_000

    def clerk(_: int) -> str:
        with db.connection_context():
            try:
                actor = world.actors["county"]
                return str(give(actor, rows, item_id=at.item.id, term=TERM, shown_fen=shown, paid_on=None).rows)
            except AidError as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(clerk, range(2))) == ["2", "RuleBroken"]
    assert len(given()) == 2


def test_a_child_is_given_an_item_again_in_the_next_term(world):
    ready(world)
    for term in (TERM, "2027春"):
        give_all(world, aim(world, term=term))
    assert [row for row in given() if row[0] == "王芳"] == [("王芳", TERM, 62_500), ("王芳", "2027春", 62_500)]
