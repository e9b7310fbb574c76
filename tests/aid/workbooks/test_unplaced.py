"""未匹配名单: the rows of the register that are on no list, by reason, unit and age."""

import pytest

from aid.errors import NotAllowed
from aid.ledger import writing
from aid.operations.matching import unplaced
from aid.permissions import Permission
from models import Enrolment, RegisterPerson
from tests.aid.workbooks.conftest import maker

CLOSED, NOWHERE = "学校已撤销", "不在学籍名册"


@pytest.fixture
def made(county, tmp_path):
    make = maker(county, "unplaced", tmp_path / "book.xlsx", first="未匹配")
    return lambda *sheet, **options: make(*sheet, **options).lines


@pytest.fixture
def at_closed(county) -> RegisterPerson:
    """A child of seven of whom the roll says that it is at the school that was closed."""
    batch = county.children["a1"].register_person.batch
    child = {"name": "老街", "id_number": "360426201901010011"}
    house = {"household_no": "H", "head_name": "户主", "hardship": "lifted", "home_region": county.regions["village"]}
    school = county.organisations["closed"]
    with writing(county.actors["county"], Permission.REGISTER_IMPORT) as ledger:
        person = ledger.add(RegisterPerson, batch=batch, **house, **child)
        ledger.add(Enrolment, school=school, stage="primary", grade="一年级", status="present", **child)
    return person


@pytest.mark.parametrize("actor", ["county", "town", "city"])
def test_the_sums_are_those_of_the_unplaced(made, county, at_closed, actor):
    rows = list(unplaced(county.actors[actor].scope))
    total = made(actor=actor)[-1]
    assert total["未匹配合计"] == len(rows) > 2
    assert total[CLOSED] == sum(row.reason == "closed_school" for row in rows) == 1
    assert total[NOWHERE] == len(rows) - 1
    assert sum(total[age] for age in ("不满 6 岁", "6–14 岁", "15 岁以上", "年龄不详")) == len(rows)


def test_each_unit_has_its_own(made, at_closed):
    lines = made()
    for title in ("未匹配合计", CLOSED, NOWHERE):
        assert sum(line[title] for line in lines[:-1]) == lines[-1][title]
    assert {line["乡镇"]: line[CLOSED] for line in lines}["蒲亭镇"] == 1


def test_a_list_for_each_reason_with_the_school_that_was_closed(made, county, at_closed):
    [line, total] = made(CLOSED)
    assert (line["姓名"], line["身份证号"], line["户籍地"]) == ("老街", at_closed.id_number, "石门村")
    assert (line["原学校"], line["学段"], line["年级"]) == (county.organisations["closed"].name, "小学", "一年级")
    assert (line["年龄"], line["6–14 岁"]) == (7, "是")
    assert total["姓名"] == 1
    assert len(made(NOWHERE)) - 1 == len(list(unplaced(county.actors["county"].scope))) - 1


def test_a_school_has_no_unplaced_and_may_not_ask(made):
    with pytest.raises(NotAllowed, match="未匹配"):
        made(actor="a")
