"""行政区划 and 机构名册: rows that point at each other, whose they are, and what is refused."""

import pytest

from aid.errors import RuleBroken
from aid.ledger import writing
from aid.operations import history
from aid.permissions import Permission
from aid.rules.cells import ErrorCell
from aid.scope import SYSTEM
from models import Operation, Organisation, Region
from tests.aid.imports.sheets import stored, titles

FAULTS = {
    "regions": [
        *((("区划代码", 360426102000.0), "number_cell"), (("区划代码", "360426"), "malformed")),
        *((("名称", 7.0), "malformed"), (("名称", ErrorCell("#N/A")), "error_cell"), (("级别", "区"), "unknown")),
        *((("上级代码", 360426000000.0), "number_cell"), (("上级代码", "430000000000"), "malformed")),
    ],
    "organisations": [
        *((("机构编码", 360426000006.0), "number_cell"), (("机构编码", "36042600000六"), "malformed")),
        *((("机构名称", 7.0), "malformed"), (("机构名称", "校" * 81), "malformed"), (("机构类型", "学区"), "unknown")),
        *((("学段", "大学"), "unknown"), (("机构状态", "停办"), "unknown"), (("行政区划代码", "360426"), "malformed")),
        *((("行政区划代码", ErrorCell("#N/A")), "error_cell"), (("学段", ""), "missing")),
        *((("上级机构编码", "360426999999"), "unknown"), (("并入机构编码", "360426999999"), "unknown")),
    ],
}
OTHER_TOWN = {"区划代码": "360426103000", "名称": "宝塔镇"}
VILLAGE = {"区划代码": "360426103201", "名称": "杨坊村", "级别": "村", "上级代码": "360426103000"}
FAR_SCHOOL = {
    **dict.fromkeys(titles("organisations"), ""),
    **dict(zip(("机构编码", "机构名称", "机构类型"), ("360425000002", "永修县涂埠镇小学", "学校"), strict=True)),
    **dict(zip(("学段", "行政区划代码"), ("小学", "360425100000"), strict=True)),
}


def region(code: str) -> Region:
    return Region.get(Region.code == code)


def school(code: str) -> Organisation:
    return Organisation.get(Organisation.code == code)


def held(report) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.reason) for one in report.held_back]


@pytest.mark.parametrize("slug", FAULTS)
def test_every_faulty_cell_is_told_with_its_reason_column_and_row(slug, world, send):
    code = titles(slug)[0]
    rows = [{code: f"3604261{number:05}", title: cell} for number, ((title, cell), _) in enumerate(FAULTS[slug])]
    report = send(world.actors["county"], slug, *rows)
    assert held(report) == [(number, title, reason) for number, ((title, _), reason) in enumerate(FAULTS[slug], 2)]
    assert report.added == 0


@pytest.mark.parametrize("slug", FAULTS)
def test_a_codes_second_row_is_held_back(slug, world, send):
    report = send(world.actors["county"], slug, {}, {titles(slug)[1]: "别名"})
    assert (report.added, held(report)) == (1, [(3, titles(slug)[0], "duplicate")])
    assert stored()[{"regions": "Region"}.get(slug, "Organisation")][-1]["name"] != "别名"


# -- regions -------------------------------------------------------------------


def test_a_region_is_stored_as_it_came(world, send):
    send(world.actors["county"], "regions", {"名称": "𠮷山·镇", "区划代码": "３６０４２６ 102000"})
    found = region("360426102000")
    assert (found.name, found.level, found.parent) == ("𠮷山·镇", "township", world.regions["county"])


def test_a_region_may_stand_above_what_it_lies_in(world, send):
    report = send(world.actors["county"], "regions", VILLAGE, OTHER_TOWN)
    assert (report.added, report.held_back) == (2, [])
    assert region("360426103201").parent == region("360426103000")


def test_without_a_parents_code_a_region_lies_where_its_own_code_says(world, send):
    send(world.actors["county"], "regions", VILLAGE | {"上级代码": ""}, OTHER_TOWN | {"上级代码": ""})
    send(world.actors["county"], "regions", VILLAGE | {"上级代码": ""}, OTHER_TOWN | {"上级代码": ""})
    assert (region("360426103000").parent, region("360426103201").parent) == (
        *(world.regions["county"], region("360426103000")),
    )


def test_what_hangs_on_a_row_that_is_held_back_is_held_back_too(world, send):
    report = send(world.actors["county"], "regions", VILLAGE, OTHER_TOWN | {"级别": "区"})
    assert held(report) == [(2, "上级代码", "unknown"), (3, "级别", "unknown")]


