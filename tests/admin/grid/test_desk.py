"""The routes of a grid's desk: values for a filter, the layout kept, views kept, shared, removed and brought back."""

import pytest

from models import Operation, SavedView, db
from tests.admin.grid.test_sheet import page_of

LAYOUT = {"columns": [{"name": "name", "width": 90}, {"name": "grade", "hidden": True}], "frozen": 1}
VIEW = {"name": "三年级的", "layout": LAYOUT, "words": {"grade": "=三年级", "sort": "-name"}, "version": 0}


def names(script, who: str, table: str = "beneficiary") -> list[str]:
    return [view["name"] for view in script(who, table).ask("views")["views"]]


# -- filters ---------------------------------------------------------------------------


def test_the_values_of_a_column_come_with_their_words_counts_and_initials(script, world):
    asked = script("county", "beneficiary").ask("values", column="state", words={})
    assert asked["values"] == [["未核对", "unchecked", 5, "whd"]]
    assert asked["more"] is False


def test_values_stand_under_the_other_filters_and_not_under_their_own(script, world):
    school = "=" + world.organisations["a"].code
    asked = script("county", "beneficiary").ask("values", column="name", words={"school": school, "name": "=陈静"})
    assert {value[0] for value in asked["values"]} == {"王芳", "李强"}


def test_the_values_are_those_of_the_rows_one_may_read(script, world):
    asked = script("c", "beneficiary").ask("values", column="name", words={})
    assert [value[:3] for value in asked["values"]] == [["陈静", "=陈静", 1]]


@pytest.mark.parametrize("column", ["id_number", "checked_at", "no_such"])
def test_a_column_that_is_not_for_listing_is_refused_with_a_sentence(script, world, column):
    answer = script("county", "beneficiary").post("values", column=column, words={})
    assert (answer.status_code, answer.get_json()["kind"]) == (422, "RuleBroken")


def test_a_role_that_may_not_read_the_table_gets_no_values(script, world):
    assert script("auditor", "beneficiary").post("values", column="grade", words={}).status_code == 403


def test_what_is_asked_is_told_in_words_with_the_names_of_schools(script, world):
    words = {
        "school": f"={world.organisations['a'].code}|-",
        "birth_date_from": "2009-01-01",
        "state": "unchecked|invalid",
    }
    opened = script("county", "beneficiary").ask("open", words=words)
    assert dict(opened["chips"]) == {
        "school": "学校：德安县蒲亭镇小学（小学）、（空）",
        "birth_date_from": "出生日期自 2009-01-01",
        "state": "核对状态：未核对、无效",
    }


def test_a_whole_id_number_stays_in_the_words_and_out_of_addresses(script, world):
    number = world.children["a1"].id_number
    opened = script("county", "beneficiary").ask("open", words={"id_number": f"={number}", "grade": "三"})
    assert opened["words"]["id_number"] == f"={number}"
    assert number not in opened["address"] + opened["list"]
    assert "grade=" in opened["list"]


def test_a_group_is_one_of_the_words_and_goes_not_back_to_the_list(script, world):
    opened = script("county", "beneficiary").ask("open", words={"group": "school", "sort": "-name"})
    assert (opened["words"]["group"], opened["group"]) == ("school", "school")
    assert ("group=school" in opened["address"], "group" in opened["list"], "sort=-name" in opened["list"]) == (
        *(True, False, True),
    )


def test_a_filter_may_tick_many_values(script, world):
    words = {"school": "|".join(f"=36042600{number:04}" for number in range(400))}
    assert script("county", "beneficiary").ask("open", words=words)["total"] == 4


# -- layout ----------------------------------------------------------------------------


def test_a_layout_is_given_back_to_its_account_alone(script, visit, world):
    script("a", "beneficiary").ask("layout", layout=LAYOUT)
    assert page_of(visit("a"), "/beneficiary/grid/")["sheet"]["layout"] == LAYOUT
    assert page_of(visit("county"), "/beneficiary/grid/")["sheet"]["layout"] is None
    assert page_of(visit("a"), "/enrolment/grid/")["sheet"]["layout"] is None


