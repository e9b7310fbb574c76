"""Sheets that come as text: whatever encoding and separator they are in, they say the same or what is wrong."""

from contextlib import closing
from pathlib import Path

import pytest

from aid.errors import BadSheet
from aid.imports import run_import
from aid.imports.reader import read_sheets
from models import Region
from tests.aid.imports.odd_files import HEADER, SOUND, write
from tests.aid.imports.sheets import required, sound

LINES = ["德安县行政区划", ",".join(HEADER), ",".join(SOUND)]
PLAIN = "\r\n".join(LINES)
READ = [["德安县行政区划"], list(HEADER), list(SOUND)]
ENCODINGS = {
    "UTF-8": PLAIN.encode(),
    "UTF-8 with a mark": PLAIN.encode("utf-8-sig"),
    "GB18030": PLAIN.encode("gb18030"),
    "UTF-16 LE": b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    "UTF-16 BE": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "Unix lines": PLAIN.replace("\r\n", "\n").encode(),
    "Mac lines": PLAIN.replace("\r\n", "\r").encode(),
    "a last line end": f"{PLAIN}\r\n".encode(),
    "tabs": PLAIN.replace(",", "\t").encode("gb18030"),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "all in quotes": "\r\n".join('"' + line.replace(",", '","') + '"' for line in LINES).encode("gb18030"),
    "as kept from being numbers": PLAIN.replace(SOUND[0], f'="{SOUND[0]}"').encode(),
    "as kept from being numbers, in quotes": PLAIN.replace(SOUND[0], f'"=""{SOUND[0]}"""').encode(),
    "with an apostrophe": PLAIN.replace(SOUND[0], f"'{SOUND[0]}").encode(),
}


def rows_of(tmp_path: Path, content: str | bytes) -> list[list]:
    path = write(tmp_path / "file", content.encode() if isinstance(content, str) else content)
    with closing(read_sheets(path)) as sheets:
        [rows] = [list(rows) for _, rows in sheets]
    return rows


def refusal_of(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(BadSheet) as refusal:
        rows_of(tmp_path, content)
    assert len(str(refusal.value)) < 100
    return str(refusal.value)


@pytest.mark.parametrize("way", ENCODINGS)
def test_text_says_the_same_in_every_encoding_and_with_every_separator(way, tmp_path):
    assert rows_of(tmp_path, ENCODINGS[way]) == READ


def test_text_goes_the_same_way_as_a_workbook(world, tmp_path):
    path = write(tmp_path / "file.xls", PLAIN.encode("gb18030"))
    assert run_import(world.actors["county"], "regions", path, file_name="file.xls").added == 1
    assert Region.get(Region.code == SOUND[0]).name == SOUND[1]


def test_a_number_that_excel_has_shortened_is_held_back_and_told(world, tmp_path):
    titles = required("register")
    cells = [sound("register") | {"身份证号": "3.60426E+17"}, sound("register") | {"身份证号": "36042620100101E5"}]
    lines = [titles, *([row[title] for title in titles] for row in cells)]
    path = write(tmp_path / "file.csv", "\n".join(map(",".join, lines)).encode())
    report = run_import(world.actors["county"], "register", path, file_name="file.csv", batch="2026")
    assert [(held.row, held.column) for held in report.held_back] == [(2, "身份证号"), (3, "身份证号")]
    assert "成了 3.60426E+17，后面的数字已丢失" in report.held_back[0].message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(encoding, tmp_path):
    content = "".join(f"{','.join(line)}\r\n" for line in (HEADER, SOUND)).encode(encoding)
    assert rows_of(tmp_path, content) == [list(HEADER), list(SOUND)]


def test_bars_separate_and_the_mark_of_an_end_is_no_row(tmp_path):
    content = "".join(f"{'|'.join(line)}\r\n" for line in (HEADER, SOUND)).encode("gb18030")
    assert rows_of(tmp_path, content + b"\x1a") == [list(HEADER), list(SOUND)]


def test_quotes_hold_separators_line_ends_and_quotes(tmp_path):
    assert rows_of(tmp_path, 'a,"b,1\n2","say ""x"""\n3,4"5,6') == [["a", "b,1\n2", 'say "x"'], ["3", '4"5', "6"]]


def test_empty_rows_keep_their_numbers(tmp_path):
    assert rows_of(tmp_path, "a,b\n\n,\nc,d\n") == [["a", "b"], [], ["", ""], ["c", "d"]]


def test_the_header_tells_the_separator_whatever_the_other_lines_hold(tmp_path):
    assert rows_of(tmp_path, "一、二, 三\na\tb\tc\td\n1,2\t3;4\t5\t6")[1:] == [
        ["a", "b", "c", "d"],
        ["1,2", "3;4", "5", "6"],
    ]


def test_a_separator_in_quotes_does_not_count(tmp_path):
    assert rows_of(tmp_path, '"a,b,c,d";e\n1;2') == [["a,b,c,d", "e"], ["1", "2"]]


def test_only_a_whole_cell_is_unwrapped(tmp_path):
    cells = ["’s", "it's", "'一", "''1", "=1+1", '="1"&"2"', "'=1+1", "'G36"]
    line = "\t".join(cell.replace('"', '""').join('""') for cell in cells)
    assert rows_of(tmp_path, line) == [[*cells[:6], "=1+1", "G36"]]


# -- what is refused ---------------------------------------------------------------


MANY = "一二三四五六\n甲,乙\n"
REFUSED = {  # a text, and a word of the sentence that refuses it
    "a byte that is no character": (MANY.encode() + b"\xff,\n", "第 3 行有无法识别的字符"),
    "a character cut off": (MANY.encode() + "丙".encode()[:2], "第 3 行"),
    "a byte that is no character, in GB18030": (MANY.encode("gb18030") + b"\n\xff,\n", "第 4 行"),
    "a byte that is no character, marked": (b"\xef\xbb\xbf" + "甲,乙\n".encode("gb18030"), "第 1 行"),
    "half a character of UTF-16": (b"\xff\xfe" + "a\nb".encode("utf-16-le") + b"x", "第 2 行"),
    "half a pair of UTF-16": (b"\xff\xfe" + "a\n".encode("utf-16-le") + b"\0\xd8a\0", "第 2 行"),
    "UTF-32": ("甲,乙\n".encode("utf-32"), "第 1 行有空字符"),
    "NUL at the start": (b"a\0,b\n", "不是表格文件"),
    "NUL far down": (b"a,b\n" * 3000 + b"\0,c\n", "第 3001 行有空字符"),
    "a quote never closed": ('a,b\n1,"2\n3,4\n5,6\n', "引号不成对"),
    "a quote closed in the middle": ('a,b\n1,"2"3\n', "第 2 行引号不成对"),
    "a cell that takes in the file": ('a,b\n1,"' + "x" * 100_001, "文字过长"),
    "too many columns": ("," * 500, "500 列"),
    "too many columns far down": ("a,b\n" * 30 + "," * 500, "500 列"),
    "too many rows": ("a\n" * 200_001, "200,000 行"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_text_that_cannot_be_read_for_certain_is_one_sentence(name, tmp_path):
    content, word = REFUSED[name]
    assert word in refusal_of(tmp_path, content)


def test_as_many_rows_and_columns_as_are_allowed_are_read(tmp_path):
    assert len(rows_of(tmp_path, "a\n" * 200_000)) == 200_000
    assert len(rows_of(tmp_path, "," * 499)[0]) == 500
