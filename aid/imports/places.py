"""行政区划 and 机构名册: rows that refer to each other, in any order in the sheet."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from aid.imports.base import Column, Intake, Report, SheetFormat, Taken, store
from aid.ledger import Ledger
from aid.permissions import Permission
from aid.rules.cells import Fault, code, one_of, words
from aid.scope import Actor, significant, visible
from models import Coded, Organisation, OrganisationKind, OrganisationStatus, Region, RegionLevel, Row, SheetKind, Stage

DIGITS = {2: RegionLevel.PROVINCE, 4: RegionLevel.CITY, 6: RegionLevel.COUNTY, 9: RegionLevel.TOWNSHIP}


def labels(codes: type[Coded]) -> Callable[..., str]:
    """A cell's reader for a closed list."""
    return partial(one_of, labels={member.label: member.value for member in codes})


def region_ids(ledger: Ledger, codes: set[str]) -> dict[str, int]:
    """The ids of regions by code. One that is not known yet gets a row whose name is its code, for a later sheet of
    regions to fill in: a child's household may lie in any county."""
    known = dict(visible(Region, ledger.actor.scope).select(Region.code, Region.id).tuples())
    new = sorted(codes - known.keys())
    if new:
        rows = [(one, one, _level(one), known.get(_above(one))) for one in new]
        ledger.add_many(Region, ("code", "name", "level", "parent"), rows)
        known = dict(visible(Region, ledger.actor.scope).select(Region.code, Region.id).tuples())
    return known


def _level(region_code: str) -> str:
    return DIGITS.get(len(significant(region_code)), RegionLevel.VILLAGE).value


def _above(region_code: str) -> str:
    digits = max((d for d in (0, 2, 4, 6, 9) if d < len(significant(region_code))), default=0)
    return region_code[:digits].ljust(12, "0")


class Regions(SheetFormat):
    slug = SheetKind.REGIONS
    title = SheetKind.REGIONS.label
    permission = Permission.REGION_WRITE
    columns = (
        Column("区划代码", "code", code, required=True),
        Column("名称", "name", partial(words, longest=60), required=True),
        Column("级别", "level", labels(RegionLevel), required=True),
        Column("上级代码", "parent", code),
    )

    def start(self, actor: Actor, batch: str, today: dt.date) -> Intake:
        return RegionIntake(self, actor, Report())


class Organisations(SheetFormat):
    slug = SheetKind.ORGANISATIONS
    title = SheetKind.ORGANISATIONS.label
    permission = Permission.ORGANISATION_WRITE
    columns = (
        Column("机构编码", "code", code, required=True),
        Column("机构名称", "name", partial(words, longest=80), required=True),
        Column("上级机构编码", "parent", code),
        Column("机构类型", "kind", labels(OrganisationKind), required=True),
        Column("学段", "stage", labels(Stage), empty=None),
        Column("行政区划代码", "region", code, required=True),
        Column("机构状态", "status", labels(OrganisationStatus), empty=OrganisationStatus.OPEN.value),
        Column("并入机构编码", "merged_into", code),
    )

    def start(self, actor: Actor, batch: str, today: dt.date) -> Intake:
        return OrganisationIntake(self, actor, Report())


