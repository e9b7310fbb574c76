"""区域汇总: every figure against plain counts, by scope, and the sums against the register."""

from collections import Counter

import pytest

from aid.errors import NotAllowed
from aid.scope import SYSTEM
from aid.workbooks import make_workbook
from models import (
    Beneficiary,
    CheckState,
    HardshipKind,
    InvalidReason,
    Organisation,
    RegisterBatch,
    RegisterPerson,
    Source,
    Stage,
)
from tests.aid.workbooks.conftest import read

STATES = {
    "未核对": CheckState.UNCHECKED,
    "未更新": CheckState.UNCHANGED,
    "已更新": CheckState.UPDATED,
    "无效合计": CheckState.INVALID,
}
OWN = "360426"


@pytest.fixture
def made(county, tmp_path):
    def make(actor="county", name="区域汇总"):
        path = tmp_path / f"{actor}.xlsx"
        make_workbook(county.actors[actor], "regional-summary", path)
        return read(path, name)

    return make


def counted(*conditions) -> dict[str, float | str | None]:
    """What a line must show of the list rows that meet the conditions: one COUNT after another."""
    rows = Beneficiary.select().join(Organisation).where(*conditions)
    shown = {title: rows.where(Beneficiary.state == state).count() for title, state in STATES.items()}
    live = rows.where(Beneficiary.state != CheckState.INVALID)
    shown["名单人数"] = live.count()
    shown["其中补录"] = live.where(Beneficiary.source == Source.SUPPLEMENT).count()
    for reason in InvalidReason:
        shown[reason.label] = rows.where(Beneficiary.invalid_reason == reason).count()
    done = rows.where(Beneficiary.state != CheckState.UNCHECKED).count()
    return shown | {"核对进度": pytest.approx(done / rows.count()) if rows.count() else None}


def placements() -> dict[str, Organisation | None]:
    """By ID number on the county's current register: the school it counts at, worked out in Python."""
    batches = RegisterBatch.select().join(Organisation).where(RegisterBatch.current, Organisation.code.startswith(OWN))
    persons = list(RegisterPerson.select().where(RegisterPerson.batch.in_(batches)))
    found = {}
    for number in {person.id_number for person in persons}:
        ids = [person.id for person in persons if person.id_number == number]
        rows = list(Beneficiary.select().where(Beneficiary.register_person.in_(ids)))
        rows.sort(key=lambda row: (row.state == CheckState.INVALID, row.id))
        found[number] = rows[0].school if rows else None
    return found


def shown(line):
    return {title: line[title] for title in counted(Beneficiary.id < 0)}


def test_every_line_of_a_township_and_stage_equals_plain_counts(made, county):
    sheet, schools = made(), placements().values()
    for town in ("town", "other_town"):
        region = county.regions[town]
        for stage in Stage:
            here = Organisation.code.startswith(OWN) & (Organisation.stage == stage)
            ids = [
                school.id for school in Organisation.select().where(here) if school.region.code[:9] == region.code[:9]
            ]
            lines = [line for line in sheet.lines if (line["乡镇"], line["学段"]) == (region.name, stage.label)]
            if lines:
                assert shown(lines[0]) == counted(Organisation.id.in_(ids))
                assert lines[0]["名册人数"] == sum(school is not None and school.id in ids for school in schools)
            assert len(lines) <= 1
            assert lines or not Beneficiary.select().where(Beneficiary.school.in_(ids)).exists()


def test_a_school_of_the_county_itself_stands_under_its_own_heading(made, county):
    line = made().only(乡镇="县直", 学段="普高")
    assert shown(line) == counted(Organisation.id == county.organisations["senior"].id)


def test_the_total_equals_the_county_s_own_schools_and_the_whole_register(made):
    sheet = made()
    total = sheet.only(乡镇="德安县合计")
    assert shown(total) == counted(Organisation.code.startswith(OWN))
    assert total["名册人数"] == len(placements())
    stages = [line for line in sheet.lines if line["学段"]]
    assert sum(line["名册人数"] for line in stages) == len(placements())


def test_unplaced_children_stand_under_their_home(made):
    homes = Counter()
    for number, school in placements().items():
        if school is None:
            person = RegisterPerson.select().where(RegisterPerson.id_number == number).order_by(RegisterPerson.id).get()
            homes[person.home_region.code[:9]] += 1
    named = {"360426100": "蒲亭镇", "360426101": "聂桥镇", "360426000": "县直", "360425100": "外县户籍"}
    lines = [line for line in made().lines if line["学段"] == "未匹配"]
    assert {line["乡镇"]: line["名册人数"] for line in lines} == {named[home]: count for home, count in homes.items()}
    assert len(homes) == 4


