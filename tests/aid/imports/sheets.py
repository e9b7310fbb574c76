"""Sheets for tests: the columns of DOMAIN.md part 4, a sound row of each kind, and a writer that keeps cells' kinds."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from aid.rules.cells import Cell, ErrorCell
from models import MODELS, Change, Operation

COLUMNS = {  # in the order of DOMAIN.md part 4; a file without a column marked ● is refused
    "regions": "区划代码● 名称● 级别● 上级代码",
    "organisations": "机构编码● 机构名称● 上级机构编码 机构类型● 学段 行政区划代码● 机构状态 并入机构编码",
    "register": "户编号● 户主姓名 户主身份证号 姓名● 身份证号● 性别 民族 与户主关系 户籍区划代码● 户籍地址 困难类型● "
    "识别年度 脱贫年度 联系电话",
    "roll": "全国学籍号 姓名● 身份证号● 性别 出生日期 民族 学校编码● 学校名称 学段● 年级● 班级 学籍状态● "
    "入学年月 是否寄宿",
    "supplement": "姓名● 身份证号● 学校编码 年级 班级 困难类型● 户籍区划代码 补录原因● 补录说明 省外学校 省外学段",
    "grants": "身份证号● 资助项目● 学期● 金额● 发放日期 备注",
}
SOUND = {
    "regions": "区划代码=360426102000 名称=吴山镇 级别=乡镇 上级代码=360426000000",
    "organisations": "机构编码=360426000006 机构名称=德安县吴山镇小学 上级机构编码=360426000001 机构类型=学校 "
    "学段=小学 行政区划代码=360426100000 机构状态=正常",
    "register": "户编号=0012 户主姓名=赵大 户主身份证号=360426197001010016 姓名=赵新 身份证号=360426201001010015 "
    "性别=男 民族=汉族 与户主关系=之子 户籍区划代码=360426100200 户籍地址=石门村3号 困难类型=脱贫户 识别年度=2014 "
    "脱贫年度=2019 联系电话=13800000000",
    "roll": "全国学籍号=G360426201001010015 姓名=赵新 身份证号=360426201001010015 性别=男 出生日期=2010-01-01 "
    "民族=汉族 学校编码=360426000003 学校名称=德安县蒲亭镇小学 学段=小学 年级=三年级 班级=1班 学籍状态=在籍 "
    "入学年月=201709 是否寄宿=否",
    "supplement": "姓名=钱多 身份证号=360426201001010074 学校编码=360426000003 年级=三年级 班级=1班 困难类型=低保 "
    "户籍区划代码=360426100200 补录原因=在校无学籍",
    "grants": "身份证号=360426200908300016 资助项目=义务教育生活补助 学期=2026秋 金额=625.00 发放日期=2026-11-20",
}
WARNED = {"supplement": ["有 1 人不在本县的建档立卡名册上，请补交困难证明材料"]}  # of the sound row
ABROAD = {  # a sheet of every kind as other offices send it, in the order of `titles`
    "regions": "行政区划代码 行政区划名称 行政级别 上级区划代码",
    "organisations": "学校标识码 学校名称 主管部门编码 单位类型 学段名称 区划代码 办学状态 并入学校代码",
    "register": "建档立卡户编号 户主 户主证件号码 成员姓名 成员身份证号码 性别 民族 户主关系 户籍地行政区划代码 "
    "户籍详细地址 困难类别 识别年份 脱贫年份 手机号",
    "roll": "学籍号 学生姓名 公民身份号码 性别 出生年月日 民族 学校标识码 学校 教育阶段 年级名称 班级名称 "
    "学籍状况 入学月份 是否住校",
    "supplement": "学生姓名 公民身份号码 学校标识码 年级名称 班级名称 困难类别 户籍地行政区划代码 补录理由 补录备注 "
    "外省学校 外省学段",
    "grants": "学生身份证号 项目名称 资助学期 资助金额（元） 发放时间 发放说明",
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, by hand


def titles(slug: str) -> list[str]:
    """Every column of the kind of sheet."""
    return [title.removesuffix("●") for title in COLUMNS[slug].split()]


def abroad(slug: str) -> list[str]:
    """Every column of the kind as another office calls it."""
    return ABROAD[slug].split()


def required(slug: str) -> list[str]:
    return [title.removesuffix("●") for title in COLUMNS[slug].split() if title.endswith("●")]


def sound(slug: str) -> dict[str, Cell]:
    """A row of the kind that goes into the tests' small world."""
    return dict(part.split("=") for part in SOUND[slug].split())


def id_number(serial: int, born: str = "20100101", place: str = "360426") -> str:
    """A sound number; `serial` up to 999, odd for a boy."""
    first = f"{place}{born}{serial:03}"
    return first + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def row(slug: str, cells: Mapping[str, Cell] | None = None) -> list[Cell]:
    """The sound row with some of its cells replaced, in the order of `titles`."""
    filled = sound(slug) | dict(cells or {})
    return [filled.get(title, "") for title in titles(slug)]


def write(path: Path, lines: Sequence[Sequence[Cell]], *, left: int = 0, second: Sequence[Sequence[Cell]] = ()) -> Path:
    """A workbook whose first sheet has these lines from row 1 on, `left` columns to the right; "" is no cell."""
    with xlsxwriter.Workbook(str(path)) as book:
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        for sheet_lines in (lines, second) if second else (lines,):
            sheet = book.add_worksheet()
            for at, cells in enumerate(sheet_lines):
                for column, cell in enumerate(cells, left):
                    _write_cell(sheet, (at, column), cell, dated)
    return path


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], cell: Cell, dated: object) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(*at, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(*at, cell)
    elif isinstance(cell, ErrorCell):
        sheet.write_formula(*at, "=NA()", None, cell.text)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*at, dt.datetime(cell.year, cell.month, cell.day), dated)
    else:
        sheet.write_number(*at, cell)


def stored() -> dict[str, list[dict]]:
    """Every row of every table but the history's."""
    tables = [model for model in MODELS if model not in (Operation, Change)]
    return {model.__name__: list(model.select().order_by(model.id).dicts()) for model in tables}


def without_versions(tables: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """The same without versions, which only ever rise."""
    return {
        name: [{column: value for column, value in line.items() if column != "version"} for line in lines]
        for name, lines in tables.items()
    }
