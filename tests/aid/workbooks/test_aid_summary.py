"""资助发放汇总: what was given and what is due, against SQL asked another way, and who is still waiting."""

import datetime as dt

import peewee as pw
import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations.entitlement import tally
from aid.operations.grants import preview
from aid.permissions import Permission
from aid.workbooks import make_workbook
from models import AidGrant, AidItem, AidStandard, Organisation
from tests.aid.giving import MEALS, aim, all_due, check
from tests.aid.workbooks.conftest import maker, opened

AUTUMN, SPRING = dt.datetime(2026, 11, 30), dt.datetime(2027, 3, 1)


@pytest.fixture
def made(aided, tmp_path):
    return maker(aided, "aid-summary", tmp_path / "book.xlsx", first="2026秋分学段乡镇", at=AUTUMN)


def test_what_was_given_by_item_stage_and_township_equals_plain_sums(made):
    line = made().only(资助项目=MEALS, 学段="小学", 乡镇="蒲亭镇")
    given = AidGrant.select(pw.fn.COUNT(AidGrant.id), pw.fn.SUM(AidGrant.amount_fen)).tuples().get()
    assert (line["已发人数"], line["已发金额（元）"]) == (given[0], given[1] / 100) == (1, 625)


def test_what_is_due_equals_what_the_list_of_the_unpaid_says(made, aided):
    total, at = made().only(资助项目=f"{MEALS} 小计"), aim(aided)
    shares = preview(aided.actors["county"], all_due(aided, at), at)
    assert total["应发未发人数"] == tally(aided.actors["county"].scope, at).heads == 3
    assert total["应发未发金额（元）"] == sum(share.fen for share in shares) / 100
    assert total["发放进度"] == pytest.approx(1 / 4)


def test_items_and_places_come_to_the_same_and_the_waiting_are_named(made):
    places, items, waiting = made().lines[-1], made("2026秋分项目").lines[-1], made("2026秋应发未发").lines
    for title in ("已发人数", "已发金额（元）", "应发未发人数", "应发未发金额（元）"):
        assert places[title] == items[title]
    assert waiting[-1]["应发金额（元）"] == places["应发未发金额（元）"]
    assert [line["姓名"] for line in waiting if line["资助项目"] == MEALS] == ["李强", "张敏", "陈静"]
    assert waiting[-1]["乡镇"] == f"{places['应发未发人数']} 人次合计"


def test_in_spring_there_are_two_terms_the_present_one_first(made, tmp_path):
    assert made("2027春分项目", at=SPRING).lines[-1]["已发人数"] == 0
    with opened(tmp_path / "book.xlsx", values=True) as book:
        assert [name[:5] for name in book.sheetnames] == ["2027春"] * 3 + ["2026秋"] * 3


def test_a_city_asks_each_item_of_the_schools_of_its_own_county(made, aided):
    check(aided, "far1", boards=True)
    with writing(aided.actors["other_county"], Permission.AID_WRITE) as ledger:
        item = ledger.add(AidItem, office=aided.organisations["other_county"], name=MEALS)
        ledger.add(AidStandard, item=item, stage="primary", amount_fen=100_000)
    assert made(actor="county").only(资助项目=f"{MEALS} 小计")["应发未发人数"] == 3
    line = made("2026秋分学段区县", actor="city").only(资助项目=MEALS, 区县="永修县")
    assert (line["应发未发人数"], line["应发未发金额（元）"]) == (1, 1000)


def test_one_s_own_schools_alone(made):
    assert [line["姓名"] for line in made("2026秋应发未发", "a").lines[:-1]] == ["李强"]
    assert [line["姓名"] for line in made("2026秋应发未发", "town").lines[:-1]] == ["李强", "张敏"]
    assert made("2026秋应发未发", "other_county").lines[0]["乡镇"] == "0 人次合计"
    with pytest.raises(NotAllowed):
        made(actor="auditor")


def test_it_asks_once_for_all_items_and_children(aided, queries, tmp_path):
    with queries() as seen:
        make_workbook(aided.actors["county"], "aid-summary", tmp_path / "book.xlsx", at=AUTUMN)
    asked = [sent for sent in seen if "SELECT" in sent]
    assert len(asked) <= 10
    assert Organisation.select().count() > len(asked)


def test_of_a_term_that_was_chosen_it_is_of_that_alone(made, tmp_path):
    autumn = made("2026秋分项目", at=SPRING, term="2026年秋")
    assert autumn.lines[-1]["已发人数"] == 1
    with opened(tmp_path / "book.xlsx", values=True) as book:
        assert [name[:5] for name in book.sheetnames] == ["2026秋"] * 3
        assert "2026秋资助发放汇总表" in book.worksheets[0]["A1"].value
