"""Which row is the header and which column is which: found where it is clear, asked where it is not."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aid.imports.formats import DELIVERED
from aid.imports.headers import IGNORED, find_header, header_at, match, plain, worth_remembering
from aid.rules.cells import ErrorCell
from tests.aid.imports.sheets import abroad, required, row, titles

ROLL, REGISTER = DELIVERED["roll"], DELIVERED["register"]
each_sheet = pytest.mark.parametrize("slug", DELIVERED)
FIRST, LAST = (
    ["", "*", "●", "　", "1.", "２、"],
    ["", "：", "*", " ● ", "（必填）", "\n(选填)：", "【文本格式，如：张三】", "＊"],
)


def places(slug: str, given: list[str], **choices: object) -> dict[str, int]:
    return dict(match(given, DELIVERED[slug], **choices).columns)


def in_order(slug: str) -> dict[str, int]:
    return {column.name: at for at, column in enumerate(DELIVERED[slug].columns)}


# -- titles --------------------------------------------------------------------


@each_sheet
def test_every_column_is_known_by_name_and_by_what_others_call_it(slug):
    assert set(match(titles(slug), DELIVERED[slug]).how.values()) == {"name"}
    given = abroad(slug)
    found = match(given, DELIVERED[slug])
    assert (found.columns, found.unknown, found.missing, found.repeated) == (in_order(slug), (), (), {})
    assert {name for name, how in found.how.items() if how == "synonym"} == {
        name for name, title, word in zip(in_order(slug), titles(slug), given, strict=True) if title != word
    }


@each_sheet
def test_no_title_means_two_columns_of_a_sheet(slug):
    columns = DELIVERED[slug].columns
    meant = [{plain(word) for word in (column.title, *column.synonyms)} for column in columns]
    assert "" not in set().union(*meant)
    assert sum(len(words) for words in meant) == len(set().union(*meant))


@pytest.mark.parametrize(
    "title",
    [
        *(
            "户主身份证号",
            "户主姓名",
            "姓名（户主）",
            "身份证号（户主）",
            "身份证号码(请填写监护人的)",
            "父亲姓名",
            "监护人身份证号",
        ),
        *(
            "家长姓名",
            "原姓名",
            "姓名（曾用）",
            "姓名拼音",
            "身份证号2",
            "身份证件类型",
            "银行卡号",
            "姓名（联系人）",
            "姓名（父/母）",
        ),
    ],
)
def test_what_names_another_person_is_never_the_childs(title):
    found = match([title], ROLL)
    assert (found.columns, found.repeated, found.unknown) == ({}, {}, (title,))
    assert not {"name", "id_number"} & set(match([title], REGISTER).columns)


def test_the_head_of_the_household_and_the_child_are_told_apart():
    given = ["身份证号（户主）", "公民身份证号（必填）", "户主", "姓 名"]
    assert places("register", given) == {"head_id_number": 0, "id_number": 1, "head_name": 2, "name": 3}


@pytest.mark.parametrize(
    "note", ["（男/女）", "(必填)", "【选填】", "[文本格式]", "（18位）", "（如：示例）", "（见填表说明）"]
)
def test_a_note_on_how_to_fill_a_column_is_no_part_of_its_title(note):
    assert places("roll", [f"性别{note}", f"年级\n{note}"]) == {"sex": 0, "grade": 1}


def test_a_note_that_says_whose_is_part_of_the_title():
    assert match(["年级（去年）", "班级（原）", "姓名(家长填)"], ROLL).columns == {}


decorated = st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from(["", " ", "\n", "　"]))


@settings(deadline=None)
@given(
    slug=st.sampled_from(list(DELIVERED)), told=st.randoms(use_true_random=False), how=st.lists(decorated, min_size=14)
)
def test_columns_are_found_in_any_order_under_any_decoration(slug, told, how):
    columns = list(DELIVERED[slug].columns)
    told.shuffle(columns)
    named = [told.choice((column.title, *column.synonyms)) for column in columns]
    given = [f"{first}{gap.join(word)}{last}" for word, (first, last, gap) in zip(named, how, strict=False)]
    found = match(given, DELIVERED[slug])
    assert found.columns == {column.name: at for at, column in enumerate(columns)}
    assert found.sound


ANY = [
    *chain.from_iterable(
        (column.title, *column.synonyms[:3]) for sheet in DELIVERED.values() for column in sheet.columns
    ),
    *("", "备注", "序号"),
]
NAMES = [IGNORED, "nothing", *(column.name for column in ROLL.columns)]


@given(
    given=st.lists(st.sampled_from(ANY), max_size=30),
    remembered=st.dictionaries(st.sampled_from(ANY).map(plain), st.sampled_from(NAMES), max_size=10),
    hand=st.dictionaries(st.integers(0, 35), st.sampled_from(NAMES), max_size=10),
    slug=st.sampled_from(list(DELIVERED)),
)
def test_no_two_columns_share_a_place_and_every_required_one_is_found_asked_or_missing(given, remembered, hand, slug):
    sheet = DELIVERED[slug]
    found = match(given, sheet, remembered=remembered, hand=hand)
    taken = [*found.columns.values(), *chain.from_iterable(found.repeated.values())]
    assert len(taken) == len(set(taken))
    assert all(at in range(len(given)) for at in taken)
    assert found.how.keys() == found.columns.keys()
    told = [*found.columns, *found.repeated, *(column.name for column in found.missing)]
    assert len(told) == len(set(told))
    assert {column.name for column in sheet.columns if column.required} <= set(told)


# -- what was chosen -----------------------------------------------------------


def test_two_titles_of_a_required_column_are_asked_about_however_they_are_known():
    found = match(["姓名", "学生姓名", "性别"], ROLL)
    assert (found.columns, found.repeated, found.sound) == ({"sex": 2}, {"name": (0, 1)}, False)
    assert "name" not in {column.name for column in found.missing}
    assert match(["姓名", "孩子"], ROLL, remembered={"孩子": "name"}).repeated == {"name": (0, 1)}


def test_of_two_titles_of_another_column_the_sheets_own_name_counts():
    found = match(["学籍号", "全国学籍号", "学籍号码"], ROLL)
    assert (found.columns, found.unknown) == ({"roll_no": 1}, ("学籍号", "学籍号码"))
    assert match(["学籍号", "学籍号码"], ROLL).repeated == {"roll_no": (0, 1)}


def test_what_is_chosen_by_hand_is_not_asked_about():
    found = match(["姓名", "姓名", "性别", "序号"], ROLL, hand={1: "name", 2: IGNORED, 3: "grade"})
    assert (found.columns, found.repeated) == ({"name": 1, "grade": 3}, {})
    assert (set(found.how.values()), found.unknown) == ({"hand"}, ("姓名",))
    assert match(["甲", "乙"], ROLL, hand={0: "name", 1: "name"}).repeated == {"name": (0, 1)}


def test_what_the_office_chose_before_goes_before_the_names():
    found = match(["孩子", "姓名", "备注"], ROLL, remembered={"孩子": "name", "姓名": IGNORED, "备注": IGNORED})
    assert (found.columns, found.how, found.unknown) == ({"name": 0}, {"name": "remembered"}, ())
    assert match(["姓名"], ROLL, remembered={"姓名": "gone"}).how == {"name": "name"}


def test_choices_are_remembered_by_title_where_it_stands_there_once():
    given = ["孩子（必填）", "姓名", "姓名", "", "备注"]
    chosen = {0: "name", 1: "class_name", 3: "grade", 4: IGNORED, 9: "stage"}
    assert worth_remembering(given, chosen) == {"孩子": "name", "备注": IGNORED}


# -- the header's row ----------------------------------------------------------


@each_sheet
def test_rows_above_the_header_are_skipped(slug):
    above = [["德安县二〇二六年名册", "", ""], ["填报单位：", "", "2026年"], []]
    found = find_header([*above, titles(slug), row(slug)], DELIVERED[slug])
    assert (found.header_row, found.columns, found.titles) == (4, in_order(slug), tuple(titles(slug)))


def test_of_a_header_in_two_lines_the_second_counts_with_what_is_merged_over_both():
    upper = ["户编号", "户主信息", "", "学生信息", "", "户籍区划代码", "困难类型"]
    lower = ["", "户主姓名", "户主身份证号", "姓名", "身份证号", "", ""]
    found = find_header([["名册"], upper, lower, row("register")], REGISTER)
    assert (found.header_row, found.sound, len(found.columns)) == (3, True, 7)
    assert found.titles == ("户编号", "户主姓名", "户主身份证号", "姓名", "身份证号", "户籍区划代码", "困难类型")


def test_what_stands_under_another_person_is_that_persons():
    upper = ["户编号", "户主信息", "", "监护人", "", "成员信息", ""]
    lower = ["", "姓名", "身份证号", "姓名", "证件号码", "姓名", "身份证号"]
    found = find_header([upper, lower], REGISTER)
    assert found.titles[1:5] == ("户主姓名", "户主身份证号", "监护人姓名", "监护人证件号码")
    assert found.columns == {"household_no": 0, "head_name": 1, "head_id_number": 2, "name": 5, "id_number": 6}
    assert not {"name", "id_number"} & set(find_header([upper[:5], lower[:5]], REGISTER).columns)


def test_what_stands_under_a_title_of_the_whole_sheet_is_called_what_it_is():
    above = ["德安县新建档立卡户主名册", "", "联系人：", "王老师"]
    assert find_header([above, titles("register")], REGISTER).titles == tuple(titles("register"))


def test_the_first_line_is_not_the_header_where_the_second_has_more():
    upper = ["户编号", "姓名", "身份证号", "户籍区划代码", "困难类型", "户主", ""]
    lower = ["", "", "", "", "", "户主姓名", "户主身份证号"]
    found = find_header([upper, lower], REGISTER)
    assert (found.header_row, found.columns["head_name"], found.columns["head_id_number"]) == (2, 5, 6)


def test_rows_below_the_header_are_rows():
    again = [required("roll"), row("roll"), titles("roll"), []]
    assert find_header(again, ROLL).header_row == 1
    assert find_header([titles("roll"), [], row("roll")], ROLL).header_row == 1
    assert find_header([["x"]] * 20 + [titles("roll")], ROLL).missing
    assert find_header([], ROLL) is None


def test_where_columns_are_missing_the_row_that_has_most_is_told():
    found = find_header([["姓名"], ["备注", "姓名", "身份证号", 7.0, ErrorCell("#N/A")]], ROLL)
    assert (found.header_row, found.titles) == (2, ("备注", "姓名", "身份证号", "7", ""))
    assert [column.title for column in found.missing] == required("roll")[2:]


def test_the_row_may_be_chosen_and_columns_in_it():
    top = [["姓名"], ["孩子", "性别"]]
    found = header_at(top, 2, ROLL, hand={0: "name"}, remembered={"性别": IGNORED})
    assert (found.header_row, found.columns) == (2, {"name": 0})
