"""Rows of the sheets that are made from tables, for tests to say briefly."""

from aid.imports.base import Report
from aid.rules.cells import Cell
from tests.conftest import World

SCHOOL = "德安县蒲亭镇小学（小学）"
A1, A2 = "360426200908300016", "360426200908300024"
CHILDREN, ACCOUNTS, OFFICES = "table_beneficiary", "table_account", "table_organisation"
CASES = "table_dropout_case"
NEW = {"机构编码": "", "机构名称": "蒲亭镇第二小学", "学段": "小学", "行政区划": "蒲亭镇", "登录网段": ""}


def child(**cells: Cell) -> dict[str, Cell]:
    return {"身份证号": A1, "学校": SCHOOL, **cells}


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, len(report.held_back)


def told(report: Report) -> list[tuple[str, str]]:
    """The held rows' first faults, as (column, sentence without what every sentence ends in)."""
    return [held.faults[0] for held in report.held_back]


def office(key: str, world: World, **cells: Cell) -> dict[str, Cell]:
    return {"机构编码": world.organisations[key].code, **cells}
