"""学籍变动 through HTTP: what it shows, what its button does, whom it lets in."""

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, CountySetting, Enrolment, db
from tests.aid.operations.deliveries import enrol, listed


@pytest.fixture
def transferred(world, app):
    with db.connection_context():
        child = world.children["a1"]
        with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
            ledger.change(Enrolment.get_by_id(child.enrolment_id), status="transferred")
        enrol(world, "c", child.id_number, name=child.name)
    return world


def follow(visitor, *kinds: str):
    page = visitor.get("/roll_changes/").text
    sign = page.split('name="sign" value="')[1].split('"')[0] if 'name="sign"' in page else ""
    return visitor.post("/roll_changes/follow", {"kind": list(kinds), "sign": sign}, page="/roll_changes/")


def at_school(world) -> str:
    with db.connection_context():
        return listed(world, "a1").school.name


def test_the_page_shows_who_moved_where_and_the_button_moves_them_and_is_undone(transferred, visit):
    visitor = visit("county")
    page = visitor.get("/roll_changes/").text
    assert "转学 <b>1</b>" in page
    assert "<del>德安县蒲亭镇小学（小学）</del> → <ins>德安县聂桥镇小学（小学）</ins>" in page
    assert follow(visitor, "moved").status_code == 302
    page = visitor.get("/roll_changes/").text
    assert "名单已随学籍更新 1 条" in page
    assert at_school(transferred) == "德安县聂桥镇小学"
    undo = page.split('action="/operation/undo/')[1].split('"')[0]
    visitor.post(f"/operation/undo/{undo}", page="/roll_changes/")
    assert at_school(transferred) == "德安县蒲亭镇小学"


def test_the_export_has_what_the_tab_shows_or_every_kind(transferred, visit):
    visitor = visit("county")
    with db.connection_context(), writing(transferred.actors["county"], Permission.ROLL_IMPORT) as ledger:
        place = transferred.children["b1"].enrolment_id
        ledger.change(Enrolment.get_by_id(place), status="graduated")
    assert 'href="/roll_changes/export/xlsx?kind=moved"' in visitor.get("/roll_changes/").text
    some = visitor.get("/roll_changes/export/csv?kind=moved").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in some] == [["变动", "姓名"], ["转学", "王芳"]]
    assert "学校：德安县蒲亭镇小学（小学）→德安县聂桥镇小学（小学）" in some[1]
    whole = visitor.get("/roll_changes/export/csv").data.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in whole[1:]] == ["转学", "毕业"]
    assert whole[2].endswith("改为无效（已毕业）")
    assert visitor.get("/roll_changes/export/xlsx").data.startswith(b"PK")
    assert visitor.get("/roll_changes/export/pdf").status_code == 422
    assert "学籍变动（xlsx）" in visitor.get("/operation/").text


@pytest.mark.parametrize("chosen", [(), ("nonsense",), ("doubled",), ("graduated",)])
def test_without_a_kind_that_is_there_nothing_moves(transferred, visit, chosen):
    visitor = visit("county")
    follow(visitor, *chosen)
    assert "没有选中要跟随的学籍变动" in visitor.get("/roll_changes/?kind=nonsense&page=7").text
    assert at_school(transferred) == "德安县蒲亭镇小学"


@pytest.mark.parametrize("who", ["a", "c", "town", "city", "auditor"])
def test_nobody_else_comes_in(transferred, visit, who):
    for page in ("/roll_changes/", "/roll_changes/export/xlsx"):
        assert visit(who).get(page).status_code == 403
    assert visit(who).post("/roll_changes/follow", {"kind": "moved", "sign": ""}).status_code == 403


def test_both_schools_see_it(transferred, visit):
    follow(visit("county"), "moved")
    child = transferred.children["a1"].id
    assert "学籍变动：转学 1 条" in visit("c").get(f"/check/row/?id={child}").text
    assert visit("a").get(f"/check/row/?id={child}").status_code == 404
    left = visit("a").get("/check/?state=invalid").text
    assert ("王芳" in left, "已转出" in left, "聂桥" in left) == (True, True, False)


def test_the_turn_of_the_year_offers_to_raise_who_is_on_no_roll(transferred, visit):
    with db.connection_context(), writing(transferred.actors["county"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(listed(transferred, "c1"), enrolment=None)
    visitor = visit("county")
    page = visitor.get("/county_setting/edit/").text
    year = int(page.split("selected value=")[1].split('"')[1]) + 1
    words = {"version": "0", "year": str(year)}
    assert "没有学籍的学生升一级" in visitor.post("/county_setting/edit/", {**words, "shown_year": ""}).text
    answer = visitor.post("/county_setting/edit/", {**words, "shown_year": str(year), "promotes": "y"})
    assert answer.status_code == 302
    with db.connection_context():
        assert (listed(transferred, "c1").grade, CountySetting.get().school_year) == ("四年级", year)
        assert Beneficiary.get(name="张敏").grade == "三年级"
