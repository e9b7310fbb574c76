"""kill -9 in the middle of a match or an import: all or nothing, and the next start is clean."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from stdnum.cn import ric

from aid import dialect
from aid.imports import FORMATS, run_import
from aid.ledger import writing
from aid.operations.matching import match
from aid.permissions import Permission
from models import Beneficiary, Change, Enrolment, ImportRun, Operation, RegisterBatch, RegisterPerson, Row, db

ROOT = Path(__file__).parents[1]
CHILDREN = 8000
CHILD = {"name": "王", "stage": "小学", "grade": "一", "status": "在籍"}
WORK = """
import sys
from pathlib import Path
from aid import dialect
from aid.imports import run_import
from aid.operations.matching import match
from aid.scope import Actor, Scope
from models import Role, db
database, office, sheet = sys.argv[1:]
dialect.open_database("", Path(database))
with db.connection_context():
    print("ready", flush=True)
    county = Actor("county", Role.COUNTY, Scope("360426"), None, int(office))
    run_import(county, "roll", Path(sheet), file_name="roll.xlsx") if sheet else match(county)
"""


def fill(world) -> None:
    """So many children on the register and on the roll that matching them takes a while."""
    county = world.actors["county"]
    columns = ["name", "id_number", "school", "stage", "grade", "status", "roll_no", "nation", "class_name", "entered"]
    school, village = world.organisations["a"].id, world.regions["village"].id
    with writing(county, Permission.ROLL_IMPORT) as ledger:
        rows = (("王", f"K{n}", school, "primary", "一", "present", "", "", "", "") for n in range(CHILDREN))
        ledger.add_many(Enrolment, [*columns, "nth"], ((*row, 1) for row in rows))
    batch = RegisterBatch.get(RegisterBatch.office == world.organisations["county"]).id
    columns = ["batch", "name", "id_number", "home_region", "household_no", "head_name", "hardship"]
    empty = ["head_id_number", "nation", "relation", "home_address", "phone"]
    with writing(county, Permission.REGISTER_IMPORT) as ledger:
        rows = ((batch, "王", f"K{n}", village, "H", "王", "lifted", *[""] * 5, 1) for n in range(CHILDREN))
        ledger.add_many(RegisterPerson, [*columns, *empty, "nth"], rows)


def locked(path: Path) -> bool:
    """Whether somebody is writing to the database just now."""
    connection = dialect.pw.sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except dialect.pw.sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False


def kill_at_work(path: Path, office: int, *, sheet: str, after: float | None) -> int:
    """Start a match, or an import of `sheet`, in a process of its own and kill it so many seconds after it began to
    write, or before it does (None); return how it ended."""
    words = [sys.executable, "-c", WORK, str(path), str(office), sheet]
    child = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    while after is not None and not locked(path):
        assert child.poll() is None, "the work ended before it was seen to write"
    time.sleep(0.1 if after is None else after)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    return child.returncode


def facts(model: type[Row]) -> tuple[int, int, int]:
    return model.select().count(), Operation.select().count(), Change.select().count()


def sound(database: Path) -> None:
    """The next start: open the database again and look at its pages and references."""
    dialect.open_database("", database)
    db.connect()
    assert db.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute_sql("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("after", [0, 0.02, 0.05, 0.1, 0.2])
def test_a_match_killed_in_the_middle_never_was(world, database, after):
    fill(world)
    before = facts(Beneficiary)
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, sheet="", after=after)
    sound(database)
    whole = (before[0] + CHILDREN, before[1] + 1, before[2] + CHILDREN)
    assert facts(Beneficiary) in (before, whole)
    assert ended in (-signal.SIGKILL, 0)
    match(world.actors["county"])
    assert facts(Beneficiary) == whole


@pytest.mark.parametrize("after", [None, 0, 0.1, 0.2, 0.4])
def test_an_import_killed_in_the_middle_never_was(world, database, tmp_path, after):
    sheet = tmp_path / "roll.xlsx"
    roll_sheet(sheet, world.organisations["a"].code)
    before = facts(Enrolment)
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, sheet=str(sheet), after=after)
    sound(database)
    whole = (before[0] + CHILDREN, before[1] + 1, before[2] + CHILDREN + 1)
    assert facts(Enrolment) in (before, whole)
    assert ended in (-signal.SIGKILL, 0)
    report = run_import(world.actors["county"], "roll", sheet, file_name="roll.xlsx")
    assert report.added + report.unchanged == CHILDREN
    assert facts(Enrolment)[0] == whole[0]
    assert ImportRun.select().count() == facts(Enrolment)[1] - before[1]
    assert not readers_left(sheet)


def roll_sheet(path: Path, school: str) -> None:
    """A roll of CHILDREN children at one school, each with a number of its own."""
    columns = [column for column in FORMATS["roll"].columns if column.required]
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title for column in columns])
        for row, number in enumerate(id_numbers(CHILDREN), start=1):
            cells = {
                "name": "王",
                "id_number": number,
                "school": school,
                "stage": "小学",
                "grade": "一",
                "status": "在籍",
            }
            page.write_row(row, 0, [cells[column.name] for column in columns])


def id_numbers(some: int) -> Iterator[str]:
    for nth in range(some):
        number = f"360426{dt.date(2010, 1, 1) + dt.timedelta(nth % 1000):%Y%m%d}{nth // 1000:03}"
        yield number + ric.calc_check_digit(number + "0")


def readers_left(sheet: Path) -> list[str]:
    """Processes that still read the sheet: the reader dies with whoever asked it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        if str(sheet).encode() in command and b"child.py" in command:
            found.append(command.decode())
    return found
