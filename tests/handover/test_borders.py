"""Across borders, asked by the county of the household, that of the school, and the city above both."""

from tests.admin.test_borders import AWAY, names_on


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
