"""A database of an earlier version: its rows stay, its columns become this version's, and a copy is laid beside it."""

import shutil

import peewee as pw
import pytest

from aid import dialect, schema
from models import (
    MODELS,
    SLOTS,
    Account,
    AccountStatus,
    Beneficiary,
    Operation,
    Organisation,
    OwnColumn,
    Session,
    Summary,
    db,
)
from tests.conftest import DATABASE_URL

EARLIER = (  # what the first version had otherwise
    'DROP TABLE "session"',
    'ALTER TABLE "account" DROP COLUMN "status"',
    'ALTER TABLE "account" DROP COLUMN "password_at"',
    'ALTER TABLE "account" ADD COLUMN "active" BOOLEAN NOT NULL DEFAULT TRUE',
    'ALTER TABLE "account" ADD COLUMN "session_token" VARCHAR(64) NOT NULL DEFAULT \'\'',
    'CREATE INDEX "account_session_token" ON "account" ("session_token")',
    'ALTER TABLE "organisation" DROP COLUMN "networks"',
    'ALTER TABLE "organisation" DROP COLUMN "last_serial"',
    'DROP INDEX "operation_action"',
    'ALTER TABLE "operation" DROP COLUMN "result"',
    'DROP INDEX "operation_gesture"',
    'ALTER TABLE "operation" DROP COLUMN "gesture"',
    'DROP TABLE "own_column"',
    *(f'ALTER TABLE "{table}" DROP COLUMN "{slot}"' for table in ("beneficiary", "dropout_case") for slot in SLOTS),
    'ALTER TABLE "summary" DROP COLUMN "subject"',
    'ALTER TABLE "beneficiary" DROP COLUMN "aid_until"',
    'ALTER TABLE "beneficiary" DROP COLUMN "eligible"',
    'CREATE INDEX "enrolment_name" ON "enrolment" ("name")',
    'CREATE INDEX "enrolment_school_id" ON "enrolment" ("school_id")',
)


@pytest.fixture
def earlier(world, database):
    """The small world as the first version kept it, with an account in use and one that was closed."""
    for login in ("used", "closed"):
        db.execute_sql(
            'INSERT INTO "account" (version, login, name, role, status, must_change, password_hash, password_at)'
            f" VALUES (1, '{login}', 'x', 'system', 'open', FALSE, '', '2026-01-01 00:00:00')"
        )
    db.execute_sql(
        'INSERT INTO "summary" (version, account_id, name, shared, subject, layout)'
        " SELECT 1, id, '学段', FALSE, '', '{}' FROM \"account\" WHERE login = 'used'"
    )
    for step in EARLIER:
        db.execute_sql(step)
    db.execute_sql("UPDATE \"account\" SET active = FALSE WHERE login = 'closed'")
    return database


def opened(path) -> None:
    db.close()
    dialect.open_database(DATABASE_URL, path)
    db.connect()


def columns() -> dict[str, set[str]]:
    return {model.title: {column.name for column in db.get_columns(model._meta.table_name)} for model in MODELS}


def test_every_column_is_there_and_no_row_is_lost(earlier):
    rows = {model: model.select(model.id).count() for model in MODELS if model not in (Session, OwnColumn)}
    opened(earlier)
    assert columns() == {model.title: {field.column_name for field in model._meta.sorted_fields} for model in MODELS}
    assert {model: model.select(model.id).count() for model in rows} == rows
    assert {row.result for row in Operation.select()} == {"done"}
    assert [row.subject for row in Summary.select()] == ["beneficiary"]
    assert {(row.networks, row.last_serial) for row in Organisation.select()} == {("", 0)}


def test_an_index_that_nobody_asks_any_more_goes(earlier):
    opened(earlier)
    names = {index.name for index in db.get_indexes("enrolment")} - {"enrolment_pkey"}
    assert names == {"enrolment_id_number", "enrolment_school_id_id_number_nth"}


def test_a_gesture_is_on_record_once_from_then_on(earlier):
    opened(earlier)
    Operation.update(gesture="beneficiary/t").where(Operation.id == 1).execute()
    with pytest.raises(pw.IntegrityError), db.atomic():
        Operation.update(gesture="beneficiary/t").where(Operation.id == 2).execute()
    assert Operation.select().where(Operation.gesture.is_null()).count() > 1


def test_a_closed_account_stays_closed(earlier):
    opened(earlier)
    states = {row.login: row.status for row in Account.select()}
    assert states == {"used": AccountStatus.OPEN, "closed": AccountStatus.DISABLED}


def test_until_when_a_child_is_aided_is_worked_out_for_the_rows_that_are_there(earlier, world):
    left = world.children["a1"].register_person_id
    db.execute_sql(f'UPDATE "register_person" SET "left_poverty" = 2001 WHERE "id" = {left}')
    opened(earlier)
    told = {row.name: (row.aid_until, row.eligible) for row in Beneficiary.select()}
    assert told["王芳"] == (2004, False)
    assert told["陈静"][1] is True


def test_a_whole_copy_is_laid_beside_it_first(earlier, tmp_path):
    opened(earlier)
    copies = list(earlier.parent.glob("zhuxue-before-*.sqlite3"))
    if DATABASE_URL:
        assert copies == []
        return
    [copy] = copies
    assert copy.stat().st_mode & 0o777 == 0o600
    opened(shutil.copy(copy, tmp_path / "looked-at.sqlite3"))
    assert Account.select().count() == 2


def test_a_database_of_this_version_is_left_alone(world, database):
    before = db.execute_sql("SELECT sql FROM sqlite_master").fetchall() if not DATABASE_URL else None
    opened(database)
    assert list(database.parent.glob("zhuxue-before-*")) == []
    assert before is None or db.execute_sql("SELECT sql FROM sqlite_master").fetchall() == before


def test_half_an_upgrade_is_none(earlier, monkeypatch):
    monkeypatch.setitem(schema.DROPPED, ("account", "active"), "UPDATE no_such_table SET x = 1")
    before = columns()
    with pytest.raises(schema.pw.DatabaseError):
        opened(earlier)
    if db.is_closed():
        db.connect()
    assert columns() == before


def test_a_later_versions_database_is_not_touched(world, database):
    db.execute_sql('ALTER TABLE "account" ADD COLUMN "telephone" VARCHAR(30)')
    with pytest.raises(RuntimeError, match=r"account\.telephone"):
        opened(database)
    if db.is_closed():
        db.connect()
    assert "telephone" in {column.name for column in db.get_columns("account")}
