"""行政区划 and 机构名册: rows that refer to each other, in any order in the sheet."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

import peewee as pw

from aid.errors import RuleBroken
from aid.imports import synonyms as also
from aid.imports.base import UNTOUCHED, Column, Delivery, Intake, SheetFormat, Taken
from aid.imports.coded import CodedIntake
from aid.imports.own_cells import NowColumns, OwnCells, read_at_once
from aid.ledger import Ledger
from aid.operations import placeholders
from aid.operations.region_rules import code_above, misplaced
from aid.own_columns import field_of
from aid.permissions import Permission
from aid.rules.cells import Fault, code, one_of, words
from aid.scope import Actor
from models import Coded, Organisation, OrganisationKind, OrganisationStatus, Region, RegionLevel, SheetKind, Stage

NAMED = 3  # codes a warning names before it only counts


def labels(codes: type[Coded]) -> Callable[..., str]:
    """A cell's reader for a closed list."""
    return partial(one_of, labels={member.label: member.value for member in codes})


def region_ids(intake: Intake, ledger: Ledger, codes: set[str]) -> dict[str, int]:
    """The ids of regions by code; that there are placeholders among them is warned of."""
    ids, new = placeholders.region_ids(ledger, codes)
    if new:
        told = "、".join(new[:NAMED]) + ("等" if len(new) > NAMED else "")
        intake.report.warnings.append(
            f"行政区划里没有 {len(new)} 个区划代码（{told}），已先占位；请核对，并导入行政区划补上名称"
        )
    return ids


