"""Whatever is sent, what is kept is a JPG of pixels alone, or nothing and a sentence (SECURITY.md T32, T33)."""

import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from aid.errors import BadPicture
from aid.pictures import reading
from aid.pictures.reading import CHILD, read_picture
from aid.rules.pictures import JPEG, LARGEST
from tests.aid.pictures.papers import PLACE, claiming, from_a_telephone, is_red, jpeg, opened, paper, saved

BEYOND_PIXELS = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def refused(content: bytes) -> str:
    with pytest.raises(BadPicture) as refusal:
        read_picture(content)
    return str(refusal.value)


def test_a_paper_is_kept_at_its_size_with_a_thumbnail_made_at_once():
    picture = read_picture(paper(320, 240))
    kept, small = opened(picture.content), opened(picture.thumbnail)
    assert (picture.width, picture.height) == kept.size == (320, 240)
    assert small.size == (240, 180)
    assert is_red(kept, 40, 120)
    assert not is_red(kept, 280, 120)


def test_nothing_of_the_camera_is_kept():
    sent = from_a_telephone() + b"\0tail"
    assert PLACE in sent
    picture = read_picture(sent)
    for content in (picture.content, picture.thumbnail):
        kept = opened(content)
        assert not kept.getexif()
        assert set(kept.info) <= BEYOND_PIXELS
        assert not [word for word in (PLACE, b"<script>", b"Zhuxue", b"Exif", b"tail") if word in content]


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photograph_is_turned_as_the_camera_was_held(turn):
    kept = opened(read_picture(from_a_telephone(turn)).content)
    assert kept.size == ((240, 320) if turn > 4 else (320, 240))
    red = {1: (40, 120), 2: (280, 120), 3: (280, 120), 4: (40, 120)}
    sideways = {5: (120, 40), 6: (120, 40), 7: (120, 280), 8: (120, 280)}
    assert is_red(kept, *(red | sideways)[turn])


@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script>", b"\0" * 1000])
def test_what_hangs_behind_a_picture_is_cut_off(tail):
    picture = read_picture(paper() + tail)
    assert tail not in picture.content
    assert picture.content.endswith(b"\xff\xd9")


def test_a_picture_that_is_a_zip_as_well_is_one_no_more():
    out = BytesIO(paper())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    assert zipfile.is_zipfile(BytesIO(out.getvalue()))
    assert not zipfile.is_zipfile(BytesIO(read_picture(out.getvalue()).content))


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_kind_of_colour_is_shown_by_a_browser(mode):
    assert opened(read_picture(paper(mode=mode)).content).mode == ("L" if mode == "L" else "RGB")


def test_a_progressive_picture_is_taken():
    assert read_picture(paper(progressive=True)).width == 320


def test_of_a_picture_with_several_frames_the_first_is_kept():
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("red", "green")]
    out = BytesIO()
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    kept = opened(read_picture(out.getvalue()).content)
    assert kept.size == (200, 100)
    assert is_red(kept, 50, 50)
    assert kept.format == "JPEG"


def test_a_large_scan_is_made_smaller_and_stays_legible():
    picture = read_picture(paper(5000, 3500))
    assert (picture.width, picture.height) == (2600, 1820)
    tall = read_picture(paper(1000, 6000, exif=b""))
    assert (tall.width, tall.height) == (433, 2600)


@pytest.mark.parametrize(("width", "height"), [(20000, 20000), (65500, 65500), (13000, 13000), (40000, 1001)])
def test_a_header_that_says_huge_is_refused_at_once_and_unread(width, height):
    began = time.monotonic()
    assert "太大了" in refused(claiming(width, height))
    assert time.monotonic() - began < 5


def test_a_bomb_of_real_pixels_is_refused():
    bomb = jpeg(Image.new("L", (20000, 20000)), quality=1)
    assert "太大了" in refused(bomb[:LARGEST])


@pytest.mark.parametrize("size", [(1, 1), (4000, 3)])
def test_a_picture_too_small_to_read_is_refused(size):
    assert refused(paper(*size)) == f"图片只有 {size[0]} × {size[1]} 像素，看不清内容；请重新拍照或扫描"


@pytest.mark.parametrize("part", [0.2, 0.5, 0.95])
def test_half_a_picture_is_refused(part):
    whole = jpeg(Image.effect_noise((300, 300), 80))
    assert "不完整" in refused(whole[: int(len(whole) * part)])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (saved("PNG"), "这是 PNG 图片"),
        (saved("GIF"), "这是 GIF 图片"),
        (saved("BMP"), "这是 BMP 图片"),
        (saved("TIFF"), "这是 TIFF 扫描件"),
        (saved("WEBP"), "这是 WebP 图片"),
        (saved("PDF"), "这是 PDF 文件"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "HEIC"),
        (b"PK\3\4word", "压缩包或 Office 文档"),
        (b"", "文件是空的"),
        (b"<svg onload=alert(1)>", "不是 JPG 图片"),
        (b"%!PS-Adobe", "不是 JPG 图片"),
    ],
)
def test_another_kind_of_file_is_told_what_to_do(content, told):
    sentence = refused(content)
    assert told in sentence
    assert "请" in sentence


def test_the_content_decides_and_two_megabytes_are_the_limit():
    assert "超过 2 MB" in refused(paper() + b"\0" * LARGEST)
    filled = paper()
    assert read_picture(filled + b"\0" * (LARGEST - len(filled))).width == 320


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.01)
    assert refused(paper()) == reading.COMPLEX


def test_many_scans_end_with_the_childs_own_time():
    """A progressive picture may ask for the same work thousands of times."""
    whole = jpeg(Image.effect_noise((6000, 6000), 90).convert("RGB"), quality=5, progressive=True)
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    content = whole[:-2] + scan * max(1, (LARGEST - len(whole)) // len(scan)) + b"\xff\xd9"
    began = time.monotonic()
    with suppress(BadPicture):
        read_picture(content[:LARGEST])
    assert time.monotonic() - began < reading.WALL_SECONDS + 5


def test_the_child_can_write_no_file_larger_than_its_answer(tmp_path):
    """Its limits stand before anything of the picture is read."""
    told = "import runpy, resource; c = runpy.run_path({!r}); c['_limit'](); print(resource.getrlimit({})[0])"
    for limit, most in (("resource.RLIMIT_FSIZE", 16 * 2**20), ("resource.RLIMIT_AS", 2**30)):
        script = told.format(str(CHILD), limit)
        found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert int(found.stdout) == most


def test_two_files_of_one_picture_have_one_digest():
    assert read_picture(paper()).digest == read_picture(paper() + b"tail").digest != read_picture(paper(330)).digest


@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=400))
def test_random_bytes_are_refused_in_a_sentence(content):
    for sent in (content, JPEG + content):
        assert "请" in refused(sent)


@settings(max_examples=25, deadline=None)
@given(place=st.integers(4, 3000), byte=st.integers(0, 255))
def test_a_damaged_picture_is_refused_or_kept_clean(place, byte):
    content = bytearray(from_a_telephone())
    content[min(place, len(content) - 1)] = byte
    with suppress(BadPicture):
        picture = read_picture(bytes(content))
        assert not opened(picture.content).getexif()
        assert PLACE not in picture.content
