"""列的对应: what the office chose, each column by its title in its kind of sheet."""

from aid.imports import FORMATS
from aid.imports.choices import remember
from models import db


def test_the_page_shows_what_titles_are_taken_for(visit, world):
    with db.connection_context():
        remember(world.actors["county"], FORMATS["roll"], {"孩子": "name", "备注": ""})
        remember(world.actors["county"], FORMATS["organisations"], {"园名": "name"})
        remember(world.actors["other_county"], FORMATS["roll"], {"外县的": "name"})
    page = visit("county").get("/column_choice/").text
    assert all(word in page for word in ("孩子", "姓名", "园名", "机构名称", "（不导入）", "学籍名册"))
    assert "外县的" not in page


def test_the_same_stands_in_the_exported_list(visit, world):
    with db.connection_context():
        remember(world.actors["county"], FORMATS["regions"], {"编号": "code"})
    sheet = visit("county").get("/column_choice/export/csv").get_data().decode("utf-8-sig")
    assert "行政区划,编号,区划代码" in sheet
