"""The only way a picture is opened: in a child process under limits, which writes it again clean (decisions.md)."""

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from aid.errors import BadPicture
from aid.rules.pictures import refusal_of

CHILD = Path(__file__).with_name("child.py")  # run as a script
AT_ONCE, PATIENCE = 2, 30
WALL_SECONDS = 20
COMPLEX = "图片过于复杂或已损坏，无法读取；请重新拍照或扫描再添加"
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Picture:
    """A JPG of pixels alone: no EXIF, no place, no comment, nothing after its end; upright. And its thumbnail."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256: the same for two files that hold the same picture."""
        return hashlib.sha256(self.content).hexdigest()


def read_picture(content: bytes) -> Picture:
    """The picture that a file's content holds, written again.

    Raises BadPicture, in one sentence, for whatever is no JPG of up to 2 MB or cannot be read safely.
    """
    if refusal := refusal_of(content):
        raise BadPicture(refusal)
    facts, contents = _answered(content)
    if "refused" in facts:
        raise BadPicture(facts["refused"])
    whole = facts["picture"]
    return Picture(contents[:whole], contents[whole:], facts["width"], facts["height"])


def _answered(content: bytes) -> tuple[dict, bytes]:
    """What the child says of it. Its answer goes into a file, whose size its limits bound."""
    if not _places.acquire(timeout=PATIENCE):
        raise BadPicture("正在处理别的图片，请稍候再添加")
    try:
        with tempfile.TemporaryFile() as answer:
            command = [sys.executable, "-I", "-X", "utf8", str(CHILD)]
            streams = {"stdout": answer, "stderr": subprocess.DEVNULL}
            ended = subprocess.run(command, input=content, timeout=WALL_SECONDS, check=False, **streams)
            answer.seek(0)
            line, contents = answer.readline(), answer.read()
    except subprocess.TimeoutExpired as refusal:
        raise BadPicture(COMPLEX) from refusal
    finally:
        _places.release()
    if ended.returncode != 0:
        raise BadPicture(COMPLEX)
    return json.loads(line), contents
