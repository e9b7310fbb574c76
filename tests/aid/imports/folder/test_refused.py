"""What does not come in from a watched folder is filed with a sentence that says what to do."""

import pytest

from aid.imports.folder import DONE, REFUSED, UNDER_WAY
from aid.operations.history import undo
from models import Account, Enrolment, ImportRun, db
from tests.aid.imports.folder.conftest import looked, names, newest, result, unprivileged
from tests.aid.imports.sheets import id_number, row, titles, write

WRONG = {"身份证号": id_number(3)[:-1] + "?", "年级": ""}


def test_a_file_that_is_no_sheet_is_filed_with_the_reason(watch, place):
    (place / "通知.xlsx").write_bytes(b"%PDF-1.4")
    looked(watch)
    assert names(place, REFUSED) == ["通知.xlsx", "通知.xlsx.结果.txt"]
    assert "没有导入：" in result(place, REFUSED)
    assert "导入表格" in result(place, REFUSED)
    assert not ImportRun.select().exists()


def test_a_header_of_nothing_we_know_says_what_to_do(watch, place):
    write(place / "其他.xlsx", [["甲", "乙"], ["1", "2"]])
    looked(watch)
    assert "看不出是哪一种表格" in result(place, REFUSED)


def test_of_two_sheets_of_one_kind_what_can_be_done_is_told(watch, place):
    write(place / "两个班.xlsx", [titles("roll"), row("roll")], second=[titles("roll"), row("roll")])
    looked(watch)
    assert "或在文件里只留一张再导入" in result(place, REFUSED)
    assert "要选定工作表、" in result(place, REFUSED)


def test_a_link_is_not_followed(watch, place, tmp_path):
    outside = write(tmp_path / "外面.xlsx", [titles("roll"), row("roll")])
    (place / "名册.xlsx").symlink_to(outside)
    looked(watch)
    assert "链接" in result(place, REFUSED)
    assert outside.exists()
    assert not ImportRun.select().exists()


def test_a_room_that_leads_elsewhere_is_not_used(watch, drop, place, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (place / UNDER_WAY).symlink_to(tmp_path / "elsewhere")
    drop({})
    with pytest.raises(NotADirectoryError):
        looked(watch)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_is_left_alone_whatever_it_is_called(watch, drop, place):
    (place / "x.xlsx").mkdir()
    drop({})
    looked(watch, 3)
    assert (place / "x.xlsx").is_dir()
    assert ImportRun.select().count() == 1


def test_a_file_the_server_may_not_read_is_told(watch, drop, place):
    drop({}).chmod(0)
    unprivileged(lambda: looked(watch))
    assert "没有读取这个文件的权限" in result(place, REFUSED)
    assert not ImportRun.select().exists()


def test_what_came_in_whole_does_not_come_in_again(watch, drop, place):
    kept = drop({}).read_bytes()
    looked(watch)
    (place / "又来.xlsx").write_bytes(kept)
    looked(watch)
    assert "“学籍名册（新）.xlsx”完全相同" in result(place, REFUSED)
    assert ImportRun.select().count() == 1


def test_what_came_in_in_part_comes_in_again_and_says_so(watch, drop, place):
    kept = drop({}, WRONG).read_bytes()
    looked(watch)
    (place / "又来.xlsx").write_bytes(kept)
    looked(watch)
    assert ImportRun.select().count() == 2
    [told] = (place / DONE).glob("*又来.xlsx.结果.txt")
    assert "当时退回 1 行" in told.read_text(encoding="utf-8-sig")


def test_a_file_that_was_taken_back_comes_in_again(watch, drop, place, world):
    kept = drop({}).read_bytes()
    looked(watch)
    undo(world.actors["county"], newest())
    (place / "又来.xlsx").write_bytes(kept)
    looked(watch)
    assert ImportRun.get().file_name == "又来.xlsx"


@pytest.mark.parametrize(("change", "word"), [({"status": "locked"}, "clerk"), ({"role": "auditor"}, "WATCH_AS")])
def test_an_account_that_may_not_import_takes_nothing_in(change, word, watch, drop, place):
    Account.update(**change).execute()
    drop({})
    looked(watch)
    assert word in result(place, REFUSED)
    assert not ImportRun.select().exists()


def test_the_account_reaches_no_school_but_its_own(watch, drop, world):
    before = Enrolment.select().count()
    drop({"学校编码": world.organisations["far"].code})
    looked(watch)
    assert (Enrolment.select().count(), ImportRun.get().held_back) == (before, 1)


def test_a_fault_of_the_program_is_told_by_its_number_and_the_folder_goes_on(watch, drop, place, caplog):
    drop({}, name="甲.xlsx")
    db.execute_sql("ALTER TABLE column_choice RENAME TO elsewhere")
    looked(watch)
    db.execute_sql("ALTER TABLE elsewhere RENAME TO column_choice")
    assert result(place, REFUSED).partition("编号 ")[2][:8] in caplog.text
    drop({}, name="乙.xlsx")
    looked(watch)
    assert ImportRun.get().file_name == "乙.xlsx"
