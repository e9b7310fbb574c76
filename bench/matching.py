"""Matching, against one raw INSERT … SELECT of as many rows into a table with the same indexes."""

from pathlib import Path

from aid import dialect
from aid.operations.matching import match
from bench.county_clerk import clerk
from bench.measure import Figure, milliseconds
from bench.scratch import FLOOR, empty_twin, keep, open_copy
from models import Beneficiary, db

BAR = 5


def measure(kept: Path, matched: Path, *, repetitions: int) -> list[Figure]:
    """`kept` is a database with register and roll; the matched one is left in `matched`."""
    scratch = kept.with_name("matching.sqlite3")
    took = milliseconds(lambda: match(clerk()), repetitions=repetitions, before=lambda: open_copy(kept, scratch))
    floor = milliseconds(insert_again, repetitions=repetitions, before=lambda: empty_twin(Beneficiary))
    rows = db.execute_sql("SELECT COUNT(*) FROM floor_beneficiary").fetchone()[0]
    db.execute_sql("DROP TABLE floor_beneficiary")
    keep(matched)
    return [Figure(f"matching, {rows:,} rows", took, BAR, floor)]


def insert_again() -> None:
    """The rows of the lists once more, into an empty twin of their table."""
    name = Beneficiary._meta.table_name
    with dialect.writers_turn():
        db.execute_sql(f'INSERT INTO "{FLOOR}{name}" SELECT * FROM "{name}"')
