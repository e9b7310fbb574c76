"""The pages of organisations: each step asks first, says the numbers, and offers its undo."""

import pytest

from models import Change, Organisation, db

NEW = {"kind": "school", "name": "蒲亭镇第二小学", "stage": "primary", "region": "蒲亭镇 360426100000", "networks": ""}
PAGES = ("new", "edit", "merge", "close", "delete")


def row_of(world, key: str) -> Organisation:
    with db.connection_context():
        return Organisation.get_by_id(world.organisations[key].id)


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def test_a_school_is_added_and_the_undo_offered(visit):
    county = visit("county")
    answer = county.post("/organisation/new/", NEW)
    page = county.get(answer.location).text
    assert "已新增 蒲亭镇第二小学（小学），机构编码 360426000006" in page
    assert "/operation/undo/" in page


@pytest.mark.parametrize(
    ("wrong", "told", "code"),
    [
        ({"name": ""}, "请填写机构名称", 422),
        ({"stage": ""}, "学校必须选择学段", 422),
        ({"networks": "10.36.0.1/16"}, "是不是 10.36.0.0/16", 422),
        ({"kind": "county"}, "Not a valid choice|不是有效的选择", 422),
        ({"region": "哪里也不是"}, "请输入名称后从下拉中选择", 404),
        ({"region": "涂埠镇 360425100000"}, "管理范围内", 404),
    ],
)
def test_a_refused_form_keeps_what_was_typed(visit, wrong, told, code):
    before = writes()
    answer = visit("county").post("/organisation/new/", NEW | wrong)
    assert answer.status_code == code
    assert any(part in answer.text for part in told.split("|"))
    assert (NEW | wrong)["name"] in answer.text
    assert writes() == before


def test_what_is_missing_is_told_all_at_once(visit):
    told = visit("county").post("/organisation/new/", NEW | {"name": "", "stage": "", "region": ""}).text
    assert [part for part in ("请填写机构名称", "学校必须选择学段", "请填写行政区划") if part not in told] == []


def test_the_system_says_under_which_office(app, visit, system):
    form = NEW | {"office": "德安县学生资助管理中心 360426000001"}
    assert system.post("/organisation/new/", form).status_code == 302
    assert system.post("/organisation/new/", NEW | {"office": "没有这个", "name": "x"}).status_code == 404


def test_an_edit_is_kept_and_an_old_page_shows_both_values(visit, world):
    county, row = visit("county"), row_of(world, "a")
    form = {"id": row.id, "version": row.version, "stage": "primary", "region": "蒲亭镇 360426100000", "networks": ""}
    assert county.post("/organisation/edit/", form | {"name": "中心小学"}).status_code == 302
    again = county.post("/organisation/edit/", form | {"name": "实验小学"})
    assert again.status_code == 409
    assert "现在的值：中心小学" in again.text
    assert 'value="实验小学"' in again.text
    newer = form | {"version": row.version + 1, "name": "实验小学"}
    assert county.post("/organisation/edit/", newer).status_code == 302
    assert row_of(world, "a").name == "实验小学"


def test_a_merger_says_its_numbers_before_and_its_undo_after(visit, world):
    county, row, into = visit("county"), row_of(world, "a"), row_of(world, "c")
    first = {"id": row.id, "version": row.version, "into": f"{into} {into.code}"}
    asked = county.post("/organisation/merge/", first)
    assert "<b>2</b> 条（有效 2 条）随迁" in asked.text
    assert row_of(world, "a").status == "open"
    done = county.post("/organisation/merge/", first | {"into_version": into.version})
    page = county.get(done.location).text
    assert "名单 2 条随迁" in page
    assert "/operation/undo/" in page


def test_two_stages_are_asked_about(visit, world):
    county, row, into = visit("county"), row_of(world, "a"), row_of(world, "b")
    form = {"id": row.id, "version": row.version, "into": into.code, "into_version": into.version}
    refused = county.post("/organisation/merge/", form)
    assert refused.status_code == 422
    assert "学段不同，仍要合并" in refused.text
    assert county.post("/organisation/merge/", form | {"across_stages": "y"}).status_code == 302


