"""Rounds, their rows, late schools and notices as pages: what is shown to whom, and what a click does."""

import re

import pytest

from aid.record import newest_operation
from bench.measure import statements
from models import Beneficiary, Change, Notice, Submission, db
from tests.aid.operations.test_submissions import check, handed_in
from tests.aid.operations.test_submissions import fresh as now_there

HIDDEN = re.compile(r'name="(shown_at|expected)"[^>]*value="(\d+)"')


def fresh(row: Beneficiary) -> Beneficiary:
    with db.connection_context():
        return now_there(row)


def writes() -> int:
    with db.connection_context():
        return Change.select().count()


@pytest.fixture
def checked(app, world):
    """One of a's two children is checked."""
    with db.connection_context():
        check(world, "a1")
    return world


@pytest.fixture
def waiting(app, world):
    """Both of a's children are checked and handed in."""
    with db.connection_context():
        check(world, "a1", "a2")
        return handed_in(world)


# -- handing in ----------------------------------------------------------------


def test_a_school_is_asked_with_what_goes_in_and_what_does_not(visit, checked):
    page = visit("a").get("/submission/new/").text
    assert "这次上报 <b>1</b> 个" in page
    assert "1 个待核对的</a>不在这次上报里" in page


def test_what_the_page_showed_is_handed_in(visit, checked):
    shown = dict(HIDDEN.findall(visit("a").get("/submission/new/").text))
    answer = visit("a").post("/submission/new/", {**shown, "remark": "先报"}, follow_redirects=True)
    assert "已上报第 1 轮 1 条" in answer.text
    with db.connection_context():
        assert (Submission.get().rows, Submission.get().remark) == (1, "先报")


def test_a_page_of_before_hands_in_nothing_and_is_shown_anew(visit, checked, world):
    shown = dict(HIDDEN.findall(visit("a").get("/submission/new/").text))
    with db.connection_context():
        check(world, "a2")
    answer = visit("a").post("/submission/new/", shown)
    assert (answer.status_code, "这次上报 <b>2</b> 个" in answer.text) == (409, True)
    assert visit("a").post("/submission/new/", dict(HIDDEN.findall(answer.text))).status_code == 302


@pytest.mark.parametrize("values", [{}, {"shown_at": "x", "expected": "1"}, {"shown_at": "1", "expected": "-1"}])
def test_a_form_that_is_not_ours_hands_in_nothing(visit, checked, values):
    before = writes()
    assert (visit("a").post("/submission/new/", values).status_code, writes()) == (422, before)


def test_a_county_hands_in_for_its_schools_alone(visit, checked, world):
    mine, far = (world.organisations[key].id for key in ("a", "far"))
    assert "这次上报" in visit("county").get(f"/submission/new/?school={mine}").text
    assert visit("county").get(f"/submission/new/?school={far}").status_code == 404
    assert "代为上报" in visit("county").get(f"/organisation/details/?id={mine}").text


# -- deciding ------------------------------------------------------------------


def test_the_rows_of_a_round_stand_behind_it(visit, waiting, world):
    listed = visit("county").get("/submission/").text
    assert f"/report/?submission={waiting.code}&amp;report=handed_in" in listed
    page = visit("county").get(f"/report/?submission={waiting.code}&report=handed_in").text
    assert "整轮通过（2 条）" in page
    assert all(world.children[key].name in page for key in ("a1", "a2"))
    assert world.children["b1"].name not in page


@pytest.mark.parametrize("who", ["a", "town", "city"])
def test_who_does_not_decide_reads_a_round_without_buttons(visit, waiting, who):
    page = visit(who).get(f"/report/?submission={waiting.code}&report=handed_in")
    assert (page.status_code, "审核通过" in page.text, "整轮" in page.text) == (200, False, False)


def test_a_whole_round_is_accepted_after_a_question(visit, waiting):
    words = {"submission": waiting.code, "report": "handed_in", "everything": "1", "expected": "2"}
    with db.connection_context():
        words["shown_at"] = newest_operation()
    asked = visit("county").post("/report/bulk/accept", words)
    assert "通过这 2 条" in asked.text
    assert visit("county").post("/report/bulk/accept", {**words, "confirmed": "1"}).status_code == 302
    with db.connection_context():
        assert Submission.get_by_id(waiting.id).state == "accepted"


def test_a_row_goes_back_with_a_reason_alone(visit, waiting, world):
    row = fresh(world.children["a1"])
    words = {"row": f"{row.id}:{row.version}", "confirmed": "1", "report": "handed_in"}
    assert visit("county").post("/report/bulk/return", words).status_code == 422
    assert visit("county").post("/report/bulk/return", {**words, "answer-remark": "年级不对"}).status_code == 302
    assert fresh(row).report == "returned"


def test_a_row_that_moved_on_since_the_page_is_not_accepted(visit, waiting, world):
    row = fresh(world.children["a1"])
    words = {"row": f"{row.id}:{row.version - 1}", "confirmed": "1", "report": "handed_in"}
    answer = visit("county").post("/report/bulk/accept", words)
    assert (answer.status_code, fresh(row).report) == (409, "handed_in")


