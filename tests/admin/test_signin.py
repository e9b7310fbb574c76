"""Signing in and out: who gets in, what ends a session, and where one is sent on to."""

import datetime as dt
import logging
import re
import time

import pytest

from admin.signin import own_path
from aid.ledger import writing
from aid.operations import accounts
from aid.operations.checking import confirm
from aid.permissions import Permission
from aid.scope import SYSTEM
from models import Account, AccountStatus, Operation, Organisation, Role, db, now
from tests.admin.conftest import TOKEN

NEW = "山高月小，水落石出。"


class Desk:
    """A browser in front of which somebody types."""

    def __init__(self, app) -> None:
        self.client = app.test_client()

    def send(self, url: str, *, page: str = "", **values: str):
        token = TOKEN.search(self.client.get(page or url).text)[1]
        return self.client.post(url, data={"csrf_token": token, **values})

    def enter(self, password: str, *, onward: str = ""):
        return self.send(f"/sign-in{onward}", login="pt01", password=password)

    def change(self, old: str, new: str = NEW, again: str = ""):
        return self.send("/password", old=old, new=new, again=again or new)

    @property
    def is_in(self) -> bool:
        return self.client.get("/password").status_code == 200


@pytest.fixture
def one_time(app, world) -> str:
    """The one-time password of a school's new account pt01."""
    with db.connection_context():
        place = world.organisations["a"]
        opened = accounts.open_account(
            world.actors["county"], organisation=place, role=Role.SCHOOL, login="pt01", name="王"
        )
    return opened[1]


@pytest.fixture
def desk(app, one_time) -> Desk:
    """Where pt01 has signed in, with a password of its own."""
    desk = Desk(app)
    desk.enter(one_time)
    desk.change(one_time)
    return desk


def test_a_one_time_password_opens_nothing_but_the_page_to_change_it(app, one_time):
    desk = Desk(app)
    assert desk.enter(one_time).location == "/"
    views = app.extensions["admin"][0]._views
    pages = [f"{view.url}/" for view in views if view.url]
    for url in ("/", *pages, "/check/export/csv", "/workbooks/download/1.xlsx"):
        assert desk.client.get(url).location == "/password", url
    assert desk.change(one_time).location == "/"
    assert desk.client.get("/").status_code == 200


def test_a_wrong_password_lets_nobody_in(app, one_time):
    desk = Desk(app)
    assert desk.enter("wrong password").status_code == 422
    assert not desk.is_in


def test_a_sign_in_asks_once_whether_one_came_from_here_before(app, one_time, caplog):
    with caplog.at_level(logging.DEBUG, "peewee"):
        Desk(app).enter("wrong password")
    asked = [said for said in caplog.messages if 'EXISTS(SELECT 1 FROM "session"' in said and "'pt01'" in said]
    assert len(asked) == 1


def test_a_session_begins_empty_and_ends_empty(app, one_time):
    desk = Desk(app)
    with desk.client.session_transaction() as session:
        session["planted"] = "before"
    token = TOKEN.search(desk.client.get("/sign-in").text)[1]
    desk.enter(one_time)
    with desk.client.session_transaction() as session:
        assert "planted" not in session
        session["kept"] = "after"
    assert desk.client.post("/password", data={"csrf_token": token}).status_code == 400
    assert desk.send("/sign-out", page="/password").location == "/sign-in"
    with desk.client.session_transaction() as session:
        assert "kept" not in session
    assert not desk.is_in


def test_a_closed_account_is_out_at_once(desk):
    assert desk.is_in
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_OPEN) as ledger:
        ledger.change(Account.get(Account.login == "pt01"), status=AccountStatus.LOCKED)
    assert not desk.is_in


def test_a_new_password_ends_every_other_session_and_not_ones_own(app, desk):
    other = Desk(app)
    other.enter(NEW)
    assert other.is_in
    assert desk.change(NEW, "另外一个够长的口令吧8").location == "/"
    assert (desk.is_in, other.is_in) == (True, False)


def test_of_ones_own_sessions_the_one_that_asks_is_marked(app, desk):
    other = Desk(app)
    other.enter(NEW)
    first, second = (which.client.get("/session/").text.split("<tbody>")[1].split("</tr>") for which in (other, desk))
    assert ["（本次登录）" in row for row in first[:2]] == [True, False]  # the newest stands first
    assert ["（本次登录）" in row for row in second[:2]] == [False, True]


def test_a_new_password_is_typed_twice_alike(app, desk):
    assert desk.change(NEW, "另外一个够长的口令吧8", "另外一个够长的暗号啊8").status_code == 200
    assert Desk(app).enter("另外一个够长的口令吧8").status_code == 422


def test_a_session_is_known_by_a_token_and_by_nothing_one_could_guess(app, desk):
    with db.connection_context():
        account = Account.get(Account.login == "pt01")
    for guessed in (str(account.id), "pt01"):
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = guessed
        assert client.get("/password").status_code == 302, guessed


