"""A scanned page on its way in, against Pillow making the same of it in this process, without limits."""

from io import BytesIO

from PIL import Image

from aid.pictures.reading import read_picture
from bench.measure import Figure, side_by_side

BAR = 2.5  # the child process alone, with Pillow in it, is about 0.4 of the floor
PAGE = (2480, 3508)  # pixels: A4 at 300 dpi
KEPT, QUALITY = (2600, 2600), 82  # as aid/pictures/child.py keeps it


def measure(*, repetitions: int) -> list[Figure]:
    """How long one page of an ordinary scan takes, its child process with it."""
    page = _written(Image.effect_noise(PAGE, 14).convert("RGB"), 55)
    took, floor = side_by_side(lambda: read_picture(page), lambda: _floor(page), repetitions=repetitions)
    return [Figure(f"a scanned page, {len(page) / 2**20:.1f} MB", took, BAR, floor)]


def _floor(page: bytes) -> None:
    picture = Image.open(BytesIO(page)).convert("RGB")
    picture.thumbnail(KEPT)
    _written(picture, QUALITY)


def _written(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
