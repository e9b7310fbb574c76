"""What is dropped into a watched folder: when it comes in, as whom, and where it ends."""

import os
import subprocess
import threading

import pytest

from aid.imports.folder import DONE, REFUSED, UNDER_WAY
from aid.operations.history import undo
from bench.county import make_county
from models import Account, Enrolment, HeldRow, ImportRun, Organisation, Region, RegisterPerson
from tests.aid.imports.folder.conftest import looked, names, newest, result
from tests.aid.imports.sheets import id_number

WRONG = {"身份证号": id_number(3)[:-1] + "?", "年级": ""}


def test_a_sheet_that_rests_comes_in_as_one_operation_of_the_account(watch, drop, place, clerk):
    drop({}, {"身份证号": id_number(5)})
    looked(watch)
    done = newest()
    assert (done.account, done.actor, done.address, done.rows) == (clerk, "小王", "收件夹", 2 + 1)
    assert names(place, DONE) == ["学籍名册（新）.xlsx", "学籍名册（新）.xlsx.结果.txt"]
    assert f"操作编号 {done.id}" in result(place, DONE)
    assert "新增 2，更新 0，未变 0，退回 0" in result(place, DONE)
    assert ImportRun.get().file_name == "学籍名册（新）.xlsx"


def test_rows_held_back_lie_beside_it_and_come_in_once_they_are_corrected(watch, drop, place):
    drop({}, WRONG)
    looked(watch)
    assert names(place, DONE)[-1] == "学籍名册（新）.xlsx.退回行.xlsx"
    assert "退回的 1 行" in result(place, DONE)
    [book] = (place / DONE).glob("*.退回行.xlsx")
    book.rename(place / "退回行.xlsx")
    looked(watch)
    assert [run.held_back for run in ImportRun.select().order_by(ImportRun.id)] == [1, 1]
    assert HeldRow.select().count() == 2


def test_what_came_in_is_undone_like_any_import(watch, drop, world):
    drop({})
    looked(watch)
    undo(world.actors["county"], newest())
    assert not ImportRun.select().exists()


def test_sheets_dropped_together_find_their_places(database, tmp_path, place, watch):
    make_county(tmp_path / "county", roll_rows=200, register_rows=60)
    for name in ("register", "roll", "organisations", "regions"):
        (tmp_path / "county" / f"{name}.xlsx").rename(place / f"{name}.xlsx")
    Account.update(role="county").execute()
    looked(watch)
    assert sorted(run.kind for run in ImportRun.select()) == ["organisations", "regions", "register", "roll"]
    order = [run.kind for run in ImportRun.select().order_by(ImportRun.id)]
    assert order == ["regions", "organisations", "register", "roll"]
    assert min(model.select().count() for model in (Region, Organisation, RegisterPerson, Enrolment)) > 10


def test_a_file_comes_in_only_when_it_has_stopped_growing(watch, drop, place):
    path = drop({})
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    watch.look()
    path.write_bytes(whole)
    watch.look()
    assert not ImportRun.select().exists()
    assert path.exists()
    watch.look()
    assert names(place, DONE)[0] == path.name


def test_a_file_is_read_once_and_nothing_of_it_is_kept(watch, drop, place, kept, monkeypatch):
    opened, start = [], subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **how: opened.append(words) or start(*words, **how))
    drop({})
    looked(watch)
    assert len(opened) == 1
    assert names(place, DONE)[0] == "学籍名册（新）.xlsx"
    assert list(kept.iterdir()) == []


def test_a_file_that_grows_while_it_is_read_is_refused(watch, drop, place):
    drop({})
    done = threading.Event()

    def go_on_writing() -> None:
        while not done.wait(0.001):
            for path in (place / UNDER_WAY).glob("*.xlsx"):
                path.touch()

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    looked(watch)
    done.set()
    writer.join()
    assert "还在变化" in result(place, REFUSED)
    assert not ImportRun.select().exists()


@pytest.mark.parametrize(
    "name", ["~$名册.xlsx", ".名册.xlsx", ".~lock.名册.xlsx#", "名册.xlsx.part", "名册.TMP", "Thumbs.db", "desktop.ini"]
)
def test_what_programs_leave_beside_files_is_passed_over(name, watch, place):
    (place / name).write_bytes(b"x")
    looked(watch, 3)
    assert (place / name).read_bytes() == b"x"
    assert [path.name for path in place.iterdir() if path.is_file()] == [name]


def test_names_of_any_length_and_kind_are_filed(watch, drop, place):
    drop({}, name=f"{'长' * 80}.xlsx")
    drop({"身份证号": id_number(5)}, name=os.fsdecode("名\n册".encode() + b"\xff.xlsx"))
    looked(watch)
    assert ImportRun.select().count() == 2
    assert sorted(path.is_file() for path in (place / DONE).iterdir()) == [True] * 4
    assert ImportRun.select().where(ImportRun.file_name == "名�册�.xlsx").exists()


def test_our_own_results_never_come_in(watch, drop, place):
    drop({}, WRONG)
    looked(watch, 5)
    assert len(names(place, DONE)) == 3
    assert not (place / REFUSED).exists()
