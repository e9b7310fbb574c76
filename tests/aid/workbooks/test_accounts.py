"""机构账号: who may sign in where, by kind; who has no account; never a secret."""

import datetime as dt
import zipfile

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM, visible
from aid.workbooks import make_workbook
from models import Account, AccountStatus, Organisation, OrganisationStatus
from tests.aid.workbooks.conftest import open_account, read

NOW = dt.datetime(2026, 9, 10, 16, 30)  # UTC


@pytest.fixture
def made(county, tmp_path):
    open_account(county, login="early", school="a", last=dt.datetime(2026, 9, 8, 15, 59))
    open_account(county, login="never", school="b", last=None)
    open_account(county, login="gone", school="c", last=None)
    open_account(county, login="over", school="closed", last=None)
    with writing(SYSTEM, Permission.ACCOUNT_MANAGE) as ledger:
        ledger.change(Account.get(Account.login == "gone"), status=AccountStatus.DISABLED)

    def make(name="机构账号", actor="county"):
        make_workbook(county.actors[actor], "accounts", tmp_path / "book.xlsx", at=NOW)
        return read(tmp_path / "book.xlsx", name).lines

    return make


def test_the_sums_are_plain_counts(made, county):
    accounts = visible(Account, county.actors["county"].scope)
    offices = visible(Organisation, county.actors["county"].scope)
    total = made()[-1]
    assert total["账号数"] == accounts.count() == 4
    for status in AccountStatus:
        assert total[status.label] == accounts.where(Account.status == status).count()
    assert total["机构数"] == offices.where(Organisation.status == OrganisationStatus.OPEN).count() + 1
    assert (total["有账号"], total["没有账号"]) == (3, total["机构数"] - 3)
    assert total["从未登录"] == 2
    assert total["开通率"] == pytest.approx(3 / total["机构数"])


def test_one_line_per_account_with_its_organisation(made, county):
    lines = made("账号")
    by_login = {line["登录名"]: line for line in lines[:-1]}
    assert set(by_login) == {"early", "never", "gone", "over"}
    early = by_login["early"]
    assert (early["机构编码"], early["学段"], early["乡镇"]) == (county.organisations["a"].code, "小学", "蒲亭镇")
    assert (early["上次登录"], early["距今天数"]) == (dt.datetime(2026, 9, 8, 23, 59), 3)
    assert by_login["never"]["上次登录"] == "从未登录"
    assert by_login["gone"]["账号状态"] == "停用"
    assert by_login["over"]["机构名称"].endswith("（撤销）")
    assert lines[-1]["登录名"] == 4


def test_who_has_no_account_and_whose_was_disabled(made, county):
    lines = {line["机构编码"]: line["原有账号"] for line in made("没有账号")[:-1]}
    assert lines[county.organisations["c"].code] == "已停用"
    assert lines[county.organisations["village"].code] == ""
    assert county.organisations["a"].code not in lines
    assert county.organisations["far"].code not in lines


def test_no_secret_goes_out(made, county, tmp_path):
    Account.update(password_hash="scrypt:kept-back").where(Account.login == "early").execute()
    made()
    with zipfile.ZipFile(tmp_path / "book.xlsx") as parts:
        assert not [name for name in parts.namelist() if b"kept-back" in parts.read(name)]


@pytest.mark.parametrize("actor", ["town", "a", "auditor"])
def test_only_who_reads_accounts_may_ask(made, actor):
    with pytest.raises(NotAllowed):
        made(actor=actor)
