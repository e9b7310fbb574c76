"""汇总表: a tile makes a workbook and it downloads; kept ones are listed with maker and state of the data."""

import io
import zipfile
from urllib.parse import unquote

import pytest

from aid.operations.accounts import actor_of
from aid.workbooks.keeping import ask
from aid.workbooks.making import STOPPED, settle_begun
from aid.workbooks.store import begin, names
from models import Account, MadeWorkbook, MakingState, Operation, db

KNOWN = {"regional-summary", "school-progress", "duplicate-check", "unplaced", "accounts"}


def make(visitor, slug="school-progress") -> str:
    """Click a tile; return the key of what was made."""
    answer = visitor.post(f"/workbooks/make/{slug}", page="/workbooks/")
    assert answer.status_code == 302
    return answer.location.partition("wanted=")[2]


def queued(login: str) -> MadeWorkbook:
    with db.connection_context():
        return ask(actor_of(Account.get(Account.login == login)), "school-progress")


def exports() -> list[str]:
    with db.connection_context():
        return [row.sentence for row in Operation.select().where(Operation.action == "event:export")]


def test_a_tile_makes_a_workbook_which_downloads_by_itself(visit):
    visitor = visit("county")
    key = make(visitor)
    page = visitor.get(f"/workbooks/?wanted={key}").text
    assert f'href="/workbooks/download/{key}.xlsx" data-fetch' in page
    assert exports() == []
    answer = visitor.get(f"/workbooks/download/{key}.xlsx")
    assert zipfile.is_zipfile(io.BytesIO(answer.data))
    assert "%E5%AD%A6%E6%A0%A1" in answer.headers["Content-Disposition"]
    assert exports() == [f"导出学校核对进度（xlsx，#{key}）"]


def test_each_role_is_offered_what_it_may_make(visit):
    wanted = {"county": KNOWN, "city": KNOWN, "town": KNOWN - {"accounts"}, "a": KNOWN - {"accounts", "unplaced"}}
    for who, slugs in wanted.items():
        page = visit(who).get("/workbooks/").text
        assert {slug for slug in KNOWN if f'action="/workbooks/make/{slug}"' in page} == slugs


def test_kept_ones_are_listed_with_maker_state_and_size(visit):
    visitor = visit("county")
    key = make(visitor)
    page = visitor.get("/workbooks/").text.partition("<tbody>")[2]
    with db.connection_context():
        row = MadeWorkbook.get_by_id(int(key))
    assert f'<a href="/workbooks/download/{key}.xlsx">学校核对进度</a>' in page
    assert f'<a href="/operation/details/?id={row.newest}">#{row.newest}</a>' in page
    assert " KB<" in page
    assert visitor.get(f"/operation/details/?id={row.newest}").status_code == 200


@pytest.mark.parametrize(("who", "sees"), [("county", True), ("city", True), ("town", False), ("a", False)])
def test_a_workbook_is_seen_by_whose_scope_covers_it(visit, who, sees):
    key = make(visit("county"))
    visitor = visit(who)
    assert (f"/workbooks/download/{key}.xlsx" in visitor.get("/workbooks/").text) == sees
    assert visitor.get(f"/workbooks/download/{key}.xlsx").status_code == (200 if sees else 404)
    assert visitor.get(f"/workbooks/progress/{key}").status_code == (200 if sees else 404)


def test_what_is_under_way_is_told_to_its_maker_whoever_comes_back(visit):
    row = queued("county")
    visitor = visit("county")
    page = visitor.get("/workbooks/").text
    assert f'data-progress="/workbooks/progress/{row.id}"' in page
    assert visitor.get(f"/workbooks/progress/{row.id}").json == {"state": "queued", "doing": "排队", "done": 0, "of": 0}
    assert visitor.get(f"/workbooks/download/{row.id}.xlsx").status_code == 422
    assert "data-progress" not in visit("city").get("/workbooks/").text


def test_what_a_killed_server_had_begun_is_told_and_made_again(app, visit):
    row = queued("county")
    with db.connection_context():
        begin(row.file)
        settle_begun()
    visitor = visit("county")
    page = visitor.get("/workbooks/").text
    assert STOPPED in page
    answer = visitor.post("/workbooks/again/", {"id": row.id, "version": row.version + 1}, page="/workbooks/")
    assert answer.location == f"/workbooks/?wanted={row.id}"
    assert STOPPED not in visitor.get("/workbooks/").text
    assert visitor.get(f"/workbooks/download/{row.id}.xlsx").status_code == 200


def test_again_at_another_version_or_of_anothers_is_refused(visit):
    key = make(visit("county"))
    assert visit("county").post("/workbooks/again/", {"id": key, "version": 1}).location == "/workbooks/"
    assert visit("town").post("/workbooks/again/", {"id": key, "version": 2}).status_code == 404
    assert visit("county").post("/workbooks/again/", {"id": "x", "version": 2}).status_code == 404


def test_it_is_removed_after_a_question_that_names_the_number(visit):
    visitor = visit("county")
    ticked = [f"{make(visitor)}:2", f"{make(visitor)}:2"]
    assert "删除这 2 份" in visitor.post("/workbooks/bulk/remove", {"row": ticked}).text
    assert visitor.post("/workbooks/bulk/remove", {"row": ticked, "confirmed": "1"}).status_code == 302
    with db.connection_context():
        assert not MadeWorkbook.select().exists()
    assert names() == set()


def test_an_unknown_workbook_is_refused(visit):
    assert visit("county").post("/workbooks/make/nothing").status_code == 404
    assert visit("town").post("/workbooks/make/accounts").status_code == 403
    with db.connection_context():
        assert not MadeWorkbook.select().where(MadeWorkbook.state == MakingState.QUEUED).exists()


def test_a_term_is_chosen_on_the_tile_and_told_in_list_and_file(visit):
    visitor = visit("county")
    page = visitor.get("/workbooks/").text
    assert page.count('<select name="term">') == 2
    answer = visitor.post("/workbooks/make/public-list", {"term": "2025秋"}, page="/workbooks/")
    key = answer.location.partition("wanted=")[2]
    assert "公示名单（2025秋）</a>" in visitor.get("/workbooks/").text
    told = visitor.get(f"/workbooks/download/{key}.xlsx").headers["Content-Disposition"]
    assert "（2025秋）" in unquote(told)
    assert visitor.post("/workbooks/make/roster", {"term": "2025秋"}, page="/workbooks/").location == "/workbooks/"
    assert "不分学期" in visitor.get("/workbooks/").text
