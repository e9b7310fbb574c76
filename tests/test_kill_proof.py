"""kill -9 of the server at random moments while a paper is added: no row without its picture, and no picture for ever
without its row."""

import random
import signal
import subprocess
import sys
import time

import pytest

from aid.operations.proofs import tidy_pictures
from aid.pictures import store
from aid.scope import SYSTEM
from models import Operation, Proof, db
from tests.aid.pictures.papers import opened
from tests.test_kill import ROOT, SHORT_LIVED, locked, sound

MOMENTS = 12
ADDING = """
import os
import sys
from pathlib import Path
from aid import dialect
from aid.operations import proofs
from aid.pictures import store
from aid.scope import Actor, Scope
from codes import ProofKind
from models import Beneficiary, db
from tests.aid.pictures.papers import paper
dialect.open_database("", Path(sys.argv[1]))
store.keep_in(Path(sys.argv[2]))
proofs.MOST_OF_A_CHILD = 999
width = int(sys.argv[4])
if len(sys.argv) > 5:
    whole = getattr(store, sys.argv[5])
    setattr(store, sys.argv[5], lambda *words: (whole(*words), os.kill(os.getpid(), 9)))
with db.connection_context():
    child = Beneficiary.get_by_id(int(sys.argv[3]))
    school = Actor("a", "school", Scope("360426100000", child.school_id))
    print("ready", flush=True)
    for height in range(240, 999):
        proofs.add_proof(school, child, paper(width, height), kind=ProofKind.HANDBOOK)
"""


def test_a_server_killed_over_a_paper_leaves_a_row_with_its_picture_or_neither(world, database, tmp_path):
    folder, child, rng = tmp_path / "proofs", world.children["a1"], random.Random(7)
    store.keep_in(folder)
    moments = [rng.uniform(0, 0.9) for _ in range(MOMENTS)]
    print("killed after", moments)
    for number, after in enumerate(moments):
        db.close()
        words = [sys.executable, "-c", ADDING, str(database), str(folder), str(child.id), str(400 + number)]
        with subprocess.Popen(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.PIPE) as server:
            assert server.stdout.readline() == b"ready\n"
            time.sleep(after)
            server.send_signal(signal.SIGKILL)
        sound(database)
        kept = {proof.file for proof in Proof.select()}
        for name in kept:
            assert opened(store.whole_of(name).read_bytes()).size[0] >= 400
            assert store.thumbnail_of(name).exists()
        tidy_pictures(SYSTEM)
        assert store.names() == kept
        assert Operation.select().where(Operation.action == "proof:add").count() == len(kept)
    assert kept  # it was killed over its work, not before it
    assert not locked(database)


@pytest.mark.parametrize("step", ["_write", "put"])
def test_a_server_killed_between_the_files_and_the_row_leaves_none_of_them(world, database, tmp_path, step):
    folder, child = tmp_path / "proofs", world.children["a1"]
    store.keep_in(folder)
    db.close()
    words = [sys.executable, "-c", ADDING, str(database), str(folder), str(child.id), "400", step]
    ended = subprocess.run(words, cwd=ROOT, env=SHORT_LIVED, stdout=subprocess.DEVNULL, check=False)
    assert ended.returncode == -signal.SIGKILL
    sound(database)
    assert len(list(folder.iterdir())) == (1 if step == "_write" else 2)
    assert not Proof.select().exists()
    assert tidy_pictures(SYSTEM) == 1
    assert list(folder.iterdir()) == []
