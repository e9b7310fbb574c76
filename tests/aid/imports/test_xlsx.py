"""What an .xlsx of an office may hold beside plain cells: each is read as Excel shows it, or told."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from aid.imports import run_import
from aid.rules.cells import ErrorCell
from models import Region
from tests.aid.imports.odd_files import (
    HEADER,
    MAIN,
    SOUND,
    inline,
    line,
    packed,
    parts,
    sheets_of,
    with_sheet,
    worksheet,
    write,
)

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="49" quotePrefix="1"/></cellXfs></styleSheet>'
)
DATE = '<row r="1"><c r="A1" s="1"><v>41664</v></c></row>'
NO_RESULT = {  # ways to write a formula that nobody has calculated
    "no value": '<c r="A1"><f>B1&amp;"x"</f></c>',
    "an empty value": "<c r='A1'><f>B1</f><v></v></c>",
    "a closed value": '<c r="A1" s="1"><f>B1</f><v/></c>',
    "a text without value": '<c r="A1" t="str"><f>B1</f></c>',
    "shared": '<c r="A1"><f t="shared" si="0"/></c>',
    "with a prefix": '<x:c r="A1"><x:f>B1</x:f></x:c>',
    "on several lines": '<c r="A1">\n  <f>B1</f>\n  <v />\n</c>',
    "long": f'<c r="A1"><f>{"B1+" * 2700}1</f></c>',
}


def rows_of(tmp_path: Path, content: bytes) -> list[list]:
    [rows] = sheets_of(tmp_path, content).values()
    return rows


# -- formulas ------------------------------------------------------------------------


@pytest.mark.parametrize("way", NO_RESULT)
def test_a_formula_without_a_result_is_told(way, tmp_path):
    row = f'<row r="1" xmlns:x="{MAIN}">{NO_RESULT[way]}{inline("B1", "x")}</row>'
    assert rows_of(tmp_path, with_sheet(row)) == [[ErrorCell(""), "x"]]


def test_a_formula_is_what_it_came_to(tmp_path):
    cells = (
        '<c r="A1" t="str"><f>B1</f><v>吴山镇</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="b"><f>A1=B1</f><v>1</v></c><c r="D1" t="str"><f>""</f><v></v></c>'
    )
    assert rows_of(tmp_path, with_sheet(f'<row r="1">{cells}</row>')) == [["吴山镇", 2.0, True, ""]]


def test_formulas_without_results_around_the_table_keep_their_places(tmp_path):
    rows = [
        f'<row r="2"><c r="A2"><f>B2</f></c>{inline("C2", "x")}<c r="E2"><f>B2</f></c></row>',
        '<row r="4"><c r="C4"><f>B2</f></c></row>',
    ]
    error = ErrorCell("")
    read = rows_of(tmp_path, with_sheet(*rows))
    assert [row[:5] for row in read[1:]] == [[error, "", "x", "", error], read[2], ["", "", error]]
    assert not any(read[0] + read[2])


def test_a_workbook_that_a_program_made_without_calculating_is_told_by_row(world, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([SOUND[0], '="吴山"&"镇"', SOUND[2]])
    book.save(tmp_path / "file.xlsx")
    report = run_import(world.actors["county"], "regions", tmp_path / "file.xlsx", file_name="file.xlsx")
    assert [(held.row, held.reason, held.column) for held in report.held_back] == [(2, "error_cell", "名称")]


# -- dates, texts and places ---------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "day"), [("", dt.date(2014, 1, 25)), ("<workbookPr date1904='1'/>", dt.date(2018, 1, 26))]
)
def test_a_date_is_the_day_it_shows_whichever_year_it_counts_from(setting, day, tmp_path):
    members = parts(worksheet(DATE)) | {"xl/styles.xml": STYLES}
    book = members["xl/workbook.xml"].replace("<sheets>", f"{setting}<sheets>")
    assert rows_of(tmp_path, packed(members | {"xl/workbook.xml": book})) == [[day]]


def test_a_date_written_as_text_of_the_standard_is_a_date(tmp_path):
    row = '<row r="1"><c r="A1" t="d"><v>2014-01-25T00:00:00</v></c></row>'
    assert rows_of(tmp_path, with_sheet(row)) == [[dt.date(2014, 1, 25)]]


def test_styles_that_nobody_knows_lose_no_cell(tmp_path):
    styles = STYLES.replace('numFmtId="14"', 'numFmtId="9999" nobody="knows"').replace(
        "<cellXfs", '<fills count="-1"/><cellXfs'
    )
    read = rows_of(tmp_path, packed(parts(worksheet(DATE, line(2, "x"))) | {"xl/styles.xml": styles}))
    assert read == [[41664.0], ["x"]]


def test_an_apostrophe_that_marks_text_is_no_part_of_it(tmp_path):
    marked = inline("A1", "00123").replace("<c ", '<c s="2" ')
    row = f'<row r="1">{marked}</row>'
    assert rows_of(tmp_path, packed(parts(worksheet(row)) | {"xl/styles.xml": STYLES})) == [["00123"]]


def test_a_text_of_several_parts_is_read_without_how_it_is_spoken(tmp_path):
    spoken = '<rPh sb="0" eb="1"><t>wu</t></rPh><phoneticPr fontId="1"/>'
    strings = f'<sst xmlns="{MAIN}"><si><r><t>吴</t></r><r><rPr><b/></rPr><t>山镇</t></r>{spoken}</si></sst>'
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert rows_of(tmp_path, packed(parts(worksheet(row)) | {"xl/sharedStrings.xml": strings})) == [["吴山镇"]]


def test_hidden_rows_are_rows_and_empty_ones_keep_their_numbers(tmp_path):
    rows = [line(1, "a"), line(4, "b").replace("<row ", '<row hidden="1" '), line(6, "c")]
    assert rows_of(tmp_path, with_sheet(*rows)) == [["a"], [""], [""], ["b"], [""], ["c"]]


def test_hidden_sheets_stay_out(tmp_path):
    pages = [worksheet(line(1, words)) for words in ("藏", "很藏", "见")]
    content = packed(parts(*pages, states=("hidden", "veryHidden")))
    assert sheets_of(tmp_path, content) == {"表3": [["见"]]}


def test_a_hundred_columns_too_many_are_left_out_and_told(world, tmp_path):
    book = openpyxl.Workbook()
    book.active.append([f"多余{number}" for number in range(100)] + list(HEADER))
    book.active.append([""] * 100 + ["３６０４２６１０２０００", *SOUND[1:]])
    book.save(tmp_path / "file.xlsx")
    report = run_import(world.actors["county"], "regions", tmp_path / "file.xlsx", file_name="file.xlsx")
    assert (report.added, len(report.warnings)) == (1, 1)
    assert "多余99" in report.warnings[0]
    assert Region.get(Region.code == SOUND[0]).name == SOUND[1]


def test_the_name_of_a_file_says_nothing_of_what_it_is(world, tmp_path):
    for name in ("file.xls", "file.csv", "file.ods", "file"):
        path = write(tmp_path / name, with_sheet(line(1, *HEADER), line(2, *SOUND)))
        assert run_import(world.actors["county"], "regions", path, file_name=name).rows == 1
