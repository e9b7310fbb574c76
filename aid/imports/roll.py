"""学籍名册: the places on the rolls of the schools."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import peewee as pw

from aid.imports import synonyms as also
from aid.imports.base import Column, SheetFormat, Taken
from aid.imports.people import ID_NUMBER, NAME, NATION, SEX, PersonIntake
from aid.imports.places import labels
from aid.ledger import Ledger
from aid.operations.dropout_cases import settle_cases
from aid.operations.mergers import followed
from aid.operations.school_year import school_year
from aid.permissions import Permission
from aid.rules.cells import Fault, code, date, identifier, month, text, yes_or_no
from aid.scope import visible
from models import (
    Enrolment,
    Organisation,
    OrganisationKind,
    Region,
    RollStatus,
    SheetKind,
    Stage,
)

BOARDING = dict.fromkeys(("寄宿", "住校", "住宿", "寄宿生", "住校生", "住宿生"), True) | dict.fromkeys(
    ("走读", "走读生", "不寄宿", "非寄宿", "不住校", "不住宿", "非寄宿生"), False
)


class RollIntake(PersonIntake):
    model = Enrolment
    key_length = 2
    rests_on = (Region, Organisation, Enrolment)
    own = (
        *("roll_no", "name", "sex", "birth_date", "nation", "stage", "grade", "class_name"),
        *("status", "entered", "boards"),
    )

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        schools, moved = self._schools(), self._moved()
        key, own = self.cells("school", "id_number"), self.cells(*self.own)
        told = self.cells("name", "id_number", "sex", "birth_date")
        records = []
        for row in self.report.passing("比较", rows):
            school, number = key(row.values)
            place = schools.get(school)
            if place is None:
                fault = Fault("unknown", f"没有编码为 {school} 的学校，或不归您管理")
                self.report.hold(row.row, [("学校编码", fault)], row.cells)
                continue
            self.doubt(row.row, told(row.values))
            if moved:
                place = moved.get((place, number), place)
            records.append((row.row, (place, number), own(row.values)))
        # By school, each in the order of the sheet: what lies together in an index is written in half the time.
        records.sort(key=lambda record: record[1][0])
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

    def follow(self, ledger: Ledger) -> None:
        """A dropout who is on the roll now is none (question 2)."""
        settle_cases(ledger, school_year(self.actor.scope))


class Roll(SheetFormat):
    slug = SheetKind.ROLL
    title = SheetKind.ROLL.label
    permission = Permission.ROLL_IMPORT
    intake = RollIntake
    columns = (
        Column(
            "全国学籍号",
            "roll_no",
            partial(identifier, longest=30),
            synonyms=also.ROLL_NO,
            example="G000000201706010034",
        ),
        NAME,
        ID_NUMBER,
        SEX,
        Column("出生日期", "birth_date", date, empty=None, dated=True, synonyms=also.BIRTH_DATE, example="2017-06-01"),
        NATION,
        Column(
            "学校编码", "school", code, required=True, synonyms=also.SCHOOL, example="360426000003", note="照机构名册"
        ),
        Column(
            "学校名称",
            "school_name",
            partial(text, longest=80),
            synonyms=also.SCHOOL_NAME,
            example="蒲亭镇小学",
            note="只供查看，以编码为准",
        ),
        Column("学段", "stage", labels(Stage), required=True, synonyms=also.STAGE, example="小学"),
        Column("年级", "grade", partial(text, longest=20), required=True, synonyms=also.GRADE, example="三年级"),
        Column("班级", "class_name", partial(text, longest=20), synonyms=also.CLASS_NAME, example="1班"),
        Column("学籍状态", "status", labels(RollStatus), required=True, synonyms=also.ROLL_STATUS, example="在籍"),
        Column("入学年月", "entered", month, synonyms=also.ENTERED, example="202309"),
        Column("是否寄宿", "boards", partial(yes_or_no, also=BOARDING), empty=None, synonyms=also.BOARDS, example="否"),
    )
