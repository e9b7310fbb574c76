"""Sheets that come as .xls: every kind of cell comes as what it is, and nothing that the reader blanks is lost."""

import datetime as dt
import struct
from contextlib import suppress
from pathlib import Path

import pytest

from aid.errors import BadSheet
from aid.imports import run_import
from aid.rules.cells import ErrorCell
from models import Region
from tests.aid.imports.odd_files import HEADER, SOUND, sheets_of, write
from tests.aid.imports.old_files import (
    ERRORS,
    Formula,
    compound,
    failed,
    opening,
    record,
    said,
    sheet,
    text,
    workbook,
    xls,
)

EMPTY_TEXT = Formula(struct.pack("<BBHHH", 3, 0, 0, 0, 0xFFFF))
TRUE = Formula(struct.pack("<BBBBHH", 1, 0, 1, 0, 0, 0xFFFF))
FIVE = Formula(struct.pack("<d", 5))
SHARED = record(0x00FC, struct.pack("<II", 2, 2), text("区划代码"), text("名称"))


def only_sheet(tmp_path: Path, content: bytes) -> list[list]:
    [rows] = sheets_of(tmp_path, content).values()
    return rows


def book(stream: bytes, **options) -> bytes:
    return compound({"Workbook": stream}, **options)


def shared(*texts: int) -> bytes:
    """A row of cells that hold the texts of these numbers."""
    return b"".join(record(0x00FD, struct.pack("<HHHI", 0, at, 0, number)) for at, number in enumerate(texts))


def test_an_old_workbook_goes_the_same_way_as_a_new_one(world, tmp_path):
    path = write(tmp_path / "file.xlsx", xls(["德安县行政区划"], HEADER, SOUND))
    assert run_import(world.actors["county"], "regions", path, file_name="名册.et").added == 1
    assert Region.get(Region.code == SOUND[0]).name == SOUND[1]


def test_every_kind_of_cell_of_an_old_workbook_comes_as_what_it_is(tmp_path):
    cells = ["姓名", "", 3.6042620100101e17, True, dt.date(2014, 1, 25), FIVE, said("甲乙"), TRUE, EMPTY_TEXT]
    assert only_sheet(tmp_path, xls(cells)) == [
        ["姓名", "", 3.6042620100101e17, True, dt.date(2014, 1, 25), 5.0, "甲乙", True, ""]
    ]


def test_texts_that_are_kept_once_for_all_cells_are_read(tmp_path):
    page = opening(0x0010) + shared(0, 1) + record(0x000A)
    assert only_sheet(tmp_path, book(workbook(page, more=SHARED))) == [["区划代码", "名称"]]


def test_dates_that_count_from_1904_are_the_days_they_show(tmp_path):
    content = xls([dt.date(2014, 1, 25)], more=record(0x0022, b"\1\0"))
    assert only_sheet(tmp_path, content) == [[dt.date(2018, 1, 26)]]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_value_of_an_old_workbook_is_told(error, tmp_path):
    assert only_sheet(tmp_path, xls(["x", ErrorCell(error), failed(error)])) == [
        ["x", ErrorCell(error), ErrorCell(error)]
    ]


def test_a_formula_whose_text_is_missing_is_told(tmp_path):
    assert only_sheet(tmp_path, xls(["x", said(""), said("y")])) == [["x", ErrorCell(""), "y"]]


def test_error_values_of_an_old_workbook_count_from_where_its_table_begins(tmp_path):
    page = sheet([["x", ErrorCell("#N/A")], [failed("#REF!"), "y"]], top=2, left=3)
    assert only_sheet(tmp_path, book(workbook(page)))[2:] == [["x", ErrorCell("#N/A")], [ErrorCell("#REF!"), "y"]]


def test_error_values_stay_on_their_own_sheet_and_hidden_sheets_stay_out(tmp_path):
    pages = [sheet([[ErrorCell("#N/A")]]), sheet([["藏"]]), sheet([["x"]]), sheet([["y"], [ErrorCell("#NUM!")]])]
    read = sheets_of(tmp_path, book(workbook(*pages, states=(1, 2))))
    assert read == {"表3": [["x"]], "表4": [["y"], [ErrorCell("#NUM!")]]}


def test_a_row_with_an_error_value_or_a_number_for_a_code_is_held_back(world, tmp_path):
    rows = [[360426104000.0, "甲", "乡镇"], ["360426103000", failed("#N/A"), "乡镇"], SOUND]
    path = write(tmp_path / "file.xls", xls(HEADER, *rows))
    report = run_import(world.actors["county"], "regions", path, file_name="file.xls")
    told = [(held.row, held.reason, held.column) for held in report.held_back]
    assert (report.added, told) == (1, [(2, "number_cell", "区划代码"), (3, "error_cell", "名称")])


# -- what is refused ---------------------------------------------------------------


PAGE = sheet([["x"]])
SOUND_BOOK = workbook(PAGE)
REFUSED = {  # a file, and a word of the sentence that refuses it
    "a password": (xls(["x"], more=record(0x002F, b"\1\0", bytes(50))), "密码"),
    "a new workbook with a password": (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "密码"),
    "a Word document": (compound({"WordDocument": b"x"}), "Word"),
    "something else": (compound({"Contents": b"x"}), "没有表格"),
    "Excel 95": (compound({"Book": workbook(PAGE, version=0x0500)}), "很旧"),
    "Excel 95 under the new name": (book(workbook(PAGE, version=0x0500)), "很旧"),
    "no workbook in the stream": (book(b"x" * 5000), "损坏"),
    "a stream that breaks off": (book(SOUND_BOOK[:-6]), "损坏"),
    "a sheet that is not there": (book(SOUND_BOOK[: -len(PAGE)]), "损坏"),
    "a file that breaks off": (xls(["x"])[:1500], "损坏"),
    "a column that .xls cannot have": (book(workbook(sheet([["x"]], left=60_000))), "损坏"),
    "text cut into pieces": (book(workbook(PAGE[:-4] + record(0x003C, b"\1x") + record(0x000A))), "长文字"),
    "text of a kind the reader leaves out": (
        book(workbook(PAGE[:-4] + record(0x00D6, bytes(6), text("x")) + record(0x000A))),
        "长文字",
    ),
    "a record at which the reader panics": (xls(["x"], more=record(0x0018)), "过于复杂"),
    "a text that is not kept": (book(workbook(opening(0x0010) + shared(0, 2) + record(0x000A), more=SHARED)), "损坏"),
    "no visible sheet": (book(workbook(PAGE, states=(1,))), "可见"),
}
LOOPS = {2: 2, 5: 3, 0: 0, 1: 1, 9: 2}  # a sector -> the sector that is said to follow it


@pytest.mark.parametrize("name", REFUSED)
def test_an_old_workbook_that_cannot_be_read_is_one_sentence(name, tmp_path):
    content, word = REFUSED[name]
    with pytest.raises(BadSheet, match=word) as refusal:
        sheets_of(tmp_path, content)
    assert len(str(refusal.value)) < 100


@pytest.mark.parametrize("sector", LOOPS)
def test_sectors_that_go_round_in_circles_end_in_rows_or_in_a_sentence(sector, tmp_path):
    content = book(SOUND_BOOK, chain={sector: LOOPS[sector]})
    with suppress(BadSheet):
        assert only_sheet(tmp_path, content) == [["x"]]
