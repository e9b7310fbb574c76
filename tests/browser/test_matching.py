"""A county matches register and roll by the button, which asks first."""

import pytest
from playwright.sync_api import expect

from aid.ledger import writing
from aid.permissions import Permission
from models import Beneficiary, Enrolment, RegisterPerson, db

FOUND, LOST = "360426200908300067", "360426200908300075"


@pytest.fixture
def newcomers(world) -> None:
    """Two children in the register of the county; only the first is on the roll, at school b."""
    batch = world.children["a1"].register_person.batch
    told = {"household_no": "H9", "head_name": "户主", "home_region": world.regions["village"], "hardship": "lifted"}
    with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        for name, number in (("新来", FOUND), ("走失", LOST)):
            ledger.add(RegisterPerson, batch=batch, name=name, id_number=number, **told)
        place = {"school": world.organisations["b"], "stage": "junior", "grade": "七年级", "status": "present"}
        ledger.add(Enrolment, name="新来", id_number=FOUND, class_name="1班", **place)


def listed() -> list[tuple[str, str]]:
    with db.connection_context():
        rows = Beneficiary.select().where(Beneficiary.id_number.in_([FOUND, LOST]))
        return [(row.name, row.school.name) for row in rows]


def test_matching_asks_and_a_no_changes_nothing(newcomers, enter):
    page, asked = enter("user.county"), []
    page.goto("/matching/")
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="匹配下发").click()
    expect(page.get_by_role("button", name="匹配下发")).to_be_enabled()
    assert "做完可以撤销" in asked[0]
    page.goto("/matching/")
    assert listed() == []


def test_matching_lists_who_is_on_the_roll_names_who_is_not_and_is_undone(newcomers, enter):
    page = enter("user.county")
    page.goto("/matching/")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="匹配下发").click()
    expect(page.get_by_text("匹配完成：新下发 1 条")).to_contain_text("未匹配 1 人")
    expect(page.get_by_role("link", name="走失")).to_be_visible()
    assert listed() == [("新来", "德安县蒲亭镇初级中学")]
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销操作")).to_be_visible()
    assert listed() == []
