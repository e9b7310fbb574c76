"""A sheet that is looked at before it comes in."""

import pytest

from aid.errors import BadSheet, Conflict, NotAllowed, OutOfScope, RuleBroken
from aid.imports.base import Fate
from aid.imports.preview import of_upload
from aid.imports.staged import Staged
from aid.imports.uploads import cancel, correct, hand_in
from aid.imports.worker import STOPPED, settle_begun, take_in, upload
from aid.operations.history import undo
from aid.operations.organisations import in_the_way
from aid.scope import visible
from models import Account, Change, Enrolment, HeldRow, ImportRun, Operation, RegisterBatch, Upload, UploadState
from tests.aid.imports.sheets import id_number, stored, titles
from tests.aid.imports.waiting import again, carried_out, corrected, fates

WRONG = {"身份证号": id_number(3)[:-1] + "?", "年级": ""}
NUMBER, GRADE = titles("roll").index("身份证号"), titles("roll").index("年级")


pytestmark = pytest.mark.usefixtures("clerk")


def test_an_upload_tells_what_would_become_of_each_row_and_writes_none(world, leave):
    before = stored()
    row = leave({}, {"身份证号": id_number(5)}, WRONG)
    assert fates(row) == {"added": 2, "held": 1}
    assert (row.rows, row.added, row.held_back, row.state) == (3, 2, 1, UploadState.WAITING)
    assert {name for name, lines in stored().items() if lines != before[name]} == {"Upload"}


def test_what_would_change_is_shown_cell_by_cell(world, leave):
    carried_out(world, leave({}))
    preview = of_upload(world.actors["county"], leave({"年级": "四年级", "性别": "女"}), Fate.CHANGED, page=0)
    [line] = preview.lines
    changed = [cell for cell in line.cells if cell.before is not None]
    differing = {preview.titles[cell.place].column: (cell.before, cell.text) for cell in changed}
    assert differing == {
        "年级": ("三年级", "四年级"),
        "性别": ("男", "女"),
    }


def test_what_is_held_back_says_why_at_its_cell(world, leave):
    preview = of_upload(world.actors["county"], leave(WRONG), Fate.HELD, page=0)
    [line] = preview.lines
    assert line.number == 2
    assert line.cells[GRADE].fault == "没有填写"
    assert "含有不该有的字符" in line.cells[NUMBER].fault


def test_a_new_batch_and_unknown_regions_are_rehearsed_without_being_made(world, leave):
    before = RegisterBatch.select().count()
    row = leave({"户籍区划代码": "360429100000"}, slug="register", batch="2027 春")
    assert fates(row) == {"added": 1}
    assert RegisterBatch.select().count() == before
    assert "已先占位" in Staged(row.staged).facts()["warnings"][0]


def test_places_that_stand_below_each_other_are_rehearsed_together(leave):
    town = {"区划代码": "360426103000", "名称": "新镇", "上级代码": "360426000000"}
    village = {"区划代码": "360426103200", "名称": "新村", "级别": "村", "上级代码": "360426103000"}
    assert fates(leave(village, town, slug="regions")) == {"added": 2}


def test_what_is_handed_in_comes_in_as_one_operation_that_can_be_undone(world, leave):
    row = carried_out(world, leave({}, {"身份证号": id_number(5)}, WRONG))
    operation = Operation.get_by_id(row.operation)
    assert row.state == UploadState.DONE
    assert operation.rows == 2 + 1 + 1  # the rows, the record of the import, the row held back
    assert ImportRun.select().count() == HeldRow.select().count() == 1
    assert Staged(row.staged).gone()
    undo(world.actors["county"], operation)
    assert not Enrolment.select().where(Enrolment.id_number == id_number(5)).exists()


def test_an_upload_says_the_same_as_the_import_then_does(world, leave):
    row = leave({}, {"身份证号": id_number(5)}, WRONG, {"学校编码": "360426000099", "身份证号": id_number(7)})
    told = (row.rows, row.added, row.changed, row.unchanged, row.held_back)
    carried_out(world, row)
    run = ImportRun.get()
    assert told == (run.rows, run.added, run.changed, run.unchanged, run.held_back) == (4, 2, 0, 0, 2)


def test_a_corrected_row_is_looked_at_again_and_comes_in(world, leave):
    row = corrected(world, leave(WRONG), {2: {NUMBER: id_number(3), GRADE: "五年级"}})
    assert fates(row) == {"added": 1}
    carried_out(world, row)
    assert Enrolment.get(Enrolment.id_number == id_number(3)).grade == "五年级"


def test_a_correction_that_is_wrong_too_stays_held_back(world, leave):
    row = corrected(world, leave(WRONG), {2: {GRADE: "五年级"}})
    assert fates(row) == {"held": 1}
    assert [title for title, _ in Staged(row.staged).lines(0, Fate.HELD)[0].told] == ["身份证号"]


