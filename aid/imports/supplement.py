"""补录: children whom matching could not put on a list, by a sheet; a school's own, or any of an office's schools."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from aid.imports import synonyms as also
from aid.imports.base import Column, Fate, Intake, SheetFormat, Taken
from aid.imports.own_cells import NowColumns, OwnCells, read_at_once
from aid.imports.people import ID_NUMBER, NAME
from aid.imports.places import region_ids
from aid.ledger import Ledger
from aid.operations.dropouts import settle_in_the_systems_name
from aid.operations.supplement_deciding import Decided
from aid.operations.supplement_rules import READERS, TITLES, Wish
from aid.operations.supplements import add, decide
from aid.own_columns import values_of
from aid.permissions import Permission
from aid.rules.cells import Fault
from models import Beneficiary, SheetKind

OTHERWISE = "已补录，名单上填的与这里不同；要改请在核对工作中改，不再补录"


class SupplementIntake(Intake):
    """Every row is decided as on the page (aid.operations.supplement_deciding); what stands already is left alone."""

    model = Beneficiary

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        found, own = decide(ledger.actor, [Wish(*row.values[: len(TITLES)]) for row in rows]), OwnCells(self.sheet)
        sound = []
        for row, one in zip(rows, found, strict=True):
            said = own.said(row)
            faults = [(TITLES[name], fault) for name, fault in one.faults] + _own_faults(own, said, one)
            if faults:
                self.report.hold(row.row, faults, row.cells)
            elif one.standing is not None:
                self.report.unchanged += 1
                self.report.becomes(row.row, Fate.UNCHANGED)
            else:
                self.report.warnings += [f"第 {row.row} 行 {one.wish.name}：{told}" for told in one.warnings]
                self.report.becomes(row.row, Fate.ADDED)
                one.values |= dict(zip(own.titles, own.kept(said), strict=True))
                sound.append(one)
        self._warn_of_proofs(sound)
        homes = region_ids(self, ledger, {one.home for one in sound})
        self.report.added += add(ledger, sound, homes)
        self._added = [one.wish.id_number for one in sound if one.wish.id_number]

    def settle(self) -> None:
        settle_in_the_systems_name(self._added)

    def _warn_of_proofs(self, sound: Sequence[Decided]) -> None:
        if wanting := sum(one.wants_proof for one in sound):
            self.report.warnings.append(f"有 {wanting} 人不在本县的建档立卡名册上，请补交困难证明材料")


def _own_faults(own: OwnCells, said: Mapping[str, Any], one: Decided) -> list[tuple[str, Fault]]:
    """What is wrong with the county's own columns of a row: of a new one what may not be, of one that stands already
    what it says otherwise."""
    if one.standing is None:
        return own.faults(said, present={}, among=own.titles)
    standing = values_of(one.standing)
    other = [own.titles[name] for name, value in said.items() if value is not None and value != standing.get(name)]
    return [(title, Fault("listed", OTHERWISE)) for title in other]


class Supplement(SheetFormat):
    """The columns are a Wish's parts, in its order, each read as on the page."""

    slug = SheetKind.SUPPLEMENT
    title = SheetKind.SUPPLEMENT.label
    permission = Permission.BENEFICIARY_SUPPLEMENT
    intake = SupplementIntake
    yields = True
    fixed = (
        NAME,
        replace(ID_NUMBER, new_when_empty=True, note="确实没有的留空，补录原因选“无身份证号”"),
        Column(
            TITLES["school"],
            "school",
            READERS["school"],
            synonyms=also.SCHOOL,
            example="360426000003",
            note="学校给本校补录、县里补录省外就读的，都留空",
        ),
        Column(TITLES["grade"], "grade", READERS["grade"], synonyms=also.GRADE, example="三年级"),
        Column(TITLES["class_name"], "class_name", READERS["class_name"], synonyms=also.CLASS_NAME, example="1班"),
        Column(
            TITLES["hardship"],
            "hardship",
            READERS["hardship"],
            required=True,
            synonyms=also.HARDSHIP,
            example="低保",
            note="本县名册上有的，以名册为准",
        ),
        Column(
            TITLES["home"],
            "home",
            READERS["home"],
            synonyms=also.HOME_REGION,
            example="360426100200",
            note="本县名册上有的可以留空；外县、外省的也填",
        ),
        Column(
            TITLES["reason"],
            "reason",
            READERS["reason"],
            required=True,
            synonyms=also.SUPPLEMENT_REASON,
            example="在校无学籍",
        ),
        Column(
            TITLES["remark"], "remark", READERS["remark"], synonyms=also.SUPPLEMENT_REMARK, note="原因是“其他”时必填"
        ),
        Column(
            TITLES["outside_school"],
            "outside_school",
            READERS["outside_school"],
            synonyms=also.OUTSIDE_SCHOOL,
            note="原因是“省外就读”时必填，其余不填",
        ),
        Column(
            TITLES["outside_stage"],
            "outside_stage",
            READERS["outside_stage"],
            empty=None,
            synonyms=also.OUTSIDE_STAGE,
            note="原因是“省外就读”时必填，其余不填",
        ),
    )
    columns = NowColumns(fixed, read_at_once)
