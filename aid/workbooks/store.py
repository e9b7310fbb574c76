"""The files of workbooks that are kept: under random names that the rows of MadeWorkbook hold.

Whoever opens one has come by its row, which `visible` gives out. A file is there from the moment its making begins.
"""

import secrets
from pathlib import Path

from aid.on_disk import settle

ENDING = ".xlsx"
_folder: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where the files lie from now on; made where it is missing, for nobody else to look in."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder[:] = [folder]


def new_name() -> str:
    """A name that tells nothing and that no other file has."""
    return secrets.token_hex(16)


def path_of(name: str) -> Path:
    """The file of a workbook."""
    return _folder[0] / f"{name}{ENDING}"


def begin(name: str) -> Path:
    """The file of a workbook that is being made, empty, for nobody else to read."""
    path = path_of(name)
    path.touch(mode=0o600)
    return path


def on_disk(name: str) -> int:
    """How many bytes a finished file has; when this returns it outlasts a power cut."""
    settle(path_of(name), _folder[0])
    return path_of(name).stat().st_size


def remove(name: str) -> None:
    """Let go of a file; one that is gone already is no fault."""
    path_of(name).unlink(missing_ok=True)


def names() -> set[str]:
    """The names of all files there are."""
    return {path.stem for path in _folder[0].glob(f"*{ENDING}")}
