"""The only way a sheet is opened: in a child process under limits, behind a look at its content (decisions.md)."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from aid.errors import BadSheet
from aid.rules.cells import Cell, ErrorCell, MergedCell

CHILD = Path(__file__).with_name("child")  # a folder that is run as a script
LARGEST = 20 * 2**20
AT_ONCE, PATIENCE = 2, 30
WALL_SECONDS = 120
MOST = 64_000_000  # characters of all its rows: one long text in few bytes can stand in every row
LARGE = "文件解开后过大，请拆分成几个文件再导入"
COMPLEX = "文件过于复杂或已损坏，无法读取；请用 Excel 或 WPS 打开后另存为 .xlsx 再导入"
_KINDS: dict[str, Callable[[str], Cell]] = {
    "n": float,
    "b": lambda said: said == "是",
    "d": dt.date.fromisoformat,
    "e": ErrorCell,
    "m": lambda said: MergedCell(first=int(said)),
}
_places = threading.BoundedSemaphore(AT_ONCE)


class Part(NamedTuple):
    """Some rows of a sheet, one behind the other: their cells, and the line of JSON that told them (child/told.py)."""

    rows: list[list[Cell]]
    told: str


def read_sheets(path: Path) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    """Every visible sheet: its name, and its rows from row 1 on, each a list of cells.

    Raises BadSheet, in one sentence, for a file that is no sheet or cannot be read safely: before the first row or in
    the middle. A sheet's rows end before anything of the next one is looked at.
    """
    with closing(read_parts(path)) as sheets:
        for name, parts in sheets:
            yield name, (cells for part in parts for cells in part.rows)


def read_parts(path: Path) -> Iterator[tuple[str, Iterator[Part]]]:
    """As `read_sheets`, the rows some at a time, for whoever keeps them as they were told."""
    _look_at(path)
    with _place(), _child(path) as child:
        for name, told in groupby(_told(child), key=itemgetter(0)):
            yield name, (part for _, part in told if part.rows)


def _told(child: subprocess.Popen) -> Iterator[tuple[str, Part]]:
    """What the child says, line by line: a sheet's name and some of its rows; a sheet begins with none."""
    ended, name, left = False, "", MOST
    while line := child.stdout.readline(left):
        left -= len(line)
        if not left:
            raise BadSheet(LARGE)
        part = json.loads(line) if line.endswith("\n") else {}  # a child that was killed may stop in mid-line
        if "refused" in part:
            raise BadSheet(part["refused"])
        ended, name = "end" in part, part.get("sheet", name)
        yield name, _part(part.get("rows", []), line)
    if child.wait(WALL_SECONDS) != 0 or not ended:
        raise BadSheet(COMPLEX)


def _part(rows: list[list[str | list[str]]], line: str) -> Part:
    # No more brackets than rows and their list: no cell but texts, as in most sheets.
    if line.count("[") > len(rows) + 1:
        rows = [[as_cell(cell) for cell in cells] for cells in rows]
    return Part(rows, line)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, by which it is known again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def as_cell(told: str | list[str]) -> Cell:
    """The cell that is told as its text, or as [kind, text]: n(umber), b(oolean), d(ate), e(rror), m(erged)."""
    return told if type(told) is str else _KINDS[told[0]](told[1])


def _look_at(path: Path) -> None:
    size = path.stat().st_size
    if size == 0:
        raise BadSheet("文件是空的，请重新选择文件")
    if size > LARGEST:
        raise BadSheet(f"文件超过 {LARGEST // 2**20} MB，请拆分后再导入")


@contextmanager
def _place() -> Iterator[None]:
    """One of the few places for reading: a flood of uploads waits its turn instead of taking the machine."""
    if not _places.acquire(timeout=PATIENCE):
        raise BadSheet("正在读取别的文件，请稍候再导入")
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _child(path: Path) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-I", "-X", "utf8", str(CHILD), str(path)]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    # A child that is killed may stop in mid-character, too: `_told` finds the unfinished line.
    with subprocess.Popen(command, **streams, encoding="utf-8", errors="replace") as child:
        clock = threading.Timer(WALL_SECONDS, child.kill)
        clock.start()
        try:
            yield child
        finally:
            clock.cancel()
            child.kill()
