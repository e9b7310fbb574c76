"""A paste of 500 × 8 cells into the list, against the same change through the ledger in Python."""

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aid import typed
from aid.editing import Cell, Gesture, RowEdit, save
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import changeable
from bench.county_clerk import clerk
from bench.measure import Figure, side_by_side
from bench.scratch import open_copy
from models import CORRECTABLE, Beneficiary, now

BAR, ROWS = 2, 500
FIELDS = Beneficiary._meta.fields
SHEETS = (  # the floor's and the paste's, by turns: each finds what the other wrote, and changes every cell
    ("甲{n}", "女", "2012-03-{day:02}", "汉族", "四年级", "1班", "是", "在籍"),
    ("乙{n}", "男", "2011-05-{day:02}", "畲族", "五年级", "2班", "否", "休学"),
)


def measure(matched: Path, *, repetitions: int) -> list[Figure]:
    """`matched` is a database with register, roll and lists."""
    open_copy(matched, matched.with_name("editing.sqlite3"))
    rows = list(changeable(Beneficiary, clerk().scope).order_by(Beneficiary.id).limit(ROWS))
    old, new = ([_texts(sheet, n) for n in range(len(rows))] for sheet in SHEETS)
    changes = {row.id: _values(texts) for row, texts in zip(rows, old, strict=True)}
    pastes = (Gesture(f"paste-{turn}", _edits(rows, old, new, turn=turn)) for turn in range(repetitions + 1))
    ready = iter(list(pastes))

    def floor() -> None:
        with writing(clerk(), Permission.BENEFICIARY_CHECK) as ledger:
            ledger.change_many(Beneficiary, changes)

    floor()
    save(clerk(), Beneficiary, next(ready))  # also marks the names that differ from the register's, once
    gc.freeze()  # a server holds one paste, not the texts of every turn to be walked through again and again
    least, took = side_by_side(floor, lambda: save(clerk(), Beneficiary, next(ready)), repetitions=repetitions)
    gc.unfreeze()
    return [Figure(f"paste of {len(rows)} × {len(CORRECTABLE)} cells", took, BAR, least)]


def _edits(rows: Sequence[Beneficiary], old: Sequence[Any], new: Sequence[Any], *, turn: int) -> list[RowEdit]:
    """What the browser sends in this turn: before it the floor has written turn + 1 times, the paste turn times."""
    return [
        RowEdit(row.id, row.version + 2 * turn + 1, [Cell(*cell) for cell in zip(CORRECTABLE, *texts, strict=True)])
        for row, *texts in zip(rows, old, new, strict=True)
    ]


def _texts(sheet: Sequence[str], n: int) -> list[str]:
    return [text.format(n=n, day=n % 28 + 1) for text in sheet]


def _values(texts: Sequence[str]) -> dict[str, Any]:
    today = local(now()).date()
    pairs = [(FIELDS[name], text) for name, text in zip(CORRECTABLE, texts, strict=True)]
    return {field.name: typed.stored(field, typed.read(field, text, today=today)) for field, text in pairs}
