"""Cells: every rule of reading, every refusal, and that nothing a sheet can hold raises anything but Fault."""

import datetime as dt
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.rules import cells, id_numbers
from aid.rules.cells import ErrorCell, Fault

TODAY = dt.date(2026, 9, 1)
YESNO = {"是": "yes", "否": "no"}
READERS = {
    "text": partial(cells.text, longest=20),
    "identifier": partial(cells.identifier, longest=20),
    "words": partial(cells.words, longest=20),
    "code": cells.code,
    "year": cells.year,
    "date": partial(cells.date, today=TODAY),
    "month": cells.month,
    "yes_or_no": cells.yes_or_no,
    "one_of": partial(cells.one_of, labels=YESNO),
    "id_number": partial(id_numbers.read, today=TODAY),
}
REASONS = {"error_cell", "number_cell", "malformed", "unknown", "check_digit", "birth_date"}
AS_TYPED = st.text(st.sampled_from("0123456789０１２３Xｘx　 \t\u00a0年月日-/.是否德安县ａＢ"), max_size=30)
FILLED = st.one_of(
    st.text(max_size=60),
    AS_TYPED,
    st.from_regex(r"[12][0-9]{3}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{0,2}日?", fullmatch=True),
    st.floats(),
    st.integers().map(float),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(ErrorCell, st.sampled_from(["", "#N/A", "错误值"])),
)
each_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)


def reason_of(read, cell) -> str:
    with pytest.raises(Fault) as fault:
        read(cell)
    assert str(fault.value)
    return fault.value.reason


# -- what holds for every reader -----------------------------------------------


@each_reader
@given(cell=FILLED)
def test_whatever_a_cell_holds_is_read_or_refused_with_a_reason_and_a_sentence(read, cell):
    try:
        reason, found = "", read(cell)
    except Fault as fault:
        reason, found = fault.reason, str(fault)
    assert reason in REASONS | {""}
    assert found != "" or cells.is_empty(cell)


@each_reader
@pytest.mark.parametrize("cell", [ErrorCell("#REF!"), ErrorCell(""), *sorted(cells.ERRORS)])
def test_an_error_value_is_told_never_blanked(read, cell):
    assert reason_of(read, cell) == "error_cell"


def test_an_error_value_is_named_and_a_formula_without_result_is_called_that():
    with pytest.raises(Fault, match="#REF!"):
        cells.text(ErrorCell("#REF!"), longest=9)
    with pytest.raises(Fault, match="公式"):
        cells.text(ErrorCell(""), longest=9)


@each_reader
@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\n", "\u200b", "\u202e", "\ufeff", "\ufffe", "\ud800", "\x85"])
def test_a_control_character_inside_is_refused(read, unseen):
    if read is READERS["identifier"] and unseen in "\u200b\u202e\ufeff":
        assert read(f"{unseen}12{unseen}") == "12"
    else:
        assert reason_of(read, f"王{unseen}芳") == "malformed"


# -- tidy and is_empty ---------------------------------------------------------


def test_tidy_makes_half_width_and_drops_every_white_space():
    assert tuple(map(cells.tidy, ("３６０４ 26　ｘ", "姓\u3000名\u00a0", "a\t\r\nb", "（已更新）"))) == (
        *("360426x", "姓名", "ab", "(已更新)"),
    )


@given(AS_TYPED)
def test_tidy_is_idempotent(typed):
    assert cells.tidy(cells.tidy(typed)) == cells.tidy(typed)


@given(st.text(st.sampled_from(cells.SPACES)), st.text(st.sampled_from(cells.SPACES)))
def test_white_space_around_changes_no_text_and_alone_is_empty(before, after):
    assert cells.text(f"{before}王 芳{after}", longest=3) == "王 芳"
    assert cells.is_empty(before)


@pytest.mark.parametrize("cell", ["0", "-", 0.0, False, dt.date(2014, 1, 1), ErrorCell("")])
def test_a_cell_that_holds_anything_is_not_empty(cell):
    assert not cells.is_empty(cell)


# -- text, identifier, words, code ---------------------------------------------


