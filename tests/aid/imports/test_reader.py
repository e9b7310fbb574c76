"""Whatever a file does, it does in a process of its own: one sentence, nothing changed, and the next file is read."""

import os
import resource
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aid.errors import BadSheet
from aid.imports import reader, run_import
from aid.imports.reader import CHILD, read_sheets
from aid.rules.cells import ErrorCell
from models import Change, Operation, Region
from tests.aid.imports.odd_files import (
    HEADER,
    LAUGHS,
    MAIN,
    REFUSED,
    SHEET,
    SOUND,
    good,
    inline,
    line,
    packed,
    parts,
    with_sheet,
    worksheet,
    write,
)
from tests.aid.imports.sheets import stored


def cells_of(path: Path) -> list[list]:
    return [cells for _, rows in read_sheets(path) for cells in rows]


def children() -> list[int]:
    """The reader processes that are alive under this one."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            words, command = status.read_text(), status.with_name("cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            continue
        if f"PPid:\t{os.getpid()}\n" in words and CHILD.name.encode() in command:
            found.append(int(status.parent.name))
    return found


# -- what is refused -----------------------------------------------------------


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_what_it_says_is_one_sentence_and_changes_nothing(name, world, tmp_path):
    made, word = REFUSED[name]
    county, before = world.actors["county"], (stored(), Operation.select().count(), Change.select().count())
    path = write(tmp_path / "file.xlsx", made())
    with pytest.raises(BadSheet, match=word) as refusal:
        run_import(county, "regions", path, file_name="file.xlsx")
    assert "\n" not in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)
    assert len(str(refusal.value)) < 100
    assert (stored(), Operation.select().count(), Change.select().count()) == before
    assert not children()
    assert run_import(county, "regions", write(path, packed(good())), file_name="good.xlsx").added == 1


def test_a_file_that_is_too_big_is_not_opened(tmp_path):
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(21 * 2**20)
    with pytest.raises(BadSheet, match="20 MB"):
        cells_of(path)


def test_more_rows_than_any_roll_has_are_refused(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 200_002))
    with pytest.raises(BadSheet, match="200,000 行"):
        cells_of(write(tmp_path / "long.xlsx", with_sheet(rows)))


def test_entities_stay_refused_wherever_in_the_file_they_are_defined(tmp_path):
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/app.xml"):
        words = f"<!doctype x [{LAUGHS}]><x/>"
        with pytest.raises(BadSheet, match="不允许"):
            cells_of(write(tmp_path / "file.xlsx", packed(good() | {name: words})))


# -- what is lawful, however odd -----------------------------------------------


ODD = {
    "no shared strings": good(),
    "unknown style": good() | {SHEET: good()[SHEET].replace(' t="inlineStr"', ' s="999" t="inlineStr"')},
    "wrong dimension": good() | {SHEET: good()[SHEET].replace("<sheetData>", '<dimension ref="A1:XFD9"/><sheetData>')},
    "first sheet hidden": parts(worksheet(line(1, "旧")), good()[SHEET], states=("hidden",)),
    "first sheet very hidden": parts(worksheet(line(1, "旧")), good()[SHEET], states=("veryHidden",)),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_but_lawful_file_is_read(name, tmp_path):
    assert cells_of(write(tmp_path / "odd.xlsx", packed(ODD[name]))) == [list(HEADER), list(SOUND)]


def test_a_sheet_in_a_namespace_of_its_own_prefix_keeps_its_error_cells(tmp_path):
    rows = '<x:row r="1"><x:c r="A1" t="e"><x:v>#DIV/0!</x:v></x:c></x:row>'
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    assert cells_of(write(tmp_path / "odd.xlsx", packed(parts(sheet)))) == [[ErrorCell("#DIV/0!")]]


def test_a_sheet_that_is_mostly_empty_is_read(tmp_path):
    wide = f'<row r="20000">{inline("SF20000", "末")}</row>'
    rows = cells_of(write(tmp_path / "sparse.xlsx", with_sheet(line(1, *HEADER), wide)))
    assert (len(rows), rows[0][:3], rows[-1][-1]) == (20_000, list(HEADER), "末")


def test_every_kind_of_cell_comes_as_what_it_is(tmp_path):
    cells = (
        '<c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><f>VLOOKUP(1,2,3)</f><v>#REF!</v></c>'
        '<c r="C1"><v>3.6042620100101E+17</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="str"><f>A1</f></c>'
        '<c r="F1" t="inlineStr"><is><t>a_x0000_b</t></is></c>'
    )
    [row] = cells_of(write(tmp_path / "kinds.xlsx", with_sheet(f'<row r="1">{cells}</row>')))
    assert row == [ErrorCell("#N/A"), ErrorCell("#REF!"), 3.6042620100101e17, True, ErrorCell(""), "a\0b"]


def test_cells_that_cannot_be_taken_are_held_back_not_blanked(world, tmp_path):
    rows = [
        *(f'<row r="2"><c r="A2"><v>360426102000</v></c>{inline("B2", "吴山镇")}{inline("C2", "乡镇")}</row>',),
        f'<row r="3">{inline("A3", "360426103000")}<c r="B3" t="e"><v>#N/A</v></c>{inline("C3", "乡镇")}</row>',
        line(4, "360426104000", "吴_x0000_山", "乡镇"),
        f'<row r="5">{inline("A5", "360426105000")}<c r="B5" t="str"><f>A1</f></c>{inline("C5", "乡镇")}</row>',
        line(6, *SOUND),
    ]
    path = write(tmp_path / "file.xlsx", with_sheet(line(1, *HEADER), *rows))
    report = run_import(world.actors["county"], "regions", path, file_name="file.xlsx")
    told = [(held.row, held.reason, held.column) for held in report.held_back]
    assert told == [
        *(
            (2, "number_cell", "区划代码"),
            (3, "error_cell", "名称"),
            (4, "malformed", "名称"),
            (5, "error_cell", "名称"),
        )
    ]
    assert "#N/A" in report.held_back[1].message
    assert "没有计算结果的公式" in report.held_back[3].message
    assert Region.select().where(Region.code == SOUND[0]).count() == report.added == 1


def test_a_cover_sheet_before_the_table_is_passed_over_and_told(world, tmp_path):
    path = write(tmp_path / "cover.xlsx", packed(parts(worksheet(line(1, "填表说明")), good()[SHEET])))
    report = run_import(world.actors["county"], "regions", path, file_name="cover.xlsx")
    assert (report.added, report.warnings) == (1, ["前面的工作表没有表头，读的是工作表“表2”"])
    assert not children()


def test_error_cells_of_a_later_sheet_are_not_laid_on_the_first(tmp_path):
    second = worksheet('<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>')
    path = write(tmp_path / "two.xlsx", packed(parts(good()[SHEET], second)))
    sheets = [(name, list(rows)) for name, rows in read_sheets(path)]
    assert sheets == [("表1", [list(HEADER), list(SOUND)]), ("表2", [[ErrorCell("#N/A")]])]


# -- the process it happens in -------------------------------------------------


def long_sheet(tmp_path: Path) -> Path:
    return write(tmp_path / "long.xlsx", with_sheet(*(line(n, *SOUND) for n in range(1, 60_000))))


def test_a_reader_that_is_killed_is_a_sentence(tmp_path):
    sheets = read_sheets(long_sheet(tmp_path))
    _, rows = next(sheets)
    next(rows)
    [child] = children()
    os.kill(child, signal.SIGKILL)
    with pytest.raises(BadSheet, match="过于复杂"):
        list(rows)
    assert not children()


def test_a_reader_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "WALL_SECONDS", 0.05)
    with pytest.raises(BadSheet, match="过于复杂"):
        cells_of(long_sheet(tmp_path))
    assert not children()


def test_whoever_stops_reading_ends_the_reader(tmp_path):
    sheets = read_sheets(long_sheet(tmp_path))
    next(sheets)
    assert len(children()) == 1
    sheets.close()
    assert not children()


def test_only_so_many_files_are_read_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "PATIENCE", 0.05)
    path = long_sheet(tmp_path)
    readers = [read_sheets(path) for _ in range(reader.AT_ONCE)]
    for sheets in readers:
        next(sheets)
    with pytest.raises(BadSheet, match="稍候"):
        next(read_sheets(path))
    for sheets in readers:
        sheets.close()
    assert next(read_sheets(path))


def limited(words: str) -> subprocess.CompletedProcess:
    """What a process under the reader's limits does."""
    script = f"import runpy, sys; child = runpy.run_path({str(CHILD)!r}); child['_limit'](); {words}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)


def test_the_reader_can_write_no_file(tmp_path):
    told = limited(f"file = open({str(tmp_path / 'out')!r}, 'w'); file.write('x'); file.flush()")
    assert told.returncode != 0
    assert not (tmp_path / "out").read_text()


def test_the_reader_can_take_no_more_memory_than_it_is_given():
    assert "MemoryError" in limited("bytes(1100 * 2**20)").stderr


def test_the_reader_can_take_no_more_time_than_it_is_given():
    told = limited("import resource; print(resource.getrlimit(resource.RLIMIT_CPU), resource.RLIM_INFINITY)")
    assert told.stdout.startswith("(60, 60)")
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY


def test_the_reader_is_a_script_that_says_nothing_when_it_is_only_loaded():
    assert runpy.run_path(str(CHILD))["main"].__doc__