def test_the_record_says_from_where(app, desk, visit, world):
    with db.connection_context():
        signed_in = Operation.get(Operation.sentence == "登录")
    assert signed_in.address == "127.0.0.1"
    child = world.children["a1"]
    visit("a").post(
        f"/check/row/?id={child.id}", {"do": "confirm", "version": 1, "name": child.name, "grade": "四年级"}
    )
    with db.connection_context():
        newest = Operation.select().order_by(Operation.id.desc()).get()
    assert (newest.actor, newest.address) == ("a", "127.0.0.1")


def test_one_goes_on_to_the_page_one_wanted_and_never_elsewhere(app, one_time):
    answer = Desk(app).enter(one_time, onward="?next=/check/?page=2")
    assert answer.location == "/check/?page=2"
    answer = Desk(app).enter(one_time, onward="?next=https://elsewhere.example/")
    assert answer.location == "/"


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "check/",
        "https://elsewhere.example/",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "/\n/elsewhere.example/",
        "/\t/elsewhere.example/",
    ],
)
def test_an_address_from_outside_leads_to_the_first_page(app, target):
    with app.test_request_context():
        assert own_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/check/?page=2", "/details/?id=3&back=//x"])
def test_an_address_of_ones_own_is_kept(app, target):
    with app.test_request_context():
        assert own_path(target) == target


def test_who_is_in_already_is_led_nowhere_else(desk):
    assert desk.client.get("/sign-in?next=//elsewhere.example/").location == "/"
    assert desk.client.get("/sign-in?next=/check/").location == "/check/"


def test_an_undo_leads_back_to_a_page_of_ones_own(visit, world):
    with db.connection_context():
        confirm(world.actors["a"], world.children["a1"])
        done = Operation.select().order_by(Operation.id.desc()).get()
    answer = visit("a").post(f"/operation/undo/{done.id}", {"back": "//elsewhere.example/"})
    assert answer.location == "/"


# -- while one is signed in ----------------------------------------------------------


def test_an_open_session_goes_no_further_from_outside_the_networks(desk, world):
    assert desk.is_in
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["a"].id), networks="10.36.0.0/16")
    assert not desk.is_in
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(world.organisations["a"].id), networks="10.36.0.0/16 127.0.0.0/8")
    assert desk.is_in


def test_a_password_that_has_grown_old_is_changed_before_anything_else(desk):
    with db.connection_context(), writing(SYSTEM, Permission.ACCOUNT_MANAGE) as ledger:
        account = Account.get(Account.login == "pt01")
        ledger.change(account, password_at=now() - dt.timedelta(days=181))
    assert desk.client.get("/check/").location == "/password"
    assert "180 天" in desk.client.get("/password").text
    assert desk.change(NEW, "另外一个够长的口令吧8").location == "/"
    assert desk.client.get("/check/").status_code == 200


def test_an_idle_session_is_told_so_and_kept_while_one_works(app, desk):
    for minutes, code in ((29, 200), (31, 302)):
        with desk.client.session_transaction() as session:
            session["seen"] = int(time.time()) - minutes * 60
        assert desk.client.get("/check/").status_code == code
    assert "超过 30 分钟没有操作" in desk.client.get("/sign-in").text


def test_the_last_sign_in_is_told(app, desk):
    other = Desk(app)
    other.enter(NEW)
    assert "来自 127.0.0.1。若不是您本人" in other.client.get("/").text


def test_who_has_come_from_here_before_is_shut_out_by_nobody_else(app, desk, world):
    """A stranger's failures fill the account's count; the school's own computer signs in all the same."""
    stranger = {"REMOTE_ADDR": "203.0.113.9"}
    for number in range(6):
        elsewhere = Desk(app)
        elsewhere.client.environ_base |= {"REMOTE_ADDR": f"203.0.113.{number}"}
        for attempt in range(9):
            elsewhere.enter(f"wrong {attempt}")
    newcomer = Desk(app)
    newcomer.client.environ_base |= stranger
    assert newcomer.enter(NEW).status_code == 429
    assert Desk(app).enter(NEW).status_code == 302


def test_ones_own_sessions_are_listed_and_ended(app, desk, world):
    other = Desk(app)
    other.enter(NEW)
    page = desk.client.get("/session/").text
    rows = re.findall(r'name="row" value="(\d+:\d+)"', page)
    assert len(rows) == 2
    desk.send("/session/bulk/end", page="/password", row=rows[0], confirmed="1")
    assert (desk.is_in, other.is_in) == (True, False)


def test_what_a_grid_asks_by_itself_keeps_no_session_awake(app, desk):
    headers = {"X-CSRFToken": TOKEN.search(desk.client.get("/password").text)[1]}
    moment = int(time.time()) - 20 * 60
    for path, renewed in (("since", False), ("totals", False), ("open", True)):
        with desk.client.session_transaction() as session:
            session["seen"] = moment
        desk.client.post(f"/check/grid/{path}", json={"words": {}, "at": 0}, headers=headers)
        with desk.client.session_transaction() as session:
            assert (session["seen"] > moment) == renewed, path
