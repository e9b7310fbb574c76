"""Database files that a measurement may spoil: copies of one kept state, opened like the real one.

The floors here send raw SQL and write past the ledger. That is what a floor is, and why it stands under bench/ alone.
"""

import shutil
from pathlib import Path

from aid import dialect
from models import Row, db

FLOOR = "floor_"


def open_copy(kept: Path, scratch: Path) -> None:
    """Open `scratch`, a fresh copy of the database `kept`."""
    close()
    for ending in ("", "-wal", "-shm"):
        Path(f"{scratch}{ending}").unlink(missing_ok=True)
    shutil.copyfile(kept, scratch)
    dialect.open_database("", scratch)
    db.connect()


def keep(path: Path) -> None:
    """Write the open database to `path`, whole."""
    path.unlink(missing_ok=True)
    db.execute_sql("VACUUM INTO ?", (str(path),))


def close() -> None:
    if db.obj is not None and not db.is_closed():
        db.close()


def empty_twin(model: type[Row]) -> str:
    """A table with the columns, keys and indexes of the model's own, empty; return its name."""
    name, twin = model._meta.table_name, FLOOR + model._meta.table_name
    db.execute_sql(f'DROP TABLE IF EXISTS "{twin}"')
    rows = db.execute_sql("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,)).fetchall()
    for (sql,) in rows:
        renamed = (
            sql.replace(f'"{name}"', f'"{twin}"', 1) if sql.startswith("CREATE TABLE") else _index(sql, name, twin)
        )
        db.execute_sql(renamed)
    return twin


def _index(sql: str, name: str, twin: str) -> str:
    head, _, columns = sql.partition(" ON ")
    return f'{head[:-1]}_floor" ON {columns.replace(name, twin, 1)}'
