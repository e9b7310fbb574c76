"""The made county's children and the places they have on the rolls of its schools."""

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from bench.people import People, Person
from bench.places import COUNTY, NEIGHBOUR, School

AUTUMN = 2026  # the school year of the sheets begins on 1 September of this year
STAGES = {  # stage -> share of the pupils, age on 31 August in the first grade, share that boards, grades
    "学前": (0.16, 3, 0.0, ("小班", "中班", "大班")),
    "小学": (0.44, 6, 0.2, ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级")),
    "初中": (0.21, 12, 0.7, ("七年级", "八年级", "九年级")),
    "普高": (0.13, 15, 0.7, ("高一", "高二", "高三")),
    "中职": (0.06, 15, 0.7, ("中一", "中二", "中三")),
}
STAGE_SHARES = {stage: share for stage, (share, *_) in STAGES.items()}
CLASS_SIZE = 45
OUTSIDE_SHARE = 0.03  # pupils whose ID number is the next county's
ROLL_STATUSES = {"在籍": 985, "转出": 9, "休学": 6}
MERGED, CLOSED = "roll_at_merged_school", "roll_at_closed_school"
OUTSIDE, ROLL_TWICE, OTHER_NAME = "household_outside_school_inside", "roll_twice", "name_differs"
USUAL_REGISTER = 640  # the planted numbers are for a register of so many rows, and grow and shrink with it
NOT_ON_ROLL = {  # planted key -> how many, the ages on 31 August
    "no_roll_compulsory_age": (14, 6, 14),
    "no_roll_preschool_age": (14, 3, 5),
    "no_roll_older": (14, 15, 19),
}
REGISTER_TWICE = ("register_twice_same_village", "register_twice_other_village")
LOWER_CASE, LOST_DIGITS = "id_lower_case_x", "id_lost_digits"
MISTYPED = (LOWER_CASE, "id_full_width", "id_spaces", "id_bad_check_digit", LOST_DIGITS, "id_missing")
PLANTED = {  # planted key -> how many, all of them on the roll
    OUTSIDE: 17,
    **dict.fromkeys((*REGISTER_TWICE, ROLL_TWICE, MERGED, CLOSED), 5),
    OTHER_NAME: 10,
    **dict.fromkeys(MISTYPED, 5),
}
PLAIN, NOT_POOR = "plain", ""  # what is planted in the others on the register, and off it
ACCEPT = {
    LOWER_CASE: lambda number: number.endswith("X"),
    LOST_DIGITS: lambda number: not number.endswith("X"),
}


@dataclass
class Place:
    """A place on a school's roll."""

    school: School
    grade: str
    class_name: str
    entered: str
    status: str
    boards: str


@dataclass
class Child:
    person: Person
    planted: str
    roll_name: str = ""
    places: list[Place] = field(default_factory=list)


class Children:
    """Who goes to which school. `poor` are those on the register, `others` fill the roll up to `roll_rows`."""

    def __init__(self, people: People, schools: list[School], *, roll_rows: int, register_rows: int) -> None:
        self.people, self.rng, self.schools, self.roll_rows = people, people.rng, schools, roll_rows
        self._open = {stage: [s for s in schools if s.stage == stage and s.status == "正常"] for stage in STAGES}
        self._sizes = {stage: list(accumulate(s.size for s in some)) for stage, some in self._open.items()}
        self._merged = next(school for school in schools if school.status == "撤并")
        self._closed = next(school for school in schools if school.status == "撤销")
        self.poor = self._poor(register_rows)
        listed = sum(len(child.places) for child in self.poor)
        if listed > roll_rows:
            raise ValueError(f"{register_rows} register rows need at least {listed} roll rows")
        self.others = [self._pupil(NOT_POOR) for _ in range(roll_rows - listed)]

    def _poor(self, register_rows: int) -> list[Child]:
        children = [
            Child(self.people.person(COUNTY[0][:6], born_at_ages(youngest, oldest)), key)
            for key, (usual, youngest, oldest) in NOT_ON_ROLL.items()
            for _ in range(planted(usual, register_rows))
        ]
        for key, usual in PLANTED.items():
            children += [self._pupil(key) for _ in range(planted(usual, register_rows))]
        repeated = sum(child.planted in REGISTER_TWICE for child in children)
        if register_rows < repeated + len(children):
            raise ValueError("the register is too small for what is planted in it")
        children += [self._pupil(PLAIN) for _ in range(register_rows - repeated - len(children))]
        self.rng.shuffle(children)
        return children

    def _pupil(self, key: str) -> Child:
        stage = "小学" if key in (MERGED, CLOSED) else one_of(STAGE_SHARES, self.rng)
        nth = self.rng.randrange(len(STAGES[stage][3]))
        age = STAGES[stage][1] + nth
        outside = key == OUTSIDE or (key == NOT_POOR and self.rng.random() < OUTSIDE_SHARE)
        area = (NEIGHBOUR if outside else COUNTY)[0][:6]
        person = self.people.person(area, born_at_ages(age, age), ACCEPT.get(key))
        name = self.people.other_name(person.name) if key == OTHER_NAME else person.name
        places = [self._place(school, nth, key) for school in self._schools_of(stage, key)]
        return Child(person, key, name, places)

    def _schools_of(self, stage: str, key: str) -> list[School]:
        if key in (MERGED, CLOSED):
            return [self._merged if key == MERGED else self._closed]
        schools = self._open[stage]
        first = self.rng.choices(schools, cum_weights=self._sizes[stage])[0]
        if key != ROLL_TWICE:
            return [first]
        # Where a county has one senior high school, its pupil's second place is at the vocational school, and so back.
        others = [s for s in schools if s is not first] or self._open["中职" if stage == "普高" else "普高"]
        return [first, self.rng.choice(others)]

    def _place(self, school: School, nth: int, key: str) -> Place:
        share, _, boarding, grades = STAGES[school.stage]
        size = self.roll_rows * share * school.size / self._sizes[school.stage][-1]
        classes = max(2, round(size / len(grades) / CLASS_SIZE))
        status = one_of(ROLL_STATUSES, self.rng) if key in (PLAIN, NOT_POOR) else "在籍"
        boards = "是" if self.rng.random() < boarding else "否"
        return Place(school, grades[nth], f"{self.rng.randint(1, classes)}班", f"{AUTUMN - nth}09", status, boards)


def planted(usual: int, register_rows: int) -> int:
    """How many are planted in a register of so many rows."""
    return max(1, round(usual * register_rows / USUAL_REGISTER))


def one_of(weights: dict[str, float], rng: random.Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def born_at_ages(youngest: int, oldest: int) -> tuple[dt.date, dt.date]:
    """The first and the last birthday of those who are so old on 31 August of AUTUMN."""
    return dt.date(AUTUMN - oldest - 1, 9, 1), dt.date(AUTUMN - youngest, 8, 31)


def numbers(children: Iterable[Child]) -> list[str]:
    return [child.person.id_number for child in children]
