"""Pictures as clerks and attackers send them, made on the spot."""

from io import BytesIO

from PIL import Image

GREEN, RED = (30, 120, 60), (200, 40, 30)
PLACE = b"GPS 29.31 115.75"


def paper(width: int = 320, height: int = 240, *, mode: str = "RGB", **options: object) -> bytes:
    """A JPG of this size: its left half red, its right half green."""
    picture = Image.new("RGB", (width, height), GREEN)
    picture.paste(RED, (0, 0, width // 2, height))
    return jpeg(picture.convert(mode), **options)


def jpeg(picture: Image.Image, **options: object) -> bytes:
    """This picture as a JPG."""
    out = BytesIO()
    picture.save(out, "JPEG", **options)
    return out.getvalue()


def saved(form: str, *, side: int = 100, **options: object) -> bytes:
    """A picture in another format than JPG, so many pixels wide and high."""
    out = BytesIO()
    Image.new("RGB", (side, side), GREEN).save(out, form, **options)
    return out.getvalue()


def from_a_telephone(turn: int = 6) -> bytes:
    """A photograph with EXIF: held this way, taken at a place, with a comment of the camera's."""
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "Zhuxue Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 18.0, 36.0), 3: "E", 4: (115.0, 45.0, 0.0)})
    return paper(exif=exif, comment=PLACE + b"<script>alert(1)</script>")


def claiming(width: int, height: int) -> bytes:
    """A small JPG whose header says that it is this large."""
    content = bytearray(paper())
    at = content.index(b"\xff\xc0") + 5  # SOF0: the mark, its length, the precision; then height and width
    content[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(content)


def opened(content: bytes) -> Image.Image:
    """What a JPG of ours holds, read to its end."""
    picture = Image.open(BytesIO(content), formats=["JPEG"])
    picture.load()
    return picture


def is_red(picture: Image.Image, x: int, y: int) -> bool:
    """Whether the picture is red at a place, rather than green."""
    red, green, _ = picture.convert("RGB").getpixel((x, y))
    return red > green
