"""Summaries kept under a name: by whom, shared with whom, changed at the version that was shown, taken back."""

import json

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.operations.accounts import actor_of
from aid.operations.history import may_undo, undo
from aid.operations.summaries import MOST, change_summary, keep_summary, remove_summaries, summaries_for
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from aid.selection import Selection
from aid.summaries.layout import Layout
from models import Account, Operation, Role, Summary
from tests.conftest import ROLES

LAYOUT = Layout(("school_township", "stage"), "hardship", ("children", "checked"), {"state": "unchecked|invalid"})
FILTERS = ("state", "checked_at")


@pytest.fixture
def staff(world) -> dict[str, Actor]:
    """Someone who signs in at each place of the world, and a second one at the county."""
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        for key, (role, place) in [*ROLES.items(), ("county2", (Role.COUNTY, "county"))]:
            at = world.organisations[place]
            ledger.add(Account, login=f"v.{key}", name=key, role=role, organisation=at, password_hash="")
    return {account.name: actor_of(account) for account in Account}


def keep(actor: Actor, name: str = "学段", **options: object) -> Summary:
    return keep_summary(actor, **{"name": name, "layout": LAYOUT, "filters": FILTERS} | options)[0]


def names(actor: Actor) -> list[str]:
    return [kept.name for kept in summaries_for(actor)]


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def test_ones_own_is_there_again_as_it_was(staff):
    keep(staff["county"])
    [kept] = summaries_for(staff["county"])
    assert (kept.name, kept.mine, kept.shared, kept.by, Layout.read(kept.layout)) == ("学段", True, False, "", LAYOUT)
    assert names(staff["county2"]) == names(staff["town"]) == names(staff["city"]) == []


def test_a_shared_one_is_given_to_ones_office_and_those_below(staff):
    keep(staff["county"], shared=True)
    given = {who for who, actor in staff.items() if names(actor)}
    assert given == {"county", "county2", "town", "a", "b", "c"}  # an auditor reads no list
    assert summaries_for(staff["a"])[0].by == "德安县学生资助管理中心"


def test_a_school_shares_with_itself_alone(staff):
    keep(staff["a"], shared=True)
    assert {who for who, actor in staff.items() if names(actor)} == {"a"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"name": "  "}, "要有名称"),
        ({"name": "长" * 41}, "最多 40 个字"),
        ({"name": "a\x00"}, "要有名称"),
        ({"layout": Layout(("nothing",))}, "不能按“nothing”汇总"),
        ({"layout": Layout(("stage",), "stage")}, "同一项选了两次"),
        ({"layout": Layout((), "stage")}, "要有一到 2 个行"),
        ({"layout": Layout(("stage",), measures=())}, "至少一个数"),
        ({"layout": Layout(("stage",), measures=("heads",))}, "不认识的数“heads”"),
        ({"layout": Layout(("stage",), chart="pie")}, "小计或图"),
        ({"layout": Layout(("stage",), filters={"password": "1"})}, "不认识的条件“password”"),
        ({"layout": Layout(("stage",), filters={"state": "360426200908300016"})}, "完整的身份证号"),
        ({"layout": Layout(("home_county",), filters={"home_county": "1"}), "filters": ["home_county"]}, "不能再用它"),
    ],
)
def test_what_cannot_be_kept_is_refused(staff, options, why):
    with pytest.raises(RuleBroken, match=why):
        keep(staff["county"], **options)
    assert not Summary.select().exists()


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"rows": "stage"}', '{"rows": [1]}', '{"rows": ["stage"], "measures": ["rows"], "x": 1}'),
        *(f'{{"rows": ["stage"], "measures": ["rows"], "column": {none}}}' for none in ("null", "0", "[]")),
        '{"rows": ["home_county"], "measures": ["rows"], "filters": null}',
    ],
)
def test_what_is_no_layout_is_not_read(text):
    with pytest.raises(RuleBroken):
        Layout.read(text)


def test_a_layout_that_names_what_there_is_no_longer_says_so():
    said = json.loads(LAYOUT.packed) | {"column": "gone"}
    with pytest.raises(RuleBroken, match="不能按“gone”汇总"):
        Layout.read(json.dumps(said))


def test_a_name_is_taken_once_and_so_many_are_kept(staff):
    for number in range(MOST):
        keep(staff["a"], str(number))
    with pytest.raises(RuleBroken, match=f"最多保存 {MOST} 个"):
        keep(staff["a"], "one more")
    keep(staff["b"], "0")
    with pytest.raises(RuleBroken, match="您已有名为“0”的汇总"):
        keep(staff["b"], " 0 ")


def test_it_is_renamed_and_the_old_name_taken_back(staff):
    row = keep(staff["county"])
    operation = change_summary(staff["county"], row, name="乡镇", layout=LAYOUT, filters=FILTERS)
    assert (names(staff["county"]), newest().sentence) == (["乡镇"], "修改自制汇总“学段”改名为“乡镇”")
    assert not may_undo(staff["county2"], newest())
    undo(staff["county"], Operation.get_by_id(operation))
    assert names(staff["county"]) == ["学段"]


def test_an_old_page_changes_nothing(staff):
    row = keep(staff["county"])
    old = Summary.get_by_id(row.id)
    change_summary(staff["county"], row, name="乡镇", layout=LAYOUT, filters=FILTERS)
    with pytest.raises(Conflict):
        change_summary(staff["county"], old, name="村", layout=LAYOUT, filters=FILTERS)
    same = Summary.get_by_id(row.id)
    assert change_summary(staff["county"], same, name="乡镇", layout=LAYOUT, filters=FILTERS) is None


@pytest.mark.parametrize("who", ["county2", "a", "city", "other_county"])
def test_anothers_is_neither_changed_nor_removed(staff, who):
    row = keep(staff["county"], shared=True)
    with pytest.raises(OutOfScope):
        change_summary(staff[who], row, name="村", layout=LAYOUT, filters=FILTERS)
    with pytest.raises(OutOfScope):
        remove_summaries(staff[who], Selection.ticked(Summary, {row.id: row.version}))
    assert names(staff["county"]) == ["学段"]


def test_ones_own_is_removed_and_taken_back(staff):
    row = keep(staff["county"])
    done = remove_summaries(staff["county"], Selection.ticked(Summary, {row.id: row.version}))
    assert (names(staff["county"]), done.rows) == ([], 1)
    undo(staff["county"], Operation.get_by_id(done.operation_id))
    assert names(staff["county"]) == ["学段"]


def test_who_makes_no_workbooks_keeps_no_summary(staff, world):
    for who in (staff["auditor"], SYSTEM):
        with pytest.raises(NotAllowed):
            keep(who)
    with pytest.raises(OutOfScope, match="没有账号"):
        keep(world.actors["county"])
