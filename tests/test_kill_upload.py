"""kill -9 of the server at random moments while a sheet is uploaded and taken in: all of it or nothing, and it can be
run again."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aid.imports import staged
from aid.imports.uploads import hand_in
from aid.imports.worker import STOPPED, settle_begun, take_in, upload
from aid.operations.accounts import actor_of, open_account
from aid.operations.history import undo
from aid.scope import SYSTEM, Actor
from models import Change, Enrolment, ImportRun, Operation, Role, Upload, UploadState, db
from tests.test_kill import CHILDREN, ROOT, SHORT_LIVED, locked, readers_left, roll_sheet, sound

MOMENTS = 20
SERVER = """
import sys
from pathlib import Path
from aid import dialect
from aid.imports import staged
from aid.imports.worker import take_in
from models import Upload, db
dialect.open_database("", Path(sys.argv[1]))
staged.keep_in(Path(sys.argv[2]))
with db.connection_context():
    row = Upload.select().order_by(Upload.id.desc()).get()
    print("ready", flush=True)
    take_in(row)
"""


@pytest.fixture
def handed_in(world, database, tmp_path: Path) -> Iterator[tuple[Path, Actor]]:
    """A roll that is uploaded and handed in, its sheet, and the clerk."""
    staged.keep_in(tmp_path / "staged")
    office = world.organisations["county"]
    clerk = actor_of(open_account(SYSTEM, organisation=office, role=Role.COUNTY, login="clerk", name="小王")[0])
    roll_sheet(tmp_path / "roll.xlsx", world.organisations["a"].code)
    hand_in(clerk, upload(clerk, "roll", tmp_path / "roll.xlsx", file_name="roll.xlsx"))
    return tmp_path, clerk


def killed(database: Path, folder: Path, after: float) -> None:
    """Take in what is queued in a process of its own, and kill it so many seconds after it began."""
    words = [sys.executable, "-c", SERVER, str(database), str(folder / "staged")]
    with subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"ready\n"
        time.sleep(after)
        server.send_signal(signal.SIGKILL)


def counts() -> tuple[int, int]:
    return Enrolment.select().count(), ImportRun.select().count()


def test_a_server_killed_over_an_upload_has_taken_in_all_or_nothing_and_goes_on(handed_in, database):
    folder, clerk = handed_in
    before, rng = counts(), random.Random(5)
    whole = (before[0] + CHILDREN, before[1] + 1)
    moments = [rng.uniform(0, 0.8) for _ in range(MOMENTS)]
    print("killed after", moments)
    for after in moments:
        db.close()
        killed(database, folder, after)
        sound(database)
        settle_begun()
        row = Upload.select().order_by(Upload.id.desc()).get()
        assert counts() == (whole if row.state == UploadState.DONE else before)
        if row.state == UploadState.DONE:  # once more from the beginning
            assert Change.select().where(Change.operation == row.operation).count() == CHILDREN + 1
            undo(clerk, Operation.get_by_id(row.operation))
            row = upload(clerk, "roll", folder / "roll.xlsx", file_name="roll.xlsx")
        else:
            assert (row.state, row.message) in ((UploadState.FAILED, STOPPED), (UploadState.QUEUED, ""))
        if row.state != UploadState.QUEUED:
            hand_in(clerk, row)
    take_in(Upload.select().order_by(Upload.id.desc()).get())
    assert counts() == whole
    assert list((folder / "staged").iterdir()) == []
    assert not locked(database)


UPLOADING = """
import sys
from pathlib import Path
from aid import dialect
from aid.imports import staged
from aid.imports.worker import upload
from aid.operations.accounts import actor_of
from models import Account, db
dialect.open_database("", Path(sys.argv[1]))
staged.keep_in(Path(sys.argv[2]))
with db.connection_context():
    clerk = actor_of(Account.get())
    print("ready", flush=True)
    upload(clerk, "roll", Path(sys.argv[3]), file_name="roll.xlsx")
"""


@pytest.mark.parametrize("after", [0.1, 0.4, 0.8])
def test_a_server_killed_over_reading_leaves_no_file_and_no_reader(handed_in, database, after):
    folder, _ = handed_in
    operations, kept = Operation.select().count(), Upload.get().staged
    db.close()
    sheet = folder / "roll.xlsx"
    words = [sys.executable, "-c", UPLOADING, str(database), str(folder / "staged"), str(sheet)]
    with subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"ready\n"
        time.sleep(after)
        server.send_signal(signal.SIGKILL)
    sound(database)
    settle_begun()
    known = {row.staged for row in Upload.select()}
    assert kept in known
    assert {path.name.partition(".")[0] for path in (folder / "staged").iterdir()} == known
    begun = [row.state for row in Upload.select() if row.staged != kept]
    assert Operation.select().count() == operations + sum(1 if state == UploadState.READING else 2 for state in begun)
    assert not readers_left(sheet)
