"""The only file that knows SQLite from PostgreSQL."""

import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from itertools import count
from pathlib import Path
from threading import RLock
from typing import Any

import peewee as pw
from playhouse.db_url import connect
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extras import execute_batch

from aid.rules.times import COUNTY_TIME
from aid.schema import bring_up_to_date
from models import Row, db

logger = logging.getLogger(__name__)
WRITER_LOCK = 770_426  # any constant: PostgreSQL's advisory lock that makes writers queue as SQLite makes them
WAL_RESET_FIXED = (3, 51, 3)
_serials = count(1)
MOST_ARGUMENTS = 100  # of a function in PostgreSQL; SQLite takes 127, or a thousand by now
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "secure_delete": 1,
    "trusted_schema": 0,
    "cache_size": -65_536,
    "temp_store": 2,
    "wal_autocheckpoint": 0,  # Turn does it
}
LONG_LOG = 1000  # rows


def open_database(url: str, path: Path) -> None:
    """Bind the models to `url` where it names PostgreSQL, else to the SQLite file `path`; make what tables and columns
    are missing, after a copy of the file where an earlier version of the program made it."""
    bind(url, path)
    with db.connection_context():
        copy = bring_up_to_date(None if url else path)
    if copy is not None:
        logger.warning("the database was an earlier version's; a copy of it is %s", copy)


def bind(url: str, path: Path) -> None:
    """As open_database, but of a database that this version of the program has opened before: nothing is made."""
    if url:
        db.initialize(connect(url))
    else:
        if pw.sqlite3.sqlite_version_info < WAL_RESET_FIXED:
            raise RuntimeError("SQLite ≥ 3.51.3 is needed (WAL-reset bug): install the package pysqlite3")
        db.initialize(pw.SqliteDatabase(str(path), pragmas=PRAGMAS, lock_type="IMMEDIATE"))


@contextmanager
def kept_open() -> Iterator[None]:
    """Hold a connection meanwhile. Were that of a request the only one, SQLite would bring its log into the file, and
    wait for the disk, each time one closes."""
    held = pw.sqlite3.connect(db.obj.database) if on_sqlite() else None
    if held is not None:
        held.execute("SELECT 1 FROM sqlite_master").fetchall()  # until it has read, it holds nothing
    try:
        yield
    finally:
        if held is not None:
            held.close()


def on_sqlite() -> bool:
    """Whether the open database is SQLite; otherwise it is PostgreSQL."""
    return isinstance(db.obj, pw.SqliteDatabase)


class Turn:
    """The turn of SQLite's writers in this process. They wait for each other here: SQLite would have each ask again by
    itself, a tenth of a second after it was refused. What they have written comes from its log into the file when
    the next may write already; by itself SQLite would do so at the end of a transaction, while others wait."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._logged = 0  # rows

    @contextmanager
    def taken(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=PRAGMAS["busy_timeout"] / 1000):
            raise pw.OperationalError("database is locked")
        try:
            before = db.connection().total_changes
            with db.atomic():  # IMMEDIATE: open_database
                yield
            self._logged += db.connection().total_changes - before
        finally:
            self._lock.release()
        if self._logged > LONG_LOG and not db.in_transaction():
            self._bring_in()

    def _bring_in(self) -> None:
        try:
            db.connection().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._logged = 0
        except pw.sqlite3.OperationalError as reading:  # its own connection still does; whoever writes next tries again
            logger.info("SQLite's log stays long for now: %s", reading)


_turn = Turn()


@contextmanager
def writers_turn() -> Iterator[None]:
    """A transaction that begins when no other writer is at work; whoever asks for one within it is part of it. Raises
    OperationalError where SQLite's others did not end in time."""
    if on_sqlite():
        with _turn.taken():
            yield
        return
    with db.atomic():
        db.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))
        yield


def same(left: Any, right: Any) -> pw.Expression:
    """Equality under which NULL equals NULL."""
    return pw.Expression(left, "IS" if on_sqlite() else "IS NOT DISTINCT FROM", right)


@contextmanager
def one_state() -> Iterator[None]:
    """What is read in the block is read of one state of the database, whatever others write meanwhile; nothing may be
    written in it."""
    with db.atomic("DEFERRED") if on_sqlite() else db.atomic(ISOLATION_LEVEL_REPEATABLE_READ):
        yield


def days_between(earlier: pw.Node, later: dt.date) -> pw.Node:
    """The whole days from a date that SQL works out to one that is known."""
    if on_sqlite():
        return (pw.fn.julianday(str(later)) - pw.fn.julianday(earlier)).cast("integer")
    return pw.Expression(pw.Value(later), "-", earlier)


def local_day(moment: pw.Node) -> pw.Node:
    """The day, as text, on which a stored UTC moment was by the county's clock; it has no summer time."""
    if on_sqlite():
        hours = COUNTY_TIME.utcoffset(dt.datetime(2026, 1, 1)) // dt.timedelta(hours=1)
        return pw.fn.date(moment, f"+{hours} hours")
    there = pw.Expression(pw.Expression(moment, "AT TIME ZONE", "UTC"), "AT TIME ZONE", COUNTY_TIME.key)
    return there.cast("date").cast("text")


def kept_value(text: pw.Field, name: str) -> pw.Node:
    """What the history's JSON has under a column's name; NULL where it has nothing."""
    if on_sqlite():
        return pw.fn.json_extract(text, f"$.{name}")
    return pw.Expression(text.cast("json"), "->>", pw.Value(name))


