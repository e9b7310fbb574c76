"""Two deliveries of the register, row by row: who is who, and what changed (questions 28 and 33).

A row is known again by all it says, else by ID number and household, else by ID number, else by household and name:
so a number that was put right finds its row, and repeated rows of one child are paired one by one.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

MATERIAL = ("name", "id_number", "hardship", "left_poverty", "home_region")  # what a check rests on
OTHERS = (
    *("household_no", "head_name", "head_id_number", "sex", "nation", "relation", "home_address"),
    *("poor_since", "phone"),
)
COLUMNS = (*MATERIAL, *OTHERS)

Person = Sequence[Any]  # the row's id, then its values in the order of COLUMNS
NAME, ID_NUMBER, HOUSEHOLD = (1 + COLUMNS.index(name) for name in ("name", "id_number", "household_no"))
WHOLE = itemgetter(slice(1, None))
BY_NUMBER_AND_HOUSEHOLD = itemgetter(ID_NUMBER, HOUSEHOLD)
BY_NUMBER = itemgetter(ID_NUMBER)
BY_HOUSEHOLD_AND_NAME = itemgetter(HOUSEHOLD, NAME)


def paired(old: Sequence[Person], new: Sequence[Person]) -> list[tuple[Person, Person]]:
    """The rows of `old` and `new` that are one person's, each in one pair at most; in doubt the first of `old` wins."""
    pairs: list[tuple[Person, Person]] = []
    for key in (WHOLE, BY_NUMBER_AND_HOUSEHOLD, BY_NUMBER, BY_HOUSEHOLD_AND_NAME):
        found = list(_pairs(old, new, key=key, alone=key is BY_HOUSEHOLD_AND_NAME))
        pairs += found
        old, new = _others(old, {was[0] for was, _ in found}), _others(new, {now[0] for _, now in found})
    return pairs


def _pairs(
    old: Sequence[Person], new: Sequence[Person], *, key: Callable[[Person], Hashable], alone: bool
) -> Iterator[tuple[Person, Person]]:
    """Rows of one key, in order; with `alone` only where it stands on both sides once."""
    there: dict[Hashable, list[Person]] = defaultdict(list)
    for row in new:
        there[key(row)].append(row)
    wanted: dict[Hashable, list[Person]] = defaultdict(list)
    for row in old:
        if (found := key(row)) in there:
            wanted[found].append(row)
    for found, rows in wanted.items():
        if not alone or len(rows) == len(there[found]) == 1:
            yield from zip(rows, there[found], strict=False)


def _others(rows: Sequence[Person], taken: set[int]) -> Sequence[Person]:
    return [row for row in rows if row[0] not in taken]


def differing(old: Person, new: Person) -> tuple[str, ...]:
    """The columns in which two rows differ, those that are material first.

    >>> differing((1, "张三", "A", "lifted"), (2, "张三", "B", "lifted"))
    ('id_number',)
    """
    return tuple(name for name, was, now in zip(COLUMNS, old[1:], new[1:], strict=False) if was != now)


def material(columns: Iterable[str]) -> bool:
    """Whether a change in these columns asks for a new check.

    >>> material(("phone", "head_name")), material(("phone", "hardship"))
    (False, True)
    """
    return not set(columns).isdisjoint(MATERIAL)


def held_before(rows: Sequence[Person], held: Iterable[Sequence[str]]) -> Iterator[Person]:
    """Those of `rows` whose household and name stand in one of the `held` back sheet rows, cells as they came."""
    cells: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(held):
        for cell in line:
            cells[str(cell).strip()].add(number)
    none: set[int] = set()
    return (row for row in rows if cells.get(row[HOUSEHOLD], none) & cells.get(row[NAME], none))
