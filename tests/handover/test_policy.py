"""Where the register is wrong: questions 36, 37 and 40 of DOMAIN.md part 3, which are policy.

The help page says what is to be done; the row of the list is 无效 with its reason; the register stays as delivered.
"""

import re

from aid.editing.editors import EDITORS
from models import Beneficiary, RegisterPerson, db
from tests.admin.grid.conftest import Script
from tests.admin.test_borders import names_on
from tests.handover.desk import told
from tests.handover.test_checking import check, row


def answer(visitor, number: str) -> str:
    """What the help page says to a question, reached from the menu."""
    assert re.search(r'<a href="/help/"[^>]*>帮助</a>', visitor.get("/").text)
    page = visitor.get("/help/").text
    return page.partition(f'<span id="q{number}">')[2].partition("</div>")[0]


def test_question_36_what_the_register_says_is_edited_nowhere_and_help_says_who_corrects_it(visit, world):
    for who in ("a", "county", "town"):
        said = answer(visit(who), "36")
        for words in ("乡村振兴（原扶贫）部门", "任何人都不能在这里修改", "随下一批名册下来"):
            assert words in said
    person = world.children["a1"].register_person
    assert RegisterPerson not in EDITORS
    for page in ("edit", "new", "delete", "bulk/delete"):
        assert visit("county").post(f"/register_person/{page}/", {"id": person.id, "name": "改"}).status_code == 404
    details = visit("county").get(f"/register_person/details/?id={person.id}").text
    assert 'method="post"' not in details.partition("<main")[2]
    county = visit("county")
    saved = Script(county, "/register_person/grid/", county.token()).save([person.id, 1, {"name": ["王芳", "改"]}])
    assert (saved.status_code, "不能在表格里修改" in saved.get_json()["sentence"]) == (404, True)


def help_and_then_invalid(visit, world, *, number: str, reason: str, label: str) -> None:
    """A school reads what to do, does it, and the county sees why."""
    school, child = visit("a"), world.children["a1"]
    assert f"原因选“{label}”" in answer(school, number)
    remark = "村里证明不是贫困户"
    assert check(school, world, "a1", do="invalid", reason=reason, remark=remark).status_code == 302
    county = visit("county")
    assert names_on(county.get(f"/beneficiary/?invalid_reason={reason}")) == ["王芳"]
    details = told(county.get(f"/beneficiary/details/?id={child.id}"))
    assert (f"无效原因 {label}" in details, remark in details) == (True, True)


def test_question_37_who_is_not_poor_is_invalid_for_that_reason(visit, world):
    help_and_then_invalid(visit, world, number="37", reason="not_poor", label="非建档立卡")
    with db.connection_context():
        person = RegisterPerson.get_by_id(world.children["a1"].register_person.id)
    assert (person.name, person.hardship, person.version) == ("王芳", "lifted", 1)
    assert names_on(visit("county").get("/matching/")) == []  # no wish of matching to list the child anew


def test_question_40_what_does_not_fit_the_child_is_invalid_and_stays_so_at_the_next_matching(visit, world):
    help_and_then_invalid(visit, world, number="40", reason="wrong", label="信息错误")
    county = visit("county")
    county.post("/matching/run")
    assert (row(world, "a1").state, names_on(visit("a").get("/check/"))) == ("invalid", ["李强"])
    with db.connection_context():
        assert Beneficiary.select().where(Beneficiary.id_number == world.children["a1"].id_number).count() == 1
