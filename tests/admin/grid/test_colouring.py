"""着色与提醒 over the grid's routes: rules are kept with a layout and with a view, shared with it, or refused."""

import re

import openpyxl
import pytest

from aid.ledger import writing
from aid.permissions import Permission
from aid.scope import SYSTEM
from aid.workbooks.style import COLOURS
from bench.measure import statements
from models import Beneficiary, Organisation, db
from tests.admin.grid.test_desk import LAYOUT, VIEW
from tests.admin.grid.test_sheet import page_of

RULES = [
    {"column": "grade", "how": "is", "value": "三年级", "scope": "row", "look": "blue"},
    {"column": "class_name", "how": "blank", "scope": "cell", "look": "yellow", "warn": "请补班级"},
]
COLOURED = LAYOUT | {"rules": RULES}


def test_rules_come_back_with_the_layout_one_left_and_to_nobody_else(script, visit, world):
    script("a", "beneficiary").ask("layout", layout=COLOURED)
    assert page_of(visit("a"), "/beneficiary/grid/")["sheet"]["layout"]["rules"] == RULES
    assert page_of(visit("county"), "/beneficiary/grid/")["sheet"]["layout"] is None


def test_a_shared_view_takes_its_rules_to_a_school_below_and_to_no_other_county(script, world):
    script("county", "beneficiary").ask("keep", **VIEW | {"layout": COLOURED}, shared=True)
    [view] = script("a", "beneficiary").ask("views")["views"]
    assert view["layout"]["rules"] == RULES
    assert script("other_county", "beneficiary").ask("views")["views"] == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"column": "password_hash"}, "第 1 条规则：没有这一列"),
        ({"look": "pink"}, "第 1 条规则：没有这种颜色"),
        ({"warn": "长" * 61}, "第 1 条规则：提醒最多 60 个字"),
    ],
)
@pytest.mark.parametrize("door", ["layout", "keep"])
def test_a_rule_that_is_none_is_refused_with_a_sentence(script, world, door, rule, sentence):
    answer = script("a", "beneficiary").post(door, **VIEW | {"layout": LAYOUT | {"rules": [RULES[0] | rule]}})
    assert (answer.status_code, sentence in answer.get_json()["sentence"]) == (422, True)
    assert script("a", "beneficiary").ask("views")["views"] == []


@pytest.mark.parametrize("door", ["layout", "keep"])
def test_a_whole_id_number_is_kept_in_no_rule(script, world, door):
    named = {"column": "id_number", "how": "is", "value": world.children["a1"].id_number, "scope": "row", "look": "red"}
    answer = script("county", "beneficiary").post(door, **VIEW | {"layout": {"rules": [named]}})
    assert (answer.status_code, "完整的身份证号" in answer.get_json()["sentence"]) == (422, True)


def test_whoever_may_not_read_a_table_keeps_no_rules_of_it(script, world):
    assert script("auditor", "beneficiary").post("layout", layout=COLOURED).status_code == 403


