"""The made county's places and schools, as the rows of its two sheets."""

import random
from dataclasses import dataclass

PROVINCE, CITY, COUNTY = ("360000000000", "江西省"), ("360400000000", "九江市"), ("360426000000", "德安县")
NEIGHBOUR, NEIGHBOUR_TOWN = ("360425000000", "永修县"), ("360425101000", "涂埠镇")
TOWNS = ("蒲亭镇", "聂桥镇", "吴山镇", "宝塔镇", "河东镇", "高塘镇", "林泉镇", "磨溪乡", "爱民乡", "邹桥乡", "塘山乡")
VILLAGES = ("石门", "新田", "桃源", "西湾", "罗家", "柳林", "东岭", "双桥", "长坪", "白水", "杨坊", "月山")
REGION_COLUMNS = ("区划代码", "名称", "级别", "上级代码")
ORGANISATION_COLUMNS = (
    *("机构编码", "机构名称", "上级机构编码", "机构类型", "学段", "行政区划代码", "机构状态", "并入机构编码"),
)
OFFICES = (
    ("360000000001", "江西省学生资助管理中心", "", "省", "", PROVINCE[0], "正常", ""),
    ("360400000001", "九江市学生资助管理中心", "360000000001", "市", "", CITY[0], "正常", ""),
    ("360426000001", "德安县学生资助管理中心", "360400000001", "县", "", COUNTY[0], "正常", ""),
)
FEWEST_SCHOOLS = 16
NUMERALS = "一二三四五六七八九"


@dataclass
class School:
    code: str
    name: str
    stage: str
    town: str
    size: float
    status: str = "正常"
    merged_into: str = ""

    def row(self) -> tuple[str, ...]:
        return (self.code, self.name, OFFICES[2][0], "学校", self.stage, self.town, self.status, self.merged_into)


def town_code(nth: int) -> str:
    return f"{COUNTY[0][:6]}{100 + nth}000"


def villages(town: str) -> list[tuple[str, str]]:
    return [(f"{town[:9]}{200 + nth}", f"{name}村") for nth, name in enumerate(VILLAGES)]


def region_rows() -> list[tuple[str, str, str, str]]:
    rows = [(*PROVINCE, "省", ""), (*CITY, "市", PROVINCE[0]), (*COUNTY, "县", CITY[0])]
    for nth, name in enumerate(TOWNS):
        rows.append((town_code(nth), name, "乡镇", COUNTY[0]))
        rows += [(code, village, "村", town_code(nth)) for code, village in villages(town_code(nth))]
    return rows


def homes() -> list[tuple[str, str]]:
    """Every village of the county, and its address in full."""
    return [
        (code, f"{COUNTY[1]}{town}{village}")
        for nth, town in enumerate(TOWNS)
        for code, village in villages(town_code(nth))
    ]


def neighbour_homes() -> list[tuple[str, str]]:
    """Villages of the next county: they are on no sheet of regions, as in a real delivery."""
    return [(code, f"{NEIGHBOUR[1]}{NEIGHBOUR_TOWN[1]}{village}") for code, village in villages(NEIGHBOUR_TOWN[0])]


def make_schools(count: int, rng: random.Random) -> list[School]:
    """`count` schools of every stage; the last primary school is merged into the first, 老街小学 is closed, and the
    first few primary schools have a preschool of the same name attached."""
    if count < FEWEST_SCHOOLS:
        raise ValueError(f"a county needs at least {FEWEST_SCHOOLS} schools")
    seniors, vocationals = 1 + count // 100, 1 + count // 200
    preschools, juniors, attached = (max(2, round(count * share)) for share in (0.25, 0.125, 0.125))
    primaries = count - seniors - vocationals - preschools - juniors - attached - 1
    names = [
        *(("学前", _country_name(nth, "幼儿园"), nth) for nth in range(preschools)),
        *(("小学", _country_name(nth, "小学"), nth) for nth in range(primaries)),
        *(("初中", _country_name(nth, "初级中学"), nth) for nth in range(juniors)),
        *(("普高", f"{COUNTY[1]}第{NUMERALS[nth]}高级中学", 0) for nth in range(seniors)),
        *(("中职", f"{COUNTY[1]}第{NUMERALS[nth]}职业学校", 0) for nth in range(vocationals)),
        *(("学前", _country_name(nth, "小学"), nth) for nth in range(attached)),
        ("小学", f"{COUNTY[1]}老街小学", 0),
    ]
    schools = [_school(serial, *row, rng=rng) for serial, row in enumerate(names, 2)]
    merged, closed = schools[preschools + primaries - 1], schools[-1]
    merged.status, merged.merged_into, closed.status = "撤并", schools[preschools].code, "撤销"
    return schools


def _school(serial: int, stage: str, *rest: object, rng: random.Random) -> School:
    name, nth = rest
    in_town = 3.0 if nth < len(TOWNS) else 1.0
    town = town_code(nth % len(TOWNS))
    return School(f"{COUNTY[0][:8]}{serial:04d}", name, stage, town, in_town * rng.uniform(0.6, 1.4))


def _country_name(nth: int, kind: str) -> str:
    """The nth school of a kind: first one in every township's own name, then in its villages' names."""
    town, village = TOWNS[nth % len(TOWNS)], nth // len(TOWNS) - 1
    if village < 0:
        return f"{COUNTY[1]}{town}{kind}"
    again = f"第{NUMERALS[village // len(VILLAGES)]}" if village >= len(VILLAGES) else ""
    return f"{COUNTY[1]}{town}{VILLAGES[village % len(VILLAGES)]}{again}{kind}"