@pytest.mark.parametrize("name", ["𠮷田", "阿依古丽·买买提", "龘𪚥", "O'Neil", "007"])
def test_text_is_kept_as_it_is(name):
    assert [READERS[kind](name) for kind in ("text", "identifier", "words")] == [name] * 3


def test_text_may_be_as_long_as_its_column_and_no_longer():
    assert cells.text("𠮷" * 5, longest=5) == "𠮷" * 5
    with pytest.raises(Fault, match="有 6 个字，最多 5 个字"):
        cells.text("𠮷" * 6, longest=5)


@given(st.integers(1 - cells.EXACT, cells.EXACT - 1))
def test_a_whole_number_in_a_text_column_is_its_digits(number):
    assert cells.text(float(number), longest=20) == str(number)


@pytest.mark.parametrize("number", [1e15, -1e15, 3.60426201112126e17, float("inf")])
def test_a_number_that_has_lost_digits_is_never_written_out(number):
    assert reason_of(READERS["text"], number) == "number_cell"


@pytest.mark.parametrize("cell", [1.5, float("nan"), True, TODAY, dt.time(8), dt.timedelta(1)])
def test_text_is_not_made_of_fractions_booleans_or_dates(cell):
    assert reason_of(READERS["text"], cell) == "malformed"


@pytest.mark.parametrize("kind", ["identifier", "code", "id_number"])
@given(number=st.one_of(st.floats(), st.integers()))
def test_an_identifier_never_comes_from_a_number(kind, number):
    assert reason_of(READERS[kind], number) == "number_cell"


@pytest.mark.parametrize("cell", [3.0, True, TODAY])
def test_a_name_is_never_a_number(cell):
    assert reason_of(READERS["words"], cell) == "malformed"


@pytest.mark.parametrize("typed", ["360426100200", " ３６０４２６ 100200　"])
def test_a_code_is_twelve_digits_however_wide(typed):
    assert cells.code(typed) == "360426100200"


@pytest.mark.parametrize("typed", ["36042610020", "3604261002001", "060426100200", "36042610020A", "٣٦٠٤٢٦١٠٠٢٠٠", "-"])
def test_what_is_no_code_is_refused(typed):
    assert reason_of(cells.code, typed) == "malformed"


# -- years, months, dates ------------------------------------------------------


@given(st.integers(cells.EARLIEST_YEAR, cells.LATEST_YEAR))
def test_a_year_is_read_as_number_and_as_text(year):
    written = (f"{year}{rest}" for rest in ("", " 年", "年度", "-12", "年12月", "1231", ".12.31 00:00:00"))
    days = dt.date(year, 12, 31), dt.datetime(year, 1, 1)
    assert {cells.year(cell) for cell in (float(year), *written, *days)} == {year}


@pytest.mark.parametrize("cell", ["1899", "2101", 14.0, "14年", "2014-13", 2014.5, "31.12.2014", "二〇一四年", "٢٠١٤"])
def test_what_is_no_year_is_refused(cell):
    assert reason_of(cells.year, cell) == "malformed"


@given(st.dates(dt.date(1900, 1, 1), TODAY))
def test_a_date_is_read_in_every_way_it_is_written(day):
    year, month, number = day.year, day.month, day.day
    written = (
        *(day, dt.datetime(year, month, number, 8), float(f"{day:%Y%m%d}"), f"{day:%Y%m%d}", day.isoformat()),
        *(f"{year}/{month}/{number}", f"{year}.{month:02}.{number:02}", f"{year} 年 {month} 月 {number} 日"),
        *(f"{day} 00:00:00", f"{year}/{month}/{number} 0:00", f"{day}T08:30:00.000", f"{year}年{month}月{number}号"),
    )
    assert {cells.date(cell, today=TODAY) for cell in written} == {day}


