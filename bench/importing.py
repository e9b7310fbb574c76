"""The whole way of the roll, from its upload to the last row written, against reading the sheet with python-calamine
and one raw executemany into the same table.

Each runs in a process of its own, so that its peak memory is its own: that of the server and of the child together.
"""

import json
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from python_calamine import CalamineWorkbook

from aid import dialect
from aid.imports import staged
from aid.imports.looking import look
from aid.imports.uploads import carry_out, hand_in, receive
from aid.imports.worker import settle
from aid.scope import SYSTEM, visible
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds
from bench.scratch import empty_twin, open_copy
from config import HERE
from models import Enrolment, Organisation, Upload, db
from serving import collect_less

BAR, MEMORY_BAR, GAP_BAR = 4, 700, 1000
COLUMNS = (
    *("roll_no", "name", "id_number", "sex", "birth_date", "nation", "school_id", "stage", "grade", "class_name"),
    *("status", "entered", "boards", "nth", "version"),
)


def measure(kept: Path, sheet: Path, *, repetitions: int) -> list[Figure]:
    """`kept` is a database with places and register, without a roll."""
    scratch = kept.with_name("importing.sqlite3")
    took, peaks, gaps = [], [], []
    for _ in range(repetitions):
        open_copy(kept, scratch)
        db.close()
        told = subprocess.run(
            [sys.executable, "-m", "bench.importing", str(scratch), str(sheet)],
            check=True,
            capture_output=True,
            text=True,
            cwd=HERE,
        )
        answer = json.loads(told.stdout)
        took.append(answer["ms"])
        peaks.append(answer["mb"])
        gaps.append(answer["gap"])
    open_copy(kept, scratch)
    collect_less()
    floor = milliseconds(lambda: _floor(sheet), repetitions=repetitions, before=lambda: empty_twin(Enrolment))
    rows = f"{answer['rows']:,}"
    return [
        Figure(f"roll of {rows} rows, upload to applied", sorted(took)[len(took) // 2], BAR, floor),
        Figure("roll, peak memory of server and child", max(peaks), MEMORY_BAR, unit="MB"),
        Figure("roll, longest time without progress", max(gaps), GAP_BAR, unit="ms"),
    ]


def _floor(sheet: Path) -> None:
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    schools = dict(visible(Organisation, SYSTEM.scope).select(Organisation.code, Organisation.id).tuples())
    marks = ", ".join("?" * len(COLUMNS))
    sql = f'INSERT INTO "floor_enrolment" ({", ".join(COLUMNS)}) VALUES ({marks})'
    # The sheet's texts as they stand; only what a key needs is looked up. `nth` by row, for no row to be refused.
    tuples = (
        (*row[:6], schools[row[6]], *row[8:13], row[13] == "是", nth, 1) for nth, row in enumerate(rows[1:], start=1)
    )
    with db.atomic("IMMEDIATE"):
        dialect.execute_many(sql, tuples)


def _peak_mb() -> float:
    """This process's own peak, and that of the biggest process it started."""
    status = Path("/proc/self/status").read_text()
    own = int(status.partition("VmHWM:")[2].split()[0])
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main(database: str, sheet: str) -> None:
    dialect.open_database("", Path(database))
    collect_less()  # as the server does
    heard: list[float] = []
    with db.connection_context():
        actor = clerk()
        staged.keep_in(Path(database).with_name("staged"))
        start = perf_counter()
        heard.append(start)
        row = receive(actor, "roll", Path(sheet), file_name=Path(sheet).name)
        settle(row, **look(actor, row, lambda *_: heard.append(perf_counter())))
        row = visible(Upload, actor.scope).where(Upload.id == row.id).get()
        heard.append(perf_counter())
        carry_out(actor, hand_in(actor, row), lambda *_: heard.append(perf_counter()))
        heard.append(perf_counter())
    gap = max(after - before for before, after in pairwise(heard))
    told = {"ms": heard[-1] - start, "gap": gap}
    print(json.dumps({name: took * 1000 for name, took in told.items()} | {"mb": _peak_mb(), "rows": row.rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
