"""A sheet on its way in: its rows as they came and what would become of each, in a file of its own.

Not a table of the database: staging 100,000 rows there would make every other clerk wait for the writer's turn, and
leave a second copy of every child in it. The file lies in DATA_DIR/staged, is found by the random name that its Upload
row holds, and goes with it. Whoever reads it has come by that row, which `visible` gives out.
"""

import datetime as dt
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import peewee as pw

from aid.imports.base import Fate
from aid.imports.reader import as_cell
from aid.rules.cells import Cell, ErrorCell

TABLES = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE line (number INTEGER PRIMARY KEY, cells TEXT NOT NULL, fate TEXT NOT NULL, told TEXT NOT NULL)",
    "CREATE INDEX line_fate ON line (fate, number)",
)
PRAGMAS = {"journal_mode": "wal", "synchronous": "normal", "secure_delete": 1, "busy_timeout": 10_000}
_folder: list[Path] = []


class Line(NamedTuple):
    """A row of the sheet: its number there, its cells as they came, what would become of it, and why or how.

    `told` is for a row held back the faults as [title, sentence], for a changed one the database values as
    {column: [before, after]}.
    """

    number: int
    cells: list[Cell]
    fate: Fate
    told: Any


def keep_in(folder: Path) -> None:
    """Where the files lie from now on; made where it is missing, for nobody else to look in."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder[:] = [folder]


class Staged:
    """The file of one sheet, by its name."""

    def __init__(self, name: str) -> None:
        self.path = _folder[0] / f"{name}.sqlite3"
        self.name = name

    @classmethod
    def begun(cls) -> "Staged":
        """A new one, empty."""
        staged = cls(secrets.token_hex(16))
        staged.path.touch(mode=0o600, exist_ok=False)
        with staged._open() as file:
            for table in TABLES:
                file.execute_sql(table)
        return staged

    @classmethod
    def all(cls) -> "list[Staged]":
        return [cls(path.stem) for path in _folder[0].glob("*.sqlite3")]

    def gone(self) -> bool:
        """Whether the file is not there any more."""
        return not self.path.exists()

    def remove(self) -> None:
        for path in self.path.parent.glob(f"{self.path.name}*"):  # with what SQLite keeps beside it
            path.unlink(missing_ok=True)

    # -- facts of the whole sheet -------------------------------------------------------------

    def say(self, **facts: Any) -> None:
        """Keep facts by name, as JSON, in place of what was kept by that name."""
        rows = [(name, json.dumps(fact, ensure_ascii=False)) for name, fact in facts.items()]
        with self._open() as file, file.atomic():
            file.cursor().executemany("INSERT OR REPLACE INTO fact (name, said) VALUES (?, ?)", rows)

    def facts(self) -> dict[str, Any]:
        with self._open() as file:
            return {name: json.loads(said) for name, said in file.execute_sql("SELECT name, said FROM fact")}

    # -- its rows ----------------------------------------------------------------------------------

    def put(self, lines: Iterable[Line]) -> None:
        """Keep these rows in place of all that were kept."""
        rows = (
            (number, packed(cells), fate.value, json.dumps(told, ensure_ascii=False, default=str) if told else "{}")
            for number, cells, fate, told in lines
        )
        with self._open() as file, file.atomic():
            file.execute_sql("DELETE FROM line")
            file.cursor().executemany("INSERT INTO line (number, cells, fate, told) VALUES (?, ?, ?, ?)", rows)

    def cells(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every row's number and cells, in the order of the sheet."""
        with self._open() as file:
            for number, cells in file.execute_sql("SELECT number, cells FROM line ORDER BY number"):
                yield number, unpacked(cells)

    def cells_of(self, numbers: Iterable[int]) -> list[tuple[int, list[Cell]]]:
        """The cells of these rows alone."""
        sql = "SELECT number, cells FROM line WHERE number IN (SELECT value FROM json_each(?))"
        with self._open() as file:
            found = file.execute_sql(sql, (json.dumps(list(numbers)),)).fetchall()
        return [(number, unpacked(cells)) for number, cells in found]

    def lines(self, fate: Fate, *, skip: int = 0, most: int = -1) -> list[Line]:
        """The rows of one fate in the order of the sheet; `most` -1 means all."""
        sql = "SELECT number, cells, told FROM line WHERE fate = ? ORDER BY number LIMIT ? OFFSET ?"
        with self._open() as file:
            found = file.execute_sql(sql, (fate.value, most, skip)).fetchall()
        return [Line(number, unpacked(cells), fate, json.loads(told)) for number, cells, told in found]

    def counts(self) -> dict[Fate, int]:
        with self._open() as file:
            found = dict(file.execute_sql("SELECT fate, COUNT(*) FROM line GROUP BY fate").fetchall())
        return {fate: found.get(fate.value, 0) for fate in Fate}

    @contextmanager
    def _open(self) -> Iterator[pw.SqliteDatabase]:
        file = pw.SqliteDatabase(str(self.path), pragmas=PRAGMAS)
        with closing(file):
            yield file


def packed(cells: Sequence[Cell]) -> str:
    """Cells as JSON that `unpacked` brings back with their kinds."""
    return json.dumps([cell if type(cell) is str else _told(cell) for cell in cells], ensure_ascii=False)


def unpacked(told: str) -> list[Cell]:
    """The cells that `packed` made JSON of."""
    return [cell if type(cell) is str else as_cell(cell) for cell in json.loads(told)]


def _told(cell: Cell) -> list[str]:
    """As the child tells it (aid.imports.reader.as_cell)."""
    if isinstance(cell, bool):
        return ["b", "是" if cell else "否"]
    if isinstance(cell, ErrorCell):
        return ["e", cell.text]
    if isinstance(cell, dt.date):
        return ["d", cell.isoformat()]
    return ["n", repr(float(cell))]
