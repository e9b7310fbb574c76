"""Accounts, as the county and whoever signs in meet them: questions 12, 13, 26 and 30 of DOMAIN.md part 3."""

import csv
import io
import re

import openpyxl
import pytest

from models import Account, Organisation, db
from tests.admin.test_borders import names_on
from tests.handover.desk import CHANGED, PASSWORD, Newcomer, told

OTHER = "窗含西岭，千秋之雪。"


def of(login: str) -> Account:
    with db.connection_context():
        return Account.get(login=login)


@pytest.fixture
def schoolless(world, app) -> str:
    """The code of a school that nobody signs in for."""
    with db.connection_context(), db.atomic():
        Account.update(organisation=world.organisations["b"]).where(Account.login == "c").execute()
    return world.organisations["c"].code


def sheet(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]


CHOSEN = (
    ({"role": "school"}, ["a", "b", "c"]),
    ({"role": "school", "organisation.stage": "primary"}, ["a", "c"]),
    ({"organisation": "蒲亭镇"}, ["a", "b", "town"]),
    ({"organisation": "360426000003|360426000005"}, ["a", "c"]),
)


def taken_out(visitor, words: dict[str, str]) -> tuple[list[dict[str, str]], list[list[object]]]:
    """What the links of export on the page with these words give: the rows of the CSV, the cells of the workbook."""
    page = visitor.get("/account/", query_string=words).text
    links = sorted(link.replace("&amp;", "&") for link in re.findall(r'href="(/account/export/[^"]+)"', page))
    text, book = (visitor.get(link).data for link in links)
    assert text.startswith(b"\xef\xbb\xbf")  # by which Excel knows UTF-8
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")))), sheet(book)


def test_question_12_login_names_of_chosen_organisations_and_kind_as_csv_and_xlsx(visit):
    county = visit("county")
    for words, logins in CHOSEN:
        rows, lines = taken_out(county, words)
        assert sorted(row["登录名"] for row in rows) == logins
        head = next(line for line in lines if "登录名" in line)
        at = head.index("登录名")
        assert sorted(line[at] for line in lines[lines.index(head) + 1 :] if line[0]) == logins


def test_question_12_never_a_password(visit):
    renewed = {"row": f"{of('a').id}:{of('a').version}", "confirmed": "1"}
    county = visit("county")
    [password] = PASSWORD.findall(county.post("/account/bulk/renew", renewed).text)
    with db.connection_context():
        secrets = [password, Account.get(login="a").password_hash]
    rows, lines = taken_out(county, {})
    cells = {str(cell) for line in lines for cell in line} | {cell for row in rows for cell in (*row, *row.values())}
    assert not [cell for cell in cells if any(secret in cell for secret in secrets)]
    assert not [cell for cell in cells if "密码" in cell and cell != "须改密码"]


def test_question_12_codes_of_schools_stay_text_and_names_ungarbled(visit):
    county = visit("county")
    lines = sheet(county.get("/account/export/xlsx?role=school").data)
    codes = [cell for line in lines for cell in line if str(cell).startswith("3604260000")]
    assert {type(code) for code in codes} == {str}
    assert "德安县蒲亭镇小学（小学）" in county.get("/account/export/csv").data.decode("utf-8-sig")
    assert visit("a").get("/account/export/csv").status_code == 403


def test_question_13_the_way_to_ones_password_stands_at_ones_name_on_every_page(visit):
    pages = ("/", "/organisation/", "/session/")
    for who, page in ((who, page) for who in ("county", "a", "town", "auditor") for page in pages):
        foot = visit(who).get(page).text.partition('<div class="side-foot">')[2].partition("</aside>")[0]
        assert re.search(rf'class="who"[^>]*>{who}<', foot)
        assert '<a href="/password">改密码</a>' in foot


def test_question_13_one_changes_it_oneself_and_the_old_one_opens_nothing(visit, app, world):
    county, login = visit("county"), "xx.wang"
    values = {"organisation": world.organisations["a"].code, "role": "school", "login": login, "name": "王"}
    one_time = PASSWORD.search(county.post("/account/new/", values).text)[1]
    school = Newcomer(app, login=login)
    school.enter(one_time)
    school.change(one_time)
    assert school.change("不是原来的密码啊", OTHER).status_code == 422
    assert school.change(CHANGED, OTHER).location == "/"
    assert "密码已改好" in school.client.get("/").text
    for password, code in ((one_time, 422), (CHANGED, 422), (OTHER, 302)):
        assert Newcomer(app, login=login).enter(password).status_code == code
    assert OTHER not in "".join(county.get(page).text for page in ("/change/", "/operation/", "/account/"))


