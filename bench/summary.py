"""Workbooks that go out, against their own SQL sent raw and XlsxWriter writing the same cells without a style."""

from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from aid.workbooks import LONG, make_workbook
from bench.county_clerk import clerk
from bench.measure import Figure, side_by_side, statements
from bench.scratch import open_copy
from models import db

BAR, SLUGS = 1.5, ("regional-summary", "roster")


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists."""
    open_copy(matched, matched.with_name("summary.sqlite3"))
    return [_measured(slug, matched, repetitions=repetitions) for slug in SLUGS]


def _measured(slug: str, matched: Path, *, repetitions: int) -> Figure:
    out, plain = matched.with_name("summary.xlsx"), matched.with_name("plain.xlsx")
    with statements() as sent:
        make_workbook(clerk(), slug, out)
    selects = [(sql, parameters) for sql, parameters in sent if sql.startswith(("SELECT", "WITH"))]
    sheets = [sheet.to_python() for sheet in _sheets(out)]
    took, floor = side_by_side(
        lambda: make_workbook(clerk(), slug, out),
        lambda: _floor(selects, sheets, plain, long=slug in LONG),
        repetitions=repetitions,
    )
    return Figure(f"{slug.replace('-', ' ')}, {sum(map(len, sheets)):,} lines", took, BAR, floor)


def _sheets(path: Path) -> list[Any]:
    book = CalamineWorkbook.from_path(str(path))
    return [book.get_sheet_by_name(name) for name in book.sheet_names]


def _floor(selects: list[tuple[str, Any]], sheets: list[list[list[Any]]], path: Path, *, long: bool) -> None:
    for sql, parameters in selects:
        db.execute_sql(sql, parameters).fetchall()
    with xlsxwriter.Workbook(path, {"constant_memory" if long else "in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
