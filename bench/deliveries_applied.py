"""The next register compared and applied, against one raw INSERT … SELECT of as many rows of the lists."""

from pathlib import Path

from aid.imports import run_import
from aid.operations.deliveries import compare
from aid.operations.delivery_applied import apply, effect
from bench.county_clerk import clerk
from bench.matching import insert_again
from bench.measure import Figure, milliseconds
from bench.scratch import empty_twin, keep, open_copy
from models import Beneficiary, db

BAR = 5


def measure(matched: Path, sheet: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database whose register is matched, `sheet` the register's next delivery."""
    scratch, delivered = (matched.with_name(f"{name}.sqlite3") for name in ("applying", "delivered"))
    open_copy(matched, scratch)
    run_import(clerk(), "register", sheet, file_name=sheet.name, batch="2027春")
    keep(delivered)
    took = milliseconds(_applied, repetitions=repetitions, before=lambda: open_copy(delivered, scratch))
    rows = Beneficiary.select().count()
    least = milliseconds(insert_again, repetitions=repetitions, before=lambda: empty_twin(Beneficiary))
    db.execute_sql("DROP TABLE floor_beneficiary")
    return [Figure(f"next register applied, {rows:,} rows", took, BAR, least)]


def _applied() -> None:
    """As a clerk does it: looked at first, which compares once, and applied, which compares again."""
    actor = clerk()
    comparison = compare(actor.scope)
    apply(actor, comparison.new.id, sign=effect(actor.scope, comparison).sign)
