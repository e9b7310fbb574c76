"""All rows of a filter at once: asked for with their number, done as one, undone as one."""

import pytest
from playwright.sync_api import expect

from admin.listing import PAGE
from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, CheckState, db

MANY = PAGE + 5


@pytest.fixture
def many(world) -> None:
    """More children of the fourth grade than a page holds."""
    child, school = world.children["a1"], world.organisations["a"]
    told = {"school": school, "hardship": "lifted", "home_region": child.home_region, "grade": "四年级"}
    with writing(world.actors["county"], Permission.BENEFICIARY_MATCH) as ledger:
        for number in range(MANY):
            ledger.add(Beneficiary, name=f"学生{number}", id_number="", **told)


def states(world) -> dict[tuple[str, str], int]:
    """How many rows of school a there are by grade and state."""
    with db.connection_context():
        rows = Beneficiary.select().where(Beneficiary.school == world.organisations["a"])
        found = [(row.grade, CheckState(row.state)) for row in rows]
    return {key: found.count(key) for key in found}


def test_all_rows_of_a_filter_are_confirmed_after_a_question_with_their_number(many, enter, world):
    before = {("三年级", CheckState.UNCHECKED): 2, ("四年级", CheckState.UNCHECKED): MANY}
    page = enter("user.a")
    page.goto("/check/")
    page.get_by_label("年级", exact=True).fill("四年级")
    page.get_by_role("button", name="查找").click()
    page.get_by_label(f"符合条件的全部 {MANY} 条").check()
    expect(page.get_by_text("已选全部")).to_be_visible()
    page.get_by_role("button", name="确认核对").click()
    expect(page.get_by_text(f"确认这 {MANY} 条与实际相符？")).to_be_visible()
    assert states(world) == before
    page.get_by_role("button", name=f"确认核对 {MANY} 条").click()
    expect(page.get_by_text(f"确认核对：{MANY} 条")).to_be_visible()
    assert states(world) == {("三年级", CheckState.UNCHECKED): 2, ("四年级", CheckState.UNCHANGED): MANY}
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text(f"恢复 {MANY} 条")).to_be_visible()
    assert states(world) == before
