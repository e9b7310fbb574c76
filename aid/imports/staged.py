"""A file on its way in: the rows of its sheets as they came and what would become of each, in a file of its own.

Not a table of the database: staging 100,000 rows there would make every other clerk wait for the writer's turn, and
leave a second copy of every child in it. The file lies in DATA_DIR/staged, is found by the random name that its Upload
row holds, and goes with it. Whoever reads it has come by that row, which `visible` gives out.
"""

import datetime as dt
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import peewee as pw

from aid.errors import Conflict
from aid.imports.base import Fate
from aid.imports.headers import HEADER_ROWS
from aid.imports.reader import Part, as_cell
from aid.imports.rows import blank
from aid.rules.cells import Cell, ErrorCell, MergedCell

TABLES = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sheet (place INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE line (sheet INTEGER, number INTEGER, cells TEXT NOT NULL, PRIMARY KEY (sheet, number)) WITHOUT ROWID",
    "CREATE TABLE fate (number INTEGER PRIMARY KEY, fate TEXT NOT NULL, told TEXT NOT NULL)",
    "CREATE INDEX fate_number ON fate (fate, number)",
)
PRAGMAS = {"journal_mode": "wal", "synchronous": "normal", "secure_delete": 1, "busy_timeout": 10_000}
# The rows of a part as the child told them, without those that are empty: nothing is made JSON of a second time.
KEPT = """INSERT INTO line (sheet, number, cells) SELECT ?, ? + key, value FROM json_each(?, '$.rows')
WHERE ? + key NOT IN (SELECT value FROM json_each(?))"""
ALIKE = "INSERT INTO fate (number, fate, told) SELECT value, ?, '{}' FROM json_each(?)"
_folder: list[Path] = []
# Made once: json.dumps would make one for each of 100,000 rows.
_written, _read = json.JSONEncoder(ensure_ascii=False).encode, json.JSONDecoder().decode


