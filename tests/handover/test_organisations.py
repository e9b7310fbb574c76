"""Schools, as a county keeps them: questions 5, 16, 21, 27 and 38 of DOMAIN.md part 3."""

import re

import pytest

from models import Organisation, db
from tests.admin.test_borders import names_on
from tests.handover.desk import PASSWORD, Newcomer, told, undo
from tests.handover.test_submissions import lines

NURSERY = {
    "kind": "school",
    "name": "德安县蒲亭镇小学",
    "stage": "preschool",
    "region": "蒲亭镇 360426100000",
    "networks": "",
}
TWIN = "德安县蒲亭镇小学"
CODE = re.compile(r"机构编码 (\d{12})")


def place(name: str, stage: str) -> Organisation:
    with db.connection_context():
        return Organisation.get(name=name, stage=stage)


def fresh(world, key: str) -> Organisation:
    with db.connection_context():
        return Organisation.get_by_id(world.organisations[key].id)


def add(county, **values: str) -> str:
    """The code that a new school was given."""
    answer = county.post("/organisation/new/", NURSERY | values)
    return CODE.search(told(county.get(answer.location)))[1]


def open_account(county, code: str, login: str) -> str:
    values = {"organisation": code, "role": "school", "login": login, "name": "园长"}
    return PASSWORD.search(county.post("/account/new/", values).text)[1]


def end(county, way: str, row: Organisation, **more: object) -> str:
    """Merge, close or delete, as the page of the question sends it."""
    answer = county.post(f"/organisation/{way}/", {"id": row.id, "version": row.version, **more})
    return told(county.get(answer.location)) if answer.status_code == 302 else told(answer)


def test_question_05_a_preschool_without_a_code_is_added_by_the_county_and_then_its_account(visit, app):
    county = visit("county")
    first = add(county, name="石门幼儿园")
    assert first == "360426000006"  # the office's first eight digits and its next serial
    assert "已删除" in end(county, "delete", place("石门幼儿园", "preschool"))
    second = add(county, name="蒲亭幼儿园")
    assert second == "360426000007"  # a code that was ever given out is given to nobody else
    newcomer = Newcomer(app, login="pt.yey")
    password = open_account(county, second, "pt.yey")
    assert newcomer.enter(password).location == "/"
    assert newcomer.change(password).location == "/"
    assert "蒲亭幼儿园（学前）" in newcomer.client.get("/").text
    assert newcomer.client.get("/check/").status_code == 200


def test_question_05_a_school_adds_no_other(visit):
    assert visit("a").post("/organisation/new/", NURSERY).status_code == 403


# -- a nursery attached to a primary school ------------------------------------


APART = re.compile(TWIN + r"(?!（小学）|（学前）)")
STAGE_BESIDE = ("/organisation/", "/late_schools/", "/change/")  # where 机构名称 is told, 学段 is told beside it


@pytest.fixture
def twins(visit) -> tuple[str, str]:
    """The codes of the primary school and of the nursery of the same name."""
    return "360426000003", add(visit("county"))


def pages(visitor):
    """Each page that the menu leads to, the first row of it, and its sheet."""
    first = visitor.get("/").text
    menu = re.findall(r'href="(/[^"?]*)"', first.partition("<nav")[2].partition("</nav>")[0])
    for address in (*menu, "/organisation/tree", "/account/missing/", "/supplement/new/"):
        page = visitor.get(address)
        if page.status_code == 200:
            yield address, page.text
            for link in re.findall(r'<td[^>]*><a href="(/[^"]*)"', page.text)[:1]:
                yield link, visitor.get(link).text
            if f"{address}export/csv" in page.text:
                yield f"{address}export/csv", visitor.get(f"{address}export/csv").data.decode("utf-8-sig")


def test_question_16_in_the_workbooks_too(twins, visit):
    county, told_apart = visit("county"), []
    for slug in ("regional-summary", "school-progress"):
        rows = [row for row in lines(county, slug) if any(TWIN in cell for cell in row)]
        told_apart += [any(cell in ("小学", "学前") or "（小学）" in cell for cell in row) for row in rows]
    assert len(told_apart) > 2
    assert all(told_apart)


@pytest.mark.parametrize("who", ["county", "a"])
def test_question_16_two_of_one_name_are_told_apart_by_stage_wherever_the_name_shows(twins, visit, who):
    visitor, seen = visit(who), 0
    for address, text in pages(visitor):
        seen += text.count(TWIN)
        beside = address.startswith(STAGE_BESIDE) and "学段" in text
        assert beside or not APART.search(text), address
    assert seen > 15
    if who == "county":
        found = visitor.get("/beneficiary/lookup/school?q=蒲亭镇小学").json["found"]
        assert {one["text"] for one in found} == {f"{TWIN}（小学）", f"{TWIN}（学前）"}