@pytest.mark.parametrize("key", ["a", "county"])
def test_a_merger_that_cannot_be_is_not_asked_about(visit, world, key):
    row = row_of(world, "a")
    form = {"id": row.id, "version": row.version, "into": world.organisations[key].code}
    answer = visit("county").post("/organisation/merge/", form)
    assert answer.status_code == 422
    assert ("不能并入自己" if key == "a" else "不是正常的学校") in answer.text
    assert "条随迁" not in answer.text


def test_closing_asks_with_the_numbers(visit, world):
    county, row = visit("county"), row_of(world, "a")
    assert "有效的 <b>2</b> 条改为无效" in county.get(f"/organisation/close/?id={row.id}").text
    done = county.post("/organisation/close/", {"id": row.id, "version": row.version})
    assert "名单 2 条转为未匹配" in county.get(done.location).text


def test_what_cannot_be_deleted_says_why_and_has_no_button(visit, world):
    page = visit("county").get(f"/organisation/delete/?id={world.organisations['a'].id}").text
    assert "名单上的学生 2 条" in page
    assert "删除 1 个机构" not in page
    answer = visit("county").post("/organisation/delete/", {"id": world.organisations["a"].id, "version": 1})
    assert answer.status_code == 422


def test_what_is_deleted_comes_back(visit, world):
    county = visit("county")
    county.post("/organisation/new/", NEW)
    with db.connection_context():
        row = Organisation.get(Organisation.name == NEW["name"])
    assert "删除 1 个机构" in county.get(f"/organisation/delete/?id={row.id}").text
    county.post("/organisation/delete/", {"id": row.id, "version": row.version})
    page = county.get("/organisation/").text
    undo = page.partition('action="/operation/undo/')[2].partition('"')[0]
    county.post(f"/operation/undo/{undo}")
    assert NEW["name"] in county.get("/organisation/?all=1").text


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
@pytest.mark.parametrize("page", PAGES)
def test_who_keeps_no_organisations_opens_none_of_these(visit, world, who, page):
    own = "city" if who == "province" else who if who in world.organisations else "county"
    url, before = f"/organisation/{page}/?id={world.organisations[own].id}", writes()
    assert visit(who).get(url).status_code == 403
    assert visit(who).post(url, NEW | {"version": 1}).status_code == 403
    assert writes() == before


@pytest.mark.parametrize("page", [page for page in PAGES if page != "new"])
def test_a_foreign_organisation_has_none_of_these(visit, world, page):
    url, before = f"/organisation/{page}/?id={world.organisations['far'].id}", writes()
    assert visit("county").get(url).status_code == 404
    assert visit("county").post(url, NEW | {"version": 1, "into": world.organisations["a"].code}).status_code == 404
    assert writes() == before


def test_a_school_is_not_merged_into_a_foreign_one(visit, world):
    row, before = row_of(world, "a"), writes()
    form = {"id": row.id, "version": row.version, "into": world.organisations["far"].code, "into_version": 1}
    assert visit("county").post("/organisation/merge/", form).status_code == 404
    assert writes() == before


@pytest.mark.parametrize(("who", "buttons"), [("county", True), ("town", False), ("a", False), ("city", False)])
def test_buttons_are_offered_to_who_may(visit, world, who, buttons):
    page = visit(who).get(f"/organisation/details/?id={world.organisations['a'].id}").text
    for step in ("edit", "merge", "close", "delete"):
        assert (f"/organisation/{step}/" in page) == buttons, step


def test_ones_own_office_has_no_buttons(visit, world):
    page = visit("county").get(f"/organisation/details/?id={world.organisations['county'].id}").text
    assert "/organisation/edit/" not in page


@pytest.mark.parametrize("who", ["county", "a", "auditor", "province"])
def test_the_tree_shows_ones_own(visit, world, who):
    page = visit(who).get("/organisation/tree").text
    assert ("德安县蒲亭镇小学（小学）" in page) is True
    assert ("永修县涂埠镇小学（小学）" in page) == (who == "province")
