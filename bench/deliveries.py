"""The made county's register: its rows as the anti-poverty office types them, and the next delivery of it."""

from dataclasses import dataclass, replace

from bench import places
from bench.children import AUTUMN, OUTSIDE, PLAIN, REGISTER_TWICE, Child, Children, numbers, one_of, planted
from bench.people import FIRST_HEAD, LAST_HEAD, People, Person, as_spreadsheet_number, full_width, wrong_check_digit

HARDSHIPS = {  # with how many in a hundred
    "脱贫户": 54,
    "低保": 18,
    "脱贫不稳定户": 8,
    "边缘易致贫户": 7,
    "残疾": 6,
    "特困": 4,
    "孤儿": 2,
    "突发严重困难户": 1,
}
UNSTABLE, LOW_INCOME = "脱贫不稳定户", "低保"
STILL_POOR_SHARE = 0.38
NEW, GONE, CHANGED = 12, 6, 27  # in the next delivery of a register of USUAL_REGISTER rows

HOMES, NEIGHBOURS = places.homes(), places.neighbour_homes()


@dataclass(frozen=True)
class Household:
    number: str
    head: Person
    region: str
    address: str


@dataclass(frozen=True)
class Entry:
    """A row of the register."""

    child: Child
    household: Household
    typed: str | float
    relation: str
    hardship: str
    poor_since: int
    left: int | str
    phone: str

    def row(self) -> tuple[str | int | float, ...]:
        person, home = self.child.person, self.household
        return (
            *(home.number, home.head.name, home.head.id_number, person.name, self.typed, person.sex, person.nation),
            *(self.relation, home.region, home.address, self.hardship, self.poor_since, self.left, self.phone),
        )


class Register:
    """`entries` are the rows of the first delivery."""

    def __init__(self, people: People, children: Children) -> None:
        self.people, self.rng, self.children = people, people.rng, children
        self._household_numbers: set[str] = set()
        self.entries = [self._entry(child) for child in children.poor]
        for entry in [entry for entry in self.entries if entry.child.planted in REGISTER_TWICE]:
            moved = entry.child.planted == REGISTER_TWICE[1]
            again = self._household(entry.child) if moved else entry.household
            self.entries.append(replace(entry, household=again))
        self.rng.shuffle(self.entries)

    def _entry(self, child: Child) -> Entry:
        since = self.rng.randint(AUTUMN - 9, AUTUMN - 2)
        still_poor = self.rng.random() < STILL_POOR_SHARE
        return Entry(
            child,
            self._household(child),
            self._typed(child),
            relation=self.people.relation(child.person.sex),
            hardship=one_of(HARDSHIPS, self.rng),
            poor_since=since,
            left="" if still_poor else self.rng.randint(max(since + 1, AUTUMN - 4), AUTUMN - 1),
            phone=self.people.phone(),
        )

    def _household(self, child: Child) -> Household:
        region, address = self.rng.choice(NEIGHBOURS if child.planted == OUTSIDE else HOMES)
        number = f"{region}{self.rng.randint(0, 999_999):06d}"
        while number in self._household_numbers:
            number = f"{region}{self.rng.randint(0, 999_999):06d}"
        self._household_numbers.add(number)
        return Household(number, self.people.person(places.COUNTY[0][:6], (FIRST_HEAD, LAST_HEAD)), region, address)

    def _typed(self, child: Child) -> str | float:
        number = child.person.id_number
        mistyped = {
            "id_lower_case_x": number.lower,
            "id_full_width": lambda: full_width(number),
            "id_spaces": lambda: f" {number[:6]} {number[6:]}\u3000",
            "id_bad_check_digit": lambda: wrong_check_digit(number, self.rng),
            "id_lost_digits": lambda: as_spreadsheet_number(number),
            "id_missing": lambda: "",
        }
        return mistyped[child.planted]() if child.planted in mistyped else number

    def next_delivery(self) -> tuple[list[Entry], dict[str, list[str]]]:
        """The rows delivered next, with every ID number right, and who is new, gone and changed in them."""
        rows = len(self.entries)
        plain = [child for child in self.children.poor if child.planted == PLAIN]
        some = self.rng.sample(plain, min(len(plain), planted(GONE, rows) + planted(CHANGED, rows)))
        gone, changed = some[: planted(GONE, rows)], some[planted(GONE, rows) :]
        near = [child for child in self.children.others if child.person.id_number.startswith(places.COUNTY[0][:6])]
        new = self.rng.sample(near, min(len(near), planted(NEW, rows)))
        dropped, moved = set(numbers(gone)), set(numbers(changed))
        kept = [entry for entry in self.entries if entry.child.person.id_number not in dropped]
        again = [self._again(entry, changes=entry.child.person.id_number in moved) for entry in kept]
        who = {"changed": numbers(changed), "new": numbers(new), "gone": numbers(gone)}
        return again + [self._entry(child) for child in new], who

    def _again(self, entry: Entry, *, changes: bool) -> Entry:
        entry = replace(entry, typed=entry.child.person.id_number)
        if not changes:
            return entry
        if entry.left == "" and self.rng.random() < 0.7:
            return replace(entry, left=AUTUMN)
        return replace(entry, hardship=LOW_INCOME if entry.hardship == UNSTABLE else UNSTABLE)