def test_question_16_each_of_the_two_has_its_account_and_its_list(twins, visit, app):
    county, (_, nursery) = visit("county"), twins
    assert "给下面 1 所学校各开一个账号" in told(county.get("/account/missing/"))
    [password] = PASSWORD.findall(county.post("/account/missing/", {"expected": "1"}).text)
    newcomer = Newcomer(app, login=nursery)
    newcomer.enter(password)
    newcomer.change(password)
    assert names_on(newcomer.client.get("/check/?all=1")) == []
    assert names_on(visit("a").get("/check/?all=1")) == ["王芳", "李强"]


def test_question_27_neither_is_merged_away_by_accident(twins, visit, world):
    county, school = visit("county"), fresh(world, "a")
    nursery = place(TWIN, "preschool")
    assert "已经有了" in told(county.post("/organisation/new/", NURSERY))
    into = {"into": nursery.code, "into_version": nursery.version}
    refused = end(county, "merge", school, **into)
    assert f"{TWIN}（小学）和{TWIN}（学前）学段不同，是两个机构" in refused
    assert {fresh(world, "a").status, place(TWIN, "preschool").status} == {"open"}
    assert "随迁" in end(county, "merge", school, **into, across_stages="y")  # where it is said that it is meant


# -- schools that are not there any more ---------------------------------------


def test_question_21_a_school_is_deleted_only_where_nothing_ever_hung_on_it(visit, app, world):
    county = visit("county")
    assert "名单上的学生 2 条" in end(county, "delete", fresh(world, "a"))
    for name, login, used in (("旧幼儿园", "pt.old", True), ("新幼儿园", "pt.new", False)):
        password = open_account(county, add(county, name=name), login)
        if used:
            Newcomer(app, login=login).enter(password)
        page = end(county, "delete", place(name, "preschool"))
        assert ("登录过的账号 1 个" in page, "请改用合并或撤销" in page, "已删除" in page) == (used, used, not used)
    undo(county)
    assert place("新幼儿园", "preschool").code == "360426000007"


def test_question_21_one_that_handed_in_is_merged_or_closed_instead(visit, world):
    school = visit("c")
    child = world.children["c1"]
    form = {"do": "confirm", "version": 1, "name": child.name, "grade": "三年级"}
    assert school.post(f"/check/row/?id={child.id}", form).status_code == 302
    shown = dict(re.findall(r'name="(shown_at|expected)"[^>]*value="(\d+)"', school.get("/submission/new/").text))
    assert school.post("/submission/new/", shown).status_code == 302
    question = told(visit("county").get(f"/organisation/delete/?id={world.organisations['c'].id}"))
    assert "上报 1 轮" in question


def test_question_38_a_merged_schools_children_and_account_follow_and_come_back(visit, world):
    county, school, into = visit("county"), fresh(world, "a"), fresh(world, "c")
    preview = end(county, "merge", school, into=into.code)
    assert "2 条（有效 2 条）随迁" in preview
    assert fresh(world, "a").status == "open"  # asked, and not yet done
    assert "名单 2 条随迁" in end(county, "merge", school, into=into.code, into_version=into.version)
    assert sorted(names_on(visit("c").get("/check/"))) == ["李强", "王芳", "陈静"]
    assert sorted(names_on(visit("a").get("/check/"))) == ["李强", "王芳", "陈静"]  # its account went along
    assert "撤并" in told(county.get(f"/organisation/details/?id={school.id}"))
    undo(county)
    assert [names_on(visit(who).get("/check/")) for who in "ac"] == [["王芳", "李强"], ["陈静"]]


def test_question_38_a_closed_schools_children_are_unplaced_and_come_back(visit, world):
    county, school = visit("county"), fresh(world, "a")
    assert "有效的 2 条改为无效" in told(county.get(f"/organisation/close/?id={school.id}"))
    assert "名单 2 条转为未匹配" in end(county, "close", school)
    assert sorted(names_on(county.get("/matching/"))) == ["李强", "王芳"]
    assert visit("a").get("/check/").status_code == 302  # its account is disabled
    undo(county)
    assert (names_on(county.get("/matching/")), fresh(world, "a").status) == ([], "open")
