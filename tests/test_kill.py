"""kill -9 in the middle of a match, an import, a merger or an undo: all or nothing, and the next start is clean."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import peewee as pw
import pytest
import xlsxwriter
from stdnum.cn import ric

from aid import dialect
from aid.imports import FORMATS, run_import
from aid.ledger import writing
from aid.operations.accounts import open_account
from aid.operations.history import undo
from aid.operations.matching import match
from aid.operations.mergers import close, merge
from aid.permissions import Permission
from models import (
    Account,
    Beneficiary,
    Change,
    CheckState,
    Enrolment,
    ImportRun,
    Operation,
    Organisation,
    RegisterBatch,
    RegisterPerson,
    Role,
    Row,
    db,
)

ROOT = Path(__file__).parents[1]
# For what is killed over its work: how words are read, which it never asks, is nearly half of what it loads.
SHORT_LIVED = os.environ | {"PYPINYIN_NO_PHRASES": "1"}
CHILDREN = 8000
CHILD = {"name": "王", "stage": "小学", "grade": "一", "status": "在籍"}
WORK = """
import sys
from pathlib import Path
from aid import dialect
from aid.imports import run_import
from aid.operations.history import undo
from aid.operations.matching import match
from aid.operations.mergers import close, merge
from aid.scope import Actor, Scope
from models import Operation, Organisation, Role, db

def at(code):
    return Organisation.get(Organisation.code == code)

WORKS = {
    "match": lambda: match(county),
    "import": lambda sheet: run_import(county, "roll", Path(sheet), file_name="roll.xlsx"),
    "merge": lambda school, into: merge(county, at(school), at(into)),
    "close": lambda school: close(county, at(school)),
    "undo": lambda operation: undo(county, Operation.get_by_id(operation)),
}
database, office, work, *words = sys.argv[1:]
dialect.open_database("", Path(database))
with db.connection_context():
    print("ready", flush=True)
    county = Actor("county", Role.COUNTY, Scope("360426"), None, int(office))
    WORKS[work](*words)
