"""The folder of these tests, what is laid into it, and what lies in its rooms afterwards."""

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from aid.imports import staged
from aid.imports.folder import CLAIMED, WatchedFolder
from aid.operations.accounts import open_account
from aid.rules.cells import Cell
from aid.scope import SYSTEM
from models import Account, Operation, Role
from tests.aid.imports.sheets import row, titles, write


@pytest.fixture(autouse=True)
def clerk(world) -> Account:
    """As whom the folder imports: an account of the county's."""
    office = world.organisations["county"]
    return open_account(SYSTEM, organisation=office, role=Role.COUNTY, login="clerk", name="小王")[0]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path) -> Path:
    """Where the rows of a file lie while it comes in."""
    staged.keep_in(tmp_path / "staged")
    return tmp_path / "staged"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "收件").mkdir()
    return tmp_path / "收件"


@pytest.fixture
def watch(place: Path) -> WatchedFolder:
    return WatchedFolder(place, "clerk")


@pytest.fixture
def drop(place: Path) -> Callable[..., Path]:
    """`drop({cells that differ from the sound row}, …)` lays a sheet into the folder."""

    def lay(*rows: dict[str, Cell], slug: str = "roll", name: str = "学籍名册（新）.xlsx") -> Path:
        return write(place / name, [titles(slug), *(row(slug, cells) for cells in rows)])

    return lay


def looked(watch: WatchedFolder, times: int = 2) -> None:
    for _ in range(times):
        watch.look()


def names(place: Path, room: str) -> list[str]:
    """What lies in a room, by the names that were given, without the time before them."""
    return sorted(CLAIMED.fullmatch(path.name)[2] for path in (place / room).glob("*"))


def result(place: Path, room: str) -> str:
    [path] = (place / room).glob("*.结果.txt")
    return path.read_text(encoding="utf-8-sig")


def newest() -> Operation:
    return Operation.select().where(Operation.gesture.is_null(False)).order_by(Operation.id.desc()).get()


def unprivileged(work: Callable[[], None]) -> None:
    """Do it in a thread that the system denies what it denies everybody, also where the tests run as root."""
    header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()  # capset(2), version 3

    def dropped() -> None:
        assert ctypes.CDLL(None).capset(header, nothing) == 0
        work()

    thread = threading.Thread(target=dropped)
    thread.start()
    thread.join()
