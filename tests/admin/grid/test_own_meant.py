"""A view and a rule of a column that the county has added mean that column, whatever becomes of its spare one."""

import pytest

from aid.operations import own_columns as operations
from models import SLOTS, OwnColumn, OwnKind, SavedView, db
from tests.admin.grid.test_sheet import page_of

SLOT = "own_date_1"
RULE = {"column": SLOT, "how": "filled", "scope": "row", "look": "red"}
VIEW = {
    "name": "入户的",
    "layout": {"columns": [{"name": "name"}, {"name": SLOT}], "frozen": 1, "rules": [RULE]},
    "words": {f"{SLOT}_from": "2026-09-01", "sort": f"-{SLOT},name"},
    "version": 0,
}


@pytest.fixture
def county(app, world):
    """Every spare column for dates has a meaning: SLOT that of 入户日期."""
    with db.connection_context():
        for number, _ in enumerate(name for name in SLOTS if name.startswith("own_date_")):
            label = f"日期{number}" if number else "入户日期"
            operations.define(world.actors["county"], "beneficiary", kind=OwnKind.DATE, label=label)
    return world.actors["county"]


def standing() -> OwnColumn:
    return OwnColumn.get(OwnColumn.slot == SLOT, OwnColumn.until.is_null())


def retire(county) -> None:
    with db.connection_context():
        operations.retire(county, standing())


def emptied(county) -> None:
    retire(county)
    with db.connection_context():
        operations.clear(county, standing())


def given_anew(county) -> None:
    """The spare column means 复查日期 from now on."""
    emptied(county)
    with db.connection_context():
        assert operations.define(county, "beneficiary", kind=OwnKind.DATE, label="复查日期").slot == SLOT


def view(script, who: str = "county") -> dict:
    [found] = script(who, "beneficiary").ask("views")["views"]
    return found


def test_a_view_means_its_column_as_long_as_that_is_there(script, county):
    script("county", "beneficiary").ask("keep", **VIEW)
    assert (view(script)["words"], view(script)["layout"]["rules"], view(script)["lost"]) == (VIEW["words"], [RULE], [])
    with db.connection_context():
        operations.redefine(county, standing(), label="入户的日期", help="", required=False)
    assert view(script)["layout"]["rules"] == [RULE]


@pytest.mark.parametrize("become", [emptied, given_anew])
def test_nothing_of_a_view_is_asked_of_the_next_column_in_its_place_and_it_is_told(script, visit, county, become):
    grid = script("county", "beneficiary")
    grid.ask("keep", **VIEW, shared=True)
    grid.ask("layout", layout=VIEW["layout"])
    become(county)
    for who in ("county", "a"):
        found = view(script, who)
        assert (found["words"], found["layout"]["rules"]) == ({"sort": "name"}, [])
        assert ([column["name"] for column in found["layout"]["columns"]], found["lost"]) == (["name"], ["入户日期"])
    sheet = page_of(visit("county"), "/beneficiary/grid/")["sheet"]
    assert (sheet["layout"]["rules"], sheet["lost"]) == ([], ["入户日期"])
    assert 'class="legend"' not in visit("county").get("/beneficiary/").text


def test_a_view_of_a_retired_column_leaves_out_what_it_asks_until_that_comes_back(script, county):
    script("county", "beneficiary").ask("keep", **VIEW)
    retire(county)
    assert (view(script)["words"], view(script)["layout"]["rules"], view(script)["lost"]) == (
        *({"sort": "name"}, [RULE], ["入户日期"]),
    )
    with db.connection_context():
        operations.bring_back(county, standing())
    assert (view(script)["words"], view(script)["lost"]) == (VIEW["words"], [])


def test_a_page_that_was_open_before_keeps_nothing_for_the_new_column(script, visit, county):
    """It says which column it shows; so does the file that it asks for."""
    meanings = page_of(visit("county"), "/beneficiary/grid/")["sheet"]["meanings"]
    given_anew(county)
    old = VIEW["layout"] | {"own": {SLOT: meanings[SLOT]}}
    grid = script("county", "beneficiary")
    grid.ask("keep", **VIEW | {"layout": old})
    assert (view(script)["words"], view(script)["lost"]) == ({"sort": "name"}, ["入户日期"])
    visitor = visit("county")
    body, headers = {"columns": "name", "layout": old}, {"X-CSRFToken": visitor.token()}
    told = visitor.client.post("/beneficiary/export/xlsx", json=body, headers=headers)
    assert told.status_code == 200
    new = page_of(visit("county"), "/beneficiary/grid/")["sheet"]["meanings"]
    assert new[SLOT] != meanings[SLOT]


def test_a_view_kept_before_meanings_were_noted_holds_where_there_was_only_one(script, county):
    script("county", "beneficiary").ask("keep", **VIEW)
    with db.connection_context():
        row = SavedView.get(SavedView.name == VIEW["name"])
        number = standing().id
        SavedView.update(layout=row.layout.replace(f',"own":{{"{SLOT}":{number}}}', "")).execute()
        assert '"own"' not in SavedView.get_by_id(row.id).layout
    assert (view(script)["words"], view(script)["lost"]) == (VIEW["words"], [])
    given_anew(county)
    assert (view(script)["words"], view(script)["lost"]) == ({"sort": "name"}, ["入户日期"])


@pytest.mark.parametrize("own", [[], {SLOT: "1"}, {"password_hash": 1}, {SLOT: True}])
def test_what_says_no_column_is_refused(script, county, own):
    layout = VIEW["layout"] | {"own": own}
    assert script("county", "beneficiary").post("layout", layout=layout).status_code == 422
