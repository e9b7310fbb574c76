"""Random deliveries: applying one makes the list what a slow and plain reckoning says it should be."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.ledger import writing
from aid.operations import matching
from aid.permissions import Permission
from aid.rules.deliveries import COLUMNS
from models import Beneficiary, CheckState, Enrolment, RegisterBatch, RegisterPerson, db
from tests.aid.operations.deliveries import apply, first_batch

NUMBERS = [f"36042620100101{n:04d}" for n in range(6)]  # nobody asks for their check digits here
MATERIAL = {"name", "id_number", "hardship", "left_poverty", "home_region"}


@dataclass(frozen=True)
class Entry:
    """A row of the register; every number stands once in a delivery."""

    name: str
    household_no: str
    hardship: str
    left_poverty: int | None
    place: str
    phone: str


entries = st.builds(
    Entry,
    name=st.sampled_from(["甲", "乙"]),
    household_no=st.sampled_from(["H1", "H2"]),
    hardship=st.sampled_from(["lifted", "orphan"]),
    left_poverty=st.sampled_from([None, 2020, 2024]),
    place=st.sampled_from(["town", "village"]),
    phone=st.sampled_from(["1", "2"]),
)
sheets = st.dictionaries(st.sampled_from(NUMBERS), entries, max_size=6)
states = st.lists(st.sampled_from(list(CheckState)), min_size=6, max_size=6)


def put(world, ledger, batch: RegisterBatch, sheet: dict[str, Entry]) -> None:
    for number, entry in sheet.items():
        values = {name: getattr(entry, name) for name in COLUMNS if hasattr(entry, name)}
        home = world.regions[entry.place]
        ledger.add(RegisterPerson, batch=batch, id_number=number, head_name="户主", home_region=home, **values)


def begin(world, sheet: dict[str, Entry], checks: list[CheckState]) -> None:
    """The first delivery, all of its numbers on a roll, matched and checked."""
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        place = {"school": world.organisations["a"], "stage": "primary", "grade": "一年级", "status": "present"}
        for number in NUMBERS:
            ledger.add(Enrolment, name="甲", id_number=number, **place)
        put(world, ledger, first_batch(world), sheet)
    matching.match(world.actors["county"])
    with writing(world.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        for row in Beneficiary.select().where(Beneficiary.id_number.in_(NUMBERS)):
            ledger.change(row, state=checks[NUMBERS.index(row.id_number)])


def partner(number: str, old: dict[str, Entry], new: dict[str, Entry]) -> str | None:
    """The number under which whoever had `number` stands in the next delivery."""
    if number in new:
        return number
    key = (old[number].household_no, old[number].name)
    left = [n for n in old if n not in new and (old[n].household_no, old[n].name) == key]
    found = [n for n in new if n not in old and (new[n].household_no, new[n].name) == key]
    return found[0] if len(left) == len(found) == 1 else None


def expected(old: dict[str, Entry], new: dict[str, Entry], checks: list[CheckState]) -> set[tuple]:
    """(number, state, gone, hardship, place, aid until, batch) of every row of the list after the second delivery."""
    rows = set()
    for number, entry in old.items():
        state, now = checks[NUMBERS.index(number)], partner(number, old, new)
        if now is None:
            rows.add((number, state, True, entry.hardship, entry.place, until(entry), 1))
            continue
        again = now != number or any(getattr(entry, name, 0) != getattr(new[now], name, 0) for name in MATERIAL)
        again |= entry.place != new[now].place
        back = again and state != CheckState.INVALID
        told = new[now] if again else entry
        after = CheckState.UNCHECKED if back else state
        rows.add((number, after, False, told.hardship, told.place, until(told), 2))
    for number in new.keys() - old.keys():
        entry = new[number]
        rows.add((number, CheckState.UNCHECKED, False, entry.hardship, entry.place, until(entry), 2))
    return rows


def until(entry: Entry) -> int | None:
    return entry.left_poverty and entry.left_poverty + 3


def found(world) -> set[tuple]:
    batches, places = {first_batch(world).id: 1}, {world.regions[key].id: key for key in ("town", "village")}
    return {
        (
            *(row.id_number, CheckState(row.state), row.gone_from_register, row.hardship),
            *(places[row.home_region_id], row.aid_until, batches.get(row.register_person.batch_id, 2)),
        )
        for row in Beneficiary.select().where(Beneficiary.id_number.in_(NUMBERS))
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=sheets, new=sheets, checks=states)
def test_the_list_is_what_a_plain_reckoning_says(world, old, new, checks):
    with db.atomic() as whole:
        begin(world, old, checks)
        office = first_batch(world).office
        with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
            batch = ledger.add(RegisterBatch, name="第二批", office=office, current=False)
            put(world, ledger, batch, new)
        apply(world)
        assert found(world) == expected(old, new, checks)
        assert apply(world).operation_id is None
        whole.rollback()
