"""匹配下发 through HTTP: why each is unplaced, and that each number leads to its rows."""

import re

import pytest

from aid.ledger import writing
from aid.permissions import Permission
from models import Enrolment, OrganisationStatus, RegisterPerson, db


@pytest.fixture
def unplaced(world, app) -> None:
    """走失 is on no roll, 散了 is on that of a school that was closed."""
    batch = world.children["a1"].register_person.batch
    told = {"household_no": "H9", "head_name": "户主", "home_region": world.regions["village"], "hardship": "lifted"}
    place = {"stage": "primary", "grade": "三年级", "class_name": "1班", "status": "present"}
    with db.connection_context():
        with writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
            for name, number in (("走失", "360426200908300067"), ("散了", "360426200908300075")):
                ledger.add(RegisterPerson, batch=batch, name=name, id_number=number, **told)
            ledger.add(Enrolment, school=world.organisations["c"], name=name, id_number=number, **place)
        with writing(world.actors["county"], Permission.ORGANISATION_WRITE) as ledger:
            ledger.change(world.organisations["c"], status=OrganisationStatus.CLOSED)


@pytest.mark.parametrize(("reason", "name"), [("不在学籍名册", "走失"), ("学校已撤销", "散了")])
def test_each_reason_leads_to_its_rows(unplaced, visit, reason, name):
    page = visit("county").get("/matching/").text
    to, rows = re.search(rf'{reason} <a href="([^"]+)">(\d+)</a>', page).groups()
    found = visit("county").get(to).text
    assert (rows, f"共 {rows} 条" in found) == ("1", True)
    assert re.findall(r"走失|散了", found) == [name]
