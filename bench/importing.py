"""The whole way of the roll, from its upload to the last row written, against reading the sheet with python-calamine
and one raw executemany into the same table.

Each runs in a process of its own, so that its peak memory is its own: that of the server and of the child together.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any

import peewee as pw
from python_calamine import CalamineWorkbook

from aid import dialect
from aid.imports import staged
from aid.imports.looking import look
from aid.imports.uploads import carry_out, hand_in, receive
from aid.imports.worker import settle
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds
from bench.scratch import empty_twin, open_copy
from config import HERE
from models import Enrolment, Organisation, RegisterPerson, Upload, db
from serving import collect_less

BAR, MEMORY_BAR, GAP_BAR, WAIT_BAR = 4, 700, 1000, 1000
OFTEN = 0.05  # seconds between two small writes of somebody else
COLUMNS = (
    *("roll_no", "name", "id_number", "sex", "birth_date", "nation", "school_id", "stage", "grade", "class_name"),
    *("status", "entered", "boards", "nth", "version"),
)


def measure(kept: Path, sheet: Path, *, repetitions: int) -> list[Figure]:
    """`kept` is a database with places and register, without a roll."""
    scratch = kept.with_name("importing.sqlite3")
    alone = [_taken_in(kept, scratch, sheet) for _ in range(repetitions)]
    beside = [_taken_in(kept, scratch, sheet, "beside others") for _ in range(repetitions)]
    open_copy(kept, scratch)
    collect_less()
    floor = milliseconds(lambda: _floor(sheet), repetitions=repetitions, before=lambda: empty_twin(Enrolment))
    rows = f"{alone[0]['rows']:,}"
    return [
        Figure(f"roll of {rows} rows, upload to applied", median(told["ms"] for told in alone), BAR, floor),
        Figure("roll, peak memory of server and child", max(told["mb"] for told in alone), MEMORY_BAR, unit="MB"),
        Figure("roll, longest time without progress", max(told["gap"] for told in alone), GAP_BAR),
        Figure("roll, longest wait of another writer", max(told["wait"] for told in beside), WAIT_BAR),
    ]


def _taken_in(kept: Path, scratch: Path, sheet: Path, *words: str) -> dict[str, Any]:
    """What `main` tells of a run in a process of its own."""
    open_copy(kept, scratch)
    db.close()
    told = subprocess.run(
        [sys.executable, "-m", "bench.importing", str(scratch), str(sheet), *words],
        check=True,
        capture_output=True,
        text=True,
        cwd=HERE,
    )
    return json.loads(told.stdout)


def _floor(sheet: Path) -> None:
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    schools = dict(visible(Organisation, SYSTEM.scope).select(Organisation.code, Organisation.id).tuples())
    marks = ", ".join("?" * len(COLUMNS))
    sql = f'INSERT INTO "floor_enrolment" ({", ".join(COLUMNS)}) VALUES ({marks})'
    # The sheet's texts as they stand; only what a key needs is looked up. `nth` by row, for no row to be refused.
    tuples = (
        (*row[:6], schools[row[6]], *row[8:13], row[13] == "是", nth, 1) for nth, row in enumerate(rows[1:], start=1)
    )
    with dialect.writers_turn():
        dialect.execute_many(sql, tuples)


def _peak_mb() -> float:
    """This process's own peak, and that of the biggest process it started."""
    status = Path("/proc/self/status").read_text()
    own = int(status.partition("VmHWM:")[2].split()[0])
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


@contextmanager
def _somebody_else(waited: list[float]) -> Iterator[None]:
    """Beside the block a clerk who changes one row every 50 ms, in a thread like that of another request; how long each
    change took, from asking for the writer's turn to its commit, goes to `waited`."""
    over = Event()

    def change_often() -> None:
        with db.connection_context():
            actor = clerk()
            people = visible(RegisterPerson, actor.scope)
            row_id, turn = people.select(pw.fn.MIN(RegisterPerson.id)).scalar(), 0
            while not over.wait(OFTEN):
                row, turn = people.where(RegisterPerson.id == row_id).get(), turn + 1
                start = perf_counter()
                with writing(actor, Permission.REGISTER_IMPORT) as ledger:
                    ledger.change(row, phone=f"{turn}")
                waited.append(perf_counter() - start)

    thread = Thread(target=change_often)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main(database: str, sheet: str, *beside: str) -> None:
    """Take the sheet in and print what it took; with a third word, beside somebody who writes."""
    dialect.open_database("", Path(database))
    collect_less()  # as the server does
    heard: list[float] = []
    waited: list[float] = []
    with db.connection_context():
        actor = clerk()
        staged.keep_in(Path(database).with_name("staged"))
        start = perf_counter()
        heard.append(start)
        row = receive(actor, "roll", Path(sheet), file_name=Path(sheet).name)
        settle(row, **look(actor, row, lambda *_: heard.append(perf_counter())))
        row = visible(Upload, actor.scope).where(Upload.id == row.id).get()
        heard.append(perf_counter())
        queued = hand_in(actor, row)
        with _somebody_else(waited) if beside else nullcontext():
            carry_out(actor, queued, lambda *_: heard.append(perf_counter()))
        heard.append(perf_counter())
    gap = max(after - before for before, after in pairwise(heard))
    told = {"ms": heard[-1] - start, "gap": gap, "wait": max(waited, default=0)}
    print(json.dumps({name: took * 1000 for name, took in told.items()} | {"mb": _peak_mb(), "rows": row.rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
