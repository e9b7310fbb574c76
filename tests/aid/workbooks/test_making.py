"""The queue of workbooks: in order, one at a time, with progress; what a killed server had begun is told."""

import datetime as dt
import threading
import time

import pytest

from aid.errors import NotAllowed
from aid.scope import SYSTEM
from aid.selection import Selection
from aid.workbooks import WORKBOOKS, store, write_workbook
from aid.workbooks.keeping import ask, remove, take
from aid.workbooks.making import MAKER, STOPPED, Maker, make, settle_begun
from aid.workbooks.tidying import tidy_workbooks
from models import Beneficiary, CheckState, MadeWorkbook, MakingState, Operation, db, now
from tests.aid.workbooks.conftest import read, with_account


@pytest.fixture
def clerk(world, tmp_path):
    return with_account(world, "county", tmp_path)


def state_of(row: MadeWorkbook) -> tuple[str, str]:
    fresh = MadeWorkbook.get_by_id(row.id)
    return fresh.state, fresh.message


def test_a_thread_makes_what_is_asked_for_in_its_order(clerk):
    rows = [ask(clerk, slug) for slug in WORKBOOKS]
    maker = Maker()
    maker.start()
    deadline = time.monotonic() + 120
    while maker.soon(rows[-1]).state == MakingState.QUEUED:
        assert time.monotonic() < deadline
    assert [state_of(row) for row in rows] == [(MakingState.DONE, "")] * len(rows)


def test_what_two_threads_are_at_is_made_once(clerk):
    row, maker = ask(clerk, "accounts"), Maker()
    threads = [threading.Thread(target=db.connection_context()(maker.handle), args=(row,)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert state_of(row)[0] == MakingState.DONE
    assert MadeWorkbook.get_by_id(row.id).version == 2


def test_how_far_it_is_is_told_sheet_by_sheet(clerk, tmp_path):
    told = []
    written = write_workbook(clerk, "accounts", tmp_path / "b.xlsx", at=now(), watch=lambda *what: told.append(what))
    assert [doing for doing, _ in told] == ["统计", "写“机构账号”", "压缩文件"]
    assert told[-1][1] == written.lines
    assert MAKER.progress(ask(clerk, "accounts")) == ("排队", 0)


def test_it_is_of_one_state_whatever_is_written_meanwhile(clerk, tmp_path):
    def meanwhile(*_):
        thread = threading.Thread(target=void_everything)
        thread.start()
        thread.join()

    def void_everything():
        with db.connection_context():
            Beneficiary.update(state=CheckState.INVALID).execute()

    path = tmp_path / "book.xlsx"
    write_workbook(clerk, "school-progress", path, at=now(), watch=meanwhile)
    assert read(path, "学校核对进度").lines[-1]["名单人数"] == 4
    assert not Beneficiary.select().where(Beneficiary.state != CheckState.INVALID).exists()


def test_what_a_killed_server_had_begun_is_told_and_what_it_had_not_is_made(clerk):
    done, begun, waiting = make_one(clerk), ask(clerk, "accounts"), ask(clerk, "unplaced")
    store.begin(begun.file)
    store.begin(store.new_name())
    settle_begun()
    assert state_of(begun) == (MakingState.FAILED, STOPPED)
    assert state_of(waiting) == (MakingState.QUEUED, "")
    assert store.names() == {done.file}
    make(MadeWorkbook.get_by_id(waiting.id))
    assert take(clerk, waiting).is_file()


def make_one(clerk) -> MadeWorkbook:
    return MAKER.soon(ask(clerk, "school-progress"))


def test_a_bug_is_a_number_and_the_rest_in_the_log(clerk, caplog):
    row = ask(clerk, "accounts")
    MadeWorkbook.update(slug="gone-from-the-program").execute()
    make(MadeWorkbook.get_by_id(row.id))
    state, message = state_of(row)
    assert state == MakingState.FAILED
    assert "KeyError" not in message
    assert caplog.records[-1].exc_info[0] is KeyError


def test_what_was_removed_meanwhile_leaves_no_file(clerk):
    row = make_one(clerk)
    remove(clerk, Selection.ticked(MadeWorkbook, {row.id: row.version}))
    make(row)
    assert store.names() == set()
    assert not MadeWorkbook.select().exists()


def test_old_workbooks_go_with_their_files_and_on_record(clerk):
    old, young, waiting = make_one(clerk), make_one(clerk), ask(clerk, "accounts")
    MadeWorkbook.update(at=now() - dt.timedelta(91)).where(MadeWorkbook.id != young.id).execute()
    assert tidy_workbooks(SYSTEM, days=90) == 1
    assert store.names() == {young.file}
    assert {row.id for row in MadeWorkbook.select()} == {young.id, waiting.id} != {old.id}
    done = Operation.select().order_by(Operation.id.desc()).get()
    assert (done.action, done.sentence) == ("workbook:settle", "清理 90 天以前生成的汇总表 1 份")


@pytest.mark.parametrize("who", ["county", "province", "auditor", "a"])
def test_nobody_but_the_server_tidies(world, tmp_path, who):
    store.keep_in(tmp_path / "workbooks")
    with pytest.raises(NotAllowed):
        tidy_workbooks(world.actors[who], days=90)
