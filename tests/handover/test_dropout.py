"""Dropout control, from the county that opens a case to the township that goes to the door."""

from aid.ledger import writing
from aid.operations.matching import match
from aid.permissions import Permission
from models import CountySetting, Enrolment, RegisterPerson, db
from tests.admin.test_borders import names_on
from tests.admin.test_dropouts import HIDDEN, VISIT, case

CHILD = {"name": "失学的孩子", "id_number": "360426201501010015"}


def register(world) -> None:
    with db.connection_context(), writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        ledger.add(CountySetting, office=world.organisations["county"], school_year=2026)
        told = {"household_no": "H9", "head_name": "户主", "hardship": "lifted", "phone": "13800000000"}
        batch = world.children["a1"].register_person.batch
        ledger.add(RegisterPerson, batch=batch, home_region=world.regions["village"], **told, **CHILD)


def comes_onto_a_roll(world) -> None:
    place = {"school": world.organisations["b"], "stage": "junior", "grade": "七年级", "status": "present"}
    with db.connection_context():
        with writing(world.actors["county"], Permission.ROLL_IMPORT) as ledger:
            ledger.add(Enrolment, **place, **CHILD)
        match(world.actors["county"])


def test_question_02_a_child_on_no_roll_is_visited_until_it_is_back_at_school(visit, world):
    register(world)
    county, town = visit("county"), visit("town")
    preview = county.get("/dropout_case/refresh/").text
    assert CHILD["name"] in preview
    assert county.post("/dropout_case/refresh/", dict(HIDDEN.findall(preview))).status_code == 302
    assert names_on(town.get("/dropout_case/?visits=0")) == [CHILD["name"]]
    page = f"/dropout_case/visit/?id={case(CHILD['name']).id}"
    assert town.post(page, VISIT | {"next_step": "一周后回访"}).status_code == 302
    told = county.get(f"/dropout_case/details/?id={case(CHILD['name']).id}").text
    assert [word for word in ("李老师", "家长同意", "一周后回访", "承诺返校", "13800000000") if word not in told] == []
    comes_onto_a_roll(world)
    assert case(CHILD["name"]).closed_reason == "on_roll"
    assert "已有学籍" in county.get("/dropout_case/export/csv?state=settled").data.decode("utf-8-sig")
    assert visit("b").get("/dropout_case/").status_code == 403
