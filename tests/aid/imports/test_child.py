"""What the reader's own process finds in a file that another reader would take differently, and how it dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aid.errors import BadSheet
from aid.imports import reader, run_import
from aid.imports.reader import CHILD, read_sheets
from aid.rules.cells import Cell, ErrorCell
from tests.aid.imports.odd_files import (
    MAIN,
    OFFICE,
    SHEET,
    SOUND,
    charted,
    good,
    inline,
    line,
    moved,
    packed,
    parts,
    with_sheet,
    worksheet,
    write,
    wrong,
)
from tests.source import ROOT, sources

FAULTY = f'<row r="1">{wrong("A1")}{inline("B1", "x")}</row>'
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
DURATIONS = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="[h]:mm"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
)
PARENT = """
import sys
from pathlib import Path
from aid.imports.reader import read_sheets
sheets = read_sheets(Path(sys.argv[1]))
_, rows = next(sheets)
next(rows)
print("reading", flush=True)
sys.stdin.read()
"""


def sheets_of(path: Path) -> dict[str, list[list[Cell]]]:
    return {name: list(rows) for name, rows in read_sheets(path)}


def only_sheet(tmp_path: Path, content: bytes) -> list[list[Cell]]:
    [rows] = sheets_of(write(tmp_path / "file.xlsx", content)).values()
    return rows


# -- error cells: the reader itself gives them out as empty ----------------------


WAYS = {  # that a workbook may write one
    "spaces": FAULTY.replace('t="e"', "t = 'e'"),
    "formula": FAULTY.replace("<v>", "<f>VLOOKUP(A2,&lt;B2&gt;,3)</f><v>"),
    "shared formula": FAULTY.replace("<v>", '<f t="shared" si="0"/><v>'),
    "kept space": FAULTY.replace("<v>", '<v xml:space="preserve">'),
    "long tag": FAULTY.replace('t="e"', f'also="{"x" * 2000}" t="e"'),
}
PLACES = {  # that its sheet may lie at
    "from the root": ("xl/worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml"),
    "another folder": ("xl/tables/one.xml", "tables/one.xml"),
    "another root": ("sheets/one.xml", "/sheets/one.xml"),
    "another case": ("xl/Worksheets/Sheet1.xml", "worksheets/sheet1.xml"),
    "another ending": ("xl/worksheets/sheet1.XML", "worksheets/sheet1.XML"),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_error_cell_is_found_however_it_is_written(way, tmp_path):
    [cells] = only_sheet(tmp_path, with_sheet(WAYS[way]))
    assert cells[:2] == [ErrorCell("#N/A"), "x"]


@pytest.mark.parametrize("place", PLACES)
def test_an_error_cell_is_found_wherever_its_sheet_lies(place, tmp_path):
    assert only_sheet(tmp_path, packed(moved(*PLACES[place], worksheet(FAULTY)))) == [[ErrorCell("#N/A"), "x"]]


@pytest.mark.parametrize("target", ["./worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml"])
def test_an_error_cell_that_cannot_be_placed_refuses_the_file(target, tmp_path):
    with pytest.raises(BadSheet, match="错误值"):
        only_sheet(tmp_path, packed(moved(SHEET, target, worksheet(FAULTY))))


def test_error_cells_are_found_in_a_workbook_of_the_strict_kind(tmp_path):
    strict = {name: words.replace(OFFICE, STRICT) for name, words in parts(worksheet(FAULTY)).items()}
    assert only_sheet(tmp_path, packed(strict)) == [[ErrorCell("#N/A"), "x"]]


def test_an_error_cell_is_found_where_the_file_is_cut_into_pieces(tmp_path):
    start = worksheet().index("</sheetData>") + len("<!---->")
    for before in range(0, 60, 4):
        sheet = worksheet(f"<!--{'x' * (2**20 - start - before)}-->", FAULTY)
        assert only_sheet(tmp_path, packed(parts(sheet), kind=0)) == [[ErrorCell("#N/A"), "x"]], before


def test_error_cells_count_from_where_the_table_begins(tmp_path):
    rows = [f'<row r="3">{inline("C3", "x")}{wrong("D3")}</row>']
    assert only_sheet(tmp_path, with_sheet(*rows)) == [["", ""], ["", ""], ["x", ErrorCell("#N/A")]]


# -- other cells and sheets -----------------------------------------------------


@pytest.mark.parametrize("days", ["1000.5", "0.5", "-1", "99999999"])
def test_a_length_of_time_is_text(days, tmp_path):
    row = f'<row r="1"><c r="A1" s="1"><v>{days}</v></c></row>'
    [[cell]] = only_sheet(tmp_path, packed(parts(worksheet(row)) | {"xl/styles.xml": DURATIONS}))
    assert isinstance(cell, str)
    assert cell.endswith(":00")


def test_a_chart_before_the_sheet_is_passed_over(tmp_path):
    content = packed(charted(good()[SHEET]))
    assert list(sheets_of(write(tmp_path / "file.xlsx", content))) == ["表2"]


FAR = worksheet(line(1, "近"), f'<row r="1048576">{inline("XFD1048576", "远")}</row>')
LONG = worksheet(f'<row r="1048576">{inline("A1048576", "远")}</row>')


@pytest.mark.parametrize("later", [FAR, LONG])
def test_a_sheet_after_the_table_is_not_looked_at(later, world, tmp_path):
    path = write(tmp_path / "file.xlsx", packed(parts(good()[SHEET], later)))
    assert run_import(world.actors["county"], "regions", path, file_name="file.xlsx").added == 1


@pytest.mark.parametrize(("later", "word"), [(FAR, "过于复杂"), (LONG, "200,000 行")])
def test_a_sheet_after_a_cover_is_refused_for_what_it_is(later, word, world, tmp_path):
    path = write(tmp_path / "file.xlsx", packed(parts(worksheet(line(1, "填表说明")), later)))
    with pytest.raises(BadSheet, match=word):
        run_import(world.actors["county"], "regions", path, file_name="file.xlsx")


def test_an_empty_sheet_before_the_table_is_passed_over(world, tmp_path):
    path = write(tmp_path / "file.xlsx", packed(parts(worksheet(), good()[SHEET])))
    assert run_import(world.actors["county"], "regions", path, file_name="file.xlsx").added == 1


def test_a_text_that_stands_in_every_row_is_not_multiplied(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 8001))
    strings = f'<sst xmlns="{MAIN}"><si><t>{"好" * 10_000}</t></si></sst>'
    content = packed(parts(worksheet(rows)) | {"xl/sharedStrings.xml": strings})
    assert len(content) < 2**18
    with pytest.raises(BadSheet, match="过大"):
        only_sheet(tmp_path, content)


def test_the_reader_knows_nothing_of_the_panel():
    own = {path.stem for path in CHILD.glob("*.py")}
    modules = [source for source in sources("aid") if source.name.startswith("aid/imports/child/")]
    known = {module.partition(".")[0] for source in modules for module in source.imported()}
    assert known - own - sys.stdlib_module_names == {"python_calamine", "olefile"}


# -- its end ----------------------------------------------------------------------


def wide_sheet(tmp_path: Path, first: str = "") -> Path:
    """One whose rows are many bytes to a character, and far more of them than fit into a pipe."""
    rows = (line(n, first, "好" * 300) for n in range(1, 8000))
    return write(tmp_path / "wide.xlsx", with_sheet(*rows))


def child_of(parent: int) -> int:
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            words, command = status.read_text(), status.with_name("cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        if f"PPid:\t{parent}\n" in words and CHILD.name.encode() in command:
            return int(status.parent.name)
    raise AssertionError("no reader is running")


def ended(process: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("first", ["", "1", "12"])
def test_a_reader_that_is_killed_in_the_middle_of_a_character_is_a_sentence(first, tmp_path):
    sheets = read_sheets(wide_sheet(tmp_path, first))
    _, rows = next(sheets)
    next(rows)
    time.sleep(0.3)  # the pipe is full then, wherever that falls
    os.kill(child_of(os.getpid()), signal.SIGKILL)
    with pytest.raises(BadSheet, match="过于复杂"):
        list(rows)


def test_a_reader_does_not_outlive_its_server(tmp_path):
    command = [sys.executable, "-c", PARENT, str(wide_sheet(tmp_path))]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **streams) as parent:
        assert parent.stdout.readline() == b"reading\n"
        child = child_of(parent.pid)
        os.kill(child, signal.SIGSTOP)  # so that it is not the closed pipe it dies of
        parent.kill()
    by = time.monotonic() + 5
    while not ended(child) and time.monotonic() < by:
        time.sleep(0.05)
    assert ended(child)


def test_a_refusal_of_one_file_leaves_the_place_for_the_next(tmp_path):
    bad, sound = write(tmp_path / "bad.xlsx", with_sheet("<row")), write(tmp_path / "good.xlsx", packed(good()))
    for _ in range(reader.AT_ONCE + 1):
        with pytest.raises(BadSheet):
            sheets_of(bad)
    assert sheets_of(sound)["表1"][1] == list(SOUND)
