"""The page of accounts: the sheet of one-time passwords, what is offered for which state, logins as a sheet."""

import csv
import io
import re

import openpyxl
import pytest

from models import Account, Change, Operation, db

PASSWORD = re.compile(r'class="password">([^<]+)<')


def account_of(login: str) -> Account:
    with db.connection_context():
        return Account.get(Account.login == login)


@pytest.fixture
def without(world):
    """The county's schools have accounts in the panel's own world: one loses its."""
    with db.connection_context(), db.atomic():
        Account.update(organisation=world.organisations["b"]).where(Account.login == "c").execute()


def test_accounts_for_all_schools_are_asked_about_and_handed_out_once(visit, world, without):
    county = visit("county")
    asked = county.get("/account/missing/").text
    assert "给下面 1 所学校各开一个账号" in asked
    sheet = county.post("/account/missing/", {"expected": "1"})
    [password] = PASSWORD.findall(sheet.text)
    code = world.organisations["c"].code
    assert code in sheet.text
    assert sheet.headers["Cache-Control"] == "no-store"
    for url in ("/account/", "/account/export/csv", f"/account/details/?id={account_of(code).id}", "/change/"):
        assert password not in county.get(url).get_data(as_text=True), url
    assert "每所正常的学校都已有账号" in county.get("/account/missing/").text


def test_a_number_that_changed_meanwhile_is_told(visit, without):
    answer = visit("county").post("/account/missing/", {"expected": "7"})
    assert answer.status_code == 409
    assert "没有账号的学校有了变化" in answer.text
    assert visit("county").post("/account/missing/", {"expected": "x"}).status_code == 422


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_who_opens_no_accounts_has_no_such_page(visit, who):
    assert visit(who).get("/account/missing/").status_code == 403
    assert visit(who).post("/account/missing/", {"expected": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("open", {"renew", "lock", "disable"}),
        ("locked", {"renew", "unlock", "disable"}),
        ("disabled", {"enable"}),
    ],
)
def test_a_page_offers_what_fits_the_state(visit, status, offered):
    with db.connection_context(), db.atomic():
        Account.update(status=status).where(Account.login == "a").execute()
    page = visit("county").get(f"/account/details/?id={account_of('a').id}").text
    assert set(re.findall(r"/account/bulk/(\w+)", page)) == offered


@pytest.mark.parametrize(("who", "of"), [("county", "county"), ("city", "a")])
def test_a_page_offers_nothing_for_oneself_and_to_who_only_reads(visit, who, of):
    assert "/account/bulk/" not in visit(who).get(f"/account/details/?id={account_of(of).id}").text


def test_a_locked_account_is_out_at_once_and_the_undo_is_offered(visit):
    school, county, row = visit("a"), visit("county"), account_of("a")
    assert school.get("/").status_code == 200
    chosen = {"row": f"{row.id}:{row.version}"}
    assert "锁定这 1 个账号" in county.post("/account/bulk/lock", chosen).text
    county.post("/account/bulk/lock", chosen | {"confirmed": "1"})
    assert school.get("/").status_code == 302
    assert "撤销" in county.get("/account/").text


def test_new_passwords_are_a_sheet_and_no_undo_is_offered(visit):
    county, rows = visit("county"), [account_of(login) for login in ("a", "b")]
    chosen = {"row": [f"{row.id}:{row.version}" for row in rows]}
    asked = county.post("/account/bulk/renew", chosen).text
    assert "这一步不能撤销" in asked
    sheet = county.post("/account/bulk/renew", chosen | {"confirmed": "1"}).text
    assert len(PASSWORD.findall(sheet)) == 2
    with db.connection_context():
        assert not Operation.select().order_by(Operation.id.desc()).get().undoable


def logins(answer) -> list[dict[str, str]]:
    content = answer.get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"organisation.kind": "school"}, {"a", "b", "c"}),
        ({"organisation.stage": "primary"}, {"a", "c"}),
        ({"role": "auditor"}, {"auditor"}),
        ({"organisation": "德安县蒲亭镇小学（小学）"}, {"a"}),
        ({"organisation.kind": "county", "role": "county"}, {"county"}),
    ],
)
def test_logins_go_out_by_organisation_and_kind(visit, words, found):
    rows = logins(visit("county").get("/account/export/csv", query_string=words))
    assert {row["登录名"] for row in rows} == found
    assert {"登录名", "所属机构", "机构编码", "角色", "账号状态"} <= set(rows[0])


def test_logins_go_out_as_text_and_without_a_secret(visit):
    sheet = openpyxl.load_workbook(io.BytesIO(visit("county").get("/account/export/xlsx").data)).active
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    codes = [value for value in values if str(value).startswith("360426")]
    assert codes
    assert {type(value) for value in codes} == {str}
    assert not [value for value in values if "密码" in str(value) and value != "须改密码"]


def test_a_login_that_looks_like_a_formula_stays_text(visit, world):
    with db.connection_context(), db.atomic():
        Account.update(name='=HYPERLINK("http://x")').where(Account.login == "a").execute()
    rows = logins(visit("county").get("/account/export/csv", query_string={"role": "school"}))
    assert [row["姓名"][0] for row in rows if row["登录名"] == "a"] == ["'"]


def test_nothing_was_written_by_looking(visit):
    county = visit("county")
    with db.connection_context():
        before = Change.select().count()
    for url in ("/account/", "/account/missing/", "/account/new/"):
        county.get(url)
    with db.connection_context():
        assert Change.select().count() == before
