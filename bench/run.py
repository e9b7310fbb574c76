"""`make bench`: every figure of a big county as a ratio to a floor measured in the same run.

Prints a table; with --strict the exit code is 1 where a bar is missed. --rows makes a smaller county, for trying.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from aid import dialect
from aid.imports import run_import
from aid.scope import SYSTEM
from bench import (
    deliveries_applied,
    editing,
    entitled,
    importing,
    matching,
    pages,
    pictures,
    reporting,
    signin,
    summaries,
    workbooks,
)
from bench.county import make_county
from bench.county_clerk import clerk
from bench.measure import HEADER, Figure, line
from bench.scratch import close, keep
from models import db

ROWS, REGISTER_SHARE, SCHOOL_SHARE = 100_000, 0.21, 0.0035  # 21,000 register rows and 350 schools


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--strict", action="store_true")
    words.add_argument("--rows", type=int, default=ROWS)
    words.add_argument("--repetitions", type=int, default=5)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), asked.rows, repetitions=asked.repetitions)
    return 1 if asked.strict and not all(figure.ok for figure in figures) else 0


def measure(folder: Path, rows: int, *, repetitions: int) -> list[Figure]:
    start = perf_counter()
    schools = max(24, round(rows * SCHOOL_SHARE))
    make_county(folder, schools=schools, roll_rows=rows, register_rows=round(rows * REGISTER_SHARE))
    places, listed, matched = (folder / f"{name}.sqlite3" for name in ("places", "listed", "matched"))
    _take_in(folder, places, listed)
    print(f"a county of {rows:,} roll rows and {schools} schools, made in {perf_counter() - start:.0f} s\n")
    print(line(HEADER), flush=True)
    figures = _told(importing.measure(places, folder / "roll.xlsx", repetitions=repetitions))
    figures += _told(matching.measure(listed, matched, repetitions=repetitions))
    figures += _told(deliveries_applied.measure(matched, folder / "register2.xlsx", repetitions=repetitions))
    close()
    shutil.copyfile(matched, folder / "zhuxue.sqlite3")
    figures += _told(pages.measure(folder, repetitions=repetitions * 5))
    figures += _told(workbooks.measure(matched, repetitions=repetitions))
    figures += _told(summaries.measure(matched, repetitions=repetitions * 3))
    figures += _told(reporting.measure(matched, repetitions=repetitions))
    figures += _told(reporting.measure_page(folder, repetitions=repetitions * 5))
    figures += _told(summaries.measure_page(folder, repetitions=repetitions * 3))
    figures += _told(editing.measure(matched, repetitions=repetitions * 5))
    close()
    (folder / "paste").mkdir()
    shutil.copyfile(matched, folder / "paste" / "zhuxue.sqlite3")
    figures += _told(editing.measure_request(folder / "paste", repetitions=repetitions * 5))
    figures += _told(entitled.measure(matched, folder / "aid", repetitions=repetitions * 5))
    figures += _told(pictures.measure(repetitions=repetitions))
    figures += _told(signin.measure(folder))
    return figures


def _take_in(folder: Path, places: Path, listed: Path) -> None:
    """Keep the county without a roll in `places`, with it in `listed`."""
    dialect.open_database("", folder / "making.sqlite3")
    db.connect()
    for slug in ("regions", "organisations"):
        run_import(SYSTEM, slug, folder / f"{slug}.xlsx", file_name=f"{slug}.xlsx", batch="")
    run_import(clerk(), "register", folder / "register.xlsx", file_name="register.xlsx", batch="2026秋")
    keep(places)
    run_import(clerk(), "roll", folder / "roll.xlsx", file_name="roll.xlsx", batch="")
    keep(listed)
    close()


def _told(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        print(line(figure.cells()), flush=True)
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