@pytest.mark.parametrize(
    "cell",
    [
        *("2014-02-29", "2014-13-01", "2014-00-10", "2014-1", "14-01-25", "2014-1/25", "25.1.2014", "2014125"),
        *("0000-01-01", "1899-12-31", "2026-09-02", dt.date(2026, 9, 2), dt.date(1899, 12, 31), 41664.0, True, "不详"),
        "٢٠١٤-٠١-٢٥",
    ],
)
def test_what_is_no_past_date_is_refused(cell):
    assert reason_of(READERS["date"], cell) == "malformed"


@pytest.mark.parametrize("cell", [42075.0, 41664.0])
def test_a_number_where_a_date_belongs_is_called_one(cell):
    with pytest.raises(Fault, match=f"是数字 {cell:.0f}，可能是没有设成日期格式的日期"):
        READERS["date"](cell)


@pytest.mark.parametrize("cell", ["2014-01-25T16:00:00Z", "2014-01-25 25:00", "2014-01-2500:00", "12:00"])
def test_a_time_that_may_be_of_another_day_is_none(cell):
    assert reason_of(READERS["date"], cell) == "malformed"


def test_today_is_a_date_and_tomorrow_is_not():
    assert cells.date("2026-09-01", today=TODAY) == TODAY
    assert reason_of(READERS["date"], "2026-09-02") == "malformed"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_a_month_is_read_in_every_way_it_is_written(day):
    year, month = day.year, day.month
    written = (
        *(
            day,
            dt.datetime(year, month, 1),
            float(f"{day:%Y%m}"),
            f"{day:%Y%m}",
            f"{year}-{month}",
            f"{year}/{month:02}",
        ),
        *(f"{year}.{month}", f"{year}年{month}月", f"{year}年{month}月1日", f"{day} 00:00:00", f"{day:%Y%m%d}"),
    )
    assert {cells.month(cell) for cell in written} == {f"{day:%Y%m}"}


@pytest.mark.parametrize(
    "cell", ["201713", "201700", "2017", "17-09", "2017年", "20179", "2017-09-31", 2017.0, "189912", dt.date(999, 9, 1)]
)
def test_what_is_no_month_is_refused(cell):
    assert reason_of(cells.month, cell) == "malformed"


# -- closed lists --------------------------------------------------------------


def test_yes_and_no_and_nothing_else():
    assert [cells.yes_or_no(cell) for cell in ("是", " 否 ", True, False, "TRUE", "√")] == [
        *(True, False, True, False, True, True)
    ]
    assert {reason_of(cells.yes_or_no, cell) for cell in ("Y", "1", 1.0, "住校")} == {"malformed"}
    assert cells.yes_or_no("住校", also={"住校": True})


def test_a_cell_merged_with_one_above_is_told_by_every_reader():
    assert {reason_of(read, cells.MergedCell()) for read in READERS.values()} == {"malformed"}
    assert not cells.is_empty(cells.MergedCell())


def test_a_label_is_known_however_wide_and_an_unknown_one_told_with_the_list():
    labels = {"低保": "low_income", "A类": "a"}
    assert [cells.one_of(cell, labels=labels) for cell in ("低 保", "Ａ类")] == ["low_income", "a"]
    with pytest.raises(Fault, match="不认识“富裕”，应为：低保、A类") as fault:
        cells.one_of("富裕", labels=labels)
    assert fault.value.reason == "unknown"


@given(st.text(min_size=1))
def test_only_a_label_of_the_list_is_ever_read(typed):
    try:
        assert cells.one_of(typed, labels=YESNO) == YESNO[cells.tidy(typed)]
    except Fault:
        assert cells.tidy(typed) not in YESNO


# -- numbers with decimals -----------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 120_000),
        ("1,234.5", 12_345_000),
        ("－0.25", -2_500),
        (0.1 + 0.2, 3_000),
        (12.0, 120_000),
        ("1.50000", 15_000),
    ],
)
def test_a_number_is_read_exactly(cell, value):
    assert cells.decimal(cell) == value


@pytest.mark.parametrize("cell", ["", "1,23", "1.2.3", "一百", "1e3", ".5", "5.", "1.23456", "1234567890", True])
def test_what_is_no_number_is_told(cell):
    with pytest.raises(cells.Fault):
        cells.decimal(cell)
