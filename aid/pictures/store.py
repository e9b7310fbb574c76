"""The files of pictures: outside the static folder, under random names that the rows of Proof hold.

Whoever opens one has come by its row, which `visible` gives out. A file stays while its row is there, or the history
could bring its row back (aid.operations.proofs.tidy_pictures).
"""

import os
import secrets
from pathlib import Path

from aid.on_disk import settle
from aid.pictures.reading import Picture

WHOLE, SMALL = ".jpg", ".small.jpg"
_folder: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where the files lie from now on; made where it is missing, for nobody else to look in."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _folder[:] = [folder]


def put(picture: Picture) -> str:
    """Keep a picture and its thumbnail, on disk when this returns; return the name they are kept by."""
    name = secrets.token_hex(16)
    _write(_folder[0] / f"{name}{SMALL}", picture.thumbnail)
    _write(_folder[0] / f"{name}{WHOLE}", picture.content)
    settle(_folder[0])  # the names, too, outlast a power cut
    return name


def whole_of(name: str) -> Path:
    """The file of a picture."""
    return _folder[0] / f"{name}{WHOLE}"


def thumbnail_of(name: str) -> Path:
    """The file of its thumbnail."""
    return _folder[0] / f"{name}{SMALL}"


def names() -> set[str]:
    """The names that anything is kept by."""
    return {path.name.partition(".")[0] for path in _folder[0].iterdir()}


def remove(name: str) -> None:
    """Let go of what is kept by this name."""
    for path in (thumbnail_of(name), whole_of(name)):
        path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
