"""The figures of a summary keep to the scope in each of their parts."""

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM, Actor
from aid.workbooks.figures import batch_names, figures
from models import Beneficiary, RegisterBatch, RegisterPerson, Role


def test_a_row_on_a_list_one_cannot_read_is_not_told_of(world):
    """One's own register child, on a list of another county only, is on no list as far as one can see."""
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["county"])
    child = {"name": "赵新", "id_number": "N1", "hardship": "lifted", "home_region": world.regions["far_town"]}
    with writing(Actor("all", Role.COUNTY, SYSTEM.scope), Permission.REGISTER_IMPORT) as ledger:
        person = ledger.add(RegisterPerson, batch=batch, household_no="H", head_name="赵", **child)
    before = figures(world.actors["county"].scope)
    with writing(Actor("all", Role.COUNTY, SYSTEM.scope), Permission.REGISTER_IMPORT) as ledger:
        ledger.add(Beneficiary, school=world.organisations["far"], register_person=person, **child)
    after = figures(world.actors["county"].scope)
    assert (after.unplaced, after.elsewhere) == (before.unplaced, before.elsewhere)
    assert after.unplaced[""] == 1
    assert figures(world.actors["city"].scope).unplaced == {}


def test_a_batch_is_named_to_who_has_a_part_in_it(world):
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["other_county"])
    with writing(world.actors["other_county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.change(batch, name="永修 2026 秋")
    told = {who: batch_names(world.actors[who].scope) for who in ("county", "other_county", "city", "a")}
    assert told == {
        "county": "2026 秋",
        "other_county": "永修 2026 秋",
        "city": "2026 秋、永修 2026 秋",
        "a": "2026 秋",
    }
