"""How the database is opened: nothing acknowledged is lost, writers queue, and what is removed is gone."""

import threading

import pytest

from aid import dialect
from models import Enrolment, Organisation, db

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
