"""Questions 28, 33 and 34: a new register comes, and who has left poverty, as the county and its schools meet them."""

import pytest

from aid.operations import checking
from models import Beneficiary, db
from tests.aid.operations.deliveries import deliver, enrol, register


def state(name: str) -> str:
    with db.connection_context():
        return Beneficiary.get(name=name).state


@pytest.fixture
def checked(world, app):
    with db.connection_context():
        for key in ("a1", "a2"):
            checking.confirm(world.actors["a"], world.children[key])
    return world


def apply(visitor) -> str:
    page = visitor.get("/deliveries/").text
    words = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("batch", "sign")}
    visitor.post("/deliveries/apply", words, page="/deliveries/")
    return visitor.get("/deliveries/").text


def test_question_28_a_new_register_is_compared_and_only_who_changed_is_checked_again(checked, visit):
    with db.connection_context():
        register(checked, deliver(checked, without=("c1",), a1={"hardship": "orphan"}, a2={"phone": "1"}))
        enrol(checked, "b")
    page = visit("county").get("/deliveries/").text
    for told in ("新增 <b>1</b>", "有变化 <b>1</b>", "次要变化 <b>1</b>", "不再在册 <b>1</b>"):
        assert told in page
    assert "已应用" in apply(visit("county"))
    assert (state("王芳"), state("李强"), state("赵新")) == ("unchecked", "unchanged", "unchecked")
    assert "赵新" in visit("b").get("/check/").text


def test_question_33_the_old_check_stays_in_the_childs_story(checked, visit):
    with db.connection_context():
        deliver(checked, a1={"left_poverty": 2025})
    apply(visit("county"))
    child = checked.children["a1"].id
    story = visit("a").get(f"/check/row/?id={child}").text
    assert "应用名册“2027 春”" in story
    assert "已核对（未更新）" in story


def test_question_34_until_when_a_child_is_aided_stands_on_every_row_and_follows_the_register(world, app, visit):
    with db.connection_context():
        deliver(world, a1={"left_poverty": 2020}, a2={"left_poverty": 2025})
    apply(visit("county"))
    ended = visit("a").get("/beneficiary/?eligible=0").text
    assert ("王芳" in ended, "李强" in ended) == (True, False)
    assert "资助至 2023—2024 学年" in visit("a").get(f"/check/row/?id={world.children['a1'].id}").text
    assert "资助至 2028—2029 学年" in visit("a").get(f"/check/row/?id={world.children['a2'].id}").text
