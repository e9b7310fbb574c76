"""The ledger: what it refuses, what it records."""

import json

import pytest

from aid.errors import Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from models import (
    Account,
    Beneficiary,
    Change,
    ChangeKind,
    CheckState,
    Operation,
    Organisation,
    Region,
    RegisterBatch,
    RegisterPerson,
    Role,
)

CHECK = Permission.BENEFICIARY_CHECK


def newest() -> Operation:
    return Operation.select().order_by(Operation.id.desc()).get()


def child_of(world, **values) -> dict:
    """The columns of one more child on the list of school a."""
    own = {"school": world.organisations["a"].id, "home_region": world.regions["village"].id}
    return {"name": "赵新", "id_number": "", "hardship": "lifted", "source": "supplement", **own, **values}


def as_tuple(values: dict) -> tuple[list[str], list[list]]:
    """Every column of the list and one row of it, as the set-based forms want them."""
    fields = {name: field for name, field in Beneficiary._meta.fields.items() if name not in ("id", "version")}
    defaults = {name: field.default for name, field in fields.items() if field.default is not None}
    row = dict.fromkeys(fields) | defaults | values
    return list(row), [list(row.values())]


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


# -- all or nothing ------------------------------------------------------------


def test_a_block_that_stops_half_way_wrote_nothing(world):
    before = Operation.select().count(), Change.select().count()

    def stop_half_way() -> None:
        with writing(world.actors["a"], CHECK) as ledger:
            ledger.change(world.children["a1"], grade="四年级")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stop_half_way()
    assert Beneficiary.get_by_id(world.children["a1"].id).grade == "三年级"
    assert (Operation.select().count(), Change.select().count()) == before


def test_a_refusal_at_the_end_takes_everything_back(world):

    def stop_at_the_end() -> None:
        with writing(world.actors["a"], CHECK) as ledger:
            ledger.change(world.children["a1"], grade="四年级")
            ledger.add_many(Beneficiary, *as_tuple(child_of(world, school=world.organisations["b"].id)))

    with pytest.raises(OutOfScope):
        stop_at_the_end()
    assert Beneficiary.get_by_id(world.children["a1"].id).grade == "三年级"
    assert not Beneficiary.select().where(Beneficiary.name == "赵新").exists()


def test_what_the_database_refuses_is_told_in_words(world):
    town = world.regions["town"]
    with pytest.raises(RuleBroken) as refusal, writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.add(Region, code=town.code, name="又一个", level=town.level)
    assert str(refusal.value) == "与已有记录冲突，或仍有其他记录引用它，未作任何改动"
    with pytest.raises(RuleBroken, match="仍有其他记录引用它"), writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.remove(Region.get_by_id(town.id))
    assert Organisation.select().where(Organisation.region == town).exists()


# -- a target before it is pointed at -------------------------------------------


@pytest.mark.parametrize("column", ["school", "register_person", "enrolment"])
def test_a_foreign_target_is_refused_before_the_row_points_at_it(world, column):
    far = world.children["far1"]
    foreign = {"school": far.school_id, "register_person": far.register_person_id, "enrolment": far.enrolment_id}
    with writing(world.actors["a"], CHECK) as ledger, pytest.raises(OutOfScope):
        ledger.change(world.children["a1"], **{column: foreign[column]})
    with writing(world.actors["a"], CHECK) as ledger, pytest.raises(OutOfScope):
        ledger.add(Beneficiary, **child_of(world, **{column: foreign[column]}))


def test_a_target_that_is_not_there_is_refused_like_a_foreign_one(world):
    for key in (world.organisations["far"].id, 10**6):
        with pytest.raises(OutOfScope, match="学校不在您的管理范围内"), writing(world.actors["a"], CHECK) as ledger:
            ledger.add(Beneficiary, **child_of(world, school=key))


# -- every written row once more at the end --------------------------------------


def test_rows_added_in_bulk_are_ones_own(world):
    for foreign in ("b", "far"):
        with pytest.raises(OutOfScope), writing(world.actors["a"], CHECK) as ledger:
            ledger.add_many(Beneficiary, *as_tuple(child_of(world, school=world.organisations[foreign].id)))


def test_rows_added_from_a_query_are_ones_own(world):
    names, [row] = as_tuple(child_of(world))
    copied = [name for name, value in zip(names, row, strict=True) if value is not None]
    query = Beneficiary.select(*(Beneficiary._meta.fields[name] for name in copied))
    with pytest.raises(OutOfScope), writing(world.actors["a"], CHECK) as ledger:
        ledger.add_from(Beneficiary, copied, query.where(Beneficiary.id == world.children["far1"].id))


def test_rows_added_in_bulk_point_at_what_one_may_read(world):
    foreign = child_of(world, enrolment=world.children["far1"].enrolment_id)
    with pytest.raises(OutOfScope, match="学籍记录不在您的管理范围内"), writing(world.actors["a"], CHECK) as ledger:
        ledger.add_many(Beneficiary, *as_tuple(foreign))


def test_rows_put_back_are_ones_own(world):
    names, [row] = as_tuple(child_of(world, school=world.organisations["b"].id))
    with pytest.raises(OutOfScope), writing(world.actors["a"], CHECK) as ledger:
        ledger.put_back(Beneficiary, ["id", "version", *names], [[10**6, 1, *row]])


