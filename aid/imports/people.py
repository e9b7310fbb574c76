"""建档立卡名册 and 学籍名册: rows of persons, repeated ones told apart by `nth`."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, ClassVar

from aid.errors import RuleBroken
from aid.imports.base import Column, Intake, Report, SheetFormat, Taken, numbered, store
from aid.imports.places import labels, region_ids
from aid.ledger import Ledger
from aid.permissions import Permission
from aid.rules import id_numbers
from aid.rules.cells import Cell, Fault, code, date, identifier, month, text, words, year, yes_or_no
from aid.scope import Actor, visible
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
    now,
)


def id_number(cell: Cell) -> str:
    """A cell's reader for a citizen number (aid.rules.id_numbers). Raises Fault."""
    return id_numbers.read(cell, today=_today())


def past_date(cell: Cell) -> dt.date:
    """A cell's reader for a date that has been (aid.rules.cells). Raises Fault."""
    return dt.date.fromisoformat(date(cell, today=_today()))


def _today() -> dt.date:
    return now().date()


class PersonIntake(Intake):
    """Rows keyed by place, ID number and how often the pair came before."""

    model: ClassVar[type[Row]]

    def keep(self, ledger: Ledger, rows: Sequence[Taken], records: Sequence[tuple], *, names: Sequence[str]) -> None:
        """`records` are the rows' values in the order of `names`, the key's columns first; nth is put last."""
        columns = (*names, "nth")
        keyed = [record[: self.key_length] for record in records]
        wanted = {(*key, nth): (*record, nth) for key, record, nth in zip(keyed, records, numbered(keyed), strict=True)}
        stored = {}
        fields = [self.model._meta.fields[name] for name in columns]
        for row_id, *values in self.stored().select(self.model.id, *fields).tuples():
            stored[(*values[: self.key_length], values[-1])] = (row_id, tuple(values))
        self._meet_repeats(wanted, stored)
        store(ledger, self.model, columns, wanted=wanted, stored=stored, report=self.report)

    key_length: ClassVar[int] = 2

    def _meet_repeats(self, wanted: dict, stored: dict) -> None:
        """A part of a sheet sent again may begin with a person's second row: it is that row, not a changed first."""
        for key in [key for key in wanted if key[-1] == 1 and (*key[:-1], 2) in stored]:
            bare, nth = key[:-1], 1
            twins = {}
            while (*bare, nth) in stored:
                twins[stored[(*bare, nth)][1][:-1]] = nth
                nth += 1
            values = wanted[key][:-1]
            if (*bare, 2) not in wanted and twins.get(values, 1) != 1:
                del wanted[key]
                wanted[(*bare, twins[values])] = (*values, twins[values])

    def stored(self) -> Any:
        raise NotImplementedError


class Register(SheetFormat):
    slug = SheetKind.REGISTER
    title = SheetKind.REGISTER.label
    permission = Permission.REGISTER_IMPORT
    columns = (
        Column("户编号", "household_no", partial(identifier, longest=30), required=True),
        Column("户主姓名", "head_name", partial(words, longest=40)),
        Column("户主身份证号", "head_id_number", partial(text, longest=18)),
        Column("姓名", "name", partial(words, longest=40), required=True),
        Column("身份证号", "id_number", id_number, required=True),
        Column("性别", "sex", labels(Sex), empty=None),
        Column("民族", "nation", partial(text, longest=20)),
        Column("与户主关系", "relation", partial(text, longest=20)),
        Column("户籍区划代码", "home_region", code, required=True),
        Column("户籍地址", "home_address", partial(text, longest=120)),
        Column("困难类型", "hardship", labels(HardshipKind), required=True),
        Column("识别年度", "poor_since", year, empty=None),
        Column("脱贫年度", "left_poverty", year, empty=None),
        Column("联系电话", "phone", partial(text, longest=30)),
    )

    def start(self, actor: Actor, batch: str, today: dt.date) -> Intake:
        office = visible(Organisation, actor.scope).where(Organisation.id == (actor.organisation_id or 0)).get_or_none()
        if office is None or office.kind != OrganisationKind.COUNTY:
            raise RuleBroken("建档立卡名册由县级资助中心导入，请用县级账号")
        return RegisterIntake(self, actor, Report(), office=office, batch=batch, today=today)


