"""Which kind a sheet is, what is shown beside its columns to choose by, and imports under titles of other offices."""

import pytest

from aid.errors import BadSheet
from aid.imports.formats import DELIVERED, FORMATS, GENERATED
from aid.imports.guessing import clear, guess, samples
from aid.rules.cells import ErrorCell
from tests.aid.giving import ready
from tests.aid.imports.sheets import WARNED, abroad, required, row, titles

each_sheet = pytest.mark.parametrize("slug", DELIVERED)


# -- the kind of sheet ---------------------------------------------------------


@each_sheet
def test_a_sheet_is_recognised_as_what_it_is(slug):
    for header in (titles(slug), required(slug), abroad(slug)):
        guesses = guess([("Sheet1", [["名册"], header])], FORMATS.values())
        best = clear(guesses)
        assert (best.slug, best.sheet, best.matching.header_row) == (slug, "Sheet1", 2)


def test_two_sheets_of_a_kind_leave_no_doubt_of_the_kind_but_two_kinds_do():
    both = [("说明", [["怎样填表"]]), ("一班", [titles("roll")]), ("二班", [titles("roll")])]
    guesses = guess(both, FORMATS.values())
    assert [(one.slug, one.sheet) for one in guesses[:2]] == [("roll", "一班"), ("roll", "二班")]
    assert clear(guesses).slug == "roll"
    assert clear(guess([*both[:2], ("户", [titles("register")])], FORMATS.values())) is None
    assert clear(guess(both[:2], FORMATS.values())).sheet == "一班"


@pytest.mark.parametrize("slug", GENERATED)
def test_the_sheet_of_a_table_is_recognised_where_it_is_none_that_the_office_receives(slug):
    header = [column.title for column in GENERATED[slug].columns]
    for titles_of in (header, header[:3]):
        assert clear(guess([("Sheet1", [titles_of])], FORMATS.values())).slug == slug


def test_a_sheet_that_the_office_receives_is_none_of_a_table_however_many_columns_that_finds():
    header = [*required("roll"), "学校", "出生日期", "民族", "班级", "是否寄宿", "说明"]
    assert clear(guess([("Sheet1", [header])], FORMATS.values())).slug == "roll"
    header = [*required("register"), "学校", "出生日期", "年级", "班级", "是否寄宿", "学籍状态", "说明"]
    assert clear(guess([("Sheet1", [header])], FORMATS.values())).slug == "register"


def test_between_formats_the_one_with_more_columns_or_fewer_missing_is_likelier_and_none_is_sure_without_all_it_needs():
    guesses = guess([("表", [["姓名", "身份证号", "年级"]])], DELIVERED.values())
    assert [one.slug for one in guesses[:3]] == ["supplement", "roll", "register"]
    assert clear(guesses) is None
    assert guess([("表", [["序号"], []])], DELIVERED.values()) == []


def test_a_guess_knows_what_the_office_chose_before():
    header = [title if title != "姓名" else "孩子" for title in titles("roll")]
    remembered = {"roll": {"孩子": "name"}}
    assert clear(guess([("表", [header])], FORMATS.values())) is None
    assert clear(guess([("表", [header])], FORMATS.values(), remembered=remembered)).slug == "roll"


# -- samples -------------------------------------------------------------------


def test_samples_are_the_first_different_texts_under_each_title():
    rows = [["张三", "", 1.0], [" 张三", "x"], ["李四", "　", 360426000003.0], ["王五", ErrorCell("#N/A")], ["赵六"]]
    assert samples(rows, width=4) == [["张三", "李四", "王五"], ["x", "#N/A"], ["1", "360426000003"], []]


def test_samples_read_no_further_than_they_must():
    rows = iter([["a"], ["b"], ["c"]])
    assert (samples(rows, width=1, most=2), next(rows)) == ([["a", "b"]], ["c"])


# -- an import -----------------------------------------------------------------


def test_every_sheet_is_imported_under_the_titles_others_give(world, send_lines):
    ready(world)
    for slug in DELIVERED:
        report = send_lines(world.actors["county"], slug, [["名册"], abroad(slug), row(slug)])
        assert (report.added, report.held_back, report.warnings) == (1, [], WARNED.get(slug, []))


def test_a_required_column_that_may_be_either_is_refused_with_both_titles(send_lines, world):
    header = [*titles("roll"), "学生姓名"]
    with pytest.raises(BadSheet, match="表头里“姓名”“学生姓名”都可以是“姓名”"):
        send_lines(world.actors["county"], "roll", [header, [*row("roll"), "别人"]])


def test_what_is_not_taken_in_is_called_as_it_came(world, send_lines):
    header = [*abroad("roll"), "全国学籍号", "监护人 姓名", "备注"]
    report = send_lines(world.actors["county"], "roll", [header, [*row("roll"), "G1", "赵大", "x"]])
    assert (report.added, report.warnings) == (1, ["没有收进来的列：学籍号、监护人 姓名、备注"])
