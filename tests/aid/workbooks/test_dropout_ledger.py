"""控辍保学台账: cases by township and age, who waits longest first, and every visit."""

import datetime as dt
from collections import Counter

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.permissions import Permission
from aid.rules.dropouts import age
from aid.rules.id_numbers import birth_date
from aid.workbooks import may_make
from models import DropoutCase, DropoutVisit
from tests.aid.workbooks.conftest import maker

NOW = dt.datetime(2026, 10, 11, 16, 30)  # UTC: 12 October on the county's clock


@pytest.fixture
def made(aided, tmp_path):
    return maker(aided, "dropout-ledger", tmp_path / "book.xlsx", first="分乡镇", at=NOW)


def test_cases_by_township_and_age_equal_plain_counts(made):
    sheet = made()
    for name, cases in {
        "蒲亭镇": list(DropoutCase.select().where(DropoutCase.township.is_null(False))),
        "未分乡镇": list(DropoutCase.select().where(DropoutCase.township.is_null())),
        "德安县合计": list(DropoutCase),
    }.items():
        line = sheet.only(乡镇=name)
        visits = [DropoutVisit.select().where(DropoutVisit.case == case).count() for case in cases]
        assert (line["待劝返"], line["未走访"], line["走访次数"]) == (len(cases), visits.count(0), sum(visits))
        ages = Counter(age(birth_date(case.id_number), 2026) for case in cases)
        columns = {title: count for title, count in line.items() if title == "其他年龄" or title.endswith("岁")}
        assert columns.pop("其他年龄", 0) == sum(count for years, count in ages.items() if not 6 <= years <= 14)
        assert columns == {f"{years} 岁": ages[years] for years in range(6, 15)}


def test_who_was_never_visited_stands_first_then_the_longest_silent(made):
    lines = made("台账").lines[:-1]
    shown = [(line["姓名"], line["走访次数"], line["距今天数"], line["走访结果"]) for line in lines]
    assert shown == [
        ("王芳", 0, None, "未走访"),
        ("李强", 2, 10, "失联"),
        ("陈静", 2, 10, "失联"),
        ("张敏", 0, None, "未走访"),  # of no township, which stands last
    ]
    assert made("台账").lines[-1]["走访次数"] == 4


def test_every_visit_of_an_open_case_has_its_line_the_newest_first(made, aided):
    lines = made("走访记录").lines
    assert [(line["姓名"], line["走访日期"]) for line in lines] == [
        ("李强", "2026-10-02"),
        ("李强", "2026-10-01"),
        ("陈静", "2026-10-02"),
        ("陈静", "2026-10-01"),
    ]
    with writing(aided.actors["county"], Permission.DROPOUT_KEEP) as ledger:
        ledger.change_where(DropoutCase, DropoutCase.name == "李强", state="settled", closed_reason="on_roll")
    assert {line["姓名"] for line in made("走访记录").lines} == {"陈静"}


def test_a_township_has_its_own_and_a_school_may_not(made, aided):
    assert [line["乡镇"] for line in made(actor="town").lines][-1] == "德安县蒲亭镇合计"
    assert {line["姓名"] for line in made("台账", "town").lines[:-1]} == {"王芳", "李强", "张敏"}
    with pytest.raises(NotAllowed):
        made(actor="a")
    assert not may_make(aided.actors["a"], "dropout-ledger")