class Sheet(NamedTuple):
    """A sheet of the file: its place from 0, its name, its filled rows as (number in the sheet, cells)."""

    place: int
    name: str
    rows: Iterable[tuple[int, list[Cell]]]

    @property
    def top(self) -> list[list[Cell]]:
        """Its first rows as far as something stands in them, [] for one in which nothing does; no row at all for a
        sheet without any."""
        found = dict(takewhile(lambda line: line[0] <= HEADER_ROWS, self.rows))
        return [found.get(number, []) for number in range(1, max(found, default=0) + 1)]

    @property
    def whole(self) -> Iterator[list[Cell]]:
        """Its rows from row 1 on, [] for one in which nothing stands."""
        last = 0
        for number, cells in self.rows:
            yield from ([] for _ in range(number - last - 1))
            yield cells
            last = number

    def below(self, header_row: int) -> list[tuple[int, list[Cell]]]:
        """Its filled rows below that one."""
        return [(number, cells) for number, cells in self.rows if number > header_row and not blank(cells)]


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
        for path in self.path.parent.glob(f"{self.name}.*"):  # with what SQLite keeps beside it
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

    # -- its sheets as they came ------------------------------------------------------------------

    @property
    def source(self) -> Path:
        """Where the file that was uploaded lies until it is read."""
        return self.path.with_suffix(".source")

    def fill(self, sheets: Iterable[tuple[str, Iterable[Part]]]) -> list[Sheet]:
        """Keep all filled rows of these sheets in place of all that were kept, and return them."""
        read: list[Sheet] = []
        with self._open() as file, file.atomic():
            for table in ("sheet", "line", "fate"):
                file.execute_sql(f"DELETE FROM {table}")
            for place, (name, parts) in enumerate(sheets):
                read.append(Sheet(place, name, filled := []))
                file.execute_sql("INSERT INTO sheet (place, name) VALUES (?, ?)", (place, name))
                first = 1
                for part in parts:
                    numbered = [*enumerate(part.rows, start=first)]
                    empty = [number for number, cells in numbered if blank(cells)]
                    file.execute_sql(KEPT, (place, first, part.told, first, json.dumps(empty)))
                    filled += [line for line in numbered if not blank(line[1])] if empty else numbered
                    first += len(part.rows)
        return read

    def sheets(self) -> list[Sheet]:
        """The sheets in their order; their rows are read from the file each time they are asked for."""
        with self._open() as file:
            found = file.execute_sql("SELECT place, name FROM sheet ORDER BY place").fetchall()
        return [Sheet(place, name, _Rows(self, place)) for place, name in found]

    def rows(self, sheet: int) -> Iterator[tuple[int, list[Cell]]]:
        """The filled rows of a sheet: number and cells, in its order."""
        sql = "SELECT number, cells FROM line WHERE sheet = ? ORDER BY number"
        with self._open() as file:
            for number, cells in file.execute_sql(sql, (sheet,)):
                yield number, unpacked(cells)

    def cells_of(self, sheet: int, numbers: Iterable[int]) -> list[tuple[int, list[Cell]]]:
        """The cells of these rows of a sheet alone."""
        sql = "SELECT number, cells FROM line WHERE sheet = ? AND number IN (SELECT value FROM json_each(?))"
        with self._open() as file:
            found = file.execute_sql(sql, (sheet, json.dumps(list(numbers)))).fetchall()
        return [(number, unpacked(cells)) for number, cells in found]

    def put(self, sheet: int, rows: Iterable[tuple[int, Sequence[Cell]]]) -> None:
        """Keep these cells in place of what the rows of a sheet held."""
        lines = [(packed(cells), sheet, number) for number, cells in rows]
        with self._open() as file, file.atomic():
            file.cursor().executemany("UPDATE line SET cells = ? WHERE sheet = ? AND number = ?", lines)

    # -- what would become of its rows ------------------------------------------------------------

    def judge(self, fates: Iterable[tuple[int, Fate, Any]]) -> None:
        """Keep these fates, by row number with what is told of it, in place of all that were kept."""
        alike: dict[Fate, list[int]] = defaultdict(list)
        with self._open() as file, file.atomic():
            file.execute_sql("DELETE FROM fate")
            rows = _told_of(fates, alike)
            file.cursor().executemany("INSERT INTO fate (number, fate, told) VALUES (?, ?, ?)", rows)
            for fate, numbers in alike.items():
                file.execute_sql(ALIKE, (fate.value, json.dumps(numbers)))

    def lines(self, sheet: int, fate: Fate, *, skip: int = 0, most: int = -1) -> list[Line]:
        """The rows of one fate in the order of the sheet; `most` -1 means all."""
        sql = (
            "SELECT number, cells, told FROM fate JOIN line USING (number) WHERE fate = ? AND sheet = ? "
            "ORDER BY number LIMIT ? OFFSET ?"
        )
        with self._open() as file:
            found = file.execute_sql(sql, (fate.value, sheet, most, skip)).fetchall()
        return [Line(number, unpacked(cells), fate, json.loads(told)) for number, cells, told in found]

    def counts(self) -> dict[Fate, int]:
        with self._open() as file:
            found = dict(file.execute_sql("SELECT fate, COUNT(*) FROM fate GROUP BY fate").fetchall())
        return {fate: found.get(fate.value, 0) for fate in Fate}

    @contextmanager
    def _open(self) -> Iterator[pw.SqliteDatabase]:
        """Raises Conflict where the file is not there any more: opening it would make an empty one."""
        if self.gone():
            raise Conflict("这张表已被取消，请重新上传")
        file = pw.SqliteDatabase(str(self.path), pragmas=PRAGMAS)
        with closing(file):
            yield file


@dataclass(frozen=True)
class _Rows:
    """The rows of a sheet, read anew each time."""

    staged: Staged
    sheet: int

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        return self.staged.rows(self.sheet)


def _told_of(fates: Iterable[tuple[int, Fate, Any]], alike: dict[Fate, list[int]]) -> Iterator[tuple[int, str, str]]:
    """The fates of which something is told; the numbers of the others, which are most of them, go to `alike`."""
    for number, fate, told in fates:
        if told:
            yield number, fate.value, json.dumps(told, ensure_ascii=False, default=str)
        else:
            alike[fate].append(number)


def packed(cells: Sequence[Cell]) -> str:
    """Cells as JSON that `unpacked` brings back with their kinds."""
    return _written([cell if type(cell) is str else _told(cell) for cell in cells])


def unpacked(told: str) -> list[Cell]:
    """The cells that `packed` made JSON of."""
    cells = _read(told)
    return cells if told.find("[", 1) < 0 else [as_cell(cell) for cell in cells]


def _told(cell: Cell) -> list[str]:
    """As the child tells it (aid.imports.reader.as_cell)."""
    if isinstance(cell, bool):
        return ["b", "是" if cell else "否"]
    if isinstance(cell, ErrorCell):
        return ["m", str(cell.first)] if isinstance(cell, MergedCell) else ["e", cell.text]
    if isinstance(cell, dt.date):
        return ["d", cell.isoformat()]
    return ["n", repr(float(cell))]
