"""着色与提醒 over the grid's routes: rules are kept with a layout and with a view, shared with it, or refused."""

import pytest

from tests.admin.grid.test_desk import LAYOUT, VIEW
from tests.admin.grid.test_sheet import page_of

RULES = [
    {"column": "grade", "how": "is", "value": "三年级", "scope": "row", "look": "blue"},
    {"column": "class_name", "how": "blank", "scope": "cell", "look": "yellow", "warn": "请补班级"},
]
COLOURED = LAYOUT | {"rules": RULES}


def test_rules_come_back_with_the_layout_one_left_and_to_nobody_else(script, visit, world):
    script("a", "beneficiary").ask("layout", layout=COLOURED)
    assert page_of(visit("a"), "/beneficiary/grid/")["sheet"]["layout"]["rules"] == RULES
    assert page_of(visit("county"), "/beneficiary/grid/")["sheet"]["layout"] is None


def test_a_shared_view_takes_its_rules_to_a_school_below_and_to_no_other_county(script, world):
    script("county", "beneficiary").ask("keep", **VIEW | {"layout": COLOURED}, shared=True)
    [view] = script("a", "beneficiary").ask("views")["views"]
    assert view["layout"]["rules"] == RULES
    assert script("other_county", "beneficiary").ask("views")["views"] == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"column": "password_hash"}, "第 1 条规则：没有这一列"),
        ({"look": "pink"}, "第 1 条规则：没有这种颜色"),
        ({"warn": "长" * 61}, "第 1 条规则：提醒最多 60 个字"),
    ],
)
@pytest.mark.parametrize("door", ["layout", "keep"])
def test_a_rule_that_is_none_is_refused_with_a_sentence(script, world, door, rule, sentence):
    answer = script("a", "beneficiary").post(door, **VIEW | {"layout": LAYOUT | {"rules": [RULES[0] | rule]}})
    assert (answer.status_code, sentence in answer.get_json()["sentence"]) == (422, True)
    assert script("a", "beneficiary").ask("views")["views"] == []


@pytest.mark.parametrize("door", ["layout", "keep"])
def test_a_whole_id_number_is_kept_in_no_rule(script, world, door):
    named = {"column": "id_number", "how": "is", "value": world.children["a1"].id_number, "scope": "row", "look": "red"}
    answer = script("county", "beneficiary").post(door, **VIEW | {"layout": {"rules": [named]}})
    assert (answer.status_code, "完整的身份证号" in answer.get_json()["sentence"]) == (422, True)


def test_whoever_may_not_read_a_table_keeps_no_rules_of_it(script, world):
    assert script("auditor", "beneficiary").post("layout", layout=COLOURED).status_code == 403


def test_the_page_is_told_the_words_of_a_rule(visit, world):
    told = page_of(visit("a"), "/beneficiary/grid/")["sheet"]["ruling"]
    assert dict(told["looks"]) == {"red": "红", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫"}
    assert (dict(told["hows"])["after"], told["most"], told["longest"]["warn"]) == ("晚于", 20, 60)
