"""The names of accounts in the grid: those below and of colleagues, never one's own or of the level above."""

from dataclasses import replace

import pytest

from aid.editing import save
from aid.errors import NotAllowed, OutOfScope
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, Role
from tests.aid.editing.gestures import edit, faults, gesture


@pytest.fixture
def accounts(world) -> dict[str, Account]:
    """One at school a, one at the county, one of the city's kept at the county, one at the far school."""
    held = {"a": "school", "county": "county", "city": "city", "far": "school"}
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        return {
            key: ledger.add(
                Account,
                login=f"login-{key}",
                name=key,
                role=Role(role),
                password_hash="x",
                organisation=world.organisations["county" if key == "city" else key],
            )
            for key, role in held.items()
        }


def test_a_name_is_typed(world, accounts):
    save(world.actors["county"], Account, gesture(edit(accounts["a"], name=" 王老师 ")))
    row = Account.get_by_id(accounts["a"].id)
    assert (row.name, row.role, row.password_hash) == ("王老师", Role.SCHOOL, "x")


@pytest.mark.parametrize("column", ["role", "login", "status", "organisation", "password_hash", "must_change"])
def test_no_account_rises_here(world, accounts, column):
    assert faults(world.actors["county"], Account, gesture(edit(accounts["a"], **{column: "county"})))


@pytest.mark.parametrize("text", ["", "长" * 41])
def test_a_name_must_be_one(world, accounts, text):
    assert faults(world.actors["county"], Account, gesture(edit(accounts["a"], name=text)))


def test_the_own_name_is_left_to_others(world, accounts):
    oneself = replace(world.actors["county"], account_id=accounts["county"].id)
    found = faults(oneself, Account, gesture(edit(accounts["county"], name="我")))
    assert found == {(accounts["county"].id, "name"): "自己的姓名由上级机构或同事修改"}
    save(world.actors["county"], Account, gesture(edit(accounts["county"], name="同事")))


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_the_permission_is_needed(world, accounts, who):
    with pytest.raises(NotAllowed):
        save(world.actors[who], Account, gesture(edit(accounts["a"], name="别人")))


@pytest.mark.parametrize("key", ["far", "city"])
def test_an_account_elsewhere_or_above_is_refused_and_nothing_is_written(world, accounts, key):
    rows = [accounts["a"], accounts[key]]
    with pytest.raises(OutOfScope):
        save(world.actors["county"], Account, gesture(*(edit(row, name="别人") for row in rows), keep_sound=True))
    assert {row.name for row in Account.select().where(Account.name == "别人")} == set()
