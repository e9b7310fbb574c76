"""Rows that are set aside and written by one statement: the ledger checks and records them like any other."""

import json

import pytest

from aid import dialect
from aid.errors import OutOfScope
from aid.ledger import beginnings, writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.trace import as_added
from models import Account, Change, Enrolment, Role, Row


def set_aside(model: type[Row], *rows: tuple, columns: list[str]):
    return dialect.set_aside(model, columns, rows)


@pytest.mark.parametrize(("owner", "column"), [("far", "grade"), ("far", "school"), ("a", "school")])
def test_rows_changed_out_of_what_is_set_aside_are_ones_own_and_stay_so(world, owner, column):
    own, far = world.organisations["a"].id, world.organisations["far"].id
    row_id = Enrolment.get(Enrolment.school == world.organisations[owner]).id
    value = "四年级" if column == "grade" else own if owner == "far" else far  # taken for oneself, or given away
    with pytest.raises(OutOfScope), writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.change_from(Enrolment, [column], set_aside(Enrolment, (row_id, value), columns=["id", column]))
    assert {row.version for row in Enrolment.select()} == {1}


def test_a_secret_that_is_set_aside_stays_out_of_the_history(world):
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        values = {"login": "w", "name": "王", "role": Role.COUNTY, "password_hash": "old"}
        account = ledger.add(Account, organisation=world.organisations["county"], **values)
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        columns = ["name", "password_hash"]
        aside = set_aside(Account, (account.id, "李", "new"), columns=["id", *columns])
        assert ledger.change_from(Account, columns, aside) == 1
    kept = Change.select().where(Change.operation == ledger.operation).get()
    assert (json.loads(kept.before), json.loads(kept.after)) == ({"name": "王"}, {"name": "李"})
    assert Account.get_by_id(account.id).password_hash == "new"


def whole(world, owner: str) -> dict:
    """A place on the roll of a school that is set aside whole under the next id; what Ledger.add_aside is given."""
    school = world.organisations[owner].id
    values = {
        "name": "赵新",
        "id_number": "",
        "school": school,
        "stage": "primary",
        "grade": "三年级",
        "status": "present",
    }
    row = dict.fromkeys(Enrolment._meta.sorted_field_names) | beginnings(Enrolment, values) | values
    ids = range(dialect.next_id(Enrolment), dialect.next_id(Enrolment) + 1)
    aside = dialect.set_aside(Enrolment, list(row), [tuple((row | {"id": ids[0]}).values())])
    return {"ids": ids, "aside": aside, "noted": dialect.found_aside(as_added(Enrolment, aside))}


def test_a_row_that_is_set_aside_whole_comes_with_its_history(world):
    with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        given = whole(world, "a")
        assert ledger.add_aside(Enrolment, **given) == 1
    row = Enrolment.get_by_id(given["ids"][0])
    kept = Change.select().where(Change.operation == ledger.operation).get()
    assert (kept.kind, kept.row_id, kept.before) == ("add", row.id, None)
    assert json.loads(kept.after) == {**row.__data__, "boards": None}
    assert row.version == 1


def test_rows_that_are_set_aside_whole_are_ones_own(world):
    before = Enrolment.select().count()
    with pytest.raises(OutOfScope), writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
        ledger.add_aside(Enrolment, **whole(world, "far"))
    assert Enrolment.select().count() == before
