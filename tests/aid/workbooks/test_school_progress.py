"""学校核对进度: order, figures, and who has not signed in."""

import datetime as dt

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from aid.workbooks import make_workbook
from models import Beneficiary, CheckState, Organisation, Submission
from tests.aid.workbooks.conftest import open_account, read

NOW = dt.datetime(2026, 9, 10, 16, 30)  # UTC: half past midnight of 11 September on the county's clock


@pytest.fixture
def lines(county, tmp_path):
    open_account(county, login="early", school="a", last=dt.datetime(2026, 8, 1, 0, 0))
    open_account(county, login="late", school="a", last=dt.datetime(2026, 9, 8, 15, 59))
    open_account(county, login="never", school="b", last=None)

    def make(actor="county"):
        make_workbook(county.actors[actor], "school-progress", tmp_path / "book.xlsx", at=NOW)
        return read(tmp_path / "book.xlsx", "学校核对进度").lines

    return make


def test_one_line_per_school_with_its_counts(lines):
    made = lines()
    for line in made[:-1]:
        rows = Beneficiary.select().join(Organisation).where(Organisation.code == line["机构编码"])
        done = rows.where(Beneficiary.state != CheckState.UNCHECKED).count()
        assert line["未核对"] == rows.where(Beneficiary.state == CheckState.UNCHECKED).count()
        assert line["名单人数"] + line["无效合计"] == rows.count()
        assert line["核对进度"] == (pytest.approx(done / rows.count()) if rows.count() else None)
    assert len({line["机构编码"] for line in made[:-1]}) == len(made) - 1 == 9
    assert made[-1]["学校"] == "9 所学校合计"


def test_slowest_first_and_schools_without_rows_last(lines):
    shares = [line["核对进度"] for line in lines()[:-1]]
    assert shares[-1] is None
    assert shares[:-1] == sorted(shares[:-1])


def test_the_last_sign_in_of_a_school_s_accounts_on_the_county_s_clock(lines, county):
    by_code = {line["机构编码"]: (line["上次登录"], line["距今天数"]) for line in lines()}
    assert by_code[county.organisations["a"].code] == (dt.datetime(2026, 9, 8, 23, 59), 3)
    assert by_code[county.organisations["b"].code] == ("从未登录", None)
    assert by_code[county.organisations["c"].code] == ("没有账号", None)


def test_the_last_round_stands_beside_the_school_that_handed_it_in(lines, county):
    row = Beneficiary.select().where(Beneficiary.school == county.organisations["a"]).order_by(Beneficiary.id).first()
    with writing(county.actors["county"], Permission.SUBMISSION_HAND_IN) as ledger:
        for number, at in ((1, dt.datetime(2026, 9, 1, 1, 0)), (2, dt.datetime(2026, 9, 8, 17, 0))):
            ledger.add(Submission, school=row.school, code=f"x-{number}", round=number, handed_in_at=at)
    by_code = {line["机构编码"]: (line["上次上报"], line["上报轮次"]) for line in lines()}
    assert by_code[county.organisations["a"].code] == (dt.datetime(2026, 9, 9, 1, 0), 2)
    assert by_code[county.organisations["b"].code] == ("从未上报", None)


def test_a_school_sees_itself_only(lines):
    assert [line["学校"] for line in lines("far")] == ["永修县涂埠镇小学", "1 所学校合计"]
