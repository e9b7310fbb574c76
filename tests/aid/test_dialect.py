"""How the database is opened: nothing acknowledged is lost, writers queue, and what is removed is gone."""

import threading

import pytest

from aid import dialect
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Enrolment, Organisation, Region, RegionLevel, db

SET = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "secure_delete": 1,
    "trusted_schema": 0,
}


@pytest.fixture
def sqlite(waiting, tmp_path):
    """A database file of its own, whichever database the other tests run on."""
    dialect.open_database("", tmp_path / "own.sqlite3")
    with db.connection_context():
        yield tmp_path / "own.sqlite3"


def test_every_connection_is_set_up(sqlite):
    assert {name: db.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in SET} == SET


def test_a_transaction_takes_the_writers_lock_before_it_reads(sqlite):
    other = dialect.pw.sqlite3.connect(sqlite, timeout=0, isolation_level=None)
    with db.atomic():
        assert not Organisation.select().exists()
        with pytest.raises(dialect.pw.sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_writer_of_this_process_begins_as_soon_as_the_one_before_has_ended(sqlite):
    order = []

    def write() -> None:
        with db.connection_context(), dialect.writers_turn():
            order.append("second")

    other = threading.Thread(target=write)
    with dialect.writers_turn(), dialect.writers_turn():
        other.start()
        other.join(0.05)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_who_waits_for_the_turn_too_long_is_told_so(sqlite, monkeypatch):
    refused = []

    def write() -> None:
        try:
            with db.connection_context(), dialect.writers_turn():
                refused.append("was not")
        except dialect.pw.OperationalError as fault:
            refused.append(str(fault))

    monkeypatch.setitem(dialect.PRAGMAS, "busy_timeout", 1)
    other = threading.Thread(target=write)
    with dialect.writers_turn():
        other.start()
        other.join()
    assert refused == ["database is locked"]


def test_a_turn_that_failed_is_over(sqlite):
    with pytest.raises(ZeroDivisionError), dialect.writers_turn():
        raise ZeroDivisionError
    with dialect.writers_turn():
        assert db.in_transaction()


def test_the_log_is_brought_into_the_file_once_it_is_long(sqlite, monkeypatch):
    def write(rows: int) -> bool:
        """Whether all of the log is in the file after so many rows have been written."""
        with dialect.writers_turn():
            dialect.execute_many('INSERT INTO "made" VALUES (?)', [("x" * 100,)] * rows)
        _, pages, brought = other.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
        return pages == brought

    monkeypatch.setattr(dialect, "_turn", dialect.Turn())
    other = dialect.pw.sqlite3.connect(sqlite)
    db.execute_sql('CREATE TABLE "made" (x)')
    assert [write(dialect.LONG_LOG // 3) for _ in range(4)] == [False, False, False, True]
    left = iter(db.execute_sql('SELECT x FROM "made"'))  # somebody of this connection still reads
    next(left)
    assert not write(dialect.LONG_LOG * 2)
    list(left)
    assert write(1)
    other.close()


def test_an_id_is_given_once_whatever_became_of_its_row(world):
    first = dialect.next_id(Region)
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        row = ledger.add(Region, code="360426102000", name="吴山镇", level=RegionLevel.TOWNSHIP)
        ledger.remove(row)
    assert (row.id, dialect.next_id(Region)) == (first, first + 1)


def test_rows_are_set_aside_while_somebody_else_has_the_writers_turn(sqlite):
    other = dialect.pw.sqlite3.connect(sqlite, timeout=0, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    aside = dialect.set_aside(Enrolment, ["id", "class_name"], [(1, "2班")])
    assert db.execute(aside.select(aside.c.id, aside.c.class_name)).fetchall() == [(1, "2班")]
    other.close()


def test_what_others_commit_meanwhile_is_not_seen_in_one_state_and_is_after_it(world):
    def renamed() -> None:
        with db.connection_context():
            Organisation.update(name="改名学校").execute()

    with dialect.one_state():
        before = [row.name for row in Organisation.select(Organisation.name).order_by(Organisation.id)]
        other = threading.Thread(target=renamed)
        other.start()
        other.join()
        assert [row.name for row in Organisation.select(Organisation.name).order_by(Organisation.id)] == before
    assert {row.name for row in Organisation.select(Organisation.name)} == {"改名学校"}


def test_a_sqlite_that_loses_commits_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(dialect, "WAL_RESET_FIXED", (99, 0, 0))
    with pytest.raises(RuntimeError, match=r"3\.51\.3"):
        dialect.open_database("", tmp_path / "own.sqlite3")