def listed(field: pw.Field, ids: Iterable[int] | pw.Select) -> pw.Expression:
    """Whether `field` is one of `ids`, however many: they travel as one parameter, or not at all where they are
    selected."""
    if isinstance(ids, pw.Select):
        return field.in_(ids)
    if on_sqlite():
        return field.in_(pw.SQL("(SELECT value FROM json_each(?))", (json.dumps(list(ids)),)))
    return pw.Expression(field, "=", pw.SQL("ANY(%s)", (list(ids),)))


def untrue(condition: pw.Expression) -> pw.Expression:
    """Whether the condition does not hold; one that comes to NULL does not."""
    return pw.Expression(condition, "IS NOT", pw.SQL("TRUE"))


def asked_of_each(condition: pw.Expression) -> pw.Expression:
    """The same condition, to be asked of rows that another has found. Beside a list of ids SQLite would walk an index
    for it, and try every school for every id; PostgreSQL knows better."""
    return pw.Expression(condition, "IS", pw.SQL("TRUE")) if on_sqlite() else condition


def fetched(query: pw.BaseQuery) -> list[tuple[Any, ...]]:
    """The rows of a query of texts and whole numbers as the driver has them: thousands of groups, without the cost of
    a Python value per field's type."""
    return db.execute(query).fetchall()


def json_of(fields: Sequence[pw.Field]) -> pw.Node:
    """An SQL expression for the JSON text of these columns of one row."""
    pairs = [part for field in fields for part in (pw.Value(field.name), field)]
    if on_sqlite():
        return pw.fn.json_object(*pairs)
    parts = [pw.fn.jsonb_build_object(*pairs[at : at + MOST_ARGUMENTS]) for at in range(0, len(pairs), MOST_ARGUMENTS)]
    return reduce(lambda left, right: pw.Expression(left, "||", right), parts).cast("text")


def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one statement for many parameter rows; `sql` has ? marks. Must run inside a transaction. What the database
    refuses is Peewee's error, as of any other statement."""
    cursor = db.cursor()
    with pw.__exception_wrapper__:
        if on_sqlite():
            cursor.executemany(sql, rows)
            return
        execute_batch(cursor, sql.replace("%", "%%").replace("?", "%s"), rows, page_size=1000)


def set_aside(model: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pw.Table:
    """A table of this connection's alone with these rows: database values of some of the model's columns, called as
    its fields are. It is filled without the writer's turn, and one statement writes out of it, however many rows there
    are. SQLite holds it in memory; `drop_aside` when it has served."""
    fields = [model._meta.fields[name] for name in columns]
    chosen = ", ".join(f'"{field.column_name}" AS "{field.name}"' for field in fields)
    name = f"aside_{next(_serials)}"
    # From a SELECT, for its columns to convert what is put in as those of the model do.
    db.execute_sql(f'CREATE TEMPORARY TABLE "{name}" AS SELECT {chosen} FROM "{model._meta.table_name}" WHERE 1 = 0')
    with db.atomic("DEFERRED") if on_sqlite() else db.atomic():
        execute_many(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', rows)
    return pw.Table(name)


def next_id(model: type[Row]) -> int:
    """The id that the next row of the table will have: one that none has had."""
    table = model._meta.table_name
    if on_sqlite():
        found = db.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return (found[0] if found else 0) + 1
    return db.execute_sql(f"SELECT last_value + is_called::int FROM {_sequence(table)}").fetchone()[0]


def ids_given(model: type[Row], ids: range) -> None:
    """Say that rows were given these ids, which are the next, not left to the database. SQLite has seen it."""
    if ids and not on_sqlite():
        db.execute_sql("SELECT setval(%s, %s)", (_sequence(model._meta.table_name), ids[-1]))


def _sequence(table: str) -> str:
    return db.execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (table,)).fetchone()[0]


def found_aside(query: pw.Select) -> pw.Table:
    """As `set_aside`, with what `query` selects now, under the names it gives; `drop_aside` when it has served."""
    sql, given = db.get_sql_context().sql(query).query()
    name = f"aside_{next(_serials)}"
    db.execute_sql(f'CREATE TEMPORARY TABLE "{name}" AS {sql}', given)
    return pw.Table(name)


def drop_aside(aside: pw.Table) -> None:
    """Let go of the rows that were set aside."""
    db.execute_sql(f'DROP TABLE "{aside.__name__}"')


def insert_sql(model: type[Row], columns: Sequence[str]) -> str:
    """`INSERT INTO … (columns) VALUES (?, …)`, a mark per column."""
    names = ", ".join(f'"{model._meta.fields[name].column_name}"' for name in columns)
    return f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({", ".join("?" * len(columns))})'


def update_sql(model: type[Row], columns: Sequence[str]) -> str:
    """`UPDATE … SET each column, version + 1 WHERE id = ?`, the id last."""
    sets = ", ".join(f'"{model._meta.fields[name].column_name}" = ?' for name in columns)
    return f'UPDATE "{model._meta.table_name}" SET {sets}, "version" = "version" + 1 WHERE "id" = ?'


def damage() -> list[str]:
    """What the database itself finds wrong in its file, as sentences; PostgreSQL looks after its own."""
    if not on_sqlite():
        return []
    broken = [said for (said,) in db.execute_sql("PRAGMA quick_check(5)").fetchall() if said != "ok"]
    astray = db.execute_sql("PRAGMA foreign_key_check").fetchall()
    told = [f"数据库文件有损坏（{said}）；请停下来，用最近的备份恢复" for said in broken]
    return told + ([f"数据库里有 {len(astray)} 条记录指向不存在的记录；请用最近的备份恢复"] if astray else [])