def test_a_foreign_region_is_taken_unchanged_and_refused_changed(world, send):
    rows = [
        {"区划代码": "360000000000", "名称": "江西省", "级别": "省", "上级代码": ""},
        {"区划代码": "360425100000", "名称": "涂埠镇", "上级代码": "360425000000"},
    ]
    send(SYSTEM, "regions", *rows)
    before = stored()["Region"]
    report = send(world.actors["county"], "regions", *rows)
    assert (report.unchanged, report.held_back) == (2, [])
    report = send(world.actors["county"], "regions", rows[0] | {"名称": "赣"}, {}, rows[1] | {"名称": "涂家埠"})
    assert (report.added, held(report)) == (1, [(2, "区划代码", "scope"), (4, "区划代码", "scope")])
    assert stored()["Region"][:-1] == before


def test_a_new_region_of_another_county_is_refused(world, send):
    report = send(world.actors["county"], "regions", {"区划代码": "360425103000", "上级代码": "360425000000"})
    assert (report.added, held(report)) == (0, [(2, "区划代码", "scope")])


def test_a_place_that_a_register_brought_gets_its_name_from_a_later_sheet(world, send):
    send(world.actors["county"], "register", {"户籍区划代码": "360425101201"})
    assert region("360425101201").name == "360425101201"
    named = {"区划代码": "360425101201", "名称": "白水村", "级别": "村", "上级代码": ""}
    report = send(world.actors["county"], "regions", named)
    assert (report.changed, report.held_back, region("360425101201").name) == (1, [], "白水村")
    report = send(world.actors["county"], "regions", named | {"名称": "黑水村"})
    assert held(report) == [(2, "区划代码", "scope")]


def test_a_region_lies_in_the_place_its_own_code_names(world, send):
    report = send(
        world.actors["county"],
        "regions",
        *({"上级代码": "360426102000"}, OTHER_TOWN | {"上级代码": "360425000000"}),
    )
    assert held(report) == [(2, "上级代码", "malformed"), (3, "上级代码", "malformed")]


# -- organisations -------------------------------------------------------------


def test_a_school_is_stored_as_it_came(world, send):
    send(world.actors["county"], "organisations", {"机构名称": "德安县𠮷山小学", "机构状态": ""})
    found = school("360426000006")
    assert (found.name, found.kind, found.stage, found.status) == ("德安县𠮷山小学", "school", "primary", "open")
    assert (found.region, found.parent) == (world.regions["town"], world.organisations["county"])
    assert found.merged_into is None


def test_one_name_at_two_stages_is_two_organisations(world, send):
    report = send(world.actors["county"], "organisations", {}, {"机构编码": "360426000007", "学段": "学前"})
    assert (report.added, report.held_back) == (2, [])
    assert {row.stage for row in Organisation.filter(name=school("360426000006").name)} == {"primary", "preschool"}


def test_an_organisation_may_stand_above_what_it_points_at(world, send):
    merged = {"机构编码": "360426000007", "机构状态": "撤并", "并入机构编码": "360426000008"}
    report = send(world.actors["county"], "organisations", merged, {"机构编码": "360426000008"})
    assert (report.added, report.held_back) == (2, [])
    assert (school("360426000007").merged_into, school("360426000007").status) == (school("360426000008"), "merged")


def test_a_merged_school_needs_another_that_it_merged_into(world, send):
    merged = {"机构状态": "撤并"}
    report = send(
        world.actors["county"],
        "organisations",
        *(merged, merged | {"机构编码": "360426000007", "并入机构编码": "360426000007"}),
        merged | {"机构编码": "360426000008", "并入机构编码": "360426000006"},
    )
    assert held(report) == [
        *((2, "并入机构编码", "missing"), (3, "并入机构编码", "malformed"), (4, "并入机构编码", "unknown")),
    ]


def test_a_school_needs_a_stage_and_an_office_does_not(world, send):
    office = {"机构编码": "360426000007", "机构类型": "乡镇", "学段": ""}
    report = send(world.actors["county"], "organisations", {"学段": ""}, office)
    assert (report.added, held(report)) == (1, [(2, "学段", "missing")])
    assert school("360426000007").stage is None


def test_a_foreign_school_is_taken_unchanged_and_refused_changed(world, send):
    before = stored()["Organisation"]
    report = send(world.actors["county"], "organisations", FAR_SCHOOL)
    assert (report.unchanged, report.held_back) == (1, [])
    report = send(world.actors["county"], "organisations", {}, FAR_SCHOOL | {"机构状态": "撤销"})
    assert (report.added, held(report)) == (1, [(3, "机构编码", "scope")])
    assert stored()["Organisation"][:-1] == before


