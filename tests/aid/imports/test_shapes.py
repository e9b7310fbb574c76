"""Sheets in the shapes that offices send them in: nothing of them is lost in silence, and what is no data stays out."""

import pytest

from aid.errors import BadSheet
from aid.imports import run_import
from aid.imports.worker import upload
from models import Organisation, Region, RegisterPerson, Stage
from tests.aid.imports.sheets import ABROAD, id_number, row, sound, titles, write

NOTES = {
    "notes": "必填 选填 18位 必填 必填，18位 男/女 如：汉族 选填 必填，12位 选填 下拉选择 4位年份 4位年份 选填",
    "example": "示例 张三 000 张小三 360426201001010015 男 汉族 之子 360426100200 石门村 脱贫户 2014 2019 1",
    "our number": "12 张三 000 张小三 000000201706010034 男 汉族 之子 360426100200 石门村 脱贫户 2014 2019 1",
    "letters": "甲 乙 丙 丁 戊 己 庚 辛 壬 癸 1 2 3 4",
}


@pytest.mark.parametrize("which", NOTES)
def test_what_explains_the_columns_below_the_header_is_no_row(which, world, send_lines):
    note = NOTES[which].split()
    report = send_lines(world.actors["county"], "register", [titles("register"), note, row("register")])
    assert (report.rows, report.added, report.held_back) == (1, 1, [])
    assert report.warnings == [f"没有收进来的行：第 2 行“{note[0]}”，是合计、落款、表头或填写示例，不是数据"]


def test_an_example_is_looked_for_right_below_the_header_alone(world, send_lines):
    children = [row("register", {"身份证号": id_number(n), "户籍地址": "例"}) for n in (1, 3, 5, 7)]
    report = send_lines(world.actors["county"], "register", [titles("register"), *children])
    assert (report.rows, report.added) == (1, 1)


@pytest.mark.parametrize("count", ["1人", "共1人", ""])
def test_a_total_is_known_in_a_sheet_with_two_columns_that_have_to_be_there(count, world, send_table):
    child = {"身份证号": "360426200908300016", "学校": "360426000003", "年级": "四年级"}
    report = send_table("table_beneficiary", child, {"身份证号": "合计", "学校": count})
    assert (report.rows, report.changed, report.held_back) == (1, 1, [])


def test_rows_on_a_sheet_without_a_header_are_told(world, send_lines):
    report = send_lines(world.actors["county"], "regions", [titles("regions"), row("regions")], second=[row("regions")])
    assert report.warnings == ["没有读的工作表：“Sheet2”；里面有要收的，请放到“Sheet1”里再导入"]


def test_cells_under_no_title_are_told_but_for_those_of_a_signature(world, send_lines):
    places = [titles("regions"), [*row("regions"), "", "作废"], ["填表人：王", "", "", "", "", "九月"]]
    report = send_lines(world.actors["county"], "regions", places)
    assert report.warnings[-1] == "没有标题的列里有内容，没有收进来：第 2 行“作废”；要收的请在表头写上标题"


@pytest.mark.parametrize("header", [titles("regions")[:3], titles("regions")])
def test_places_of_one_sheet_stand_below_each_other_though_it_does_not_say_so(header, world, send_lines):
    village, town = ["360426102200", "吴山村", "村委会"], ["360426102000", "吴山镇", "乡(镇)"]
    report = send_lines(world.actors["county"], "regions", [header, village, town])
    assert report.added == 2
    assert Region.get(Region.name == "吴山村").parent.name == "吴山镇"


def test_what_a_register_calls_its_kinds_and_years_is_known(world, send_lines):
    abroad = [
        word.replace("识别年份", "识别时间").replace("脱贫年份", "脱贫时间") for word in ABROAD["register"].split()
    ]
    child = sound("register") | {"困难类型": "脱贫户（享受政策）", "识别年度": "2014-12-31", "脱贫年度": "2019年12月"}
    report = send_lines(world.actors["county"], "register", [abroad, [child[title] for title in titles("register")]])
    assert report.warnings == []
    person = RegisterPerson.get(RegisterPerson.id_number == child["身份证号"])
    assert (person.hardship, person.poor_since, person.left_poverty) == ("lifted", 2014, 2019)


def test_what_the_education_bureau_calls_a_stage_and_a_status_is_known(world, send_lines):
    header = ["学校标识码", "学校名称", "办学类型", "机构类型", "驻地行政区划代码", "学校状态"]
    school = ["360426000101", "聂桥教学点", "小学教学点", "学校", "360426100000", "在办"]
    assert send_lines(world.actors["county"], "organisations", [header, school]).warnings == []
    found = Organisation.get(Organisation.code == school[0])
    assert (found.stage, found.status) == (Stage.PRIMARY, "open")


LACKING = {
    "最像《受助信息》，但缺少：资助项目；": [["公民身份号码", "学期", "发放金额"], ["1", "2026秋", "625"]],
    "前 20 行里没有认得的表头": [["说明"]] * 21 + [titles("regions"), row("regions")],
}


@pytest.mark.parametrize("told", LACKING)
def test_a_sheet_of_no_kind_is_told_what_it_lacks(told, clerk, tmp_path):
    path = write(tmp_path / "sheet.xlsx", LACKING[told])
    assert told in upload(clerk, "", path, file_name="表.xlsx").message


def test_of_a_book_with_several_kinds_only_those_are_named(world, clerk, tmp_path):
    path = write(tmp_path / "sheet.xlsx", [titles("register"), row("register")], second=[titles("roll"), row("roll")])
    assert "（《建档立卡名册》、《学籍名册》）" in upload(clerk, "", path, file_name="表.xlsx").message
    assert run_import(clerk, "roll", path, file_name="表.xlsx", sheet="Sheet2").added == 1
    with pytest.raises(BadSheet, match="没有叫“三班”的工作表，或它是空的；别的有：“Sheet1”、“Sheet2”"):
        run_import(clerk, "roll", path, file_name="表.xlsx", sheet="三班")
