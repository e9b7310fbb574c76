"""公示 on its pages: the preview, the record, the page for the notice board, and whose they are."""

import logging
import re

import pytest

from models import PublicNotice, db
from tests.admin.test_lists import MOST_STATEMENTS
from tests.aid.giving import MEALS, ready

NEW = "/public_notice/new/"
HIDDEN = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')
ASKED = {"school": "", "term": "2026秋", "item": "", "first_day": "2026-12-01", "last_day": "2026-12-07", "phone": ""}
WHOLE_NUMBER = re.compile(r"36042[0-9]{12}")


@pytest.fixture
def due(world):
    ready(world)
    return world


def notices() -> list[PublicNotice]:
    with db.connection_context():
        return list(PublicNotice.select().order_by(PublicNotice.id))


def made(visitor, **changes: str):
    """Through the preview, as a clerk does."""
    page = visitor.post(NEW, ASKED | changes, page=NEW).text
    return visitor.post(NEW, dict(HIDDEN.findall(page)) | {"csrf_token": visitor.token(NEW)}, page=NEW)


def test_who_would_be_shown_is_told_first(due, visit):
    visitor = visit("county")
    assert "全部 3 所学校，每校一份" in visitor.get(NEW).text
    page = visitor.post(NEW, ASKED, page=NEW).text
    assert "<b>2</b> 所学校，<b>2</b> 人，2026-12-01 至 2026-12-07（5 个工作日）" in page
    assert "王芳（三年级1班）" in page
    assert notices() == []


def test_then_it_is_made_and_can_be_undone(due, visit):
    visitor = visit("county")
    assert made(visitor, item=MEALS).location == "/public_notice/"
    page = visitor.get("/public_notice/").text
    assert "已制作公示：2026秋义务教育生活补助公示名单，2 所学校" in page
    operation = re.search(r"/operation/undo/(\d+)", page)[0]
    visitor.post(operation)
    assert notices() == []


def test_a_list_that_moved_on_is_shown_again(due, visit):
    answer = visit("county").post(NEW, ASKED | {"sign": "9"}, page=NEW)
    assert (answer.status_code, "预览之后公示的名单有变化，现在是 2 人" in answer.text) == (409, True)
    assert re.search(r'name="sign"[^>]* value="[0-9a-f]{16}"', answer.text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": "2026-11-01"}, "公示结束不能早于公示开始"),
        ({"first_day": ""}, "请填写公示开始"),
        ({"item": "普高国家助学金"}, "没有应发或已发“普高国家助学金”的学生可以公示"),
        ({"school": "99"}, 'class="field wrong"'),
    ],
)
def test_what_cannot_be_is_told_beside_what_was_typed(due, visit, changes, sentence):
    page = visit("county").post(NEW, ASKED | changes, page=NEW).text
    assert sentence in page
    assert notices() == []


def test_the_page_for_the_board_has_no_whole_number_and_a_line_for_the_telephone(due, visit):
    visitor = visit("a")
    assert made(visitor, school=str(due.organisations["a"].id)).status_code == 302
    [notice] = notices()
    page = visitor.get(f"/public_notice/page/?id={notice.id}").text
    assert "360426**********16" in page
    assert 'class="by-hand"' in page
    for address in ("page", "details"):
        assert not WHOLE_NUMBER.search(visitor.get(f"/public_notice/{address}/?id={notice.id}").text)
    assert "脱贫户" not in page
    book = visitor.get(f"/public_notice/book/?id={notice.id}")
    assert book.data.startswith(b"PK")
    assert "attachment" in book.headers["Content-Disposition"]


def test_a_telephone_that_was_given_is_printed(due, visit):
    visitor = visit("county")
    made(visitor, phone="0792-4330000")
    page = visitor.get(f"/public_notice/page/?id={notices()[0].id}").text
    assert "监督电话：0792-4330000" in page


@pytest.mark.parametrize(("who", "count"), [("county", 2), ("town", 2), ("a", 1), ("c", 0), ("other_county", 0)])
def test_everybody_sees_the_notices_of_their_own_schools(due, visit, who, count):
    made(visit("county"))
    visitor = visit(who)
    assert f"共 {count} 条" in visitor.get("/public_notice/").text
    assert visitor.get("/public_notice/export/csv").data.decode("utf-8-sig").count("公示名单") == count
    answers = [visitor.get(f"/public_notice/page/?id={row.id}").status_code for row in notices()]
    assert answers.count(200) == count
    assert set(answers) <= {200, 404}


def test_who_only_reads_is_offered_nothing(due, visit):
    made(visit("county"))
    visitor = visit("town")
    assert "制作公示…" not in visitor.get("/public_notice/").text
    assert visitor.get(NEW).status_code == 403


def test_the_preview_asks_as_often_for_many_schools_as_for_few(due, visit, caplog):
    visitor = visit("county")
    asked = ASKED | {"csrf_token": visitor.token(NEW)}
    with caplog.at_level(logging.DEBUG, logger="peewee"):
        visitor.client.post(NEW, data=asked)
    assert len(caplog.records) <= MOST_STATEMENTS