"""


@pytest.fixture
def filled(world, database, beginnings) -> None:
    """The world with CHILDREN on the register and on the roll."""

    def filled_world() -> None:
        fill(world)

    beginnings.begin(database, filled_world)


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


def kill_at_work(path: Path, office: int, *work: str, after: float | None) -> int:
    """Start one of the WORKS with its words in a process of its own and kill it so many seconds after it began to
    write, or before it does (None); return how it ended."""
    words = [sys.executable, "-c", WORK, str(path), str(office), *work]
    child = subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.PIPE)
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
def test_a_match_killed_in_the_middle_never_was(filled, world, database, after):
    before = facts(Beneficiary)
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, "match", after=after)
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
    ended = kill_at_work(database, world.organisations["county"].id, "import", str(sheet), after=after)
    sound(database)
    whole = (before[0] + CHILDREN, before[1] + 1, before[2] + CHILDREN + 1)
    assert facts(Enrolment) in (before, whole)
    assert ended in (-signal.SIGKILL, 0)
    report = run_import(world.actors["county"], "roll", sheet, file_name="roll.xlsx")
    assert report.added + report.unchanged == CHILDREN
    assert facts(Enrolment)[0] == whole[0]
    assert ImportRun.select().count() == facts(Enrolment)[1] - before[1]
    assert not readers_left(sheet)


@dataclass(frozen=True)
class Standing:
    """What a merger touches: where everybody is, and how much is on record."""

    status: str
    enrolments: dict[int, int]
    places: list[tuple[int, int, int]]
    listed: dict[int, int]
    accounts: dict[int, int]
    record: tuple[int, int]


def standing(school: Organisation) -> Standing:
    enrolments, listed, accounts = (
        dict(field.model.select(field, pw.fn.COUNT(field.model.id)).group_by(field).tuples())
        for field in (Enrolment.school, Beneficiary.school, Account.organisation)
    )
    twice = Enrolment.select(Enrolment.id_number).group_by(Enrolment.id_number).having(pw.fn.COUNT(Enrolment.id) > 1)
    fields = (Enrolment.id, Enrolment.school_id, Enrolment.nth)
    return Standing(
        status=Organisation.get_by_id(school.id).status,
        enrolments=enrolments,
        places=list(Enrolment.select(*fields).where(Enrolment.id_number.in_(twice)).order_by(Enrolment.id).tuples()),
        listed=listed,
        accounts=accounts,
        record=(Operation.select().count(), Change.select().count()),
    )


@pytest.fixture
def merging(world, database, beginnings) -> tuple[Organisation, Organisation]:
    """A school of so many children, with an account, and one that has some of them on its own roll as well."""

    def ready_to_merge() -> tuple[Organisation, Organisation]:
        fill(world)
        return two_schools(world)

    return beginnings.begin(database, ready_to_merge)


def two_schools(world) -> tuple[Organisation, Organisation]:
    county, (school, into) = world.actors["county"], (world.organisations[key] for key in "ac")
    columns = ["name", "id_number", "school", "stage", "grade", "status", "nth"]
    with writing(county, Permission.ROLL_IMPORT) as ledger:
        rows = (("王", f"K{n}", into.id, "primary", "一", "present", 1) for n in range(0, CHILDREN, 40))
        ledger.add_many(Enrolment, columns, rows)
    open_account(county, organisation=school, role=Role.SCHOOL, login="pt01", name="王")
    match(county)
    return school, into


@pytest.mark.parametrize("after", [0, 0.05, 0.1, 0.2, 0.4])
def test_a_merger_killed_in_the_middle_never_was(merging, world, database, after):
    school, into = merging
    before, county = standing(school), world.actors["county"]
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, "merge", school.code, into.code, after=after)
    sound(database)
    assert ended in (-signal.SIGKILL, 0)
    if standing(school) == before:
        merge(county, Organisation.get_by_id(school.id), Organisation.get_by_id(into.id))
    whole = standing(school)
    moved = [before.enrolments, before.listed, before.accounts]
    assert whole.status == "merged"
    assert not any(school.id in where for where in (whole.enrolments, whole.listed, whole.accounts))
    assert whole.record == (before.record[0] + 1, before.record[1] + 1 + sum(where[school.id] for where in moved))


@pytest.mark.parametrize("after", [0, 0.05, 0.1, 0.2])
def test_a_closing_killed_in_the_middle_never_was(merging, world, database, after):
    school, _ = merging
    before, county, live = standing(school), world.actors["county"], Beneficiary.state != CheckState.INVALID
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, "close", school.code, after=after)
    sound(database)
    assert ended in (-signal.SIGKILL, 0)
    if standing(school) == before:
        close(county, Organisation.get_by_id(school.id))
    assert standing(school).status == "closed"
    assert not Beneficiary.select().where(Beneficiary.school == school, live).count()
    assert standing(school).record[0] == before.record[0] + 1


@pytest.mark.parametrize("after", [0, 0.1, 0.2, 0.4])
def test_the_undo_of_a_merger_killed_in_the_middle_never_was(merging, world, database, after):
    school, into = merging
    before, county = standing(school), world.actors["county"]
    operation = Operation.get_by_id(merge(county, school, into).operation_id)
    merged = standing(school)
    db.close()
    ended = kill_at_work(database, world.organisations["county"].id, "undo", str(operation.id), after=after)
    sound(database)
    assert ended in (-signal.SIGKILL, 0)
    if standing(school) == merged:
        undo(county, operation)
    back = standing(school)
    assert replace(back, record=before.record) == before
    assert back.record == (before.record[0] + 2, 2 * merged.record[1] - before.record[1])


def roll_sheet(path: Path, school: str) -> None:
    """A roll of CHILDREN children at one school, each with a number of its own."""
    columns = [column for column in FORMATS["roll"].columns if column.required]
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [column.title for column in columns])
        same = CHILD | {"school": school}
        for row, number in enumerate(id_numbers(CHILDREN), start=1):
            cells = same | {"id_number": number}
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
        if str(sheet).encode() in command and b"imports/child" in command:
            found.append(command.decode())
    return found