class RegisterIntake(PersonIntake):
    model = RegisterPerson
    key_length = 3

    def __init__(self, sheet: SheetFormat, actor: Actor, report: Report, **about: Any) -> None:
        super().__init__(sheet, actor, report)
        self.office: Organisation = about["office"]
        self.wanted_batch: str = about["batch"].strip()
        self.today: dt.date = about["today"]

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        self.batch = self._batch(ledger)
        places = region_ids(ledger, {row.values[8] for row in rows})
        names = [column.name for column in self.sheet.columns]
        own = [name for name in names if name not in ("id_number", "household_no")]
        at = [names.index(name) for name in own]
        records = []
        for row in rows:
            values = row.values
            self._warn(row)
            values[8] = places[values[8]]
            records.append((self.batch.id, values[4], values[0], *(values[i] for i in at)))
        self.keep(ledger, rows, records, names=("batch", "id_number", "household_no", *own))

    def _warn(self, row: Taken) -> None:
        sex, number = row.values[5], row.values[4]
        if sex and (sex == Sex.MALE) != id_numbers.is_male(number):
            self.report.warnings.append(f"第 {row.row} 行 {row.values[3]}：性别与身份证号不符，已照收")

    def _batch(self, ledger: Ledger) -> RegisterBatch:
        """The batch named, else the office's current one, else a new one by the date; a new one becomes current."""
        mine = visible(RegisterBatch, self.actor.scope).where(RegisterBatch.office == self.office)
        if self.wanted_batch:
            found = mine.where(RegisterBatch.name == self.wanted_batch).get_or_none()
        else:
            found = mine.where(RegisterBatch.current).order_by(RegisterBatch.id.desc()).first()
        if found is not None:
            return found
        ledger.change_where(RegisterBatch, RegisterBatch.office == self.office, RegisterBatch.current, current=False)
        name = self.wanted_batch or f"{self.today:%Y-%m-%d}"
        return ledger.add(RegisterBatch, name=name[:60], office=self.office)

    def stored(self) -> Any:
        return visible(RegisterPerson, self.actor.scope).where(RegisterPerson.batch == self.batch)


class Roll(SheetFormat):
    slug = SheetKind.ROLL
    title = SheetKind.ROLL.label
    permission = Permission.ROLL_IMPORT
    columns = (
        Column("全国学籍号", "roll_no", partial(identifier, longest=30)),
        Column("姓名", "name", partial(words, longest=40), required=True),
        Column("身份证号", "id_number", id_number, required=True),
        Column("性别", "sex", labels(Sex), empty=None),
        Column("出生日期", "birth_date", past_date, empty=None),
        Column("民族", "nation", partial(text, longest=20)),
        Column("学校编码", "school", code, required=True),
        Column("学校名称", "school_name", partial(text, longest=80)),
        Column("学段", "stage", labels(Stage), required=True),
        Column("年级", "grade", partial(text, longest=20), required=True),
        Column("班级", "class_name", partial(text, longest=20)),
        Column("学籍状态", "status", labels(RollStatus), required=True),
        Column("入学年月", "entered", month),
        Column("是否寄宿", "boards", yes_or_no, empty=None),
    )

    def start(self, actor: Actor, batch: str, today: dt.date) -> Intake:
        return RollIntake(self, actor, Report())


class RollIntake(PersonIntake):
    model = Enrolment

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        schools = dict(
            visible(Organisation, self.actor.scope)
            .where(Organisation.kind == OrganisationKind.SCHOOL)
            .select(Organisation.code, Organisation.id)
            .tuples()
        )
        placed = list(self._placed(rows, schools))
        records = [(schools[v[6]], v[2], v[0], v[1], v[3], v[4], v[5], *v[8:]) for v in (row.values for row in placed)]
        names = ("school", "id_number", "roll_no", "name", "sex", "birth_date", "nation", "stage", "grade")
        self.keep(ledger, placed, records, names=(*names, "class_name", "status", "entered", "boards"))

    def _placed(self, rows: Sequence[Taken], schools: dict[str, int]) -> Iterator[Taken]:
        for row in rows:
            if row.values[6] not in schools:
                fault = Fault("unknown", f"没有编码为 {row.values[6]} 的学校，或不归您管理")
                self.report.hold(row.row, [("学校编码", fault)], row.cells)
                continue
            self._warn(row)
            yield row

    def _warn(self, row: Taken) -> None:
        number, sex, born = row.values[2], row.values[3], row.values[4]
        if sex and (sex == "male") != (number[16] in "13579"):
            self.report.warnings.append(f"第 {row.row} 行 {row.values[1]}：性别与身份证号不符，已照收")
        if born and born != id_numbers.birth_date(number):
            self.report.warnings.append(f"第 {row.row} 行 {row.values[1]}：出生日期与身份证号不符，已照收")

    def stored(self) -> Any:
        return visible(Enrolment, self.actor.scope)
