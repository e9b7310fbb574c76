"""建档立卡名册 and 学籍名册: rows of persons, repeated ones told apart by `nth`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from operator import itemgetter
from typing import Any, ClassVar

import peewee as pw

from aid.errors import RuleBroken
from aid.imports import synonyms as also
from aid.imports.base import Column, Intake, SheetFormat, Taken, store
from aid.imports.places import labels, region_ids
from aid.ledger import Ledger
from aid.operations.mergers import followed
from aid.permissions import Permission
from aid.rules import id_numbers
from aid.rules.cells import Fault, code, date, identifier, month, text, words, year, yes_or_no
from aid.scope import visible
from models import (
    Enrolment,
    HardshipKind,
    Organisation,
    OrganisationKind,
    RegisterBatch,
    RegisterPerson,
    RollStatus,
    Row,
    Sex,
    SheetKind,
    Stage,
)

LONGEST_BATCH = RegisterBatch.name.max_length


class PersonIntake(Intake):
    """Rows known by a key (place, ID number, …); `nth` tells apart those that share one, for repeats are kept."""

    model: ClassVar[type[Row]]
    key_length: ClassVar[int]

    def keep(self, ledger: Ledger, names: Sequence[str], records: Iterable[tuple[int, tuple[Any, ...]]]) -> None:
        """`records` are the rows' numbers in the sheet, and their database values in the order of `names`, the key's
        columns first."""
        stored: dict[tuple, dict[int, tuple[int, tuple]]] = defaultdict(dict)
        fields = [self.model._meta.fields[name] for name in (*names, "nth")]
        for row_id, *values in self.stored().select(self.model.id, *fields).tuples():
            stored[tuple(values[: self.key_length])][values[-1]] = (row_id, tuple(values))
        wanted: dict[tuple, list[tuple[int, tuple]]] = defaultdict(list)
        for record in records:
            wanted[record[1][: self.key_length]].append(record)
        store(
            ledger,
            self.model,
            (*names, "nth"),
            wanted={(key, row[1][-1]): row for key in wanted for row in _told_apart(wanted[key], stored[key])},
            stored={(key, nth): row for key, rows in stored.items() for nth, row in rows.items()},
            report=self.report,
        )

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
        name, number, sex, *rest = told
        born = rest[0] if rest else None
        wrong = ["性别"] if sex and (sex == Sex.MALE) != id_numbers.is_male(number) else []
        wrong += ["出生日期"] if born and born != id_numbers.birth_date(number) else []
        if wrong:
            self.report.warnings.append(f"第 {row} 行 {name}：{'、'.join(wrong)}与身份证号不符，已照收")


def _told_apart(
    wanted: Sequence[tuple[int, tuple]], stored: Mapping[int, tuple[int, tuple]]
) -> Iterator[tuple[int, tuple]]:
    """The rows of one key with their `nth`: that of the stored row each equals, else the first that is free.

    So a part of a sheet sent again that holds only a person's second row does not pass for a changed first.
    """
    if len(wanted) == 1 and stored.keys() <= {1}:
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


# -- the register --------------------------------------------------------------


class RegisterIntake(PersonIntake):
    model = RegisterPerson
    key_length = 3
    own = (
        *("head_name", "head_id_number", "name", "sex", "nation", "relation", "home_address"),
        *("hardship", "poor_since", "left_poverty", "phone"),
    )

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        office = self._office()
        if not rows:
            return
        self.batch = self._batch(ledger, office)
        key, own = self.cells("id_number", "household_no", "home_region"), self.cells(*self.own)
        told = self.cells("name", "id_number", "sex")
        regions = region_ids(self, ledger, {key(row.values)[2] for row in rows})
        records = []
        for row in rows:
            number, household, home = key(row.values)
            self.doubt(row.row, told(row.values))
            records.append((row.row, (self.batch.id, number, household, regions[home], *own(row.values))))
        self.keep(ledger, ("batch", "id_number", "household_no", "home_region", *self.own), records)

    def _batch(self, ledger: Ledger, office: Organisation) -> RegisterBatch:
        """The batch named, else the office's current one, else a new one by the date; a new one becomes current."""
        mine = visible(RegisterBatch, self.actor.scope).where(RegisterBatch.office == office)
        name = self.delivery.batch
        if len(name) > LONGEST_BATCH:
            raise RuleBroken(f"批次名有 {len(name)} 个字，最多 {LONGEST_BATCH} 个字")
        if name:
            found = mine.where(RegisterBatch.name == name).get_or_none()
        else:
            found = mine.where(RegisterBatch.current).order_by(RegisterBatch.id.desc()).first()
        if found is not None:
            return found
        ledger.change_where(RegisterBatch, RegisterBatch.office == office, RegisterBatch.current, current=False)
        return ledger.add(RegisterBatch, name=name or f"{self.delivery.today:%Y-%m-%d}", office=office)

    def _office(self) -> Organisation:
        mine = visible(Organisation, self.actor.scope).where(Organisation.kind == OrganisationKind.COUNTY)
        office = mine.where(Organisation.id == (self.actor.organisation_id or 0)).get_or_none()
        if office is None:
            raise RuleBroken("建档立卡名册由县级资助中心导入，请用县级账号")
        return office

    def stored(self) -> pw.ModelSelect:
        return visible(RegisterPerson, self.actor.scope).where(RegisterPerson.batch == self.batch)


