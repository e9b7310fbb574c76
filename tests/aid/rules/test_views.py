"""What gets into a kept view, and what does not."""

import pytest

from aid.rules.views import LARGEST, layout_fault, packed, words_fault

COLUMNS = {"name", "school", "school.stage", "born"}


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"name": "王　芳", "school.stage": "primary|-"},
        {"born_from": "2015-01-01", "born_to": "x", "search": "wf", "all": "1"},
        {"sort": "school,-name", "group": "school"},
    ],
)
def test_the_words_of_an_address_may_be_kept(words):
    assert words_fault(words, COLUMNS) is None


@pytest.mark.parametrize(
    "words",
    [
        *(None, [], "name", {"name": 1}, {"name": ""}, {"name": None}, {"name": ["a"]}, {1: "a"}),
        *({"digest": "x"}, {"page": "3"}, {"name_after": "x"}, {"_from": "x"}, {"csrf_token": "x"}),
        *({"sort": "digest"}, {"sort": "name,"}, {"sort": "--name"}, {"group": "-name"}, {"all": "0"}),
        {"name": "王" * (LARGEST // 3 + 1)},
    ],
)
def test_other_words_may_not(words):
    assert words_fault(words, COLUMNS)


@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"columns": [], "frozen": 0},
        {"columns": [{"name": "name"}, {"name": "school.stage", "width": 800, "hidden": False}], "frozen": 2},
        {"columns": [{"name": "born", "width": 30}]},
    ],
)
def test_a_layout_may_be_kept(layout):
    assert layout_fault(layout, COLUMNS) is None


@pytest.mark.parametrize(
    "layout",
    [
        *(None, [], {"columns": {}}, {"columns": ["name"]}, {"columns": [{}]}, {"rows": []}, {"columns": None}),
        *({"columns": [{"name": "digest"}]}, {"columns": [{"name": ["name"]}]}, {"frozen": 1}, {"frozen": True}),
        *({"columns": [{"name": "name"}, {"name": "name"}]}, {"columns": [{"name": "name"}], "frozen": 2}),
        *({"columns": [{"name": "name", "width": width}]} for width in (29, 801, "90", 90.5, None, True)),
        *({"columns": [{"name": "name", **more}]} for more in ({"hidden": 1}, {"colour": "red"})),
        {"columns": [{"name": "name", "note": "x" * LARGEST}]},
        {"columns": [{"name": "name"}], "frozen": -1},
    ],
)
def test_another_shape_may_not(layout):
    assert layout_fault(layout, COLUMNS)


def test_the_same_content_is_kept_as_the_same_text():
    assert packed({"name": "王", "all": "1"}) == packed({"all": "1", "name": "王"})
