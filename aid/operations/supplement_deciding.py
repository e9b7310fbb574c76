"""What becomes of a child who is to be supplemented: the row of the list, or why there is none.

Decides on what was read, and writes nothing. A child on the register has hardship and household as the register says
(DOMAIN.md part 2 "Two truths").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aid.operations.supplement_facts import Facts
from aid.operations.supplement_rules import TITLES, Faults, Wish, faults_of
from aid.rules import id_numbers
from aid.rules.cells import Fault
from aid.rules.check_state import differing
from aid.rules.eligibility import eligible, last_year
from aid.rules.supplements import wants_proof
from models import (
    CORRECTABLE,
    Beneficiary,
    CheckState,
    Enrolment,
    HardshipKind,
    InvalidReason,
    RegisterPerson,
    Sex,
    Source,
    SupplementReason,
)

TOLD = ("name", "grade", "class_name", "hardship", "supplement_reason", "remark", "outside_school", "outside_stage")


@dataclass
class Decided:
    """`values` are those of the new row by column, `home` the code of its household's region, which may have to be
    made; `standing` is the supplement that says the same already."""

    wish: Wish
    faults: Faults = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    home: str = ""
    standing: Beneficiary | None = None
    wants_proof: bool = False


def decided(wishes: Sequence[Wish], facts: Facts) -> Iterator[Decided]:
    """What becomes of each wish, in their order; of two for the same child at the same school the second is wrong."""
    seen: set[tuple] = set()
    for wish in wishes:
        one = Decided(wish, faults=faults_of(wish, keeps=facts.places.keeps))
        school = _school(one, facts)
        if school is not None and not one.faults:
            key = (school, wish.id_number) if wish.id_number else (school, wish.name, wish.grade, wish.class_name)
            if key in seen:
                one.faults.append((_who(wish), Fault("duplicate", "这名学生在表中不止一次")))
            else:
                seen.add(key)
                _make(one, school, facts)
        yield one


def _who(wish: Wish) -> str:
    """The part that says which child it is."""
    return "id_number" if wish.id_number else "name"


def _school(one: Decided, facts: Facts) -> int | None:
    """The id of the school whose list the child comes onto; a fault, and None, where there is none."""
    places, code = facts.places, one.wish.school
    if one.wish.reason == SupplementReason.OUTSIDE_PROVINCE or (places.is_school and not code):
        return places.own
    if code in places.schools:
        return places.schools[code]
    if not code:
        fault = Fault("missing", "没有填写")
    elif places.is_school:
        fault = Fault("scope", "不是本校的编码；只能给本校补录")
    else:
        fault = Fault("unknown", f"没有编码为 {code} 的正常学校，或不归您管理")
    one.faults.append(("school", fault))
    return None


def _make(one: Decided, school: int, facts: Facts) -> None:
    wish = one.wish
    person = facts.people.get(wish.id_number)
    places = [place for place in facts.rolls.get(wish.id_number, ()) if place.school_id == school]
    one.home = person.home_region.code if person else wish.home
    if not one.home:
        one.faults.append(("home", Fault("missing", "没有填写；本县名册上没有这名学生，不能代填")))
    one.values = _values(wish, school, person=person, place=places[0] if places else None, facts=facts)
    one.wants_proof = wants_proof(supplemented=True, on_register=person is not None)
    _compare_with_list(one, school, facts)
    if person:
        _compare_with_register(one, person)


def _values(
    wish: Wish, school: int, *, person: RegisterPerson | None, place: Enrolment | None, facts: Facts
) -> dict[str, Any]:
    delivered = _delivered(place) if place else {}
    own = {**delivered, **({} if place else _without_roll(wish, person)), "name": wish.name}
    own |= {name: getattr(wish, name) or delivered.get(name, "") for name in ("grade", "class_name")}
    until = last_year(person.left_poverty) if person else None
    paired = place is not None and not _taken(person, place, facts.rows.get(wish.id_number, ()))
    return {
        **own,
        "school": school,
        "register_person": person.id if person else None,
        "enrolment": place.id if paired else None,
        "source": Source.SUPPLEMENT.value,
        "id_number": wish.id_number,
        "hardship": person.hardship if person else wish.hardship,
        "name_differs": person is not None and person.name != wish.name,
        "aid_until": until,
        "eligible": eligible(until, facts.year),
        "state": _state(own, delivered if paired else own, by_itself=school == facts.places.own).value,
        "remark": wish.remark,
        "supplement_reason": wish.reason,
        "outside_school": wish.outside_school,
        "outside_stage": wish.outside_stage,
    }


def _delivered(place: Enrolment) -> dict[str, Any]:
    return {name: getattr(place, "status" if name == "roll_status" else name) for name in CORRECTABLE}


def _without_roll(wish: Wish, person: RegisterPerson | None) -> dict[str, Any]:
    """What is known without a place on the school's roll: by the register, and by the number itself (GB 11643)."""
    side: dict[str, Any] = dict.fromkeys(CORRECTABLE) | {"nation": person.nation if person else ""}
    if wish.id_number:
        inside = Sex.MALE if id_numbers.is_male(wish.id_number) else Sex.FEMALE
        side |= {"birth_date": id_numbers.birth_date(wish.id_number), "sex": inside.value}
    return side | ({"sex": person.sex} if person and person.sex else {})


