"""受助信息 by sheet: what it adds and corrects, what it holds back by cell, what it only warns of."""

import datetime as dt

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations.history import undo
from aid.permissions import Permission
from models import AidGrant, AidItem, CheckState, InvalidReason, Operation
from tests.aid.giving import MEALS, check, give_all, ready
from tests.aid.imports.sheets import id_number

A1, B1, C1 = ({"身份证号": f"3604262009083000{end}"} for end in ("16", "32", "40"))
B1 |= {"金额": "375"}


def given() -> list[tuple]:
    rows = AidGrant.select(AidGrant.name, AidGrant.term, AidGrant.amount_fen, AidGrant.paid_on)
    return list(rows.order_by(AidGrant.id).tuples())


def held(report) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.message) for one in report.held_back]


def test_a_sheet_of_what_was_paid_is_taken_in_and_undone_as_one(world, send):
    ready(world)
    report = send(world.actors["county"], "grants", A1, B1 | {"学期": "2026-2027学年第二学期", "发放日期": ""})
    assert (report.added, report.held_back, report.warnings) == (2, [], [])
    assert given() == [("王芳", "2026秋", 62_500, dt.date(2026, 11, 20)), ("张敏", "2027春", 37_500, None)]
    undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert given() == []


@pytest.mark.parametrize(
    ("cell", "fen"), [(625, 62_500), (625.5, 62_550), ("1,000.00", 100_000), ("￥1000", 100_000), ("1000元", 100_000)]
)
def test_an_amount_is_read_however_it_is_written(world, send, cell, fen):
    ready(world)
    send(world.actors["county"], "grants", A1 | {"金额": cell})
    assert [row[2] for row in given()] == [fen]


def test_what_was_given_already_is_unchanged_or_corrected(world, send):
    give_all(world, ready(world))
    county = world.actors["county"]
    corrected = B1 | {"金额": "400", "发放日期": "2026-11-21", "备注": "退回重发"}
    again = send(county, "grants", A1 | {"发放日期": ""}, corrected)
    assert (again.added, again.changed, again.unchanged) == (0, 1, 1)
    assert AidGrant.get(AidGrant.name == "张敏").note == "退回重发"
    assert [row[2:] for row in given()] == [(62_500, dt.date(2026, 11, 20)), (40_000, dt.date(2026, 11, 21))]


def test_a_child_given_without_a_number_is_known_again_by_its_row(world, send):
    at = ready(world)
    check(world, "a1", id_number="")
    give_all(world, at)
    check(world, "a1", id_number=A1["身份证号"])
    assert send(world.actors["county"], "grants", A1).unchanged == 1


def test_of_several_rows_of_a_child_the_live_and_checked_one_stands_for_it(world, send):
    ready(world)
    check(world, "a2", id_number=A1["身份证号"], state=CheckState.INVALID, invalid_reason=InvalidReason.DUPLICATE)
    check(world, "c1", id_number=A1["身份证号"], state=CheckState.UNCHECKED)
    send(world.actors["county"], "grants", A1)
    assert AidGrant.get().beneficiary == world.children["a1"]


def test_what_cannot_stand_is_held_back_by_its_cell(world, send):
    ready(world)
    check(world, "b1", state=CheckState.INVALID, invalid_reason=InvalidReason.ELSEWHERE)
    away = {"身份证号": "360426200908300059"}
    unlisted = {"身份证号": id_number(7)}
    report = send(world.actors["county"], "grants", A1, A1, B1, away, unlisted, A1 | {"资助项目": "助学金"})
    assert (report.added, [row[:2] for row in held(report)]) == (
        1,
        [(3, "身份证号"), (4, "身份证号"), (5, "身份证号"), (6, "身份证号"), (7, "资助项目")],
    )
    told = [message for *_, message in held(report)]
    assert "与第 2 行是同一人、同一项目、同一学期" in told[0]
    assert "张敏在名单上已是无效" in told[1]
    assert told[2] == told[3]
    assert "不在本县任何学校的名单上" in told[2]
    assert "没有“助学金”，在用的是：学前资助、义务教育生活补助" in told[4]


@pytest.mark.parametrize(
    ("cells", "column", "told"),
    [
        ({"金额": "-5"}, "金额", "不能是负数"),
        ({"金额": 0}, "金额", "大于 0"),
        ({"金额": 1.005}, "金额", "两位小数"),
        ({"学期": "2026年上学期"}, "学期", "应为学期"),
        ({"发放日期": "2099-01-01"}, "发放日期", "过去的日期"),
        ({"身份证号": 360426200908300016}, "身份证号", "数字格式"),
    ],
)
def test_a_cell_that_cannot_be_is_told(world, send, cells, column, told):
    ready(world)
    [(_, where, message)] = held(send(world.actors["county"], "grants", A1 | cells))
    assert where == column
    assert told in message


def test_an_item_that_is_not_in_use_is_not_known(world, send):
    ready(world)
    with writing(world.actors["county"], Permission.AID_WRITE) as ledger:
        ledger.change_where(AidItem, AidItem.name == MEALS, active=False)
    assert "没有“义务教育生活补助”" in held(send(world.actors["county"], "grants", A1))[0][2]


def test_what_would_not_have_been_given_is_taken_in_with_a_warning(world, send):
    ready(world)
    check(world, "b1", aid_until=2020)
    report = send(world.actors["county"], "grants", A1 | {"金额": "600"}, B1, C1)
    assert report.added == 3
    assert report.warnings == [
        "金额与资助标准不同：2 行（第 2、4 行），已照收",
        "资助期已过：1 行（第 3 行），已照收",
        "学校还没有核对：1 行（第 4 行），已照收",
    ]


@pytest.mark.parametrize("who", ["a", "town", "city", "auditor"])
def test_only_a_county_sends_it_in(world, send, who):
    ready(world)
    with pytest.raises(NotAllowed):
        send(world.actors[who], "grants", A1)


def test_another_county_s_children_and_items_are_not_known(world, send):
    ready(world)
    report = send(world.actors["other_county"], "grants", A1, {"身份证号": "36042520090830001X"})
    assert [column for _, column, _ in held(report)] == ["身份证号", "资助项目"]
