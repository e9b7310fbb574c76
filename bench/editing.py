"""A paste of 500 × 8 cells into the list, against the same change through the ledger in Python: saved by the domain
alone, and as the whole request that a browser sends."""

import gc
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aid import typed
from aid.editing import Cell, Gesture, RowEdit, save
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.times import local
from aid.scope import changeable
from app import create_app
from bench.county_clerk import clerk
from bench.measure import Figure, side_by_side
from bench.pages import county_session, signed_in
from bench.scratch import open_copy
from config import Config
from models import CORRECTABLE, Beneficiary, db, now

BAR, ROWS = 2, 500
GRID = "/check/grid/"
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


def measure_request(data_dir: Path, *, repetitions: int) -> list[Figure]:
    """`data_dir` holds a matched county as zhuxue.sqlite3. The floor's and the browser's turns alternate here too."""
    app = create_app(Config(data_dir=data_dir, secret_key="s" * 32))
    with db.connection_context():
        _, opened = county_session()
        rows = list(changeable(Beneficiary, clerk().scope).order_by(Beneficiary.id).limit(ROWS))
    client = signed_in(app, opened)
    old, new = ([_texts(sheet, n) for n in range(len(rows))] for sheet in SHEETS)
    changes = {row.id: _values(texts) for row, texts in zip(rows, old, strict=True)}
    token = client.get(f"{GRID}token").get_json()["token"]
    turns = range(repetitions + 1)
    pastes = [json.dumps(_body(_edits(rows, old, new, turn=turn), turn)) for turn in turns]
    ready = iter(pastes)

    def floor() -> None:
        with db.connection_context(), writing(clerk(), Permission.BENEFICIARY_CHECK) as ledger:
            ledger.change_many(Beneficiary, changes)

    def paste() -> None:
        headers = {"X-CSRFToken": token}
        answer = client.post(f"{GRID}save", data=next(ready), content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.text

    floor()
    paste()
    gc.freeze()
    least, took = side_by_side(floor, paste, repetitions=repetitions)
    gc.unfreeze()
    return [Figure(f"the same, as the request of a browser ({len(pastes[0]) // 1000} kB)", took, BAR, least)]


def _body(edits: Sequence[RowEdit], turn: int) -> dict[str, Any]:
    rows = [[edit.id, edit.version, {cell.column: [cell.old, cell.new] for cell in edit.cells}] for edit in edits]
    return {"gesture": f"{turn:032}", "snapshot": "", "rows": rows, "added": [], "keep_sound": False}


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
