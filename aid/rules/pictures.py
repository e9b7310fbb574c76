"""What may be kept as the picture of a paper, told by what a file holds and never by its name (question 20)."""

LARGEST = 2 * 2**20  # bytes
SMALLEST_SIDE = 50  # pixels
MOST_OF_A_CHILD = 20
JPEG = b"\xff\xd8\xff"
RESAVE = "请用“画图”打开，另存为 JPG 再添加"
HEIC = "这是苹果手机的 HEIC 照片；请在手机“设置－相机－格式”里选“兼容性最佳”后重拍，或存成 JPG 再添加"
KNOWN = (  # (place of the mark, the mark, what to do)
    (0, b"\x89PNG", f"这是 PNG 图片，这里只收 JPG；{RESAVE}"),
    (0, b"GIF8", f"这是 GIF 图片，这里只收 JPG；{RESAVE}"),
    (0, b"BM", f"这是 BMP 图片，这里只收 JPG；{RESAVE}"),
    (0, b"II*\0", f"这是 TIFF 扫描件，这里只收 JPG；扫描时请选 JPG 格式，或{RESAVE}"),
    (0, b"MM\0*", f"这是 TIFF 扫描件，这里只收 JPG；扫描时请选 JPG 格式，或{RESAVE}"),
    (8, b"WEBP", f"这是 WebP 图片，这里只收 JPG；{RESAVE}"),
    (4, b"ftypavif", f"这是 AVIF 图片，这里只收 JPG；{RESAVE}"),
    (
        4,
        b"ftyphe",
        HEIC,
    ),
    (
        4,
        b"ftypm",
        HEIC,
    ),
    (0, b"%PDF", "这是 PDF 文件；请把需要的那一页截图，或扫描时选 JPG 格式，再添加"),
    (0, b"PK", "这是压缩包或 Office 文档；请把里面的图片另存为 JPG 再添加"),
)


def refusal_of(content: bytes) -> str:
    """Why a file of this content is no picture to be kept, and what to do; "" for one that begins as a JPG does.

    >>> refusal_of(b"\\x89PNG..."), refusal_of(b"\\xff\\xd8\\xff...")
    ('这是 PNG 图片，这里只收 JPG；请用“画图”打开，另存为 JPG 再添加', '')
    """
    if not content:
        return "文件是空的，请重新选择"
    for place, mark, sentence in KNOWN:
        if content.startswith(mark, place):
            return sentence
    if not content.startswith(JPEG):
        return "不是 JPG 图片（按内容判断，与文件名无关）；请重新拍照或扫描成 JPG 再添加"
    if len(content) > LARGEST:
        return f"图片超过 {LARGEST // 2**20} MB；请用“画图”缩小尺寸，或扫描时选较低的分辨率，再添加"
    return ""


def lacks_proof(*, wanted: bool, proofs: int) -> bool:
    """Whether a child still lacks a proof: the rules want one and none is there.

    >>> lacks_proof(wanted=True, proofs=0), lacks_proof(wanted=True, proofs=2), lacks_proof(wanted=False, proofs=0)
    (True, False, False)
    """
    return wanted and not proofs
