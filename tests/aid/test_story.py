"""A row's story: complete, in words, for who may read the row."""

import datetime as dt
import json

import pytest

from aid.errors import OutOfScope
from aid.ledger import writing
from aid.operations import accounts, checking, history, sessions
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.story import story
from models import Account, Beneficiary, ChangeKind, InvalidReason, Operation, Role


def test_a_story_is_told_newest_first_with_labels(world):
    checking.confirm(world.actors["a"], world.children["a1"], boards=True, birth_date=dt.date(2009, 8, 30))
    last, first = story(world.actors["a"], world.children["a1"])
    assert (last.kind, last.actor, last.sentence) == (ChangeKind.CHANGE, "a", "核对 王芳：已核对（已更新）")
    diffs = {label: (before, after) for label, before, after in last.diffs}
    assert diffs["是否寄宿"] == ("", "是")
    assert diffs["出生日期"] == ("", "2009-08-30")
    assert diffs["核对状态"] == ("未核对", "已核对（已更新）")
    assert (first.kind, ("学校", "", "德安县蒲亭镇小学（小学）") in first.diffs) == (ChangeKind.ADD, True)


def test_moments_are_told_in_the_countys_time(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    chapter = story(world.actors["a"], world.children["a1"])[0]
    operation = Operation.get_by_id(chapter.operation_id)
    assert chapter.at == operation.at + dt.timedelta(hours=8)
    assert {label: after for label, _, after in chapter.diffs}["核对时间"].startswith(f"{chapter.at:%Y-%m-%d}")


def test_the_whole_story_is_told_whoever_wrote_it(world):
    checking.mark_invalid(world.actors["county"], world.children["a1"], reason=InvalidReason.ELSEWHERE)
    assert [chapter.actor for chapter in story(world.actors["a"], world.children["a1"])] == ["county", "county"]
    assert len(story(world.actors["other_county"], world.children["away"])) == 1


def test_a_pointer_is_told_by_name_also_where_it_left_ones_place(world):
    with writing(type(SYSTEM)("clerk", Role.COUNTY, SYSTEM.scope), Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], school=world.organisations["far"])
    chapter = story(world.actors["far"], world.children["a1"])[0]
    assert chapter.diffs == [("学校", "德安县蒲亭镇小学（小学）", "永修县涂埠镇小学（小学）")]


@pytest.mark.parametrize("who", ["b", "far", "other_county"])
def test_a_row_one_cannot_read_has_no_story(world, who):
    with pytest.raises(OutOfScope):
        story(world.actors[who], world.children["a1"])


def test_secrets_are_no_part_of_a_story(world):
    account, password = accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name="王"
    )
    sessions.change_password(accounts.actor_of(account), account, old=password, new="山高月小，水落石出。")
    told = story(world.actors["county"], account)
    row = Account.get_by_id(account.id)
    text = json.dumps([chapter.diffs for chapter in told], ensure_ascii=False)
    assert len(told) == 2
    assert not [word for word in (row.password_hash, '"密码"', "会话", "***") if word in text]


def test_an_undone_chapter_says_so(world):
    checking.confirm(world.actors["a"], world.children["a1"])
    history.undo(world.actors["a"], Operation.select().order_by(Operation.id.desc()).get())
    assert [chapter.undone for chapter in story(world.actors["a"], world.children["a1"])] == [False, True, False]


def test_a_long_story_costs_no_more_queries(world, queries):
    actor, row = world.actors["a"], world.children["a1"]

    def cost() -> int:
        with queries() as seen:
            story(actor, Beneficiary(id=row.id))
        return len(seen)

    short = cost()
    for grade in ("四年级", "五年级", "六年级"):
        row = checking.confirm(actor, row, grade=grade)
    assert cost() == short <= 7
