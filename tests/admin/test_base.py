"""What every generated view keeps to itself: columns, actions, choices, the token, and who may do what."""

import re

import pytest

from admin.listing import Listing
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, Change, Organisation, Role, db
from tests.admin.conftest import SECRETS, open_session
from tests.admin.test_doors import panel_views

BUTTON = re.compile(r"formaction=")


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


def test_the_page_of_an_account_tells_no_secret_and_no_inner_column(visit, world):
    with db.connection_context():
        account = Account.get(Account.login == "a")
    page = visit("county").get(f"/account/details/?id={account.id}").text
    labels = set(re.findall(r"<dt>([^<]+)</dt>", page.partition("<dl>")[2].partition("</dl>")[0]))
    assert labels == {"登录名", "姓名", "角色", "所属机构", "账号状态", "须改密码", "上次登录", "密码设定时间"}
    assert "token-a" not in page


@pytest.mark.parametrize(("who", "offered"), [("a", True), ("county", True), ("town", False), ("city", False)])
def test_actions_are_offered_to_who_may(visit, who, offered):
    assert bool(BUTTON.search(visit(who).get("/check/").text)) == offered


def test_a_question_is_asked_with_a_token_of_its_own(visit, world):
    form = {"row": f"{world.children['a1'].id}:1"}
    page = visit("a").post("/check/bulk/confirm", form).text.partition("<main")[2]
    assert (page.count('name="csrf_token"'), page.count('name="confirmed"')) == (1, 1)


@pytest.mark.parametrize("values", [{}, {"row": [f"{number}:1" for number in range(1, 2002)]}])
def test_no_row_or_too_many_are_no_choice(visit, values):
    before = writes()
    answer = visit("a").post("/check/bulk/confirm", {**values, "confirmed": 1})
    assert (answer.status_code, writes()) == (400, before)


@pytest.mark.parametrize("word", ["", "x", "²", "-1"])
def test_everything_needs_to_know_of_which_page(visit, word):
    before = writes()
    for name in ("shown_at", "expected"):
        form = {"everything": 1, "shown_at": 1, "expected": 2, "confirmed": 1, name: word}
        assert visit("a").post("/check/bulk/confirm", form).status_code == 400
    assert writes() == before


def test_a_choice_offers_twenty_rows(visit, world):
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        for number in range(25):
            code = f"3604260001{number:02d}"
            at = {"region": world.regions["town"], "stage": "primary"}
            ledger.add(Organisation, code=code, name=f"第{number}小学", kind="school", **at)
    found = visit("county").get("/beneficiary/lookup/school").get_json()["found"]
    assert len(found) == 20


def test_a_file_is_kept_and_never_opened_in_the_page(visit):
    told = visit("a").get("/beneficiary/export/csv").headers["Content-Disposition"]
    assert told.startswith("attachment;")
    assert "filename*=UTF-8''%E8%B5%84%E5%8A%A9%E5%AF%B9%E8%B1%A1.csv" in told


def test_lines_are_of_rows_one_may_read_whichever_are_asked_for(app, world):
    [view] = [view for view in panel_views(app) if view.endpoint == "beneficiary"]
    wanted = [world.children["a1"].id, world.children["far1"].id]
    with db.connection_context():
        found = Listing(view.table, world.actors["a"].scope, {}).lines_of(wanted)
    assert [line.id for line in found] == wanted[:1]


def test_a_refused_account_says_nothing_of_the_school_behind_the_code(visit, world):
    far = world.organisations["far"]
    form = {"organisation": far.code, "role": "school", "login": "far.new", "name": "某人"}
    answer = visit("county").post("/account/new/", form)
    assert (answer.status_code, far.name in answer.text) == (404, False)


def test_accounts_are_opened_by_who_may_and_never_the_systems(visit, world):
    assert visit("city").get("/account/new/").status_code == 403
    assert 'value="system"' not in visit("county").get("/account/new/").text


def test_sheets_are_taken_in_by_who_may(visit):
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        account = ledger.add(Account, login="system", name="system", role=Role.SYSTEM, **SECRETS)
        open_session(ledger, account)
    offered, tables = {}, {"table_account", "table_organisation"}
    for who in ("county", "system"):
        offered[who] = set(re.findall(r'name="kind"[^>]* value="(\w+)"', visit(who).get("/import_run/new/").text))
    assert offered == {
        "county": {"guess", "regions", "organisations", "register", "roll", "supplement", "grants"}
        | {*tables, "table_beneficiary"},
        "system": {"guess", "regions", "organisations", *tables},
    }
    assert visit("city").get("/import_run/new/").status_code == 403


@pytest.mark.parametrize("column", ["grade", "state", "register_person.name", "nothing", "password_hash"])
def test_a_column_without_choices_offers_none(visit, column):
    assert visit("county").get(f"/beneficiary/lookup/{column}").status_code == 404