@pytest.mark.parametrize("layout", [None, [], {"columns": [{"name": "password_hash"}]}, {"frozen": -1}])
def test_a_layout_that_is_none_is_refused(script, world, layout):
    assert script("a", "beneficiary").post("layout", layout=layout).status_code == 422


def test_whoever_may_not_read_a_table_keeps_no_layout_of_it(script, world):
    assert script("auditor", "beneficiary").post("layout", layout=LAYOUT).status_code == 403


# -- views -----------------------------------------------------------------------------


def test_a_view_is_kept_with_its_words_and_layout(script, world):
    kept = script("a", "beneficiary").ask("keep", **VIEW)
    [view] = kept["views"]
    assert (view["id"], view["words"], view["layout"]) == (kept["view"], VIEW["words"], LAYOUT)
    assert (view["mine"], view["shared"], view["version"]) == (True, False, 1)


def test_a_shared_view_reaches_a_school_below_and_no_other_county(script, world):
    script("county", "beneficiary").ask("keep", **VIEW, shared=True)
    [view] = script("a", "beneficiary").ask("views")["views"]
    assert (view["name"], view["mine"], view["by"]) == ("三年级的", False, "德安县学生资助管理中心")
    assert (names(script, "other_county"), names(script, "far")) == ([], [])


def test_a_view_of_ones_own_is_seen_by_nobody_else(script, world):
    script("county", "beneficiary").ask("keep", **VIEW)
    assert (names(script, "county"), names(script, "a"), names(script, "city")) == (["三年级的"], [], [])


def test_a_name_that_one_has_already_is_refused(script, world):
    script("a", "beneficiary").ask("keep", **VIEW)
    answer = script("a", "beneficiary").post("keep", **VIEW)
    assert (answer.status_code, "已有名为" in answer.get_json()["sentence"]) == (422, True)


def test_a_view_is_overwritten_at_the_version_that_was_shown(script, world):
    script("a", "beneficiary").ask("keep", **VIEW)
    [view] = script("a", "beneficiary").ask("keep", **{**VIEW, "words": {}, "version": 1})["views"]
    assert (view["version"], view["words"]) == (2, {})
    answer = script("a", "beneficiary").post("keep", **{**VIEW, "version": 1})
    assert (answer.status_code, answer.get_json()["kind"]) == (409, "Conflict")


def test_sharing_needs_a_permission_of_its_own(script, world):
    answer = script("auditor", "operation").post("keep", name="我的", layout={}, words={}, version=0, shared=True)
    assert answer.status_code == 403
    assert script("auditor", "operation").ask("keep", name="我的", layout={}, words={}, version=0)["view"]


@pytest.mark.parametrize("who", ["a", "town", "county"])
def test_a_removed_view_can_be_brought_back(script, world, who):
    grid = script(who, "beneficiary")
    kept = grid.ask("keep", **VIEW)
    removed = grid.ask("remove", view=kept["view"], version=1)
    assert removed["views"] == []
    assert [view["name"] for view in grid.ask("take_back", operation=removed["operation"])["views"]] == ["三年级的"]


def test_a_new_view_can_be_taken_back(script, world):
    kept = script("a", "beneficiary").ask("keep", **VIEW)
    assert script("a", "beneficiary").ask("take_back", operation=kept["operation"])["views"] == []


@pytest.mark.parametrize("who", ["a", "other_county"])
def test_nobody_removes_what_is_anothers(script, world, who):
    kept = script("county", "beneficiary").ask("keep", **VIEW, shared=True)
    assert script(who, "beneficiary").post("remove", view=kept["view"], version=1).status_code == 404
    assert names(script, "county") == ["三年级的"]


def test_taking_back_is_of_views_alone_and_of_ones_own_office(script, world):
    kept = script("county", "beneficiary").ask("keep", **VIEW)
    with db.connection_context():
        other = Operation.select().where(Operation.action != "view:keep").order_by(Operation.id.desc()).first()
    assert script("county", "beneficiary").post("take_back", operation=other.id).status_code == 404
    assert script("far", "beneficiary").post("take_back", operation=kept["operation"]).status_code == 404
    with db.connection_context():
        assert SavedView.select().where(SavedView.name == "三年级的").count() == 1