def test_rows_at_schools_elsewhere_have_a_line_of_their_own_outside_the_total(made, county):
    line = made().lines[-1]
    elsewhere = Beneficiary.home_region.in_([county.regions["village"], county.regions["other_town"]])
    assert line["乡镇"] == "外县就读"
    assert shown(line) == counted(elsewhere, ~Organisation.code.startswith(OWN))
    assert line["名单人数"] == 1


def test_subtotals_add_up_the_lines_above_them(made):
    lines, block = made().lines, Counter()
    for line in lines:
        numbers = {title: value for title, value in line.items() if isinstance(value, int)}
        if str(line["乡镇"]).endswith("小计"):
            assert numbers == {title: block[title] for title in numbers}
            block = Counter()
        else:
            block.update(numbers)


def test_every_school_has_its_line_also_one_without_rows(made, county):
    sheet = made(name="分学校")
    closed = county.organisations["closed"]
    for line in sheet.lines[:-2]:
        assert shown(line) == counted(Organisation.code == line["机构编码"])
    codes = {line["机构编码"] for line in sheet.lines}
    assert county.organisations["empty"].code in codes
    assert county.organisations["gone"].code not in codes
    assert sheet.only(机构编码=closed.code)["学校"] == f"{closed.name}（撤销）"
    register = Counter(school.code for school in placements().values() if school)
    assert {
        line["机构编码"]: line["名册人数"] for line in sheet.lines if line["名册人数"] and line["机构编码"]
    } == register


def test_every_hardship_kind_has_its_line(made):
    sheet = made(name="分困难类型")
    for kind in HardshipKind:
        line = sheet.only(困难类型=kind.label)
        assert shown(line) == counted(Organisation.code.startswith(OWN), Beneficiary.hardship == kind)
    assert sheet.only(困难类型="德安县合计")["名册人数"] == len(placements())


def test_progress_is_drawn_slowest_first(made):
    shares = [line["核对进度"] for line in made(name="进度图").lines[:-1]]
    assert len(shares) == 3
    assert shares == sorted(shares)


def test_a_school_sees_itself_only(made, county):
    lines = made("a", "分学校").lines
    assert [line["机构编码"] for line in lines if line["机构编码"]] == [county.organisations["a"].code]
    assert shown(made("a").lines[0]) == counted(Organisation.id == county.organisations["a"].id)


def test_a_township_sees_its_schools_and_what_its_households_have_elsewhere(made, county):
    sheet = made("town")
    assert {line["乡镇"] for line in sheet.lines} == {"蒲亭镇", "蒲亭镇 小计", "德安县蒲亭镇合计", "外乡镇就读"}
    inside = [o.id for o in Organisation.select() if o.region.code.startswith("360426100")]
    homes = [county.regions["town"], county.regions["village"]]
    assert shown(sheet.only(乡镇="德安县蒲亭镇合计")) == counted(Organisation.id.in_(inside))
    elsewhere = counted(Beneficiary.home_region.in_(homes), Organisation.id.not_in(inside))
    assert shown(sheet.only(乡镇="外乡镇就读")) == elsewhere


def test_the_next_county_sees_its_own(made):
    total = made("other_county").only(乡镇="永修县合计")
    assert shown(total) == counted(Organisation.code.startswith("360425"))
    assert total["名册人数"] == 2


@pytest.mark.parametrize("actor", ["city", "province"])
def test_higher_offices_see_a_line_per_county(made, actor):
    sheet = made(actor)
    assert shown(sheet.only(区县="永修县 小计")) == counted(Organisation.code.startswith("360425"))
    assert shown(sheet.only(区县="德安县 小计")) == counted(Organisation.code.startswith(OWN))


def test_needs_the_permission(county, tmp_path):
    for actor in (county.actors["auditor"], SYSTEM):
        with pytest.raises(NotAllowed):
            make_workbook(actor, "regional-summary", tmp_path / "none.xlsx")
    assert not list(tmp_path.glob("*.xlsx"))


def test_asks_the_database_a_fixed_number_of_questions(county, tmp_path, queries):
    with queries() as seen:
        make_workbook(county.actors["county"], "regional-summary", tmp_path / "book.xlsx")
    assert len(seen) <= 8  # one of them puts the export on record, one asks of which state it is
