"""Every workbook of a county at work, against its own SQL sent raw and XlsxWriter writing the same cells without a
style, in processor time; and the memory of a process that makes it."""

import subprocess
import sys
from pathlib import Path
from time import process_time
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from aid.workbooks import LONG, WORKBOOKS, make_workbook
from bench.county_clerk import clerk
from bench.entitled import half_given
from bench.measure import Figure, side_by_side, statements
from bench.scratch import close, keep, open_copy
from models import db

BAR, MEMORY_BAR = 1.5, 300  # MB
SETTLED = """UPDATE beneficiary SET state = 'invalid', invalid_reason = 'duplicate', checked_by = '张老师',
  checked_at = '2026-10-08 02:30:00' WHERE id IN (SELECT MAX(id) FROM beneficiary WHERE id_number <> ''
  GROUP BY id_number HAVING COUNT(*) > 1 AND MAX(id) % 2 = 0)"""
ACCOUNTS = """INSERT INTO account (version, login, name, role, organisation_id, status, must_change, last_sign_in,
  password_hash, password_at) SELECT 1, 'bench.' || code, name, 'school', id, 'open', id % 3 = 0,
  CASE WHEN id % 5 THEN '2026-10-08 02:30:00' END, '', '2026-09-01 00:00:00' FROM organisation WHERE kind = 'school'"""
CASES = """INSERT INTO dropout_case (version, register_person_id, name, id_number, home_region_id, township_id, state,
  opened_at, opened_by, closed_by) SELECT 1, MIN(p.id), p.name, p.id_number, p.home_region_id, t.id, 'sought',
  '2026-10-01 00:00:00', '张老师', '' FROM register_person p JOIN region r ON r.id = p.home_region_id
  LEFT JOIN region t ON t.code = substr(r.code, 1, 9) || '000'
  WHERE NOT EXISTS (SELECT 1 FROM beneficiary b WHERE b.register_person_id = p.id) GROUP BY p.id_number"""
VISITS = """INSERT INTO dropout_visit (version, case_id, date, visitor, outcome, finding, next_step)
  SELECT 1, id, '2026-10-05', '李老师', 'promised', '家长答应下周送孩子返校', '下周一回访' FROM dropout_case"""


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists; a copy of it is put to work."""
    worked = matched.with_name("worked.sqlite3")
    open_copy(matched, matched.with_name("filling.sqlite3"))
    half_given()
    for sql in (SETTLED, ACCOUNTS, CASES, VISITS):
        db.execute_sql(sql)
    keep(worked)
    figures = []
    for slug in WORKBOOKS:
        open_copy(worked, matched.with_name("workbooks.sqlite3"))
        figures += _of_one(slug, matched.with_name(f"{slug}.xlsx"), repetitions=repetitions)
        close()
        figures.append(_memory(slug, matched.with_name("workbooks.sqlite3")))
    return figures


def _of_one(slug: str, out: Path, *, repetitions: int) -> list[Figure]:
    with statements() as sent:
        make_workbook(clerk(), slug, out)
    selects = [(sql, parameters) for sql, parameters in sent if sql.startswith(("SELECT", "WITH"))]
    sheets, plain = [sheet.to_python() for sheet in _sheets(out)], out.with_name("plain.xlsx")
    took, floor = side_by_side(
        lambda: make_workbook(clerk(), slug, out),
        lambda: _floor(selects, sheets, plain, long=slug in LONG),
        repetitions=repetitions,
        clock=process_time,
    )
    return [Figure(f"{slug}, {sum(map(len, sheets)):,} lines", took, BAR, floor)]


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


def _memory(slug: str, database: Path) -> Figure:
    """The most that a process of its own ever held, program and all."""
    words = [sys.executable, "-m", "bench.one_workbook", str(database), slug, str(database.with_name("memory.xlsx"))]
    told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=300)
    return Figure(f"{slug}, memory", float(told.stdout), MEMORY_BAR, unit="MB")
