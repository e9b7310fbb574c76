"""我的视图: one's own and what is shared with one, and the button that removes one's own."""

import pytest

from aid.operations.accounts import actor_of
from aid.operations.saved_views import keep_layout, keep_view, views_for
from models import Account, Beneficiary, SavedView, db


@pytest.fixture
def kept(app) -> dict[str, int]:
    """A view by each of four accounts, two of them shared, and the layout that a left."""
    found = {}
    with db.connection_context():
        for who, shared in (("a", False), ("county", True), ("town", False), ("far", True)):
            options = {"words": {"state": "unchecked|invalid"}, "layout": {}, "shared": shared}
            found[who] = keep_view(actor(who), Beneficiary, name=f"{who}的视图", **options).id
        keep_layout(actor("a"), Beneficiary, layout={"frozen": 0}, words={})
    return found


def actor(login: str):
    return actor_of(Account.get(Account.login == login))


def names(login: str) -> list[str]:
    with db.connection_context():
        return [view.name for view in views_for(actor(login), Beneficiary)]


def test_the_page_shows_ones_own_and_what_is_shared_with_one(visit, kept):
    page = visit("a").get("/saved_view/").text
    assert ("a的视图" in page, "county的视图" in page, "共 2 条" in page) == (True, True, True)
    assert "资助对象" in page
    assert "a的视图" not in visit("county").get("/saved_view/").text
    assert "共 0 条" in visit("c").get("/saved_view/?shared=0").text


def test_it_is_not_in_the_menu(visit, kept):
    assert "/saved_view/" not in visit("a").get("/").text


@pytest.mark.parametrize(("key", "status"), [("a", 200), ("county", 200), ("town", 404), ("far", 404)])
def test_a_view_has_a_page_where_one_may_open_it(visit, kept, key, status):
    assert visit("a").get(f"/saved_view/details/?id={kept[key]}").status_code == status


def test_an_office_above_has_no_page_of_what_is_not_shared_with_it(visit, kept):
    assert visit("county").get(f"/saved_view/details/?id={kept['a']}").status_code == 404


def test_ones_own_is_removed_after_a_question_and_can_be_brought_back(visit, kept):
    form = {"row": f"{kept['a']}:1"}
    visitor = visit("a")
    assert "删除这 1 个视图？" in visitor.post("/saved_view/bulk/remove", form).text
    done = visitor.post("/saved_view/bulk/remove", {**form, "confirmed": 1}, follow_redirects=True).text
    assert ("删除：1 条" in done, "撤销" in done) == (True, True)
    assert names("a") == ["", "county的视图"]


@pytest.mark.parametrize("key", ["county", "town", "far"])
def test_anothers_is_not_removed(visit, kept, key):
    answer = visit("a").post("/saved_view/bulk/remove", {"row": f"{kept[key]}:1", "confirmed": 1})
    assert answer.status_code == 404
    with db.connection_context():
        assert SavedView.get_by_id(kept[key])


def test_an_office_does_not_remove_a_schools(visit, kept):
    answer = visit("county").post("/saved_view/bulk/remove", {"row": f"{kept['a']}:1", "confirmed": 1})
    assert (answer.status_code, names("a")) == (404, ["", "a的视图", "county的视图"])
