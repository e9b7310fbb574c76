"""跨区就学: figures by place and stage against plain counts, in both directions, and the lists behind them."""

from collections import Counter

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from aid.workbooks import make_workbook
from aid.workbooks.cross_border import OUTSIDE
from models import Beneficiary, CheckState, Organisation
from tests.aid.workbooks.conftest import opened, read

OWN = "360426"


@pytest.fixture
def made(county, tmp_path):
    def make(actor="county", name="跨区就学"):
        make_workbook(county.actors[actor], "cross-border", tmp_path / "book.xlsx")
        return read(tmp_path / "book.xlsx", name)

    with writing(county.actors["county"], Permission.BENEFICIARY_SUPPLEMENT) as ledger:
        outside = {"outside_school": "长沙市某小学", "outside_stage": "primary", "source": "supplement"}
        child = {"name": "省外", "id_number": "N9", "hardship": "lifted", "home_region": county.regions["village"]}
        ledger.add(Beneficiary, school=county.organisations["county"], **outside, **child)
    return make


def crossing() -> dict[str, list[Beneficiary]]:
    """The county's live rows by direction, found in Python."""
    rows = Beneficiary.select().join(Organisation).where(Beneficiary.state != CheckState.INVALID)
    found = {"户籍在本地": [], "就读在本地": []}
    for row in rows:
        lives, learns = (place.code.startswith(OWN) for place in (row.home_region, row.school.region))
        if lives and (not learns or row.outside_school):
            found["户籍在本地"].append(row)
        elif learns and not lives:
            found["就读在本地"].append(row)
    return found


def test_both_directions_by_place_and_stage_add_up_to_plain_counts(made):
    lines, rows = made().lines, crossing()
    for way, some in rows.items():
        own = [line for line in lines if line["方向"] == way]
        subtotal = next(line for line in lines if line["方向"] == f"{way} 小计")
        assert subtotal["人数"] == sum(line["人数"] for line in own) == len(some) > 0
        stages = Counter(row.outside_stage or row.school.stage for row in some)
        assert (subtotal["小学"], subtotal["初中"]) == (stages["primary"], stages["junior"])
    assert lines[-1]["人数"] == sum(map(len, rows.values()))


def test_a_child_kept_for_a_school_outside_the_province_studies_there(made):
    assert made().only(外地=OUTSIDE)["跨哪一级"] == "跨省"
    line = made(name="户籍在本地").only(姓名="省外")
    assert (line["就读所在县"], line["学校"]) == (OUTSIDE, "长沙市某小学")


def test_a_child_that_another_county_keeps_is_in_nobody_s_book_but_its_own(made):
    for who in ("a", "other_county"):
        assert not [line for line in made(who).lines if line["外地"] == OUTSIDE], who
    assert [line for line in made("county").lines if line["外地"] == OUTSIDE]


def test_each_direction_has_its_list(made):
    for way, rows in crossing().items():
        lines = made(name=way).lines
        assert Counter(line["身份证号"] for line in lines) == Counter(row.id_number for row in rows)
        assert {line["核对机构"] for line in lines if line["学校"] != "长沙市某小学"} <= {
            "德安县学生资助管理中心",
            "永修县学生资助管理中心",
        }


def test_the_other_county_sees_the_same_children_from_the_other_side(made):
    here, there = made().lines, made("other_county").lines
    assert next(
        line["人数"] for line in there if line["外地"] == "九江市德安县" and line["方向"] == "就读在本地"
    ) == sum(line["人数"] for line in here if line["外地"] == "九江市永修县" and line["方向"] == "户籍在本地")


def test_who_has_nobody_across_a_border_gets_an_empty_table(world, tmp_path):
    make_workbook(world.actors["c"], "cross-border", tmp_path / "book.xlsx")
    with opened(tmp_path / "book.xlsx", values=True) as book:
        assert book.sheetnames == ["跨区就学"]
    assert [line["人数"] for line in read(tmp_path / "book.xlsx", "跨区就学").lines] == [0]