def signs_in_from(app, login: str, password: str, address: str):
    desk = Newcomer(app, login=login, address=address)
    return desk, desk.enter(password)


def test_question_26_one_signs_in_only_from_the_networks_of_the_organisation(visit, app, world):
    county, place = visit("county"), world.organisations["a"]
    values = {"organisation": place.code, "role": "school", "login": "xx.wang", "name": "王"}
    one_time = PASSWORD.search(county.post("/account/new/", values).text)[1]
    anywhere, answer = signs_in_from(app, "xx.wang", one_time, "203.0.113.9")
    assert answer.status_code == 302  # empty: from anywhere
    anywhere.change(one_time)
    with db.connection_context():
        version = Organisation.get_by_id(place.id).version
    form = {"id": place.id, "version": version, "name": place.name, "stage": "primary", "region": "360426100000"}
    assert county.post("/organisation/edit/", form | {"networks": "10.36.0.0/16 2001:db8::/32"}).status_code == 302
    assert anywhere.client.get("/check/").status_code == 302  # who is in already is out
    _, refused = signs_in_from(app, "xx.wang", CHANGED, "203.0.113.9")
    assert refused.status_code == 422
    for words in ("只允许从 10.36.0.0/16 2001:db8::/32 登录", "您现在的地址是 203.0.113.9", "请上级机构修改登录网段"):
        assert words in told(refused)
    for address in ("10.36.4.2", "2001:db8::7"):
        desk, answer = signs_in_from(app, "xx.wang", CHANGED, address)
        assert (answer.status_code, desk.client.get("/check/").status_code) == (302, 200)
    assert "不在允许的网段" in told(county.get("/operation/?result=refused"))


def test_question_26_it_is_set_by_organisation_and_a_slip_is_told(visit, world):
    county, place = visit("county"), world.organisations["a"]
    form = {"id": place.id, "version": 1, "name": place.name, "stage": "primary", "region": "360426100000"}
    for wrong, words in (("10.36.0.1/16", "是不是 10.36.0.0/16"), ("校园网", "“校园网”不是网段")):
        answer = county.post("/organisation/edit/", form | {"networks": wrong})
        assert (answer.status_code, words in told(answer)) == (422, True)
    county.post("/organisation/edit/", form | {"networks": "10.36.0.0/16"})
    assert visit("a").get("/").status_code == 302
    assert visit("b").get("/").status_code == 200


def test_question_30_accounts_are_listed_searched_and_exported_by_who_keeps_them(visit):
    county = visit("county")
    assert sorted(names_on(county.get("/account/"))) == ["a", "auditor", "b", "c", "county", "town"]
    assert names_on(county.get("/account/?search=town")) == ["town"]
    assert sorted(names_on(visit("other_county").get("/account/"))) == ["far", "other_county"]
    assert "永修" not in county.get("/account/export/csv").data.decode("utf-8-sig")
    assert visit("a").get("/account/").status_code == 403


def test_question_30_every_school_without_an_account_is_given_one_at_once(schoolless, visit, app):
    county = visit("county")
    page = county.get("/account/missing/")
    expected = re.search(r'name="expected"[^>]*value="(\d+)"', page.text)[1]
    assert ("给下面 1 所学校各开一个账号" in told(page), expected) == (True, "1")
    handed = county.post("/account/missing/", {"expected": expected})
    [password] = PASSWORD.findall(handed.text)
    assert "这些密码只显示这一次" in told(handed)
    for again in ("/account/", "/account/missing/", "/account/export/csv", "/change/", "/operation/"):
        assert password not in county.get(again).get_data(as_text=True), again
    school = Newcomer(app, login=schoolless)
    assert school.enter(password).location == "/"
    assert school.client.get("/check/").location == "/password"  # first a password of one's own
    assert school.change(password).location == "/"
    assert names_on(school.client.get("/check/")) == ["陈静"]
    assert Newcomer(app, login=schoolless).enter(password).status_code == 422
