"""A school adds papers of a child in a real browser: chosen, dropped, pasted, looked at, removed and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from models import Proof, db
from tests.aid.pictures.papers import from_a_telephone, paper, saved

COPY = """async (copied) => {
    const made = copied.map(([type, bytes]) => [type, new Blob([new Uint8Array(bytes)], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(made))]);
}"""


@pytest.fixture
def page(enter, world) -> Iterator[Page]:
    """The school at the page on which it checks a1."""
    page = enter("user.a")
    page.goto(f"/check/row/?id={world.children['a1'].id}")
    yield page
    assert not page.get_by_role("button", name="添加", exact=True).is_visible()


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose files, as from the dialog of the browser."""
    sent = [FilePayload(name=name, mimeType="image/jpeg", buffer=content) for name, content in files]
    page.locator("#proof-files").set_input_files(sent)


def copy(page: Page, **copied: bytes) -> None:
    """Put on the clipboard, as a program does from which one copies: each by its type."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(COPY, [[kind.replace("_", "/"), list(content)] for kind, content in copied.items()])


def drop(page: Page, *paths: Path, at: str = "#proofs h2") -> None:
    """Drag files in from outside the browser and let them fall."""
    page.locator(at).scroll_into_view_if_needed()
    place = page.locator(at).bounding_box()
    files = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for what in ("dragEnter", "dragOver", "drop"):
        told = {"type": what, "x": place["x"] + 5, "y": place["y"] + 5, "data": files}
        session.send("Input.dispatchDragEvent", told)
        if what != "dragEnter":
            expect(page.locator("#proofs.dropping")).to_have_count(int(what == "dragOver"))


def of_kind(page: Page, label: str = "扶贫手册") -> None:
    page.get_by_label("证明材料类别").select_option(label)


def kept() -> list[tuple[str, int, int]]:
    with db.connection_context():
        return [(proof.kind, proof.width, proof.height) for proof in Proof.select().order_by(Proof.id)]


def test_papers_are_chosen_and_what_was_typed_beside_them_stays(page):
    page.get_by_label("年级", exact=True).fill("四年级")
    of_kind(page)
    choose(page, ("手册.jpg", paper()), ("照片.jpg", from_a_telephone()), ("假的.jpg", saved("GIF")))
    expect(page.get_by_text("照片.jpg：已添加为扶贫手册")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("假的.jpg：这是 GIF 图片")
    expect(page.locator(".papers img")).to_have_count(2)
    assert kept() == [("handbook", 320, 240), ("handbook", 240, 320)]
    expect(page.get_by_label("年级", exact=True)).to_have_value("四年级")
    expect(page.get_by_label("证明材料类别")).to_have_value("handbook")
    page.get_by_role("button", name="确认核对").click()
    expect(page.get_by_text("王芳：已核对（已更新）")).to_be_visible()


def test_without_a_kind_nothing_is_sent_and_the_kind_is_asked_for(page):
    choose(page, ("手册.jpg", paper()))
    expect(page.get_by_role("alert")).to_contain_text("请先选择是哪一类证明材料")
    expect(page.get_by_label("证明材料类别")).to_be_focused()
    assert kept() == []


def test_screenshots_are_pasted_one_after_the_other_and_none_is_lost(page):
    of_kind(page, "系统截图")
    for side in (100, 130):
        copy(page, image_png=saved("PNG", side=side))
        page.keyboard.press("Control+V")
    expect(page.locator(".papers img")).to_have_count(2)
    assert kept() == [("screenshot", 100, 100), ("screenshot", 130, 130)]


def test_a_cell_copied_in_excel_is_pasted_into_a_field_as_its_text(page):
    of_kind(page, "系统截图")
    copy(page, image_png=saved("PNG"), text_plain="五年级".encode())
    page.get_by_label("年级", exact=True).fill("")
    page.keyboard.press("Control+V")
    expect(page.get_by_label("年级", exact=True)).to_have_value("五年级")
    copy(page, image_png=saved("PNG"))  # a screenshot is a paper, wherever one types
    page.keyboard.press("Control+V")
    expect(page.locator(".papers img")).to_have_count(1)
    expect(page.get_by_label("年级", exact=True)).to_have_value("五年级")


def test_files_are_dropped_in_a_folder_is_not_and_beside_it_the_page_stays(page, tmp_path):
    (tmp_path / "手册.jpg").write_bytes(paper())
    (tmp_path / "照片").mkdir()
    of_kind(page)
    drop(page, tmp_path / "手册.jpg", tmp_path / "照片")
    expect(page.get_by_text("手册.jpg：已添加为扶贫手册")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("不能放整个文件夹，请打开文件夹，选中里面的图片再拖过来")
    assert kept() == [("handbook", 320, 240)]
    drop(page, tmp_path / "手册.jpg", at="h1")
    expect(page.get_by_role("alert")).to_contain_text("这张图片已经添加过")


def test_a_photograph_that_is_too_large_is_made_smaller_by_the_browser(page):
    of_kind(page)
    choose(page, ("照片.jpg", from_a_telephone() + b"\0" * 3_000_000))
    expect(page.get_by_text("照片.jpg：已添加为扶贫手册")).to_be_visible()
    assert kept() == [("handbook", 240, 320)]


def test_a_paper_is_removed_and_undone_without_leaving_the_page(page):
    of_kind(page)
    choose(page, ("手册.jpg", paper()))
    page.get_by_label("年级", exact=True).fill("四年级")
    page.get_by_role("button", name="移除扶贫手册第 1 张").click()
    expect(page.get_by_text("王芳：已移除扶贫手册")).to_be_visible()
    assert kept() == []
    expect(page.get_by_role("button", name="撤销")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert kept() == [("handbook", 320, 240)]
    expect(page.get_by_label("年级", exact=True)).to_have_value("四年级")


def test_papers_are_looked_at_one_after_the_other_by_keyboard(page, world):
    of_kind(page)
    choose(page, ("一.jpg", paper()), ("二.jpg", paper(330)))
    page.get_by_alt_text("扶贫手册 第 1 张，看大图").click()
    expect(page.get_by_text("第 1 / 2 张")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("第 2 / 2 张")).to_be_visible()
    assert page.locator(".paper img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 330
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("第 1 / 2 张")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(
        f"{page.url.partition('/proof')[0].partition('/check')[0]}/check/row/?id={world.children['a1'].id}"
    )


def test_a_session_that_ended_is_told_and_nothing_that_was_typed_is_lost(page):
    of_kind(page)
    page.get_by_label("年级", exact=True).fill("四年级")
    page.context.clear_cookies()
    choose(page, ("手册.jpg", paper()))
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    expect(page.get_by_label("年级", exact=True)).to_have_value("四年级")
