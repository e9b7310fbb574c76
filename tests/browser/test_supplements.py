"""Supplementing one child at the page: by keyboard alone, as school and as county, and without script."""

import pytest
from playwright.sync_api import expect

from models import Beneficiary, Source, db
from tests.aid.operations.supplementing import CHILD, on_register, on_roll


@pytest.fixture
def registered(world) -> None:
    on_register(world, CHILD["id_number"])
    on_roll(world, CHILD["id_number"], "a")


def supplements() -> list[Beneficiary]:
    with db.connection_context():
        return list(Beneficiary.select().where(Beneficiary.source == Source.SUPPLEMENT).order_by(Beneficiary.id))


def test_a_school_supplements_by_keyboard_alone_and_takes_it_back(registered, enter):
    page = enter("user.a")
    page.goto("/check/")
    page.get_by_role("link", name="补录", exact=True).last.click()
    expect(page.get_by_label("身份证号")).to_be_focused()
    page.keyboard.type(CHILD["id_number"])
    expect(page.get_by_text("本县名册上有：脱贫户，户籍石门村")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("赵小满")
    expect(page.get_by_label("年级")).to_have_value("二年级")
    expect(page.get_by_label("补录原因")).to_be_focused()
    for key in ("ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已补录 赵小满：德安县蒲亭镇小学（小学），已核对（未更新）")).to_be_visible()
    [row] = supplements()
    assert (row.supplement_reason, row.enrolment_id is None, row.name_differs) == ("not_on_roll", False, False)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert supplements() == []


def test_what_was_typed_stays_and_what_was_filled_in_goes_with_its_number(registered, enter):
    page = enter("user.a")
    page.goto("/supplement/new/")
    page.get_by_label("班级").fill("9班")
    page.get_by_label("身份证号").fill(CHILD["id_number"])
    expect(page.get_by_label("姓名")).to_have_value("赵小满")
    page.get_by_label("身份证号").fill("360426201504120009")
    expect(page.get_by_text("校验位不对")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("")
    expect(page.get_by_label("班级")).to_have_value("9班")


def test_a_school_learns_that_a_child_is_listed_and_must_mean_it(world, enter):
    page = enter("user.a")
    page.goto("/supplement/new/")
    page.get_by_label("身份证号").fill(world.children["c1"].id_number)
    expect(page.get_by_text("已在其他学校的名单上")).to_be_visible()
    assert "聂桥镇小学" not in page.content()
    page.get_by_label("年级").fill("三年级")
    page.get_by_label("补录原因").select_option("其他")
    page.get_by_label("补录说明").fill("本学期转来")
    page.get_by_role("button", name="补录（Enter）").click()
    expect(page.get_by_text("已知道在别处的名单上，仍要补录")).to_be_visible()
    assert supplements() == []
    page.get_by_label("已知道在别处的名单上，仍要补录").check()
    page.get_by_role("button", name="补录（Enter）").click()
    expect(page.get_by_text("已补录 陈静")).to_be_visible()


def test_the_county_keeps_a_child_outside_the_province_and_sees_whose_list_it_is_on(world, enter):
    page = enter("user.county")
    page.goto("/supplement/new/")
    expect(page.get_by_label("省外学校")).to_be_hidden()
    page.get_by_label("身份证号").fill(world.children["c1"].id_number)
    expect(page.get_by_text("已在名单上：德安县聂桥镇小学（小学），未核对")).to_be_visible()
    page.get_by_label("身份证号").fill(CHILD["id_number"])
    expect(page.get_by_text("本县名册上没有")).to_be_visible()
    page.get_by_label("姓名").fill("赵小满")
    page.get_by_label("困难类型").select_option("低保")
    page.get_by_label("户籍区划").fill("360426100200")
    page.get_by_label("补录原因").select_option("省外就读")
    page.get_by_label("省外学校").fill("成都市第七中学")
    page.get_by_label("省外学段").select_option("普高")
    page.get_by_role("button", name="补录（Enter）").click()
    expect(
        page.get_by_text("已补录 赵小满：成都市第七中学，已核对（未更新）；不在本县名册上，请补交困难证明材料")
    ).to_be_visible()


def test_faults_stand_beside_their_fields(enter):
    page = enter("user.a")
    page.goto("/supplement/new/")
    page.get_by_role("button", name="补录（Enter）").click()
    for field in ("姓名", "困难类型", "补录原因"):
        expect(page.locator(".field.wrong", has=page.get_by_label(field))).to_contain_text("没有填写")


def test_tab_leaves_a_list_of_places_for_the_next_field(world, enter):
    page = enter("user.a")
    page.goto("/supplement/new/")
    page.get_by_label("户籍区划").focus()
    expect(page.get_by_role("option", name="江西省")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("补录说明")).to_be_focused()
