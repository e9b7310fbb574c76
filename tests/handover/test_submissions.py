"""Handing in, and the township between school and county: questions 9, 10, 25 and 32, asked as their roles ask them."""

import io
import re

from python_calamine import CalamineWorkbook

from aid.ledger import writing
from aid.operations.matching import match
from aid.permissions import Permission
from models import Beneficiary, CountySetting, Enrolment, RegisterPerson, Submission, db

HIDDEN = re.compile(r'name="(shown_at|expected)"[^>]*value="(\d+)"')
CODES = ("机构编码", "360426000003")


def now(world, key: str) -> Beneficiary:
    with db.connection_context():
        return Beneficiary.get_by_id(world.children[key].id)


def rounds() -> list[Submission]:
    with db.connection_context():
        return list(Submission.select().order_by(Submission.round))


def check_everything(visitor, world, *keys: str) -> None:
    for key in keys:
        child = now(world, key)
        form = {"do": "confirm", "version": child.version, "name": child.name, "grade": child.grade or "三年级"}
        assert visitor.post(f"/check/row/?id={child.id}", form).status_code == 302


def hand_in(visitor) -> None:
    shown = dict(HIDDEN.findall(visitor.get("/submission/new/").text))
    assert visitor.post("/submission/new/", shown).status_code == 302


def lines(visitor, slug: str) -> list[list[str]]:
    """The cells of all sheets of a workbook."""
    made = visitor.post(f"/workbooks/make/{slug}").location.partition("wanted=")[2]
    book = CalamineWorkbook.from_filelike(io.BytesIO(visitor.get(f"/workbooks/download/{made}.xlsx").data))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return [[str(cell) for cell in row] for rows in sheets for row in rows]


def decide(visitor, verb: str, world, *keys: str, remark: str = "") -> None:
    rows = [now(world, key) for key in keys]
    words = {"row": [f"{row.id}:{row.version}" for row in rows], "confirmed": "1", "answer-remark": remark}
    assert visitor.post(f"/report/bulk/{verb}", words).status_code == 302


def test_question_09_nobody_hands_lists_to_schools_for_they_see_them_at_once(visit, world):
    values = {"name": "何新", "id_number": "360426201508300018"}
    home = {"household_no": "H9", "head_name": "何", "home_region": world.regions["village"]}
    with db.connection_context(), writing(world.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        batch = world.children["a1"].register_person.batch
        ledger.add(RegisterPerson, batch=batch, hardship="lifted", **home, **values)
        place = {"school": world.organisations["a"], "stage": "primary", "grade": "五年级", "status": "present"}
        ledger.add(Enrolment, **place, **values)
    assert "何新" not in visit("a").get("/check/").text
    with db.connection_context():
        match(world.actors["county"])
    assert "何新" in visit("a").get("/check/").text
    assert "何新" not in visit("b").get("/check/").text


def test_question_10_a_township_follows_its_schools(visit, world):
    check_everything(visit("a"), world, "a1", "a2")
    hand_in(visit("a"))
    town = visit("town")
    shown = town.get("/late_schools/").text.partition("<tbody>")[2]
    assert [world.organisations[key].code in shown for key in "abc"] == [True, True, False]
    assert rounds()[0].code in town.get("/submission/").text
    assert "王芳" in town.get(f"/report/?submission={rounds()[0].code}").text
    late = {"row": f"{world.organisations['b'].id}:1", "confirmed": "1", "answer-sentence": "请本周上报"}
    assert town.post("/late_schools/bulk/remind", late).status_code == 302
    assert "请本周上报" in visit("b").get("/").text


def test_question_25_a_township_makes_its_own_summary(visit, world):
    check_everything(visit("a"), world, "a1")
    rows = lines(visit("town"), "regional-summary")
    cells = {cell for row in rows for cell in row}
    assert [any(name in cell for cell in cells) for name in ("蒲亭镇小学", "聂桥镇小学", "聂桥镇")] == [
        True,
        False,
        False,
    ]
    header = next(row for row in rows if "未核对" in row)
    line = next(row for row in rows if "合计" in "".join(row[:3]))
    told = [float(line[header.index(title)]) for title in ("名单人数", "未核对")]
    assert told == [3, 2]


def test_question_10_a_township_checks_nothing_unless_its_county_lets_it(visit, world):
    child = world.children["a1"]
    form = {"do": "confirm", "version": 1, "name": child.name, "grade": "四年级"}
    assert visit("town").post(f"/check/row/?id={child.id}", form).status_code == 403
    with db.connection_context(), writing(world.actors["county"], Permission.SETTING_WRITE) as ledger:
        ledger.add(CountySetting, office=world.organisations["county"], school_year=2026, townships_check=True)
    assert visit("town").post(f"/check/row/?id={child.id}", form).status_code == 302
    assert now(world, "a1").checked_by == "town"


def test_question_32_a_school_hands_in_again_and_what_is_accepted_counts(visit, world):
    school, county = visit("a"), visit("county")
    check_everything(school, world, "a1")
    hand_in(school)
    decide(county, "accept", world, "a1")
    check_everything(school, world, "a2")
    assert "这次上报 <b>1</b> 个" in school.get("/submission/new/").text
    hand_in(school)
    assert [(one.round, one.rows, one.state) for one in rounds()] == [(1, 1, "accepted"), (2, 1, "handed_in")]
    decide(county, "return", world, "a2", remark="班级不对")
    assert "班级不对" in school.get(f"/check/row/?id={world.children['a2'].id}").text
    check_everything(school, world, "a2")
    hand_in(school)
    decide(county, "accept", world, "a2")
    assert [now(world, key).report for key in ("a1", "a2")] == ["accepted", "accepted"]
    header, line = (next(row for row in lines(county, "school-progress") if code in row) for code in CODES)
    assert line[header.index("上报轮次")] == "3.0"


def test_question_32_what_is_accepted_is_locked_until_it_is_returned(visit, world):
    school, child = visit("a"), world.children["a1"]
    check_everything(school, world, "a1")
    hand_in(school)
    decide(visit("county"), "accept", world, "a1")
    form = {"do": "confirm", "version": now(world, "a1").version, "name": child.name, "grade": "六年级"}
    answer = school.post(f"/check/row/?id={child.id}", form)
    assert (answer.status_code, "已审核，需要修改请让县里退回" in answer.text) == (422, True)
    decide(visit("county"), "return", world, "a1", remark="可以改了")
    form["version"] = now(world, "a1").version
    assert school.post(f"/check/row/?id={child.id}", form).status_code == 302
