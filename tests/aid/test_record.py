"""What pages show of the record: only of operations one may read, and never a secret or an inner column."""

import json

import pytest

from aid.ledger import writing
from aid.operations import accounts, checking, sessions
from aid.permissions import Permission
from aid.record import SHOWN, changes_of, in_words
from models import Beneficiary, Operation, Role


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


@pytest.mark.parametrize(("who", "rows"), [("a", 1), ("town", 1), ("county", 1), ("b", 0), ("other_county", 0)])
def test_the_changes_of_an_operation_are_told_to_who_may_read_it(world, who, rows):
    checking.confirm(world.actors["a"], world.children["a1"], grade="四年级")
    assert len(changes_of(world.actors[who], newest())) == rows


def test_the_first_rows_of_a_large_operation_are_told(world):
    own = {"school": world.organisations["a"], "home_region": world.regions["village"], "hardship": "lifted"}
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        for number in range(SHOWN + 1):
            ledger.add(Beneficiary, name=f"孩子{number}", id_number="", **own)
    assert len(changes_of(world.actors["a"], newest())) == SHOWN


def test_an_account_is_told_without_its_secrets(world):
    account, password = accounts.open_account(
        world.actors["county"], organisation=world.organisations["a"], role=Role.SCHOOL, login="pt01", name="王"
    )
    sessions.change_password(accounts.actor_of(account), account, old=password, new="山高月小，水落石出。")
    account_touched, session_touched = changes_of(world.actors["county"], newest())
    assert [label for label, _, _ in account_touched.diffs] in (["须改密码"], ["须改密码", "密码设定时间"])
    assert (session_touched.title, session_touched.diffs) == ("登录会话", [])
    told = in_words("account", json.dumps({"name": "王", "id": 7, "version": 3, "remark": None}), at=1)
    assert told == "姓名：王"