def test_the_page_is_told_the_words_of_a_rule(visit, world):
    told = page_of(visit("a"), "/beneficiary/grid/")["sheet"]["ruling"]
    assert dict(told["looks"]) == {"red": "红", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫"}
    assert (dict(told["hows"])["after"], told["most"], told["longest"]["warn"]) == ("晚于", 20, 60)


# -- where the rules are asked on the server: lists, rows' pages, workbooks -----------------------

WARN = {"column": "name", "how": "is", "value": "王芳", "scope": "cell", "look": "red", "warn": "请核对姓名"}
UNSEEN = {"column": "nation", "how": "blank", "scope": "row", "look": "green"}  # in the grid and not in the list


def left(script, who: str, *rules: dict, table: str = "beneficiary") -> None:
    script(who, table).ask("layout", layout={"rules": list(rules)})


def looks(page: str, name: str) -> list[str]:
    """The colours of the cells of a row that is found by its first cell."""
    [row] = [row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if f">{name}</a>" in row]
    return [look for kind in re.findall(r'<td class="([^"]*)"', row) for look in re.findall(r"look-(\w+)", kind)]


def test_a_list_shows_the_colours_and_warnings_under_which_one_left_its_grid(script, visit, world):
    left(script, "county", WARN, UNSEEN | {"column": "sex", "how": "is", "value": "female"})
    with db.connection_context(), writing(world.actors["a"], Permission.BENEFICIARY_CHECK) as ledger:
        ledger.change(Beneficiary.get_by_id(world.children["a2"].id), sex="female")
    page = visit("county").get("/beneficiary/").text
    assert (looks(page, "王芳"), set(looks(page, "李强")), looks(page, "张敏")) == (["red"], {"green"}, [])
    assert 'title="请核对姓名"' in page
    assert re.search(r'class="legend".*姓名 等于 王芳：请核对姓名.*性别 等于 女（整行）', page)
    for who in ("a", "city"):
        assert "look-" not in visit(who).get("/beneficiary/").text
    assert looks(visit("county").get("/check/").text, "王芳") == ["red"]  # the same table in another list


def test_two_schools_of_one_name_are_told_apart_and_an_old_rule_means_whoever_is_called_so(script, visit, world):
    one, other = world.organisations["a"], world.organisations["b"]
    with db.connection_context(), writing(SYSTEM, Permission.ORGANISATION_WRITE) as ledger:
        ledger.change(Organisation.get_by_id(other.id), name=one.name, stage=one.stage)
    rule = {"column": "school", "how": "is", "scope": "row", "look": "green"}
    for value, coloured in ((f"{one} {one.code}", {"王芳", "李强"}), (str(one), {"王芳", "李强", "张敏"})):
        left(script, "county", rule | {"value": value})
        page = visit("county").get("/beneficiary/").text
        assert {name for name in ("王芳", "李强", "张敏", "陈静") if looks(page, name)} == coloured
    [row] = [row for row in script("county", "beneficiary").ask("open", words={})["rows"] if row[3] == "张敏"]
    assert other.code in row[-1]


def test_a_rows_page_shows_them_too(script, visit, world):
    left(script, "county", WARN)
    page = visit("county").get(f"/beneficiary/details/?id={world.children['a1'].id}").text
    assert re.search(r'<dd class="look-red marked warned"[^>]*>王芳', page)
    assert "请核对姓名" in page


def test_a_rule_tells_nothing_of_rows_and_columns_that_one_may_not_see(script, visit, world):
    secret = WARN | {"column": "register_person.phone", "how": "filled", "value": ""}
    left(script, "county", {key: word for key, word in secret.items() if word})
    page = visit("county").get("/beneficiary/").text
    assert ("look-" in page, "请核对姓名" in page) == (False, False)  # no list and no grid has this column
    export = visit("county").get("/beneficiary/export/csv").data.decode("utf-8-sig")
    assert "提醒" not in export.splitlines()[0]
    left(script, "c", WARN)
    assert "look-" not in re.sub(r'class="legend".*?</p>', "", visit("c").get("/beneficiary/").text)


def test_a_list_with_rules_costs_no_statement_more(script, visit, world):
    county = visit("county")
    with statements() as plain:
        county.get("/beneficiary/")
    filled = {"column": "home_region", "how": "filled", "scope": "cell", "look": "blue"}
    left(script, "county", WARN, UNSEEN, *[filled] * 5)
    with statements() as coloured:
        county.get("/beneficiary/")
    assert len(coloured) == len(plain) <= 8


def exported(visitor, tmp_path, **body):
    address, path = "/beneficiary/export/xlsx", tmp_path / "list.xlsx"
    headers = {"X-CSRFToken": visitor.token()}
    answer = visitor.client.post(address, json=body, headers=headers) if body else visitor.get(address)
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.data)
    sheet = openpyxl.load_workbook(path).active
    heads = [cell.value for cell in sheet[3]]
    rows = {row[0].value: dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4) if row[0].value}
    return sheet["A2"].value, rows


def test_a_workbook_has_the_colours_and_what_is_warned_of(script, visit, world, tmp_path):
    left(script, "county", WARN, UNSEEN)
    told, rows = exported(visit("county"), tmp_path)
    assert "着色：红＝姓名 等于 王芳、绿＝民族 为空（整行）" in told
    first, other = rows["王芳"], rows["李强"]
    assert first["姓名"].fill.start_color.rgb == f"FF{COLOURS['red']['bg_color'][1:]}"
    assert {other[name].fill.start_color.rgb for name in ("姓名", "学校")} == {f"FF{COLOURS['green']['bg_color'][1:]}"}
    assert (first["提醒"].value, other["提醒"].value) == ("姓名：请核对姓名", None)


def test_a_grid_is_exported_in_the_colours_that_it_shows_whatever_is_kept(script, visit, world, tmp_path):
    left(script, "county", WARN)
    shown = {"columns": "name,grade", "layout": {"rules": [WARN | {"look": "blue", "warn": ""}]}}
    told, rows = exported(visit("county"), tmp_path, **shown)
    assert (list(rows["王芳"]), "蓝＝姓名 等于 王芳" in told) == (["姓名", "年级"], True)
    assert rows["王芳"]["姓名"].fill.start_color.rgb == f"FF{COLOURS['blue']['bg_color'][1:]}"
    _, rows = exported(visit("county"), tmp_path, columns="name", layout={})
    assert rows["王芳"]["姓名"].fill.fill_type is None


def test_a_grid_is_not_exported_by_a_rule_that_is_none(visit, world):
    county = visit("county")
    body = {"columns": "name", "layout": {"rules": [WARN | {"look": "pink"}]}}
    answer = county.client.post("/beneficiary/export/csv", json=body, headers={"X-CSRFToken": county.token()})
    assert (answer.status_code, "没有这种颜色" in answer.get_json()["sentence"]) == (422, True)
