"""建档立卡名册 and 学籍名册: rows of persons, repeated ones told apart by `nth`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, count
from operator import itemgetter
from typing import Any, ClassVar

import peewee as pw

from aid.errors import RuleBroken
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

    def keep(self, ledger: Ledger, names: Sequence[str], records: Iterable[tuple[Any, ...]]) -> None:
        """`records` are the rows' database values in the order of `names`, the key's columns first."""
        stored: dict[tuple, dict[int, tuple[int, tuple]]] = defaultdict(dict)
        fields = [self.model._meta.fields[name] for name in (*names, "nth")]
        for row_id, *values in self.stored().select(self.model.id, *fields).tuples():
            stored[tuple(values[: self.key_length])][values[-1]] = (row_id, tuple(values))
        wanted: dict[tuple, list[tuple]] = defaultdict(list)
        for record in records:
            wanted[record[: self.key_length]].append(record)
        store(
            ledger,
            self.model,
            (*names, "nth"),
            wanted={(key, values[-1]): values for key in wanted for values in _told_apart(wanted[key], stored[key])},
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


def _told_apart(wanted: Sequence[tuple], stored: Mapping[int, tuple[int, tuple]]) -> Iterator[tuple]:
    """The rows of one key with their `nth`: that of the stored row each equals, else the first that is free.

    So a part of a sheet sent again that holds only a person's second row does not pass for a changed first.
    """
    if len(wanted) == 1 and stored.keys() <= {1}:
        yield (*wanted[0], 1)
        return
    free = dict(sorted(stored.items()))
    left = []
    for record in wanted:
        nth = next((nth for nth, (_, values) in free.items() if values[:-1] == record), None)
        if nth is None:
            left.append(record)
        else:
            del free[nth]
            yield (*record, nth)
    following = chain(free, count(max(stored, default=0) + 1))
    yield from ((*record, nth) for record, nth in zip(left, following, strict=False))


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
            records.append((self.batch.id, number, household, regions[home], *own(row.values)))
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
        Column("户编号", "household_no", partial(identifier, longest=30), required=True, example="12", note="同户同号"),
        Column("户主姓名", "head_name", partial(words, longest=40), example="张三"),
        Column("户主身份证号", "head_id_number", id_numbers.copied, example="00000019850312001X"),
        Column("姓名", "name", partial(words, longest=40), required=True, example="张小三"),
        Column("身份证号", "id_number", id_numbers.read, required=True, dated=True, example="000000201706010034"),
        Column("性别", "sex", labels(Sex), empty=None, example="男"),
        Column("民族", "nation", partial(text, longest=20), example="汉族"),
        Column("与户主关系", "relation", partial(text, longest=20), example="之子"),
        Column("户籍区划代码", "home_region", code, required=True, example="360426100200", note="户籍所在的村或乡镇"),
        Column("户籍地址", "home_address", partial(text, longest=120), example="石门村 3 号"),
        Column("困难类型", "hardship", labels(HardshipKind), required=True, example="脱贫户"),
        Column("识别年度", "poor_since", year, empty=None, example="2014"),
        Column("脱贫年度", "left_poverty", year, empty=None, example="2019"),
        Column("联系电话", "phone", partial(text, longest=30), example="13800000000"),
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
            records.append((moved.get((place, number), place), number, *own(row.values)))
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
        Column("全国学籍号", "roll_no", partial(identifier, longest=30), example="G000000201706010034"),
        Column("姓名", "name", partial(words, longest=40), required=True, example="张小三"),
        Column("身份证号", "id_number", id_numbers.read, required=True, dated=True, example="000000201706010034"),
        Column("性别", "sex", labels(Sex), empty=None, example="男"),
        Column("出生日期", "birth_date", date, empty=None, dated=True, example="2017-06-01"),
        Column("民族", "nation", partial(text, longest=20), example="汉族"),
        Column("学校编码", "school", code, required=True, example="360426000003", note="照机构名册"),
        Column("学校名称", "school_name", partial(text, longest=80), example="蒲亭镇小学", note="只供查看，以编码为准"),
        Column("学段", "stage", labels(Stage), required=True, example="小学"),
        Column("年级", "grade", partial(text, longest=20), required=True, example="三年级"),
        Column("班级", "class_name", partial(text, longest=20), example="1班"),
        Column("学籍状态", "status", labels(RollStatus), required=True, example="在籍"),
        Column("入学年月", "entered", month, example="202309"),
        Column("是否寄宿", "boards", yes_or_no, empty=None, example="否"),
    )
