"""Reads one JPG from standard input in a process of its own and writes it again, clean, to standard output.

Run as a script by reading.py, never imported: whatever a hostile picture does, it does here, under limits, and this
process dies of it. Nothing of the panel can be imported here. The answer is a line of JSON, then the picture and its
thumbnail with as many bytes as that line tells; or the line alone, with why the picture is refused.
"""

import ctypes
import json
import resource
import signal
import struct
import sys
from io import BytesIO

from PIL import Image

MEMORY = 1024 * 2**20
SECONDS = 10
LARGEST_ANSWER = 16 * 2**20
MOST_PIXELS = 40_000_000
SMALLEST_SIDE, LONGEST_SIDE, THUMBNAIL_SIDE = 50, 2600, 240  # pixels; an A4 page is legible at 2600
QUALITY, THUMBNAIL_QUALITY = 82, 70
ORIENTATION = 0x0112  # of EXIF: how the camera was held
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LARGE = "图片有 {} × {} 像素，太大了；请用“画图”缩小尺寸再添加"
SMALL = "图片只有 {} × {} 像素，看不清内容；请重新拍照或扫描"
BROKEN = "图片不完整或已损坏；请重新拍照、扫描，或从手机重新传到电脑再添加"


class Refused(Exception):
    """What is told of a picture that is not kept."""


def main() -> None:
    """Answer on standard output with the picture that comes by standard input, or with why it is refused."""
    _limit()
    try:
        picture = _read(sys.stdin.buffer.read())
    except Refused as refusal:
        _say({"refused": str(refusal)})
        return
    width, height = picture.size
    whole = _written(picture, QUALITY)
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    small = _written(picture, THUMBNAIL_QUALITY)
    facts = {"width": width, "height": height, "picture": len(whole), "thumbnail": len(small)}
    _say(facts, whole, small)


def _read(content: bytes) -> Image.Image:
    """The picture turned upright and no longer than LONGEST_SIDE. Raises Refused."""
    try:
        with Image.open(BytesIO(content), formats=["JPEG"]) as source:
            _look_at(*source.size)
            turn = TURNS.get(_orientation(source))
            source.load()  # whole: a half file is found out here
            picture = source.convert("L" if source.mode == "L" else "RGB")
    except Image.DecompressionBombError as refusal:
        raise Refused(LARGE.format("上万", "上万")) from refusal
    except (OSError, SyntaxError, EOFError, LookupError, ValueError, struct.error) as refusal:
        raise Refused(BROKEN) from refusal
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture.transpose(turn) if turn is not None else picture


def _look_at(width: int, height: int) -> None:
    """Before anything is unpacked: what the header says."""
    if width * height > MOST_PIXELS:
        raise Refused(LARGE.format(width, height))
    if min(width, height) < SMALLEST_SIDE:
        raise Refused(SMALL.format(width, height))


def _orientation(source: Image.Image) -> int:
    """As the camera wrote it; what cannot be read is upright."""
    try:
        return source.getexif().get(ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error):
        return 1


def _written(picture: Image.Image, quality: int) -> bytes:
    """As a JPG of its pixels alone: pasted onto a new one, for a comment would go along with the old."""
    clean, out = Image.new(picture.mode, picture.size), BytesIO()
    clean.paste(picture)
    clean.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _say(facts: dict[str, object], *contents: bytes) -> None:
    sys.stdout.buffer.write(b"\n".join([json.dumps(facts).encode(), b"".join(contents)]))
    sys.stdout.buffer.flush()


def _limit() -> None:
    """Bounds on memory, time and the answer; and no life after the server's own death."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
