"""Supplements (补录): children whom matching could not put on a list (DOMAIN.md part 3: 3, 4, 7, 8, 11, 19, 22, 29).

A school supplements for itself, an office for its schools; a county's office keeps those who study outside the
province on a list of its own. One that was a mistake is undone, or 无效 like any other row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from aid.errors import RuleBroken
from aid.ledger import Ledger, writing
from aid.operations.dropouts import settle_in_the_systems_name
from aid.operations.placeholders import region_ids
from aid.operations.supplement_deciding import Decided, decided
from aid.operations.supplement_facts import facts_of
from aid.operations.supplement_rules import READERS, REQUIRED, TITLES, Faults, Wish
from aid.own_columns import as_kept, refuse_broken
from aid.permissions import Permission
from aid.rules.cells import Fault, is_empty
from aid.rules.supplements import wants_proof
from aid.rules.times import local
from aid.scope import Actor, visible, within
from models import Beneficiary, CheckState, Organisation, Region, SupplementReason, now

PERMISSION = Permission.BENEFICIARY_SUPPLEMENT
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Refused(RuleBroken):
    """What cannot be supplemented: `faults` say it for each part by its name."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("；".join(f"{TITLES[name]}：{fault}" for name, fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Known:
    """What is known of a number, as far as the one who asks may know it.

    `hardship` and `home` are those of its row on the county's register, where `on_register`; `grade`, `class_name` and
    `school` those of its place on a roll the actor reads, `on_other_roll` says that there is one the actor does not.
    `rows` are those of lists that the actor reads; `listed_beyond` says that there is a live one the actor does not.
    """

    id_number: str
    name: str
    on_register: bool
    hardship: str
    home: Region | None
    grade: str
    class_name: str
    school: Organisation | None
    on_other_roll: bool
    rows: Sequence[Beneficiary]
    listed_beyond: bool

    @property
    def live(self) -> list[Beneficiary]:
        """The live ones of `rows`."""
        return [row for row in self.rows if row.state != CheckState.INVALID]

    @property
    def wants_proof(self) -> bool:
        return wants_proof(supplemented=True, on_register=self.on_register)


def known(actor: Actor, id_number: str) -> Known:
    """What register, roll and lists say of a number as it was typed; where a list or roll is not the actor's to read,
    that the child is on it and nothing else.

    Raises NotAllowed, Refused for what is no ID number.
    """
    actor.demand(PERMISSION)
    number = _read({"id_number": id_number}, ("id_number",))["id_number"]
    if not number:
        raise Refused([("id_number", Fault("missing", "没有填写"))])
    facts = facts_of(actor, [number])
    person, rows = facts.people.get(number), facts.rows.get(number, ())
    own = set(facts.places.schools.values())
    rolls = [place for place in facts.rolls.get(number, ()) if place.school_id in own]
    place = rolls[0] if rolls else None
    readable = within(visible(Beneficiary, actor.scope), [row.id for row in rows])
    mine = {row_id for (row_id,) in readable.select(Beneficiary.id).tuples()}
    return Known(
        id_number=number,
        name=place.name if place else person.name if person else "",
        on_register=person is not None,
        hardship=person.hardship if person else "",
        home=person.home_region if person else None,
        grade=place.grade if place else "",
        class_name=place.class_name if place else "",
        school=place.school if place else None,
        on_other_roll=len(facts.rolls.get(number, ())) > len(rolls),
        rows=[row for row in rows if row.id in mine],
        listed_beyond=any(row.id not in mine for row in facts.live(number)),
    )


def supplement(actor: Actor, told: Mapping[str, str], own: Mapping[str, Any] = NOTHING) -> Beneficiary:
    """Put a child on a list, from texts by the names of a Wish's parts as they were typed, and `own`, the values of the
    columns that the county has added; return the new row.

    A child who is on another list too becomes a duplicate, which the county settles; two who do this at once make one
    group of two. Raises NotAllowed, Refused with every fault, RuleBroken where a required column of the county's is
    empty.
    """
    with writing(actor, PERMISSION) as ledger:
        refuse_broken(Beneficiary, {}, own)
        wish = Wish(**_read(told, tuple(TITLES)))
        [one] = decide(actor, [wish])
        if one.faults:
            raise Refused(one.faults)
        if one.standing is not None:
            raise Refused([("id_number" if wish.id_number else "name", Fault("listed", "已经补录过，没有再补"))])
        one.values |= as_kept(Beneficiary, own)
        homes, _ = region_ids(ledger, {one.home})
        add(ledger, [one], homes)
        added = Beneficiary.id.in_(ledger.trace.written(Beneficiary))
        row = visible(Beneficiary, actor.scope).where(added).get()
        ledger.say(f"补录 {row}（{row.outside_school or row.school}）：{SupplementReason(wish.reason).label}")
    if row.id_number:
        settle_in_the_systems_name([row.id_number])
    return row


def decide(actor: Actor, wishes: Sequence[Wish]) -> list[Decided]:
    """What becomes of each of these, by what is stored now."""
    return list(decided(wishes, facts_of(actor, [wish.id_number for wish in wishes])))


def add(ledger: Ledger, sound: Sequence[Decided], homes: Mapping[str, int]) -> int:
    """Write the rows of what was decided, with the ids of their regions by code; return how many."""
    signed = {"checked_by": ledger.actor.name, "checked_at": now()}
    unsigned = {"checked_by": "", "checked_at": None}
    rows = [{**one.values, "home_region": homes[one.home], **(unsigned if _waits(one) else signed)} for one in sound]
    columns = tuple(rows[0]) if rows else ()
    return ledger.add_many(Beneficiary, columns, ([row[name] for name in columns] for row in rows)) if rows else 0


def _waits(one: Decided) -> bool:
    return one.values["state"] == CheckState.UNCHECKED


def _read(told: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
    """The parts of a wish by their readers. Raises Refused with every fault."""
    values: dict[str, Any] = {}
    faults: Faults = []
    for name in names:
        given = told.get(name) or ""
        try:
            values[name] = _value(name, given)
        except Fault as fault:
            faults.append((name, fault))
    if faults:
        raise Refused(faults)
    return values


def _value(name: str, given: str) -> Any:
    if is_empty(given):
        if name in REQUIRED:
            raise Fault("missing", "没有填写")
        return None if name == "outside_stage" else ""
    if name == "id_number":
        return READERS[name](given, today=local(now()).date())
    return READERS[name](given)
