"""Across borders, asked by the county of the household, that of the school, and the city above both."""

from models import db
from tests.admin.test_borders import AWAY, OUTSIDE, names_on
from tests.aid.operations.supplementing import supplement


def test_question_01_household_here_school_elsewhere_and_the_reverse(visit):
    for who, way in (("county", "out"), ("other_county", "in"), ("city", "within")):
        visitor = visit(who)
        page = visitor.get(f"/borders/?direction={way}")
        assert names_on(page) == [AWAY]
        assert "德安县学生资助管理中心" in page.text  # follows up
        assert "永修县学生资助管理中心" in page.text  # checks
        assert AWAY in visitor.get(f"/borders/export/csv?direction={way}").data.decode("utf-8-sig")
        assert visitor.get(f"/borders/export/xlsx?direction={way}").data.startswith(b"PK")
    assert names_on(visit("a").get("/borders/")) == []


def test_question_22_who_studies_outside_the_province_is_told_apart_across_borders(world, visit):
    with db.connection_context():
        supplement(world, "county", **OUTSIDE)
    for who in ("county", "city"):
        assert names_on(visit(who).get("/borders/?direction=outside")) == ["赵小满"]
        assert visit(who).get("/borders/export/xlsx?direction=outside").data.startswith(b"PK")