def test_rows_changed_in_bulk_stay_ones_own(world):
    child = world.children["a1"]
    foreign = {"school": world.organisations["b"].id, "enrolment": world.children["far1"].enrolment_id}
    for column, key in foreign.items():
        with pytest.raises(OutOfScope), writing(world.actors["a"], CHECK) as ledger:
            ledger.change_many(Beneficiary, {child.id: {column: key}})


def test_a_row_is_not_put_into_what_one_only_reads(world):
    """A township reads the county's batch for its own people in it: what it may point at is not yet its own."""
    clerk = Actor("clerk", Role.TOWNSHIP, world.actors["town"].scope)
    person = {"household_no": "H", "head_name": "赵", "name": "赵新", "id_number": "N", "hardship": "lifted"}
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
    with pytest.raises(OutOfScope), writing(clerk, Permission.ACCOUNT_SELF) as ledger:
        ledger.add(RegisterPerson, batch=batch, home_region=world.regions["village"], **person)


def test_a_row_does_not_leave_ones_place_by_pointing_at_nothing(world):
    secret = {"password_hash": "-"}
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(
            Account, login="x", name="x", role=Role.SCHOOL, organisation=world.organisations["a"], **secret
        )
    with pytest.raises(OutOfScope), writing(world.actors["county"], Permission.ACCOUNT_OPEN) as ledger:
        ledger.change(account, organisation=None, role=Role.SYSTEM)
    with pytest.raises(OutOfScope), writing(world.actors["county"], Permission.ACCOUNT_OPEN) as ledger:
        ledger.change_many(Account, {account.id: {"organisation": None}})
    assert Account.get_by_id(account.id).organisation == world.organisations["a"]


@pytest.mark.parametrize("who", ["b", "other_county"])
def test_a_foreign_row_is_not_removed(world, who):
    row = world.children["a1"]
    for many in (False, True):
        with pytest.raises(OutOfScope), writing(world.actors[who], Permission.ACCOUNT_SELF) as ledger:
            ledger.remove_many(Beneficiary, [row.id]) if many else ledger.remove(row)
    assert Beneficiary.select().where(Beneficiary.id == row.id).exists()


def test_a_row_that_moved_on_is_not_removed(world):
    stale = Beneficiary.get_by_id(world.children["a1"].id)
    with writing(world.actors["a"], CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
    with pytest.raises(Conflict), writing(world.actors["a"], CHECK) as ledger:
        ledger.remove(stale)


def test_a_row_one_may_read_and_not_change_is_refused_before_anything_is_written(world):
    away = world.children["away"]
    with writing(world.actors["county"], CHECK) as ledger, pytest.raises(OutOfScope):
        ledger.fresh(away)
    with writing(world.actors["county"], CHECK) as ledger, pytest.raises(OutOfScope):
        ledger.change_many(Beneficiary, {away.id: {"grade": "四年级"}})


# -- the trace -------------------------------------------------------------------


def test_an_operation_says_who_from_where_and_by_which_permission(world):
    actor = Actor("王", Role.SCHOOL, world.actors["a"].scope, None, world.organisations["a"].id, "10.0.0.7")
    with writing(actor, CHECK) as ledger:
        ledger.change(world.children["a1"], grade="四年级")
    done = newest()
    assert (done.actor, done.organisation, done.address) == ("王", world.organisations["a"], "10.0.0.7")
    assert (done.action, done.rows, done.undoable, done.undone) == ("beneficiary:check", 1, True, False)


def test_whatever_is_written_leaves_a_trace(world):
    with writing(world.actors["a"], CHECK) as ledger:
        one = ledger.add(Beneficiary, **child_of(world))
        ledger.add_many(Beneficiary, *as_tuple(child_of(world, name="钱新")))
        ledger.change(one, grade="四年级")
        ledger.change_many(Beneficiary, {one.id: {"grade": "五年级"}})
        ledger.remove(Beneficiary.get(Beneficiary.name == "钱新"))
    told = [(change.kind, change.columns) for change in Change.select().where(Change.operation == ledger.operation)]
    assert sorted(told) == [
        (ChangeKind.ADD, ""),
        (ChangeKind.ADD, ""),
        (ChangeKind.CHANGE, "grade"),
        (ChangeKind.CHANGE, "grade"),
        (ChangeKind.REMOVE, ""),
    ]
    removed = Change.get(Change.kind == ChangeKind.REMOVE)
    assert (json.loads(removed.before)["name"], removed.after) == ("钱新", None)
    assert (newest().rows, Beneficiary.get_by_id(one.id).version) == (5, 3)


def test_no_secret_is_kept_whichever_way_a_row_is_written(world):
    secret = {"password_hash": "geheim"}
    with writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        one = ledger.add(Account, login="one", name="甲", role=Role.SYSTEM, **secret)
        ledger.change(one, password_hash="geheim-2")
        ledger.change_many(Account, {one.id: {"password_hash": "geheim-3", "name": "乙"}})
        columns = ["login", "name", "role", "must_change", "password_hash"]
        ledger.add_many(Account, columns, [["two", "丙", "system", True, "geheim-4"]])
        ledger.remove(Account.get(Account.login == "two"))
    told = "".join(f"{change.before}{change.after}" for change in Change.select())
    assert "乙" in told
    assert "geheim" not in told