def test_a_row_that_is_emptied_is_none_any_more(world, leave):
    filled = dict.fromkeys(titles("roll"), "") | {"身份证号": "1"}
    row = corrected(world, leave({}, filled), {3: {NUMBER: ""}})
    assert (fates(row), row.rows) == ({"added": 1}, 1)
    carried_out(world, row)
    assert ImportRun.get().rows == 1


def test_an_office_with_a_sheet_that_waits_is_not_deleted_and_told_why(world, leave):
    leave({})
    assert "待导入的表 1 张" in in_the_way(world.organisations["county"])


def test_two_who_correct_one_upload_do_not_write_over_each_other(world, leave):
    shown = leave(WRONG)
    correct(world.actors["county"], again(shown), {2: {GRADE: "五年级"}})
    with pytest.raises(Conflict):
        correct(world.actors["county"], shown, {2: {GRADE: "六年级"}})
    assert Staged(shown.staged).lines(0, Fate.HELD)[0].cells[GRADE] == "五年级"


def test_a_cancelled_upload_leaves_nothing_behind(world, leave, folder):
    cancel(world.actors["county"], leave({}))
    assert Upload.select().count() == 0
    assert list(folder.iterdir()) == []


def test_what_is_handed_in_is_not_handed_in_corrected_or_cancelled_again(world, leave):
    row = hand_in(world.actors["county"], leave({}))
    for verb in (hand_in, cancel, lambda actor, row: correct(actor, row, {})):
        with pytest.raises(RuleBroken, match="正在导入"):
            verb(world.actors["county"], row)
    assert again(row).state == UploadState.QUEUED


def test_what_is_carried_out_twice_is_written_once(world, leave):
    row = hand_in(world.actors["county"], leave({}))
    kept = Staged(row.staged)
    copy = kept.path.read_bytes()
    take_in(again(row))
    kept.path.write_bytes(copy)
    take_in(again(row))
    assert Enrolment.select().where(Enrolment.id_number == id_number(1)).count() == 1
    assert ImportRun.select().count() == 1


def test_a_refusal_at_the_end_is_told_and_can_be_run_again(world, leave):
    ring = [
        {"机构编码": "360426000006", "机构名称": "甲校", "上级机构编码": "360426000007"},
        {"机构编码": "360426000007", "机构名称": "乙校", "上级机构编码": "360426000006"},
    ]
    row = leave(*ring, slug="organisations")
    before = stored()
    row = carried_out(world, row)
    assert row.state in (UploadState.FAILED, UploadState.DONE)
    assert {name for name, lines in stored().items() if lines != before[name]} <= {"Upload", "ImportRun", "HeldRow"}


def test_a_server_that_was_killed_over_an_import_tells_it_at_its_next_start(world, leave):
    row = hand_in(world.actors["county"], leave({}))
    Staged(row.staged).say(begun=True)
    settle_begun()
    assert (again(row).state, again(row).message) == (UploadState.FAILED, STOPPED)
    assert carried_out(world, again(row)).state == UploadState.DONE


def test_what_was_only_queued_is_carried_out_after_a_restart(world, leave):
    row = hand_in(world.actors["county"], leave({}))
    settle_begun()
    assert again(row).state == UploadState.QUEUED


def test_a_file_that_belongs_to_no_upload_goes_at_the_next_start(world, leave, folder):
    kept = leave({})
    Staged.begun()
    settle_begun()
    assert {path.stem for path in folder.glob("*.sqlite3")} == {kept.staged}


def test_a_file_that_is_no_sheet_leaves_nothing_behind(world, folder, tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"%PDF-1.4")
    with pytest.raises(BadSheet):
        upload(world.actors["county"], "roll", tmp_path / "x.xlsx", file_name="x.xlsx")
    assert Upload.select().count() == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_who_may_not_import_may_not_upload_correct_hand_in_or_cancel(who, world, leave):
    row, actor = leave(WRONG), world.actors[who]
    for verb in (lambda: leave({}, who=who), lambda: correct(actor, row, {}), lambda: hand_in(actor, row)):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(NotAllowed):
        cancel(actor, row)
    assert again(row).version == row.version


def test_another_countys_upload_is_out_of_reach(world, leave):
    row, other = leave(WRONG), world.actors["other_county"]
    assert not visible(Upload, other.scope).exists()
    for verb in (cancel, hand_in, lambda actor, row: correct(actor, row, {2: {GRADE: "五年级"}})):
        with pytest.raises(OutOfScope):
            verb(other, row)
    assert fates(row) == {"held": 1}
    assert not Staged(row.staged).gone()


def test_a_sheet_is_taken_in_as_whom_handed_it_in(world, leave):
    operation = Operation.get_by_id(carried_out(world, leave({})).operation)
    assert (operation.actor, operation.action) == ("小王", "roll:import")
    assert Change.select().where(Change.operation == operation).count() == 2


def test_whoever_lost_the_permission_meanwhile_takes_nothing_in(world, leave):
    row = hand_in(world.actors["county"], leave({}))
    Account.update(role="auditor").execute()
    take_in(again(row))
    assert again(row).state == UploadState.FAILED
    assert "权限" in again(row).message
    assert not ImportRun.select().exists()
