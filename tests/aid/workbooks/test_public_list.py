"""公示名单: what hangs on a notice board and what never does; a page for each school; a notice as it was."""

import datetime as dt
import re
import zipfile
from io import BytesIO

import pytest

from aid.operations.public_notices import Wanted, publish, to_show
from aid.rules.signs import sign_of
from aid.workbooks.public_list import notice_workbook
from models import PublicNotice
from tests.aid.giving import MEALS, TERM
from tests.aid.workbooks.conftest import maker, opened, read, with_aid

AT = dt.datetime(2026, 11, 30)
WHOLE_NUMBER = re.compile(rb"[0-9]{12,}[0-9Xx]{2,}")


@pytest.fixture
def aided(world):
    return with_aid(world)


@pytest.fixture
def made(aided, tmp_path):
    return maker(aided, "public-list", tmp_path / "book.xlsx", first="公示名单", at=AT)


def parts(path) -> bytes:
    with zipfile.ZipFile(path) as book:
        return b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))


def test_it_shows_name_school_class_item_and_a_masked_number(made):
    sheet = made()
    assert sheet.titles == ["序号", "学校", "姓名", "年级", "班级", "身份证号", "资助项目"]
    assert [(line["序号"], line["姓名"], line["身份证号"]) for line in sheet.lines] == [
        (1, "李强", "360426**********24"),
        (2, "王芳", "360426**********16"),
        (1, "张敏", "360426**********32"),
        (1, "陈静", "360426**********40"),
    ]
    assert {line["资助项目"] for line in sheet.lines} == {MEALS}


def test_nothing_else_of_a_child_is_anywhere_in_the_file(made, tmp_path):
    made()
    content = parts(tmp_path / "book.xlsx")
    assert not WHOLE_NUMBER.search(content)
    assert "脱贫户".encode() not in content


def test_every_school_begins_a_page_with_the_title_on_top(made, tmp_path):
    made()
    with opened(tmp_path / "book.xlsx", values=True) as book:
        sheet = book["公示名单"]
        assert [page.id for page in sheet.row_breaks.brk] == [5, 6]
        assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$3", None)


def test_the_schools_are_counted(made):
    lines = made("各校人数").lines
    assert {line["学校"]: line["公示人数"] for line in lines} == {
        "德安县蒲亭镇小学（小学）": 2,
        "德安县蒲亭镇初级中学（初中）": 1,
        "德安县聂桥镇小学（小学）": 1,
        "3 所学校合计": 4,
    }


def test_one_s_own_schools_alone(made):
    assert [line["姓名"] for line in made(actor="b").lines] == ["张敏"]
    assert made(actor="other_county").lines == []


def test_a_notice_goes_out_as_it_was_shown(aided, tmp_path):
    days = {"first_day": dt.date(2026, 12, 1), "last_day": dt.date(2026, 12, 7)}
    school = aided.organisations["b"].id
    wanted = Wanted(TERM, "", school, **days)
    publish(aided.actors["county"], wanted, sign=sign_of(to_show(aided.actors["county"].scope, wanted)))
    [notice] = PublicNotice
    out = BytesIO()
    notice_workbook(aided.actors["b"], notice, out)
    (tmp_path / "notice.xlsx").write_bytes(out.getvalue())
    assert [list(line.values()) for line in read(tmp_path / "notice.xlsx", "公示名单").lines] == [
        [1, "张敏", "三年级", "1班", "360426**********32", MEALS]
    ]
    assert "公示时间：2026-12-01 至 2026-12-07".encode() in parts(tmp_path / "notice.xlsx")


def test_of_a_term_that_was_chosen_it_says_which(made, tmp_path):
    assert len(made(at=dt.datetime(2027, 3, 1), term="2026秋").lines) == 4
    with opened(tmp_path / "book.xlsx", values=True) as book:
        assert "2026秋学生资助公示名单" in book["公示名单"]["A1"].value
