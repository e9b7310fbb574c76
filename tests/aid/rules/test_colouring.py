"""Which rules of 着色与提醒 may be kept, and with which sentence the others are refused."""

import re

import pytest

from aid.rules.colouring import LONGEST_VALUE, LONGEST_WARNING, LOOKS, MOST, rules_fault
from aid.rules.views import layout_fault
from tests.source import ROOT

COLUMNS = {"name", "born", "amount"}
RED = {"column": "name", "how": "is", "value": "王芳", "scope": "cell", "look": "red"}
NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [RED] * MOST,
        [{"column": "born", "how": "blank", "scope": "cell", "warn": "请补出生日期"}],
        [RED | {"how": "filled", "value": "", "scope": "row", "look": "purple", "warn": "看一眼"}],
        [RED | {"column": "born", "how": how, "value": "2015-02-28"} for how in ("after", "before", "is", "is_not")],
        [RED | {"column": "amount", "how": "over", "value": value} for value in ("0", "-12", "1250.5")],
        [RED | {"value": "王" * LONGEST_VALUE, "warn": "王" * LONGEST_WARNING}],
    ],
)
def test_rules_that_may_be_kept(rules):
    assert rules_fault(rules, COLUMNS) is None
    assert layout_fault({"columns": [{"name": "name"}], "rules": rules}, COLUMNS) is None


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        *(
            (rule, "写法不对")
            for rule in (None, [], "red", RED | {"bold": "1"}, RED | {"look": ["red"]}, {"column": 1})
        ),
        *((RED | {"column": column}, "没有这一列") for column in ("password_hash", "")),
        *((RED | {"scope": scope}, "要说明给这一格还是整行着色") for scope in ("table", "")),
        *((RED | {"look": look}, "没有这种颜色") for look in ("pink", "red marked", "#ff0000")),
        (RED | {"look": ""}, "请选一种颜色，或写一句提醒"),
        *((RED | {"how": how}, "没有这种条件") for how in ("like", "")),
        (RED | {"how": "blank"}, "为空、不为空不用填写值"),
        *((RED | {"value": value}, "请填写要比较的值") for value in ("", " ")),
        *((RED | {"value": value}, "要比较的值最多") for value in ("王" * (LONGEST_VALUE + 1), "a\nb", "\ud800", "\0")),
        *((RED | {"how": "over", "value": value}, "要和数字比") for value in ("一", "1,000", "１２", "1e9", "nan")),
        *((RED | {"how": "after", "value": value}, "要和日期比") for value in ("2015", "2015-02-29", "20150228")),
        *((RED | {"warn": warn}, "提醒最多") for warn in ("王" * (LONGEST_WARNING + 1), "a\nb", "\ud800")),
        (RED | {"value": NUMBER}, "不能写完整的身份证号"),
        (RED | {"warn": f"找 {NUMBER}"}, "提醒里不能写完整的身份证号"),
    ],
)
def test_a_rule_that_may_not_is_named_with_its_number(rule, sentence):
    fault = layout_fault({"rules": [RED, rule]}, COLUMNS)
    assert fault.startswith("第 2 条规则：")
    assert sentence in fault


@pytest.mark.parametrize("rules", [None, {}, "red", [RED] * (MOST + 1)])
def test_what_is_no_list_of_rules_is_refused(rules):
    assert rules_fault(rules, COLUMNS).startswith("着色与提醒")


def test_rules_do_not_take_the_room_of_columns():
    rule = RED | {"value": "王" * LONGEST_VALUE, "warn": "王" * LONGEST_WARNING}
    assert layout_fault({"rules": [rule] * MOST}, COLUMNS) is None


# -- the looks, as the style has them --------------------------------------------------------


def test_every_look_is_in_the_style_once_with_a_colour_to_read_on_and_a_sign_of_its_own():
    style = (ROOT / "static" / "panel.css").read_text(encoding="utf-8")
    found = re.findall(r'\.look-(\w+) \{ --look: (#\w+); --sign: "(.)"; --sign-ink: (#\w+); \}', style)
    assert [look for look, *_ in found] == list(LOOKS)
    assert len({sign for *_, sign, _ in found}) == len(LOOKS)
    assert all(contrast("#1d2730", ground) > 7 and contrast(ink, ground) > 4.5 for _, ground, _, ink in found)


def contrast(ink: str, ground: str) -> float:
    """As WCAG 2 has it."""
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
