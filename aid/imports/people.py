"""What the sheets of persons have in common: repeated rows are told apart by `nth`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from operator import itemgetter
from types import MappingProxyType
from typing import Any, ClassVar

import peewee as pw

from aid.imports import synonyms as also
from aid.imports.base import Column, Intake, store
from aid.imports.places import labels
from aid.ledger import Ledger
from aid.rules import id_numbers
from aid.rules.cells import text, words
from models import Row, Sex

# The columns that say who somebody is are the same on every sheet of persons.
NAME = Column("姓名", "name", partial(words, longest=40), required=True, synonyms=also.NAME, example="张小三")
ID_NUMBER = Column(
    "身份证号",
    "id_number",
    id_numbers.read,
    required=True,
    dated=True,
    synonyms=also.ID_NUMBER,
    example="000000201706010034",
)
SEX = Column("性别", "sex", labels(Sex), empty=None, synonyms=also.SEX, example="男")
NATION = Column("民族", "nation", partial(text, longest=20), synonyms=also.NATION, example="汉族")

Record = tuple[int, tuple, tuple]  # a row's number in the sheet, the database values of its key, those of the others
NONE: Mapping[int, tuple[int, tuple]] = MappingProxyType({})
ONE = {1}
MALE = Sex.MALE.value


class PersonIntake(Intake):
    """Rows known by a key (place, ID number, …); `nth` tells apart those that share one, for repeats are kept."""

    model: ClassVar[type[Row]]
    key_length: ClassVar[int]

    def keep(self, ledger: Ledger, names: Sequence[str], records: Sequence[Record]) -> None:
        """Make the stored rows what the records say; `names` are the columns of their keys and values, in order."""
        key_of = itemgetter(*range(self.key_length))
        stored: dict[tuple, dict[int, tuple[int, tuple]]] = defaultdict(dict)
        fields = [self.model._meta.fields[name] for name in (*names, "nth")]
        there = self.stored().select(self.model.id, *fields)
        for row in self.report.passing("比较", there.tuples(), of=there.count()):
            values = row[1:]
            stored[key_of(values)][values[-1]] = (row[0], values)
        wanted: dict[tuple, list[Record]] = defaultdict(list)
        for record in self.report.passing("比较", records):
            wanted[record[1]].append(record)
        store(ledger, self.model, (*names, "nth"), rows=self._paired(wanted, stored), report=self.report)

    def _paired(
        self, wanted: Mapping[tuple, list[Record]], stored: Mapping[tuple, dict[int, tuple[int, tuple]]]
    ) -> Iterator[tuple[int, tuple, tuple[int, tuple] | None]]:
        """Every wanted row with its `nth`, and the stored row that it is or becomes."""
        for key, same in self.report.passing("比较", wanted.items()):
            there = stored.get(key)
            if there is None and len(same) == 1:  # as most are, and each step costs 100,000 times
                [(number, _, others)] = same
                yield number, (*key, *others, 1), None
                continue
            there = there or NONE
            for number, values in _told_apart([(at, (*key, *others)) for at, _, others in same], there):
                yield number, values, there.get(values[-1])

    def stored(self) -> pw.ModelSelect:
        """The rows to compare with."""
        raise NotImplementedError

    def cells(self, *names: str) -> Callable[[Sequence[Any]], Any]:
        """What picks the values of these columns out of a row's."""
        places = [column.name for column in self.sheet.columns]
        return itemgetter(*map(places.index, names))

    def doubt(self, row: int, told: Sequence[Any]) -> None:
        """Warn of a sex or a birth date that the ID number contradicts; the row is taken in all the same.

        `told` is the name, the number, the sex, and the birth date where the sheet has one.
        """
        name, number, sex = told[:3]
        born = told[3] if len(told) > 3 else None
        wrong = []
        if sex and (sex == MALE) != id_numbers.is_male(number):
            wrong.append("性别")
        if born and born != id_numbers.birth_date(number):
            wrong.append("出生日期")
        if wrong:
            self.report.warnings.append(f"第 {row} 行 {name}：{'、'.join(wrong)}与身份证号不符，已照收")


def _told_apart(
    wanted: Sequence[tuple[int, tuple]], stored: Mapping[int, tuple[int, tuple]]
) -> Iterator[tuple[int, tuple]]:
    """The rows of one key with their `nth`: that of the stored row each equals, else the first that is free.

    So a part of a sheet sent again that holds only a person's second row does not pass for a changed first.
    """
    if len(wanted) == 1 and (not stored or stored.keys() == ONE):
        number, record = wanted[0]
        yield number, (*record, 1)
        return
    free = dict(sorted(stored.items()))
    left = []
    for number, record in wanted:
        nth = next((nth for nth, (_, values) in free.items() if values[:-1] == record), None)
        if nth is None:
            left.append((number, record))
        else:
            del free[nth]
            yield number, (*record, nth)
    following = chain(free, count(max(stored, default=0) + 1))
    yield from ((number, (*record, nth)) for (number, record), nth in zip(left, following, strict=False))