class RegionIntake(CodedIntake):
    model = Region
    names = ("code", "name", "level", "parent")
    links = MappingProxyType({"上级代码": 3})

    def fault(self, row: Taken) -> tuple[str, Fault] | None:
        key, _, _, parent = row.values
        told = misplaced(key, parent) if parent not in ("", UNTOUCHED) else ""
        return ("上级代码", Fault("malformed", told)) if told else None

    def above(self, row: Taken) -> str:
        key, _, _, parent = row.values
        over = code_above(key) if parent in ("", UNTOUCHED) else ""
        return "" if over == key else over

    def may_write(self, row: Taken) -> bool:
        """Also a placeholder that an earlier sheet left (region_ids): it has no name yet."""
        key = row.values[0]
        return key.startswith(self.actor.scope.prefix) or key in self._nameless

    @cached_property
    def _nameless(self) -> set[str]:
        return {code for (code,) in self.known().where(Region.name == Region.code).select(Region.code).tuples()}

    @cached_property
    def _parents(self) -> dict[str, int | None]:
        return dict(self.known().select(Region.code, Region.parent).tuples())

    def made(self, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        """A sheet without the column of parents leaves one that there is, and gives one to the actor's own alone."""
        key, name, level, parent = row.values
        if parent is UNTOUCHED and (self._parents.get(key) or not self.may_write(row)):
            return [key, name, level, self._parents.get(key)]
        return [key, name, level, ids.get(code_above(key) if parent in ("", UNTOUCHED) else parent)]


class OrganisationIntake(CodedIntake):
    model = Organisation
    names = ("code", "name", "kind", "stage", "region", "parent", "status", "merged_into")
    links = MappingProxyType({"上级机构编码": 2, "并入机构编码": 7})

    def __init__(self, sheet: type[SheetFormat], actor: Actor, delivery: Delivery) -> None:
        super().__init__(sheet, actor, delivery)
        self._own, self._fixed = OwnCells(sheet), len(self.names)
        self.names = (*self.names, *self._own.titles)

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        self._regions: dict[str, int] = {}
        super().write(ledger, rows)
        for name in ("parent", "merged_into"):
            self._refuse_ring(Organisation._meta.fields[name])

    def _store(self, ledger: Ledger, ready: Mapping[str, Taken], ids: Mapping[str, int]) -> set[str]:
        own = {row.values[5] for row in ready.values() if self.may_write(row)}
        self._regions |= region_ids(self, ledger, own)
        return super()._store(ledger, ready, ids)

    def _refuse_ring(self, field: pw.ForeignKeyField) -> None:
        pairs = self.known().select(Organisation.id, field).where(field.is_null(False)).tuples()
        try:
            TopologicalSorter({row_id: [above] for row_id, above in pairs}).prepare()
        except CycleError as ring:
            names = [str(one) for one in self.known().where(Organisation.id.in_(ring.args[1]))]
            told = "、".join(names[:NAMED])
            raise RuleBroken(f"{told} 的{field.verbose_name}绕成了一圈，未作任何改动；请改正后重新导入") from ring

    def fault(self, row: Taken) -> tuple[str, Fault] | None:
        key, name, parent, kind, stage, _, status, merged_into = row.values[: self._fixed]
        if kind == OrganisationKind.SCHOOL and not stage:
            return "学段", Fault("missing", "学校必须填写学段")
        if status == OrganisationStatus.MERGED and not merged_into:
            return "并入机构编码", Fault("missing", "撤并的学校必须填写并入的机构")
        if key in (parent, merged_into):
            return ("上级机构编码" if parent == key else "并入机构编码"), Fault("malformed", "不能是机构自己")
        if merged_into and status != OrganisationStatus.MERGED:
            self.report.warnings.append(f"第 {row.row} 行 {name}：机构状态不是“撤并”，却填了并入机构，已照收")
        return None

    def may_write(self, row: Taken) -> bool:
        scope = self.actor.scope
        return scope.school_id is None and row.values[5].startswith(scope.prefix)

    def made(self, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        key, name, parent, kind, stage, region, status, merged_into = row.values[: self._fixed]
        return [key, name, kind, stage, self._regions.get(region), ids.get(parent), status, ids.get(merged_into)]

    def own_kept(self, row: Taken, old: tuple[int, list[Any]] | None) -> list[Any]:
        """What the sheet does not say stays as it is."""
        return self._own.kept(self._own_present(old) | self._own.said(row))

    def own_faults(self, row: Taken, old: tuple[int, list[Any]] | None) -> list[tuple[str, Fault]]:
        """Of columns that the sheet has: what the education bureau delivers has none of the county's own."""
        said = self._own.said(row)
        return self._own.faults(said, present=self._own_present(old), among=said)

    def _own_present(self, old: tuple[int, list[Any]] | None) -> dict[str, Any]:
        kept = old[1][self._fixed :] if old else [None] * len(self._own.titles)
        pairs = zip(self._own.titles, kept, strict=True)
        return {name: field_of(Organisation, name).python_value(value) for name, value in pairs}


class Regions(SheetFormat):
    slug = SheetKind.REGIONS
    title = SheetKind.REGIONS.label
    permission = Permission.REGION_WRITE
    intake = RegionIntake
    columns = (
        Column(
            "区划代码",
            "code",
            code,
            required=True,
            synonyms=also.REGION,
            example="360426100000",
            note="照国家统计局的统计用区划代码",
        ),
        Column("名称", "name", partial(words, longest=60), required=True, synonyms=also.REGION_NAME, example="蒲亭镇"),
        Column("级别", "level", labels(RegionLevel), required=True, synonyms=also.LEVEL, example="乡镇"),
        Column(
            "上级代码",
            "parent",
            code,
            synonyms=also.REGION_ABOVE,
            example="360426000000",
            note="不填时照区划代码推定",
            left_alone=True,
        ),
    )


class Organisations(SheetFormat):
    slug = SheetKind.ORGANISATIONS
    title = SheetKind.ORGANISATIONS.label
    permission = Permission.ORGANISATION_WRITE
    intake = OrganisationIntake
    fixed = (
        Column("机构编码", "code", code, required=True, synonyms=also.ORGANISATION, example="360426000003"),
        Column(
            "机构名称",
            "name",
            partial(words, longest=80),
            required=True,
            synonyms=also.ORGANISATION_NAME,
            example="蒲亭镇小学",
        ),
        Column(
            "上级机构编码", "parent", code, synonyms=also.ABOVE, example="360426000001", note="系统里或本表里已有的机构"
        ),
        Column("机构类型", "kind", labels(OrganisationKind), required=True, synonyms=also.KIND, example="学校"),
        Column(
            "学段", "stage", labels(Stage), empty=None, synonyms=also.KIND_OF_SCHOOL, example="小学", note="学校必填"
        ),
        Column("行政区划代码", "region", code, required=True, synonyms=also.AT_REGION, example="360426100000"),
        Column(
            "机构状态",
            "status",
            labels(OrganisationStatus),
            empty=OrganisationStatus.OPEN.value,
            synonyms=also.STATUS,
            example="正常",
            note="不填为“正常”",
        ),
        Column("并入机构编码", "merged_into", code, synonyms=also.MERGED_INTO, note="机构状态为“撤并”时必填，其余不填"),
    )
    columns = NowColumns(fixed, read_at_once)