def test_a_school_takes_its_round_back_by_a_button(visit, waiting, world):
    page = visit("a").get(f"/report/?submission={waiting.code}").text
    [operation] = re.findall(r'action="(/operation/undo/\d+)"', page)
    visit("a").post(operation, {"back": "/submission/"})
    assert fresh(world.children["a1"]).report == "unreported"


# -- the row itself ------------------------------------------------------------


def test_a_locked_row_shows_why_and_no_form(visit, waiting, world):
    page = visit("a").get(f"/check/row/?id={world.children['a1'].id}").text
    assert ("正在等县里审核" in page, 'name="do"' in page) == (True, False)
    assert 'name="do"' in visit("county").get(f"/check/row/?id={world.children['a1'].id}").text


@pytest.mark.parametrize("step", ["confirm", "invalid", "reopen"])
def test_a_locked_row_is_not_written_by_a_form_that_was_kept(visit, waiting, world, step):
    row, before = fresh(world.children["a1"]), writes()
    values = {"do": step, "version": row.version, "name": row.name, "grade": "六年级", "reason": "elsewhere"}
    answer = visit("a").post(f"/check/row/?id={row.id}", values)
    assert (answer.status_code, "已上报" in answer.text, writes()) == (422, True, before)


def test_a_returned_row_shows_the_county_s_word(visit, waiting, world):
    row = fresh(world.children["a1"])
    words = {"row": f"{row.id}:{row.version}", "confirmed": "1", "answer-remark": "年级不对"}
    visit("county").post("/report/bulk/return", words)
    page = visit("a").get(f"/check/row/?id={row.id}").text
    assert ("县里退回：年级不对" in page, 'name="do"' in page) == (True, True)


# -- late schools and notices --------------------------------------------------


@pytest.mark.parametrize(("who", "schools"), [("county", "abc"), ("town", "ab"), ("a", "a"), ("other_county", ["far"])])
def test_each_sees_how_far_its_own_schools_are(visit, world, who, schools):
    page = visit(who).get("/late_schools/").text
    shown = {key for key in ("a", "b", "c", "far") if world.organisations[key].code in page.partition("<tbody>")[2]}
    assert shown == set(schools)


@pytest.mark.parametrize("words", ["late=1", "late=0", "sort=-ready", "round=0", "round_from=1", "rows_from=1"])
def test_figures_are_filtered_and_sorted_like_columns(visit, waiting, words):
    assert visit("county").get(f"/late_schools/?{words}").status_code == 200
    assert visit("county").post(f"/late_schools/export/csv?{words}").status_code in (200, 400)


def test_only_the_late_ones_are_shown_and_reminded(visit, waiting, world):
    page = visit("county").get("/late_schools/?late=1").text
    assert world.organisations["a"].code not in page.partition("<tbody>")[2]
    assert "催报全部 2 所" in page
    words = {"late": "1", "everything": "1", "expected": "2", "confirmed": "1", "answer-sentence": "请上报"}
    with db.connection_context():
        words["shown_at"] = newest_operation()
    assert visit("county").post("/late_schools/bulk/remind", words).status_code == 302
    with db.connection_context():
        assert {row.organisation.code for row in Notice.select()} == {world.organisations[key].code for key in "bc"}


def test_a_notice_stands_on_the_first_page_until_it_is_read(visit, world, app):
    school = world.organisations["a"]
    words = {"row": f"{school.id}:{school.version}", "confirmed": "1", "answer-sentence": "请尽快<b>上报"}
    assert visit("town").post("/late_schools/bulk/remind", words).status_code == 302
    assert "请尽快&lt;b&gt;上报" in visit("a").get("/").text
    assert "请尽快" not in visit("b").get("/").text
    with db.connection_context():
        notice = Notice.get()
    assert visit("b").post(f"/notice/seen/{notice.id}", {"version": notice.version}).status_code == 404
    visit("a").post(f"/notice/seen/{notice.id}", {"version": notice.version})
    with db.connection_context():
        assert Notice.get().seen_by == "a"
    assert '<div class="message notice' not in visit("a").get("/").text


def test_a_township_undoes_its_reminder(visit, world, app):
    school = world.organisations["a"]
    words = {"row": f"{school.id}:{school.version}", "confirmed": "1", "answer-sentence": "请上报"}
    page = visit("town").post("/late_schools/bulk/remind", words, follow_redirects=True).text
    visit("town").post(re.search(r'action="(/operation/undo/\d+)"', page)[1])
    with db.connection_context():
        assert not Notice.select().exists()


# -- what it costs -------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "url", "most"),
    [
        ("county", "/submission/", 8),
        ("county", "/report/?report=handed_in", 8),
        ("county", "/report/?submission=360426000003-001&report=handed_in", 11),
        ("county", "/late_schools/", 8),  # one asks for colours, as in every list
        ("town", "/late_schools/?late=1", 8),
        ("a", "/submission/new/", 6),
        ("a", "/notice/", 7),
    ],
)
def test_a_page_costs_the_same_however_many_rows_there_are(visit, waiting, who, url, most):
    visitor = visit(who)
    visitor.get(url)
    with statements() as seen:
        assert visitor.get(url).status_code == 200
    assert len(seen) <= most, seen