def test_a_new_school_in_another_county_is_refused(world, send):
    report = send(world.actors["county"], "organisations", FAR_SCHOOL | {"机构编码": "360425000003"})
    assert held(report) == [(2, "机构编码", "scope")]


def test_a_foreign_school_is_not_claimed_by_a_row_that_moves_it_here(world, send):
    before = stored()["Organisation"]
    report = send(world.actors["county"], "organisations", {}, FAR_SCHOOL | {"行政区划代码": "360426100000"})
    assert (report.added, held(report)) == (1, [(3, "机构编码", "scope")])
    assert stored()["Organisation"][:-1] == before


def test_a_school_is_not_merged_into_a_foreign_one(world, send):
    report = send(world.actors["county"], "organisations", {"机构状态": "撤并", "并入机构编码": "360425000002"}, VALID)
    assert (report.added, held(report)) == (1, [(2, "机构编码", "scope")])


VALID = {"机构编码": "360426000007"}


def test_the_countys_own_row_may_name_the_office_above_it_as_it_stands(world, send):
    office = {"机构编码": "360426000001", "机构名称": "德安县学生资助管理中心", "上级机构编码": "360400000001"}
    office |= {"机构类型": "县", "学段": "", "行政区划代码": "360426000000"}
    send(SYSTEM, "organisations", office)
    report = send(world.actors["county"], "organisations", office | {"机构名称": "德安县资助中心"}, VALID)
    assert (report.added, report.changed, report.held_back) == (1, 1, [])
    assert school("360426000001").parent == world.organisations["city"]


def test_a_place_that_only_a_refused_row_names_is_not_made(world, send):
    before = stored()["Region"]
    report = send(world.actors["county"], "organisations", FAR_SCHOOL | {"行政区划代码": "430102001000"}, {"学段": ""})
    assert [one.row for one in report.held_back] == [2, 3]
    assert stored()["Region"] == before


def test_undo_takes_a_schools_place_back_with_it(world, send):
    report = send(world.actors["county"], "organisations", {"行政区划代码": "360426109000"})
    assert (report.added, region("360426109000").level) == (1, "township")
    history.undo(world.actors["county"], Operation.get_by_id(report.operation_id))
    assert not Region.select().where(Region.code == "360426109000").exists()
    assert not Organisation.select().where(Organisation.code == "360426000006").exists()


def test_a_place_nobody_named_is_warned_of(world, send):
    report = send(world.actors["county"], "organisations", {"行政区划代码": "360426777777"})
    assert [warning for warning in report.warnings if "360426777777" in warning and "占位" in warning]
    assert not send(world.actors["county"], "organisations", {"行政区划代码": "360426777777"}).warnings


def test_offices_above_each_other_in_a_ring_are_refused(world, send):
    first = {"机构编码": "360426000006", "上级机构编码": ""}
    second = {"机构编码": "360426000007", "上级机构编码": "360426000006"}
    send(world.actors["county"], "organisations", first, second)
    before = stored()
    with pytest.raises(RuleBroken, match="绕成了一圈"):
        send(world.actors["county"], "organisations", first | {"上级机构编码": "360426000007"})
    assert stored() == before


def test_no_organisation_is_its_own_office(world, send):
    report = send(world.actors["county"], "organisations", {"上级机构编码": "360426000006"})
    assert held(report) == [(2, "上级机构编码", "malformed")]


def test_a_school_at_work_that_names_what_it_merged_into_is_warned_of(world, send):
    report = send(world.actors["county"], "organisations", {"并入机构编码": "360426000004"})
    assert (report.added, len(report.warnings)) == (1, 1)
    assert "机构状态不是“撤并”" in report.warnings[0]


def test_a_sheet_without_parents_leaves_those_that_there_are_and_gives_one_where_there_is_none(world, send_lines):
    with writing(SYSTEM, Permission.REGION_WRITE) as ledger:
        ledger.change(world.regions["village"], parent=world.regions["county"])
    rows = [[world.regions[key].code, world.regions[key].name] for key in ("village", "town", "far_town")]
    levels = ("村", "乡镇", "乡镇")
    lines = [["区划代码", "名称", "级别"], *([*row, level] for row, level in zip(rows, levels, strict=True))]
    report = send_lines(world.actors["county"], "regions", lines)
    assert (report.changed, report.unchanged, report.held_back) == (1, 2, [])
    parents = {key: Region.get_by_id(world.regions[key].id).parent for key in ("village", "town", "far_town")}
    assert parents == {"village": world.regions["county"], "town": world.regions["county"], "far_town": None}
