"""kill -9 of the server while it makes a workbook: told as not made and made again, and nothing of it is left over."""

import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from aid.errors import RuleBroken
from aid.workbooks import store
from aid.workbooks.keeping import ask, ask_again, take
from aid.workbooks.making import STOPPED, make, settle_begun
from models import MadeWorkbook, MakingState, db
from tests.aid.workbooks.conftest import with_account
from tests.test_kill import ROOT, SHORT_LIVED, locked, sound

SERVER = """
import sys, tempfile
from pathlib import Path
from aid import dialect
from aid.workbooks import store
from aid.workbooks.making import make
from models import MadeWorkbook, db
dialect.open_database("", Path(sys.argv[1]))
store.keep_in(Path(sys.argv[2]))
tempfile.tempdir = sys.argv[3]

def told(doing, lines):
    print(doing, flush=True)
    sys.stdin.readline()

with db.connection_context():
    make(MadeWorkbook.get(), told)
"""
MOMENTS = [("roster", 0, None), ("roster", 1, None), ("public-list", -1, None), ("regional-summary", -1, 0.01)]


def killed(database: Path, folder: Path, *, step: int, after: float | None) -> None:
    """Make what is queued in a process of its own, which says each step and waits. Kill it at one, or so many seconds
    after it was let go on from there; the last step writes the file."""
    words = [sys.executable, "-c", SERVER, str(database), str(store.path_of("x").parent), str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, text=True, **pipes) as server:
        steps = 0
        while (doing := server.stdout.readline().strip()) != "压缩文件" and steps != step:
            assert doing
            steps += 1
            server.stdin.write("\n")
            server.stdin.flush()
        if after is not None:
            server.stdin.write("\n")
            server.stdin.flush()
            time.sleep(after)
        server.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(("slug", "step", "after"), MOMENTS)
def test_a_workbook_whose_making_was_killed_is_told_and_made_again(world, database, tmp_path, slug, step, after):
    clerk = with_account(world, "county", tmp_path)
    row = ask(clerk, slug)
    (tmp_path / "passing").mkdir()
    db.close()
    killed(database, tmp_path / "passing", step=step, after=after)
    sound(database)
    assert not locked(database)
    if MadeWorkbook.get().state == MakingState.QUEUED:
        with pytest.raises(RuleBroken):
            take(clerk, row)
        settle_begun()
        again = MadeWorkbook.get()
        assert (again.state, again.message, store.names()) == (MakingState.FAILED, STOPPED, set())
        with pytest.raises(RuleBroken):
            take(clerk, again)
        make(ask_again(clerk, again))
    assert zipfile.ZipFile(take(clerk, row)).testzip() is None
    assert store.names() == {MadeWorkbook.get().file}
