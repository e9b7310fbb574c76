"""Two servers that look into one folder, and one that is killed: each file comes in once, and none is lost."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aid.imports.folder import DONE, REFUSED, UNDER_WAY, WatchedFolder
from models import Change, Enrolment, ImportRun, db
from tests.aid.imports.folder.conftest import looked, names, newest, result, unprivileged
from tests.aid.imports.sheets import id_number
from tests.source import ROOT
from tests.test_kill import SHORT_LIVED, sound

WRONG = {"身份证号": id_number(3)[:-1] + "?", "年级": ""}
CHILDREN = 900
SERVER = """
import sys
from pathlib import Path
from aid import dialect
from aid.imports import staged
from aid.imports.folder import WatchedFolder
dialect.open_database("", Path(sys.argv[1]))
staged.keep_in(Path(sys.argv[2]).parent / "staged of the server")
watch = WatchedFolder(Path(sys.argv[2]), "clerk")
watch.look()
print("ready", flush=True)
watch.look()
"""


@pytest.mark.parametrize("after", [0, 0.15, 0.3, 0.45, 0.6])
def test_a_server_killed_over_a_file_has_taken_it_in_whole_or_the_next_one_does(after, database, watch, drop, place):
    drop(*({"身份证号": id_number(serial), "性别": "", "全国学籍号": ""} for serial in range(CHILDREN)))
    before = Enrolment.select().count()
    db.close()
    words = [sys.executable, "-c", SERVER, str(database), str(place)]
    with subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.PIPE) as server:
        assert server.stdout.readline() == b"ready\n"
        time.sleep(after)
        server.send_signal(signal.SIGKILL)
    sound(database)
    looked(watch)
    assert (ImportRun.select().count(), Enrolment.select().count()) == (1, before + CHILDREN)
    assert Change.select().where(Change.operation == newest()).count() == CHILDREN + 1
    assert (len(names(place, DONE)), names(place, UNDER_WAY), names(place, REFUSED)) == (2, [], [])


def test_of_two_that_look_into_one_folder_one_takes_each_file(drop, place):
    for serial in range(1, 17, 2):
        drop({"身份证号": id_number(serial)}, name=f"{serial}.xlsx")
    both = [WatchedFolder(place, "clerk") for _ in range(2)]
    threads = [threading.Thread(target=looked, args=(one, 3)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ImportRun.select().count() == 8
    assert len(names(place, DONE)) == 16
    assert names(place, REFUSED) == names(place, UNDER_WAY) == []


def claimed(place: Path, path: Path) -> Path:
    """As a server leaves it that was killed over it."""
    (place / UNDER_WAY).mkdir(exist_ok=True)
    return path.rename(place / UNDER_WAY / f"20261125-131500-0123abcd {path.name}")


def test_what_a_killed_server_had_only_begun_comes_in_at_the_next_start(watch, drop, place):
    claimed(place, drop({}))
    watch.look()
    assert ImportRun.select().count() == 1
    assert names(place, UNDER_WAY) == []
    assert names(place, DONE)[0] == "学籍名册（新）.xlsx"


def test_what_a_killed_server_had_written_is_only_filed_at_the_next_start(watch, drop, place):
    path = claimed(place, drop({}, WRONG))
    kept = path.read_bytes()
    watch.look()
    for left in (place / DONE).iterdir():
        left.unlink()
    path.write_bytes(kept)
    WatchedFolder(place, "clerk").look()
    assert ImportRun.select().count() == 1
    assert len(names(place, DONE)) == 3
    assert "写入的内容是完整的" in result(place, DONE)


def test_what_cannot_be_filed_is_kept_and_filed_later(watch, drop, place):
    (place / DONE).mkdir(mode=0o500)
    drop({})
    unprivileged(lambda: looked(watch))
    assert names(place, UNDER_WAY) == ["学籍名册（新）.xlsx"]
    (place / DONE).chmod(0o700)
    watch.look()
    assert (ImportRun.select().count(), len(names(place, DONE))) == (1, 2)