class CodedIntake(Intake):
    """Rows known by their code that point at other rows of the same table by code."""

    model: type[Row]
    names: Sequence[str]
    links: Sequence[tuple[str, str]]  # (column, the sheet's title of it)

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        waiting = {row.values[0]: row for row in self._once(rows)}
        while waiting:
            ids = self._ids()
            ready = {key: row for key, row in waiting.items() if all(at in ids for at in self._targets(row))}
            if not ready:
                break
            self._store(ledger, ready, ids)
            waiting = {key: row for key, row in waiting.items() if key not in ready}
        ids = self._ids()
        for row in waiting.values():
            faults = [
                (title, Fault("unknown", "没有这个编码，或不归您管理"))
                for (name, title), at in zip(self.links, self._link_codes(row), strict=True)
                if at and at not in ids
            ]
            self.report.hold(row.row, faults, row.cells)

    def _once(self, rows: Sequence[Taken]) -> list[Taken]:
        """The rows to write: a code's second row, and what fails the table's own checks, are held back."""
        seen: set[str] = set()
        kept = []
        for row in rows:
            fault = (
                (self.sheet.columns[0].title, Fault("duplicate", "编码在表中重复")) if row.values[0] in seen else None
            )
            fault = fault or self.fault(row)
            seen.add(row.values[0])
            if fault:
                self.report.hold(row.row, [fault], row.cells)
            else:
                kept.append(row)
        return kept

    def fault(self, row: Taken) -> tuple[str, Fault] | None:
        """What forbids a row that is sound in itself."""
        return None

    def _store(self, ledger: Ledger, ready: Mapping[str, Taken], ids: Mapping[str, int]) -> None:
        fields = [self.model._meta.fields[name] for name in self.names]
        stored = {values[0]: (key, values) for key, *values in self._known().select(self.model.id, *fields).tuples()}
        wanted = {key: self.made(ledger, row, ids) for key, row in ready.items()}
        wanted = {key: values for key, values in wanted.items() if not self._foreign(ready[key], values, stored)}
        store(ledger, self.model, self.names, wanted=wanted, stored=stored, report=self.report)

    def _foreign(self, row: Taken, values: Sequence[Any], stored: Mapping) -> bool:
        """A row outside the actor's place is left as it is, and held back where the sheet would change it."""
        found = stored.get(row.values[0])
        if self.may_write(row) or (found and list(found[1]) == list(values)):
            return False
        self.report.hold(row.row, [(self.sheet.columns[0].title, Fault("scope", "不在您的管理范围内"))], row.cells)
        return True

    def may_write(self, row: Taken) -> bool:
        raise NotImplementedError

    def made(self, ledger: Ledger, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        """The row's values in the order of `names`."""
        raise NotImplementedError

    def _known(self) -> Any:
        return visible(self.model, self.actor.scope)

    def _ids(self) -> dict[str, int]:
        return dict(self._known().select(self.model.code, self.model.id).tuples())

    def _link_codes(self, row: Taken) -> list[str]:
        places = [column.name for column in self.sheet.columns]
        return [row.values[places.index(name)] for name, _ in self.links]

    def _targets(self, row: Taken) -> list[str]:
        return [at for at in self._link_codes(row) if at]


class RegionIntake(CodedIntake):
    model = Region
    names = ("code", "name", "level", "parent")
    links = (("parent", "上级代码"),)

    def may_write(self, row: Taken) -> bool:
        return row.values[0].startswith(self.actor.scope.prefix) or self._is_placeholder(row.values[0])

    def _is_placeholder(self, key: str) -> bool:
        return self._known().where(Region.code == key, Region.name == key).exists()

    def made(self, ledger: Ledger, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        key, name, level, parent = row.values
        return [key, name, level, ids.get(parent or _above(key))]


class OrganisationIntake(CodedIntake):
    model = Organisation
    names = ("code", "name", "kind", "stage", "region", "parent", "status", "merged_into")
    links = (("parent", "上级机构编码"), ("merged_into", "并入机构编码"))

    def fault(self, row: Taken) -> tuple[str, Fault] | None:
        _, _, _, kind, stage, _, status, merged_into = row.values
        if kind == OrganisationKind.SCHOOL and not stage:
            return "学段", Fault("missing", "学校必须填写学段")
        if status == OrganisationStatus.MERGED and not merged_into:
            return "并入机构编码", Fault("missing", "撤并的学校必须填写并入的机构")
        if merged_into == row.values[0]:
            return "并入机构编码", Fault("malformed", "不能并入自己")
        return None

    def may_write(self, row: Taken) -> bool:
        return row.values[5].startswith(self.actor.scope.prefix) and self.actor.scope.school_id is None

    def made(self, ledger: Ledger, row: Taken, ids: Mapping[str, int]) -> list[Any]:
        key, name, parent, kind, stage, region, status, merged_into = row.values
        place = self._places(ledger)[region]
        return [key, name, kind, stage, place, ids.get(parent), status, ids.get(merged_into)]

    def _places(self, ledger: Ledger) -> dict[str, int]:
        if not hasattr(self, "_regions"):
            self._regions = region_ids(ledger, self._region_codes)
        return self._regions

    def write(self, ledger: Ledger, rows: Sequence[Taken]) -> None:
        self._region_codes = {row.values[5] for row in rows}
        super().write(ledger, rows)

    def _known(self) -> Any:
        """Also the offices above the actor's own: a sheet names them, unchanged, and its rows point at them."""
        return visible(Organisation, Actor("", self.actor.role, type(self.actor.scope)("")).scope)
