"""Register, roll and the school's side of one child, line by line.

DOMAIN.md part 2 "Two truths", questions 23, 31 and 35.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aid.labels import label_of
from aid.rules import id_numbers
from models import CORRECTABLE, Beneficiary, Enrolment, RegisterPerson, Sex


@dataclass(frozen=True)
class Line:
    """One fact: what the register says, what the roll says, what the list says.

    `name` is the list's column where the school may correct it; `shared` is False for what only the register knows;
    `note` says where the list contradicts the ID number, which blocks nothing.
    """

    label: str
    register: str
    roll: str
    own: str
    name: str = ""
    shared: bool = True
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether two of the sides that say something say different things."""
        return len({side for side in (self.register, self.roll, self.own) if side}) > 1


ID_LENGTH = 18
ORDER = ("name", "id_number", "sex", "birth_date", "nation", "grade", "class_name", "boards", "roll_status")
ROLL_NAMES = {"roll_status": "status"}
REGISTER_ONLY = ("household_no", "head_name", "relation", "home_region", "home_address", "hardship")
REGISTER_TAIL = ("poor_since", "left_poverty", "phone")


def compare(row: Beneficiary) -> list[Line]:
    """The facts of a child in the order of the check page, the correctable ones first."""
    return [*_shared(row), *_register_only(row.register_person)]


def _shared(row: Beneficiary) -> Iterator[Line]:
    for name in ORDER:
        yield Line(
            label=Beneficiary._meta.fields[name].verbose_name,
            register=_text(row.register_person, name),
            roll=_text(row.enrolment, ROLL_NAMES.get(name, name)),
            own=_text(row, name),
            name=name if name in CORRECTABLE else "",
            note=_contradiction(row, name),
        )


def _contradiction(row: Beneficiary, name: str) -> str:
    """What the ID number says where it says otherwise (DOMAIN.md part 2 "ID numbers")."""
    if len(row.id_number) != ID_LENGTH or not getattr(row, name):
        return ""
    told = {"sex": _sex_in, "birth_date": id_numbers.birth_date}.get(name)
    inside = told and told(row.id_number)
    if not inside or inside == getattr(row, name):
        return ""
    return f"身份证号里是{label_of(Beneficiary._meta.fields[name], inside)}"


def _sex_in(number: str) -> Sex:
    return Sex.MALE if id_numbers.is_male(number) else Sex.FEMALE


def _register_only(person: RegisterPerson | None) -> Iterator[Line]:
    for name in (*REGISTER_ONLY, *REGISTER_TAIL) if person else ():
        yield Line(RegisterPerson._meta.fields[name].verbose_name, _text(person, name), "", "", shared=False)


def _text(row: Beneficiary | RegisterPerson | Enrolment | None, name: str) -> str:
    field = row._meta.fields.get(name) if row is not None else None
    if field is None:
        return ""
    value = getattr(row, name)
    return str(value) if name == "home_region" else label_of(field, value)
