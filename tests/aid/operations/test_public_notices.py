"""公示: who is shown, what is kept of them, who may make one, and taking one back."""

import datetime as dt
import json
import re

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations import public_notices
from aid.operations.checking import mark_invalid, reopen
from aid.operations.history import undo
from aid.operations.public_lists import posted
from aid.operations.public_notices import Wanted, publish, rows_of, to_show
from aid.permissions import Permission
from aid.rules.signs import sign_of
from aid.scope import visible
from models import Beneficiary, Change, InvalidReason, Operation, Organisation, OrganisationStatus, PublicNotice
from tests.aid.giving import MEALS, TERM, check, give_to, ready
from tests.aid.operations.test_grants import ticked

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 7)
WHOLE_NUMBER = re.compile(r"[0-9]{12,}")


def wanted(school_id: int | None = None, **changes: object) -> Wanted:
    return Wanted(**{"term": TERM, "item": "", "school_id": school_id, "first_day": FIRST, "last_day": LAST} | changes)


def make(world, who: str = "county", key: str | None = None, **changes: object):
    asked = wanted(world.organisations[key].id if key else None, **changes)
    shown = to_show(world.actors[who].scope, asked)
    return publish(world.actors[who], asked, sign=sign_of(shown))


def names(world, who: str = "county", **which: object) -> list[str]:
    return [child.name for child in posted(world.actors[who].scope, TERM, **which)]


# -- who is shown ----------------------------------------------------------------


def test_who_is_due_or_has_it_is_shown_and_nobody_else(world):
    give_to(world, ready(world), ticked(world, "a1"))
    check(world, "c1")  # nobody has said whether it boards
    assert names(world) == ["王芳", "张敏"]
    mark_invalid(world.actors["county"], Beneficiary.get_by_id(world.children["a1"].id), reason=InvalidReason.WRONG)
    assert names(world) == ["张敏"]


def test_who_has_it_and_is_to_be_checked_anew_is_not_shown_until_then(world):
    give_to(world, ready(world), ticked(world, "a1"))
    reopen(world.actors["a"], Beneficiary.get_by_id(world.children["a1"].id))
    assert names(world) == ["张敏"]


def test_an_item_alone_shows_those_it_is_for(world):
    ready(world)
    assert (names(world, item=MEALS), names(world, item="学前资助")) == (["王芳", "张敏"], [])


def test_one_sees_the_children_of_one_s_own_schools(world):
    ready(world)
    who = ("town", "a", "b", "c", "other_county")
    assert [names(world, one) for one in who] == [["王芳", "张敏"], ["王芳"], ["张敏"], [], []]


# -- it works --------------------------------------------------------------------


def test_every_school_with_somebody_to_show_gets_its_own_in_one_operation(world):
    ready(world)
    outcome = make(world, phone="0792-4330000")
    kept = [(row.school.name, row.heading, row.heads, row.phone, row.first_day) for row in PublicNotice]
    assert kept == [
        ("德安县蒲亭镇小学", "2026秋学生资助公示名单", 1, "0792-4330000", FIRST),
        ("德安县蒲亭镇初级中学", "2026秋学生资助公示名单", 1, "0792-4330000", FIRST),
    ]
    operation = Operation.get_by_id(outcome.operation_id)
    assert operation.sentence.endswith("2 所学校 2 人，2026-12-01 至 2026-12-07")
    assert (outcome.rows, operation.action) == (2, "public-notice:publish")


def test_what_was_shown_stays_as_it_was_shown(world):
    ready(world)
    make(world, key="a", item=MEALS)
    check(world, "a1", name="王芬")
    [notice] = PublicNotice
    assert rows_of(notice) == [["王芳", "三年级", "1班", "360426**********16", MEALS]]
    assert notice.heading == "2026秋义务教育生活补助公示名单"


def test_no_whole_number_is_kept_neither_in_the_row_nor_in_its_history(world):
    ready(world)
    make(world)
    kept = [row.rows for row in PublicNotice] + [row.after for row in Change if row.table == "public_notice"]
    assert len(kept) == 4
    assert not WHOLE_NUMBER.search(json.dumps(kept))


def test_a_notice_made_by_mistake_is_taken_back_and_can_be_brought_back(world):
    ready(world)
    outcome = make(world)
    taken = undo(world.actors["county"], Operation.get_by_id(outcome.operation_id))
    assert PublicNotice.select().count() == 0
    undo(world.actors["county"], Operation.get_by_id(taken.operation_id))
    assert [row.heads for row in PublicNotice] == [1, 1]


def test_a_school_makes_its_own_and_sees_its_own(world):
    ready(world)
    make(world, "a")
    make(world, "county", "b")
    seen = {who: {row.school.name for row in visible(PublicNotice, world.actors[who].scope)} for who in ("a", "c")}
    assert seen == {"a": {"德安县蒲亭镇小学"}, "c": set()}
    assert [visible(PublicNotice, world.actors[who].scope).count() for who in ("county", "town", "far")] == [2, 2, 0]


# -- the rule refuses --------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": FIRST - dt.timedelta(days=1)}, "不能早于"),
        ({"last_day": FIRST + dt.timedelta(days=400)}, "超过一年"),
        ({"item": "学前资助"}, "没有应发或已发“学前资助”的学生"),
        ({"term": "2020秋", "item": "没有的项目"}, "没有应发或已发“没有的项目”的学生"),
    ],
)
def test_what_cannot_be_shown_is_refused(world, changes, sentence):
    ready(world)
    with pytest.raises(RuleBroken, match=sentence):
        publish(world.actors["county"], wanted(**changes), sign="")
    assert PublicNotice.select().count() == 0


def test_a_list_that_moved_on_since_the_preview_is_not_published(world):
    ready(world)
    sign = sign_of(to_show(world.actors["county"].scope, wanted()))
    check(world, "a1", name="王芬")  # as many children as before
    with pytest.raises(Conflict, match="预览之后公示的名单有变化，现在是 2 人"):
        publish(world.actors["county"], wanted(), sign=sign)


def test_the_same_is_not_published_twice_by_a_second_click(world):
    ready(world)
    make(world)
    with pytest.raises(RuleBroken, match="同样的公示已经制作过"):
        make(world)
    make(world, last_day=LAST + dt.timedelta(days=1))
    assert PublicNotice.select().count() == 4


# -- the permission is needed --------------------------------------------------------


@pytest.mark.parametrize("who", ["province", "city", "town", "auditor"])
def test_who_may_not_publish_publishes_nothing(world, who):
    ready(world)
    with pytest.raises(NotAllowed):
        publish(world.actors[who], wanted(), sign="")


# -- the scope is needed -------------------------------------------------------------


def test_a_school_that_ended_has_no_board(world):
    ready(world)
    with writing(world.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["b"].id), status=OrganisationStatus.CLOSED)
    assert [len(some) for some in to_show(world.actors["county"].scope, wanted()).values()] == [1]
    with pytest.raises(OutOfScope, match="已撤并"):
        to_show(world.actors["county"].scope, wanted(world.organisations["b"].id))


@pytest.mark.parametrize(("who", "key"), [("a", "b"), ("other_county", "a"), ("county", "far"), ("county", "town")])
def test_nobody_publishes_for_another_s_school(world, who, key):
    ready(world)
    with pytest.raises(OutOfScope):
        publish(world.actors[who], wanted(world.organisations[key].id), sign="")
    assert not {school.id for school in public_notices.schools(world.actors[who].scope)} & {world.organisations[key].id}
