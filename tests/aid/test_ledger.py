"""The ledger: what it refuses, what it records."""

import json

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope
from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, Change, CheckState, Operation


def test_a_change_is_recorded_with_before_and_after(world):
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
        ledger.say("改年级")
    operation = Operation.select().order_by(Operation.id.desc()).get()
    change = Change.get(Change.operation == operation)
    assert (operation.actor, operation.rows, operation.sentence) == ("a", 1, "改年级")
    assert json.loads(change.before) == {"grade": "三年级"}
    assert json.loads(change.after) == {"grade": "四年级"}


def test_a_foreign_row_is_refused(world):
    with pytest.raises(OutOfScope), writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["b1"], grade="四年级")


def test_a_permission_is_demanded(world):
    with pytest.raises(NotAllowed), writing(world.actors["town"], Permission.BENEFICIARY_CHECK):
        pass


def test_an_old_version_is_refused(world):
    stale = Beneficiary.get_by_id(world.children["a1"].id)
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
    with pytest.raises(Conflict, match="a，"), writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(stale, grade="五年级")


def test_a_county_may_not_change_a_row_of_a_school_elsewhere(world):
    with pytest.raises(OutOfScope), writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change_where(Beneficiary, Beneficiary.id == world.children["away"].id, grade="四年级")


def test_saving_what_is_there_leaves_no_operation(world):
    before = Operation.select().count()
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(world.children["a1"], grade="三年级")
    assert Operation.select().count() == before


def test_many_rows_at_once_are_each_recorded(world):
    own = Beneficiary.school == world.organisations["a"]
    with writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        assert ledger.change_where(Beneficiary, own, state=CheckState.UNCHANGED) == 2
    changes = Change.select().where(Change.operation == ledger.operation)
    assert [json.loads(change.after) for change in changes] == [{"state": "unchanged"}] * 2
    assert {row.version for row in Beneficiary.select().where(own)} == {2}
