"""建档立卡名册: one delivery of the register, into a batch."""

from collections.abc import Sequence
from functools import partial

import peewee as pw

from aid.errors import RuleBroken
from aid.imports import synonyms as also
from aid.imports.base import Column, SheetFormat, Taken
from aid.imports.people import ID_NUMBER, NAME, NATION, SEX, PersonIntake
from aid.imports.places import labels, region_ids
from aid.ledger import Ledger
from aid.permissions import Permission
from aid.rules import id_numbers
from aid.rules.cells import Fault, code, identifier, text, words, year
from aid.scope import visible
from models import (
    HardshipKind,
    Organisation,
    OrganisationKind,
    RegisterBatch,
    RegisterPerson,
    SheetKind,
)

LONGEST_BATCH = RegisterBatch.name.max_length


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
            records.append((row.row, (self.batch.id, number, household), (regions[home], *own(row.values))))
        self.keep(ledger, ("batch", "id_number", "household_no", "home_region", *self.own), records)

    def _batch(self, ledger: Ledger, office: Organisation) -> RegisterBatch:
        """The batch named, else the office's newest, else a new one by the date. Only an office's first is current at
        once; a later one waits until it is applied (aid.operations.delivery_applied)."""
        mine = visible(RegisterBatch, self.actor.scope).where(RegisterBatch.office == office)
        try:
            name = text(self.delivery.batch, longest=LONGEST_BATCH)
        except Fault as fault:
            raise RuleBroken(f"批次名{fault}") from fault
        if name:
            found = mine.where(RegisterBatch.name == name).get_or_none()
        else:
            found = mine.order_by(RegisterBatch.id.desc()).first()
        if found is not None:
            return found
        name, first = name or f"{self.delivery.today:%Y-%m-%d}", not mine.where(RegisterBatch.current).exists()
        return ledger.add(RegisterBatch, name=name, office=office, current=first)

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
        Column(
            "户编号",
            "household_no",
            partial(identifier, longest=30),
            required=True,
            synonyms=also.HOUSEHOLD,
            example="12",
            note="同户同号",
        ),
        Column("户主姓名", "head_name", partial(words, longest=40), synonyms=also.HEAD_NAME, example="张三"),
        Column(
            "户主身份证号",
            "head_id_number",
            id_numbers.copied,
            synonyms=also.HEAD_ID_NUMBER,
            example="00000019850312001X",
        ),
        NAME,
        ID_NUMBER,
        SEX,
        NATION,
        Column("与户主关系", "relation", partial(text, longest=20), synonyms=also.RELATION, example="之子"),
        Column(
            "户籍区划代码",
            "home_region",
            code,
            required=True,
            synonyms=also.HOME_REGION,
            example="360426100200",
            note="户籍所在的村或乡镇",
        ),
        Column(
            "户籍地址", "home_address", partial(text, longest=120), synonyms=also.HOME_ADDRESS, example="石门村 3 号"
        ),
        Column("困难类型", "hardship", labels(HardshipKind), required=True, synonyms=also.HARDSHIP, example="脱贫户"),
        Column("识别年度", "poor_since", year, empty=None, synonyms=also.POOR_SINCE, example="2014"),
        Column("脱贫年度", "left_poverty", year, empty=None, synonyms=also.LEFT_POVERTY, example="2019"),
        Column("联系电话", "phone", partial(text, longest=30), synonyms=also.PHONE, example="13800000000"),
    )
