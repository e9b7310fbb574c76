"""How a file is read: what the header says, what the clerk says, and by whom it is looked at."""

from pathlib import Path

import pytest

from aid.errors import BadSheet, RuleBroken
from aid.imports.looking import Choice
from aid.imports.offering import offered
from aid.imports.uploads import cancel, choose, hand_in
from aid.imports.worker import WORKER, look_at, settle_begun, upload
from models import Enrolment, Upload, UploadState
from tests.aid.imports.sheets import id_number, row, titles, write
from tests.aid.imports.waiting import again, carried_out, corrected, fates

WRONG = {"身份证号": id_number(3)[:-1] + "?", "年级": ""}
NUMBER, GRADE = titles("roll").index("身份证号"), titles("roll").index("年级")

pytestmark = pytest.mark.usefixtures("clerk")


def strange(tmp_path: Path) -> Path:
    header = [title if title != "姓名" else "孩子" for title in titles("roll")]
    return write(tmp_path / "sheet.xlsx", [["说明"], header, row("roll")], second=[titles("roll"), row("roll")])


def test_a_sheet_whose_columns_are_not_known_is_asked_about_and_known_the_next_time(world, tmp_path):
    county = world.actors["county"]
    path = write(tmp_path / "sheet.xlsx", [["孩子" if t == "姓名" else t for t in titles("roll")], row("roll")])
    row_ = upload(county, "roll", path, file_name="名册.xlsx")
    assert row_.state == UploadState.CHOOSING
    assert "缺少：姓名" in row_.message
    place = titles("roll").index("姓名")
    row_ = WORKER.look_soon(choose(county, row_, Choice("roll", 0, 1, {place: "name"})))
    assert (row_.state, fates(row_)) == (UploadState.WAITING, {"added": 1})
    assert upload(county, "", path, file_name="名册.xlsx").state == UploadState.WAITING


def test_another_sheet_of_the_file_can_be_chosen_and_the_corrections_go_to_it(world, tmp_path):
    county = world.actors["county"]
    path = write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll")], second=[titles("roll"), row("roll", WRONG)])
    row_ = upload(county, "roll", path, file_name="名册.xlsx")
    assert (row_.state, "一次收一张" in row_.message) == ("choosing", True)
    row_ = WORKER.look_soon(choose(county, row_, Choice("roll", 1, 1)))
    assert fates(row_) == {"held": 1}
    row_ = corrected(world, row_, {2: {NUMBER: id_number(3), GRADE: "五年级"}})
    assert fates(row_) == {"added": 1}
    carried_out(world, row_)
    assert Enrolment.get(Enrolment.id_number == id_number(3)).grade == "五年级"


def test_a_choice_by_which_nothing_can_be_read_changes_nothing(world, tmp_path):
    county = world.actors["county"]
    row_ = upload(county, "roll", strange(tmp_path), file_name="名册.xlsx")
    for choice in (Choice("roll", 0, 2, {}), Choice("roll", 0, 1, {}), Choice("roll", 5, 1, {}), Choice("roll", 0, 9)):
        with pytest.raises(BadSheet):
            choose(county, row_, choice)
    assert (again(row_).state, again(row_).version) == (row_.state, row_.version)


def test_a_large_file_is_read_by_the_worker_and_one_that_cannot_be_read_says_so(world, tmp_path, monkeypatch):
    monkeypatch.setattr("aid.imports.uploads.SMALL", 0)
    county = world.actors["county"]
    row_ = upload(county, "", write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll")]), file_name="名册.xlsx")
    assert (row_.state, WORKER.progress(row_)) == (UploadState.READING, ("排队", 0, 0))
    WORKER.handle(row_)
    assert (again(row_).state, again(row_).kind, fates(row_)) == (UploadState.WAITING, "roll", {"added": 1})
    (tmp_path / "x.xlsx").write_bytes(b"%PDF-1.4")
    row_ = upload(county, "", tmp_path / "x.xlsx", file_name="x.xlsx")
    WORKER.handle(row_)
    assert (again(row_).state, "PDF" in again(row_).message) == (UploadState.FAILED, True)
    with pytest.raises(RuleBroken, match="没有读成"):
        hand_in(county, again(row_))
    cancel(county, again(row_))


def test_what_was_being_read_when_the_server_was_killed_is_read_after_its_restart(world, tmp_path, monkeypatch):
    monkeypatch.setattr("aid.imports.uploads.SMALL", 0)
    path = write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll")])
    row_ = upload(world.actors["county"], "roll", path, file_name="名册.xlsx")
    settle_begun()
    WORKER.handle(row_)
    assert again(row_).state == UploadState.WAITING


def test_a_sheet_that_is_cancelled_while_it_is_looked_at_stays_away(world, tmp_path, monkeypatch, folder):
    monkeypatch.setattr("aid.imports.uploads.SMALL", 0)
    county = world.actors["county"]
    path = write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll")])
    row_ = upload(county, "roll", path, file_name="名册.xlsx")
    look_at(row_, lambda *_: cancel(county, again(row_)) if Upload.select().exists() else None)
    assert (Upload.select().count(), list(folder.iterdir())) == (0, [])


def test_the_file_of_a_sheet_that_has_come_in_goes_even_where_the_server_was_killed_before_it_went(
    world, tmp_path, folder
):
    county = world.actors["county"]
    path = write(tmp_path / "sheet.xlsx", [titles("roll"), row("roll")])
    row_ = upload(county, "roll", path, file_name="名册.xlsx")
    [kept] = folder.iterdir()
    content = kept.read_bytes()
    assert carried_out(world, row_).state == UploadState.DONE
    kept.write_bytes(content)
    settle_begun()
    assert list(folder.iterdir()) == []


# -- what there is to choose ------------------------------------------------------


def test_what_there_is_to_choose_is_told_with_what_stands_under_each_title(world, tmp_path):
    county = world.actors["county"]
    offer = offered(county, upload(county, "roll", strange(tmp_path), file_name="名册.xlsx"))
    assert (offer.choice.sheet, offer.choice.header_row, offer.sheets) == (1, 1, ["Sheet1", "Sheet2"])
    assert offer.missing == []
    offer = offered(county, Upload.get(), sheet=0)
    assert (offer.choice.header_row, offer.missing) == (2, ["姓名"])
    child = next(column for column in offer.columns if column.title == "孩子")
    assert (child.letter, child.name, child.samples) == ("B", "", ["赵新"])
    assert offered(county, Upload.get(), sheet=0, header_row=1).columns[1].title == ""


def test_a_column_without_a_title_is_offered_by_what_stands_under_it(world, tmp_path):
    county = world.actors["county"]
    lines = [["" if title == "姓名" else title for title in titles("roll")], row("roll")]
    offer = offered(county, upload(county, "roll", write(tmp_path / "sheet.xlsx", lines), file_name="名册.xlsx"))
    assert ("", ["赵新"]) in [(column.title, column.samples) for column in offer.columns]
