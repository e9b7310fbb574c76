"""kill -9 in the middle of a match: all or nothing, and the next start is clean."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aid import dialect
from aid.ledger import writing
from aid.operations.matching import match
from aid.permissions import Permission
from models import Beneficiary, Change, Enrolment, Operation, RegisterBatch, RegisterPerson, db

ROOT = Path(__file__).parents[1]
CHILDREN = 8000
MATCH = """
import sys
from pathlib import Path
from aid import dialect
from aid.operations.matching import match
from aid.scope import Actor, Scope
from models import Role, db
dialect.open_database("", Path(sys.argv[1]))
with db.connection_context():
    print("ready", flush=True)
    match(Actor("county", Role.COUNTY, Scope("360426"), None, int(sys.argv[2])))
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


def kill_while_matching(path: Path, office: int, *, after: float) -> int:
    """Start a match in a process of its own, kill it so many seconds after it began to write; return how it ended."""
    child = subprocess.Popen([sys.executable, "-c", MATCH, str(path), str(office)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    while not locked(path):
        assert child.poll() is None, "the match ended before it was seen to write"
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    return child.returncode


def facts() -> tuple[int, int, int]:
    return Beneficiary.select().count(), Operation.select().count(), Change.select().count()


@pytest.mark.parametrize("after", [0, 0.02, 0.05, 0.1, 0.2])
def test_a_match_killed_in_the_middle_never_was(world, database, after):
    fill(world)
    before = facts()
    db.close()
    ended = kill_while_matching(database, world.organisations["county"].id, after=after)
    dialect.open_database("", database)
    db.connect()
    assert db.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute_sql("PRAGMA foreign_key_check").fetchall() == []
    whole = (before[0] + CHILDREN, before[1] + 1, before[2] + CHILDREN)
    assert facts() in ([before] if after == 0 else [before, whole])
    assert ended in (-signal.SIGKILL, 0)
    match(world.actors["county"])
    assert facts() == whole
