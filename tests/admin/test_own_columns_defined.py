"""自定义列, the page: defined, changed, moved, retired, brought back and emptied by the county's office alone."""

import re

import pytest

from models import Beneficiary, Operation, OwnColumn, db
from tests.admin.test_own_columns import children, filled, script

__all__ = ["children"]
NEW = {"table": "beneficiary", "kind": "choice", "label": "走读方式", "help": "以开学时为准", "added": "走读\n住校"}


def rows() -> dict[str, OwnColumn]:
    with db.connection_context():
        return {row.label: row for row in OwnColumn.select().order_by(OwnColumn.position)}


def step(visitor, label: str, do: str, **more: object):
    row = rows()[label]
    form = {"do": do, "version": row.version} | more
    return visitor.post(f"/own_column/act/{row.id}", form, follow_redirects=True)


def test_a_column_is_defined_and_at_once_in_the_list(visit):
    county = visit("county")
    assert county.post("/own_column/new/", NEW).status_code == 302
    page = county.get("/own_column/").text
    assert ("走读方式" in page, "走读、住校" in page) == (True, True)
    assert ">走读方式<" in county.get("/beneficiary/").text
    assert "以开学时为准" in visit("a").get("/supplement/new/").text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"label": "姓名"}, "这张表已经有“姓名”这一列了"),
        ({"label": ""}, "请填写列名"),
        ({"added": ""}, "请填写选项，每行一项"),
        ({"help": "字" * 101}, "最多 100 个字"),
        ({"table": "account"}, 'class="error"'),
        ({"kind": "money"}, 'class="error"'),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(visit, wrong, told):
    answer = visit("county").post("/own_column/new/", NEW | wrong)
    assert answer.status_code == 422
    assert re.search(told, answer.text)
    assert rows() == {}


def test_it_is_renamed_and_its_choices_too(visit):
    county = visit("county")
    county.post("/own_column/new/", NEW)
    row = rows()["走读方式"]
    page = county.get(f"/own_column/edit/?id={row.id}").text
    assert ('value="走读"' in page, 'name="closed_c2"' in page, 'name="kind"' in page) == (True, True, False)
    form = {"id": row.id, "version": row.version, "label": "就读方式", "required": "y", "added": "校车接送"}
    form |= {"label_c1": "走读", "label_c2": "寄宿", "closed_c2": "y"}
    assert county.post("/own_column/edit/", form).status_code == 302
    kept = rows()["就读方式"]
    assert (kept.required, kept.choices) == (
        True,
        '[["c1", "走读", false], ["c2", "寄宿", true], ["c3", "校车接送", false]]',
    )
    old = county.post("/own_column/edit/", form | {"label": "又一名"})
    assert (old.status_code, list(rows())) == (409, ["就读方式"])


def test_it_is_moved_retired_brought_back_and_emptied_with_its_number_of_rows_told(visit, world, children):
    county = visit("county")
    filled(visit("a"), world.children["a1"])
    step(county, "家庭收入", "up")
    assert list(rows())[:2] == ["家庭收入", "接送人"]
    assert "列表、表单和表格里都不再出现" in step(county, "接送人", "retire").text
    assert ">接送人<" not in county.get("/beneficiary/").text
    assert "1 行填的值都会去掉" in county.get("/own_column/").text
    step(county, "接送人", "back")
    assert "张三" in county.get("/beneficiary/").text
    assert "请先停用再清空" in step(county, "接送人", "clear").text
    step(county, "接送人", "retire")
    assert "已清空" in step(county, "接送人", "clear").text
    with db.connection_context():
        assert Beneficiary.get_by_id(world.children["a1"].id).own_text_1 is None
        undone = Operation.select().order_by(Operation.id.desc()).get()
    county.post(f"/operation/undo/{undone.id}")
    with db.connection_context():
        assert Beneficiary.get_by_id(world.children["a1"].id).own_text_1 == "张三"


def test_an_old_button_changes_nothing(visit, children):
    county = visit("county")
    assert "已被改动" in step(county, "接送人", "retire", version=7).text
    step(county, "接送人", "nothing")
    assert rows()["接送人"].retired_at is None


@pytest.mark.parametrize("who", ["a", "town", "city", "province", "auditor"])
def test_others_neither_see_the_page_nor_change_anything(visit, children, who):
    visitor, row = visit(who), rows()["接送人"]
    for answer in (
        visitor.get("/own_column/"),
        visitor.post("/own_column/new/", NEW),
        visitor.post("/own_column/edit/", {"id": row.id, "version": 1, "label": "x"}),
        visitor.post(f"/own_column/act/{row.id}", {"do": "retire", "version": 1}),
    ):
        assert answer.status_code == 403
    assert (next(iter(rows())), rows()["接送人"].version) == ("接送人", 1)


def test_another_county_reads_it_and_changes_none_of_it(visit, children):
    other = visit("other_county")
    assert "不在您可以改动的范围内" in step(other, "接送人", "retire").text
    assert rows()["接送人"].retired_at is None


def test_one_value_goes_into_a_whole_column(visit, world, children):
    grid = script(visit("a"), "check")
    opened = grid.ask("open", words={})
    body = {"snapshot": opened["snapshot"], "at": opened["at"], "expected": 2, "gesture": "x" * 32}
    assert grid.ask("fill", column="own_text_3", text="否", **body)["cells"] == 2
    with db.connection_context():
        assert {
            row.own_text_3 for row in Beneficiary.select().where(Beneficiary.school == world.organisations["a"])
        } == {"0"}
        assert Operation.select().order_by(Operation.id.desc()).get().sentence == "资助对象 2 行的留守改为“否”"
