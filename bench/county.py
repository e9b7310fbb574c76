"""A county made to order: five sheets as an office receives them, and what was planted in them. See make_county."""

import datetime as dt
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from bench import places
from bench.children import AUTUMN, NOT_ON_ROLL, PLAIN, PLANTED, Child, Children, Place, numbers
from bench.deliveries import Entry, Register
from bench.people import People
from bench.places import School

AID_YEARS = 3
ROLL_COLUMNS = (
    *("全国学籍号", "姓名", "身份证号", "性别", "出生日期", "民族", "学校编码", "学校名称", "学段", "年级", "班级"),
    *("学籍状态", "入学年月", "是否寄宿"),
)
REGISTER_COLUMNS = (
    *(
        "户编号",
        "户主姓名",
        "户主身份证号",
        "姓名",
        "身份证号",
        "性别",
        "民族",
        "与户主关系",
        "户籍区划代码",
        "户籍地址",
    ),
    *("困难类型", "识别年度", "脱贫年度", "联系电话"),
)


def make_county(
    folder: Path, *, schools: int = 24, roll_rows: int = 3000, register_rows: int = 640, seed: int = 1
) -> None:
    """Write regions.xlsx, organisations.xlsx, register.xlsx, register2.xlsx, roll.xlsx and truth.json to `folder`.

    There are exactly so many schools and rows (of the first register); the same arguments give the same sheets.
    Every person is invented. register2 is the register's next delivery: people new, gone and changed, and the
    mistyped ID numbers put right. Raises ValueError where the numbers leave no room for what is planted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people = People(random.Random(seed))
    made = places.make_schools(schools, people.rng)
    children = Children(people, made, roll_rows=roll_rows, register_rows=register_rows)
    register = Register(people, children)
    roll = _roll(children)
    organisations = [*places.OFFICES, *(school.row() for school in made)]
    again, who = register.next_delivery()
    sheets = {
        "regions": ("行政区划", places.REGION_COLUMNS, places.region_rows()),
        "organisations": ("机构名册", places.ORGANISATION_COLUMNS, organisations),
        "register": ("建档立卡名册", REGISTER_COLUMNS, [entry.row() for entry in register.entries]),
        "register2": ("建档立卡名册", REGISTER_COLUMNS, [entry.row() for entry in again]),
        "roll": ("学籍名册", ROLL_COLUMNS, roll),
    }
    for name, (title, columns, rows) in sheets.items():
        write_sheet(folder / f"{name}.xlsx", title, [columns, *rows])
    counts = {f"{name}_rows": len(sheets[name][2]) for name in ("register", "roll")}
    counts |= {name: len(sheets[name][2]) for name in ("regions", "organisations")}
    counts |= {"register_people": len(children.poor), "roll_people": len({row[2] for row in roll})}
    truth = _schools_truth(made) | _children_truth(children.poor, register.entries)
    truth |= {"counts": counts, "second_batch": who | {"rows": len(again)}}
    (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def write_sheet(path: Path, title: str, rows: Iterable[Sequence[str | int | float]]) -> None:
    """One sheet without any dress, its text cells as text: how the offices above send theirs."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        book.set_properties({"created": dt.datetime(AUTUMN, 9, 1)})
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(title)
        cells = ((at, column, value) for at, row in enumerate(rows) for column, value in enumerate(row))
        for at, column, value in cells:
            if isinstance(value, str):
                sheet.write_string(at, column, value, as_text)
            else:
                sheet.write_number(at, column, value)


def _roll(children: Children) -> list[tuple[str, ...]]:
    rows = [_roll_row(child, at) for child in (*children.poor, *children.others) for at in child.places]
    children.rng.shuffle(rows)
    return rows


def _roll_row(child: Child, at: Place) -> tuple[str, ...]:
    person, school = child.person, at.school
    number, born = person.id_number, person.birth.isoformat()
    return (
        *(f"G{number}", child.roll_name, number, person.sex, born, person.nation, school.code, school.name),
        *(school.stage, at.grade, at.class_name, at.status, at.entered, at.boards),
    )


def _schools_truth(schools: list[School]) -> dict[str, Any]:
    [merged] = [school for school in schools if school.status == "撤并"]
    [closed] = [school for school in schools if school.status == "撤销"]
    names = {school.name for school in schools if school.stage == "小学"}
    return {
        "attached_preschools": [s.code for s in schools if s.stage == "学前" and s.name in names],
        "merged_school": merged.code,
        "merged_into": merged.merged_into,
        "closed_school": closed.code,
    }


def _children_truth(poor: list[Child], entries: list[Entry]) -> dict[str, Any]:
    rows_of: dict[str, list[int]] = {}
    typed = {}
    for sheet_row, entry in enumerate(entries, 2):
        if entry.child.planted != PLAIN:
            typed[entry.child.person.id_number] = entry.typed
            rows_of.setdefault(entry.child.person.id_number, []).append(sheet_row)
    by_key = {key: [child for child in poor if child.planted == key] for key in (*NOT_ON_ROLL, *PLANTED)}
    long_ago = {entry.child.person.id_number for entry in entries if entry.left and AUTUMN - entry.left > AID_YEARS}
    return {
        **{key: numbers(children) for key, children in by_key.items()},
        "name_differs": [
            {"id": child.person.id_number, "register": child.person.name, "roll": child.roll_name}
            for child in by_key["name_differs"]
        ],
        "id_bad_check_digit": [{"true": n, "typed": typed[n]} for n in numbers(by_key["id_bad_check_digit"])],
        "id_missing": [{"true": child.person.id_number, "name": child.person.name} for child in by_key["id_missing"]],
        "register_rows_of": dict(sorted(rows_of.items())),
        "left_poverty_over_3_years_ago": sorted(long_ago),
    }
