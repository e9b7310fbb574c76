"""Organisations through the pages: added, merged after its numbers, closed, deleted; each is asked and undone."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from aid.operations.mergers import merge
from models import Beneficiary, Organisation, OrganisationStatus, db


def children_of(world, key: str) -> int:
    with db.connection_context():
        return Beneficiary.select().where(Beneficiary.school == world.organisations[key]).count()


def status_of(world, key: str) -> str:
    with db.connection_context():
        return Organisation.get_by_id(world.organisations[key].id).status


def open_page(page: Page, world, key: str, button: str) -> None:
    page.goto(f"/organisation/details/?id={world.organisations[key].id}")
    page.get_by_role("link", name=button, exact=True).click()


def undo(page: Page) -> None:
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_text("已撤销").first).to_be_visible()


def test_a_school_is_added_and_gets_its_code_by_rule(enter, world):
    page = enter("user.county")
    page.goto("/organisation/")
    page.get_by_role("link", name="新增机构").click()
    page.get_by_label("机构名称").fill("德安县吴山镇小学")
    page.get_by_label("学段").select_option("primary")
    page.get_by_label("行政区划").press_sequentially("ptz")
    page.get_by_role("option", name="蒲亭镇").click()
    page.keyboard.press("Enter")
    expect(page.get_by_text("机构编码 360426000006")).to_be_visible()
    page.goto("/organisation/tree")
    expect(page.get_by_role("link", name="德安县吴山镇小学（小学）")).to_be_visible()
    with db.connection_context():
        assert Organisation.get(code="360426000006").parent_id == world.organisations["county"].id


def test_a_merger_shows_its_numbers_moves_the_children_and_is_undone(enter, world):
    page = enter("user.county")
    open_page(page, world, "a", "合并…")
    page.get_by_label("并入学校").press_sequentially("nqzxx")
    page.get_by_role("option", name="德安县聂桥镇小学").click()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("2 条（有效 2 条）随迁")).to_be_visible()
    assert (children_of(world, "a"), children_of(world, "c")) == (2, 1)
    page.get_by_role("button", name="合并，2 条随迁").click()
    expect(page.get_by_text("名单 2 条随迁")).to_be_visible()
    assert (children_of(world, "a"), children_of(world, "c")) == (0, 3)
    assert status_of(world, "a") == OrganisationStatus.MERGED
    undo(page)
    assert (children_of(world, "a"), children_of(world, "c")) == (2, 1)
    assert status_of(world, "a") == OrganisationStatus.OPEN


def test_the_history_has_room_for_a_long_sentence_and_for_the_address(enter, world):
    page, county = enter("user.county"), replace(world.actors["county"], address="192.168.100.200")
    with db.connection_context():
        merge(county, world.organisations["a"], world.organisations["c"])
    page.goto("/operation/")
    expect(page.get_by_text("192.168.100.200")).to_be_visible()
    assert page.locator(".sheet").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")


def test_closing_asks_with_its_numbers_and_is_undone(enter, world):
    page = enter("user.county")
    open_page(page, world, "a", "撤销学校…")
    expect(page.get_by_text("有效的 2 条改为无效")).to_be_visible()
    assert status_of(world, "a") == OrganisationStatus.OPEN
    page.get_by_role("button", name="撤销学校，2 条转为未匹配").click()
    expect(page.get_by_text("名单 2 条转为未匹配").first).to_be_visible()
    assert status_of(world, "a") == OrganisationStatus.CLOSED
    undo(page)
    assert status_of(world, "a") == OrganisationStatus.OPEN


def test_a_school_with_children_is_not_deleted_and_an_empty_one_is_after_a_question(enter, world):
    page = enter("user.county")
    open_page(page, world, "a", "删除…")
    expect(page.get_by_text("不能删除")).to_be_visible()
    expect(page.get_by_role("button", name="删除")).to_have_count(0)
    page.goto("/organisation/new/")
    page.get_by_label("机构名称").fill("写错的小学")
    page.get_by_label("学段").select_option("primary")
    page.get_by_label("行政区划").fill("360426100000")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="删除…").click()
    page.get_by_role("button", name="删除 1 个机构").click()
    expect(page.get_by_text("已删除")).to_be_visible()
    with db.connection_context():
        assert not Organisation.select().where(Organisation.name == "写错的小学").exists()
    undo(page)
    with db.connection_context():
        assert Organisation.select().where(Organisation.name == "写错的小学").exists()