class Register(SheetFormat):
    slug = SheetKind.REGISTER
    title = SheetKind.REGISTER.label
    permission = Permission.REGISTER_IMPORT
    intake = RegisterIntake
    columns = (
        Column("户编号", "household_no", partial(identifier, longest=30), required=True, synonyms=also.HOUSEHOLD),
        Column("户主姓名", "head_name", partial(words, longest=40), synonyms=also.HEAD_NAME),
        Column("户主身份证号", "head_id_number", id_numbers.copied, synonyms=also.HEAD_ID_NUMBER),
        Column("姓名", "name", partial(words, longest=40), required=True, synonyms=also.NAME),
        Column("身份证号", "id_number", id_numbers.read, required=True, dated=True, synonyms=also.ID_NUMBER),
        Column("性别", "sex", labels(Sex), empty=None, synonyms=also.SEX),
        Column("民族", "nation", partial(text, longest=20), synonyms=also.NATION),
        Column("与户主关系", "relation", partial(text, longest=20), synonyms=also.RELATION),
        Column("户籍区划代码", "home_region", code, required=True, synonyms=also.HOME_REGION),
        Column("户籍地址", "home_address", partial(text, longest=120), synonyms=also.HOME_ADDRESS),
        Column("困难类型", "hardship", labels(HardshipKind), required=True, synonyms=also.HARDSHIP),
        Column("识别年度", "poor_since", year, empty=None, synonyms=also.POOR_SINCE),
        Column("脱贫年度", "left_poverty", year, empty=None, synonyms=also.LEFT_POVERTY),
        Column("联系电话", "phone", partial(text, longest=30), synonyms=also.PHONE),
    )


# -- the roll ------------------------------------------------------------------


class RollIntake(PersonIntake):
    model = Enrolment
    key_length = 2
    own = (
        *("roll_no", "name", "sex", "birth_date", "nation", "stage", "grade", "class_name"),
        *("status", "entered", "boards"),
    )

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        schools, moved = self._schools(), self._moved()
        key, own = self.cells("school", "id_number"), self.cells(*self.own)
        told = self.cells("name", "id_number", "sex", "birth_date")
        records = []
        for row in rows:
            school, number = key(row.values)
            if school not in schools:
                fault = Fault("unknown", f"没有编码为 {school} 的学校，或不归您管理")
                self.report.hold(row.row, [("学校编码", fault)], row.cells)
                continue
            self.doubt(row.row, told(row.values))
            place = schools[school]
            records.append((row.row, (moved.get((place, number), place), number, *own(row.values))))
        self.keep(ledger, ("school", "id_number", *self.own), records)

    def _schools(self) -> dict[str, int]:
        schools = visible(Organisation, self.actor.scope).where(Organisation.kind == OrganisationKind.SCHOOL)
        return dict(schools.select(Organisation.code, Organisation.id).tuples())

    def _moved(self) -> dict[tuple[int, str], int]:
        """By school and number where a merger has taken the row since it was delivered (aid.operations.mergers)."""
        ends = followed(self.actor.scope)
        concerned = visible(Enrolment, self.actor.scope).where(Enrolment.school.in_({*ends, *ends.values()}))
        present = set(concerned.select(Enrolment.school, Enrolment.id_number).tuples())
        taken = defaultdict(list)
        for school, end in ends.items():
            taken[end].append(school)
        return {
            (school, number): end
            for end, number in present
            for school in taken.get(end, ())
            if (school, number) not in present
        }

    def stored(self) -> pw.ModelSelect:
        return visible(Enrolment, self.actor.scope)


class Roll(SheetFormat):
    slug = SheetKind.ROLL
    title = SheetKind.ROLL.label
    permission = Permission.ROLL_IMPORT
    intake = RollIntake
    columns = (
        Column("全国学籍号", "roll_no", partial(identifier, longest=30), synonyms=also.ROLL_NO),
        Column("姓名", "name", partial(words, longest=40), required=True, synonyms=also.NAME),
        Column("身份证号", "id_number", id_numbers.read, required=True, dated=True, synonyms=also.ID_NUMBER),
        Column("性别", "sex", labels(Sex), empty=None, synonyms=also.SEX),
        Column("出生日期", "birth_date", date, empty=None, dated=True, synonyms=also.BIRTH_DATE),
        Column("民族", "nation", partial(text, longest=20), synonyms=also.NATION),
        Column("学校编码", "school", code, required=True, synonyms=also.SCHOOL),
        Column("学校名称", "school_name", partial(text, longest=80), synonyms=also.SCHOOL_NAME),
        Column("学段", "stage", labels(Stage), required=True, synonyms=also.STAGE),
        Column("年级", "grade", partial(text, longest=20), required=True, synonyms=also.GRADE),
        Column("班级", "class_name", partial(text, longest=20), synonyms=also.CLASS_NAME),
        Column("学籍状态", "status", labels(RollStatus), required=True, synonyms=also.ROLL_STATUS),
        Column("入学年月", "entered", month, synonyms=also.ENTERED),
        Column("是否寄宿", "boards", yes_or_no, empty=None, synonyms=also.BOARDS),
    )