def _taken(person: RegisterPerson | None, place: Enrolment, rows: Iterable[Beneficiary]) -> bool:
    """Whether another row, valid or not, is this pair of register and roll already: of a pair there is only one."""
    pairs = {(row.register_person_id, row.enrolment_id) for row in rows}
    return person is not None and (person.id, place.id) in pairs


def _state(own: Mapping[str, Any], delivered: Mapping[str, Any], *, by_itself: bool) -> CheckState:
    """What a school supplements it has checked: it says itself that the child is there. What an office puts on a
    school's list the school still has to look at (docs/decisions.md)."""
    if not by_itself:
        return CheckState.UNCHECKED
    return CheckState.UPDATED if differing(own, delivered) else CheckState.UNCHANGED


# -- what is there already -----------------------------------------------------


def _compare_with_list(one: Decided, school: int, facts: Facts) -> None:
    """On the same school's list a child is once; on another's too it becomes a duplicate, for the county to settle."""
    wish = one.wish
    if not wish.id_number:
        named = [row for row in facts.unnumbered.get(school, ()) if row.state != CheckState.INVALID]
        same = [row for row in named if all(getattr(row, n) == one.values[n] for n in ("name", "grade", "class_name"))]
    else:
        same = [row for row in facts.rows.get(wish.id_number, ()) if row.school_id == school]
    same.sort(key=lambda row: row.state == CheckState.INVALID)
    if same:
        _stands_already(one, same[0])
    if wish.id_number and any(row.school_id != school for row in facts.live(wish.id_number)):
        one.warnings.append("已在别处的名单上，补录后成为一组重复，由县里在“重复核查”中决定")


def _stands_already(one: Decided, row: Beneficiary) -> None:
    name = _who(one.wish)
    if row.state == CheckState.INVALID:
        why = InvalidReason(row.invalid_reason).label if row.invalid_reason else "未写原因"
        fault = Fault("listed", f"在这所学校的名单上已标为无效（{why}）；要用请在核对工作中恢复，不再补录")
        one.faults.append((name, fault))
        return
    different = list(_differences(one, row))
    if row.source == Source.SUPPLEMENT and not different:
        one.standing = row
        return
    told = f"，与这里不同的：{'、'.join(different)}" if row.source == Source.SUPPLEMENT else ""
    label = CheckState(row.state).label
    one.faults.append((name, Fault("listed", f"已在这所学校的名单上（{label}）{told}；要改请在核对工作中改，不再补录")))


def _differences(one: Decided, row: Beneficiary) -> Iterator[str]:
    for name in TOLD:
        if (getattr(row, name) or None) != (one.values[name] or None):
            yield TITLES["reason" if name == "supplement_reason" else name]
    if row.home_region.code != one.home:
        yield TITLES["home"]


def _compare_with_register(one: Decided, person: RegisterPerson) -> None:
    wish = one.wish
    if wish.hardship != person.hardship:
        one.warnings.append(f"困难类型照本县名册收作“{HardshipKind(person.hardship).label}”")
    if wish.home and wish.home != one.home:
        one.warnings.append("户籍区划照本县名册收")
    if wish.name != person.name:
        one.warnings.append(f"本县名册上的姓名是“{person.name}”，已标出不一致")
